"""What happens, as it happens; it knows nothing of HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from ..stopping import stopping
from .schemas import Event


async def follow(after: int, count: int, interval: float) -> AsyncGenerator[Event]:
    """Yield the events after one that is known: so many, or fewer when the server stops."""
    for number in range(after + 1, after + count + 1):
        if number > after + 1:
            await asyncio.sleep(interval)  # in place of a queue, or of a look at the database
            if stopping.is_set():
                return
        yield Event(number=number, at=datetime.now(UTC))
