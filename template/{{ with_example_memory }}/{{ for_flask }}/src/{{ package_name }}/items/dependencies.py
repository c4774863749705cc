"""What views ask for."""

from flask import current_app

from .service import Items


def get_items() -> Items:
    """Return the items of the application."""
    items: Items = current_app.extensions["items"]
    return items
