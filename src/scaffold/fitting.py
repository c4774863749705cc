"""Fit what a repository is called, and what it runs on, to what a template accepts."""

import re
from collections.abc import Iterator

from scaffold.questionnaire import Questionnaire

_NAMES = {"project_name": "project", "package_name": "app"}  # where nothing of a name is left
_LONGEST = {"project_name": 50, "package_name": 30, "description": 200}


def nearest(questions: Questionnaire, name: str, answer: str) -> tuple[str, str]:
    """Return the nearest answer that a question accepts, and why it is another one.

    What no other answer comes near is returned as it is: completing the answers refuses it.

    Args:
        questions: The template's questions.
        name: The question's key.
        answer: What was found.

    """
    choices = [choice.value for choice in questions.questions[name].choices]
    if name == "python" and choices and answer not in choices:
        near = min(choices, key=lambda choice: abs(_minor(choice) - _minor(answer)))
        return near, f"The template knows {choices[0]} to {choices[-1]}."
    before = {"project_name": "project"} if name != "project_name" else {}
    refused = None if choices else questions.refusal(name, answer, before)
    if refused is None:
        return answer, ""
    for candidate in _candidates(name, answer):
        if questions.refusal(name, candidate, before) is None:
            return candidate, refused.why
    return answer, ""


def _candidates(name: str, answer: str) -> Iterator[str]:
    longest = _LONGEST.get(name, 100)
    if name == "package_name":
        plain = re.sub(r"[^a-z0-9]+", "_", answer.lower()).strip("_")
        plain = plain.lstrip("0123456789_")
        yield plain[:longest].strip("_")
        yield f"{plain[: longest - 4]}_app"
        yield _NAMES[name]
    elif name == "project_name":
        plain = re.sub(r"[^A-Za-z0-9 _-]+", "-", answer).lstrip("0123456789 _-")
        yield plain[:longest].rstrip(" _-")
        yield _NAMES[name]
    elif name == "description":
        plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", answer).strip()
        yield plain
        yield f"{plain[: longest - 1]}…"


def _minor(version: str) -> int:
    return int(re.sub(r"\D", "", version.partition(".")[2]) or 0)
