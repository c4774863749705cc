"""Make the pictures of the README from the real program: `uv run docs/pictures/make.py`.

The program runs in tmux, which must be installed, and rich draws its screen. Each
picture is kept as text too, without times: a test compares that with what the program
shows today.
"""

import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS, LINES = 84, 42
# A release of the template, a project with changes of its own, and the next release.
SCENE = f"""\
git init --quiet template
cp -r {HERE.parents[1]}/*.yml {HERE.parents[1]}/template template
tell() {{ git -C template "$@"; }}
release() {{ tell add --all; tell commit --quiet -m $1; tell tag $1; }}
release v1.0.0
scaffold new shop --defaults --no-install --template git+file://$PWD/template
sed -i '1a # Ours.' shop/src/shop/logs.py
echo '# Ours.' >> shop/Dockerfile
git -C shop commit --quiet --all -m Ours
sed -i '1a # Theirs.' template/template/src/*/logs.py
sed -i 's/STOPSIGNAL SIGTERM/STOPSIGNAL SIGINT/' template/template/*container*/Dockerfile.jinja
echo New. > template/template/docs/news.md
release v2.0.0
cd shop
"""


@dataclass(frozen=True)
class Screen:
    """What a terminal shows.

    Args:
        ansi: Its lines, with escape sequences for colours.

    """

    ansi: str

    @property
    def text(self) -> str:
        """The lines alone, without how long things took and what was quicker."""
        plain = re.sub(r"\x1b\[[0-9;]*m", "", self.ansi)
        plain = re.sub(r" *\b\d+\.\d s\b", " 0.0 s", plain)
        lines = [line.rstrip() for line in plain.splitlines()]
        # Steps that run side by side end in any order.
        steps = iter(sorted(line for line in lines if line.startswith("✓")))
        return "\n".join(next(steps) if line.startswith("✓") else line for line in lines) + "\n"

    def svg(self, title: str) -> str:
        """Return the picture of it."""
        from rich.console import Console
        from rich.text import Text

        console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
        for line in self.ansi.splitlines():
            console.print(Text.from_ansi(line), soft_wrap=True)
        picture = console.export_svg(title=title, unique_id="terminal")
        # Fonts from elsewhere; the reader's own will do.
        return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


class Terminal:
    """A terminal in a folder, with this environment's `scaffold`."""

    def __init__(self, folder: str) -> None:
        self._socket = f"{folder}/.tmux"
        git = Path(folder) / ".gitconfig"
        git.write_text("[user]\nname = Ada Lovelace\nemail = ada@example.org\n")
        path = f"PATH={Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        self._tmux(
            "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), "-c", folder,
            "env", "-u", "NO_COLOR", "-u", "VIRTUAL_ENV", path, "PS1=$ ",
            f"GIT_CONFIG_GLOBAL={git}", "bash", "--norc", "--noprofile",
        )  # fmt: skip

    def types(self, text: str) -> None:
        """Type a line."""
        self._tmux("send-keys", "-l", text)
        self.presses("Enter")

    def presses(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._tmux("send-keys", *keys)

    def shows(self, text: str, seconds: float = 30) -> Screen:
        """Wait for a text, and return the screen."""
        deadline = time.monotonic() + seconds
        while text not in self._tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                sys.exit(f"It does not show {text!r} but:\n{self._screen().text}")
            time.sleep(0.1)
        time.sleep(0.3)  # what is drawn below it
        return self._screen()

    def close(self) -> None:
        """End the terminal and what runs in it."""
        self._tmux("kill-server")

    def _screen(self) -> Screen:
        lines = self._tmux("capture-pane", "-e", "-p").rstrip()
        return Screen(lines.removesuffix("$").rstrip())

    def _tmux(self, *arguments: str) -> str:
        # A server of its own: nobody else's sessions are touched.
        command = ("tmux", "-S", self._socket, "-f", "/dev/null", *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextmanager
def terminal() -> Iterator[Terminal]:
    """Open a terminal in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        opened = Terminal(folder)
        try:
            yield opened
        finally:
            opened.close()


def questions() -> Iterator[tuple[str, Screen]]:
    """Yield a question on the way, the choice of the framework, and the review."""
    with terminal() as person:
        person.shows("$")
        person.types("scaffold new shop --no-install")
        person.shows("in one sentence?")
        person.types("Sells things to people.")
        person.shows("How many requests")
        person.presses("Down", "Down", "Down", "Enter")
        yield "question", person.shows("rendered on the server?")
        person.presses("Down", "Down", "Enter")
        person.shows("already run or know well?")
        person.presses("Down", "Enter")
        person.shows("Is the API itself the product")
        person.presses("Down", "Enter")
        person.shows("What does a request spend")
        person.presses("Down", "Enter")
        yield "framework", person.shows("Which framework?")
        person.presses("Enter")
        person.shows("What does it offer?")
        person.presses("Enter")
        yield "review", person.shows("Make the project")
        person.presses("C-c")


def recommendation() -> Iterator[tuple[str, Screen]]:
    """Yield the advice alone."""
    with terminal() as person:
        person.shows("$")
        person.types(
            "scaffold recommend -d api_first=yes -d concurrency=low -d realtime=yes | head -7"
        )
        yield "recommendation", person.shows("sum:")


def green() -> Iterator[tuple[str, Screen]]:
    """Yield a project that is made and proven."""
    with terminal() as person:
        person.shows("$")
        person.types("scaffold new shop --defaults -d api_first=yes")
        yield "green", person.shows("Why this framework", seconds=180)


def update() -> Iterator[tuple[str, Screen]]:
    """Yield an update of a project with work of its own, with one conflict."""
    with terminal() as person:
        person.shows("$")
        for line in SCENE.splitlines():
            person.types(line)
        person.types("clear; scaffold update --no-verify")
        yield "update", person.shows("Or go back")


def main() -> None:
    """Write each picture as SVG and as text; with `--check` compare the texts only."""
    old = []
    for name, screen in (*questions(), *recommendation(), *green(), *update()):
        text = HERE / f"{name}.txt"
        if "--check" not in sys.argv:
            (HERE / f"{name}.svg").write_text(screen.svg("scaffold"))
            text.write_text(screen.text)
        elif text.read_text() != screen.text:
            old.append(f"{name}.svg is not what the program shows today:\n{screen.text}")
    if old:
        sys.exit("\n".join((*old, "Make them anew: uv run docs/pictures/make.py")))


if __name__ == "__main__":
    main()
