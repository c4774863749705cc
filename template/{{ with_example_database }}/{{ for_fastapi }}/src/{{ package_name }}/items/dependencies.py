"""What routes ask for."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Request

from .service import Items


async def open_items(request: Request) -> AsyncGenerator[Items]:
    """Open a session for one request; what was not committed is rolled back."""
    async with request.app.state.sessions() as session:
        yield Items(session)


ItemsOfRequest = Annotated[Items, Depends(open_items)]
