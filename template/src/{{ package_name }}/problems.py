"""Errors as RFC 9457 problem details, independent of the web framework."""

from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel

MEDIA_TYPE = "application/problem+json"
# Python calls these two by their older names before 3.13.
NEW_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def title_of(status: int) -> str:
    """Return the name of an HTTP status."""
    return NEW_TITLES.get(status) or HTTPStatus(status).phrase


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """An error, as the API tells it."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError] | None = None
