"""What routes ask for."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Request

from .service import Items


async def open_items(request: Request) -> AsyncGenerator[Items]:
    """Return the items of the application."""
    yield request.app.state.items


ItemsOfRequest = Annotated[Items, Depends(open_items)]
