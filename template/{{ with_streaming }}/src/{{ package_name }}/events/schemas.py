"""Events as they are told, and how they are asked for."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

EventId = Annotated[int, Field(alias="Last-Event-ID", ge=0, le=2**53 - 1)]


class Event(BaseModel):
    """Something that happened; in this example, the clock went on."""

    number: int
    at: datetime


class EventsQuery(BaseModel):
    """How many events are sent before a stream ends."""

    count: Annotated[int, Field(ge=1, le=100)] = 10


class EventsHeader(BaseModel):
    """Which event a listener had last; a browser tells it when it comes back."""

    last_event_id: EventId = 0
