"""The database, for as long as the application runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from .database import prepare_connections
from .database_url import engine_url


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Open the database for an application, and close it in the end."""
    url = engine_url(app.state.settings.database_url)
    # What was opened is kept, for opening is dear. A connection that PostgreSQL has closed
    # is replaced before a request gets it.
    engine = create_async_engine(url, pool_size=15, max_overflow=0, pool_pre_ping=True)
    prepare_connections(engine.sync_engine)
    # What was committed stays readable: nothing is loaded behind an `await`'s back.
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    app.state.probe = create_async_engine(url, poolclass=NullPool)
    try:
        yield
    finally:
        await engine.dispose()


async def ping(app: FastAPI) -> None:
    """Have the database answer, or raise an error."""
    # Only a new connection can be given up in time: where PostgreSQL hangs, psycopg
    # waits ten seconds more for the end of a query that it cancels.
    async with app.state.probe.connect() as connection:
        await connection.execute(text("SELECT 1"))
