# noqa: INP001 - a script beside its data, no package
"""What the evidence says: weights of answers, fitted under constraints."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

Answer = tuple[str, str]
Penalties = tuple[float, float]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

# ------------------------------------------------------------------ CONSTRAINTS
# Few projects cannot settle every sign. Where the reason for a rule has only one
# direction, so has its weight: the least and the most that it may be.

STEP = 0.25
FASTAPI = (STEP, math.inf)
FLASK = (-math.inf, -STEP)
NEVER_FLASK = (0.0, math.inf)
NEVER_FASTAPI = (-math.inf, 0.0)
BOUNDS: dict[Answer, tuple[float, float]] = {
    # Alone it must give a leaning: a product that is an API is what FastAPI is for.
    ("api_first", "yes"): (2 * STEP, math.inf),
    ("api_first", "no"): NEVER_FASTAPI,
    ("server_rendered", "yes"): FLASK,
    ("server_rendered", "no"): NEVER_FLASK,
    ("concurrency", "high"): FASTAPI,
    ("concurrency", "medium"): FLASK,
    ("concurrency", "low"): FLASK,
    ("workload", "io"): FASTAPI,
    ("workload", "cpu"): FLASK,
    ("realtime", "yes"): FASTAPI,
    ("realtime", "no"): NEVER_FASTAPI,
    ("typed_contract", "yes"): FASTAPI,
    ("typed_contract", "no"): NEVER_FASTAPI,
    ("separate_clients", "yes"): FASTAPI,
    ("separate_clients", "no"): NEVER_FASTAPI,
    ("team_size", "large"): FASTAPI,
    ("team_size", "solo"): NEVER_FASTAPI,
    ("experience", "learning"): FLASK,
    ("experience", "new"): FLASK,
    ("experience", "fluent"): NEVER_FLASK,
    ("control", "yes"): FLASK,
    ("control", "no"): NEVER_FLASK,
    # Alone each must give a leaning, and no project tells of it.
    ("existing_code", "flask"): (-math.inf, -2 * STEP),
    ("existing_code", "fastapi"): (2 * STEP, math.inf),
}
# The first speaks for Flask at least as much as the second. Both have the same
# bounds; `high` stands above `medium` by its own.
ORDER: tuple[tuple[Answer, Answer], ...] = (
    (("concurrency", "low"), ("concurrency", "medium")),
    (("experience", "learning"), ("experience", "new")),
)


@dataclass(frozen=True)
class Constraints:
    """What the weights of some answers must hold.

    Args:
        least: The least that each weight may be.
        most: The most that each weight may be.
        order: Places of two weights of which the first is not above the second.

    """

    least: Numbers
    most: Numbers
    order: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> "Constraints":
        """Return the constraints for these answers, in their order."""
        bounds = [BOUNDS.get(answer, (-math.inf, math.inf)) for answer in answers]
        order = (pair for pair in ORDER if set(pair) <= set(answers))
        return cls(
            least=np.array([least for least, _ in bounds]),
            most=np.array([most for _, most in bounds]),
            order=tuple((answers.index(first), answers.index(second)) for first, second in order),
        )

    def nearest(self, weights: Numbers) -> Numbers:
        """Return the nearest weights that hold the constraints, row by row."""
        moved = weights.copy()
        for first, second in self.order:
            middle = (moved[..., first] + moved[..., second]) / 2
            moved[..., first] = np.minimum(moved[..., first], middle)
            moved[..., second] = np.maximum(moved[..., second], middle)
        return np.clip(moved, self.least, self.most)


# --------------------------------------------------------------------- EVIDENCE


@dataclass(frozen=True)
class Decisions:
    """Decisions for one of the two frameworks, one a row.

    Args:
        answers: 1 where a decision gives the answer of the column, else 0.
        fastapi: 1 where it fell to FastAPI, else 0.
        groups: Number of the group that a decision is held out with.
        pages: Whether pages are rendered on the server.
        blind: Whether the traits were judged without knowing the framework.

    """

    answers: Numbers
    fastapi: Numbers
    groups: NDArray[np.int64]
    pages: Flags
    blind: Flags

    @classmethod
    def of(
        cls, entries: Sequence[Mapping[str, Any]], answers: Sequence[Answer], group: str
    ) -> "Decisions":
        """Read decisions from entries, which are held out by the value of one key."""
        names = sorted({entry[group] for entry in entries})
        return cls(
            answers=np.array(
                [[float(given(entry).get(t) == a) for t, a in answers] for entry in entries]
            ),
            fastapi=np.array(
                [float(entry.get("chose", entry.get("advice")) == "fastapi") for entry in entries]
            ),
            groups=np.array([names.index(entry[group]) for entry in entries]),
            pages=np.array([given(entry).get("server_rendered") == "yes" for entry in entries]),
            blind=np.array([entry.get("judged") == "blind" for entry in entries]),
        )

    def others(self) -> Flags:
        """Return, for each group, which decisions belong to another."""
        held_out = np.arange(self.groups.max() + 1)
        different: Flags = held_out[:, None] != self.groups[None, :]
        return different


def given(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the traits of an entry that the fit may use.

    Who knew that a project uses FastAPI also saw the docs that come with it.
    """
    known = entry.get("judged") == "informed"
    return {t: a for t, a in entry["traits"].items() if not (known and t == "typed_contract")}


