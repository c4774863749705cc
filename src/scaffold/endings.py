"""How a run ends that was not finished: by signals, and so that programs hear of it."""

import signal
import sys
import time
from collections.abc import Mapping

_SIGNALLED = 128  # an exit code above it is this and the number of a signal, as in shells

# A terminal that closes sends SIGHUP twice, a key that is held sends Ctrl-C many times. Within
# this time (in seconds) they mean one end, so that its clearing up is not cut off midway.
_ONE_END = 1.0

_told: list[tuple[int, float]] = []  # numbers of signals, and when they came


def heed_signals() -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP end a run in one way; what nohup ignores stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, ended)


def ended(number: int, _frame: object) -> None:
    """End by an exception, so that nothing half done is left behind."""
    now = time.monotonic()
    if _told and now - _told[-1][1] < _ONE_END:
        return
    _told.append((number, now))
    end_if_told()


def end_if_told() -> None:
    """End now, where a finalizer or an import has swallowed the end that a signal asked for.

    Raises:
        KeyboardInterrupt: It was Ctrl-C.
        SystemExit: It was another signal.

    """
    if not _told:
        return
    number, _ = _told[-1]
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(_SIGNALLED + number)


def of_a_signal(code: object) -> dict[str, object]:
    """Return what there is to say of an exit code that a signal led to; nothing of others."""
    if not isinstance(code, int) or code <= _SIGNALLED:
        return {}
    name = signal.Signals(code - _SIGNALLED).name
    return {"what": f"{name} ended it", "why": "", "todo": "", "exit_code": code}


def tell_programs(failure: Mapping[str, object]) -> None:
    """Let a command that prints events tell a failure as one, even one of its own arguments."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if command in {"new", "update"} and "--json" in sys.argv:
        from scaffold.progress import Events

        Events().tell("error", failure)
