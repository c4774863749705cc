"""What follows when an update is in place: the lock file, the project's own tests, and its end."""

from dataclasses import dataclass
from pathlib import Path

from scaffold import verify
from scaffold.errors import ConflictError, ProofError
from scaffold.journal import Journal
from scaffold.progress import Progress
from scaffold.rehearsal import File

LOCK = "uv.lock"
_PACKAGES = "pyproject.toml"
_TESTS = {
    ("passed", "passed"): "Its tests pass, as before.",
    ("failed", "passed"): "Its tests failed before, and pass now.",
    ("passed", "failed"): "Its tests passed before, and fail now.",
    ("failed", "failed"): "Its tests fail, as before.",
}


@dataclass(frozen=True)
class Tests:
    """How the project's own tests end, as far as they are run.

    Args:
        step: How they are run; None where they are not.
        why_not: Why they are not run, a sentence.
        before: What they printed where they failed before the update; empty where they passed.
        after: The same after the update; None where they were not run again.

    """

    step: verify.Step | None
    why_not: str = ""
    before: str = ""
    after: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return for programs whether they passed before and after."""
        before = "failed" if self.before else "passed"
        after = "failed" if self.after else "passed"
        return {
            "before": before if self.step else "not run",
            "after": "not run" if self.after is None else after,
        }

    def text(self) -> str:
        """Return the same in words."""
        ended = self.as_json()
        return _TESTS.get((ended["before"], ended["after"]), self.why_not)


@dataclass(frozen=True)
class Conclusion:
    """An update that is in place, and all that followed.

    Args:
        done: The update.
        kept: The files that it left alone although the template changed them.
        tests: How the project's tests ended.
        unlocked: What `uv lock` printed where it failed.

    """

    done: Journal
    kept: tuple[File, ...]
    tests: Tests
    unlocked: str

    @property
    def files(self) -> tuple[File, ...]:
        """What became of each file."""
        return (*self.done.files, *self.kept)

    def need_success(self) -> None:
        """Make sure that nothing is left to mend.

        Raises:
            ConflictError: Files are in conflict, and which.
            ProofError: The packages cannot be locked, or the tests fail.

        """
        if self.done.conflicts:
            raise self._conflict()
        back = "The update is in place. Mend that and commit, or go back: `scaffold undo`."
        if self.unlocked:
            raise ProofError(f"The {LOCK} could not be renewed", why=self.unlocked, todo=back)
        if self.tests.after:
            raise ProofError(
                "The project's tests still fail"
                if self.tests.before
                else "The update broke the project's tests",
                why=self.tests.after,
                todo=back,
            )

    def _conflict(self) -> ConflictError:
        paths = self.done.conflicts
        removed = [path for path in paths if not self.done.brings(path)]
        todo = []
        if len(paths) > len(removed):
            todo += ["Mend each: between <<<<<<< and >>>>>>> stand your lines and the template's."]
        if removed:
            todo += ["What the template removed is as you have it: keep it, or `git rm` it."]
        todo += ["Then `git add` each, and `git commit`: all else of the update is staged."]
        if (self.done.project / LOCK).is_file():
            todo += ["After that `uv sync` and the project's tests."]
        return ConflictError(
            f"{len(paths)} file{'s are' if len(paths) > 1 else ' is'} in conflict",
            why="\n".join(f"{path} (removed)" if path in removed else path for path in paths),
            todo="\n".join((*todo, "Or go back: `scaffold undo`.")),
        )


def tests_before(project: Path, progress: Progress, *, wanted: bool) -> Tests:
    """Run the project's own tests before an update.

    Args:
        project: The project's folder.
        progress: Where to show the steps.
        wanted: Whether they are to be run.

    """
    if not wanted:
        return Tests(None, "Its tests were not run.")
    step = verify.own_tests(project)
    if step is None:
        return Tests(None, f"Its tests were not run: it has no task `test`, or no {LOCK}.")
    before = verify.failure(project, (verify.SYNC, step), progress)
    return Tests(step, "Its tests were not run again, as conflicts come first.", before)


def conclude(done: Journal, kept: tuple[File, ...], tests: Tests, progress: Progress) -> Conclusion:
    """Renew the lock file, and run the project's own tests again.

    Args:
        done: The update, in place.
        kept: The files that it left alone.
        tests: How the tests ended before.
        progress: Where to show the steps.

    """
    project = done.project
    lock, install = verify.INSTALL
    after, unlocked = None, ""
    try:
        changed = {file.path for file in done.files} - {*done.conflicts}
        if (project / LOCK).is_file() and _PACKAGES in changed:
            unlocked = verify.failure(project, (lock,), progress)
        if tests.step and not done.conflicts and not unlocked:
            after = verify.failure(project, (install, tests.step), progress)
    except (KeyboardInterrupt, SystemExit):
        progress.say("The update is in place, unproven; `scaffold undo` takes it back.")
        raise
    finally:  # so that `undo` knows of it
        done = done.with_changed(LOCK)
    return Conclusion(done, kept, Tests(tests.step, tests.why_not, tests.before, after), unlocked)
