"""What a benchmark finds: each figure stands beside its peer of the same run."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure and its peer, both medians.

    Args:
        name: What was measured, such as `scaffold --help`.
        peer: What it is compared with, such as `copier --help`.
        unit: Of both values: `s`, `MiB` or `requests/s`.
        value: The median of the figure.
        peer_value: The median of the peer.
        goal: The ratio of the two that is aimed at; None where there is only something to see.

    """

    name: str
    peer: str
    unit: str
    value: float
    peer_value: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """The figure as a multiple of its peer."""
        return self.value / self.peer_value

    @property
    def reached(self) -> bool:
        """Whether the goal is met: more requests are better, less of anything else."""
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.unit == "requests/s" else self.ratio <= self.goal


def in_turn(measures: Sequence[Callable[[], float]], runs: int) -> list[float]:
    """Take each measure in turn, again and again, and return the median of each.

    Taken in turn, all of them see the same changes of a machine that others use too.

    Args:
        measures: Each takes one measurement.
        runs: How often each is taken; one more before them warms the caches.

    """
    taken = [[measure() for measure in measures] for _ in range(runs + 1)][1:]
    return [statistics.median(values) for values in zip(*taken, strict=True)]
