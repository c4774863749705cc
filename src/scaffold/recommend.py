"""The recommendation: a pure function of traits and rules.

Each answer adds its weight, in log-odds towards FastAPI; the sum gives a
framework, a fit and a probability. `copier.yml` holds the same sum in Jinja for
plain `copier copy`; a test compares the two.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from scaffold.rules import Framework, Rule, Rules

Fit = Literal["clear", "lean", "tie"]

UNSURE = "unsure"


@dataclass(frozen=True)
class Recommendation:
    """A framework with the reasons for it.

    Args:
        framework: The framework to take; a tie falls to Flask.
        fit: How strongly the answers speak for it.
        probability: Share of projects with these answers that choose FastAPI, 0 to 1.
        score: Sum of the weights in log-odds towards FastAPI.
        answers: The answer to every trait, `unsure` among them.
        reasons: The rules that applied, strongest first.
        notes: What the sum does not say.

    """

    framework: Framework
    fit: Fit
    probability: float
    score: float
    answers: Mapping[str, str]
    reasons: tuple[Rule, ...]
    notes: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The traits left unsure."""
        return tuple(trait for trait, answer in self.answers.items() if answer == UNSURE)

    @property
    def in_ten(self) -> int:
        """How many of ten projects with these answers choose the framework, 1 to 9."""
        share = self.probability if self.framework == "fastapi" else 1 - self.probability
        return min(9, max(1, round(10 * share)))

    def as_json(self) -> dict[str, Any]:
        """Return what `scaffold recommend --json` prints of the sum."""
        return {
            "framework": self.framework,
            "fit": self.fit,
            "probability": {"flask": 1 - self.probability, "fastapi": self.probability},
            "score": self.score,
            "reasons": [
                {
                    "trait": rule.trait,
                    "answer": rule.answer,
                    "favours": rule.favours,
                    "weight": rule.weight,
                    "because": rule.because,
                    "sources": [asdict(source) for source in rule.sources],
                }
                for rule in self.reasons
            ],
            "missing": list(self.missing),
            "notes": list(self.notes),
        }


def recommend(traits: Mapping[str, str], rules: Rules) -> Recommendation:
    """Weigh the answers to the traits.

    Args:
        traits: Answer by trait; what is absent is unsure.
        rules: The table to weigh them with.

    """
    answers = {trait: traits.get(trait, UNSURE) for trait in rules.answers}
    applied = [rules.rules[item] for item in answers.items() if item in rules.rules]
    score = sum((rule.weight for rule in applied), 0.0)
    fit: Fit = "tie" if abs(score) < rules.lean else "lean" if abs(score) < rules.clear else "clear"
    return Recommendation(
        framework=rules.framework(score),
        fit=fit,
        probability=1 / (1 + math.exp(-rules.calibration * score)),
        score=score,
        answers=answers,
        reasons=tuple(sorted(applied, key=lambda rule: -abs(rule.weight))),
        notes=tuple(
            note.text
            for note in rules.notes
            if (not note.fit or fit in note.fit)
            and (not note.answers or note.answers & set(answers.items()))
        ),
    )


def open_questions(traits: Mapping[str, str], rules: Rules) -> list[str]:
    """Return the traits worth asking next, most telling first.

    Empty as soon as no answer that is left could change the framework.

    Args:
        traits: Answer by trait so far; what is absent was not asked yet.
        rules: The table to weigh them with.

    """
    left = {
        trait: [0.0, *(rules.weight(trait, answer) for answer in answers)]
        for trait, answers in rules.answers.items()
        if trait not in traits
    }
    score = sum(rules.weight(*item) for item in traits.items())
    lowest = score + sum(map(min, left.values()))
    highest = score + sum(map(max, left.values()))
    if rules.framework(lowest) == rules.framework(highest):
        return []
    return sorted(left, key=lambda trait: min(left[trait]) - max(left[trait]))
