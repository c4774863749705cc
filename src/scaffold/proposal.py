"""An adoption in words: what was found and where, what is assumed, and what to do next."""

import itertools
import shutil
import textwrap
from collections.abc import Iterator

from scaffold.adopt import FILES, Proposal
from scaffold.checkout import Place
from scaffold.recommend import UNSURE

_WIDE = 64  # columns that evidence can stand beside its answer
_QUESTION, _ANSWER = 16, 18  # columns


def text(proposal: Proposal) -> str:
    """Return every answer with its evidence, as wide as the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    survey = proposal.survey
    lines = [f"{survey.files} files read. Found:" if survey.files != 1 else "1 file read. Found:"]
    lines.append("")
    for name, finding in proposal.findings.items():
        lines += _row(name, finding.answer, told(finding.place), width)
    for name, answer in proposal.given.items():
        lines += _row(name, answer, "given", width)
    lines += _assumed(proposal, width)
    if proposal.notes:
        lines += ["", "To know:", ""]
        for note in proposal.notes:
            lines += _filled(f"- {note}", width, "  ", "    ")
    return "\n".join(lines)


def told(place: Place) -> str:
    """Return evidence as its place and what stands there."""
    return f"{place}: {place.text}" if place.path else place.text


def as_json(proposal: Proposal, written: list[str]) -> dict[str, object]:
    """Return what was proposed and what was written, for programs.

    Args:
        proposal: The proposal, with the answers that were taken in the end.
        written: The paths of what was written.

    """
    return {
        "project": str(proposal.survey.root),
        "answers": proposal.answers,
        "evidence": [
            {
                "question": name,
                "answer": finding.answer,
                "file": finding.place.path or None,
                "line": finding.place.line or None,
                "text": finding.place.text,
            }
            for name, finding in proposal.findings.items()
        ],
        "assumed": proposal.assumed,
        "notes": proposal.notes,
        "written": written,
    }


def unwritten() -> str:
    """Return what there is to say where nothing was to be written."""
    width = min(shutil.get_terminal_size().columns, 100)
    return "\n" + "\n".join(
        _filled(f"Nothing was written; without --dry-run {' and '.join(FILES)} would be.", width)
    )


def next_steps(proposal: Proposal, *, known_origin: bool) -> str:
    """Return what was written and what to do now.

    Args:
        proposal: What was proposed.
        known_origin: Whether the answers file says where the template is.

    """
    width = min(shutil.get_terminal_size().columns, 100)
    begin = [] if proposal.survey.is_repository else ["git init"]
    lines = ["", "Written, and nothing else was touched:", "", *(f"  {name}" for name in FILES)]
    lines += ["", "Next: review the two files, and commit them.", ""]
    lines += [f"  {line}" for line in (*begin, f"git add {FILES[0]} docs", "git commit")]
    after = "Updates of the template then come with `scaffold update`; yours stays yours."
    if not known_origin:
        after = (
            "The template's origin is not known: before an update, name it in"
            f" {FILES[0]}, whose first lines say how. Then `scaffold update` brings what is new."
        )
    return "\n".join([*lines, "", *_filled(after, width)])


def _assumed(proposal: Proposal, width: int) -> list[str]:
    """Return what is the template's default, and what stays open."""
    unsure = [name for name in proposal.assumed if proposal.answers[name] == UNSURE]
    others = [
        f"{name}={proposal.answers[name]}" if proposal.answers[name] else f"{name} (empty)"
        for name in proposal.assumed
        if name not in unsure
    ]
    lines = []
    if others:
        lines += ["", *_filled("Assumed, as no file tells; the template's defaults:", width), ""]
        lines += _filled(", ".join(others), width, "  ")
    if unsure:
        lines += ["", "Left open (unsure):", "", *_filled(", ".join(unsure), width, "  ")]
    return lines


def _row(name: str, answer: str, evidence: str, width: int) -> list[str]:
    """Return a question, its answer and its evidence, beside each other where there is room."""
    answer = answer or "(empty)"
    if width < _WIDE:
        head = _filled(f"{name:<{_QUESTION}} {answer}", width, "  ", " " * (_QUESTION + 3))
        return [*head, f"    {_cut(evidence, width - 4)}"]
    answers = textwrap.wrap(answer, _ANSWER)
    place = _cut(evidence, width - _QUESTION - _ANSWER - 6)
    return list(_columns([name], answers, [place]))


def _cut(evidence: str, width: int) -> str:
    """Return evidence in one line; a place is never cut, for it may be copied."""
    place, colon, text = evidence.partition(": ")
    if len(evidence) <= width or not colon:
        return evidence
    return f"{place}: {text[: max(0, width - len(place) - 3)]}…"


def _columns(*cells: list[str]) -> Iterator[str]:
    for name, answer, place in itertools.zip_longest(*cells, fillvalue=""):
        yield f"  {name:<{_QUESTION}}  {answer:<{_ANSWER}}  {place}".rstrip()


def _filled(text: str, width: int, first: str = "", others: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_on_hyphens=False,
    )
