"""Real projects like the one at hand, and what they chose."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scaffold import tables
from scaffold.recommend import UNSURE, Recommendation
from scaffold.rules import Framework

_SHOWN = 3
_ENOUGH = 2  # answers that a project must share to be called similar


@dataclass(frozen=True)
class Project:
    """A project of `evidence/projects.yml`, chosen when both frameworks existed.

    Args:
        name: What it is called.
        source: Its repository on GitHub, as owner/name.
        brief: What it is.
        chose: Its framework.
        decided: When, as a year or a day.
        traits: Its answers, as far as they are known.

    """

    name: str
    source: str
    brief: str
    chose: Framework
    decided: str
    traits: Mapping[str, str]


@dataclass(frozen=True)
class Similar:
    """A project beside the answers at hand.

    Args:
        project: The project.
        shared: The answers that it shares.
        differing: Its answers where they differ.
        counter_example: Whether it chose the other framework.

    """

    project: Project
    shared: Mapping[str, str]
    differing: Mapping[str, str]
    counter_example: bool

    def as_json(self) -> dict[str, Any]:
        """Return what `scaffold recommend --json` prints of it."""
        described = asdict(self.project)
        del described["traits"]
        return {
            **described,
            "shared": dict(self.shared),
            "differing": dict(self.differing),
            "counter_example": self.counter_example,
        }


def nearest(advice: Recommendation, path: Path) -> tuple[Similar, ...]:
    """Return the projects nearest by traits, and the nearest that chose otherwise.

    A project is the nearer, the more answers it shares and the fewer differ. What
    either side does not know counts for nothing.

    Args:
        advice: The recommendation at hand, with its answers.
        path: The evidence's `projects.yml`.

    """
    given = {t: a for t, a in advice.answers.items() if a != UNSURE}
    if len(given) < _ENOUGH:
        return ()
    found = [_beside(project, given, advice.framework) for project in _load(path)]
    found = [similar for similar in found if len(similar.shared) >= _ENOUGH]
    found.sort(key=lambda s: (len(s.differing) - len(s.shared), s.project.name))
    near, rest = found[:_SHOWN], found[_SHOWN:]
    if not any(similar.counter_example for similar in near):
        near += [similar for similar in rest if similar.counter_example][:1]
    return tuple(near)


def _load(path: Path) -> Iterator[Project]:
    for fields in tables.parse(path.read_text(encoding="utf-8")):
        if fields.pop("fastapi_existed") == "yes":
            yield Project(**{name: fields[name] for name in Project.__dataclass_fields__})


def _beside(project: Project, given: Mapping[str, str], advised: Framework) -> Similar:
    known = {trait: project.traits[trait] for trait in given if trait in project.traits}
    return Similar(
        project,
        shared={t: a for t, a in known.items() if given[t] == a},
        differing={t: a for t, a in known.items() if given[t] != a},
        counter_example=project.chose != advised,
    )
