"""What routes ask for."""

from typing import Annotated

from fastapi import Depends, Request

from .service import Items


async def get_items(request: Request) -> Items:
    """Return the items of the application."""
    return Items(request.app.state.sessions)


ItemsOfRequest = Annotated[Items, Depends(get_items)]
