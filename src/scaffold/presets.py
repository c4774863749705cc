"""The table of presets, `presets.yml`: answers to start from, under a name."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scaffold import tables
from scaffold.errors import AnswerError, TemplateError


@dataclass(frozen=True)
class Preset:
    """Answers to start from.

    Args:
        name: What it is called.
        description: What it is for, in one sentence.
        answers: Its answers, by question.

    """

    name: str
    description: str
    answers: Mapping[str, str]


def load(root: Path) -> dict[str, Preset]:
    """Read the presets in a template's root folder, by name.

    Raises:
        TemplateError: There is no table of them, or it does not have the form of one.

    """
    path = root / "presets.yml"
    try:
        table = tables.parse(path.read_text(encoding="utf-8"))
        return {
            name: Preset(name, str(fields["description"]), dict(fields["answers"]))
            for name, fields in table.items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TemplateError(
            "The template has no usable presets.yml",
            why=f"{path}: {error!r}",
            todo="Name a template of scaffold with --template, or leave --preset out.",
        ) from error


def answers(root: Path, name: str | None) -> Mapping[Any, str]:
    """Return the answers of a preset; none where none is named.

    Args:
        root: The template's root folder.
        name: The preset's name.

    Raises:
        AnswerError: There is no preset of that name.
        TemplateError: There is no table of presets.

    """
    if name is None:
        return {}
    found = load(root)
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        raise AnswerError(
            f"There is no preset '{name}'",
            why=f"Did you mean '{near[0]}'?" if near else "",
            todo=f"The presets are: {', '.join(found)}.",
        )
    return found[name].answers
