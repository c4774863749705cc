"""Update a project to another version of its template, and take that back."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import journal, projects, verify
from scaffold.errors import ConflictError, ProofError, RepositoryError, VersionError
from scaffold.history import History, fetched
from scaffold.journal import Journal
from scaffold.progress import Progress
from scaffold.projects import Project
from scaffold.questionnaire import Answers
from scaffold.rehearsal import File, Rehearsal, rehearsed

LOCK = "uv.lock"


@dataclass(frozen=True)
class Wishes:
    """What a call asks for.

    Args:
        to: The version to update to; None for the newest.
        given: Answers that replace recorded ones, unchecked.

    """

    to: str | None
    given: Mapping[object, object]


@dataclass(frozen=True)
class Plan:
    """An update that was tried in a copy of the project, and nothing of it is in place.

    Args:
        project: The project.
        old: The version that it has.
        new: The version that it would be updated to.
        rehearsal: How it went; None where there is nothing to do.

    """

    project: Project
    old: str
    new: str
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

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "project": str(self.project.path),
            "from": self.old,
            "to": self.new,
            "answers": self.answers,
            "files": [file.as_json() for file in self.files],
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
        if left and not left.done:
            progress.say("An update was interrupted. It is taken back first.")
            _take_back(left)
            project = projects.read(path)
        with progress.step("fetch the template"):
            history = stack.enter_context(fetched(project.address))
            old, new = _versions(project, history, wishes.to)
        names = history.name(old), history.name(new)
        if old == new and not wishes.given:
            yield Plan(project, *names, None)
            return
        projects.need_clean(project.path)
        with progress.step("try the update"):
            tried = stack.enter_context(rehearsed(project, history, old, new, wishes.given))
        yield Plan(project, *names, tried if tried.files else None)


def carry_out(plan: Plan, progress: Progress, *, proven: bool) -> tuple[Journal, str]:
    """Put a planned update into the project, with the project's own tests before and after.

    Args:
        plan: The update; there is something to do.
        progress: Where to show the steps.
        proven: Whether the tests are run.

    Returns:
        What was done, and what the tests say of it.

    Raises:
        ProofError: The tests fail after the update, which is in place.
        ScaffoldError: The update could not be put into place; the project is as it was.

    """
    path = plan.project.path
    tests = verify.own_tests(path) if proven else None
    before = tests and verify.failure(path, (verify.SYNC, tests), progress)
    projects.need_clean(path)  # nobody has changed it meanwhile, nor have its tests
    with progress.step("update"):
        done = _put(plan)
    if tests is None:
        return done, "Its tests were not run." + " It has no task `test`, or no uv.lock." * proven
    if done.conflicts:
        return done, "Its tests were not run again, as conflicts come first."
    try:
        after = verify.failure(path, (*verify.INSTALL, tests), progress)
    finally:  # so that `undo` knows of it, even after Ctrl-C
        done = done.with_changed(LOCK)
    if after:
        raise ProofError(
            "The update broke the project's tests"
            if not before
            else "The project's tests still fail",
            why=after,
            todo="The update is in place. Mend that and commit, or go back: `scaffold undo`.",
        )
    return done, f"Its tests {'failed before, and pass now' if before else 'pass, as before'}."


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
        if projects.head(path) != last.head:
            raise RepositoryError(
                f"Something was committed since the update to {last.new}",
                why=f"It was made on {last.head[:10]}, and the project is at"
                f" {projects.head(path)[:10]} now.",
                todo="Take that commit back instead: `git revert COMMIT`.",
            )
        return last, _take_back(last)


def need_no_conflicts(done: Journal) -> None:
    """Make sure that an update left none.

    Raises:
        ConflictError: It did, and where.

    """
    if not done.conflicts:
        return
    count = len(done.conflicts)
    raise ConflictError(
        f"{count} file{'s are' if count > 1 else ' is'} in conflict",
        why="\n".join(
            path if done.brings(path) else f"{path} (the template removed it; you changed it)"
            for path in done.conflicts
        ),
        todo="Mend each: between <<<<<<< and >>>>>>> stand your lines and the template's. Then\n"
        "`git add` it (or `git rm` what may go), and commit. Or go back: `scaffold undo`.",
    )


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
