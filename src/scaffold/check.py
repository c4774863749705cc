"""Check projects: is there a newer template, what has drifted, has the recommendation moved."""

import contextlib
import functools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scaffold import decision, journal, programs, projects, source
from scaffold.drift import Drifted, compared
from scaffold.errors import ScaffoldError
from scaffold.history import fetched
from scaffold.ownership import Owner
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import recommend
from scaffold.rules import Rules

FOUND = 5  # the exit code that tells that something was found

_OWNERS: tuple[Owner, ...] = ("template", "shared", "yours")


@dataclass(frozen=True)
class Checked:
    """A project that was checked.

    Args:
        project: Its folder, as it was given.
        name: What it is called.
        version: The version of the template that it has.
        newest: The version that it can be updated to; the same where it has that.
        drift: Files of the template's that have drifted.
        framework: The framework that it was made with.
        recommended: What was recommended then; empty when the record is gone.
        today: What today's rules recommend.
        unmended: Files that hold the marks of a conflict.
        adopted: Whether it was there before: it has no drift, as its files are its own.
        interrupted: Whether an update of it was interrupted.
        owned: The rendered files by their owner.

    """

    project: str
    name: str
    version: str
    newest: str
    drift: tuple[Drifted, ...]
    framework: str
    recommended: str
    today: str
    unmended: tuple[str, ...]
    adopted: bool
    interrupted: bool
    owned: dict[Owner, list[str]]

    @property
    def behind(self) -> bool:
        """Whether there is a newer version of the template."""
        return self.version != self.newest

    @property
    def moved(self) -> bool:
        """Whether something else is recommended today."""
        return self.recommended not in {"", self.today}

    @property
    def found(self) -> int:
        """How many things were found."""
        several = len(self.drift) + len(self.unmended)
        return self.behind + self.moved + self.interrupted + several

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        told = {"found": self.found, "behind": self.behind, "moved": self.moved}
        return {**asdict(self), **told, "recommended": self.recommended or None}


def check(path: Path) -> Checked:
    """Check one project, which is only read.

    Args:
        path: The project's folder.

    Raises:
        ScaffoldError: It cannot be checked.

    """
    project = projects.read(path)
    made = decision.read(path)
    with fetched(project.address) as history:
        commit = history.recorded(project.version)
        with compared(project, history) as comparison:
            return Checked(
                project=str(path),
                name=project.name,
                version=history.name(commit),
                newest=history.name(history.after(commit)),
                drift=tuple(comparison.drifted("template")),
                framework=made.framework,
                recommended=made.recommended,
                today=_recommended_today(made),
                unmended=tuple(comparison.unmended()),
                adopted=comparison.adopted,
                interrupted=journal.interrupted(project.path),
                owned={owner: comparison.files(owner) for owner in _OWNERS},
            )


def check_many(
    paths: Sequence[Path], go_on: Callable[[], None]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Check projects side by side, each in a process of its own, and yield what each tells.

    Args:
        paths: The projects' folders.
        go_on: Called while they run; what it raises ends them all.

    """
    with tempfile.TemporaryDirectory(prefix="scaffold-mirrors-") as place:
        near = _fetched_once(paths, Path(place))
        starts = [functools.partial(_apart, path, near.get(path, {})) for path in paths]
        yield from programs.together(starts, go_on)


def failed(path: Path, error: ScaffoldError) -> dict[str, Any]:
    """Return for programs that a project could not be checked."""
    return {"project": str(path), "error": error.as_json()}


def _fetched_once(paths: Sequence[Path], place: Path) -> dict[Path, dict[str, str]]:
    """Fetch each template that several projects share, and return how git finds that instead.

    What cannot be read or fetched is left to the check of the project, which tells why.

    Args:
        paths: The projects' folders.
        place: A folder to fetch into.

    """
    addresses: dict[Path, str] = {}
    for path in paths:
        with contextlib.suppress(ScaffoldError):
            addresses[path] = projects.read(path).address
    near: dict[Path, dict[str, str]] = {}
    for number, (address, count) in enumerate(Counter(addresses.values()).items()):
        mirror = place / f"{number}"
        if count > 1 and not source.fetch(address, mirror, whole=True):
            setting = {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"url.{mirror}.insteadOf",
                "GIT_CONFIG_VALUE_0": source.git_url(address),
            }
            near |= {path: setting for path, its in addresses.items() if its == address}
    return near


def _apart(path: Path, variables: Mapping[str, str]) -> programs.Task[tuple[Path, dict[str, Any]]]:
    command = (sys.executable, "-m", "scaffold", "check", "--json", "--", str(path))
    outcome = yield from programs.running(command, Path.cwd(), **variables)
    try:  # an error follows in words
        told, _ = json.JSONDecoder().raw_decode(outcome.output)
        return path, told["projects"][0]
    except (ValueError, LookupError):
        broken = ScaffoldError("It could not be checked", why=outcome.output.strip())
        return path, failed(path, broken)


def _recommended_today(made: decision.Decision) -> str:
    tables = source.bundled_tables()
    rules = Rules.load(tables / "rules.yml")
    traits = decision.traits(made, Questionnaire.load(tables), rules)
    return recommend(traits, rules).framework
