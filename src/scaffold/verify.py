"""Prove a project: an interpreter for it, its packages, its own checks, and that it boots."""

import functools
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold import programs
from scaffold.boot import boot, dev_commands, read_tasks
from scaffold.errors import ProofError, PythonError
from scaffold.progress import Progress


@dataclass(frozen=True)
class Step:
    """One command that brings a project closer to green.

    Args:
        name: What it does, a few words.
        arguments: uv's arguments, as they are run and as a person would type them.
        way: How it is run in a project, where that is another way.

    """

    name: str
    arguments: tuple[str, ...]
    way: Callable[[Path], programs.Run] | None = None

    def run(self, project: Path) -> programs.Run:
        """Run it in a project."""
        if self.way:
            return self.way(project)
        return programs.running((programs.uv(), *self.arguments), project)


@dataclass
class _Failed(Exception):  # noqa: N818 - told as a ProofError, with others of its kind
    """A step came to its end, and failed."""

    step: Step
    output: str


INSTALL = (
    Step("lock the dependencies", ("lock",)),
    Step("install", ("sync",)),
)
SYNC = Step("install", ("sync", "--frozen"))
BOOT = Step("boot", ("run", "--no-sync", "poe", "dev"), boot)


def need_python(floor: str, directory: Path) -> None:
    """Make sure that a Python is here that the project can run on; none is downloaded.

    Args:
        floor: The lowest version that the project runs on, such as `3.11`.
        directory: A folder to look from.

    Raises:
        PythonError: No interpreter is new enough.

    """
    request = f">={floor}"
    arguments = ("python", "find", "--no-project", "--no-config", request)
    if not programs.run((programs.uv(), *arguments), directory).ok:
        raise PythonError(
            f"No Python {floor} or newer is installed here",
            why="The project would not run on this machine.",
            todo=f"Install one (`{programs.uv_as_typed()} python install {floor}` does),"
            " or choose a lower one with -d python=...",
        )


def checks(project: Path) -> tuple[Step, ...]:
    """Return the steps of the project's own `check` task, and that it boots.

    Args:
        project: The project's folder.

    Raises:
        ProofError: Its tasks are not those of a project of scaffold.

    """
    try:
        tasks = read_tasks(project)
        own = tuple(
            Step(tasks[name]["help"], ("run", "--no-sync", "poe", "--quiet", name))
            for name in tasks["check"]["sequence"]
        )
        dev_commands(tasks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProofError(
            "The project's own checks are not known",
            why="Its pyproject.toml has no tasks 'check' and 'dev' as projects of scaffold have.",
            todo=f"The project is kept in {project}. Check it yourself, and mend the template.",
        ) from error
    return (*own, BOOT)


def own_tests(project: Path) -> Step | None:
    """Return the step of the project's own tests; None where it has none, or no lock file."""
    try:
        known = "test" in read_tasks(project) and (project / "uv.lock").is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Step("tests", ("run", "--no-sync", "poe", "--quiet", "test")) if known else None


def failure(project: Path, steps: Sequence[Step], progress: Progress) -> str:
    """Run steps in order until one fails, and return what that printed; empty for none.

    Args:
        project: The project's folder.
        steps: What to run.
        progress: Where to show it.

    """
    for step in steps:
        failed = _together(project, (step,), progress)
        if failed:
            return failed[0].output or f"The step '{step.name}' failed, and printed nothing."
    return ""


def prove(project: Path, steps: Sequence[Step], progress: Progress) -> None:
    """Run steps in order until one fails.

    Args:
        project: The project's folder.
        steps: What to run.
        progress: Where to show it.

    Raises:
        ProofError: A step failed; the steps after it were not run.

    """
    for number, step in enumerate(steps):
        failed = _together(project, (step,), progress)
        if failed:
            raise _proof_error(project, failed, steps[number:])


def prove_together(project: Path, steps: Sequence[Step], progress: Progress) -> None:
    """Run steps that need nothing of each other side by side, all of them to their ends.

    A project's checks only read its files, and each tool keeps a cache of its own. The two
    uses of ruff share one, which ruff replaces whole: at worst the next run finds less in it.

    Args:
        project: The project's folder.
        steps: What to run.
        progress: Where to show it.

    Raises:
        ProofError: Steps failed; it tells of each.

    """
    # A project's own order puts what is quick first. Side by side all come to their end sooner
    # where what takes long begins first; what failed is told in the project's order.
    failed = _together(project, steps[::-1], progress)
    if failed:
        failed.sort(key=lambda failure: steps.index(failure.step))
        raise _proof_error(project, failed, [failure.step for failure in failed])


def _together(project: Path, steps: Sequence[Step], progress: Progress) -> list[_Failed]:
    """Run steps side by side and return which failed."""
    starts = [functools.partial(_shown, project, step, progress) for step in steps]
    return [failure for failure in programs.together(starts, progress.go_on) if failure]


def _shown(project: Path, step: Step, progress: Progress) -> programs.Task[_Failed | None]:
    """Run a step to its end, and show it meanwhile."""
    try:
        with progress.step(step.name):
            _need(step, (yield from step.run(project)))
    except _Failed as failure:
        return failure
    return None


def _need(step: Step, outcome: programs.Outcome) -> None:
    if not outcome.ok:
        raise _Failed(step, outcome.output.strip())


def _proof_error(project: Path, failed: Sequence[_Failed], left: Sequence[Step]) -> ProofError:
    """Tell which steps failed and what they printed, and how to repeat what is left."""
    uv = programs.uv_as_typed()
    again = [f"cd {shlex.quote(str(project))}"]
    again += [f"{uv} {' '.join(step.arguments)}" for step in left]
    names = [f"'{failure.step.name}'" for failure in failed]
    if len(failed) == 1:
        what, why = f"The step {names[0]} failed", failed[0].output
    else:
        what = f"The steps {', '.join(names[:-1])} and {names[-1]} failed"
        why = "\n\n".join(f"{failure.step.name}:\n{failure.output}" for failure in failed)
    return ProofError(
        what, why=why, todo="\n  ".join(("The project is kept. Repeat from there:", *again))
    )
