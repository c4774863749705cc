"""Say what a check of projects found: of one at length, of many in a table."""

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaffold.advice import NAMES
from scaffold.colours import GREEN, RED, YELLOW, painted

_LABEL = 16  # columns
_WIDE = 60  # columns that a text can stand beside its label
_HEAD = ("project", "has", "newest", "drift", "recommended")


def whole(told: Mapping[str, Any]) -> str:
    """Return what was found of one project, and whose its files are.

    Args:
        told: What `check` tells programs.

    """
    count = told["found"]
    lines = [painted(f"{told['name']}: {_things(count)}", YELLOW if count else GREEN), ""]
    lines += _row("template", _version(told))
    lines += _row("drift", _drift(told))
    lines += _row("recommendation", _advice(told))
    if told["unmended"]:
        lines += _row("conflicts", f"{', '.join(told['unmended'])}: mend them, and commit")
    if told["interrupted"]:
        lines += _row("update", "was interrupted: `scaffold undo` takes it back")
    if not told["adopted"]:
        lines += _owned(told)
    return "\n".join(lines)


def _owned(told: Mapping[str, Any]) -> list[str]:
    drifted = {file["path"] for file in told["drift"]}
    owned = [f"{path}{' (drifted)' * (path in drifted)}" for path in told["owned"]["template"]]
    lines = ["", *_filled("Whose the rendered files are (ownership.yml of the template):")]
    lines += _row("the template's", ", ".join(owned) or "none")
    lines += _row("shared", ", ".join(told["owned"]["shared"]) or "none")
    lines += _row("yours", f"all others, {len(told['owned']['yours'])} of what was rendered")
    return lines


def table(told: Sequence[Mapping[str, Any]]) -> str:
    """Return a line for each project.

    Args:
        told: What `check` tells programs of each.

    """
    rows = [_columns(each) for each in told if "error" not in each]
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    widths[0] = max(len(_HEAD[0]), *(len(each["project"]) for each in told))
    narrow = sum(widths) + 2 * len(widths) > _columns_here()
    lines = [_joined(_HEAD, widths)] if rows and not narrow else []
    for each in told:
        if "error" in each:
            row = _beside(each["project"], _error(each["error"]), widths[0])
        elif narrow:
            cells = zip(_HEAD[1:], _columns(each)[1:], strict=True)
            text = ", ".join(f"{head} {cell}" for head, cell in cells)
            row = _beside(each["project"], text, widths[0])
        else:
            row = [_joined(_columns(each), widths)]
        lines.append(painted("\n".join(row), _colour(each)))
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


def _drift(told: Mapping[str, Any]) -> str:
    if told["adopted"]:
        return "not looked for: it was adopted, so its files are its own"
    files = ", ".join(f"{file['path']} ({file['state']})" for file in told["drift"])
    return f"{files}: `scaffold diff`" if files else "none"


def _advice(told: Mapping[str, Any]) -> str:
    used = f"{NAMES[told['framework']]} is used"
    if told["recommended"] is None:
        return f"{used}; the record of what was recommended is gone"
    if told["moved"]:
        was, now = NAMES[told["recommended"]], NAMES[told["today"]]
        return f"{used}; recommended was {was}, and is {now} today: `scaffold explain`"
    return f"{used}, {NAMES[told['today']]} recommended, as before"


def _colour(told: Mapping[str, Any]) -> str:
    return RED if "error" in told else YELLOW if told["found"] else ""


def _row(label: str, text: str) -> list[str]:
    if _columns_here() < _WIDE:
        return [f"  {label}", *_filled(text, "    ", "    ")]
    return _beside(f"  {label}", text, _LABEL)


def _beside(label: str, text: str, width: int) -> list[str]:
    """Return a text beside its label, in as many lines as it takes."""
    first = f"{label:<{width}}  "
    return _filled(text, first, " " * min(len(first), _LABEL + 2))


def _filled(text: str, first: str = "", others: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        max(_LABEL + 20, _columns_here()),
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _columns_here() -> int:
    return shutil.get_terminal_size().columns
