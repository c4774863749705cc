"""A recommendation in words and bars, for people to read."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scaffold.colours import CYAN, GREEN, painted
from scaffold.decision import Change, Decision
from scaffold.decision import changes as changes_since
from scaffold.explanation import Explanation, Flip
from scaffold.presets import Preset
from scaffold.recommend import Recommendation
from scaffold.rules import Conflict, Rule, Source
from scaffold.similar import Similar

NAMES = {"flask": "Flask", "fastapi": "FastAPI"}
FITS = {"tie": "a tie", "lean": "a leaning", "clear": "a clear case"}

_FLIPS_SHOWN = 3
_CHANGES_SHOWN = 2  # a longer list of changes tells nobody anything
_COLOURS = {"flask": CYAN, "fastapi": GREEN}  # told apart by most eyes


def full(advice: Recommendation, explanation: Explanation, similar: Iterable[Similar] = ()) -> str:
    """Return a recommendation with all that stands behind it, wrapped for the terminal."""
    sections = [
        [*_wrapped(verdict(advice)), *bars(advice)],
        _section("Why", map(_reason, advice.reasons)),
        _section("What would change it", [changes(advice, explanation)]),
        _section("Where the answers pull apart", map(_conflict, explanation.conflicts)),
        _section("Projects like yours", map(_similar, similar)),
        _section("What the sum does not say", (_wrapped(n, "  ", "- ") for n in advice.notes)),
    ]
    return "\n".join("\n".join(section) for section in sections if section)


def short(advice: Recommendation, explanation: Explanation, chosen: str) -> str:
    """Return which framework a project gets and why, a line a reason.

    Args:
        advice: What the answers speak for.
        explanation: What stands behind it.
        chosen: The framework that was answered.

    """
    if chosen != advice.framework and advice.fit != "tie":
        opening = (
            f"{NAMES[chosen]}, as you chose; the answers speak for {NAMES[advice.framework]}"
            f" ({FITS[advice.fit]})."
        )
    elif advice.fit == "tie":
        opening = f"{NAMES[chosen]}: the answers decide nothing; either would serve."
    else:
        opening = f"{NAMES[chosen]} is recommended ({FITS[advice.fit]}). {_share(advice)}"
    lines = [*_wrapped(opening), *bars(advice), ""]
    for rule in advice.reasons:
        lines += _wrapped(rule.because, "  ", "+ " if rule.favours == chosen else "- ")
    for flip in explanation.flips[:1]:
        lines += _wrapped(_flip(flip), "  ", "~ ")
    for conflict in explanation.conflicts:
        lines += _conflict(conflict)
    return "\n".join((*lines, ""))


def since(decision: Decision, advice: Recommendation, version: str) -> str:
    """Return what was decided for a project, and whether the advice has changed since.

    Args:
        decision: The recorded decision.
        advice: What today's rules say of the project's answers.
        version: Version of today's rules.

    """
    made = f"{decision.name} was made with {NAMES[decision.framework]}."
    today = f"Today's rules ({version}) say {NAMES[advice.framework]}, {FITS[advice.fit]}."
    if decision.recommended not in NAMES:
        then = "What was recommended then is not known: its decision record does not tell."
        return "\n".join(_wrapped(f"{made} {then} {today}"))
    then = f"Recommended was {NAMES[decision.recommended]} (rules {decision.rules})."
    moved = decision.recommended != advice.framework
    today = f"The advice has changed: {today}" if moved else f"{today} The advice stands."
    lines = _wrapped(f"{made} {then} {today}")
    for change in changes_since(decision, advice):
        lines += _wrapped(_change(change), "  ", "- ")
    return "\n".join(lines)


def listed(presets: Iterable[tuple[Preset, Recommendation]]) -> str:
    """Return presets, each with what it is for and the framework that it leads to."""
    lines: list[str] = []
    for preset, advice in presets:
        lines += [f"{preset.name}: {NAMES[advice.framework]}, {FITS[advice.fit]}"]
        lines += _wrapped(preset.description, "  ")
    return "\n".join(lines)


def verdict(advice: Recommendation) -> str:
    """Return the framework, how firmly the answers speak for it, and what others did."""
    if not advice.reasons:
        return (
            f"{NAMES[advice.framework]}: {FITS[advice.fit]}. No answer weighs anything yet,"
            " and nothing asks for more than the simpler framework."
        )
    return f"{NAMES[advice.framework]}: {FITS[advice.fit]}. {_share(advice)}"


def bars(advice: Recommendation) -> list[str]:
    """Return a bar for each answer that weighs, and one for their sum."""
    if not advice.reasons:
        return []
    rows = [(f"{r.trait}: {r.answer}", r.weight) for r in advice.reasons]
    label = max(len(text) for text, _ in rows) + 2
    half = max(6, min(20, (_width() - label - 9) // 2))
    longest = max(abs(weight) for _, weight in (*rows, ("", advice.score)))
    scale = min(half / longest, 8)  # cells for each unit of weight
    head = f"{'':{label}}{'Flask':>{half}} {_axis()} FastAPI"
    return [
        "",
        head,
        *(_bar(text, weight, label, half, scale) for text, weight in rows),
        _bar(f"sum: {FITS[advice.fit]}", advice.score, label, half, scale),
    ]


def changes(advice: Recommendation, explanation: Explanation) -> list[str]:
    """Return which answers, given or still open, would lead to the other framework."""
    lines: list[str] = []
    size = len(explanation.flips[0].changes) if explanation.flips else 0
    if not explanation.contributions:
        pass
    elif not size:
        lines += _wrapped("No other answers to what was asked change it.", "  ", "- ")
    elif size > _CHANGES_SHOWN:
        text = f"It takes other answers to at least {size} questions to change it."
        lines += _wrapped(text, "  ", "- ")
    else:
        for flip in explanation.flips[:_FLIPS_SHOWN]:
            lines += _wrapped(_flip(flip), "  ", "- ")
    if explanation.undecided:
        other = NAMES[explanation.undecided[0].framework]
        still = ", ".join(f"{u.trait} ({' or '.join(u.answers)})" for u in explanation.undecided)
        text = f"Not answered, and each alone could make it {other}: {still}."
        lines += _wrapped(text, "  ", "- ")
    elif advice.missing:
        text = f"Not answered, and none alone changes it: {', '.join(advice.missing)}."
        lines += _wrapped(text, "  ", "- ")
    return lines


def _flip(flip: Flip) -> str:
    conditions = " and ".join(f"{trait} were {answer}" for trait, answer in flip.changes.items())
    return f"{NAMES[flip.framework]}, if {conditions}."


def _change(change: Change) -> str:
    if change.then == change.now:
        return (
            f"{change.trait}: {change.now} weighed {change.weighed:+.2f},"
            f" and weighs {change.weighs:+.2f} now."
        )
    then, now = (
        f"{answer} ({weight:+.2f})" if answer else "what weighs nothing"
        for answer, weight in ((change.then, change.weighed), (change.now, change.weighs))
    )
    return f"{change.trait} was {then}, and is {now} now."


def _share(advice: Recommendation) -> str:
    name = NAMES[advice.framework]
    return f"About {advice.in_ten} of 10 projects like this chose {name}."


def _bar(text: str, weight: float, label: int, half: int, scale: float) -> str:
    cells = max(1, round(abs(weight) * scale)) if weight else 0
    framework = "fastapi" if weight > 0 else "flask"
    bar = painted(_block() * cells, _COLOURS[framework])
    empty = " " * (half - cells)
    left, right = (" " * half, bar + empty) if weight > 0 else (empty + bar, " " * half)
    return f"{text:<{label}}{left} {_axis()} {right}{weight:+.2f}".replace("+0.00", " 0.00")


def _reason(rule: Rule) -> list[str]:
    return [
        f"  {rule.weight:+.2f} {NAMES[rule.favours]:<7} {rule.trait}: {rule.answer}",
        *_wrapped(rule.because, " " * 16),
        *_sources(rule.sources, " " * 16),
    ]


def _conflict(conflict: Conflict) -> list[str]:
    lines = _wrapped(conflict.text, "  ", "! ")
    return [*lines, *(f"      {command}" for command in conflict.both)]


def _similar(similar: Similar) -> list[str]:
    project = similar.project
    head = f"{project.name} chose {NAMES[project.chose]} ({project.decided[:4]})"
    if similar.counter_example:
        head = f"But {head}"
    lines = _wrapped(f"{head}: {_first_sentence(project.brief)}", "  ", "- ")
    lines += _wrapped(f"the same: {_pairs(similar.shared)}", "    ")
    if similar.differing:
        lines += _wrapped(f"there: {_pairs(similar.differing)}", "    ")
    return lines


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.])\s", text, maxsplit=1)[0]


def _pairs(answers: Mapping[str, str]) -> str:
    return ", ".join(f"{trait} {answer}" for trait, answer in answers.items())


def _sources(sources: Sequence[Source], indent: str) -> Iterator[str]:
    for source in sources:
        yield from _wrapped(f"{source.title} ({source.read}), {source.address}", indent, "· ")


def _section(title: str, paragraphs: Iterable[list[str]]) -> list[str]:
    lines = [line for paragraph in paragraphs for line in paragraph]
    return ["", title, *lines] if lines else []


def _wrapped(text: str, indent: str = "", mark: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _width(),
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width() -> int:
    return max(40, min(shutil.get_terminal_size().columns, 100))


def _block() -> str:
    return "█" if _draws() else "#"


def _axis() -> str:
    return "│" if _draws() else "|"


def _draws() -> bool:
    """Tell whether the output can show box-drawing characters."""
    try:
        "█│".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
