"""Show the steps of a longer task as they go, with the time that each took."""

import contextlib
import time
from collections.abc import Callable, Iterator


class Progress:
    """Lines on standard output: one a step, alive on a terminal while it runs.

    Args:
        before: Called before each step; what it raises ends the task.

    """

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        from rich.console import Console

        self._before = before
        self._console: Console = Console(highlight=False)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step while it runs, then whether it went well and how long it took.

        Args:
            name: What the step does, a few words.

        """
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._before()
        begun = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        live = Progress(
            *columns,
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        try:
            with live:
                live.add_task(name)
                yield
        except BaseException:
            self._line("[red]✗[/red]", name, begun)
            raise
        self._line("[green]✓[/green]", name, begun)

    def say(self, text: str) -> None:
        """Print a line between the steps."""
        self._console.print(text, markup=False)

    def _line(self, mark: str, name: str, begun: float) -> None:
        self._console.print(f"{mark} {name:<28} [dim]{time.monotonic() - begun:5.1f} s[/dim]")
