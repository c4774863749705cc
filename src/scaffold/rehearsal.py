"""Rehearse an update in a copy of the project, and tell what it would do to each file."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scaffold import answers, programs, render
from scaffold.errors import ScaffoldError
from scaffold.history import History
from scaffold.merge import files_in
from scaffold.ownership import Ownership
from scaffold.projects import Project, content
from scaffold.questionnaire import Answers

State = Literal["new", "changed", "merged", "conflict", "removed", "kept", "locked"]

# What each state means, in the order in which they are told.
STATES: dict[State, str] = {
    "conflict": "in conflict: you and the template changed the same",
    "merged": "merged: your changes and the template's",
    "changed": "changed as the template did",
    "new": "new from the template",
    "removed": "removed as the template did",
    "kept": "kept as yours: what the template changed there is left out",
    "locked": "locked anew, as the packages changed",
}


@dataclass(frozen=True)
class File:
    """What an update does to a file.

    Args:
        path: Where it is in the project, with slashes.
        state: What becomes of it.
        edited: Whether you had changed it since the template wrote it.

    """

    path: str
    state: State
    edited: bool

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        return {"path": self.path, "state": self.state, "edited": self.edited}


@dataclass(frozen=True)
class Rehearsal:
    """An update that was made in a copy of the project.

    Args:
        result: The copy, as the update left it.
        made: The project as its version of the template renders it.
        fresh: The project as the new version renders it.
        files: What the update does to each file, by state and path.
        before: The recorded answers.
        after: The answers that are recorded then.

    """

    result: Path
    made: Path
    fresh: Path
    files: tuple[File, ...]
    before: Answers
    after: Answers


@contextlib.contextmanager
def rehearsed(
    project: Project, history: History, old: str, new: str, given: Mapping[object, object]
) -> Iterator[Rehearsal]:
    """Update a copy of a project; the project itself is only read.

    Args:
        project: The project, all of it committed.
        history: The versions of its template.
        old: The commit of the version that it has.
        new: The commit of the version to update to.
        given: Answers that replace recorded ones, unchecked.

    Raises:
        ScaffoldError: The update cannot be made.

    """
    with tempfile.TemporaryDirectory(prefix="scaffold-rehearsal-") as name:
        place = Path(name).resolve()
        result, made, fresh = place / "result", place / "made", place / "fresh"
        with history.template(old) as template:
            before = project.as_made(template.questions)
            render.render(template, before, made)
        with history.template(new) as template:
            questions = template.questions
            owners = Ownership.load(template.root)
            changed = questions.check(given)
            after = project.answers(questions, changed)
            render.render(template, after, fresh)
        _copy(project.path, result)
        render.update(result, history.name(new), changed)
        conflicts = _conflicts(result)
        if after.get("adopted") == "yes":
            _keep_own(result, conflicts | _lost(project.path, result, made), owners)
            conflicts = set()
        files = _files(project.path, result, made, fresh, conflicts)
        yield Rehearsal(result, made, fresh, files, before, after)


def _copy(project: Path, copy: Path) -> None:
    """Clone a project with what is committed, and nothing else."""
    cloned = programs.run(
        programs.git("clone", "--quiet", "--", str(project), str(copy)),
        copy.parent,
        GIT_LFS_SKIP_SMUDGE="1",
    )
    if not cloned.ok:
        raise ScaffoldError(
            "The project cannot be copied to try the update", why=cloned.output.strip()
        )


def _conflicts(result: Path) -> set[str]:
    listed = _git(result, "ls-files", "--unmerged", "-z").split("\0")
    return {entry.partition("\t")[2] for entry in listed if entry}


def _lost(project: Path, result: Path, made: Path) -> set[str]:
    """Return the files that Copier has deleted though somebody had changed them."""
    deleted = _git(result, "ls-files", "--deleted", "-z").split("\0")
    return {path for path in deleted if path and _edited(path, project, made)}


def _keep_own(result: Path, unmerged: set[str], owners: Ownership) -> None:
    """Leave out of an adopted project's update what does not merge, and code beside its own.

    Its files were never the template's, so each change of those would be a conflict again, and
    code that builds on the template's other code would not run.
    """
    if unmerged:
        _git(result, "checkout", "--quiet", "HEAD", "--", *unmerged)
    listed = _git(result, "ls-files", "--others", "-z").split("\0")
    for path in filter(None, listed):
        if owners.of(path) == "yours":
            (result / path).unlink()


def _files(
    project: Path, result: Path, made: Path, fresh: Path, conflicts: set[str]
) -> tuple[File, ...]:
    """Compare the project before and after with both renderings of the template."""
    lost = _lost(project, result, made)
    _git(result, "add", "--all", "--force")
    fields = _git(result, "diff", "--cached", "--name-status", "--no-renames", "-z", "HEAD")
    words = fields.split("\0")
    touched = dict(zip(words[1::2], words[0::2], strict=False))
    for path in lost:  # Copier deletes what you changed; as with git, that is for you to decide
        _git(result, "checkout", "--quiet", "HEAD", "--", path)
    conflicts = conflicts | lost
    edited = {path for path in touched if _edited(path, project, made)}
    found = [
        File(path, _state(path, letter, conflicts, edited), path in edited)
        for path, letter in touched.items()
    ]
    rendered = {p for tree in (made, fresh) for p in files_in(tree)}
    for path in rendered - touched.keys():
        mine, theirs = content(project / path), content(fresh / path)
        if theirs != content(made / path) and theirs != mine:
            found.append(File(path, "kept", _edited(path, project, made)))
    order = list(STATES)
    return tuple(sorted(found, key=lambda file: (order.index(file.state), file.path)))


def _state(path: str, letter: str, conflicts: set[str], edited: set[str]) -> State:
    if path in conflicts:
        return "conflict"
    if letter in "AD":
        return "new" if letter == "A" else "removed"
    # The answers record the update itself, whoever wrote them last.
    return "merged" if path in edited - {answers.RECORD} else "changed"


def _edited(path: str, project: Path, made: Path) -> bool:
    return content(project / path) != content(made / path)


def _git(repository: Path, *arguments: str) -> str:
    done = programs.run(programs.git(*arguments), repository)
    if not done.ok:
        raise ScaffoldError("git failed in the copy of the project", why=done.output.strip())
    return done.output
