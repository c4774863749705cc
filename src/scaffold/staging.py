"""Put a project in its place whole, or not at all.

A project is rendered into a hidden folder of ours on the same file system and then
renamed. The folder holds a locked file while its run lives: a later run knows by the
free lock that it was left by one that was killed, and clears it away.

A target that exists and is empty (`.`, a symbolic link, a mount point) cannot be
replaced by a rename, so it is filled entry by entry. A run killed between the first
of them and the last is completed by the next one: everything was rendered by then.
"""

import contextlib
import errno
import fcntl
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scaffold.errors import TargetError, write_error

_PREFIX = ".scaffold-"
_LOCK = "lock"
_TREE = "project"
_FILLING = "filling"


@dataclass(frozen=True)
class Target:
    """Where a project goes.

    Args:
        path: The resolved folder.
        shown: The folder as the user wrote it.
        exists: Whether it is there already.
        filled: Whether it holds something; only a merge may go there.

    """

    path: Path
    shown: str
    exists: bool
    filled: bool = False


def find(directory: str, *, merge: bool = False, look: bool = False) -> Target:
    """Resolve a target and check that a project can go there.

    Only what a killed run left behind is touched.

    Args:
        directory: The folder as the user wrote it.
        merge: Whether it may hold something.
        look: Touch nothing at all.

    Raises:
        TargetError: It is a file, holds something, or leads nowhere.

    """
    path = Path(directory)
    try:
        if path.is_symlink() and not path.exists():
            raise TargetError(
                f"'{directory}' is a link that leads nowhere",
                why=f"It points to '{path.readlink()}'.",
                todo="Name another directory.",
            )
        resolved = path.resolve()
        try:
            resolved.stat()  # `exists` of newer Pythons hides why it cannot know
        except FileNotFoundError:
            return Target(resolved, directory, exists=False)
        if not resolved.is_dir():
            raise TargetError(f"'{directory}' is not a directory", todo="Name another directory.")
        if not look:
            _clear(resolved)
        found = sorted(entry.name for entry in resolved.iterdir())
        if look:
            found = [name for name in found if not name.startswith(_PREFIX)]
    except (OSError, RuntimeError) as error:
        raise refused(directory, error) from error
    if found and not merge:
        shown = 5
        more = f" and {len(found) - shown} more" if len(found) > shown else ""
        raise TargetError(
            f"'{directory}' is not empty",
            why=f"It holds {', '.join(found[:shown])}{more}.",
            todo="Name another directory, or empty this one yourself. With --merge the project goes"
            " into it,\nand nothing of yours is changed without asking.",
        )
    return Target(resolved, directory, exists=True, filled=bool(found))


class Staging:
    """A hidden folder that a project is rendered in, and the way back.

    Args:
        target: Where the project goes.
        folder: The hidden folder.
        parents: Parents of the target that were made for it, outermost first.

    """

    def __init__(self, target: Target, folder: Path, parents: list[Path]) -> None:
        self.target = target
        self.tree = folder / _TREE
        self._folder = folder
        self._parents = parents
        self._placed: list[str] = []

    def place(self) -> None:
        """Move the rendered tree to the target.

        Raises:
            TargetError: Something else has appeared there meanwhile.
            RenderError: The file system refused.

        """
        entries = sorted(entry.name for entry in self.tree.iterdir())
        try:
            if self.target.exists:
                (self._folder / _FILLING).touch()
                self._fill(entries)
            else:
                self.tree.rename(self.target.path)
                self._placed = entries
        except OSError as error:
            if error.errno in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
                raise refused(self.target.shown, error) from error
            raise write_error(error) from error

    def take_back(self, also: Sequence[str] = ()) -> None:
        """Remove what this run put at the target, and nothing else.

        Args:
            also: Names of entries that later steps of this run made there.

        """
        if self._placed:
            for name in (*self._placed, *also):
                _remove(self.target.path / name)
        made = [] if self.target.exists else [self.target.path]
        for folder in (*made, *reversed(self._parents)):
            with contextlib.suppress(OSError):  # it holds something that is not ours
                folder.rmdir()

    def _fill(self, entries: list[str]) -> None:
        for name in entries:
            place = self.target.path / name
            if place.exists():
                raise FileExistsError(errno.EEXIST, f"'{name}' has appeared in it", str(place))
            self._placed.append(name)
            (self.tree / name).rename(place)


@contextlib.contextmanager
def staged(target: Target) -> Iterator[Staging]:
    """Open a staging folder for a target.

    The folder is gone afterwards; after an exception so is all that was placed.

    Raises:
        TargetError: The target's place cannot be written.

    """
    place = target.path if target.exists else target.path.parent
    folder = place / f"{_PREFIX}{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        # The way back is known before the step is taken: a signal may come between any two.
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        with contextlib.ExitStack() as undo:
            try:
                parents = _make_parents(place, undo)
                _clear(place)
                undo.callback(shutil.rmtree, folder, ignore_errors=True)  # before its parents
                stack.enter_context(_locked(folder))
            except OSError as error:
                raise refused(target.shown, error) from error
            undo.pop_all()
        staging = Staging(target, folder, parents)
        try:
            yield staging
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            staging.take_back()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # while it is locked


def _clear(place: Path) -> None:
    """Clear away what killed runs left in a folder; complete what one was filling in."""
    for folder in place.glob(f"{_PREFIX}*"):
        lock = folder / _LOCK
        if not lock.is_file():
            with contextlib.suppress(OSError):  # not ours, unless it is empty
                folder.rmdir()
            continue
        with lock.open("a") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            begun = any(not entry.name.startswith(_PREFIX) for entry in place.iterdir())
            if begun and (folder / _FILLING).exists():
                for entry in (folder / _TREE).iterdir():
                    if not (place / entry.name).exists():
                        entry.rename(place / entry.name)
            shutil.rmtree(folder)


def _locked(folder: Path) -> IO[str]:
    """Make a folder and lock it, so that no run beside this one clears it away."""
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        # A run beside this one may clear the folder away before its lock is held.
        with contextlib.suppress(FileNotFoundError), contextlib.ExitStack() as opened:
            lock = opened.enter_context((folder / _LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            opened.pop_all()
            return lock


def _make_parents(folder: Path, undo: contextlib.ExitStack) -> list[Path]:
    """Make a folder with its parents and return those that were missing, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        undo.callback(path.rmdir)
    return missing[::-1]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def refused(directory: str, error: Exception) -> TargetError:
    """Tell a failure of the file system at a target as an error of ours."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return TargetError(
        f"The project cannot be put into '{directory}'",
        why=f"{why}.",
        todo="Name a directory that you may write to.",
    )


def put(source: Path, place: Path) -> None:
    """Copy a file to a place, with its mode, by one rename: whole or not at all.

    Raises:
        OSError: The file system refused.

    """
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, fresh(place))
    fresh(place).replace(place)


def fresh(place: Path) -> Path:
    """Return where a file is written before it is renamed to its place."""
    return place.with_name(f".{place.name}{_PREFIX}fresh")
