"""Prove a project: an interpreter for it, its packages, and its own checks."""

import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scaffold import programs
from scaffold.errors import ProofError, PythonError
from scaffold.progress import Progress


@dataclass(frozen=True)
class Step:
    """One command that brings a project closer to green.

    Args:
        name: What it does, a few words.
        arguments: uv's arguments, as they are run and as a person would type them.

    """

    name: str
    arguments: tuple[str, ...]


INSTALL = (
    Step("lock the dependencies", ("lock",)),
    Step("install", ("sync",)),
)


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
    """Return the steps of the project's own `check` task, in its order.

    Raises:
        ProofError: The project has no such task.

    """
    try:
        tasks = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["poe"]["tasks"]
        return tuple(
            Step(tasks[name]["help"], ("run", "--no-sync", "poe", "--quiet", name))
            for name in tasks["check"]["sequence"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProofError(
            "The project was not checked",
            why="Its pyproject.toml names no checks: it has no usable poe task `check`.",
            todo=f"The project is kept in {project}. Check it as you check your others.",
        ) from error


def prove(project: Path, steps: tuple[Step, ...], progress: Progress) -> None:
    """Run steps in order until one fails.

    Args:
        project: The project's folder.
        steps: What to run.
        progress: Where to show it.

    Raises:
        ProofError: A step failed; the steps after it were not run.

    """
    for number, step in enumerate(steps):
        with progress.step(step.name):
            done = programs.run((programs.uv(), *step.arguments), project)
            if not done.ok:
                uv = programs.uv_as_typed()
                again = [f"cd {shlex.quote(str(project))}"]
                again += [f"{uv} {' '.join(left.arguments)}" for left in steps[number:]]
                raise ProofError(
                    f"The step '{step.name}' failed",
                    why=done.output.strip(),
                    todo="\n  ".join(("The project is kept. Repeat from there:", *again)),
                )
