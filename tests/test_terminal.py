"""A person at a real terminal: questions, the way back, the review, a wrong answer, Ctrl-C."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
import yaml

from conftest import ROOT, copy_template, nothing_in, without
from scaffold.questionnaire import Questionnaire
from terminals import (
    DOWN,
    END,
    ENTER,
    ESCAPE,
    INTERRUPT,
    LEFT,
    OPEN,
    SHIFT_TAB,
    UP,
    Open,
    pane,
)

pytestmark = pytest.mark.slow

# Answered beforehand, so that a test asks only what it is about.
SOME = (
    "-d", "description=Sells things.", "-d", "concurrency=high", "-d", "workload=io",
    "-d", "realtime=no", "-d", "typed_contract=yes", "-d", "separate_clients=no",
    "-d", "team_size=small", "-d", "experience=fluent", "-d", "control=no",
    "-d", "existing_code=none",
)  # fmt: skip

QUESTIONS = Questionnaire.load(ROOT)
COMPLETE = QUESTIONS.complete({"project_name": "shop"})
ASKED = {prompt.name: prompt for prompt in QUESTIONS.walk(COMPLETE)}


def test_a_whole_conversation(terminal: Open) -> None:
    """Every question has a default; the recommendation stands where the framework is chosen."""
    run = terminal("new", "--no-install", "--all-questions", *SOME)
    run.sees("Project, 1 of about").sees("What is the project called?").types("My Shop" + ENTER)
    run.sees("What is its Python package called?").sees("my_shop").types(ENTER)
    run.sees("Who is its author?").sees("Grace Hopper").types(ENTER)
    run.sees("email address?").sees("grace@example.org").types(ENTER)
    run.sees("Needs, 5 of about").sees("rendered on the server?").sees("Why: ")
    run.types(DOWN + DOWN + ENTER)
    run.sees("Is the API itself the product").sees("not sure").types(DOWN + ENTER)
    run.sees("Build, 7 of about").sees("Which framework?")
    run.sees("Recommended: FastAPI (a clear case)").sees("+ The API is the product")
    run.sees("FastAPI (recommended)").types(ENTER)
    run.sees("What does it offer?").sees("Recommended: api, as").sees("api: a JSON API").types(
        ENTER
    )
    run.takes_defaults_until("Under which license?").types(ENTER)
    run.makes().sees("FastAPI is recommended (a clear case).")
    run.sees("render").sees("first commit").sees("cd My-Shop")
    assert run.ends() == 0
    recorded = yaml.safe_load(Path("My-Shop/.copier-answers.yml").read_text())
    assert recorded["author_name"] == "Grace Hopper"
    assert (recorded["api_first"], recorded["server_rendered"]) == ("yes", "no")
    assert recorded["framework"] == "fastapi"


def test_only_what_matters_is_asked(terminal: Open) -> None:
    """The most telling trait comes first; what has a recommended answer waits for the review."""
    run = terminal("new", "shop", "--no-install", *SOME)
    run.sees("HTML pages rendered on the server?").types(DOWN + DOWN + ENTER)
    run.sees("The answers decide it: FastAPI. 1 question could not change that.")
    run.sees("Which framework?").types(ENTER).sees("What does it offer?").types(ENTER)
    run.sees("Review: nothing is written yet.")
    run.sees("package_name").sees("shop").sees("author_name").sees("Grace Hopper")
    run.sees("* server_rendered  no").sees("* framework        FastAPI (recommended)")
    run.sees("database         sqlite").sees("license          MIT").types(ENTER)
    run.sees("first commit")
    assert run.ends() == 0
    assert "Is the API itself" not in run.text
    assert "Under which license?" not in run.text
    recorded = yaml.safe_load(Path("shop/.copier-answers.yml").read_text())
    assert (recorded["api_first"], recorded["server_rendered"]) == ("unsure", "no")
    assert (recorded["framework"], recorded["author_name"]) == ("fastapi", "Grace Hopper")


@pytest.mark.parametrize("key", [LEFT, ESCAPE, SHIFT_TAB])
def test_a_step_back(terminal: Open, key: str) -> None:
    """What follows from the answer is worked out anew; what was answered is offered again."""
    run = terminal("new", "shop", "--no-install", *OPEN)
    run.sees("rendered on the server?").sees("← back)").types(key)
    run.sees("rendered on the server?").sees("← back)").types(DOWN + DOWN + ENTER)
    run.sees("FastAPI (recommended)").types(key)
    run.sees("rendered on the server?").sees("no").types(UP + ENTER)
    run.sees("Which framework?").sees("Flask (recommended)").types(ENTER)
    run.sees("pages: HTML pages").types(DOWN + ENTER)
    run.sees("Review:").sees("* interface        both").sees("license").types(key)
    run.sees("What does it offer?").types(ENTER).makes().sees("first commit")
    assert run.ends() == 0
    recorded = yaml.safe_load(Path("shop/.copier-answers.yml").read_text())
    assert (recorded["server_rendered"], recorded["framework"]) == ("yes", "flask")
    assert recorded["interface"] == "both"


@pytest.mark.parametrize("key", [ESCAPE, SHIFT_TAB])
def test_a_step_back_from_a_text(terminal: Open, key: str) -> None:
    """The text that was typed stands in the field again."""
    run = terminal("new", "--no-install", "-d", "description=Sells things.", "--all-questions")
    run.sees("project called?").types("Shop" + ENTER)
    run.sees("package called?").types(key)
    run.sees("project called?").sees("Shop").types("s" + ENTER)
    run.sees("package called?").sees("shops").types(INTERRUPT)
    assert run.ends() == 130


def test_what_is_typed_takes_the_place_of_a_default(terminal: Open) -> None:
    """It is selected, as in a form: typing and pasting replace it, Backspace clears it."""
    given = [f"-d{name}={COMPLETE[name]}" for name in list(ASKED)[5:]]
    run = terminal("new", "shop", "--no-install", "--all-questions", *given)
    run.sees("package called?").sees("shop").types("\x1b[Fs" + ENTER)  # End keeps it
    run.sees("one sentence?").sees("A web project.").types("Sells tea." + ENTER)
    run.sees("author?").sees("Grace Hopper").types("\x7f" + ENTER)
    run.sees("email").sees("grace@").types("\x1b[200~ada@example.org\x1b[201~" + ENTER)
    run.sees("Review:").types(ENTER).sees("first commit")
    assert run.ends() == 0
    recorded = yaml.safe_load(Path("shop/.copier-answers.yml").read_text())
    assert (recorded["package_name"], recorded["description"]) == ("shops", "Sells tea.")
    assert (recorded["author_name"], recorded["author_email"]) == ("", "ada@example.org")


def test_an_answer_is_changed_at_the_review(terminal: Open) -> None:
    """Every line can be entered; what an answer rules out falls back, and it is said why."""
    run = terminal("new", "shop", "--no-install", *SOME, "-d", "api_first=no", "-d", "auth=session",
                   "-d", "server_rendered=yes", "-d", "framework=flask")  # fmt: skip
    run.sees("What does it offer?").types(ENTER)
    run.sees("Make the project").sees("* auth             session").sees("license")
    run.types(UP + UP).types(ENTER)  # from the first line over the last to the one before
    run.sees("Build, changed").sees("Which Python").types(DOWN + ENTER)
    run.sees("* python           3.12  (recommended: 3.11)").types(ESCAPE)
    run.sees("What does it offer?").types(ENTER).sees("Make the project")
    run.types(DOWN * 19 + ENTER).sees("keep its data?").types(DOWN + DOWN + ENTER)
    run.sees("auth falls back to what is recommended: auth=session keeps")
    run.sees("* database         none").types(UP * 19 + ENTER).sees("first commit")
    assert run.ends() == 0
    recorded = yaml.safe_load(Path("shop/.copier-answers.yml").read_text())
    assert (recorded["database"], recorded["python"]) == ("none", "3.12")
    assert recorded.get("auth", "none") == "none"


def test_a_wrong_answer_can_be_mended(terminal: Open) -> None:
    """The prompt says what is wrong and stays; nothing has to be typed again."""
    run = terminal("new", "--no-install", *SOME)
    run.sees("What is the project called?").types("json" + ENTER)
    run.sees("What is its Python package called?")
    run.sees("'json' is a module of Python's standard library.").types(ENTER)
    run.sees("'json' is a module of Python's standard library.")
    run.types("_api" + ENTER).sees("rendered on the server?").types(INTERRUPT)
    assert run.ends() == 130
    assert nothing_in(Path.cwd())


@pytest.mark.parametrize("columns", [40, 80])
def test_what_is_wrong_can_be_read_to_its_end(terminal: Open, columns: int) -> None:
    """However narrow the terminal; what was typed stays in the field."""
    run = terminal("new", "--no-install", columns=columns)
    run.sees("project called?").types("9lives" + ENTER)
    run.sees("A project name starts with a").sees("underscores.").sees("9lives").types(INTERRUPT)
    assert run.ends() == 130


@pytest.mark.parametrize("name", ASKED)
def test_ctrl_c_at_each_prompt_leaves_nothing(terminal: Open, name: str) -> None:
    """Exit code 130, no traceback, nothing written."""
    given = [f"-d{other}={COMPLETE[other]}" for other in ASKED if other != name]
    run = terminal("new", "--no-install", "--all-questions", *given)
    run.sees(", 1 of about").sees(ASKED[name].help.split("\n")[0][:20]).types(INTERRUPT)
    assert run.ends() == 130
    assert "Traceback" not in run.text
    assert nothing_in(Path.cwd())


def test_ctrl_c_at_the_review_leaves_nothing(
    terminal: Open, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last moment at which nothing is written yet; what was drafted goes too."""
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    given = [f"-d{name}={COMPLETE[name]}" for name in ASKED]
    run = terminal("new", "--no-install", *given)
    run.sees("Review:").sees("Make the project").types(INTERRUPT)
    assert run.ends() == 130
    assert nothing_in(Path.cwd())
    assert nothing_in(temporary)


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}])
def test_plain_lines(terminal: Open, variables: dict[str, str]) -> None:
    """A simple terminal or a screen reader gets the same conversation with numbers."""
    run = terminal("new", "--no-install", *OPEN, **variables)
    run.sees("Project, 1 of about").sees("Type an answer; < goes back: ").types("7\r")
    run.sees("A project name starts with a letter").sees("< goes back: ").types("shop\r")
    run.sees("rendered on the server?").sees("2. yes").sees("Enter for 1; < goes back: ")
    run.types("<\r").sees("project called?").sees("Enter for shop; < goes back: ").types("\r")
    run.sees("rendered on the server?").sees("< goes back: ").types("four\r")
    run.sees("'four' is no number from 1 to 3.").sees("< goes back: ").types("2\r")
    run.sees("Which framework?").sees("Recommended: Flask").sees("< goes back: ").types("\r")
    run.sees("What does it offer?").sees("< goes back: ").types("\r")
    run.sees("1. Make the project").sees("Build:   license").sees("< goes back: ").types("3\r")
    run.sees("package called?").sees("Enter for shop; < goes back: ").types("store\r")
    run.sees("* package_name     store").sees("Enter for 3; < goes back: ").types("1\r")
    run.sees("first commit")
    assert run.ends() == 0
    assert "\x1b[" not in run.seen or "ACCESSIBLE" in variables
    assert Path("shop/src/store").is_dir()


