"""mypy's cache of one new project, kept for the next with the same packages.

Reading the packages of a web framework takes mypy eight seconds, its own cache of them less than
one. mypy compares each file with what its cache says of it, so an old cache never changes what
it finds; a file that it cannot read might, so nothing stays of a cache with which checks failed.
What the cache says of the project's own modules is kept too, for this user alone.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from scaffold.errors import ProofError

_NAME = ".mypy_cache"
_KEPT = 6  # sets of packages, of about 20 MB each


@contextlib.contextmanager
def shared(project: Path) -> Iterator[None]:
    """Let checks begin with what is known of a project's packages, and keep it for the next.

    A cache that cannot be read or written costs time, and nothing else.

    Args:
        project: A project with its lock file.

    Raises:
        ProofError: The checks failed.

    """
    kept = _place(project)
    if kept is None or os.path.lexists(project / _NAME):  # one of its own is nobody else's
        yield
        return
    given = _copy(kept, project / _NAME)
    try:
        yield
    except ProofError:
        if given:
            shutil.rmtree(kept, ignore_errors=True)
        raise
    if given:
        with contextlib.suppress(OSError):
            kept.touch()  # the sets used last are kept
    elif _copy(project / _NAME, kept):
        _forget(kept.parent)


def folder() -> Path:
    """Return where it is kept: below `XDG_CACHE_HOME`, or `~/.cache`."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".cache"
    return base / "scaffold" / "mypy"


def _place(project: Path) -> Path | None:
    """Return where the cache of a project's packages is kept; None where they are not known."""
    try:
        lock = tomllib.loads((project / "uv.lock").read_text(encoding="utf-8"))
        packages = [
            f"{package['name']} {package['version']}"
            for package in lock["package"]
            if "registry" in package["source"]
        ]
        place = folder()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # no home either
        return None
    text = "\n".join((lock.get("requires-python", ""), *sorted(packages)))
    return place / hashlib.sha256(text.encode()).hexdigest()[:16]


def _copy(source: Path, place: Path) -> bool:
    """Copy a folder to a place where none is, whole or not at all; tell whether that was done."""
    fresh = place.with_name(f"{place.name}-{secrets.token_hex(4)}")
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, fresh, ignore_errors=True)
        with contextlib.suppress(OSError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copytree(source, fresh)
            fresh.rename(place)
            return True
    return False


def _forget(place: Path) -> None:
    """Remove what was used longest ago, where too much is kept."""
    with contextlib.suppress(OSError):
        by_use = sorted(place.iterdir(), key=lambda kept: kept.stat().st_mtime, reverse=True)
        for old in by_use[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
