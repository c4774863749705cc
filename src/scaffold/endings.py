"""How a run ends that was not finished: by signals, and so that programs hear of it."""

import signal
import sys
from collections.abc import Mapping

_SIGNALLED = 128  # an exit code above it is this and the number of a signal, as in shells

_told: list[int] = []


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does; under nohup they stay ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, ended)


def ended(number: int, _frame: object) -> None:
    """End as after Ctrl-C, so that nothing half done is left behind."""
    _told.append(number)
    sys.exit(_SIGNALLED + number)


def end_if_told() -> None:
    """End now, where a finalizer or an import has swallowed the end that a signal asked for."""
    if _told:
        sys.exit(_SIGNALLED + _told[-1])


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
