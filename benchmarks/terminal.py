"""A person at a terminal, who takes each answer that `scaffold new` offers."""

import contextlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pexpect
from peers import BrokenError, Setting

_PAUSE = 0.3  # seconds that a person takes for an answer
_PATIENCE = 120.0  # seconds until something is shown or made
_ENTER = "\r"
START = "from scaffold.__main__ import main; main()"
_DRAWING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours, and where the cursor goes


class Terminal:
    """A terminal on which all questions were answered a moment ago.

    Args:
        child: The program that runs on it.

    """

    def __init__(self, child: "pexpect.spawn[str]") -> None:
        self._child = child
        self._begun = time.perf_counter()

    def seconds_until(self, folder: Path) -> float:
        """Return how long it takes from the last answer until a folder is there.

        Raises:
            BrokenError: It takes too long.

        """
        while not os.path.lexists(folder):
            if time.perf_counter() - self._begun > _PATIENCE:
                raise BrokenError(f"There are no files after {_PATIENCE:.0f} seconds.")
            _read(self._child)
            time.sleep(0.001)
        return time.perf_counter() - self._begun

    def seconds_to_the_end(self) -> tuple[float, str]:
        """Return how long it takes from the last answer to the end, and what is shown by then.

        Raises:
            BrokenError: The program failed.

        """
        self._child.expect(pexpect.EOF)
        seconds = time.perf_counter() - self._begun
        shown = _DRAWING.sub("", self._child.before or "")
        self._child.close()
        if self._child.exitstatus:
            raise BrokenError(f"scaffold ended with {self._child.exitstatus}.")
        return seconds, shown


@contextlib.contextmanager
def answered(
    setting: Setting, place: Path, arguments: Sequence[str], start: str = START
) -> Iterator[Terminal]:
    """Run `scaffold new`, press Enter at each question and at the review, and yield the terminal.

    Args:
        setting: Where the programs are.
        place: Where to run it.
        arguments: What follows `scaffold new`.
        start: The Python that starts it.

    Raises:
        BrokenError: It asks something else, or shows nothing for long.

    """
    child: pexpect.spawn[str] = pexpect.spawn(
        setting.program("scaffold", "python"),
        ["-c", start, "new", *arguments],
        cwd=str(place),
        env={**setting.variables, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
        dimensions=(50, 80),
        encoding="utf-8",
        timeout=int(_PATIENCE),
    )
    try:
        # What can be asked, and the review last.
        while child.expect_exact(["Review:", "in one sentence?", "← back)"]):
            _press_enter(child)
        child.expect_exact("Make the project")
        _press_enter(child)
        yield Terminal(child)
    except pexpect.ExceptionPexpect as error:
        raise BrokenError("scaffold did not ask what was expected.") from error
    finally:
        child.close(force=True)


def _press_enter(child: "pexpect.spawn[str]") -> None:
    """Press Enter after a person's pause, and pass over what was drawn meanwhile."""
    time.sleep(_PAUSE)
    _read(child)
    child.send(_ENTER)


def _read(child: "pexpect.spawn[str]") -> None:
    """Read all that was shown by now: a program whose terminal is full would wait."""
    with contextlib.suppress(pexpect.TIMEOUT):
        while True:
            child.read_nonblocking(65536, timeout=0)
