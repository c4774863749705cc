"""The database, for as long as the application runs."""

from flask import Flask, current_app
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from .config import Settings
from .database import prepare_connections


def add_storage(app: Flask, settings: Settings) -> None:
    """Give the application its database, and each request a session of its own."""
    # One connection is kept for each thread of the server; who finds none free is told soon.
    engine = create_engine(settings.database_url, pool_size=16, pool_timeout=2)
    prepare_connections(engine)
    # What was committed stays readable: the response is made from it.
    sessions = scoped_session(sessionmaker(engine, expire_on_commit=False))
    app.extensions["sessions"] = sessions

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
    get_session().execute(text("SELECT 1"))
