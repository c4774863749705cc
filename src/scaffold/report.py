"""Say how a command ended: an error, or what to do next."""

import functools
import itertools
import os
import shlex
import shutil
import textwrap
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path

from scaffold.advice import NAMES
from scaffold.colours import CYAN, DIM, GREEN, RED, YELLOW, painted
from scaffold.conclusion import LOCK, Conclusion
from scaffold.create import Created
from scaffold.doctor import Finding
from scaffold.errors import ScaffoldError
from scaffold.journal import Journal
from scaffold.rehearsal import STATES, File, State
from scaffold.update import Plan

_COLOURS: dict[State, str] = {
    "conflict": RED,
    "merged": YELLOW,
    "changed": CYAN,
    "new": GREEN,
    "removed": CYAN,
    "kept": DIM,
    "locked": CYAN,
}


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


def next_steps(made: Created, answers: Mapping[str, str], uv: str, *, installed: bool) -> str:
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
    made: Created, answers: Mapping[str, str], uv: str, *, installed: bool
) -> dict[str, object]:
    """Return what `next_steps` says, for programs; the arguments are the same."""
    return {
        "project": str(made.project),
        "seconds": round(made.seconds, 3),
        "answers": dict(answers),
        "next": list(next_commands(made, answers, uv, installed=installed)),
    }


def next_commands(
    made: Created, answers: Mapping[str, str], uv: str, *, installed: bool
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


def finding(found: Finding) -> str:
    """Return what a check of the machine found, and below it what to do."""
    mark = {"ok": "✓", "warning": "!", "failed": "✗"}[found.status]
    todo = f"\n    {found.todo}" if found.todo else ""
    return f"{mark} {found.name:<15} {found.found}{todo}"


def again(command: str) -> str:
    """Return the command that makes the same project again, whole on a line of its own."""
    return f"\nThe same project again:\n\n  {command}"


def planned(plan: Plan, *, dry_run: bool) -> str:
    """Return what an update would do to each file, or that there is nothing to do.

    Args:
        plan: The update.
        dry_run: Whether it ends there.

    """
    name = plan.project.name
    if not plan.files:
        return f"\n{_filled(f'{name} is up to date with its template, at {plan.new}.')}"
    lines = ["", _filled(f"{name}, {span(plan.old, plan.new)}:"), "", *_rows(plan.files)]
    if plan.answers:
        lines += ["", "Answers that are recorded then:"]
        lines += [f"  {name}: {text}" for name, text in plan.answers.items()]
    if plan.left_behind:
        lines += ["", _filled("These stay in the package's old folder; move them by hand:")]
        lines += [f"  {path}" for path in plan.left_behind]
    if dry_run:
        lines += ["", _filled("Nothing was changed; without --dry-run it would be.")]
    return "\n".join([*lines, ""])


def updated(end: Conclusion) -> str:
    """Return what an update did to each file, and what comes next."""
    done = end.done
    lines = ["", _filled(f"Updated, {span(done.old, done.new)}:"), "", *_rows(end.files)]
    lines += ["", _filled(end.tests.text())]
    if not done.conflicts:
        lines += [_filled("All of it is staged: see `git diff --staged`, and commit.")]
        lines += [_filled("Until then `scaffold undo` goes back.")]
    return "\n".join(lines)


def taken_back(last: Journal, *, stashed: bool) -> str:
    """Return what was taken back, and where to find what came after it.

    Args:
        last: The update.
        stashed: Whether later changes are in git's stash.

    """
    lines = [f"The update {span(last.old, last.new)} is taken back; nothing of it is left."]
    if LOCK in {file.path for file in last.files}:
        lines += ["`uv sync` brings the packages back to its lock file."]
    if stashed:
        lines += ["What you changed in its files since is kept: `git stash pop` brings it back."]
    return "\n".join(map(_filled, lines))


def span(old: str, new: str) -> str:
    """Return the versions that an update leads from and to, in words."""
    return f"at {new}" if old == new else f"from {old} to {new}"


def _rows(files: Iterable[File]) -> list[str]:
    """Return a line for each file, below a line for each state."""
    lines = []
    for state, group in itertools.groupby(files, key=lambda file: file.state):
        paths = [file.path for file in group]
        head = painted(_filled(f"{len(paths)} {STATES[state]}"), _COLOURS[state])
        lines += [head, *(f"  {path}" for path in paths)]
    return lines


def _filled(text: str) -> str:
    columns = shutil.get_terminal_size().columns
    return textwrap.fill(text, columns, break_on_hyphens=False)


def as_typed(project: Path) -> str:
    """Return a path as one would type it here."""
    near = os.path.relpath(project)
    return shlex.quote(min(near, str(project), key=len))
