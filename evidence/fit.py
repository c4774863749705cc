# noqa: INP001 - a script beside its data, no package
"""Fit the weights of `rules.yml` to the evidence, and write what came of it.

`python evidence/fit.py` rewrites the weights and the calibration in `rules.yml`
and the report in `docs/evidence.md`; with `--check` nothing is written, and what
differs is named. `docs/evidence.md` tells the method.
"""

import argparse
import difflib
import itertools
import math
import random
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from scaffold.recommend import UNSURE, open_questions
from scaffold.rules import Rules

Answer = tuple[str, str]
Penalties = tuple[float, float]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

HERE = Path(__file__).parent
MARKERS = "<!-- report -->\n", "<!-- /report -->\n"

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


# ------------------------------------------------------------------- THE REPORT


@dataclass(frozen=True)
class Forecast:
    """How one way of deciding did, project by project."""

    name: str
    right: Numbers
    brier: Numbers

    @classmethod
    def of(cls, name: str, decided: Flags, told: Numbers, fastapi: Numbers) -> "Forecast":
        """Compare what was decided, and the probability told, with what was chosen."""
        return cls(name, (decided == (fastapi == 1)).astype(float), (told - fastapi) ** 2)


def forecasts(fitted: Fitted, lean: float) -> list[Forecast]:
    """Return how the weights did on projects they do not know, and two simple rules."""
    projects, score = fitted.evidence.projects, fitted.project_scores
    fastapi, pages = projects.fastapi, projects.pages
    by_kind = np.array([share_of_others(fastapi, pages == kind, i) for i, kind in enumerate(pages)])
    always = np.ones(len(fastapi), bool)
    overall = np.array([share_of_others(fastapi, always, i) for i in range(len(fastapi))])
    return [
        Forecast.of("the weights, ties to Flask", score >= lean, told(fitted), fastapi),
        Forecast.of("the weights, ties by their sign", score > 0, told(fitted), fastapi),
        Forecast.of("pages mean Flask, else FastAPI", ~pages, by_kind, fastapi),
        Forecast.of("always FastAPI", always, overall, fastapi),
    ]


def share_of_others(fastapi: Numbers, alike: Flags, own: int) -> float:
    """Return the share of FastAPI among projects alike, without the own."""
    others = alike & (np.arange(len(fastapi)) != own)
    return float(fastapi[others].mean())


def told(fitted: Fitted) -> Numbers:
    """Return the probability told of each project, calibrated on the others."""
    score, fastapi = fitted.project_scores, fitted.evidence.projects.fastapi
    factors = [calibration(np.delete(score, i), np.delete(fastapi, i)) for i in range(len(fastapi))]
    return chance(score * np.array(factors))


def mean(values: Numbers) -> str:
    """Return a mean with its standard error, as text."""
    figure = round(float(values.mean()), 2) + 0.0  # no minus before a zero
    return f"{figure:.2f} ± {standard_error(values):.2f}"


