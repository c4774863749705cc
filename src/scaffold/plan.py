"""Settle what a call of `scaffold new` leaves open: the answers, and where the project goes."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import (
    presets,
    programs,
    prompts,
    repeat,
    repository,
    staging,
    verify,
)
from scaffold.ahead import Ahead
from scaffold.create import NEEDED
from scaffold.errors import AnswerError
from scaffold.interview import Interview
from scaffold.profile import Profile
from scaffold.profile import find as find_profile
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.rules import Rules
from scaffold.source import Template


@dataclass(frozen=True)
class Wishes:
    """What a call says.

    Args:
        given: Answers, unchecked.
        like: A project whose answers are taken where none are given.
        preset: The preset to start from.
        profile: The profile to use; None for the user's own.
        no_profile: Whether the user's own is set aside.
        directory: Where the project goes; None for a folder of its name.
        merge: Whether that may hold something.
        look: Whether nothing is to be written at all.
        ask: Whether to ask for what is not answered.
        every: Whether to ask every question.
        nobody: Whether there is nobody to ask.
        install: Whether the project is to be installed.

    """

    given: Mapping[object, object]
    like: Path | None
    preset: str | None
    profile: str | None
    no_profile: bool
    directory: str | None
    merge: bool
    look: bool
    ask: bool
    every: bool
    nobody: bool
    install: bool


@dataclass(frozen=True)
class Plan:
    """What is to be made: nothing of it is open, and nothing is written yet.

    Args:
        questions: The template's questions.
        rules: Its table of weights.
        team: The profile in use.
        answers: A complete set of answers.
        place: Where the project goes, as it is told.
        target: The same, resolved.

    """

    questions: Questionnaire
    rules: Rules
    team: Profile
    answers: Answers
    place: str
    target: staging.Target


def settle(template: Template, wishes: Wishes, ahead: Ahead) -> Plan:
    """Return complete answers, and a place that can take the project.

    Args:
        template: The template that is to be rendered.
        wishes: What the call says.
        ahead: What is done in advance, while somebody answers.

    Raises:
        ScaffoldError: An answer, a profile or the place will not do.
        KeyboardInterrupt: Ctrl-C at a question.

    """
    questions = template.questions
    questions.need(NEEDED)
    rules = Rules.load(template.root / "rules.yml")
    team = find_profile(wishes.profile, questions, ignored=wishes.no_profile)
    begun = {**repeat.like(wishes.like, questions), **team.recorded}
    begun |= presets.answers(template.root, wishes.preset)
    given = team.hold(questions.check({**begun, **wishes.given}))
    asking = team.prepare(questions)
    find = functools.partial(staging.find, merge=wishes.merge, look=wishes.look)
    asking.next_prompt(given)  # a wrong answer is told before the target is looked at
    if wishes.directory or "project_name" in given:
        find(_place(wishes.directory, given))
    answers = _asked(asking, given, rules, wishes, ahead) if wishes.ask else asking.complete(given)
    place = _place(wishes.directory, answers)
    target = find(place)
    if wishes.install:
        verify.need_python(answers["python"], Path.cwd())
    return Plan(questions, rules, team, answers, place, target)


def _place(directory: str | None, answers: Mapping[str, str]) -> str:
    return directory or answers["project_name"].replace(" ", "-")


def _asked(
    questions: Questionnaire,
    given: Mapping[str, str],
    rules: Rules,
    wishes: Wishes,
    ahead: Ahead,
) -> Answers:
    """Return complete answers, asked for on a terminal, unless nobody is to be asked."""
    prompt = questions.next_prompt(given)
    alone = wishes.nobody or not prompts.on_a_terminal()
    if alone and prompt is None:
        return questions.complete(given)
    if alone and prompt is not None:
        asked = questions.questions.items()
        missing = [name for name, question in asked if question.ask and name not in given]
        nobody = (
            "Nothing is asked with --json" if wishes.nobody else "There is no terminal to ask on"
        )
        raise AnswerError(
            f"{nobody}, and answers are missing",
            why=f"Not answered: {', '.join(missing)}.",
            todo="Take the defaults with --defaults, or answer with -d"
            f" {prompt.name}=... or --answers FILE.",
        )
    questions = questions.with_defaults(repository.author(Path.cwd()))
    asker = prompts.asker()
    programs.leave_repository()  # not beside the programs that are started meanwhile
    ahead.prepare(draft=not (wishes.look or wishes.merge))
    interview = Interview(questions, rules, asker, given, every=wishes.every)
    return interview.run(shown=ahead.draft)
