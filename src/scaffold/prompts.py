"""Ask on a terminal: the only place that knows questionary."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from scaffold import repository
from scaffold.advice import NAMES
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.questions import Prompt
from scaffold.recommend import UNSURE, open_questions, recommend
from scaffold.rules import Rules


def ask(
    questionnaire: Questionnaire,
    given: Mapping[str, str],
    rules: Rules,
    *,
    all_traits: bool,
) -> Answers:
    """Ask what has no answer yet and return all answers.

    The traits come most telling first, and only as long as one of their answers
    could still change the framework; the rest stay unsure.

    Args:
        questionnaire: The questions.
        given: Answers that are not asked for again.
        rules: The table that the traits are weighed with.
        all_traits: Whether to ask for every trait.

    Raises:
        AnswerError: A given answer is refused.
        KeyboardInterrupt: Ctrl-C at a prompt.

    """
    answers = dict(given)
    while (prompt := questionnaire.next_prompt(answers)) is not None:
        if prompt.name in rules.answers:
            left = [trait for trait in rules.answers if trait not in answers]
            telling = open_questions(_traits(answers, rules), rules)
            if not telling and not all_traits:
                answers.update(dict.fromkeys(left, UNSURE))
                _say_decided(answers, rules, len(left))
                continue
            prompt = questionnaire.prompt((telling or left)[0])

        def problem(answer: str, name: str = prompt.name) -> str:
            return questionnaire.refusal(name, answer, answers)

        answers[prompt.name] = _ask_one(prompt, problem)
    return answers


def _traits(answers: Mapping[str, str], rules: Rules) -> dict[str, str]:
    return {trait: answers[trait] for trait in rules.answers if trait in answers}


def _say_decided(answers: Mapping[str, str], rules: Rules, left: int) -> None:
    import questionary

    framework = NAMES[recommend(_traits(answers, rules), rules).framework]
    questions = "question" if left == 1 else "questions"
    text = f"The answers decide it: {framework}. {left} {questions} could not change that.\n"
    questionary.print(text, style="bold" if not os.environ.get("NO_COLOR") else "")


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
