"""Say things in text: a recommendation, an error, what to do next."""

import os
import shlex
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from scaffold.create import Created
from scaffold.errors import ScaffoldError
from scaffold.recommend import Recommendation, Rule, favours

_NAMES = {"flask": "Flask", "fastapi": "FastAPI"}
_FITS = {"tie": "a tie", "lean": "a leaning", "clear": "a clear case"}


def recommendation(advice: Recommendation) -> str:
    """Return a recommendation with its reasons, wrapped for the terminal."""
    percent = round(100 * max(advice.probability, 1 - advice.probability))
    lines = [
        f"{_NAMES[advice.framework]}: {_FITS[advice.fit]}",
        *_wrapped(f"The sum is {advice.score:+.2f} (above 0: FastAPI): {percent} in 100."),
        "",
    ]
    if not advice.reasons:
        lines += ["No answer weighs anything yet."]
    for rule in advice.reasons:
        lines += _reason(rule)
    if advice.missing:
        lines += ["", *_wrapped(f"Not answered: {', '.join(advice.missing)}.")]
    lines.append("")
    for note in advice.notes:
        lines += _wrapped(note, "  ", "- ")
    return "\n".join(lines)


def short_advice(advice: Recommendation, chosen: str) -> str:
    """Return which framework a project gets and why, a line a reason.

    Args:
        advice: What the answers speak for.
        chosen: The framework that was answered.

    """
    if chosen != advice.framework and advice.fit != "tie":
        lines = [
            f"{_NAMES[chosen]}, as you chose; the answers speak for {_NAMES[advice.framework]}"
            f" ({_FITS[advice.fit]})."
        ]
    elif advice.fit == "tie":
        lines = [f"{_NAMES[chosen]}: the answers decide nothing; either would serve."]
    else:
        lines = [f"{_NAMES[chosen]} is recommended ({_FITS[advice.fit]})."]
    for rule in advice.reasons:
        lines += _wrapped(rule.because, "  ", "+ " if favours(rule) == chosen else "- ")
    return "\n".join((*lines, ""))


def error(failure: ScaffoldError) -> str:
    """Return an error as what happened, why, and what to do."""
    lines = [f"Error: {failure.what}."]
    for part in (failure.why, failure.todo):
        lines += [f"  {line}" for line in part.splitlines()]
    return "\n".join(lines)


def next_steps(created: Created, answers: Mapping[str, str], uv: str, *, installed: bool) -> str:
    """Return what was made and the commands that matter now.

    Args:
        created: The project that was made.
        answers: Its answers.
        uv: How uv is run on this machine.
        installed: Whether its packages are installed and its checks passed.

    """
    green = "green" if installed else "rendered, not yet installed or checked,"
    commands = [("cd " + _path(created.project), "")] if created.project != Path.cwd() else []
    commands += [] if installed else [(f"{uv} sync", "install")]
    commands += [
        (f"{uv} run poe dev", "serve on http://127.0.0.1:8000, with reloading"),
        (f"{uv} run poe check", "format, lint, types and tests"),
    ]
    width = max(len(command) for command, _ in commands)
    return "\n".join(
        (
            "",
            f"{answers['project_name']} ({_NAMES[answers['framework']]}) is {green}"
            f" in {created.seconds:.1f} s. Next:",
            "",
            *(f"  {command:<{width}}  {what}".rstrip() for command, what in commands),
            "",
            "Why this framework: docs/decisions/0001-web-framework.md",
        )
    )


def _reason(rule: Rule) -> Iterator[str]:
    yield f"  {rule.weight:+.2f} {_NAMES[favours(rule)]:<7} {rule.trait}: {rule.answer}"
    yield from _wrapped(rule.because, " " * 16)
    for source in rule.sources:
        yield from _wrapped(f"{source.title} ({source.read}), {source.address}", " " * 16, "· ")


def _wrapped(text: str, indent: str = "", mark: str = "") -> list[str]:
    width = max(40, min(shutil.get_terminal_size().columns, 100))
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _path(project: Path) -> str:
    """Return a path as one would type it here."""
    near = os.path.relpath(project)
    return shlex.quote(min(near, str(project), key=len))
