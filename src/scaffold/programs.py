"""Run uv and git: the only place that starts other programs."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Variables of a surrounding environment that would turn these programs to
# another project, repository or interpreter than the one they are run in.
_FOREIGN = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
)


# What a shell returns for a program that it cannot find.
NOT_STARTED = 127


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Args:
        code: Its exit code; NOT_STARTED where it could not be started.
        output: What it printed on both streams.

    """

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it exited with 0."""
        return self.code == 0


def run(command: Sequence[str], directory: Path, **variables: str) -> Outcome:
    """Run a program to its end, without input.

    Args:
        command: The program and its arguments.
        directory: Where to run it.
        variables: Environment variables to add.

    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the commands are this package's own
            command,
            cwd=directory,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Outcome(NOT_STARTED, str(error))
    try:
        output, _ = process.communicate()
    except BaseException:
        _end(process)
        raise
    return Outcome(process.returncode, output)


def _end(process: "subprocess.Popen[str]") -> None:
    """End a program and all that it started, so that nothing writes on afterwards."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, signum)
            process.communicate(timeout=5)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment, without what belongs to another project."""
    kept = {k: v for k, v in os.environ.items() if k not in _FOREIGN}
    # uv must never download an interpreter, and a pipe needs no progress bar.
    return {**kept, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", **variables}


def uv() -> str:
    """Return the path of the uv that is installed with this package."""
    from uv import find_uv_bin

    return os.fsdecode(find_uv_bin())


def uv_as_typed() -> str:
    """Return how a person runs uv on this machine: from the PATH, or by the package."""
    return "uv" if shutil.which("uv") else f"{shlex.quote(sys.executable)} -m uv"


def git(*arguments: str) -> tuple[str, ...]:
    """Return a git command that no hook, signature or prompt of the user interrupts."""
    quiet = ("-c", "core.hooksPath=" + os.devnull, "-c", "commit.gpgSign=false")
    return ("git", *quiet, *arguments)
