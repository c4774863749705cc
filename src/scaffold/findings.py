"""Say what a check of projects found: of one at length, of many in a table."""

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaffold.advice import NAMES
from scaffold.colours import GREEN, RED, YELLOW, painted

_LABEL = 16  # columns


def whole(told: Mapping[str, Any]) -> str:
    """Return what was found of one project, and whose its files are.

    Args:
        told: What `check` tells programs.

    """
    count = told["found"]
    lines = [painted(f"{told['name']}: {_things(count)}", YELLOW if count else GREEN), ""]
    lines += _row("template", _version(told))
    lines += _row("drift", _drift(told["drift"]))
    lines += _row("recommendation", _advice(told))
    if told["interrupted"]:
        lines += _row("update", "was interrupted: `scaffold undo` takes it back")
    drifted = {file["path"] for file in told["drift"]}
    owned = [f"{path}{' (drifted)' * (path in drifted)}" for path in told["owned"]["template"]]
    lines += ["", "Whose the rendered files are (ownership.yml of the template):"]
    lines += _row("the template's", ", ".join(owned) or "none")
    lines += _row("shared", ", ".join(told["owned"]["shared"]) or "none")
    lines += _row("yours", f"all others, {len(told['owned']['yours'])} of what was rendered")
    return "\n".join(lines)


def table(told: Sequence[Mapping[str, Any]]) -> str:
    """Return a line for each project.

    Args:
        told: What `check` tells programs of each.

    """
    head = ("project", "has", "newest", "drift", "recommended")
    rows = [_columns(each) for each in told if "error" not in each]
    width = max(len(each["project"]) for each in told)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    widths[0] = max(width, len(head[0]))
    lines = [_joined(head, widths)] if rows else []
    for each in told:
        if "error" in each:
            row = f"{each['project']:<{widths[0]}}  {_error(each['error'])}"
            lines.append(painted(row, RED))
        else:
            row = _joined(_columns(each), widths)
            lines.append(painted(row, YELLOW) if each["found"] else row)
    broken = sum("error" in each for each in told)
    found = sum(bool(each.get("found")) for each in told)
    lines += ["", f"{len(told)} projects: {found} with something found, {broken} not checked."]
    return "\n".join(lines)


def _columns(told: Mapping[str, Any]) -> tuple[str, ...]:
    newest = told["newest"] if told["behind"] else "the same"
    moved = f"{NAMES[told['today']]} by now" if told["moved"] else "as before"
    advice = moved if told["recommended"] else "not known"
    return told["project"], told["version"], newest, str(len(told["drift"])), advice


def _joined(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _error(error: Mapping[str, Any]) -> str:
    why = error["why"].splitlines()
    return f"{error['what']}. {why[0] if why else ''}".rstrip()


def _things(count: int) -> str:
    return {0: "nothing found", 1: "1 thing found"}.get(count, f"{count} things found")


def _version(told: Mapping[str, Any]) -> str:
    if told["behind"]:
        return f"{told['version']}; {told['newest']} is newer: `scaffold update`"
    return f"{told['version']}, nothing newer"


def _drift(drifted: Sequence[Mapping[str, str]]) -> str:
    files = ", ".join(f"{file['path']} ({file['state']})" for file in drifted)
    return f"{files}: `scaffold diff`" if files else "none"


def _advice(told: Mapping[str, Any]) -> str:
    used = f"{NAMES[told['framework']]} is used"
    if told["recommended"] is None:
        return f"{used}; the record of what was recommended is gone"
    if told["moved"]:
        was, now = NAMES[told["recommended"]], NAMES[told["today"]]
        return f"{used}; recommended was {was}, and is {now} today: `scaffold explain`"
    return f"{used}, {NAMES[told['today']]} recommended, as before"


def _row(label: str, text: str) -> list[str]:
    columns = max(_LABEL + 20, shutil.get_terminal_size().columns)
    indent = " " * (_LABEL + 2)
    return textwrap.wrap(
        text,
        columns,
        initial_indent=f"  {label:<{_LABEL}}",
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
