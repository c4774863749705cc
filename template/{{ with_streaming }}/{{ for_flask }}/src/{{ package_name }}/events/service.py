"""What happens, as it happens; it knows nothing of HTTP."""

from collections.abc import Generator
from datetime import UTC, datetime

from ..stopping import stopping
from .schemas import Event


def follow(after: int, count: int, interval: float) -> Generator[Event]:
    """Yield the events after one that is known: so many, or fewer when the server stops."""
    for number in range(after + 1, after + count + 1):
        # In place of a queue, or of a look at the database.
        if number > after + 1 and stopping.wait(interval):
            return
        yield Event(number=number, at=datetime.now(UTC))
