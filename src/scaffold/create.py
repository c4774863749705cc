"""Make a new project: from complete answers to one that runs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import repository, staging, verify
from scaffold.progress import Progress
from scaffold.render import render
from scaffold.source import Template

# Answers that the steps around rendering need, whatever the template.
NEEDED = ("project_name", "author_name", "author_email", "framework", "python")

# What the steps after rendering leave beside the rendered files.
_MADE_LATER = (
    ".coverage",
    ".git",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "uv.lock",
)


@dataclass(frozen=True)
class Created:
    """A project that was made.

    Args:
        project: Its folder.
        seconds: How long it took.

    """

    project: Path
    seconds: float


def create(
    template: Template,
    answers: Mapping[str, str],
    directory: str,
    *,
    install: bool,
    progress: Progress,
) -> Created:
    """Render, place, lock, install, commit and prove a project.

    Args:
        template: What to render.
        answers: A complete set of answers.
        directory: Where the project goes; absent, or an empty folder.
        install: Whether to install the project's packages and run its checks.
        progress: Where to show the steps.

    Raises:
        ScaffoldError: Before the project is in place nothing is left behind; a
            ProofError leaves it there.

    """
    begun = time.monotonic()
    target = staging.find(directory)
    with staging.staged(target) as stage:
        with progress.step("render"):
            render(template, answers, stage.tree)
        stage.place()
    try:
        _finish(target.path, answers, install=install, progress=progress)
    except (KeyboardInterrupt, SystemExit):  # Ctrl-C, or ended by a signal
        stage.take_back(also=_MADE_LATER)
        raise
    return Created(target.path, time.monotonic() - begun)


def _finish(
    project: Path, answers: Mapping[str, str], *, install: bool, progress: Progress
) -> None:
    if install:
        verify.prove(project, verify.INSTALL, progress)
    with progress.step("first commit"):
        uncommitted = repository.first_commit(project, answers)
    if uncommitted:
        progress.say(f"  {uncommitted}")
    if install:
        verify.prove(project, verify.checks(project), progress)
