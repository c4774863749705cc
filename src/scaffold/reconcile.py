"""Ask which files to take where a merge finds others, before anything is written."""

import shutil
from typing import Protocol

from scaffold.colours import CYAN, GREEN, RED, painted
from scaffold.errors import UsageError
from scaffold.interview import Back
from scaffold.merge import File

_LEAST_LINES = 10
_QUESTION_LINES = 10  # what stands below a diff on the same screen
_COLOURS = {"+": GREEN, "-": RED, "@": CYAN}


class Asker(Protocol):
    """Someone to ask, in whatever way."""

    def pick(self, shown: str, text: str, options: list[tuple[str, str]]) -> str:
        """Show a text as it is, ask below it, and return the value of an option.

        Raises:
            Back: A step back is wanted.

        """


def decide(files: list[File], asker: Asker | None) -> set[str]:
    """Return the paths of files to take instead of what is there.

    Args:
        files: What was compared.
        asker: Whom to ask; None where there is no terminal.

    Raises:
        UsageError: There is something to ask, and nobody to be asked.
        KeyboardInterrupt: Ctrl-C at a question.

    """
    differing = [file for file in files if file.state == "differs"]
    if differing and asker is None:
        raise UsageError(
            "There is no terminal to ask on, and files differ",
            why="\n".join(file.path for file in differing),
            todo="Nothing was written. Run it on a terminal, or move these files out of the way;\n"
            "--dry-run --merge shows what would happen.",
        )
    taken: set[str] = set()
    at = 0
    while asker and at < len(differing):
        file = differing[at]
        try:
            theirs = _takes(file, f"{at + 1} of {len(differing)}", asker)
        except Back:
            at = max(0, at - 1)
            continue
        (taken.add if theirs else taken.discard)(file.path)
        at += 1
    return taken


def _takes(file: File, number: str, asker: Asker) -> bool:
    """Show how a file differs until it is kept or taken."""
    lines = file.diff()
    fits = max(_LEAST_LINES, shutil.get_terminal_size().lines - _QUESTION_LINES)
    whole = len(lines) <= fits
    shown = lines if whole else [*lines[:fits], f"... {len(lines) - fits} more lines"]
    options = [("keep mine", "mine"), ("take theirs", "theirs")]
    options += [] if whole else [("show all of the difference", "difference")]
    options += [("show the whole of theirs", "file")]
    text = f"Merge, {number}: {file.path} differs. Nothing is written yet."
    while True:
        answer = asker.pick("\n".join(map(_painted, shown)), text, options)
        if answer == "difference":
            shown = lines
        elif answer == "file":
            shown = file.rendered()
        else:
            return answer == "theirs"


def _painted(line: str) -> str:
    return painted(line, _COLOURS.get(line[:1], ""))
