"""Ask on a terminal: the only place that knows questionary."""

from collections.abc import Callable, Mapping
from pathlib import Path

from scaffold import repository
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.questions import Prompt


def ask(questionnaire: Questionnaire, given: Mapping[str, str]) -> Answers:
    """Ask every question that has no answer yet and return all answers.

    Args:
        questionnaire: The questions.
        given: Answers that are not asked for again.

    Raises:
        AnswerError: A given answer is refused.
        KeyboardInterrupt: Ctrl-C at a prompt.

    """
    answers = dict(given)
    while (prompt := questionnaire.next_prompt(answers)) is not None:

        def problem(answer: str, name: str = prompt.name) -> str:
            return questionnaire.refusal(name, answer, answers)

        answers[prompt.name] = _ask_one(prompt, problem)
    return answers


def _ask_one(prompt: Prompt, problem: Callable[[str], str]) -> str:
    import questionary

    if prompt.choices:
        choices = [questionary.Choice(choice.label, choice.value) for choice in prompt.choices]
        answer: str = questionary.select(
            f"{prompt.help}\n", choices=choices, default=prompt.default, qmark="?"
        ).unsafe_ask()
        return answer
    text: str = questionary.text(
        f"{prompt.help}\n ",
        default=_prefilled(prompt),
        placeholder=[("class:placeholder", prompt.placeholder)],
        qmark="?",
        validate=lambda typed: problem(typed.strip()) or True,
    ).unsafe_ask()
    return text.strip()


def _prefilled(prompt: Prompt) -> str:
    """Return the text that stands in the field: git's configuration knows the author."""
    keys = {"author_name": "user.name", "author_email": "user.email"}
    if prompt.name in keys:
        return repository.configured(keys[prompt.name], Path.cwd())
    return prompt.default or ""
