"""The table of the recommendation, `rules.yml`: weights, reasons, conflicts, sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from scaffold import tables
from scaffold.errors import TemplateError

Framework = Literal["flask", "fastapi"]


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

    @property
    def favours(self) -> Framework:
        """The framework that it speaks for."""
        return "fastapi" if self.weight > 0 else "flask"


@dataclass(frozen=True)
class Note:
    """What the sum does not say; told when its fit and one of its answers hold."""

    fit: frozenset[str]
    answers: frozenset[tuple[str, str]]
    text: str


@dataclass(frozen=True)
class Conflict:
    """Answers that pull against each other.

    Args:
        name: Its key in the table.
        all_of: Answers by trait; each trait must have one of its answers.
        any_of: The same; where it is not empty, one trait must have one of its answers.
        text: What to do about it.
        sources: Where that comes from.
        both: Commands that start two services, where that is the honest advice.

    """

    name: str
    all_of: Mapping[str, tuple[str, ...]]
    any_of: Mapping[str, tuple[str, ...]]
    text: str
    sources: tuple[Source, ...]
    both: tuple[str, ...]

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the answers pull against each other in this way."""
        return all(answers[trait] in pulls for trait, pulls in self.all_of.items()) and (
            not self.any_of or any(answers[trait] in pulls for trait, pulls in self.any_of.items())
        )


@dataclass(frozen=True)
class Rules:
    """The validated table of `rules.yml`.

    Args:
        version: The table's version, recorded in each decision.
        calibration: Log-odds that projects chose FastAPI, per log-odds of the sum.
        lean: Log-odds from which on the advice is more than a tie.
        clear: Log-odds from which on it is a clear case.
        rules: Every rule by its trait and answer, in the table's order.
        answers: What each trait can be answered, `unsure` left out, in the table's order.
        conflicts: Where answers pull against each other.
        notes: What is told beside the sum.

    """

    version: str
    calibration: float
    lean: float
    clear: float
    rules: Mapping[tuple[str, str], Rule]
    answers: Mapping[str, tuple[str, ...]]
    conflicts: tuple[Conflict, ...]
    notes: tuple[Note, ...]

    def weight(self, trait: str, answer: str) -> float:
        """Return what an answer weighs, in log-odds towards FastAPI."""
        rule = self.rules.get((trait, answer))
        return rule.weight if rule else 0.0

    def framework(self, score: float) -> Framework:
        """Return the framework that a sum of weights names; a tie falls to Flask."""
        return "fastapi" if score >= self.lean else "flask"

    @classmethod
    def load(cls, path: Path) -> "Rules":
        """Read and validate a `rules.yml`.

        Raises:
            TemplateError: The file is missing or does not have the form of the table.

        """
        try:
            table = tables.parse(path.read_text(encoding="utf-8"))
            return cls.from_table(table)
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TemplateError(
                "The template has no usable rules.yml",
                why=f"{path}: {error!r}",
                todo="Name a template of scaffold with --template, or leave the option out.",
            ) from error

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "Rules":
        """Return the table that a parsed `rules.yml` holds."""
        sources = {name: Source(**fields) for name, fields in table["sources"].items()}
        return cls(
            version=table["version"],
            calibration=float(table["calibration"]),
            lean=float(table["fit"]["lean"]),
            clear=float(table["fit"]["clear"]),
            rules={
                (trait, answer): Rule(
                    trait=trait,
                    answer=answer,
                    weight=float(fields["weight"]),
                    because=fields["because"],
                    sources=tuple(sources[name] for name in fields["sources"]),
                )
                for trait, answers in table["traits"].items()
                for answer, fields in answers.items()
            },
            answers={
                trait: (*answers, *table["neutral"].get(trait, ()))
                for trait, answers in table["traits"].items()
            },
            conflicts=tuple(_conflict(fields, sources) for fields in table["conflicts"]),
            notes=tuple(
                Note(frozenset(note["fit"]), frozenset(note["answers"].items()), note["text"])
                for note in table["notes"]
            ),
        )


def _conflict(fields: dict[str, Any], sources: Mapping[str, Source]) -> Conflict:
    return Conflict(
        name=fields["name"],
        all_of={trait: tuple(answers) for trait, answers in fields["all"].items()},
        any_of={trait: tuple(answers) for trait, answers in fields["any"].items()},
        text=fields["text"],
        sources=tuple(sources[name] for name in fields["sources"]),
        both=tuple(fields["both"]),
    )
