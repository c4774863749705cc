"""Everything that `scaffold` can tell a person went wrong.

    ScaffoldError                 1   a told failure
    ├── UsageError                2   the call cannot be carried out as given
    │   ├── AnswerError               an answer is unknown, invalid or missing
    │   ├── AnswersFileError          an answers file cannot be read
    │   ├── ProfileError              a profile cannot be found, read or used
    │   ├── ProjectError              a folder is no project of scaffold
    │   ├── RepositoryError           a project's repository is in no state for an update
    │   ├── VersionError              a version of the template is unknown, or an older one
    │   ├── TargetError               the project cannot be put where it was asked for
    │   └── PythonError               no interpreter here is new enough for the project
    ├── TemplateError             1   the template cannot be fetched, read or rendered
    ├── RenderError               1   writing the project failed
    ├── BugError                  1   scaffold itself is at fault
    ├── ProofError                3   made or updated, but a later step failed
    └── ConflictError             4   an update left conflicts

Ctrl-C is no error of this tree: it ends with 130.
"""

import errno
from typing import ClassVar


class ScaffoldError(Exception):
    """A failure told as what happened, why, and what to do about it.

    Args:
        what: What happened, one sentence without its full stop.
        why: The cause, where it says more than `what`; lines stay as they are.
        todo: What the reader can do now.

    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.todo = todo

    def as_json(self) -> dict[str, object]:
        """Return what programs are told."""
        return {
            "what": self.what,
            "why": self.why,
            "todo": self.todo,
            "exit_code": self.exit_code,
        }

    def as_text(self, cause: Exception | None = None) -> str:
        """Return what a person is told: what happened, why, and what to do.

        Args:
            cause: The exception whose traceback comes first, where one is wanted.

        """
        lines = []
        if cause:
            import traceback

            lines = [line.rstrip("\n") for line in traceback.format_exception(cause)]
        lines.append(f"Error: {self.what}.")
        for part in (self.why, self.todo):
            lines += [f"  {line}" for line in part.splitlines()]
        return "\n".join(lines)


class UsageError(ScaffoldError):
    """The call cannot be carried out as given; nothing was written."""

    exit_code = 2


class AnswerError(UsageError):
    """An answer is unknown, invalid or missing.

    Args:
        question: The key of the question, where there is such a one.

    """

    def __init__(self, what: str, *, why: str = "", todo: str = "", question: str = "") -> None:
        super().__init__(what, why=why, todo=todo)
        self.question = question


class AnswersFileError(UsageError):
    """An answers file cannot be read."""


class ProfileError(UsageError):
    """A profile cannot be found, read or used."""


class ProjectError(UsageError):
    """A folder is no project of scaffold."""


class RepositoryError(UsageError):
    """A project's repository is in no state for an update."""


class VersionError(UsageError):
    """A version of the template is unknown, or older than the project's."""


class TargetError(UsageError):
    """The project cannot be put where it was asked for."""


class PythonError(UsageError):
    """No interpreter on this machine is new enough for the project."""


class TemplateError(ScaffoldError):
    """The template cannot be fetched, read or rendered."""


class RenderError(ScaffoldError):
    """Writing the project failed; nothing of it was left behind."""


class BugError(ScaffoldError):
    """Something happened that nobody expected: scaffold itself is at fault."""


class ProofError(ScaffoldError):
    """The project was made or updated, but a later step failed; it is kept."""

    exit_code = 3


class ConflictError(ScaffoldError):
    """An update was made, and left conflicts in files that both sides have changed."""

    exit_code = 4


def write_error(error: OSError) -> RenderError:
    """Tell a failure of the file system as an error of ours."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return RenderError(
        "The disk is full" if full else "The project could not be written",
        why=f"{error.strerror}: {error.filename}" if error.filename else str(error),
        todo="Make room and run again." if full else "Mend that and run again.",
    )


def as_told(error: Exception) -> ScaffoldError:
    """Return an exception as an error of ours; what nobody expected is a bug."""
    if isinstance(error, ScaffoldError):
        return error
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return ScaffoldError(
            "This machine refused something that scaffold needs",
            why=f"{error.strerror}{where}",
            todo="Mend that and run again; `scaffold --debug ...` shows what it was needed for.",
        )
    return BugError(
        "Something happened that scaffold was not made for",
        why=f"{type(error).__name__}: {error}\nThis is a bug of scaffold, not a mistake of yours.",
        todo="Run again as `scaffold --debug ...`, and report what it shows, with the command,\n"
        "where you have scaffold from.",
    )
