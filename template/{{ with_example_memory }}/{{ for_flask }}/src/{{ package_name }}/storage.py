"""The items in memory, for as long as the application runs."""

from flask import Flask

from .config import Settings
from .items.service import Items


def add_storage(app: Flask, _settings: Settings) -> None:
    """Start with no items."""
    app.extensions["items"] = Items()
