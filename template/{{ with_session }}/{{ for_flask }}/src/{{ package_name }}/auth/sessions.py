"""Sessions of users; it knows nothing of HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from .models import LoginSession, User
from .opaque import hash_of, new_token

LIFETIME = timedelta(days=14)


@dataclass
class Sessions:
    """The sessions of users, through one session of the database."""

    database: Session

    def start(self, user: User, earlier: str) -> str:
        """Return the token of a new session; an earlier one of the same browser ends."""
        now = datetime.now(UTC)
        over = or_(LoginSession.expires_at <= now, LoginSession.token_hash == hash_of(earlier))
        self.database.execute(delete(LoginSession).where(over))
        token = new_token()
        session = LoginSession(
            token_hash=hash_of(token), user_id=user.id, expires_at=now + LIFETIME
        )
        self.database.add(session)
        self.database.commit()
        return token

    def find_user(self, token: str) -> User | None:
        """Return the user of a session that has not ended."""
        query = select(User).join(LoginSession, LoginSession.user_id == User.id)
        lasting = LoginSession.expires_at > datetime.now(UTC)
        return self.database.scalar(query.where(LoginSession.token_hash == hash_of(token), lasting))

    def end(self, token: str) -> None:
        """End a session."""
        self.database.execute(delete(LoginSession).where(LoginSession.token_hash == hash_of(token)))
        self.database.commit()
