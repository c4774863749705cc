# noqa: INP001 - a script beside its data, no package
"""The part of docs/evidence.md that tells what the weights are worth."""

import random
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import yaml
from weights import (
    CLOSE_ENOUGH,
    Constraints,
    Fitted,
    Flags,
    Numbers,
    calibration,
    chance,
    scores,
    standard_error,
)

from scaffold.recommend import UNSURE, open_questions
from scaffold.rules import Rules

PROJECTS = Path(__file__).parent / "projects.yml"


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
    projects = yaml.safe_load(PROJECTS.read_text(encoding="utf-8"))
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
