"""What a profile locks, in the conversation."""

import pytest

from scaffold.errors import AnswerError
from scaffold.interview import Interview, Row
from scaffold.profile import Lock, Profile
from scaffold.questionnaire import Questionnaire
from scaffold.questions import Prompt
from scaffold.rules import Rules


class Settled:
    """A person who takes every default, but changes some answers at the review."""

    def __init__(self, changes: dict[str, str]) -> None:
        self.changes = changes
        self.asked: list[str] = []
        self.said: list[str] = []
        self.rows: dict[str, Row] = {}
        self.prompts: dict[str, Prompt] = {}

    def ask(self, prompt: Prompt, heading: str, _refusal: object, _selected: object) -> str:
        self.asked.append(prompt.name)
        self.prompts[prompt.name] = prompt
        changed = self.changes.pop(prompt.name, None) if "changed" in heading else None
        return changed or ("Shop" if prompt.default is None else prompt.default)

    def review(self, rows: list[Row], _at: str | None) -> str | None:
        self.rows = {row.name: row for row in rows}
        return next(iter(self.changes), None)

    def say(self, text: str) -> None:
        self.said.append(text)
        if "is locked" in text:
            self.changes.pop("auth", None)


LOCKED = Profile(
    "A", defaults={"experience": "fluent"}, locks={"auth": Lock("session", "Sign-in everywhere.")}
)


@pytest.mark.parametrize("every", [False, True])
def test_a_locked_answer_in_the_conversation(
    questionnaire: Questionnaire, rules: Rules, every: object
) -> None:
    """It is not asked; the review shows it with its reason and does not open it."""
    person = Settled({"auth": "none"})
    asking = LOCKED.prepare(questionnaire)
    answers = Interview(asking, rules, person, LOCKED.hold({}), every=bool(every)).run()
    assert (answers["auth"], answers["experience"]) == ("session", "fluent")
    assert answers["profile"] == "A"
    assert "auth" not in person.asked
    assert "profile" not in person.asked
    assert person.said[-1] == "auth is locked. A: Sign-in everywhere."
    assert person.rows["auth"].locked == "A: Sign-in everywhere."
    assert not person.rows["auth"].chosen
    assert person.rows["database"].locked == ""


def test_what_a_locked_answer_rules_out_is_not_offered(
    questionnaire: Questionnaire, rules: Rules
) -> None:
    """The question says why; an answer of the call is told as wrong."""
    person, asking = Settled({"database": "postgresql"}), LOCKED.prepare(questionnaire)
    answers = Interview(asking, rules, person, LOCKED.hold({}), every=False).run()
    assert (answers["auth"], answers["database"]) == ("session", "postgresql")
    offered = person.prompts["database"]
    assert [choice.value for choice in offered.choices] == ["sqlite", "postgresql"]
    assert offered.help.endswith("\nauth is locked. A: Sign-in everywhere.")
    with pytest.raises(AnswerError) as error:
        given = LOCKED.hold({"database": "none"})
        Interview(asking, rules, Settled({}), given, every=False).run()
    assert error.value.question == "auth"
