"""Tells what goes on for long that the server stops: the server would wait for it."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event
from types import FrameType

stopping = Event()


@contextmanager
def noticing_signals() -> Generator[None]:
    """Notice the signals that stop the server, which handles them as before."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = {n: handler for n in numbers if callable(handler := signal.getsignal(n))}

    def notice(number: int, frame: FrameType | None) -> None:
        stopping.set()
        handlers[signal.Signals(number)](number, frame)

    for number in handlers:
        signal.signal(number, notice)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
