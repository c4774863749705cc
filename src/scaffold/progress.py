"""Tell the steps of a longer task as they go, with the time that each took."""

import contextlib
import importlib
import json
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rich.progress


class Progress(ABC):
    """Somebody or something that is told of steps; several may be under way at once.

    Args:
        go_on: Called before each step and while steps run; what it raises ends the task.

    """

    def __init__(self, go_on: Callable[[], None] = lambda: None) -> None:
        self.go_on = go_on

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tell that a step runs, then whether it went well and how long it took.

        Args:
            name: What the step does, a few words.

        """
        self.go_on()
        begun = time.monotonic()
        with contextlib.ExitStack() as shown:
            self._started(name, shown)
            try:
                yield
            except BaseException:
                shown.close()
                self._ended(name, time.monotonic() - begun, passed=False)
                raise
        self._ended(name, time.monotonic() - begun, passed=True)

    @abstractmethod
    def tell(self, event: str, fields: Mapping[str, object], text: str) -> None:
        """Tell something beside the steps: to programs an event, to people a text.

        Args:
            event: What kind of thing has happened.
            fields: What there is to say of it.
            text: The same in words.

        """

    @abstractmethod
    def say(self, text: str) -> None:
        """Tell something in words alone, between the steps."""

    @abstractmethod
    def _started(self, name: str, shown: contextlib.ExitStack) -> None: ...

    @abstractmethod
    def _ended(self, name: str, seconds: float, *, passed: bool) -> None: ...


@contextlib.contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something is under way, on standard error; nothing stays of it.

    Args:
        text: What it is.

    Yields:
        What shows another text instead.

    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_interactive:
        yield lambda _: None
        return
    with console.status(text) as status:
        yield status.update


def load_rich() -> None:
    """Import what draws the steps, before the first of them."""
    importlib.import_module("rich.progress")


class Lines(Progress):
    """Lines on standard output, for people: one a step, alive on a terminal while it runs.

    What is left of each step is a line, in the order in which they ended.
    """

    def __init__(self, go_on: Callable[[], None] = lambda: None) -> None:
        from rich.console import Console

        super().__init__(go_on)
        self._console: Console = Console(highlight=False)
        self._live: rich.progress.Progress | None = None

    def tell(self, event: str, fields: Mapping[str, object], text: str) -> None:
        """Print the text."""
        del event, fields
        print(text)  # noqa: T201 - what it is for

    def say(self, text: str) -> None:
        """Print the text between the steps."""
        self._console.print(text, markup=False)

    def _started(self, name: str, shown: contextlib.ExitStack) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        if not self._console.is_interactive:
            return
        if self._live is None:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._live = Progress(*columns, console=self._console, transient=True)
            self._live.start()
        shown.callback(self._remove, self._live, self._live.add_task(name))

    def _remove(self, live: "rich.progress.Progress", task: "rich.progress.TaskID") -> None:
        live.remove_task(task)
        live.refresh()  # or its last picture would stay until the next one
        if not live.tasks:
            live.stop()
            self._live = None

    def _ended(self, name: str, seconds: float, *, passed: bool) -> None:
        mark = "[green]✓[/green]" if passed else "[red]✗[/red]"
        self._console.print(f"{mark} {name:<28} [dim]{seconds:5.1f} s[/dim]")


class Events(Progress):
    """One JSON object a line on standard output, for programs."""

    def tell(self, event: str, fields: Mapping[str, object], text: str = "") -> None:
        """Write a line for an event, without the text."""
        del text
        try:
            # Letters beyond ASCII are escaped: whatever the encoding, it can be written.
            print(json.dumps({"event": event, **fields}), flush=True)  # noqa: T201 - what it is for
        except BrokenPipeError:
            # Nobody reads any more: end as rich ends its lines, and let Python's own flush pass.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)

    def say(self, text: str) -> None:
        """Write a note."""
        self.tell("note", {"text": text.strip()})

    def _started(self, name: str, shown: contextlib.ExitStack) -> None:
        del shown  # nothing to take away
        self.tell("step", {"name": name, "status": "started"})

    def _ended(self, name: str, seconds: float, *, passed: bool) -> None:
        status = "passed" if passed else "failed"
        self.tell("step", {"name": name, "status": status, "seconds": round(seconds, 3)})
