"""How fast scaffold is, beside its peers: `uv run --group benchmarks python benchmarks`."""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import commands
import green
import outputs
import peers
import rendering
from figures import Figure

_GROUPS = {
    "commands": commands.measure,
    "rendering": rendering.measure,
    "green": green.measure,
    "outputs": outputs.measure,
}
_RESULTS = Path(__file__).parent / "results.json"
_PICTURE = Path(__file__).parent / "speed.svg"
_WORSE = 0.15  # how much of a ratio may be the machine's mood

# What was recorded, by group: when and with what it was measured, and its figures.
Record = dict[str, dict[str, Any]]


def main() -> None:
    """Measure what was asked for, print it beside what is recorded, and record it if wanted."""
    options = _options()
    recorded: Record = json.loads(_RESULTS.read_text()) if _RESULTS.is_file() else {}
    missed = []
    try:
        with peers.opened() as setting:
            for name, why in setting.missing.items():
                print(f"Without {name}: {why}")
            for group in options.only:
                setting.notes.clear()
                figures = _measured(group, setting, options.runs)
                _print(group, figures, recorded.get(group, {}), setting.notes)
                missed += [figure for figure in figures if not figure.reached]
                if figures:
                    recorded[group] = _record(figures, setting, options.runs)
    except peers.BrokenError as error:
        sys.exit(f"Nothing can be measured: {error}")
    for figure in missed:
        print(f"Missed: {figure.name} against {figure.peer}: {figure.ratio:.2f}, {_goal(figure)}")
    if options.record:
        _keep(recorded)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--only", type=_groups, default=list(_GROUPS), metavar="GROUP,...",
        help=f"groups to measure, of {', '.join(_GROUPS)}; without it all",
    )  # fmt: skip
    parser.add_argument("--runs", type=_positive, default=7, help="times each figure is taken")
    parser.add_argument(
        "--record", action="store_true", help="keep the figures, and draw the picture of them"
    )
    return parser.parse_args()


def _groups(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := [group for group in chosen if group not in _GROUPS]:
        raise argparse.ArgumentTypeError(f"no group: {', '.join(unknown)}")
    return chosen


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number, at least 1")
    return int(text)


def _measured(group: str, setting: peers.Setting, runs: int) -> list[Figure]:
    """Return the figures of a group; where it breaks, a note says so and the others go on."""
    print(f"{group}:", file=sys.stderr, flush=True)
    try:
        return _GROUPS[group](setting, runs)
    except (peers.BrokenError, OSError, subprocess.SubprocessError) as error:
        setting.notes.append(f"{group}: not measured. {error}")
        return []


def _print(group: str, figures: Sequence[Figure], before: dict[str, Any], notes: list[str]) -> None:
    """Print the table of a group, and what else there is to say of it."""
    lines: list[tuple[str, ...]] = [("", "against", "", "", "ratio", "goal", "", "recorded")]
    lines += [(*_row(figure), _change(figure, before)) for figure in figures]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{group}")
    for line in lines:
        # Texts to the left, numbers to the right.
        texts = [cell.ljust(width) for cell, width in zip(line[:2], widths, strict=False)]
        numbers = [cell.rjust(width) for cell, width in zip(line[2:7], widths[2:], strict=False)]
        print(f"  {'  '.join((*texts, *numbers, line[7]))}".rstrip())
    for note in notes:
        print(f"  - {note}")
    print(flush=True)


def _row(figure: Figure) -> tuple[str, ...]:
    """Return a figure as cells of the table, without what is recorded."""
    mark = "" if figure.goal is None else "ok" if figure.reached else "MISSED"
    values = [f"{value:.3g} {figure.unit}" for value in (figure.value, figure.peer_value)]
    return (figure.name, figure.peer, *values, f"{figure.ratio:.2f}", _goal(figure), mark)


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{'at least' if _more_is_better(figure) else 'at most'} {figure.goal:.2f}"


def _more_is_better(figure: Figure) -> bool:
    return figure.unit == "requests/s"


def _change(figure: Figure, before: dict[str, Any]) -> str:
    """Return the ratio that is recorded, and how this one differs from it."""
    for old in before.get("figures", ()):
        if (old["name"], old["peer"]) == (figure.name, figure.peer):
            change = figure.ratio / old["ratio"] - 1
            loss = -change if _more_is_better(figure) else change
            return f"{old['ratio']:.2f}, {change:+.0%}{' worse' if loss > _WORSE else ''}"
    return "-"


def _record(figures: Sequence[Figure], setting: peers.Setting, runs: int) -> dict[str, Any]:
    """Return what is kept of a group; nothing of it names a machine or a person."""
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "runs": runs,
        "versions": dict(sorted(setting.versions.items())),
        "figures": [_kept(figure) for figure in figures],
        "notes": list(setting.notes),
    }


def _kept(figure: Figure) -> dict[str, Any]:
    """Return a figure as it is kept, with the digits that mean something."""
    return {
        "name": figure.name,
        "peer": figure.peer,
        "unit": figure.unit,
        "value": float(f"{figure.value:.4g}"),
        "peer_value": float(f"{figure.peer_value:.4g}"),
        "ratio": float(f"{figure.ratio:.4g}"),
        "goal": figure.goal,
        "reached": figure.reached,
    }


def _keep(recorded: Record) -> None:
    """Write what is recorded, and draw it where matplotlib is installed."""
    ordered = {group: recorded[group] for group in _GROUPS if group in recorded}
    _RESULTS.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n")
    print(f"Recorded: {_RESULTS.name}")
    try:
        from plot import draw
    except ModuleNotFoundError:
        print("No picture: matplotlib is not installed; `uv run --group benchmarks` brings it.")
        return
    draw(ordered, _PICTURE)
    print(f"Drawn: {_PICTURE.name}")


if __name__ == "__main__":
    main()
