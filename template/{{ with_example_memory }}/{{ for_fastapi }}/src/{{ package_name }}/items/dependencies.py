"""What routes ask for."""

from typing import Annotated

from fastapi import Depends, Request

from .service import Items


async def get_items(request: Request) -> Items:
    """Return the items of the application."""
    items: Items = request.app.state.items
    return items


ItemsOfRequest = Annotated[Items, Depends(get_items)]
