"""The recommendation: a pure function of traits and rules.

Each answer adds its weight, in log-odds towards FastAPI; the sum gives a
probability and a fit. `copier.yml` holds the same sum in Jinja for plain
`copier copy`; a test compares the two.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from scaffold import tables
from scaffold.errors import TemplateError

Framework = Literal["flask", "fastapi"]
Fit = Literal["clear", "lean", "tie"]

UNSURE = "unsure"


@dataclass(frozen=True)
class Source:
    """Where a reason comes from.

    Args:
        title: The page's title.
        address: Its URL, or a path in this project's documentation.
        read: The day it was read, as YYYY-MM-DD.

    """

    title: str
    address: str
    read: str


@dataclass(frozen=True)
class Rule:
    """What one answer to one trait weighs, and why.

    Args:
        trait: The question's name.
        answer: The answer that it holds for.
        weight: Log-odds towards FastAPI; negative speaks for Flask.
        because: The reason, as a sentence.
        sources: Where the reason comes from.

    """

    trait: str
    answer: str
    weight: float
    because: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Note:
    """What the sum does not say; told when its fit and one of its answers hold."""

    fit: frozenset[str]
    answers: frozenset[tuple[str, str]]
    text: str


@dataclass(frozen=True)
class Rules:
    """The validated table of `rules.yml`.

    Args:
        version: The table's version, recorded in each decision.
        lean: Log-odds from which on the advice is more than a tie.
        clear: Log-odds from which on it is a clear case.
        rules: Every rule by its trait and answer, in the table's order.
        traits: Names of all traits, in the table's order.
        notes: What is told beside the sum.

    """

    version: str
    lean: float
    clear: float
    rules: Mapping[tuple[str, str], Rule]
    traits: tuple[str, ...]
    notes: tuple[Note, ...]

    @classmethod
    def load(cls, path: Path) -> "Rules":
        """Read and validate a `rules.yml`.

        Raises:
            TemplateError: The file is missing or does not have the form of the table.

        """
        try:
            table = tables.parse(path.read_text(encoding="utf-8"))
            return cls._from_table(table)
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TemplateError(
                "The template has no usable rules.yml",
                why=f"{path}: {error!r}",
                todo="Name a template of scaffold with --template, or leave the option out.",
            ) from error

    @classmethod
    def _from_table(cls, table: dict[str, Any]) -> "Rules":
        sources = {name: Source(**fields) for name, fields in table["sources"].items()}
        rules = {
            (trait, answer): Rule(
                trait=trait,
                answer=answer,
                weight=float(fields["weight"]),
                because=fields["because"],
                sources=tuple(sources[name] for name in fields["sources"]),
            )
            for trait, answers in table["traits"].items()
            for answer, fields in answers.items()
        }
        notes = tuple(
            Note(frozenset(note["fit"]), frozenset(note["answers"].items()), note["text"])
            for note in table["notes"]
        )
        return cls(
            version=table["version"],
            lean=float(table["fit"]["lean"]),
            clear=float(table["fit"]["clear"]),
            rules=rules,
            traits=tuple(table["traits"]),
            notes=notes,
        )


@dataclass(frozen=True)
class Recommendation:
    """A framework with the reasons for it.

    Args:
        framework: The framework to take; a tie falls to Flask.
        fit: How strongly the answers speak for it.
        probability: Share of projects with these answers that choose FastAPI, 0 to 1.
        score: Sum of the weights in log-odds towards FastAPI.
        reasons: The rules that applied, strongest first.
        missing: Traits left unsure.
        notes: What the sum does not say.

    """

    framework: Framework
    fit: Fit
    probability: float
    score: float
    reasons: tuple[Rule, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `scaffold recommend --json` prints."""
        return {
            "framework": self.framework,
            "fit": self.fit,
            "probability": {"flask": 1 - self.probability, "fastapi": self.probability},
            "score": self.score,
            "reasons": [
                {
                    "trait": rule.trait,
                    "answer": rule.answer,
                    "favours": favours(rule),
                    "weight": rule.weight,
                    "because": rule.because,
                    "sources": [asdict(source) for source in rule.sources],
                }
                for rule in self.reasons
            ],
            "missing": list(self.missing),
            "notes": list(self.notes),
        }


def favours(rule: Rule) -> Framework:
    """Return the framework that a rule speaks for."""
    return "fastapi" if rule.weight > 0 else "flask"


def recommend(traits: Mapping[str, str], rules: Rules) -> Recommendation:
    """Weigh the answers to the traits.

    Args:
        traits: Answer by trait; what is absent is unsure.
        rules: The table to weigh them with.

    """
    answers = {trait: traits.get(trait, UNSURE) for trait in rules.traits}
    applied = [rules.rules[item] for item in answers.items() if item in rules.rules]
    score = sum((rule.weight for rule in applied), 0.0)
    fit: Fit = "tie" if abs(score) < rules.lean else "lean" if abs(score) < rules.clear else "clear"
    return Recommendation(
        framework="fastapi" if score >= rules.lean else "flask",
        fit=fit,
        probability=1 / (1 + math.exp(-score)),
        score=score,
        reasons=tuple(sorted(applied, key=lambda rule: -abs(rule.weight))),
        missing=tuple(trait for trait, answer in answers.items() if answer == UNSURE),
        notes=tuple(
            note.text
            for note in rules.notes
            if (not note.fit or fit in note.fit)
            and (not note.answers or note.answers & set(answers.items()))
        ),
    )
