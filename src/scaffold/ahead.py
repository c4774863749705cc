"""Do what comes after the last answer in advance, while questions are answered.

A process of its own renders: Copier changes the working directory and standard error of the one
that it runs in, which a terminal draws meanwhile.
"""

import contextlib
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

from scaffold import programs, progress, render
from scaffold.errors import ScaffoldError
from scaffold.source import Template


class Ahead:
    """Renders a project while its answers are reviewed.

    When the block is left nothing is rendered any more, and what was not taken is removed.
    What goes wrong is left to the end, where it happens again and is told.

    Args:
        template: What to render.

    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._renderer: programs.Assistant | None = None
        self._place = Path()
        self._drafts: list[Mapping[str, str]] = []
        self._ending = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what is being rendered, and remove what is left."""
        self._ending.close()

    def prepare(self, *, draft: bool) -> None:
        """Begin to load what is needed after the questions.

        Args:
            draft: Whether what they lead to may be rendered in advance.

        """
        if draft:
            with contextlib.suppress(OSError):
                folder = tempfile.TemporaryDirectory(prefix="scaffold-draft-")
                self._place = Path(self._ending.enter_context(folder)).resolve()
                # What it leaves where it is ended amid something goes with the folder.
                renderer = programs.Assistant(__name__, TMPDIR=str(self._place))
                self._renderer = self._ending.enter_context(renderer)
        load = _load_rich if self._renderer else _load
        threading.Thread(target=load, daemon=True).start()

    def draft(self, answers: Mapping[str, str]) -> None:
        """Begin to render, unless that was begun with the same answers.

        Args:
            answers: A complete set of answers, which may still change.

        """
        if self._renderer and answers not in self._drafts[-1:]:
            own = self._template
            template = {"root": str(own.root), "origin": dict(own.origin), "own": own.own}
            self._drafts.append(dict(answers))
            self._renderer.tell(json.dumps([template, answers, str(self._drafted)]))

    def render(self, template: Template, answers: Mapping[str, str], destination: Path) -> None:
        """Do what `render.render` does, with what was rendered from the same answers."""
        with self._ending:  # nothing is drafted after this
            if self._renderer and answers in self._drafts[-1:]:
                replies = [self._renderer.hear() for _ in self._drafts]
                if replies[-1] == str(self._drafted):
                    with contextlib.suppress(OSError):
                        shutil.move(self._drafted, destination)
                        return
        render.render(template, answers, destination)

    @property
    def _drafted(self) -> Path:
        """Where the last draft lies."""
        return self._place / str(len(self._drafts))


def _load_rich() -> None:
    with contextlib.suppress(Exception):  # whoever needs it loads it again, and tells
        progress.load_rich()


def _load() -> None:
    _load_rich()
    with contextlib.suppress(Exception):
        render.load_copier()


def _serve(requests: IO[str], replies: IO[str]) -> None:
    """Render what lines ask for, and tell of each where it lies; an empty line where it failed."""
    with contextlib.suppress(Exception):
        render.load_copier()
    for request in requests:
        template, answers, place = json.loads(request)
        try:
            render.render(Template(Path(template.pop("root")), **template), answers, Path(place))
        except ScaffoldError:
            place = ""
        replies.write(f"{place}\n")
        replies.flush()


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
