"""The conversation: whatever way somebody takes through it, it ends with answers that hold."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.interview import ROAD, Back, Interview, Row
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.questions import Prompt
from scaffold.recommend import open_questions
from scaffold.rules import Rules


@dataclass
class Somebody:
    """A person whose mind is made up by chance.

    Args:
        data: Where chance comes from.
        patience: How often this person still changes their mind.

    """

    data: st.DataObject
    patience: int = 12
    said: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    last: Answers = field(default_factory=dict)
    wrong: set[tuple[str, str]] = field(default_factory=set)

    def changes_mind(self) -> bool:
        self.patience -= 1
        return self.patience > 0 and self.data.draw(st.integers(0, 3)) == 0

    def ask(
        self, prompt: Prompt, heading: str, refusal: Callable[[str], str], selected: str | None
    ) -> str:
        self.headings.append(heading)
        self.asked.append(prompt.name)
        if self.changes_mind():
            raise Back
        if prompt.choices:
            left = [c for c in prompt.choices if (prompt.name, c.value) not in self.wrong]
            choice = self.data.draw(st.sampled_from(left or list(prompt.choices)))
            self.last[prompt.name] = choice.value
            return choice.value
        texts = ["Shop", "shop_2", "json", "ada@example.org", "", selected or prompt.default or ""]
        fit = [text for text in texts if not refusal(text)]
        return self.data.draw(st.sampled_from(fit))

    def review(self, rows: list[Row], at: str | None) -> str | None:
        assert at is None or at in [row.name for row in rows] or self.said
        if self.changes_mind():
            raise Back
        if self.changes_mind():
            return self.data.draw(st.sampled_from(rows)).name
        return None

    def say(self, text: str) -> None:
        self.said.append(text)
        name, fell, _ = text.partition(" falls back")
        if fell and name in self.last:  # once told, nobody insists
            self.wrong.add((name, self.last[name]))


@settings(max_examples=12, deadline=None)
@given(data=st.data(), every=st.booleans(), named=st.booleans())
def test_every_way_ends_with_answers_that_hold(
    questionnaire: Questionnaire, rules: Rules, data: st.DataObject, every: object, named: object
) -> None:
    """Back and forth, changes at the review: what comes out is complete and accepted."""
    person = Somebody(data)
    begun: Answers = {"project_name": "Shop"} if named else {}
    known = {"author_name": "Ada {{ 7 * 7 }}", "author_email": "not an address"}
    asked = questionnaire.with_defaults(known)
    answers = Interview(asked, rules, person, begun, every=bool(every)).run()
    assert questionnaire.complete(answers) == answers
    numbers = [heading.split(", ")[1].split() for heading in person.headings if "of" in heading]
    assert all(int(number) <= int(total) for number, _, _, total in numbers)


LOCKS: list[Answers] = [
    {"auth": "bearer"},
    {"auth": "session", "database": "postgresql"},
    {"htmx": "yes"},
    {"cors": "yes", "server_rendered": "yes"},
    {"framework": "fastapi", "interface": "both"},
]


@settings(max_examples=8, deadline=None)
@given(data=st.data(), every=st.booleans(), locked=st.sampled_from(LOCKS))
def test_what_is_locked_holds_on_every_way(
    questionnaire: Questionnaire, rules: Rules, data: st.DataObject, every: object, locked: Answers
) -> None:
    """Whatever else is answered gives way; nobody is asked for it, and no answer ends the talk."""
    person = Somebody(data)
    asked = questionnaire.with_defaults({"ci": "gitlab", "telemetry": "otel", "experience": "new"})
    asked = asked.with_locked(dict.fromkeys(locked, "Because."))
    answers = Interview(asked, rules, person, locked, every=bool(every)).run()
    assert questionnaire.complete(answers) == answers
    assert locked.items() <= answers.items()
    assert not set(locked) & set(person.asked)


class Settled:
    """A person who knows some answers, and agrees with everything else."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def ask(self, prompt: Prompt, _heading: str, _refusal: object, _selected: object) -> str:
        self.asked.append(prompt.name)
        return self.answers.get(prompt.name, prompt.default or "Shop")

    def review(self, _rows: list[Row], _at: str | None) -> str | None:
        return None

    def say(self, _text: str) -> None:
        """Take note of nothing."""


def test_the_questions_follow_the_answers(questionnaire: Questionnaire, rules: Rules) -> None:
    """The name first, then traits as long as they tell something, then what is recommended."""
    answers = {"server_rendered": "yes", "concurrency": "low", "existing_code": "flask"}
    person = Settled(answers)
    Interview(questionnaire, rules, person, {}, every=False).run()
    assert [name for name in person.asked if name in ROAD] == list(ROAD)
    traits = [name for name in person.asked if name not in ROAD]
    assert traits[0] == open_questions({}, rules)[0]
    told: Answers = {}
    for trait in traits:
        assert open_questions(told, rules)[0] == trait
        told[trait] = answers.get(trait, "unsure")
    assert not open_questions(told, rules)
