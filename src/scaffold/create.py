"""Make a new project: from complete answers to one that runs."""

import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import handover, merge, repository, staging, verify
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


@dataclass(frozen=True)
class Creation:
    """A project that is to be made.

    Args:
        template: What to render.
        answers: A complete set of answers.
        install: Whether to install the project's packages and run its checks.
        progress: Where to show the steps.
        render: What renders the template.

    """

    template: Template
    answers: Mapping[str, str]
    install: bool
    progress: Progress
    render: Callable[[Template, Mapping[str, str], Path], None] = render

    def into(self, directory: str, decide: Decide | None = None) -> Created:
        """Render, place, lock, install, commit and prove the project.

        Args:
            directory: Where it goes; absent, or an empty folder.
            decide: Lets it be merged into a folder that holds something.

        Raises:
            ScaffoldError: Before the project is in place nothing is left behind; a
                ProofError leaves it there.

        """
        begun = time.monotonic()
        target = staging.find(directory, merge=decide is not None)
        if decide and target.filled:
            waited = self._merge(target, decide)
            self._finish(target.path, commit=False)
            return Created(target.path, time.monotonic() - begun - waited)
        with staging.staged(target) as stage:
            with self.progress.step("render"):
                self.render(self.template, self.answers, stage.tree)
            stage.place()
        try:
            self._finish(target.path, commit=True)
        except (KeyboardInterrupt, SystemExit):  # Ctrl-C, or ended by a signal
            later = [path.name for each in _MADE_LATER for path in target.path.glob(each)]
            stage.take_back(also=later)
            raise
        return Created(target.path, time.monotonic() - begun)

    def _merge(self, target: staging.Target, decide: Decide) -> float:
        """Put it into a folder that holds something; return how long deciding took."""
        with contextlib.ExitStack() as stack:
            with self.progress.step("render"):
                tree = stack.enter_context(rendered(self.template, self.answers))
                files = merge.compare(tree, target, install=self.install)
            begun = time.monotonic()
            taken = decide(files)
            waited = time.monotonic() - begun
            with self.progress.step("merge"):
                merge.write(files, taken, target)
            self.progress.say(f"  {merge.summary(files, taken)}")
        return waited

    def _finish(self, project: Path, *, commit: bool) -> None:
        if self.install:
            verify.prove(project, verify.INSTALL, self.progress)
        if commit:
            with self.progress.step("first commit"):
                uncommitted = repository.first_commit(project, self.answers)
            if uncommitted:
                self.progress.say(f"  {uncommitted}")
        else:
            self.progress.say("  Files of yours were there before, so nothing was committed.")
        if self.install:
            with handover.shared(project):
                verify.prove_together(project, verify.checks(project), self.progress)
