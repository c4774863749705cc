"""Put a new project under version control with its first commit."""

from collections.abc import Mapping
from pathlib import Path

from scaffold import programs
from scaffold.errors import ProofError


def first_commit(project: Path, answers: Mapping[str, str]) -> str:
    """Make a repository with one commit of everything, where that is ours to do.

    Args:
        project: The project's folder.
        answers: The author's answers serve where git knows no identity.

    Returns:
        Why there is no repository or no commit; empty when there is one.

    Raises:
        ProofError: git refused one of the steps.

    """
    inside = programs.run(programs.git("rev-parse", "--is-inside-work-tree"), project)
    if inside.code == programs.NOT_STARTED:
        return "git is not installed, so no repository was made."
    if inside.ok:
        return "It lies inside a repository of yours, so none was made; commit it there."
    _git(project, "init", "--quiet", "--initial-branch", "main")
    _git(project, "add", "--all")
    identity = _identity(project, answers)
    if identity is None:
        return (
            "git knows no identity here, so the files are staged but not committed. Set user.name"
            " and user.email with `git config --global`, then run: git commit -m 'First commit'"
        )
    _git(project, *identity, "commit", "--quiet", "--message", "Start from scaffold")
    return ""


def author(directory: Path) -> dict[str, str]:
    """Return the author's answers as far as the user's git configuration knows them."""
    keys = {"author_name": "user.name", "author_email": "user.email"}
    found = {a: programs.run(("git", "config", "--get", k), directory) for a, k in keys.items()}
    return {answer: done.output.strip() for answer, done in found.items() if done.ok}


def _identity(project: Path, answers: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the arguments that give git an identity: none needed, the author's, or no way."""
    strict = programs.git("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    if programs.run(strict, project).ok:
        return ()
    name, email = answers["author_name"], answers["author_email"]
    if name and email:
        return ("-c", f"user.name={name}", "-c", f"user.email={email}")
    return None


def _git(project: Path, *arguments: str) -> None:
    done = programs.run(programs.git(*arguments), project)
    if not done.ok:
        raise ProofError(
            "The first commit failed",
            why=done.output.strip(),
            todo=f"The project is in {project}. Make the commit there yourself.",
        )
