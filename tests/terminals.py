"""A person at a real terminal: the command on a pseudo-terminal, and the keys of a keyboard."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import pexpect

ENTER, UP, DOWN, LEFT = "\r", "\x1b[A", "\x1b[B", "\x1b[D"
ESCAPE, SHIFT_TAB, INTERRUPT, END = "\x1b", "\x1b[Z", "\x03", "\x04"


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
            timeout=30,
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
        while self.child.expect_exact([text, "← back)"]):
            self.seen += str(self.child.before)
            self.types(ENTER)
        self.seen += f"{self.child.before}{text}"
        return self

    def makes(self) -> "Terminal":
        """Take the defaults of what is left, and confirm at the review."""
        return self.takes_defaults_until("Review:").sees("Make the project").types(ENTER)

    def ends(self, patience: float = 30) -> int:
        """Wait for the end, at most so many seconds; return the exit code."""
        self.child.expect(pexpect.EOF, timeout=patience)
        self.seen += str(self.child.before)
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -1

    @property
    def text(self) -> str:
        """What was shown, without colours and cursor movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.", "", self.seen)


class Pane:
    """What a person really sees: tmux draws the screen of a run, cut off where it is."""

    def __init__(self, socket: str) -> None:
        self._command = ("tmux", "-S", socket, "-f", os.devnull)

    def tmux(self, *arguments: str) -> str:
        command = [*self._command, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def presses(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def shows(self, *texts: str) -> None:
        """Wait until all of these can be read."""
        self.shows_one_of({" and ".join(texts): texts})

    def shows_one_of(self, screens: Mapping[str, Sequence[str]]) -> str:
        """Wait until all texts of a screen can be read, and return that one's name."""
        deadline = time.monotonic() + 30
        while True:
            # Without blanks: a line is broken wherever the terminal ends.
            seen = _without_blanks(self.tmux("capture-pane", "-p"))
            for name, texts in screens.items():
                if all(_without_blanks(text) in seen for text in texts):
                    return name
            assert time.monotonic() < deadline, seen
            time.sleep(0.05)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


@contextlib.contextmanager
def pane(*arguments: str, columns: int, lines: int = 60) -> Iterator[Pane]:
    """Run the command in a pane of tmux, whose server is nobody else's."""
    with tempfile.TemporaryDirectory() as folder:
        opened = Pane(f"{folder}/tmux")
        size = ("-x", str(columns), "-y", str(lines))
        command = ("env", "-u", "COLUMNS", "-u", "LINES", sys.executable, "-m", "scaffold")
        opened.tmux("new-session", "-d", *size, *command, *arguments)
        opened.tmux("set-option", "remain-on-exit", "on")
        try:
            yield opened
        finally:
            opened.tmux("kill-server")


Open = Callable[..., Terminal]

# Only pages are left to ask about, and they decide.
OPEN = (
    "-d", "description=Sells things.", "-d", "api_first=unsure", "-d", "concurrency=unsure",
    "-d", "workload=unsure", "-d", "realtime=unsure", "-d", "typed_contract=unsure",
    "-d", "separate_clients=unsure", "-d", "team_size=unsure", "-d", "experience=unsure",
    "-d", "control=unsure", "-d", "existing_code=unsure",
)  # fmt: skip


def on_a_terminal(*arguments: str, columns: int = 80, **variables: str) -> tuple[str, int]:
    """Run the command on a terminal to its end; return what it wrote, and its exit code."""
    run = Terminal(*arguments, columns=columns, **variables)
    code = run.ends(patience=300)
    return run.seen, code
