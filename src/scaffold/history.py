"""The versions of a template: which there are, how they follow each other, and their files."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffold import programs, source
from scaffold.errors import TemplateError, VersionError

_SHOWN = 5


@dataclass(frozen=True)
class History:
    """The versions of a template, each named by its commit.

    Args:
        address: Where the template is, as projects record it.
        clone: A clone of it.

    """

    address: str
    clone: Path

    def find(self, version: str) -> str | None:
        """Return the commit of a version; None where there is no such one.

        Args:
            version: A tag, a branch, a commit, or what `git describe` says of one.

        """
        for name in (version, f"refs/remotes/origin/{version}"):
            found = self._git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
            )
            if found.ok:
                return found.output.strip()
        return None

    def need(self, version: str) -> str:
        """Return the commit of a version that a user has asked for.

        Raises:
            VersionError: There is no such one.

        """
        commit = self.find(version)
        if commit is not None:
            return commit
        tags = self._git("tag", "--sort=-version:refname").output.split()
        raise VersionError(
            f"The template has no version '{version}'",
            why=f"The newest are: {', '.join(tags[:_SHOWN])}." if tags else "It has no releases.",
            todo="Name a tag, a branch or a commit of it with --to.",
        )

    def recorded(self, version: str) -> str:
        """Return the commit of the version that a project records.

        Raises:
            VersionError: There is no such one.

        """
        commit = self.find(version)
        if commit is not None:
            return commit
        raise VersionError(
            f"The template has no version '{version}'",
            why="The project's .copier-answers.yml says that it was made from it.",
            todo="If the template was moved or written anew, record there a version that it has\n"
            "and that the project is like, and commit that.",
        )

    def after(self, commit: str) -> str:
        """Return the commit of the newest release, or of the head where there is none.

        A commit that has it already, as one that stands on it, is returned itself.

        Raises:
            TemplateError: There is no commit at all.

        """
        newest = self._newest()
        return commit if self.follows(commit, newest) else newest

    def _newest(self) -> str:
        commit = self.find(source.newest_release(self.clone) or "HEAD")
        if commit is None:
            raise TemplateError(
                f"The template at '{self.address}' is empty",
                why="Its repository has no commit.",
                todo="Check the address that the project's answers file records.",
            )
        return commit

    def follows(self, commit: str, earlier: str) -> bool:
        """Tell whether a commit is an earlier one, or stands on it."""
        return self._git("merge-base", "--is-ancestor", earlier, commit).ok

    def name(self, commit: str) -> str:
        """Return what a commit is called, as answers files record it."""
        return source.described(self.clone, commit)

    @contextlib.contextmanager
    def template(self, commit: str) -> Iterator[source.Template]:
        """Make one version ready for reading and rendering."""
        with tempfile.TemporaryDirectory(prefix="scaffold-version-") as name:
            folder = Path(name) / "template"
            added = self._git("worktree", "add", "--quiet", "--detach", str(folder), commit)
            if not added.ok:
                raise _unreachable(self.address, added.output.strip())
            (folder / ".git").unlink()  # Copier would take a repository's newest tag
            origin = {"_src_path": self.address, "_commit": self.name(commit)}
            yield source.Template(folder, origin)

    def _git(self, *arguments: str) -> programs.Outcome:
        return programs.run(programs.git(*arguments), self.clone)


@contextlib.contextmanager
def fetched(address: str) -> Iterator[History]:
    """Fetch the versions of a template.

    Args:
        address: What an answers file records as `_src_path`.

    Raises:
        TemplateError: It cannot be reached.

    """
    with tempfile.TemporaryDirectory(prefix="scaffold-history-") as name:
        clone = Path(name) / "clone"
        if problem := source.fetch(address, clone):
            raise _unreachable(address, problem)
        yield History(address, clone)


def _unreachable(address: str, why: str) -> TemplateError:
    return TemplateError(
        f"The template at '{source.without_secret(address)}' cannot be reached",
        why=why,
        todo="Check the network, and that git may read it. If it has moved, write its new address\n"
        "as `_src_path` into .copier-answers.yml, and commit that.",
    )
