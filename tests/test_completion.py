"""Completion in real shells: the script is sourced, keys are typed, and Tab is pressed."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from conftest import without

pytestmark = pytest.mark.slow

BIN = str(Path(sys.executable).parent)
# How each shell starts without the configuration of whoever runs the tests.
START = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
SOURCED = {
    "bash": 'bind "set bell-style none"; eval "$(scaffold --show-completion bash)"',
    "zsh": 'autoload -U compinit; compinit -D; eval "$(scaffold --show-completion zsh)"',
    "fish": "scaffold --show-completion fish | source",
}


@pytest.fixture(params=START)
def shell(request: pytest.FixtureRequest) -> Iterator["pexpect.spawn[str]"]:
    """Start a shell that has sourced its script."""
    name: str = request.param
    if shutil.which(name) is None:
        without(name, name)
    child: pexpect.spawn[str] = pexpect.spawn(
        name, START[name], encoding="utf-8", timeout=20, dimensions=(40, 100),
        env={"PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb" if name == "fish" else "vt100",
             "HOME": os.environ["HOME"], "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
    )  # fmt: skip
    child.sendline(f"{SOURCED[name]}; echo rea''dy")
    child.expect_exact("ready")
    yield child
    child.close(force=True)


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("scaffold expl", "scaffold explain"),
        ("scaffold new --all", "scaffold new --all-questions"),
        ("scaffold new --framework fa", "scaffold new --framework fastapi"),
        ("scaffold new -d tele", "scaffold new -d telemetry="),
        ("scaffold new -d telemetry=o", "scaffold new -d telemetry=otel"),
        ("scaffold new --preset inter", "scaffold new --preset internal-tool"),
        ("scaffold recommend -d workl", "scaffold recommend -d workload="),
        ("scaffold recommend -d workload=c", "scaffold recommend -d workload=cpu"),
    ],
)
def test_tab_completes(shell: "pexpect.spawn[str]", typed: str, completed: str) -> None:
    """Commands, options, keys of answers and their values."""
    shell.send(f"{typed}\t")
    shell.expect_exact(completed)
