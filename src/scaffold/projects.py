"""A project that was made from a template: what it records, and whether it may be changed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import answers, programs
from scaffold.errors import AnswerError, ProjectError, RepositoryError
from scaffold.questionnaire import Answers, Questionnaire

_SHOWN = 8


@dataclass(frozen=True)
class Project:
    """A project with its answers and its origin.

    Args:
        path: Its folder.
        recorded: What its answers file holds, unchecked.
        address: Where its template is.
        version: Which version of it the project has.

    """

    path: Path
    recorded: Mapping[object, object]
    address: str
    version: str

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.recorded.get("project_name", self.path.name))

    def answers(self, questions: Questionnaire, changed: Mapping[str, str]) -> Answers:
        """Return its answers to a version's questions, complete.

        Args:
            questions: The questions of that version; others' answers are left out.
            changed: Answers that replace recorded ones, checked each by itself.

        Raises:
            AnswerError: An answer is invalid or missing.

        """
        kept = {
            key: value
            for key, value in self.recorded.items()
            if key in questions.questions and key not in changed
        }
        return questions.complete({**questions.check(kept), **changed})

    def as_made(self, questions: Questionnaire) -> Answers:
        """Return its answers to the questions of its own version, complete.

        Raises:
            ProjectError: They are none of that version.

        """
        try:
            return self.answers(questions, {})
        except AnswerError as error:
            raise ProjectError(
                f"The answers of '{self.path.name}' are not those of its template",
                why=f"{error.what}. {error.why}".strip(),
                todo=f"Mend its {answers.RECORD}, or take it from git's history.",
            ) from error


def around(folder: Path) -> Path:
    """Return the nearest folder above that has an answers file, as one would type it.

    As with git, what lies above the top of a repository does not count; where there is none
    it is the folder itself.
    """
    for above in (folder, *folder.parents):
        if (above / answers.RECORD).is_file():
            return Path(os.path.relpath(above, folder))
        if (above / ".git").exists():
            break
    return Path()


def read(path: Path) -> Project:
    """Read a project's answers file.

    Args:
        path: The project's folder.

    Raises:
        ProjectError: It is no project, or its template's origin or version is not known.
        AnswersFileError: Its answers file cannot be read.

    """
    recorded = answers.recorded(path)
    known = {key: recorded.get(key) for key in ("_src_path", "_commit")}
    missing = [key for key, value in known.items() if not isinstance(value, str) or not value]
    if missing:
        raise ProjectError(
            f"Where the template of '{path}' comes from is not known",
            why=f"Its {answers.RECORD} has no {' and no '.join(missing)}"
            " that names a git source and a commit of it.",
            todo="Write them there (an address such as git+https://..., and the tag or commit\n"
            "that the project was made from), and commit that.",
        )
    return Project(path.resolve(), recorded, str(known["_src_path"]), str(known["_commit"]))


def need_repository(project: Path) -> None:
    """Make sure that a project is the work tree of a repository, on a branch.

    Raises:
        RepositoryError: It is not, and why an update would not do.

    """
    top = _git(project, "rev-parse", "--show-toplevel")
    if top.code == programs.NOT_STARTED:
        raise RepositoryError("git is not installed", todo="Install it, and run again.")
    if not top.ok:
        raise RepositoryError(
            f"'{project}' is not under version control",
            why=top.output.strip().splitlines()[-1],
            todo="Commit it first: git init, git add --all, git commit.",
        )
    above = _git(project, "rev-parse", "--show-superproject-working-tree").output.strip()
    if above:
        raise RepositoryError(
            f"'{project}' is a submodule",
            why=f"It belongs to {above}, which records one commit of it.",
            todo="Clone its own repository, and update it there.",
        )
    if Path(top.output.removesuffix("\n")).resolve() != project.resolve():
        raise RepositoryError(
            f"'{project}' is below the top of its repository",
            why=f"The top is {top.output.strip()}; what else is there is none of the template's.",
            todo="Update it in a repository of its own; `git subtree split` makes one.",
        )
    if not _git(project, "symbolic-ref", "--quiet", "HEAD").ok:
        raise RepositoryError(
            f"'{project}' is on no branch",
            why="Its HEAD is detached: what is committed there is easily lost.",
            todo="Run `git switch BRANCH`, and update again.",
        )
    if not _git(project, "rev-parse", "--verify", "--quiet", "HEAD").ok:
        raise RepositoryError(
            f"'{project}' has no commit yet",
            why="There would be nothing to go back to.",
            todo="Commit it first.",
        )
    if not _git(project, "ls-files", "--error-unmatch", "--", answers.RECORD).ok:
        raise RepositoryError(
            f"The {answers.RECORD} of '{project}' is not committed",
            why="What is not committed cannot be brought up to date.",
            todo=f"Run `git add --force {answers.RECORD}`, and commit it.",
        )


def need_clean(project: Path) -> None:
    """Make sure that all of a project is committed.

    Raises:
        RepositoryError: Something is not, and what.

    """
    status = _git(project, "status", "--porcelain")
    lines = status.output.splitlines()
    if not status.ok or lines:
        more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        raise RepositoryError(
            "There are changes that are not committed",
            why="\n".join([*lines[:_SHOWN], *more]),
            todo="Commit them, or put them aside with `git stash`. Nothing was changed.",
        )


def content(path: Path) -> bytes | None:
    """Return what a file holds, to be compared; None where there is none.

    Ends of lines are as git keeps them, whatever `core.autocrlf` makes of them here.
    """
    return path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else None


def at(project: Path) -> str:
    """Return the branch and the commit that a project is at."""
    branch = _git(project, "symbolic-ref", "--quiet", "--short", "HEAD").output.strip()
    return f"{branch} {head(project)}"


def head(project: Path) -> str:
    """Return the commit that a project is at."""
    return _git(project, "rev-parse", "HEAD").output.strip()


def _git(project: Path, *arguments: str) -> programs.Outcome:
    return programs.run(programs.git(*arguments), project)
