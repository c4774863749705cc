"""Say what an update does to a project, what it did, and what was taken back."""

import itertools
import shutil
import textwrap
from collections.abc import Iterable

from scaffold.colours import CYAN, DIM, GREEN, RED, YELLOW, painted
from scaffold.conclusion import LOCK, Conclusion
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
