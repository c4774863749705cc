"""Colours on a terminal that shows them, for people who want them."""

import os
import sys

RED, GREEN, YELLOW, CYAN, DIM = "31", "32", "33", "36", "2"


def shown() -> bool:
    """Tell whether standard output is a terminal that colours are wanted on."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    return wanted and sys.stdout.isatty()


def painted(text: str, colour: str) -> str:
    """Return a text in a colour, where colours are shown."""
    return f"\x1b[{colour}m{text}\x1b[0m" if text and colour and shown() else text
