"""See before writing: the tree that would be rendered, and any file of it."""

import difflib
import posixpath
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaffold import merge
from scaffold.errors import UsageError
from scaffold.render import rendered
from scaffold.source import Template
from scaffold.staging import Target

_SIZE = 9  # columns for a size such as `123.4 kB`
_ROOT = ""


@dataclass(frozen=True)
class Preview:
    """What would be rendered.

    Args:
        target: Where it would go.
        contents: What each file would hold, by its path.
        states: Whether each file is new, the same or differs; empty without a merge.

    """

    target: Target
    contents: Mapping[str, bytes]
    states: Mapping[str, merge.State]

    def file(self, path: str) -> bytes:
        """Return what a file would hold.

        Raises:
            UsageError: There is no such file.

        """
        asked = posixpath.normpath(path)
        if asked in self.contents:
            return self.contents[asked]
        inside = [name for name in self.contents if name.startswith(f"{asked}/")]
        if inside:
            raise UsageError(
                f"'{path}' is a folder",
                why=_some("It holds", inside),
                todo="Name one of its files.",
            )
        raise UsageError(
            f"'{path}' would not be rendered",
            why=_some("The nearest", _nearest(asked, self.contents)),
            todo="--dry-run alone lists all files.",
        )

    def as_json(self, answers: Mapping[str, str]) -> dict[str, object]:
        """Return the answers and the files, for programs."""
        files = [
            {"path": path, "bytes": len(content)}
            | ({"state": self.states[path]} if self.states else {})
            for path, content in self.contents.items()
        ]
        return {"project": str(self.target.path), "answers": dict(answers), "files": files}

    def text(self, answers: Mapping[str, str]) -> str:
        """Return the answers, the tree with its sizes, and what would happen to it."""
        width = max(map(len, answers))
        lines = ["Answers:"]
        lines += [f"  {name:<{width}}  {text or '(empty)'}" for name, text in answers.items()]
        total = sum(map(len, self.contents.values()))
        lines += ["", *self._tree(), "", f"{len(self.contents)} files, {_size(total)}."]
        if self.states:
            count = Counter(self.states.values())
            asked = " and would be asked about" if count["differs"] else ""
            lines.append(
                f"{count['new']} new, {count['same']} the same,"
                f" {count['differs']} that differ{asked}."
            )
        lines += ["Nothing was written; without --dry-run they would be."]
        return "\n".join(lines)

    def _tree(self) -> list[str]:
        """Return a line for each folder and file."""
        rows = [(f"{self.target.shown.rstrip('/')}/", _ROOT)]
        rows += _branches(list(self.contents))
        fits = shutil.get_terminal_size().columns - _SIZE - 10 * bool(self.states)
        width = min(fits, max(len(text) for text, _ in rows) + 1)
        return [
            f"{text:<{width}}{_size(len(self.contents[path])):>{_SIZE}}"
            f"  {self.states.get(path, '')}".rstrip()
            if path
            else text
            for text, path in rows
        ]


def look(
    template: Template, answers: Mapping[str, str], target: Target, *, install: bool, merged: bool
) -> Preview:
    """Render a project where nobody sees it, and return what it would be.

    Args:
        template: What to render.
        answers: A complete set of answers.
        target: Where it would go; nothing is written there.
        install: Whether its packages would be installed.
        merged: Whether it would be merged into what is there.

    Raises:
        ScaffoldError: What the real run would say.

    """
    with rendered(template, answers) as tree:
        return Preview(
            target,
            {path: (tree / path).read_bytes() for path in merge.files_in(tree)},
            {
                file.path: file.state
                for file in (merge.compare(tree, target, install=install) if merged else ())
            },
        )


def _nearest(asked: str, paths: Iterable[str]) -> list[str]:
    """Return paths like the one that was asked for, or whose last part is like its last."""
    whole = {path.lower(): path for path in paths}
    last = {posixpath.basename(path): original for path, original in whole.items()}
    base = posixpath.basename(asked)
    found = [
        near[name]
        for near, wanted in ((whole, asked), (last, base))
        for name in difflib.get_close_matches(wanted.lower(), near)
    ]
    return list(dict.fromkeys(found))


def _some(opening: str, names: list[str]) -> str:
    shown = 5
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{opening}: {', '.join(names[:shown])}{more}." if names else ""


def _branches(paths: Iterable[str], above: str = "", indent: str = "") -> list[tuple[str, str]]:
    """Return a line for each entry below a folder, with the path of those that are files."""
    names: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition("/")
        names.setdefault(name, []).extend([rest] if rest else [])
    last, branch, trunk, blank = _LINES if _draws() else _PLAIN
    rows = []
    for number, (name, below) in enumerate(names.items(), 1):
        end = number == len(names)
        row = f"{indent}{last if end else branch}{name}"
        if below:
            rows.append((f"{row}/", ""))
            rows += _branches(below, f"{above}{name}/", f"{indent}{blank if end else trunk}")
        else:
            rows.append((row, f"{above}{name}"))
    return rows


_LINES = ("└── ", "├── ", "│   ", "    ")
_PLAIN = ("`-- ", "|-- ", "|   ", "    ")


def _draws() -> bool:
    """Tell whether the output can show the lines of a tree."""
    try:
        "".join(_LINES).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _size(count: int) -> str:
    kilo = 1000
    return f"{count} B" if count < kilo else f"{count / kilo:.1f} kB"
