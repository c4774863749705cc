"""The templates, and what they all know."""

from pathlib import Path

from fastapi import Request
from fastapi.templating import Jinja2Templates

from .about import DESCRIPTION, NAME


def about(_request: Request) -> dict[str, str]:
    """Tell every page whose it is."""
    return {"name": NAME, "description": DESCRIPTION}


FOLDER = Path(__file__).parent / "templates"
templates = Jinja2Templates(FOLDER, context_processors=[about])
