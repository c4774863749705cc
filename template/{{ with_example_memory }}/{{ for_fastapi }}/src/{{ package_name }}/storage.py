"""The items in memory, for as long as the application runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .items.service import Items


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Start with no items."""
    app.state.items = Items()
    yield
