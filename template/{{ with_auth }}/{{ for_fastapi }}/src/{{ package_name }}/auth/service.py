"""Who may sign in; it knows nothing of HTTP."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

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

    database: AsyncSession

    async def sign_in(self, credentials: Credentials, address: str) -> User:
        """Return the user whose password this is."""
        email, password = credentials.email, credentials.password.get_secret_value()
        await self._count_attempt(email, address)
        user = await self.database.scalar(select(User).where(User.email == email))
        kept = user.password_hash if user else None
        # Hashing is slow on purpose: a thread does it, the event loop goes on.
        right, renewed = await asyncio.to_thread(passwords.check, password, kept)
        if user is None or not right:
            raise WrongCredentialsError
        user.password_hash = renewed or user.password_hash
        await self.database.execute(delete(Attempt).where(Attempt.email == email))
        await self.database.commit()
        return user

    async def _count_attempt(self, email: str, address: str) -> None:
        """Count an attempt before it is looked at: many at once are no way around."""
        now = datetime.now(UTC)
        await self.database.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))
        for same, most in (
            (Attempt.email == email, MOST_FOR_EMAIL),
            (Attempt.address == address, MOST_FROM_ADDRESS),
        ):
            query = select(func.count()).select_from(Attempt).where(same)
            if (await self.database.scalar(query) or 0) >= most:
                raise TooManyAttemptsError
        self.database.add(Attempt(email=email, address=address, at=now))
        await self.database.commit()
