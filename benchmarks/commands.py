"""How long the commands take that make nothing, as whole processes."""

from functools import partial

from figures import Figure, in_turn
from peers import Setting

# What is called, and the goal as a share of `copier --help`.
_CALLS = {
    "scaffold --version": (("--version",), 0.10),
    "scaffold --help": (("--help",), 0.25),
    "scaffold recommend": (("recommend", "-d", "api_first=yes"), 0.55),
}


def measure(setting: Setting, runs: int) -> list[Figure]:
    """Measure each command against `copier --help`, all in turn.

    Args:
        setting: Where the programs are.
        runs: How often each figure is taken.

    """
    if "copier" in setting.missing:
        setting.notes.append("commands: not measured without copier.")
        return []
    setting.tell(f"{', '.join(_CALLS)}, in turn with copier --help")
    scaffold = setting.program("scaffold")
    called = [
        (setting.program("copier"), "--help"),
        # The floor: no program in Python takes less.
        (setting.program("scaffold", "python"), "-c", "pass"),
        *((scaffold, *arguments) for arguments, _ in _CALLS.values()),
    ]
    copier, *values = in_turn([partial(setting.seconds, command) for command in called], runs)
    names = {"python -c pass": None, **{name: goal for name, (_, goal) in _CALLS.items()}}
    return [
        Figure(name, "copier --help", "s", value, copier, goal)
        for (name, goal), value in zip(names.items(), values, strict=True)
    ]
