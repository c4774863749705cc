"""Options that commands share, what a shell offers for them, and JSON for programs."""

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer


class Framework(StrEnum):
    """The frameworks that can be named."""

    flask = "flask"
    fastapi = "fastapi"


def complete_data(incomplete: str) -> list[str]:
    """Offer the questions, and then the answers of one."""
    from scaffold import completion, source
    from scaffold.questionnaire import Questionnaire

    questions = Questionnaire.load(source.bundled_tables())
    return completion.pairs(questions, incomplete, os.environ)


Data = Annotated[
    list[str],
    typer.Option(
        "--data",
        "-d",
        metavar="KEY=VALUE",
        help="Answer one question. Repeatable.",
        autocompletion=complete_data,
    ),
]
AnswersFile = Annotated[
    str | None,
    typer.Option(
        "--answers", metavar="FILE", help="Answer from a YAML or JSON file; - is standard input."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
TemplateAddress = Annotated[
    str | None,
    typer.Option(metavar="DIR-or-URL", help="Render the template of a folder or a git address."),
]


def complete_preset() -> list[str]:
    """Offer the presets."""
    from scaffold import presets, source

    return list(presets.load(source.bundled_tables()))


PresetName = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="Start from answers of `scaffold presets`.",
        autocompletion=complete_preset,
    ),
]
ProfileAddress = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="FILE-or-URL",
        help="Take a team's profile from a file or a git address.",
    ),
]
NoProfile = Annotated[bool, typer.Option("--no-profile", help="Set your own profile aside.")]


def echo_json(value: Mapping[str, object]) -> None:
    """Print one JSON object, for programs."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
