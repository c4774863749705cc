"""Make a project again: the command for it, and answers from another project."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from scaffold import answers
from scaffold.errors import AnswerError, ProjectError
from scaffold.questionnaire import Answers, Questionnaire

# What one project is called, and that it was adopted, is nothing that another takes over.
NAMES = ("project_name", "package_name", "adopted")


def command(questionnaire: Questionnaire, complete: Mapping[str, str], template: str | None) -> str:
    """Return the command that leads to the same answers, for a shell.

    It names only what would not follow by default, in the order of the questions, and
    sets profiles aside: what one gave is among the answers.

    Args:
        questionnaire: The template's questions, with their own defaults.
        complete: A complete set of answers.
        template: The template's address, where one was given.

    """
    told = _told(questionnaire, complete)
    words = ["scaffold", "new", told.pop("project_name"), "--defaults", "--no-profile"]
    words += ["--template", template] if template is not None else []
    for name, answer in told.items():
        words += ["-d", f"{name}={answer}"]
    return shlex.join(words)


def like(project: Path | None, questionnaire: Questionnaire) -> Answers:
    """Return the recorded answers of a project, its names left out.

    Args:
        project: The project's folder; None for no answers.
        questionnaire: The questions that they answer.

    Raises:
        ProjectError: It has no answers file, or one that answers other questions.
        AnswersFileError: Its answers file cannot be read.

    """
    if project is None:
        return {}
    recorded = {
        key: answer
        for key, answer in answers.recorded(project).items()
        if key not in NAMES and not str(key).startswith("_")
    }
    try:
        return questionnaire.check(recorded)
    except AnswerError as error:
        raise ProjectError(
            f"The answers of '{project}' are not those of this template",
            why=f"{error.what}. {error.why}".strip(),
            todo=f"Copy its {answers.RECORD}, mend that, and give it with --answers FILE.",
        ) from error


def _told(questionnaire: Questionnaire, complete: Mapping[str, str]) -> Answers:
    """Return the answers that do not follow from those before them."""
    told = {
        name: complete[name]
        for name, question in questionnaire.questions.items()
        if not question.ask and complete[name] != question.default
    }
    before = dict(told)
    for prompt in questionnaire.open_prompts(before):
        before[prompt.name] = complete[prompt.name]
        if complete[prompt.name] != prompt.default:
            told[prompt.name] = complete[prompt.name]
    return {name: told[name] for name in questionnaire.questions if name in told}
