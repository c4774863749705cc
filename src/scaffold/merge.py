"""Merge a rendered project into a folder that holds files already: what is there stays."""

import contextlib
import difflib
import io
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scaffold import staging
from scaffold.errors import TargetError, write_error

State = Literal["new", "same", "differs"]

_LARGEST_DIFF = 1_000_000  # bytes; nobody reads more, and it takes long to compare
_OBSTACLES_SHOWN = 8
# Installing changes these, and may replace them.
_INSTALLED = (".venv", "uv.lock")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class File:
    """A rendered file beside what is at its place.

    Args:
        path: Where it goes in the project, with slashes.
        theirs: The rendered file.
        place: Where it goes.
        mine: What is there; None where nothing is.

    """

    path: str
    theirs: Path
    place: Path
    mine: bytes | None

    @property
    def state(self) -> State:
        """Whether the file is new, the same as what is there, or differs from it."""
        if self.mine is None:
            return "new"
        return "same" if self.mine == self.theirs.read_bytes() else "differs"

    def rendered(self) -> list[str]:
        """Return the lines of the rendered file."""
        text = self.theirs.read_bytes().decode(errors="backslashreplace")
        return [visible(line) for line in text.splitlines()]

    def diff(self) -> list[str]:
        """Return what would change, as lines of a unified diff."""
        mine, theirs = self.mine or b"", self.theirs.read_bytes()
        if max(len(mine), len(theirs)) > _LARGEST_DIFF or b"\0" in mine + theirs:
            return [f"mine has {len(mine)} bytes, theirs {len(theirs)}"]
        names = (f"{self.path} (mine)", f"{self.path} (theirs)")
        lines = []
        for line in difflib.unified_diff(_lines(mine), _lines(theirs), *names):
            lines.append(visible(line.removesuffix("\n")))
            if not line.endswith("\n"):
                lines.append("\\ No newline at the end")
        return lines


def visible(text: str) -> str:
    """Return a line without characters that would do something to a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _lines(content: bytes) -> list[str]:
    """Return lines as they are: only a line feed ends one."""
    return list(io.StringIO(content.decode(errors="backslashreplace"), newline="\n"))


def files_in(tree: Path) -> Iterator[str]:
    """Yield the path of each file in a rendered tree, with slashes, sorted by folders."""
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(tree).as_posix()


def compare(
    tree: Path, target: staging.Target, *, install: bool, only: Collection[str] = ()
) -> list[File]:
    """Return each rendered file beside what is at its place in the target.

    Args:
        tree: The rendered project.
        target: Where it goes.
        install: Whether its packages are to be installed there.
        only: The paths that count; empty for all.

    Raises:
        TargetError: Something of the user's stands in the way, and what it is.

    """
    paths = [path for path in files_in(tree) if not only or path in only]
    try:
        obstacles = [
            f"'{name}' is yours, and installing would change it; --no-install leaves it alone"
            for name in (_INSTALLED if install else ())
            if os.path.lexists(target.path / name)
        ]
        obstacles += [_obstacle(tree, path, target.path) for path in paths]
        obstacles = list(dict.fromkeys(filter(None, obstacles)))
        if not obstacles:
            return [_file(tree, path, target.path) for path in paths]
    except OSError as error:
        raise staging.refused(target.shown, error) from error
    more = len(obstacles) - _OBSTACLES_SHOWN
    raise TargetError(
        f"The project cannot be merged into '{target.shown}'",
        why="\n".join(
            (*obstacles[:_OBSTACLES_SHOWN], *([f"and {more} more of this kind"] * (more > 0)))
        ),
        todo="Nothing was written. Move that out of the way, or name another directory.",
    )


def write(files: list[File], taken: Collection[str], target: staging.Target) -> None:
    """Put new files and those that were taken into the target, all of them or none.

    Each is written whole into a hidden folder there, and then renamed.

    Args:
        files: The rendered files.
        taken: Paths of the files that replace what differs.
        target: Where they go.

    Raises:
        TargetError: What is there has changed since it was compared.
        RenderError: The file system refused.

    """
    wanted = [file for file in files if file.state == "new" or file.path in taken]
    with staging.staged(target) as stage:
        try:
            stage.tree.mkdir()
            for number, file in enumerate(wanted):
                shutil.copy(file.theirs, stage.tree / f"{number}")
                if file.mine is not None:
                    shutil.copy2(file.place, stage.tree / f"{number}.mine", follow_symlinks=False)
            with contextlib.ExitStack() as undo:
                for number, file in enumerate(wanted):
                    _put(file, stage.tree / f"{number}", stage.tree / f"{number}.mine", undo)
                undo.pop_all()
        except OSError as error:
            raise write_error(error) from error


def summary(files: list[File], taken: Collection[str]) -> str:
    """Return how many files are new, the same, kept and taken."""
    states = [file.state for file in files]
    return (
        f"{states.count('new')} new, {states.count('same')} the same,"
        f" {states.count('differs') - len(taken)} kept as they were, {len(taken)} taken."
    )


def _put(file: File, fresh: Path, mine: Path, undo: contextlib.ExitStack) -> None:
    """Rename a file to its place; the way back is known before the step is taken."""
    for folder in reversed([f for f in file.place.parents if not f.exists()]):
        undo.callback(_remove_empty, folder)
        folder.mkdir()
    if _at(file.place) != file.mine:
        raise TargetError(
            f"'{file.path}' has changed meanwhile",
            why="It is not what it was when it was compared.",
            todo="Nothing was merged. Run again.",
        )
    undo.callback(_put_back, file.place, fresh, mine)
    fresh.rename(file.place)


def _put_back(place: Path, fresh: Path, mine: Path) -> None:
    if fresh.exists():
        return  # it never came to its place
    if os.path.lexists(mine):
        mine.replace(place)
    else:
        place.rename(fresh)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # it was not made, or holds something that is not ours
        folder.rmdir()


def _file(tree: Path, path: str, target: Path) -> File:
    return File(path, tree / path, target / path, _at(target / path))


def _at(place: Path) -> bytes | None:
    return place.read_bytes() if os.path.lexists(place) else None


def _obstacle(tree: Path, path: str, target: Path) -> str:
    """Return what stands in the way of a file; nothing where it can be put or compared."""
    if path.partition("/")[0] == ".git":
        return "the template would change your repository itself, in '.git'"
    if (tree / path).is_symlink():
        return f"'{path}' would be a link, which no merge makes"
    place = target
    writable = target
    for part in Path(path).parts:
        place = place / part
        shown = f"'{place.relative_to(target)}'"
        if place.is_symlink() and (astray := _astray(place, target)):
            return f"{shown} is a link that leads {astray}"
        if not os.path.lexists(place):
            break
        if place == target / path:
            return _no_file(place, shown) or _read_only(writable, target)
        if not place.is_dir():
            return f"{shown} is a file of yours, and the project has a folder there"
        writable = place
    return _read_only(writable, target)


def _astray(link: Path, target: Path) -> str:
    to = Path(os.path.realpath(link))
    if not to.is_relative_to(target):
        return "out of the folder"
    return "" if to.exists() else "nowhere"


def _no_file(place: Path, shown: str) -> str:
    if place.is_dir():
        return f"{shown} is a folder of yours, and the project has a file there"
    if not place.is_file():
        return f"{shown} is no ordinary file"
    return "" if os.access(place, os.R_OK) else f"{shown} may not be read"


def _read_only(folder: Path, target: Path) -> str:
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    return f"'{folder.relative_to(target)}' is read-only" if folder != target else "it is read-only"