@dataclass(frozen=True)
class Evidence:
    """All decisions that weights are fitted to."""

    projects: Decisions
    advice: Decisions

    @classmethod
    def load(cls, folder: Path, answers: Sequence[Answer]) -> "Evidence":
        """Read the two tables, without what cannot tell the frameworks apart."""
        projects = yaml.safe_load((folder / "projects.yml").read_text(encoding="utf-8"))
        advice = yaml.safe_load((folder / "scenarios.yml").read_text(encoding="utf-8"))
        free = [entry for entry in projects if entry["fastapi_existed"] == "yes"]
        decided = [entry for entry in advice if entry["advice"] in {"flask", "fastapi"}]
        return cls(Decisions.of(free, answers, "name"), Decisions.of(decided, answers, "source"))


# ---------------------------------------------------------------------- FITTING

PENALTIES_ADVICE = (0.5, 1.0, 2.0, 4.0, 8.0)
PENALTIES_PROJECTS = (4.0, 8.0, 16.0, 32.0, 64.0)
CLOSE_ENOUGH = 1e-9


def chance(score: Numbers) -> Numbers:
    """Return the probability of FastAPI at a score."""
    probability: Numbers = 1 / (1 + np.exp(-score))
    return probability


def fit(
    decisions: Decisions, used: Flags, penalty: float, prior: Numbers, constraints: Constraints
) -> Numbers:
    """Return the weights that tell decisions best while staying near a prior.

    Each row of `used` says which decisions one fit uses, and each row of the
    result is one fit. They minimise the log loss and `penalty / 2` times the squared
    distance from the prior, by projected gradient with momentum: the loss is
    convex, so there is one minimum, and the steps end there.
    """
    answers = decisions.answers
    steepest = np.linalg.norm(answers, 2) ** 2 / 4 + penalty
    slowness = math.sqrt(penalty / steepest)
    momentum = (1 - slowness) / (1 + slowness)
    start = np.broadcast_to(prior, (max(len(used), len(prior)), answers.shape[1]))
    weights = ahead = constraints.nearest(start)
    while True:
        missed = used * (chance(ahead @ answers.T) - decisions.fastapi)
        gradient = missed @ answers + penalty * (ahead - prior)
        moved = constraints.nearest(ahead - gradient / steepest)
        change = moved - weights
        if np.abs(change).max() < CLOSE_ENOUGH and np.abs(moved - ahead).max() < CLOSE_ENOUGH:
            return moved
        weights, ahead = moved, moved + momentum * change


def in_two_stages(
    evidence: Evidence,
    penalties: Penalties,
    constraints: Constraints,
    advice: Flags,
    projects: Flags,
) -> tuple[Numbers, Numbers]:
    """Return weights from advice alone, and those drawn from there to the projects."""
    nothing = np.zeros((1, len(constraints.least)))
    prior = fit(evidence.advice, advice, penalties[0], nothing, constraints)
    return prior, fit(evidence.projects, projects, penalties[1], prior, constraints)


def everything(decisions: Decisions) -> Flags:
    """Return one row that uses every decision."""
    return np.ones((1, len(decisions.fastapi)), bool)


def held_out(
    evidence: Evidence, penalties: Penalties, constraints: Constraints
) -> tuple[Numbers, Numbers]:
    """Return, for each project and each advice, weights that know nothing of its group."""
    projects, advice = evidence.projects, evidence.advice
    _, without = in_two_stages(
        evidence, penalties, constraints, everything(advice), projects.others()
    )
    _, without_advice = in_two_stages(
        evidence, penalties, constraints, advice.others(), everything(projects)
    )
    return without[projects.groups], without_advice[advice.groups]


