"""A repository as it lies there: which files it has, and what they say. Nothing of it is run."""

import ast
import fnmatch
import itertools
import os
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scaffold import programs
from scaffold.errors import ProjectError

UNPARSED = "as they do not parse"  # why a file told nothing

_LARGEST = 1_000_000  # bytes of a file; no person wrote more by hand
_MOST = 20_000  # files; where there are more it is hardly one project
# Folders that hold other people's code, or what was built.
_FOREIGN = {"node_modules", "site-packages", "venv", "env", "virtualenv", "__pycache__"} | {
    "build", "dist", "vendor", "third_party", "htmlcov",
}  # fmt: skip
_KNOWN_HIDDEN = {".github", ".gitlab", ".circleci"}
_SHOWN = 3  # names in a note


class Checkout:
    """The files of a folder that are a project's own.

    Where git knows the folder, they are what git lists; elsewhere they are looked for.
    Links are left out, for they may lead anywhere, and so is other people's code.

    Args:
        root: The folder.

    Raises:
        ProjectError: There is no such folder, or it may not be read.

    """

    def __init__(self, root: Path) -> None:
        try:
            self.root = root.resolve()
            next(self.root.iterdir(), None)
            listed = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            self.is_repository = listed is not None or (self.root / ".git").exists()
            # A folder below a repository's top: what stands above it is not read.
            self.above = self._git("rev-parse", "--show-prefix") or ""
            found = iter(sorted(set(listed.split("\0")))) if listed else self._walk()
            ours = (path for path in found if path and self._ours(path))
            kept = list(itertools.islice(ours, _MOST + 1))
        except (OSError, RuntimeError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise ProjectError(
                f"'{root}' cannot be read", why=f"{why}.", todo="Name the folder of a project."
            ) from error
        self.paths = tuple(kept[:_MOST])
        self._unread: dict[str, list[str]] = {}
        if len(kept) > _MOST:
            self._unread[f"beyond the first {_MOST:,} files"] = kept[_MOST:]

    def named(self, *patterns: str) -> list[str]:
        """Return the paths that one of some patterns fits, the nearest to the top first."""
        found = [
            path
            for path in self.paths
            if any(fnmatch.fnmatchcase(path.lower(), each) for each in patterns)
        ]
        return sorted(found, key=lambda path: (path.count("/"), path))

    def bytes(self, path: str) -> bytes:
        """Return what a file holds; nothing where it cannot be read or is too large."""
        try:
            with (self.root / path).open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        except OSError:
            self.skip(path, "may not be read")
            return b""
        if len(content) > _LARGEST:
            self.skip(path, f"larger than {_LARGEST // 1_000_000} MB")
            return b""
        return content

    def text(self, path: str) -> str:
        """Return what a file says; nothing where it is no text."""
        content = self.bytes(path)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            if b"\0" in content:
                self.skip(path, "no text")
                return ""
            return content.decode("latin-1")

    def syntax(self, path: str) -> ast.Module | None:
        """Return the syntax tree of a Python file; None where it has none."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.bytes(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.skip(path, UNPARSED)
            return None

    def skip(self, path: str, why: str) -> None:
        """Remember that a file told nothing."""
        if path not in self._unread.setdefault(why, []):
            self._unread[why].append(path)

    @property
    def notes(self) -> list[str]:
        """Which files told nothing, and why."""
        return [
            f"Not read, {why}: {', '.join(paths[:_SHOWN])}"
            + (f" and {len(paths) - _SHOWN} more." if len(paths) > _SHOWN else ".")
            for why, paths in self._unread.items()
        ]

    def _git(self, *arguments: str) -> str | None:
        """Return what git says; None where it does not know the folder."""
        # A repository's own settings may name a program to run: none is.
        quiet = programs.git("-c", "core.fsmonitor=false", *arguments)
        done = programs.run(quiet, self.root, LC_ALL="C")
        return done.output.rstrip("\n") if done.ok else None

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            here = Path(folder).relative_to(self.root)
            folders[:] = sorted(name for name in folders if not _foreign(name))
            if any(name == "pyvenv.cfg" for name in files):
                folders.clear()
                continue
            yield from sorted((here / name).as_posix() for name in files)

    def _ours(self, path: str) -> bool:
        """Tell whether a path is a plain file, reached without a link, of no foreign folder."""
        if any(_foreign(part) for part in PurePosixPath(path).parts[:-1]):
            return False
        place = self.root / path
        try:
            plain = stat.S_ISREG(place.lstat().st_mode)
        except OSError:
            return False
        return plain and os.path.realpath(place) == str(place)


def _foreign(folder: str) -> bool:
    hidden = folder.startswith(".") and folder not in _KNOWN_HIDDEN
    return hidden or folder in _FOREIGN or folder.endswith(".egg-info")
