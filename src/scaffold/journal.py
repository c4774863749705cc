"""Put a rehearsed update into a project so that a kill at any moment can be made good.

Everything that the update writes is first kept whole in the repository's own folder, with
the commit that the project was at. Then each file is replaced by one rename. Whoever finds
a journal that is not done can take the update back.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scaffold import programs
from scaffold.errors import RepositoryError, TargetError, write_error
from scaffold.plumbing import git, ignored, mark_conflict, stash
from scaffold.projects import content, head
from scaffold.rehearsal import File, Rehearsal, State
from scaffold.staging import fresh, put

_FOLDER = "scaffold-update"
_TABLE = "journal.json"


@dataclass(frozen=True)
class Journal:
    """An update of a project: what it writes, and what it was made on.

    Args:
        project: The project's folder.
        folder: Where the journal is kept.
        head: The commit that the project was at.
        old: The version that it had.
        new: The version that it was updated to.
        files: What the update does to each file; those that it leaves alone are left out.
        done: Whether all of it is in place.

    """

    project: Path
    folder: Path
    head: str
    old: str
    new: str
    files: tuple[File, ...]
    done: bool

    @property
    def interrupted(self) -> bool:
        """Whether it was left amid its files, and nothing was committed since."""
        return not self.done and self.head == head(self.project)

    @property
    def conflicts(self) -> list[str]:
        """The paths of files that are in conflict."""
        return self._paths("conflict")

    def apply(self) -> "Journal":
        """Put every file into place; what is there already stays so.

        Raises:
            RenderError: The file system refused.

        """
        try:
            for number, file in enumerate(self.files):
                if file.state == "removed":
                    _remove(self.project, file.path)
                else:
                    put(self.kept(number, "result"), self.project / file.path)
        except OSError as error:
            raise write_error(error) from error
        self._stage()
        done = replace(self, done=True)
        done.save()
        return done

    def brings(self, path: str) -> bool:
        """Tell whether the template still has a file that is in conflict."""
        number = [file.path for file in self.files].index(path)
        return self.kept(number, "fresh").exists()

    def with_changed(self, path: str) -> "Journal":
        """Count a committed file to the update, where a later step of it has changed that."""
        known = path in {file.path for file in self.files}
        if known or not git(self.project, "diff", "--name-only", "HEAD", "--", path):
            return self
        more = replace(self, files=(*self.files, File(path, "locked", edited=False)))
        shutil.copy(self.project / path, more.kept(len(self.files), "result"))
        git(self.project, "add", "--", path)
        more.save()
        return more

    def in_place(self) -> bool:
        """Tell whether anything of it is left in the project."""
        changed = git(self.project, "diff", "--name-only", "HEAD", "--", *self._paths())
        return bool(changed) or any((self.project / path).is_file() for path in self._paths("new"))

    def edits(self) -> list[str]:
        """Return the paths of files that are neither as committed nor as the update left them."""
        listed = git(self.project, "diff", "--name-only", "-z", "HEAD", "--", *self._paths())
        changed = {*listed.split("\0"), *self._paths("new")}
        return [
            file.path
            for number, file in enumerate(self.files)
            if file.path in changed
            and content(self.project / file.path)
            not in {None, content(self.kept(number, "result"))}
        ]

    def stash(self, paths: list[str]) -> None:
        """Keep files as they are now in git's stash; the work tree is left alone."""
        message = f"Changes since the update to {self.new}, which was taken back"
        stash(self.project, paths, message, self.folder / "index")

    def take_back(self) -> None:
        """Bring every file back to what was committed, and forget the update.

        Raises:
            RepositoryError: git refused.
            RenderError: The file system refused.

        """
        made = self._paths("new")
        before = [path for path in self._paths() if path not in made]
        git(self.project, "reset", "--quiet", "HEAD", "--", *self._paths())
        if before:
            git(self.project, "checkout", "--quiet", "HEAD", "--", *before)
        try:
            for path in made:
                _remove(self.project, path)
            for path in self._paths():
                fresh(self.project / path).unlink(missing_ok=True)
        except OSError as error:
            raise write_error(error) from error
        self.forget()

    def forget(self) -> None:
        """Remove the journal.

        Raises:
            RenderError: The file system refused.

        """
        try:
            shutil.rmtree(self.folder)
        except OSError as error:
            raise write_error(error) from error

    def _stage(self) -> None:
        """Leave git's index as a merge does: what merged is staged, the rest is in conflict."""
        left = ignored(self.project, self._paths()) | {*self.conflicts}
        git(self.project, "add", "--", *(path for path in self._paths() if path not in left))
        for number, file in enumerate(self.files):
            if file.state == "conflict":
                kept = {1: self.kept(number, "made"), 3: self.kept(number, "fresh")}
                mark_conflict(self.project, file.path, kept)

    def _paths(self, state: State | None = None) -> list[str]:
        return [file.path for file in self.files if state in {None, file.state}]

    def kept(self, number: int, kind: str) -> Path:
        """Return where the content of a file is kept.

        Args:
            number: Its place among the files.
            kind: `result` for what the update leaves; of a conflict also what the template
                `made` of it, and its `fresh` rendering.

        """
        return self.folder / f"{number}.{kind}"

    def save(self) -> None:
        """Write down what there is to know of it, whole or not at all."""
        table = {
            "head": self.head,
            "old": self.old,
            "new": self.new,
            "done": self.done,
            "files": [file.as_json() for file in self.files],
        }
        place = self.folder / _TABLE
        fresh(place).write_text(json.dumps(table), encoding="utf-8")
        fresh(place).replace(place)


