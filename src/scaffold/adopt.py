"""Adopt a repository that was there before: propose answers, and record them beside its code."""

import os
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold import answers, decision, fitting, merge, staging
from scaffold.errors import AnswerError, TargetError, TemplateError, UsageError
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.render import rendered
from scaffold.source import Template
from scaffold.survey import Finding, Survey

# All that is written.
FILES = (answers.RECORD, decision.RECORD.as_posix())
# Answers that the command line needs, whatever the template.
NEEDED = ("project_name", "package_name", "framework")


@dataclass(frozen=True)
class Proposal:
    """Answers for a repository, and why these.

    Args:
        survey: What its files tell.
        given: Answers that the call gave; they overrule what was found.
        findings: What was found and is proposed, by question.
        answers: A complete set of answers.
        asked: The questions that a person may be asked.
        notes: What else somebody should know.

    """

    survey: Survey
    given: Mapping[str, str]
    findings: Mapping[str, Finding]
    answers: Answers
    asked: frozenset[str]
    notes: list[str]

    @property
    def known(self) -> Answers:
        """The answers that were found or given."""
        found = {name: each.answer for name, each in self.findings.items()}
        return {**found, **_always(self.answers), **self.given}

    @property
    def assumed(self) -> list[str]:
        """The questions that nothing tells of: their answers are the template's defaults."""
        return [name for name in self.answers if name in self.asked and name not in self.known]


@dataclass(frozen=True)
class Written:
    """What adopting a repository came to.

    Args:
        files: The paths of what was written.
        shared: The paths of files that both the repository and the template have:
            an update merges what the template changes there, if it can.

    """

    files: list[str]
    shared: list[str]


def check(root: Path, shown: str) -> None:
    """Make sure that a folder can be adopted.

    Args:
        root: The folder.
        shown: The folder as the user wrote it.

    Raises:
        TargetError: It is a project already, or has a decision record.

    """
    there = next((name for name in FILES if os.path.lexists(root / name)), None)
    if there == answers.RECORD and not _is_ours(root):
        raise TargetError(
            f"'{shown}' is another template's project",
            why=f"Its answers are in {there}, and nothing of yours is overwritten.",
            todo="Rename that file (`copier update --answers-file` then names it), and run again.",
        )
    if there == answers.RECORD:
        raise TargetError(
            f"'{shown}' is a project already",
            why=f"Copier's answers are in its {there}.",
            todo="`scaffold check` compares it with its template, and `scaffold update` brings"
            " what is new.",
        )
    if there:
        raise TargetError(
            f"'{shown}' has a decision record already",
            why=f"{there} is there, and nothing of yours is overwritten.",
            todo="Move it to another number, and run again.",
        )


def _is_ours(root: Path) -> bool:
    """Tell whether an answers file is one of scaffold's; one that cannot be read may be."""
    try:
        return "framework" in answers.recorded(root)
    except UsageError:
        return True


def propose(questions: Questionnaire, survey: Survey, given: Answers) -> Proposal:
    """Return complete answers: those given, then what was found, then defaults.

    Args:
        questions: The template's questions.
        survey: What the repository tells.
        given: Answers that overrule what was found, each checked by itself.

    Raises:
        AnswerError: A given answer is refused.

    """
    notes = list(survey.notes)
    findings = _fitted(questions, survey, given, notes)
    while True:
        found = {name: each.answer for name, each in findings.items()}
        known = {**found, **_always(questions.questions), **given}
        try:
            complete = questions.complete(known)
        except AnswerError as error:
            clash = _clash(questions, findings, given, error)
            out = findings.pop(clash)
            notes.append(f"{clash}: '{out.answer}' ({out.place}) is left out. {error.why}")
            continue
        findings = {name: findings[name] for name in questions.questions if name in findings}
        asked = frozenset(name for name, each in questions.questions.items() if each.ask)
        return Proposal(survey, given, findings, complete, asked, notes)


def _always(questions: Container[str]) -> Answers:
    """Return what holds for every repository that is adopted, where the template records it."""
    return {"adopted": "yes"} if "adopted" in questions else {}


def _fitted(
    questions: Questionnaire, survey: Survey, given: Mapping[str, str], notes: list[str]
) -> dict[str, Finding]:
    """Return what was found, each as the nearest answer that its question takes."""
    findings: dict[str, Finding] = {}
    for name, finding in survey.findings.items():
        if name in given or name not in questions.questions:
            continue
        answer, why = fitting.nearest(questions, name, finding.answer)
        try:
            questions.check({name: answer})
        except AnswerError as error:  # a template may know other answers
            notes.append(f"{name}: '{answer}' ({finding.place}) is left out. {error.todo}")
            continue
        if why:
            notes.append(f"{name}: '{finding.answer}' became '{answer}'. {why}")
        findings[name] = replace(finding, answer=answer)
    return findings


def _clash(
    questions: Questionnaire,
    findings: dict[str, Finding],
    given: Mapping[str, str],
    error: AnswerError,
) -> str:
    """Return which finding has to give way; a given answer never does.

    Raises:
        AnswerError: No finding is at fault.

    """
    if error.question in findings:
        return error.question
    for name in reversed(findings):
        others = {key: each.answer for key, each in findings.items() if key != name}
        try:
            questions.complete({**others, **given})
        except AnswerError as still:
            if (still.question, still.why) == (error.question, error.why):
                continue
        return name
    raise error


def write(
    template: Template, complete: Mapping[str, str], root: Path, shown: str, *, look: bool
) -> Written:
    """Put the answers file and the decision record into a repository, and nothing else.

    Args:
        template: What its answers belong to.
        complete: A complete set of answers.
        root: The repository's folder.
        shown: The folder as the user wrote it.
        look: Touch nothing at all, and say what would be written.

    Raises:
        TargetError: One of the files is there, or cannot be put there.
        TemplateError: The template is broken, or has no such file.
        RenderError: The file system refused; nothing is left behind.

    """
    target = staging.Target(root, shown, exists=True, filled=True)
    with rendered(template, complete) as tree:
        files = merge.compare(tree, target, install=False, only=FILES)
        if missing := set(FILES) - {file.path for file in files}:
            raise TemplateError(
                "The template cannot be adopted",
                why=f"It renders no {' and no '.join(sorted(missing))}.",
                todo="Leave --template out, or name another.",
            )
        check(root, shown)
        shared = [path for path in merge.files_in(tree) if os.path.lexists(root / path)]
        if not look:
            merge.write(files, (), target)
    return Written([] if look else [file.path for file in files], shared)
