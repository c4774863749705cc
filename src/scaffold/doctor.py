"""Check what `scaffold new` needs of a machine, and say what to do where it is missing."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from scaffold import programs, repository

Status = Literal["ok", "warning", "failed"]

# Asked of the package index; any package would do.
_PACKAGE = "packaging"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Args:
        name: What was looked at.
        status: Whether it is there; a warning does not keep `scaffold new` from working.
        found: What was found, one line.
        todo: What to do about it; empty where all is well.

    """

    name: str
    status: Status
    found: str
    todo: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the finding for programs."""
        return asdict(self)


def examine(directory: Path) -> Iterator[Finding]:
    """Yield what each check finds, as it is found.

    Args:
        directory: Where a project would be made.

    """
    checks: tuple[Callable[[Path], Finding], ...]
    checks = (_python, _uv, _git, _author, _index, _directory)
    return (check(directory) for check in checks)


def _python(directory: Path) -> Finding:
    asked = ("python", "find", "--no-project", "--no-config", "--show-version", ">=3.11")
    found = programs.run((programs.uv(), *asked), directory)
    if found.ok:
        return Finding("Python", "ok", found.output.strip())
    install = f"{programs.uv_as_typed()} python install 3.13"
    return Finding("Python", "failed", "none from 3.11 on", f"Install one: {install}")


def _uv(directory: Path) -> Finding:
    version = programs.run((programs.uv(), "--version"), directory)
    if version.ok:
        return Finding("uv", "ok", version.output.split()[1])
    todo = "Install scaffold again; uv comes with it."
    return Finding("uv", "failed", version.output.strip(), todo)


def _git(directory: Path) -> Finding:
    version = programs.run(programs.git("--version"), directory)
    if version.ok:
        return Finding("git", "ok", version.output.split()[2])
    todo = "Install it: without it a project gets no repository."
    return Finding("git", "warning", "not installed", todo)


def _author(directory: Path) -> Finding:
    author = repository.author(directory)
    if all(author.get(key) for key in ("author_name", "author_email")):
        return Finding("git identity", "ok", " ".join(author.values()))
    todo = "Set user.name and user.email with `git config --global`, or the first commit waits."
    return Finding("git identity", "warning", "not complete", todo)


def _index(directory: Path) -> Finding:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.in"
        wanted.write_text(_PACKAGE)
        asked = ("pip", "compile", "--quiet", "--no-deps", "--refresh", str(wanted))
        found = programs.run((programs.uv(), *asked), directory, UV_HTTP_RETRIES="1")
    if found.ok:
        return Finding("package index", "ok", "answers")
    todo = "Check the network, or name an index that you can reach with UV_DEFAULT_INDEX."
    lines = found.output.strip().splitlines()
    return Finding("package index", "failed", lines[-1].strip() if lines else "no answer", todo)


def _directory(directory: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=directory):
            return Finding("this directory", "ok", "can be written")
    except OSError as error:
        todo = "Go to a directory that you may write to."
        return Finding("this directory", "failed", os.strerror(error.errno or 0), todo)
