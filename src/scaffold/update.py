"""Update a project to another version of its template, and take that back."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import journal, projects
from scaffold.conclusion import Conclusion, conclude, tests_before
from scaffold.errors import RepositoryError, VersionError
from scaffold.history import History, fetched
from scaffold.journal import Journal
from scaffold.merge import files_in
from scaffold.progress import Progress
from scaffold.projects import Project
from scaffold.questionnaire import Answers
from scaffold.rehearsal import File, Rehearsal, rehearsed


@dataclass(frozen=True)
class Wishes:
    """What a call asks for.

    Args:
        to: The version to update to; None for the newest.
        given: Answers that replace recorded ones, unchecked.
        look: Whether nothing is to be written at all.

    """

    to: str | None
    given: Mapping[object, object]
    look: bool


@dataclass(frozen=True)
class Plan:
    """An update that was tried in a copy of the project, and nothing of it is in place.

    Args:
        project: The project.
        old: The version that it has.
        new: The version that it would be updated to.
        at: The branch and the commit that the project is at.
        rehearsal: How it went; None where there is nothing to do.

    """

    project: Project
    old: str
    new: str
    at: str
    rehearsal: Rehearsal | None

    @property
    def files(self) -> tuple[File, ...]:
        """What would become of each file."""
        return self.rehearsal.files if self.rehearsal else ()

    @property
    def answers(self) -> Answers:
        """The recorded answers that would be new or others."""
        if not self.rehearsal:
            return {}
        before, after = self.rehearsal.before, self.rehearsal.after
        return {name: text for name, text in after.items() if before.get(name) != text}

    @property
    def left_behind(self) -> list[str]:
        """The files that stay in a package which is called otherwise then."""
        if "package_name" not in self.answers or not self.rehearsal:
            return []
        old = f"src/{self.rehearsal.before['package_name']}"
        return [f"{old}/{path}" for path in files_in(self.rehearsal.result / old)]

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "project": str(self.project.path),
            "from": self.old,
            "to": self.new,
            "answers": self.answers,
            "files": [file.as_json() for file in self.files],
            "left_behind": self.left_behind,
        }


@contextlib.contextmanager
def planned(path: Path, wishes: Wishes, progress: Progress) -> Iterator[Plan]:
    """Fetch the template's versions, and try the update in a copy of the project.

    The project is only read, unless an update of it was interrupted: that is taken back.

    Args:
        path: The project's folder.
        wishes: What is asked for.
        progress: Where to show the steps.

    Raises:
        ScaffoldError: The update cannot be made.

    """
    project = projects.read(path)
    projects.need_repository(path)
    with contextlib.ExitStack() as stack:
        stack.enter_context(journal.locked(project.path))
        left = journal.read(project.path)
        if left and left.interrupted:
            _take_back_interrupted(left, progress, look=wishes.look)
            project, left = projects.read(path), None
        with progress.step("fetch the template"):
            history = stack.enter_context(fetched(project.address))
            old, new = _versions(project, history, wishes.to)
        names = history.name(old), history.name(new)
        at = projects.at(project.path)
        if old == new and not wishes.given:
            yield Plan(project, *names, at, None)
            return
        _need_committed(project.path, left)
        with progress.step("try the update"):
            tried = stack.enter_context(rehearsed(project, history, old, new, wishes.given))
        journal.need_room(project.path, tried.files)
        yield Plan(project, *names, at, tried if tried.files else None)


def carry_out(plan: Plan, progress: Progress, *, proven: bool) -> Conclusion:
    """Put a planned update into the project, with the project's own tests before and after.

    Args:
        plan: The update; there is something to do.
        progress: Where to show the steps.
        proven: Whether the tests are run.

    Raises:
        ScaffoldError: The update could not be put into place; the project is as it was.

    """
    path = plan.project.path
    tests = tests_before(path, progress, wanted=proven)
    projects.need_clean(path)  # nobody has changed it meanwhile, nor have its tests
    if projects.at(path) != plan.at:
        raise RepositoryError(
            "The project has moved on meanwhile",
            why=f"It was at {plan.at}, and is at {projects.at(path)} now.",
            todo="Nothing was changed. Run again.",
        )
    with progress.step("update"):
        done = _put(plan)
    kept = tuple(file for file in plan.files if file.state == "kept")
    return conclude(done, kept, tests, progress)


def undo(path: Path) -> tuple[Journal, bool]:
    """Take the last update of a project back, as long as nothing was committed on top.

    Args:
        path: The project's folder.

    Returns:
        The update, and whether changes made since are kept in git's stash.

    Raises:
        RepositoryError: There is nothing to take back, or it was committed.

    """
    projects.need_repository(path)
    with journal.locked(path.resolve()):
        last = journal.read(path.resolve())
        if last is None:
            raise RepositoryError(
                "There is no update to take back",
                why="None was made here, or it was taken back already.",
            )
        if projects.head(path) == last.head and last.done and not last.in_place():
            last.forget()
            raise RepositoryError(
                "There is no update to take back",
                why=f"Nothing is left of the one to {last.new}.",
            )
        if projects.head(path) != last.head:
            raise RepositoryError(
                f"Something was committed since the update to {last.new}",
                why=f"It was made on {last.head[:10]}, and the project is at"
                f" {projects.head(path)[:10]} now.",
                todo="Take that commit back instead: `git revert COMMIT`.",
            )
        return last, _take_back(last)


def _versions(project: Project, history: History, to: str | None) -> tuple[str, str]:
    """Return the commits of the version that a project has, and of the one to update to."""
    old = history.recorded(project.version)
    if to is None:
        return old, history.after(old)
    new = history.need(to)
    if new != old and history.follows(old, new):
        raise VersionError(
            f"'{to}' is older than what the project has",
            why=f"It has {history.name(old)}.",
            todo="Updates go forward only. To take one back, revert its commit.",
        )
    return old, new


def _take_back_interrupted(left: Journal, progress: Progress, *, look: bool) -> None:
    """Take an update back that was interrupted amid its files.

    Raises:
        RepositoryError: Nothing is to be written.

    """
    if look:
        raise RepositoryError(
            f"An update to {left.new} was interrupted",
            why="Some of its files are in place, others are not.",
            todo="`scaffold undo` takes it back; so does an update without --dry-run.",
        )
    progress.say("An update was interrupted. It is taken back first.")
    _take_back(left)


def _need_committed(project: Path, last: Journal | None) -> None:
    """Make sure that all of a project is committed, the last update of it too.

    Raises:
        RepositoryError: Something is not, and what.

    """
    if last and last.head == projects.head(project) and last.in_place():
        raise RepositoryError(
            f"The update to {last.new} is not committed yet",
            why="An update needs something to go back to.",
            todo="Commit it, or go back: `scaffold undo`.",
        )
    projects.need_clean(project)


def _put(plan: Plan) -> Journal:
    """Put all of it into place, or nothing."""
    if plan.rehearsal is None:
        raise ValueError("There is nothing to put into place.")
    begun = journal.write(plan.project.path, plan.rehearsal, plan.old, plan.new)
    try:
        return begun.apply()
    except BaseException:
        begun.take_back()
        raise


def _take_back(last: Journal) -> bool:
    """Take an update back, and tell whether changes made since are kept in git's stash."""
    edits = last.edits()
    if edits:
        last.stash(edits)
    last.take_back()
    return bool(edits)