def scores(decisions: Decisions, weights: Numbers) -> Numbers:
    """Return the sum of the weights of each decision's answers."""
    total: Numbers = (decisions.answers * weights).sum(axis=1)
    return total


def log_loss(score: Numbers, fastapi: Numbers) -> Numbers:
    """Return how surprising each decision is at its score."""
    loss: Numbers = np.logaddexp(0, score) - fastapi * score
    return loss


def surprises(evidence: Evidence, constraints: Constraints) -> dict[Penalties, Numbers]:
    """Return the log loss of every decision, held out, by the penalties."""

    def surprise(penalties: Penalties) -> Numbers:
        weights = held_out(evidence, penalties, constraints)
        losses = [
            log_loss(scores(decisions, own), decisions.fastapi)
            for decisions, own in zip((evidence.projects, evidence.advice), weights, strict=True)
        ]
        return np.concatenate(losses)

    every = itertools.product(PENALTIES_ADVICE, PENALTIES_PROJECTS)
    return {penalties: surprise(penalties) for penalties in every}


def chosen(losses: Mapping[Penalties, Numbers]) -> Penalties:
    """Return the penalties to fit with.

    The one on advice is that of the lowest mean loss. Of those on projects it is the
    strongest that is worse by no more than the standard error of the difference: the
    one-standard-error rule of Breiman, Friedman, Olshen and Stone (1984), which
    leaves the advice only where the projects say so clearly.
    """
    best = min(losses, key=lambda penalties: losses[penalties].mean())
    worse = {strength: losses[best[0], strength] - losses[best] for strength in PENALTIES_PROJECTS}
    near = (strength for strength, by in worse.items() if by.mean() <= standard_error(by))
    return best[0], max(near)


def standard_error(values: Numbers) -> float:
    """Return the standard error of a mean."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def rounded(weights: Numbers) -> Numbers:
    """Return weights that a person can add up. Bounds are quarters, so they still hold."""
    quarters: Numbers = np.round(weights / STEP) * STEP + 0.0
    return quarters


def calibration(score: Numbers, fastapi: Numbers) -> float:
    """Return how much of a score to believe: a factor from 0.05 to 1, in steps of 0.05.

    It is the last step at which the log loss, which is convex, still falls.
    """
    falls = [
        step / 20
        for step in range(1, 21)
        if (score * (chance(score * step / 20) - fastapi)).sum() <= 0
    ]
    return max(falls, default=0.05)


@dataclass(frozen=True)
class Fitted:
    """What the evidence says.

    Args:
        answers: The answers that have a weight, in the order of `rules.yml`.
        evidence: What the weights were fitted to.
        surprises: Log loss of every decision, held out, by the penalties.
        penalties: For the distance from zero, and for that from the advice.
        alone: Weights from advice alone.
        exact: Weights before rounding.
        weights: The weights.
        calibration: The factor that turns a score into log-odds.
        project_scores: Each project's score by rounded weights that do not know it.
        advice_scores: Each advice's score by rounded weights that do not know its source.

    """

    answers: list[Answer]
    evidence: Evidence
    surprises: dict[Penalties, Numbers]
    penalties: Penalties
    alone: Numbers
    exact: Numbers
    weights: Numbers
    calibration: float
    project_scores: Numbers
    advice_scores: Numbers

    @classmethod
    def to(cls, evidence: Evidence, answers: list[Answer]) -> "Fitted":
        """Fit weights for these answers to the evidence."""
        projects, advice = evidence.projects, evidence.advice
        constraints = Constraints.of(answers)
        losses = surprises(evidence, constraints)
        penalties = chosen(losses)
        alone, exact = in_two_stages(
            evidence, penalties, constraints, everything(advice), everything(projects)
        )
        without, without_advice = held_out(evidence, penalties, constraints)
        project_scores = scores(projects, rounded(without))
        return cls(
            answers=answers,
            evidence=evidence,
            surprises=losses,
            penalties=penalties,
            alone=alone[0],
            exact=exact[0],
            weights=rounded(exact[0]),
            calibration=calibration(project_scores, projects.fastapi),
            project_scores=project_scores,
            advice_scores=scores(advice, rounded(without_advice)),
        )
