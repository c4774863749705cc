"""Say what was made and what to do next, and what a check of the machine found."""

import functools
import itertools
import os
import shlex
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.advice import NAMES

if TYPE_CHECKING:
    from scaffold.create import Created
    from scaffold.doctor import Finding


def next_steps(made: "Created", answers: Mapping[str, str], uv: str, *, installed: bool) -> str:
    """Return what was made and the commands that matter now.

    Args:
        made: The project.
        answers: Its answers.
        uv: How uv is run on this machine.
        installed: Whether its packages are installed and its checks passed.

    """
    green = "green" if installed else "rendered, not yet installed or checked,"
    commands = next_commands(made, answers, uv, installed=installed)
    columns = shutil.get_terminal_size().columns
    width = max(map(len, commands))
    beside = width + max(map(len, commands.values())) + 4 <= columns
    fill = functools.partial(textwrap.fill, width=columns, break_on_hyphens=False)
    lines = [
        fill(
            f"{answers['project_name']} ({NAMES[answers['framework']]}) is {green}"
            f" in {made.seconds:.1f} s. Next:"
        ),
        "",
    ]
    for command, what in commands.items():  # a command is never broken: it may be copied
        if beside:
            lines.append(f"  {command:<{width}}  {what}".rstrip())
        else:
            below = fill(what, initial_indent=" " * 6, subsequent_indent=" " * 6)
            lines += [f"  {command}", *below.splitlines()]
    lines += ["", fill("Why this framework: docs/decisions/0001-web-framework.md")]
    return "\n".join(["", *lines])


def created(
    made: "Created", answers: Mapping[str, str], uv: str, *, installed: bool
) -> dict[str, object]:
    """Return what `next_steps` says, for programs; the arguments are the same."""
    return {
        "project": str(made.project),
        "seconds": round(made.seconds, 3),
        "answers": dict(answers),
        "next": list(next_commands(made, answers, uv, installed=installed)),
    }


def next_commands(
    made: "Created", answers: Mapping[str, str], uv: str, *, installed: bool
) -> dict[str, str]:
    """Return the three commands that matter now, in their order, and what each does.

    Args:
        made: The project.
        answers: Its answers.
        uv: How uv is run on this machine.
        installed: Whether its packages are installed and its checks passed.

    """
    signed_in = answers.get("auth", "none") != "none"
    useful = {
        f"cd {as_typed(made.project)}": "" if made.project != Path.cwd() else None,
        f"{uv} sync": "install" if not installed else None,
        f"{uv} run poe dev": "serve on http://127.0.0.1:8000, with reloading",
        f"{uv} run poe add-user ada@example.org": "add who may sign in" if signed_in else None,
        f"{uv} run poe check": "everything that must pass before a commit",
        f"{uv} tool run prek install": "check what is quick before each commit",
    }
    matters = {command: what for command, what in useful.items() if what is not None}
    return dict(itertools.islice(matters.items(), 3))


def finding(found: "Finding") -> str:
    """Return what a check of the machine found, and below it what to do."""
    mark = {"ok": "✓", "warning": "!", "failed": "✗"}[found.status]
    todo = f"\n    {found.todo}" if found.todo else ""
    return f"{mark} {found.name:<15} {found.found}{todo}"


def again(command: str) -> str:
    """Return the command that makes the same project again, whole on a line of its own."""
    return f"\nThe same project again:\n\n  {command}"


def as_typed(project: Path) -> str:
    """Return a path as one would type it here."""
    near = os.path.relpath(project)
    return shlex.quote(min(near, str(project), key=len))
