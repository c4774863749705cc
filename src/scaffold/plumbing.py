"""What git offers to programs: its index, its objects, and its stash."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffold import programs
from scaffold.errors import RepositoryError

_IDENTITY = ("-c", "user.name=scaffold", "-c", "user.email=scaffold@localhost")


def git(project: Path, *arguments: str, given: str = "", **variables: str) -> str:
    """Run git in a project, where a path means just that file, and return what it prints.

    Args:
        project: The project's folder.
        arguments: git's arguments.
        given: What it reads on standard input.
        variables: Environment variables to add.

    Raises:
        RepositoryError: git refused.

    """
    variables["GIT_LITERAL_PATHSPECS"] = "1"
    done = programs.run(programs.git(*arguments), project, given, **variables)
    if not done.ok:
        raise RepositoryError(
            "git refused a step of the update",
            why=done.output.strip(),
            todo="Mend that; `scaffold undo` takes the update back.",
        )
    return done.output


def ignored(project: Path, paths: Sequence[str]) -> set[str]:
    """Return which of some paths git is told to ignore; it exits with 1 where there is none."""
    asked = programs.run(programs.git("check-ignore", "--stdin", "-z"), project, "\0".join(paths))
    return {*asked.output.split("\0")} & {*paths}


def mark_conflict(project: Path, path: str, others: Mapping[int, Path]) -> None:
    """Record the sides of a conflict in the index, as a merge does.

    Args:
        project: The project's folder.
        path: The file in conflict.
        others: What the two sides beside the committed one hold, by their stage in the index
            (1 for the common one, 3 for the other), as far as there are such files.

    """
    entry = git(project, "ls-tree", "HEAD", "--", path).partition("\t")[0]
    mode, _, mine = entry.split()
    stages = {2: mine}
    for stage, file in others.items():
        if file.exists():
            written = git(project, "hash-object", "-w", "--no-filters", "--", str(file))
            stages[stage] = written.strip()
    lines = [f"0 {'0' * len(mine)}\t{path}"]
    lines += [f"{mode} {blob} {stage}\t{path}" for stage, blob in stages.items()]
    git(project, "update-index", "--index-info", given="\n".join(lines) + "\n")


def stash(project: Path, paths: Sequence[str], message: str, index: Path) -> None:
    """Keep some files as they are now in the stash; work tree and index are left alone.

    Args:
        project: The project's folder.
        paths: The files.
        message: What the stash is called.
        index: Where an index of its own may be written.

    """
    own = {"GIT_INDEX_FILE": str(index)}
    git(project, "read-tree", "HEAD", **own)
    git(project, "add", "--force", "--", *paths, **own)
    tree = git(project, "write-tree", **own).strip()
    commit = (*_IDENTITY, "commit-tree", "-p", "HEAD", "-m", message)
    # As git makes them: a stash stands on the commit, and on a commit of the index.
    base = git(project, *commit, "HEAD^{tree}").strip()
    kept = git(project, *commit, "-p", base, tree).strip()
    git(project, *_IDENTITY, "stash", "store", "--quiet", "--message", message, kept)
