"""A JSON Schema of the answers, made from `copier.yml`, for programs that give them."""

import re
from typing import Any

from scaffold.questionnaire import Questionnaire
from scaffold.questions import Question

# Where a question's text turns from what is asked to why, and what is recommended.
_REASONS = re.compile(r"^(Why|Recommended):|^\{", re.MULTILINE)


def answers_schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the schema of a set of answers that a project can be made from.

    It describes answers as they are written; for yes and no, YAML's other words are
    taken too.

    Args:
        questionnaire: The questions of a template.

    """
    values = questionnaire.values()
    # A template of somebody's own need not say either.
    constraints = {"properties": {}, "allOf": [], "$defs": {}, **values.get("constraints", {})}
    reserved = sorted({word for words in values.get("reserved", {}).values() for word in words})
    properties = {
        name: _property(question) | constraints["properties"].get(name, {})
        for name, question in questionnaire.questions.items()
    }
    allowed = list(constraints["allOf"])
    if reserved:
        properties["package_name"]["not"] = {"enum": reserved}
        # The package is named after the project, where that name is free.
        named_so = {"properties": {"project_name": {"pattern": _named(reserved)}}}
        allowed.append({"if": named_so, "then": {"required": ["package_name"]}})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers for `scaffold new --answers` and `copier copy --data-file`",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, question in questionnaire.questions.items() if question.needed],
        "properties": properties,
        "allOf": allowed,
        "$defs": constraints["$defs"],
    }


def _property(question: Question) -> dict[str, Any]:
    text = " ".join(_REASONS.split(question.help)[0].split())
    found: dict[str, Any] = {"description": text, "type": "string"}
    if question.choices:
        found["enum"] = [choice.value for choice in question.choices]
    return found


def _named(packages: list[str]) -> str:
    """Return a pattern of project names that lead to one of some package names."""
    spelled = ("".join(map(_spelled, package)) for package in packages)
    return f"^({'|'.join(spelled)})[ _-]*$(?!\\n)"


def _spelled(letter: str) -> str:
    return (
        "[ _-]+" if letter == "_" else f"[{letter}{letter.upper()}]" if letter.isalpha() else letter
    )
