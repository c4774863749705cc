"""What views ask for."""

from ..storage import get_session
from .service import Items


def get_items() -> Items:
    """Return the items, in the session of the current request."""
    return Items(get_session())
