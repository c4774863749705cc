"""Why a recommendation is what it is, and what would change it: pure, like the sum.

`copier.yml` holds the parts that a decision record tells in Jinja; a test
compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, NamedTuple

from scaffold.recommend import UNSURE, Recommendation
from scaffold.rules import Conflict, Framework, Rules


@dataclass(frozen=True)
class Contribution:
    """What one answer added to the sum, in log-odds towards FastAPI."""

    trait: str
    answer: str
    weight: float


@dataclass(frozen=True)
class Flip:
    """A smallest set of answers whose change gives the other framework.

    Args:
        changes: The answers that it takes, by trait.
        framework: The framework that they lead to.

    """

    changes: Mapping[str, str]
    framework: Framework


@dataclass(frozen=True)
class Undecided:
    """An open question, one answer to which would change the framework.

    Args:
        trait: The question's name.
        answers: The answers that would.
        framework: The framework that they lead to.

    """

    trait: str
    answers: tuple[str, ...]
    framework: Framework


class _Move(NamedTuple):
    """Another answer to a trait, and what the sum would move by."""

    trait: str
    answer: str
    by: float


@dataclass(frozen=True)
class Explanation:
    """What stands behind a recommendation.

    Args:
        contributions: What each answer added, in the order of the questions.
        flips: The smallest changes of answers that change the framework, slightest first;
            empty when no change of the given answers does.
        undecided: Open questions that could change it by themselves.
        conflicts: Where the answers pull against each other.

    """

    contributions: tuple[Contribution, ...]
    flips: tuple[Flip, ...]
    undecided: tuple[Undecided, ...]
    conflicts: tuple[Conflict, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `scaffold recommend --json` adds to the sum."""
        return {
            "contributions": [asdict(contribution) for contribution in self.contributions],
            "flips": [asdict(flip) for flip in self.flips],
            "undecided": [{**asdict(u), "answers": list(u.answers)} for u in self.undecided],
            "conflicts": [
                {
                    "name": conflict.name,
                    "text": conflict.text,
                    "sources": [asdict(source) for source in conflict.sources],
                    "both": list(conflict.both),
                }
                for conflict in self.conflicts
            ],
        }


def explain(advice: Recommendation, rules: Rules) -> Explanation:
    """Say what stands behind a recommendation.

    Args:
        advice: The recommendation.
        rules: The table that it was made with.

    """
    given = {t: a for t, a in advice.answers.items() if a != UNSURE}
    return Explanation(
        contributions=tuple(Contribution(t, a, rules.weight(t, a)) for t, a in given.items()),
        flips=_flips(given, advice, rules),
        undecided=tuple(_undecided(advice, rules)),
        conflicts=tuple(c for c in rules.conflicts if c.holds(advice.answers)),
    )


def _undecided(advice: Recommendation, rules: Rules) -> Iterator[Undecided]:
    other = _other(advice.framework)
    for trait in advice.missing:
        answers = tuple(
            answer
            for answer in rules.answers[trait]
            if rules.framework(advice.score + rules.weight(trait, answer)) == other
        )
        if answers:
            yield Undecided(trait, answers, other)


def _flips(given: Mapping[str, str], advice: Recommendation, rules: Rules) -> tuple[Flip, ...]:
    """Return one flip for each smallest set of questions: the slightest that it allows."""
    other = _other(advice.framework)
    moves = [
        _Move(trait, answer, rules.weight(trait, answer) - rules.weight(trait, now))
        for trait, now in given.items()
        for answer in rules.answers[trait]
        if answer != now
    ]

    def leads_to_other(way: Iterable[_Move]) -> bool:
        return rules.framework(advice.score + sum(move.by for move in way)) == other

    farthest: dict[str, _Move] = {}
    for move in sorted(moves, key=lambda move: move.by, reverse=other == "fastapi"):
        farthest.setdefault(move.trait, move)
    reach = list(farthest.values())
    size = next((n for n in range(1, len(given) + 1) if leads_to_other(reach[:n])), 0)
    ways = [
        way
        for way in combinations(moves, size)
        if len({move.trait for move in way}) == size and leads_to_other(way)
    ]
    ways.sort(key=lambda way: sum(abs(move.by) for move in way))
    slightest: dict[frozenset[str], Flip] = {}
    for way in ways:
        changes = {move.trait: move.answer for move in way}
        slightest.setdefault(frozenset(changes), Flip(changes, other))
    return tuple(slightest.values())


def _other(framework: Framework) -> Framework:
    return "flask" if framework == "fastapi" else "fastapi"