@contextlib.contextmanager
def locked(project: Path) -> Iterator[None]:
    """Keep two runs from changing a project at once.

    Raises:
        RepositoryError: Another run is at it.

    """
    with (_git_folder(project) / f"{_FOLDER}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RepositoryError(
                "Another run is updating this project", todo="Wait for its end, and run again."
            ) from error
        yield


def need_room(project: Path, files: Iterable[File]) -> None:
    """Make sure that nothing stands where an update brings new files.

    Raises:
        TargetError: Something that git does not know does, and what.

    """
    obstacles = [f.path for f in files if f.state == "new" and os.path.lexists(project / f.path)]
    if obstacles:
        raise TargetError(
            "Files that git does not track stand in the way",
            why="\n".join(obstacles),
            todo="The template brings these. Move yours out of the way; nothing was changed.",
        )


def write(project: Path, rehearsal: Rehearsal, old: str, new: str) -> Journal:
    """Keep a rehearsed update, so that it can be put into place.

    Args:
        project: The project's folder, as it was when the update was rehearsed.
        rehearsal: The update.
        old: The version that the project has.
        new: The version that it is updated to.

    Raises:
        TargetError: Something that git does not know stands in the way.
        RenderError: The file system refused.

    """
    need_room(project, rehearsal.files)
    files = tuple(file for file in rehearsal.files if file.state != "kept")
    folder = _git_folder(project) / _FOLDER
    journal = Journal(project, folder, head(project), old, new, files, done=False)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for number, file in enumerate(files):
            for kind, tree in (
                ("result", rehearsal.result),
                ("made", rehearsal.made),
                ("fresh", rehearsal.fresh),
            ):
                if (tree / file.path).is_file() and (kind == "result" or file.state == "conflict"):
                    shutil.copy(tree / file.path, journal.kept(number, kind))
        journal.save()
    except OSError as error:
        raise write_error(error) from error
    return journal


def read(project: Path) -> Journal | None:
    """Return the last update of a project that was not committed; None where there is none."""
    folder = _git_folder(project) / _FOLDER
    try:
        table: dict[str, Any] = json.loads((folder / _TABLE).read_text(encoding="utf-8"))
        files = tuple(File(**entry) for entry in table.pop("files"))
        return Journal(project=project, folder=folder, files=files, **table)
    except (OSError, ValueError, TypeError, KeyError):
        return None  # a kill while it was written: nothing was put into place by then


def interrupted(project: Path) -> bool:
    """Tell whether an update of a project, in a repository or not, was interrupted."""
    top = programs.run(programs.git("rev-parse", "--show-cdup"), project)
    last = read(project) if top.ok and not top.output.strip() else None
    return last is not None and last.interrupted


def _git_folder(project: Path) -> Path:
    return Path(git(project, "rev-parse", "--absolute-git-dir").removesuffix("\n"))


def _remove(project: Path, path: str) -> None:
    """Remove a file, and the folders that are empty then."""
    place = project / path
    if place.is_dir() and not place.is_symlink():
        return  # somebody has put a folder there since
    place.unlink(missing_ok=True)
    for folder in place.relative_to(project).parents:
        with contextlib.suppress(OSError):  # it holds something, or is gone
            if folder != Path():
                (project / folder).rmdir()
