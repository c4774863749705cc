"""Who may sign in; it knows nothing of HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from . import passwords
from .errors import TooManyAttemptsError, WrongCredentialsError
from .models import Attempt, User
from .schemas import Credentials

# As many attempts may fail in this time, for one user and from one address.
WINDOW = timedelta(seconds=TooManyAttemptsError.retry_after)
MOST_FOR_EMAIL = 10
MOST_FROM_ADDRESS = 100


@dataclass
class Users:
    """The users, through one session of the database."""

    database: Session

    def sign_in(self, credentials: Credentials, address: str) -> User:
        """Return the user whose password this is."""
        email, password = credentials.email, credentials.password.get_secret_value()
        self._count_attempt(email, address)
        user = self.database.scalar(select(User).where(User.email == email))
        kept = user.password_hash if user else None
        right, renewed = passwords.check(password, kept)
        if user is None or not right:
            raise WrongCredentialsError
        user.password_hash = renewed or user.password_hash
        self.database.execute(delete(Attempt).where(Attempt.email == email))
        self.database.commit()
        return user

    def _count_attempt(self, email: str, address: str) -> None:
        """Count an attempt before it is looked at: many at once are no way around."""
        now = datetime.now(UTC)
        self.database.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))
        for same, most in (
            (Attempt.email == email, MOST_FOR_EMAIL),
            (Attempt.address == address, MOST_FROM_ADDRESS),
        ):
            query = select(func.count()).select_from(Attempt).where(same)
            if (self.database.scalar(query) or 0) >= most:
                raise TooManyAttemptsError
        self.database.add(Attempt(email=email, address=address, at=now))
        self.database.commit()
