"""The database, for as long as the application runs."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app
from sqlalchemy import URL, create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool

from .config import Settings
from .database import prepare_connections
from .database_url import engine_url


class Probe:
    """Asks the database for an answer, and waits a second for it.

    It asks from a thread of its own, for psycopg waits longer: two seconds at least for
    a new connection, and without end for a query.
    """

    def __init__(self, url: URL) -> None:
        """Prepare to connect anew each time: a connection that hangs says nothing of others."""
        self.engine = create_engine(url, poolclass=NullPool)
        self.thread = ThreadPoolExecutor(max_workers=1)

    def ask(self) -> None:
        """Have the database answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def ping(self) -> None:
        """Have the database answer in time, or raise an error."""
        asked = self.thread.submit(self.ask)
        try:
            asked.result(timeout=1)
        finally:
            asked.cancel()  # it may wait behind another that hangs


def add_storage(app: Flask, settings: Settings) -> None:
    """Give the application its database, and each request a session of its own."""
    url = engine_url(settings.database_url)
    # Who finds no connection free is told soon. One that PostgreSQL has closed is
    # replaced before a request gets it.
    engine = create_engine(url, pool_timeout=2, pool_pre_ping=True)
    prepare_connections(engine)
    # What was committed stays readable: the response is made from it.
    sessions = scoped_session(sessionmaker(engine, expire_on_commit=False))
    app.extensions["sessions"] = sessions
    app.extensions["probe"] = Probe(url)

    @app.teardown_appcontext
    def close_session(_error: BaseException | None) -> None:
        """Roll back what was not committed, and leave no session behind."""
        sessions.remove()


def get_session() -> Session:
    """Return the session of the current request."""
    session: Session = current_app.extensions["sessions"]()
    return session


def ping() -> None:
    """Have the database answer, or raise an error."""
    current_app.extensions["probe"].ping()