def test_nobody_there_any_more(terminal: Open) -> None:
    """Ctrl-D where plain lines are asked ends it like Ctrl-C."""
    run = terminal("new", "--no-install", TERM="dumb")
    run.sees("< goes back: ").types(END)
    assert run.ends() == 130
    assert nothing_in(Path.cwd())


def test_a_given_name_is_not_asked_for(terminal: Open) -> None:
    """What the call answers is not asked again."""
    run = terminal("new", "shop", "--no-install", *SOME)
    run.sees("rendered on the server?").types(INTERRUPT)
    assert run.ends() == 130
    assert "What is the project called?" not in run.text


def test_a_target_that_is_taken_is_told_before_the_questions(terminal: Open) -> None:
    """Nobody answers twenty questions for a directory that cannot be used."""
    Path("shop").mkdir()
    Path("shop/mine").touch()
    run = terminal("new", "shop", "--no-install")
    assert run.ends() == 2
    assert "'shop' is not empty" in run.text


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colour(terminal: Open, variables: dict[str, str]) -> None:
    """NO_COLOR and a dumb terminal get the steps in plain text."""
    run = terminal("new", "shop", "--defaults", "--no-install", **variables)
    assert run.ends() == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", run.seen)
    assert "✓ render" in run.text


@pytest.mark.parametrize("columns", [40, 80])
def test_nothing_is_cut_off(columns: int) -> None:
    """Every question, every choice and the review can be read to their ends."""
    if shutil.which("tmux") is None:
        without("tmux", "tmux")
    questions = {
        name: [prompt.help, *(choice.label for choice in prompt.choices)]
        for name, prompt in ASKED.items()
    }
    with pane("new", "--no-install", "--all-questions", "--no-profile", columns=columns) as person:
        while questions:
            name = person.shows_one_of(questions)
            del questions[name]
            if not ASKED[name].choices:
                person.presses("BSpace")
                person.presses("-l", COMPLETE[name])
            person.presses("Enter")
        person.shows(*(f"{name} {prompt.label(COMPLETE[name])}" for name, prompt in ASKED.items()))
        person.presses("Enter")
        person.shows("The same project again:")


def test_a_pipe_gets_plain_lines() -> None:
    """Without a terminal no escape sequence is written."""
    run = subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "shop", "--defaults", "--no-install"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\x1b" not in run.stdout + run.stderr
    assert "✓ render" in run.stdout


def test_copier_copy_shows_the_recommendation_in_its_prompt(tmp_path: Path) -> None:
    """The other door: plain `copier copy` asks the same and needs no `--trust`."""
    folder = copy_template(tmp_path / "template")
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", "-d", "project_name=shop", "-d", "package_name=shop",
         "-d", "author_name=", "-d", "author_email=", *SOME, "-d", "api_first=yes",
         "-d", "server_rendered=no", str(folder), "copied"],
        dimensions=(50, 80), encoding="utf-8", timeout=60,
    )  # fmt: skip
    child.expect_exact("Recommended: FastAPI (a clear case)")
    child.expect_exact("+ The API is the product")
    while child.expect_exact(["uv run poe dev", "(Use arrow keys)"]):
        time.sleep(0.1)
        child.send(ENTER)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert Path("copied/pyproject.toml").exists()
