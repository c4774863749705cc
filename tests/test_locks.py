"""What a profile locks: by every door, in the conversation, and on a terminal."""

from pathlib import Path

import pytest

from conftest import Scaffold, copy_template, nothing_in, recorded
from scaffold.errors import AnswerError
from scaffold.interview import Interview, Row
from scaffold.profile import Lock, Profile
from scaffold.questionnaire import Questionnaire
from scaffold.questions import Prompt
from scaffold.rules import Rules
from terminals import DOWN, ENTER, OPEN, UP, Terminal

QUICK = ("--defaults", "--no-install")


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


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("-d", "database=none"), "none"),
        (("--answers", "answers.yml"), "sqlite"),
        (("--preset", "stored"), "none"),
        (("--like", "other"), "sqlite"),
    ],
)
def test_a_locked_answer_is_not_overruled(
    scaffold: Scaffold, team: str, tmp_path: Path, arguments: tuple[str, ...], given: str
) -> None:
    """Whatever door the other answer comes by, it is refused with the reason."""
    Path("answers.yml").write_text("database: sqlite\n")
    Path("other").mkdir()
    Path("other/.copier-answers.yml").write_text("database: sqlite\nframework: flask\n")
    template = copy_template(tmp_path / "template")
    stored = "stored: {description: x, answers: {database: none}}\n"
    (template / "presets.yml").write_text(stored)
    result = scaffold(
        "new", "shop", *QUICK, "--profile", team, "--template", str(template), *arguments
    )
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"Error: 'database' is locked to 'postgresql', and '{given}' was given.\n"
        "  Platform team: PostgreSQL only.\n"
        "  Leave that answer out, or set your profile aside with --no-profile.\n"
    )
    assert not Path("shop").exists()


@pytest.mark.slow
def test_the_framework_can_be_locked(scaffold: Scaffold, tmp_path: Path) -> None:
    """`--framework` overrules a recommendation, but no team."""
    file = tmp_path / "team.toml"
    file.write_text('name = "A"\n[locked.framework]\nanswer = "flask"\nreason = "We know it."\n')
    result = scaffold("new", "x", *QUICK, "--profile", str(file), "--framework", "fastapi")
    assert result.code == 2
    assert "'framework' is locked to 'flask', and 'fastapi' was given.\n  A: We know it." in (
        result.err
    )
    same = scaffold("new", "x", *QUICK, "--profile", str(file), "--framework", "flask")
    assert (same.code, recorded("x")["framework"]) == (0, "flask")


def test_locked_answers_that_exclude_each_other(scaffold: Scaffold, tmp_path: Path) -> None:
    """Both commands tell which, why, and whose lock it is."""
    file = tmp_path / "team.toml"
    locks = {"database": ("none", "No state."), "auth": ("session", "Everybody signs in.")}
    tables = (f"[locked.{k}]\nanswer = '{a}'\nreason = '{r}'\n" for k, (a, r) in locks.items())
    file.write_text("name = 'Team'\n" + "".join(tables))
    made = scaffold("new", "shop", *QUICK, "--profile", str(file))
    assert (made.code, made.out) == (2, "")
    assert made.err.endswith("'auth' is locked. Team: Everybody signs in.\n")
    assert scaffold("recommend", "--profile", str(file)).err == made.err


def test_what_does_not_go_with_a_locked_answer_is_told_why(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    """Where nobody is asked: what does not go together, and that the one of them is locked."""
    file = tmp_path / "team.toml"
    file.write_text('name = "A"\n[locked.auth]\nanswer = "session"\nreason = "We sign in."\n')
    result = scaffold("new", "shop", *QUICK, "--profile", str(file), "-d", "database=none")
    assert (result.code, result.out) == (2, "")
    assert nothing_in(Path.cwd())
    told = result.err
    assert told.startswith("Error: 'session' cannot be the auth.\n  auth=session keeps its users")
    assert told.endswith("\n  'auth' is locked. A: We sign in.\n")


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 40])
def test_on_a_terminal(team: str, columns: int) -> None:
    """A default is marked, and a locked line is shown with its reason and stays."""
    run = Terminal("new", "shop", "--no-install", "--profile", team, *OPEN, columns=columns)
    run.sees("rendered on").sees("← back)").types(ENTER)
    run.sees("framework?").sees("← back)").types(ENTER)
    run.sees("offer?").sees("Your profile (Platform team): both.").sees("← back)").types(ENTER)
    run.sees("Review:").sees("database         postgresql").sees("(locked.").sees("only.)")
    run.sees("license").types(DOWN * 19).types(ENTER)
    run.sees("database is locked. Platform").sees("PostgreSQL only.")
    run.sees("Review:").sees("license").types(UP * 19).types(ENTER)
    run.sees("Your profile: Platform team.").sees("first commit").sees("The same project again:")
    assert run.ends() == 0
    answers = recorded("shop")
    assert (answers["interface"], answers["database"], answers["ci"]) == (
        "both",
        "postgresql",
        "gitlab",
    )


@pytest.mark.slow
def test_in_plain_lines(team: str) -> None:
    """A screen reader is told the same."""
    run = Terminal("new", "shop", "--no-install", "--profile", team, *OPEN, ACCESSIBLE="1")
    for question in ("rendered on the server?", "framework?", "offer?"):
        run.sees(question).sees("< goes back: ").types("\r")
    run.sees("20. Build:   database         postgresql").sees("(locked. Platform team: PostgreSQL")
    run.sees("< goes back: ").types("20\r").sees("database is locked. Platform team: PostgreSQL")
    run.sees("< goes back: ").types("1\r").sees("first commit")
    assert run.ends() == 0
