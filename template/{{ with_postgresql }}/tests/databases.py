"""Databases for tests: files, or on the server that TEST_DATABASE_URL names."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

SERVER = os.environ.get("TEST_DATABASE_URL", "")

OURS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = :name AND usename = current_user"
)


@contextmanager
def empty_database(folder: Path) -> Generator[str]:
    """Create a database, and remove it in the end."""
    if SERVER:
        with on_server("") as url:
            yield url
    else:
        yield f"sqlite:///{folder}/empty.db"


@contextmanager
def copy_of(url: str) -> Generator[str]:
    """Copy a database that nobody is connected to, and remove the copy in the end."""
    original = make_url(url).database or ""
    if SERVER:
        with on_server(f'TEMPLATE "{original}"') as copied:
            yield copied
    else:
        shutil.copy(original, "app.db")
        yield "sqlite:///app.db"


@contextmanager
def on_server(options: str) -> Generator[str]:
    """Create a database of a random name, and drop it in the end."""
    name = f"test_{uuid4().hex}"
    engine = create_engine(SERVER, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {options}'))
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            # WITH (FORCE) would be refused while the server itself vacuums the database.
            connection.execute(OURS, {"name": name})
            connection.execute(text(f'DROP DATABASE "{name}"'))
