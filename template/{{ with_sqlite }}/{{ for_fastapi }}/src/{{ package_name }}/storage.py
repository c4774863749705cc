"""The database, for as long as the application runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .database import prepare_connections


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Open the database for an application, and close it in the end."""
    url = make_url(app.state.settings.database_url).set(drivername="sqlite+aiosqlite")
    # What was opened is kept: each connection has a thread, and opening is dear.
    engine = create_async_engine(url, pool_size=15, max_overflow=0)
    prepare_connections(engine.sync_engine)
    # What was committed stays readable: nothing is loaded behind an `await`'s back.
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    try:
        yield
    finally:
        await engine.dispose()


async def ping(app: FastAPI) -> None:
    """Have the database answer, or raise an error."""
    async with app.state.sessions() as session:
        await session.execute(text("SELECT 1"))
