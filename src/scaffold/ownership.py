"""The table of owners, `ownership.yml`: which files of a project are whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import yaml

from scaffold import tables
from scaffold.errors import TemplateError

Owner = Literal["template", "shared", "yours"]


@dataclass(frozen=True)
class Ownership:
    """Which files of a project are whose.

    Args:
        template: Patterns of paths that an update may replace.
        shared: Patterns of paths that template and team both write in.

    """

    template: Sequence[str] = ()
    shared: Sequence[str] = ()

    def of(self, path: str) -> Owner:
        """Return the owner of a file, named by its path in the project, with slashes."""
        if any(_matches(path, pattern) for pattern in self.template):
            return "template"
        if any(_matches(path, pattern) for pattern in self.shared):
            return "shared"
        return "yours"

    @classmethod
    def load(cls, root: Path) -> "Ownership":
        """Read the table in a template's root folder; a template without one owns nothing.

        Raises:
            TemplateError: The table cannot be read, or does not have the form of one.

        """
        path = root / "ownership.yml"
        try:
            table = tables.parse(path.read_text(encoding="utf-8"))
            return cls(**{owner: _patterns(patterns) for owner, patterns in table.items()})
        except FileNotFoundError:
            return cls()
        except (OSError, yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
            raise TemplateError(
                "The template has no usable ownership.yml",
                why=f"{path}: {error!r}",
                todo="It lists patterns of paths under `template` and `shared`, and nothing else.",
            ) from error


def _patterns(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise TypeError(f"{listed!r} is no list of patterns")
    return tuple(listed)


def _matches(path: str, pattern: str) -> bool:
    """Compare name by name, so that no `*` reaches across a slash."""
    names, patterns = path.split("/"), pattern.split("/")
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))
