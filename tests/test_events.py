"""What programs are told by `scaffold new --json`: one JSON object a line."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Scaffold, nothing_in
from terminals import on_a_terminal

QUICK = ("--defaults", "--no-install")
COMMAND = (sys.executable, "-m", "scaffold")
CHECKS = ["lint", "format", "imports", "types", "tests", "boot"]


pytestmark = pytest.mark.slow


def events(output: str) -> list[dict[str, Any]]:
    """Read lines of events; each has one of the forms that the README gives for its event."""
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("| `event` |") :].split("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in table]
    forms = [(row[0].strip("`"), set(re.findall(r"`([a-z_]+)`", row[2]))) for row in rows]
    read = [json.loads(line) for line in output.splitlines()]
    for event in read:
        assert (event["event"], event.keys() - {"event"}) in forms
        if event["event"] == "step":
            assert event["status"] in ({"passed", "failed"} if "seconds" in event else {"started"})
    return read


def test_programs_are_told_line_by_line(scaffold: Scaffold) -> None:
    """The recommendation, each step's start and end, and what was made; nothing else."""
    result = scaffold("new", "shop", *QUICK, "--json", "-d", "api_first=yes", "-d", "auth=bearer")
    assert (result.code, result.err) == (0, "")
    first, *steps, last = events(result.out)
    assert (first["event"], first["framework"], first["chosen"]) == (
        "recommended",
        "fastapi",
        "fastapi",
    )
    assert first["reasons"][0]["trait"] == "api_first"
    assert [(s["name"], s["status"]) for s in steps] == [
        ("render", "started"), ("render", "passed"),
        ("first commit", "started"), ("first commit", "passed"),
    ]  # fmt: skip
    assert all(0 <= s["seconds"] < 60 for s in steps if s["status"] == "passed")
    assert last["event"] == "created"
    assert last["project"] == str(Path("shop").resolve())
    assert last["seconds"] >= sum(s.get("seconds", 0) for s in steps) - 0.1
    assert last["answers"]["auth"] == "bearer"
    assert last["next"][0] == "cd shop"
    assert len(last["next"]) == 3


def test_a_note_is_an_event(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people read between the steps is told to programs as well."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (note,) = [
        event
        for event in events(scaffold("new", "shop", *QUICK, "--json").out)
        if event["event"] == "note"
    ]
    assert note["text"].startswith("git knows no identity here")


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (("shop", "-d", "api_first=yes"), 2, "Nothing is asked with --json, and answers are missing"),
        (("shop", "--defaults", "-d", "api_first=maybe"), 2, "'maybe' is no answer to 'api_first'"),
        (("shop", "--defaults", "-d", "x"), 2, "'x' is no answer"),
        (("shop", "here", "--defaults"), 2, "'here' is not a directory"),
        (("shop", "--defaults", "--template", "nowhere"), 1, "There is no template at 'nowhere'"),
    ],
)  # fmt: skip
def test_an_error_is_an_event(
    scaffold: Scaffold, arguments: tuple[str, ...], code: int, what: str
) -> None:
    """On standard output as an object, on standard error in words; the exit code is the same."""
    Path("here").touch()
    result = scaffold("new", *arguments, "--no-install", "--json")
    assert result.code == code
    (error,) = events(result.out)
    assert (error["event"], error["what"], error["exit_code"]) == ("error", what, code)
    assert result.err.startswith(f"Error: {what}.\n")
    assert error["todo"].splitlines()[-1] in result.err


def test_a_call_that_makes_no_sense_is_an_event(scaffold: Scaffold) -> None:
    """A mistyped option is told to programs too; other commands tell no events."""
    result = scaffold("new", "shop", "--json", "--defautls")
    (error,) = events(result.out)
    assert (result.code, error["exit_code"]) == (2, 2)
    assert result.err.startswith(f"Error: {error['what']}.\n")
    assert scaffold("explain", "new", "--json").out == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_is_an_event(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM are told last, with the exit code."""
    process = subprocess.Popen(
        [*COMMAND, "new", "shop", *QUICK, "--json"],
        cwd=tmp_path / "here", stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    with process.stdout:
        first = process.stdout.readline()
        process.send_signal(number)
        told = events(first + process.stdout.read())
    assert process.wait(timeout=30) == 128 + number
    assert (told[-1]["event"], told[-1]["exit_code"]) == ("error", 128 + number)
    assert nothing_in(tmp_path / "here")


def test_nothing_is_asked_on_a_terminal_either() -> None:
    """With `--json` missing answers are an error, and complete ones need no review."""
    (missing, code) = on_a_terminal("new", "shop", "--json", "--no-install")
    assert code == 2
    assert '"Nothing is asked with --json, and answers are missing"' in missing
    (_, code) = on_a_terminal("new", "shop", "--json", "--no-install", "--defaults")
    assert code == 0


def test_a_reader_who_leaves_ends_it(tmp_path: Path) -> None:
    """When nobody reads the lines any more, nothing is left behind, and no traceback shown."""
    place = tmp_path / "place"
    place.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "new", "shop", *QUICK, "--json"],
        cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    with process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.wait(timeout=30) == 1
    assert nothing_in(place)
