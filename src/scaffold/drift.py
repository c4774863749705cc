"""Compare a project with what its version of the template renders, and heal what has drifted."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scaffold import programs
from scaffold.errors import ProjectError, RepositoryError, ScaffoldError, UsageError, write_error
from scaffold.history import History
from scaffold.merge import files_in
from scaffold.ownership import Owner, Ownership
from scaffold.projects import Project, content
from scaffold.render import rendered
from scaffold.staging import put

# How Copier marks the beginning of a conflict.
_MARK = re.compile(rb"^<<<<<<< before updating$", re.MULTILINE)


@dataclass(frozen=True)
class Drifted:
    """A file of a project that is not as its template has it.

    Args:
        path: Where it is in the project, with slashes.
        state: Whether it holds something else, or is not there.

    """

    path: str
    state: Literal["changed", "missing"]


@dataclass(frozen=True)
class Comparison:
    """A project beside what its version of the template renders.

    Args:
        project: The project's folder.
        made: The rendered files.
        owners: Whose each file is.
        adopted: Whether the project was there before: what differs in it is its own.

    """

    project: Path
    made: Path
    owners: Ownership
    adopted: bool

    def need_drift(self) -> None:
        """Make sure that there is something that can drift.

        Raises:
            ProjectError: The project was adopted.

        """
        if self.adopted:
            raise ProjectError(
                f"There is no drift in '{self.project.name}'",
                why="It was adopted: its files are its own, and never were the template's.",
                todo="`scaffold update --dry-run` shows what the template would change.",
            )

    def files(self, owner: Owner) -> list[str]:
        """Return the paths of the rendered files of one owner."""
        return [path for path in files_in(self.made) if self.owners.of(path) == owner]

    def drifted(self, owner: Owner) -> list[Drifted]:
        """Return which files of one owner are not as they were rendered; none if adopted."""
        found: list[Drifted] = []
        if self.adopted:
            return found
        for path in self.files(owner):
            mine = content(self.project / path)
            if mine is None:
                found.append(Drifted(path, "missing"))
            elif mine != content(self.made / path):
                found.append(Drifted(path, "changed"))
        return found

    def unmended(self) -> list[str]:
        """Return the paths of rendered files that hold the marks of a conflict."""
        return [
            path
            for path in files_in(self.made)
            if _MARK.search(content(self.project / path) or b"")
        ]

    def patch(self, paths: list[str], *, colour: bool) -> str:
        """Return how files differ from what was rendered, as git shows it.

        Args:
            paths: Files that have drifted.
            colour: Whether it is coloured.

        """
        with tempfile.TemporaryDirectory(prefix="scaffold-diff-") as name:
            for side, tree in (("a", self.made), ("b", self.project)):
                for path in paths:
                    if (tree / path).is_file():
                        (Path(name) / side / path).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copy(tree / path, Path(name) / side / path)
                (Path(name) / side).mkdir(exist_ok=True)
            options = ("--no-index", "--no-prefix", f"--color={'always' if colour else 'never'}")
            done = programs.run(programs.git("diff", *options, "a", "b"), Path(name))
        if done.code not in {0, 1}:
            raise ScaffoldError("git cannot compare the files", why=done.output.strip())
        # Of a file that is gone git tells the same side twice.
        twice = re.compile(r"(diff --git a/(.*)) a/\2(?=\x1b|$)", re.MULTILINE)
        return twice.sub(r"\1 b/\2", done.output)

    def heal(self, path: str) -> bool:
        """Put a file back as the template has it, and tell whether that changed anything.

        Args:
            path: A file that the template owns.

        Raises:
            UsageError: The template does not own such a file.
            RepositoryError: What it holds is not committed, and would be lost.
            RenderError: The file system refused.

        """
        owned = self.files("template")
        if path not in owned:
            raise UsageError(
                f"'{path}' is no file that the template owns",
                why=f"It owns: {', '.join(owned)}." if owned else "It owns none here.",
                todo="Change others by hand; `scaffold diff --shared` shows what is shared.",
            )
        mine = self.project / path
        if path not in {drifted.path for drifted in self.drifted("template")}:
            return False
        if os.path.lexists(mine) and not _committed(self.project, path):
            raise RepositoryError(
                f"What '{path}' holds is not committed",
                why="It would be lost.",
                todo="Commit it first, or remove it yourself.",
            )
        try:
            put(self.made / path, mine)
        except OSError as error:
            raise write_error(error) from error
        return True


@contextlib.contextmanager
def compared(project: Project, history: History) -> Iterator[Comparison]:
    """Render a project as its version of the template does, and put it beside it.

    Args:
        project: The project; it is only read.
        history: The versions of its template.

    Raises:
        ScaffoldError: Its version or its answers are none of the template's.

    """
    with history.template(history.recorded(project.version)) as template:
        owners = Ownership.load(template.root)
        answers = project.as_made(template.questions)
        with rendered(template, answers) as made:
            adopted = answers.get("adopted") == "yes"
            yield Comparison(project.path, made, owners, adopted)


def _committed(project: Path, path: str) -> bool:
    """Tell whether a file is as it was committed last."""
    status = programs.run(
        programs.git("status", "--porcelain", "--ignored", "--", path),
        project,
        GIT_LITERAL_PATHSPECS="1",
    )
    return status.ok and not status.output
