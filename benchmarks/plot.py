"""Draws what is recorded: a bar for each figure that has a goal, as a multiple of its peer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# A background of its own makes it readable on light and dark pages alike.
_PAPER, _INK, _FAINT = "#ffffff", "#1f2328", "#818b98"
# Blue and orange are told apart with every kind of colour blindness; the orange is hatched too.
_REACHED, _MISSED = "#0072b2", "#e69f00"
_ROW = 0.3  # inches
_LONGEST = 2.0  # what is longer is cut off, so that the rest can be told apart


def draw(recorded: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    """Draw the figures with goals of all groups; the same figures give the same file.

    Args:
        recorded: What `results.json` holds, by group.
        file: The SVG to write.

    """
    rows = [
        figure
        for group in recorded.values()
        for figure in group["figures"]
        if figure["goal"] is not None
    ]
    with mpl.rc_context({"svg.hashsalt": "scaffold", "svg.fonttype": "none"}):
        size = (9, 1.3 + _ROW * len(rows))
        sheet = Sheet(figsize=size, facecolor=_PAPER, layout="constrained")
        FigureCanvasSVG(sheet)
        _bars(sheet, rows)
        sheet.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    # matplotlib ends some lines in blanks, which git complains of.
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def _bars(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw a bar a row, from the top, with a line for its goal and its ratio behind it."""
    axes = sheet.add_subplot(facecolor=_PAPER)
    longest = min(_LONGEST, max((max(row["ratio"], row["goal"]) for row in rows), default=1.0))
    axes.axvline(1.0, color=_FAINT, linewidth=1, linestyle="--", zorder=1)
    for place, row in enumerate(rows):
        color, hatch = (_REACHED, "") if row["reached"] else (_MISSED, "///")
        axes.barh(
            place,
            min(longest, row["ratio"]),
            0.6,
            color=color,
            hatch=hatch,
            edgecolor=_PAPER,
            zorder=2,
        )
        axes.plot([row["goal"]] * 2, [place - 0.42, place + 0.42], color=_INK, linewidth=2)
        end = min(longest, max(row["ratio"], row["goal"])) + longest * 0.015
        told = f"{row['ratio']:.2f}{' →' if row['ratio'] > longest else ''}"
        text = axes.text(end, place, told, color=_INK, va="center", fontsize=9)
        text.set_bbox({"facecolor": _PAPER, "edgecolor": "none", "pad": 1})
    labels = [f"{row['name']}  against  {row['peer']}" for row in rows]
    axes.set_yticks(range(len(rows)), labels, color=_INK, fontsize=9)
    axes.set_xlim(0, longest * 1.12)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("as a multiple of what it is compared with", color=_INK, fontsize=9)
    axes.tick_params(axis="x", colors=_INK, labelsize=9)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    _legend(sheet, missed=any(not row["reached"] for row in rows))


def _legend(sheet: Sheet, *, missed: bool) -> None:
    marks: list[Patch | Line2D] = [
        Patch(facecolor=_REACHED, label="goal reached"),
        Line2D([], [], color=_INK, linewidth=2, label="goal: at most (requests/s: at least)"),
        Line2D([], [], color=_FAINT, linewidth=1, linestyle="--", label="as its peer"),
    ]
    if missed:
        marks.insert(1, Patch(facecolor=_MISSED, hatch="///", edgecolor=_PAPER, label="missed"))
    legend = sheet.legend(
        handles=marks, loc="outside upper center", ncols=len(marks), fontsize=9, frameon=False
    )
    for text in legend.get_texts():
        text.set_color(_INK)
