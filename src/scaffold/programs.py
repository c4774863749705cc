"""Run uv and git: the only place that starts other programs."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

T = TypeVar("T")

# Variables of a surrounding environment that would turn these programs to
# another project, repository or interpreter than the one they are run in.
_OF_GIT = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")
_FOREIGN = (
    *_OF_GIT,
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
)
# What variables are called that set something in a project: here they mean another one.
_SETTINGS = ("APP_", "OTEL_")


# What a shell returns for a program that it cannot find.
NOT_STARTED = 127

_MOMENT = 0.02  # seconds: how long one of several programs is listened to
_PATIENCE = 5.0  # seconds that a program gets to end


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


class Program:
    """A program that nobody types into, in a group of its own with all that it starts.

    What still runs when its `with` block is left is ended.

    Args:
        command: The program and its arguments.
        directory: Where to run it.
        given: What it reads on standard input.
        variables: Environment variables to add.

    """

    def __init__(
        self, command: Sequence[str], directory: Path, given: str = "", **variables: str
    ) -> None:
        self._outcome: Outcome | None = None
        self._output = ""
        with tempfile.TemporaryFile() as stdin:
            stdin.write(given.encode())
            stdin.seek(0)
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the commands are this package's own
                    command,
                    cwd=directory,
                    env=environment(variables),
                    stdin=stdin if given else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                    start_new_session=True,
                )
            except OSError as error:
                self._outcome = Outcome(NOT_STARTED, str(error))

    def __enter__(self) -> Self:
        """Return the program."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.end()

    def ended(self) -> Outcome | None:
        """Return how it ended, or None while it runs; waits a moment for its end."""
        if self._outcome is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, _ = self._process.communicate(timeout=_MOMENT)
                self._outcome = Outcome(self._process.returncode, output)
        return self._outcome

    def ask_to_end(self) -> None:
        """Ask it to end in its own time."""
        if self._outcome is None:
            self._process.terminate()

    def end(self) -> Outcome:
        """End it and all that it started, so that nothing writes on afterwards."""
        if self._outcome is not None:
            return self._outcome
        try:
            self._signal(signal.SIGTERM)
        finally:  # a second Ctrl-C too leaves nothing running
            self._signal(signal.SIGKILL)
        self._outcome = Outcome(self._process.returncode, self._output)
        return self._outcome

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to all of the group, and wait a while for the end."""
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, number)
            self._output, _ = self._process.communicate(timeout=_PATIENCE)


class Assistant:
    """A process that runs a module of ours, and answers each line that it is told with a line.

    It is ended when its `with` block is left, and ends by itself when this process does.

    Args:
        module: The dotted name of the module.
        variables: Environment variables to add.

    Raises:
        OSError: It cannot be started.

    """

    def __init__(self, module: str, **variables: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the module is this package's own
            # Without -P modules of the folder in which this is called could take others' places.
            (sys.executable, "-P", "-m", module),
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the process that a person sees
        )

    def __enter__(self) -> Self:
        """Return the process."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, with all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()

    def tell(self, line: str) -> None:
        """Tell it something; nobody listens where it has ended."""
        with contextlib.suppress(BrokenPipeError):
            print(line, file=self._process.stdin, flush=True)

    def hear(self) -> str:
        """Wait for an answer; an empty one where it has ended."""
        return self._process.stdout.readline().rstrip("\n") if self._process.stdout else ""


# A task yields now and then until it ends; closing it ends what it has started.
Task = Generator[None, None, T]
Run = Task[Outcome]


def running(command: Sequence[str], directory: Path, **variables: str) -> Run:
    """Run a program to its end, beside others.

    Args:
        command: The program and its arguments.
        directory: Where to run it.
        variables: Environment variables to add.

    """
    with Program(command, directory, **variables) as program:
        while (outcome := program.ended()) is None:
            yield
        return outcome


def together(starts: Iterable[Callable[[], Task[T]]], go_on: Callable[[], None]) -> Iterator[T]:
    """Run side by side, as many at once as there are cores, and yield results as they come.

    Args:
        starts: Each starts a task.
        go_on: Called while they run; what it raises ends them all.

    """
    at_once = max(2, os.cpu_count() or 1)
    waiting = list(starts)
    under_way: list[Task[T]] = []
    with contextlib.ExitStack() as ending:  # ends what still runs when something is raised
        while waiting or under_way:
            go_on()
            while waiting and len(under_way) < at_once:
                run = waiting.pop(0)()
                under_way.append(ending.enter_context(contextlib.closing(run)))
            for run in tuple(under_way):
                try:
                    next(run)
                except StopIteration as ended:
                    under_way.remove(run)
                    yield ended.value


def run(command: Sequence[str], directory: Path, given: str = "", **variables: str) -> Outcome:
    """Run a program to its end and wait for it; the arguments are those of `Program`."""
    with Program(command, directory, given, **variables) as program:
        while (outcome := program.ended()) is None:
            pass
        return outcome


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment, without what belongs to another project."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _FOREIGN and not name.startswith(_SETTINGS)
    }
    # uv must never download an interpreter, and a pipe needs no progress bar.
    return {**kept, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", **variables}


def leave_repository() -> None:
    """Forget the repository whose hook runs this, for libraries that run git themselves."""
    for name in _OF_GIT:
        os.environ.pop(name, None)


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
