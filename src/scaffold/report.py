"""Say how a command ended: an error, or what to do next."""

import os
import shlex
import traceback
from collections.abc import Mapping
from pathlib import Path

from scaffold.advice import NAMES
from scaffold.create import Created
from scaffold.doctor import Finding
from scaffold.errors import ScaffoldError


def error(failure: ScaffoldError, cause: Exception | None = None) -> str:
    """Return an error as what happened, why, and what to do.

    Args:
        failure: What is told.
        cause: The exception whose traceback comes first, where one is wanted.

    """
    lines = traceback.format_exception(cause) if cause else []
    lines = [line.rstrip("\n") for line in lines]
    lines.append(f"Error: {failure.what}.")
    for part in (failure.why, failure.todo):
        lines += [f"  {line}" for line in part.splitlines()]
    return "\n".join(lines)


def next_steps(created: Created, answers: Mapping[str, str], uv: str, *, installed: bool) -> str:
    """Return what was made and the commands that matter now.

    Args:
        created: The project that was made.
        answers: Its answers.
        uv: How uv is run on this machine.
        installed: Whether its packages are installed and its checks passed.

    """
    green = "green" if installed else "rendered, not yet installed or checked,"
    commands = [("cd " + _path(created.project), "")] if created.project != Path.cwd() else []
    commands += [] if installed else [(f"{uv} sync", "install")]
    commands += [
        (f"{uv} run poe dev", "serve on http://127.0.0.1:8000, with reloading"),
        (f"{uv} run poe check", "format, lint, imports, types and tests"),
    ]
    width = max(len(command) for command, _ in commands)
    return "\n".join(
        (
            "",
            f"{answers['project_name']} ({NAMES[answers['framework']]}) is {green}"
            f" in {created.seconds:.1f} s. Next:",
            "",
            *(f"  {command:<{width}}  {what}".rstrip() for command, what in commands),
            "",
            "Why this framework: docs/decisions/0001-web-framework.md",
        )
    )


def finding(found: Finding) -> str:
    """Return what a check of the machine found, and below it what to do."""
    mark = {"ok": "✓", "warning": "!", "failed": "✗"}[found.status]
    todo = f"\n    {found.todo}" if found.todo else ""
    return f"{mark} {found.name:<15} {found.found}{todo}"


def _path(project: Path) -> str:
    """Return a path as one would type it here."""
    near = os.path.relpath(project)
    return shlex.quote(min(near, str(project), key=len))
