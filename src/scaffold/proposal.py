"""An adoption in words: what was found and where, what is assumed, and what to do next."""

import shutil
import textwrap
from pathlib import Path

from scaffold import report
from scaffold.adopt import FILES, Proposal, Written
from scaffold.merge import visible
from scaffold.recommend import UNSURE
from scaffold.survey.signs import Place

_WIDE = 64  # columns that evidence can stand beside its answer
_QUESTION, _ANSWER = 16, 18  # columns
_BLANK = " " * (2 + _QUESTION + 2 + _ANSWER)  # what stands before evidence


def text(proposal: Proposal) -> str:
    """Return every answer with its evidence, as wide as the terminal."""
    width = _width()
    survey = proposal.survey
    lines = [f"{survey.files} files read. Found:" if survey.files != 1 else "1 file read. Found:"]
    lines.append("")
    for name in proposal.answers:
        if name in proposal.given:
            lines += _row(name, proposal.given[name], "given", width)
        elif finding := proposal.findings.get(name):
            lines += _row(name, finding.answer, told(finding.place), width)
    lines += _assumed(proposal, width)
    if survey.tools:
        lines += [
            "",
            *_filled("Its tools, which no question asks for; they stay as they are:", width),
        ]
        named = ", ".join(f"{tool} ({place})" for tool, place in survey.tools)
        lines += ["", *_filled(named, width, "  ")]
    if proposal.notes:
        lines += ["", "To know:", ""]
        for note in proposal.notes:
            lines += _filled(f"- {note}", width, "  ", "    ")
    return "\n".join(map(visible, lines))


def told(place: Place) -> str:
    """Return evidence as its place and what stands there."""
    return f"{place}: {place.text}" if place.path else place.text


def as_json(proposal: Proposal, written: Written) -> dict[str, object]:
    """Return what was proposed and what was written, for programs.

    Args:
        proposal: The proposal, with the answers that were taken in the end.
        written: What that came to.

    """
    evidence = [
        {
            "question": name,
            "answer": finding.answer,
            "file": finding.place.path or None,
            "line": finding.place.line or None,
            "text": finding.place.text,
        }
        for name, finding in proposal.findings.items()
    ]
    return {
        "project": str(proposal.survey.root),
        "answers": proposal.answers,
        "evidence": evidence,
        "assumed": proposal.assumed,
        "tools": {tool: place.path for tool, place in proposal.survey.tools},
        "notes": proposal.notes,
        "written": written.files,
        "shared": written.shared,
    }


def outcome(proposal: Proposal, written: Written, *, known_origin: bool) -> str:
    """Return what was written, what an update will do, and what to do now.

    Args:
        proposal: What was proposed.
        written: What that came to.
        known_origin: Whether the answers file says where the template is.

    """
    width = _width()
    lines = [""]
    if written.shared:
        shared = (
            "Files that the template has too; an update merges what it changes there, if it can:"
        )
        lines += [*_filled(shared, width), "", *_filled(", ".join(written.shared), width, "  "), ""]
    if not written.files:
        unwritten = f"Nothing was written; without --dry-run {' and '.join(FILES)} would be."
        return "\n".join([*lines, *_filled(unwritten, width)])
    lines += ["Written, and nothing else was touched:", "", *(f"  {each}" for each in FILES)]
    root = proposal.survey.root
    begin = [f"cd {report.as_typed(root)}"] if root != Path.cwd() else []
    begin += [] if proposal.survey.is_repository else ["git init"]
    commands = (*begin, f"git add {' '.join(FILES)}", "git commit")
    lines += ["", *_filled("Next: review the two files, and commit them.", width), ""]
    lines += [f"  {line}" for line in commands]
    if not known_origin:
        origin = (
            "The template's origin is not known. Before an update, name it in"
            f" {FILES[0]}: its first lines say how."
        )
        lines += ["", *_filled(origin, width)]
    after = (
        "`scaffold update` then brings what later releases of the template change, where it merges."
        " What it has today is not added, and your code stays yours."
    )
    if not proposal.survey.is_top:
        after = (
            "It is below the top of its repository, where `scaffold update` does not work;"
            " `scaffold explain` and `scaffold check` do."
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
    line = f"  {name:<{_QUESTION}}  {answer:<{_ANSWER}}"
    evidence = f"  {_cut(evidence, width - len(_BLANK) - 2)}"
    if len(answer) <= _ANSWER:
        return [line + evidence]
    return [*_filled(line.strip(), width, "  ", " " * (_QUESTION + 4)), _BLANK + evidence]


def _cut(evidence: str, width: int) -> str:
    """Return evidence in one line; a place is never cut, for it may be copied."""
    place, colon, text = evidence.partition(": ")
    if len(evidence) <= width or not colon:
        return evidence
    return f"{place}: {text[: max(0, width - len(place) - 3)]}…"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 100)


def _filled(text: str, width: int, first: str = "", others: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_on_hyphens=False,
    )
