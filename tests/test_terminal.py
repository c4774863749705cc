"""A person at a real terminal: questions, a wrong answer, Ctrl-C."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
import yaml

from conftest import nothing_in

pytestmark = pytest.mark.slow

ENTER, DOWN, INTERRUPT = "\r", "\x1b[B", "\x03"


class Terminal:
    """A run of the command on a pseudo-terminal of a given width."""

    def __init__(self, *arguments: str, columns: int = 80, **variables: str) -> None:
        environment = {**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
        for variable in ("COLUMNS", "LINES"):
            environment.pop(variable, None)
        environment |= variables
        self.child: pexpect.spawn[str] = pexpect.spawn(
            sys.executable,
            ["-m", "scaffold", *arguments],
            env=environment,
            dimensions=(50, columns),
            encoding="utf-8",
            timeout=60,
        )
        self.seen = ""

    def sees(self, text: str) -> "Terminal":
        self.child.expect_exact(text)
        self.seen += f"{self.child.before}{text}"
        return self

    def types(self, keys: str) -> "Terminal":
        # A person types after the prompt is drawn, not while it is.
        time.sleep(0.1)
        self.child.send(keys)
        return self

    def takes_defaults_until(self, text: str) -> "Terminal":
        """Press Enter at every choice that comes before a text."""
        while self.child.expect_exact([text, "(Use arrow keys)"]):
            self.types(ENTER)
        return self

    def ends(self) -> int:
        self.child.expect(pexpect.EOF)
        self.seen += str(self.child.before)
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -1

    @property
    def text(self) -> str:
        """What was shown, without colours and cursor movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.", "", self.seen)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal() -> Iterator[Open]:
    opened: list[Terminal] = []

    def make(*arguments: str, columns: int = 80, **variables: str) -> Terminal:
        opened.append(Terminal(*arguments, columns=columns, **variables))
        return opened[-1]

    yield make
    for each in opened:
        each.child.close(force=True)


# Answered beforehand, so that a test asks only what it is about.
SOME = (
    "-d", "description=Sells things.", "-d", "concurrency=high", "-d", "workload=io",
    "-d", "realtime=no", "-d", "typed_contract=yes", "-d", "separate_clients=no",
    "-d", "team_size=small", "-d", "experience=fluent", "-d", "control=no",
    "-d", "existing_code=none",
)  # fmt: skip


def test_a_whole_conversation(terminal: Open) -> None:
    """Every question has a default; the recommendation stands where the framework is chosen."""
    run = terminal("new", "--no-install", "--all-questions", *SOME)
    run.sees("What is the project called?").types("My Shop" + ENTER)
    run.sees("What is its Python package called?").sees("my_shop").types(ENTER)
    run.sees("Who is its author?").sees("Grace Hopper").types(ENTER)
    run.sees("email address?").sees("grace@example.org").types(ENTER)
    run.sees("HTML pages rendered on the server?").sees("Why: ").types(DOWN + DOWN + ENTER)
    run.sees("Is the API itself the product").sees("not sure").types(DOWN + ENTER)
    run.sees("Which framework?").sees("Recommended: FastAPI (a clear case)")
    run.sees("+ The API is the product").sees("FastAPI (recommended)").types(ENTER)
    run.sees("What does it offer?").sees("api: a JSON API").types(ENTER)
    run.takes_defaults_until("Under which license?").types(ENTER)
    run.sees("FastAPI is recommended (a clear case).")
    run.sees("render").sees("first commit").sees("cd My-Shop")
    assert run.ends() == 0
    recorded = yaml.safe_load(Path("My-Shop/.copier-answers.yml").read_text())
    assert recorded["author_name"] == "Grace Hopper"
    assert (recorded["api_first"], recorded["server_rendered"]) == ("yes", "no")
    assert recorded["framework"] == "fastapi"


def test_asking_stops_when_the_answers_decide(terminal: Open) -> None:
    """The most telling question comes first; what could change nothing stays unsure."""
    run = terminal("new", "shop", "--no-install", *SOME, "-d", "package_name=shop",
                   "-d", "author_name=", "-d", "author_email=")  # fmt: skip
    run.sees("HTML pages rendered on the server?").types(DOWN + DOWN + ENTER)
    run.sees("The answers decide it: FastAPI. 1 question could not change that.")
    run.sees("Which framework?").types(ENTER)
    run.takes_defaults_until("first commit")
    assert run.ends() == 0
    assert "Is the API itself" not in run.text
    recorded = yaml.safe_load(Path("shop/.copier-answers.yml").read_text())
    assert (recorded["api_first"], recorded["server_rendered"]) == ("unsure", "no")
    assert recorded["framework"] == "fastapi"


def test_a_wrong_answer_can_be_mended(terminal: Open) -> None:
    """The prompt says what is wrong and stays; nothing has to be typed again."""
    run = terminal("new", "--no-install", *SOME)
    run.sees("What is the project called?").types("json" + ENTER)
    run.sees("What is its Python package called?").types(ENTER)
    run.sees("'json' is a module of Python's standard library.")
    run.types("_api" + ENTER).sees("Who is its author?").types(INTERRUPT)
    assert run.ends() == 130
    assert nothing_in(Path.cwd())


@pytest.mark.parametrize("answered", range(4))
def test_ctrl_c_at_a_prompt_leaves_nothing(terminal: Open, answered: int) -> None:
    """Exit code 130, no traceback, nothing written."""
    prompts = ["project called?", "package called?", "one sentence?", "its author?"]
    run = terminal("new", "--no-install")
    for prompt in prompts[:answered]:
        run.sees(prompt).types("shop" + ENTER if answered and prompt == prompts[0] else ENTER)
    run.sees(prompts[answered]).types(INTERRUPT)
    assert run.ends() == 130
    assert "Traceback" not in run.text
    assert nothing_in(Path.cwd())


def test_a_given_name_is_not_asked_for(terminal: Open) -> None:
    """What the call answers is not asked again."""
    run = terminal("new", "shop", "--no-install", *SOME)
    run.sees("What is its Python package called?").types(INTERRUPT)
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


def test_a_narrow_terminal(terminal: Open) -> None:
    """At 40 columns the questions, the advice and the next steps can still be read."""
    run = terminal("new", "shop", "--no-install", "--all-questions", *SOME,
                   "-d", "api_first=yes", columns=40)  # fmt: skip
    run.sees("package called?").types(ENTER)
    run.sees("author?").types(ENTER)
    run.sees("email").types(ENTER)
    run.sees("HTML").types(ENTER)
    run.sees("framework?").takes_defaults_until("poe dev")
    assert run.ends() == 0


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
    import shutil

    root = Path(__file__).parents[1]
    folder = tmp_path / "template"
    folder.mkdir()
    for table in root.glob("*.yml"):
        shutil.copy(table, folder)
    shutil.copytree(root / "template", folder / "template")
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
