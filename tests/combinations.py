"""The combinations of options that are proven: few projects that hold every pair of answers.

A fault of one option, or of two together, shows in at least one of them. The options
and their answers are read from `copier.yml`, so a new option is proven without a word
here; what does not go together is said here once more, as the oracle of its validators.
"""

from collections.abc import Mapping

from covertable import make  # type: ignore[import-untyped]  # it has no types
from covertable.shortcuts import Constraint  # type: ignore[import-untyped]  # the same

from conftest import ROOT
from scaffold.questionnaire import Questionnaire

Row = Mapping[str, str]

_QUESTIONS = list(Questionnaire.load(ROOT).questions.values())
_FIRST = next(i for i, question in enumerate(_QUESTIONS) if question.name == "framework")
OPTIONS = {
    question.name: [choice.value for choice in question.choices] for question in _QUESTIONS[_FIRST:]
}

_when = Constraint()
_GO_TOGETHER = [
    _when.or_(_when.eq("$auth", "none"), _when.ne("$database", "none")),
    _when.or_(_when.ne("$auth", "bearer"), _when.eq("$interface", "api")),
    _when.or_(_when.ne("$htmx", "yes"), _when.ne("$interface", "api")),
    _when.or_(_when.ne("$cors", "yes"), _when.ne("$interface", "pages")),
    _when.or_(_when.ne("$cors", "yes"), _when.ne("$auth", "session")),
]
# Pairs that no project has; the last follows from two of the others.
IMPOSSIBLE = {
    frozenset({("auth", "session"), ("database", "none")}),
    frozenset({("auth", "bearer"), ("database", "none")}),
    frozenset({("auth", "bearer"), ("interface", "pages")}),
    frozenset({("auth", "bearer"), ("interface", "both")}),
    frozenset({("htmx", "yes"), ("interface", "api")}),
    frozenset({("cors", "yes"), ("interface", "pages")}),
    frozenset({("cors", "yes"), ("auth", "session")}),
    frozenset({("htmx", "yes"), ("auth", "bearer")}),
}


def covering(strength: int) -> list[Row]:
    """Return few combinations that hold every choice of `strength` answers that go together."""
    # The salt is the one of a few that needs the fewest projects.
    made = make(OPTIONS, strength=strength, constraints=_GO_TOGETHER, salt="f")
    return [{name: row[name] for name in OPTIONS} for row in made]


ROWS = covering(2)


def row_ids(rows: list[Row]) -> list[str]:
    """Name combinations by their number and the four answers that matter most."""
    most = ("framework", "interface", "database", "auth")
    return ["-".join((f"{i:02}", *(row[name] for name in most))) for i, row in enumerate(rows)]
