"""Traces and metrics, if the environment says where to; FastAPI makes them by itself."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
    """Send them for as long as the application runs."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        yield
        return
    from .exporting import start_exporting  # noqa: PLC0415 - no cost where it is off

    stop = start_exporting()
    try:
        yield
    finally:
        await asyncio.to_thread(stop)


router = APIRouter(lifespan=lifespan)  # without routes: its lifespan becomes the application's
