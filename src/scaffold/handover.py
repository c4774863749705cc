"""What the tools of one new project found out, kept for the next with the same packages.

Reading the packages of a web framework takes mypy eight seconds, its own cache of them less than
one; compiling what its tests import takes Python three seconds, and uv's cache keeps no bytecode.
Both tools compare what is kept with each source before they use it, so what is old never changes
a result; a file that cannot be read might, so nothing stays of what was there when checks failed.
What mypy's cache says of the project's own modules is kept too, for this user alone.

Where the packages are others, mypy begins with its cache of those that were used last: most are
the same, and it compares what they hold. Python compares only times and sizes, in whole seconds,
which two versions of a package can share.
"""

import contextlib
import functools
import hashlib
import os
import secrets
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from scaffold import staging
from scaffold.errors import ProofError

_MYPY = ".mypy_cache"
_VENV = ".venv"
_BYTECODE = "__pycache__/*.pyc"
_KEPT = 6  # sets of packages, of about 50 MB each


@contextlib.contextmanager
def shared(project: Path) -> Iterator[None]:
    """Let checks begin with what is known of a project's packages, and keep it for the next.

    What cannot be read or written costs time, and nothing else.

    Args:
        project: A project with its lock file and its environment.

    Raises:
        ProofError: The checks failed.

    """
    kept = _place(project)
    if kept is None or os.path.lexists(project / _MYPY):  # one of its own is nobody else's
        yield
        return
    given = _give(project, kept)
    if given == kept:
        with contextlib.suppress(OSError):
            _link_all(kept / _VENV, project / _VENV)
    try:
        yield
    except ProofError:
        if given:
            shutil.rmtree(given, ignore_errors=True)
        raise
    if given == kept:
        with contextlib.suppress(OSError):
            kept.touch()  # the sets used last are kept
    elif _made(kept, functools.partial(_gather, project)):
        _forget(kept.parent)


def folder() -> Path:
    """Return where it is kept: below `XDG_CACHE_HOME`, or `~/.cache`."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".cache"
    return base / "scaffold" / "handover"


def _place(project: Path) -> Path | None:
    """Return where is kept what belongs to a project's packages; None where they are not known.

    The folder's name tells first of the interpreter, and then of the packages.
    """
    try:
        lock = tomllib.loads((project / "uv.lock").read_text(encoding="utf-8"))
        packages = [
            f"{package['name']} {package['version']} {package['source']['registry']}"
            for package in lock["package"]
            if "registry" in package["source"]
        ]
        environment = (project / _VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        place = folder()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # no home either
        return None
    told = [line for line in environment if line.startswith(("implement", "version"))]
    python = _digest(lock.get("requires-python", ""), *told)
    return place / f"{python}-{_digest(*sorted(packages))}"


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _give(project: Path, kept: Path) -> Path | None:
    """Give mypy's cache to a project: of its own packages, or of those that were used last.

    Args:
        project: The project's folder.
        kept: The folder of its own packages.

    Returns:
        The folder that it is from; None where its interpreter has none.

    """
    python = kept.name.partition("-")[0]
    others = kept.parent.glob(f"{python}-{'?' * 16}")  # what is being made has a longer name
    with contextlib.suppress(OSError):
        for given in (kept, *sorted(others, key=_used, reverse=True)):
            if _made(project / _MYPY, functools.partial(shutil.copytree, given / _MYPY)):
                return given
    return None


def _used(kept: Path) -> float:
    return kept.stat().st_mtime


def _gather(project: Path, place: Path) -> None:
    """Put what the tools found out into a folder."""
    shutil.copytree(project / _MYPY, place / _MYPY)  # mypy changes its files where they lie
    _link_all(project / _VENV, place / _VENV)


def _link_all(source: Path, place: Path) -> None:
    """Link or copy the bytecode below a folder to another one; what is there stays.

    Python replaces such a file when it is too old, and never changes it where it lies.
    """
    for file in source.rglob(_BYTECODE):
        linked = place / file.relative_to(source)
        if linked.exists():
            continue
        linked.parent.mkdir(parents=True, exist_ok=True)
        try:
            linked.hardlink_to(file)
        except OSError:  # another file system, or one without links
            staging.put(file, linked)


def _made(place: Path, make: Callable[[Path], object]) -> bool:
    """Make something at a place where nothing is, whole or not at all; tell whether it was."""
    fresh = place.with_name(f"{place.name}-{secrets.token_hex(4)}")
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, fresh, ignore_errors=True)
        with contextlib.suppress(OSError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            make(fresh)
            fresh.rename(place)
            return True
    return False


def _forget(place: Path) -> None:
    """Remove what was used longest ago, where too much is kept."""
    with contextlib.suppress(OSError):
        by_use = sorted(place.iterdir(), key=_used, reverse=True)
        for old in by_use[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
