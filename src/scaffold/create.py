"""Make a new project: from complete answers to one that runs."""

import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import merge, repository, staging, verify
from scaffold.progress import Progress
from scaffold.render import render, rendered
from scaffold.source import Template

# Answers that the steps around rendering need, whatever the template.
NEEDED = ("project_name", "author_name", "author_email", "framework", "python")

# What the steps after rendering leave beside the rendered files, as patterns of names.
_MADE_LATER = (
    ".coverage",
    ".coverage.*",  # a run of tests that was ended saves what it has
    ".git",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "uv.lock",
)


# Returns the paths of the rendered files that replace what differs.
Decide = Callable[[list[merge.File]], Collection[str]]


@dataclass(frozen=True)
class Created:
    """A project that was made.

    Args:
        project: Its folder.
        seconds: How long it took.

    """

    project: Path
    seconds: float


def create(  # noqa: PLR0913 - one parameter a thing to know
    template: Template,
    answers: Mapping[str, str],
    directory: str,
    *,
    install: bool,
    progress: Progress,
    decide: Decide | None = None,
) -> Created:
    """Render, place, lock, install, commit and prove a project.

    Args:
        template: What to render.
        answers: A complete set of answers.
        directory: Where the project goes; absent, or an empty folder.
        install: Whether to install the project's packages and run its checks.
        progress: Where to show the steps.
        decide: Lets the project be merged into a folder that holds something.

    Raises:
        ScaffoldError: Before the project is in place nothing is left behind; a
            ProofError leaves it there.

    """
    begun = time.monotonic()
    target = staging.find(directory, merge=decide is not None)
    if decide and target.filled:
        waited = _merge(template, answers, target, decide, install=install, progress=progress)
        _finish(target.path, answers, install=install, commit=False, progress=progress)
        return Created(target.path, time.monotonic() - begun - waited)
    with staging.staged(target) as stage:
        with progress.step("render"):
            render(template, answers, stage.tree)
        stage.place()
    try:
        _finish(target.path, answers, install=install, commit=True, progress=progress)
    except (KeyboardInterrupt, SystemExit):  # Ctrl-C, or ended by a signal
        stage.take_back(also=[path.name for each in _MADE_LATER for path in target.path.glob(each)])
        raise
    return Created(target.path, time.monotonic() - begun)


def _merge(  # noqa: PLR0913 - one parameter a thing to know
    template: Template,
    answers: Mapping[str, str],
    target: staging.Target,
    decide: Decide,
    *,
    install: bool,
    progress: Progress,
) -> float:
    """Put a project into a folder that holds something; return how long deciding took."""
    with contextlib.ExitStack() as stack:
        with progress.step("render"):
            tree = stack.enter_context(rendered(template, answers))
            files = merge.compare(tree, target, install=install)
        begun = time.monotonic()
        taken = decide(files)
        waited = time.monotonic() - begun
        with progress.step("merge"):
            merge.write(files, taken, target)
        progress.say(f"  {merge.summary(files, taken)}")
    return waited


def _finish(
    project: Path, answers: Mapping[str, str], *, install: bool, commit: bool, progress: Progress
) -> None:
    if install:
        verify.prove(project, verify.INSTALL, progress)
    if commit:
        with progress.step("first commit"):
            uncommitted = repository.first_commit(project, answers)
        if uncommitted:
            progress.say(f"  {uncommitted}")
    else:
        progress.say("  Files of yours were there before, so nothing was committed.")
    if install:
        verify.prove_together(project, verify.checks(project), progress)