def standard_error(values: Numbers) -> float:
    """Return the standard error of a mean."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def prose(text: str) -> str:
    """Return text wrapped as the rest of the page."""
    return textwrap.fill(text, width=96)


def report(fitted: Fitted, rules: Mapping[str, Any]) -> str:
    """Return the part of the page that the figures are in."""
    thresholds = rules["fit"]
    parts = [
        summary(fitted),
        "### Projects that the weights do not know",
        *comparison(fitted, thresholds["lean"]),
        "### What a probability is worth",
        *bands(fitted, thresholds),
        "### Advice",
        advice(fitted, thresholds["lean"]),
        "### Questions that are asked",
        *questions(Rules.from_table(rules)),
        "### The weights",
        *weight_list(fitted),
    ]
    return "\n\n".join(parts) + "\n"


def summary(fitted: Fitted) -> str:
    """Return what was used and chosen, as a table."""
    projects, pieces = fitted.evidence.projects, fitted.evidence.advice
    losses = {penalties: loss.mean() for penalties, loss in fitted.surprises.items()}
    return table(
        ["what", "value"],
        [
            [
                "projects used",
                f"{len(projects.fastapi)}, of them {int(projects.fastapi.sum())} FastAPI;"
                f" {int(projects.blind.sum())} judged blind",
            ],
            [
                "pieces of advice used",
                f"{len(pieces.fastapi)}, of them {int(pieces.fastapi.sum())} for FastAPI;"
                f" {pieces.groups.max() + 1} sources",
            ],
            ["penalty on advice, towards zero", f"{fitted.penalties[0]:g}"],
            ["penalty on projects, towards the advice", f"{fitted.penalties[1]:g}"],
            [
                "mean log loss held out, with these penalties",
                f"{losses[fitted.penalties]:.3f}; with others of the list from"
                f" {min(losses.values()):.3f} to {max(losses.values()):.3f}",
            ],
            ["calibration", f"{fitted.calibration:.2f}"],
        ],
    )


def comparison(fitted: Fitted, lean: float) -> Iterator[str]:
    """Yield how the weights did beside simple rules, and where they are no better."""
    ways = forecasts(fitted, lean)
    blind = fitted.evidence.projects.blind
    groups = {f"all {len(blind)}": blind | True, f"the {int(blind.sum())} blind": blind}
    yield table(
        ["way to decide", *(f"{g}: {m}" for g in groups for m in ("right", "Brier score"))],
        [
            [way.name, *(mean(v[rows]) for rows in groups.values() for v in (way.right, way.brier))]
            for way in ways
        ],
    )
    weights, _, pages, _ = ways
    verdicts: dict[str, list[str]] = {"better": [], "worse": [], "no different": []}
    rows = []
    for group, chosen in groups.items():
        for measure, gain in (
            ("right", (weights.right - pages.right)[chosen]),
            ("Brier score", (pages.brier - weights.brier)[chosen]),
        ):
            shown = abs(gain.mean()) > standard_error(gain)
            verdict = "no different" if not shown else "better" if gain.mean() > 0 else "worse"
            rows.append([group, measure, mean(gain), verdict])
            verdicts[verdict].append(f"{measure} on {group}")
    yield prose(
        "Gain of the weights, ties to Flask, over the pages rule, project by project. A gain or a"
        " loss of no more than its standard error shows no difference:"
    )
    yield table(["projects", "measure", "gain", "so the weights are"], rows)
    yield prose(
        "So the weights, beside the pages rule, are "
        + "; ".join(
            f"{verdict} in {' and '.join(cases) or 'nothing'}"
            for verdict, cases in verdicts.items()
        )
        + "."
    )


def bands(fitted: Fitted, thresholds: Mapping[str, float]) -> Iterator[str]:
    """Yield the projects by their score: what was told, and what was chosen."""
    lean, clear = thresholds["lean"], thresholds["clear"]
    score, fastapi = fitted.project_scores, fitted.evidence.projects.fastapi
    probability = told(fitted)
    wanted = {
        f"{-clear:+g} and below": score <= -clear,
        f"{-clear:+g} to {-lean:+g}": (score > -clear) & (score <= -lean),
        f"between {-lean:+g} and {lean:+g}": np.abs(score) < lean,
        f"{lean:+g} to {clear:+g}": (score >= lean) & (score < clear),
        f"{clear:+g} and above": score >= clear,
    }
    yield table(
        ["score", "projects", "of them FastAPI", "probability told, mean"],
        [
            [
                band,
                rows.sum(),
                f"{fastapi[rows].mean():.2f}" if rows.any() else "",
                f"{probability[rows].mean():.2f}" if rows.any() else "",
            ]
            for band, rows in wanted.items()
        ],
    )


def advice(fitted: Fitted, lean: float) -> str:
    """Return how often the weights say what the advice says."""
    pieces = fitted.evidence.advice
    unknown = (fitted.advice_scores >= lean) == (pieces.fastapi == 1)
    known = (scores(pieces, fitted.weights) >= lean) == (pieces.fastapi == 1)
    return prose(
        f"Weights that do not know the source agree with {unknown.sum()} of {len(unknown)} pieces"
        f" of advice ({mean(unknown.astype(float))}); the weights below, which know them all,"
        f" with {known.sum()} ({mean(known.astype(float))})."
    )


def questions(rules: Rules) -> Iterator[str]:
    """Yield how many questions are asked before no answer left can change the framework."""
    draw = random.Random(0)  # noqa: S311 - answers, no secret
    projects = yaml.safe_load((HERE / "projects.yml").read_text(encoding="utf-8"))
    kinds = {
        "the projects, what is not known unsure": [entry["traits"] for entry in projects],
        "2,000 sets of random answers, unsure among them": [
            {trait: draw.choice((UNSURE, *answers)) for trait, answers in rules.answers.items()}
            for _ in range(2000)
        ],
    }
    counts = {kind: [asked(traits, rules) for traits in sets] for kind, sets in kinds.items()}
    yield table(
        ["answers", "median of the questions asked", "fewest", "most"],
        [[kind, f"{median(n):g}", min(n), max(n)] for kind, n in counts.items()],
    )
    yield prose(f"All {len(rules.answers)} are asked with `--all-questions`.")


def asked(traits: Mapping[str, str], rules: Rules) -> int:
    """Return how many traits `scaffold new` asks for when it hears these answers."""
    heard: dict[str, str] = {}
    while left := open_questions(heard, rules):
        heard[left[0]] = traits.get(left[0], UNSURE)
    return len(heard)


def weight_list(fitted: Fitted) -> Iterator[str]:
    """Yield every weight with what it was drawn from."""
    constraints = Constraints.of(fitted.answers)
    edges = zip(constraints.least, constraints.most, strict=True)
    floors = [float(least if least > 0 else most) for least, most in edges]
    told_by = [d.answers.sum(axis=0) for d in (fitted.evidence.projects, fitted.evidence.advice)]
    rows = [
        [
            f"`{trait}` {answer}",
            int(told_by[0][i]),
            int(told_by[1][i]),
            f"{fitted.alone[i]:+.2f}",
            f"{fitted.exact[i]:+.2f}",
            f"**{fitted.weights[i]:+.2f}**",
            "at its floor" if abs(fitted.exact[i] - floors[i]) < CLOSE_ENOUGH else "",
        ]
        for i, (trait, answer) in enumerate(fitted.answers)
    ]
    yield table(
        ["answer", "projects", "advice", "advice alone", "with projects", "weight", ""], rows
    )
    held = sum(row[-1] != "" for row in rows)
    yield prose(
        f"{held} of {len(rows)} weights are at their floor: there the constraint speaks, not"
        " the evidence. Where no project gives an answer, both columns are the advice's."
    )


# -------------------------------------------------------------------- THE FILES


def answers_of(rules: Mapping[str, Any]) -> list[Answer]:
    """Return the answers that have a weight."""
    return [
        (trait, str(answer)) for trait, answers in rules["traits"].items() for answer in answers
    ]


def with_numbers(text: str, weights: Mapping[Answer, float], factor: float) -> str:
    """Return the text of `rules.yml` with other numbers and nothing else changed.

    Raises:
        SystemExit: A number is not where it should be.

    """
    section = trait = answer = ""
    lines = []
    for line in text.splitlines(keepends=True):
        if key := re.match(r"( *)\"?(\w+)\"?:", line):
            depth, name = len(key[1]) // 2, key[2]
            section = name if depth == 0 else section
            trait = name if depth == 1 else trait
            answer = name if depth == 2 else answer  # noqa: PLR2004 - section, trait, answer
            value = None
            if (depth, name) == (0, "calibration"):
                value = factor
            elif (section, depth, name) == ("traits", 3, "weight"):
                value = weights[trait, answer]
            if value is not None:
                line = re.sub(r"(: *)[-+.\d]+", rf"\g<1>{value!r}", line, count=1)  # noqa: PLW2901
        lines.append(line)
    changed = "".join(lines)
    rules = yaml.safe_load(changed)
    found = {(t, a): rules["traits"][t][a]["weight"] for t, a in answers_of(rules)}
    if found != weights or rules.get("calibration") != factor:
        raise SystemExit("rules.yml: the numbers are not where this script looks for them")
    return changed


def with_report(page: str, figures: str) -> str:
    """Return the page with another report between its markers.

    Raises:
        SystemExit: A marker is missing, or stands there twice.

    """
    if any(page.count(marker) != 1 for marker in MARKERS):
        raise SystemExit(f"the page needs one line {MARKERS[0]!r} and one {MARKERS[1]!r}")
    before, rest = page.split(MARKERS[0])
    _, after = rest.split(MARKERS[1])
    return f"{before}{MARKERS[0]}\n{figures}\n{MARKERS[1]}{after}"


def rewritten(rules_file: Path, page_file: Path) -> dict[Path, str]:
    """Return what both files should hold.

    Raises:
        SystemExit: An answer is left without a weight.

    """
    text = rules_file.read_text(encoding="utf-8")
    rules = yaml.safe_load(text)
    answers = answers_of(rules)
    fitted = Fitted.to(Evidence.load(HERE, answers), answers)
    weights = dict(zip(answers, fitted.weights.tolist(), strict=True))
    empty = [f"{trait}: {answer}" for (trait, answer), weight in weights.items() if weight == 0]
    if empty:
        raise SystemExit(f"no weight left: remove it from rules.yml: {', '.join(empty)}")
    page = page_file.read_text(encoding="utf-8")
    changed = with_numbers(text, weights, fitted.calibration)
    return {
        rules_file: changed,
        page_file: with_report(page, report(fitted, yaml.safe_load(changed))),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the files, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on differences")
    parser.add_argument("--rules", type=Path, default=HERE.parent / "rules.yml", metavar="PATH")
    parser.add_argument(
        "--page", type=Path, default=HERE.parent / "docs" / "evidence.md", metavar="PATH"
    )
    options = parser.parse_args(arguments)
    differences = 0
    for path, wanted in rewritten(options.rules, options.page).items():
        present = path.read_text(encoding="utf-8")
        differences += present != wanted
        if options.check:
            lines = (present.splitlines(), wanted.splitlines())
            for line in difflib.unified_diff(*lines, path.name, "evidence/fit.py", "", "", 0, ""):
                sys.stdout.write(f"{line}\n")
        elif present != wanted:
            path.write_text(wanted, encoding="utf-8", newline="\n")
    return 1 if options.check and differences else 0


if __name__ == "__main__":
    sys.exit(main())
