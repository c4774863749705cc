"""Tokens of users; it knows nothing of HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from .access import LIFETIME, read_access_token, write_access_token
from .errors import InvalidTokenError
from .models import RefreshToken, User
from .opaque import hash_of, new_token
from .schemas import TokensOut

SCHEME: Literal["bearer"] = "bearer"
REFRESH_LIFETIME = timedelta(days=30)


@dataclass
class Tokens:
    """The tokens of users, through one session of the database."""

    database: AsyncSession
    key: str

    async def issue(self, user: User) -> TokensOut:
        """Return the first tokens of a new family."""
        over = RefreshToken.expires_at <= datetime.now(UTC)
        await self.database.execute(delete(RefreshToken).where(over))
        return await self._issue(user.id, hash_of(new_token()))

    async def refresh(self, token: str) -> TokensOut:
        """Return new tokens for a refresh token, which is used up by that."""
        now = datetime.now(UTC)
        fresh = (RefreshToken.expires_at > now, RefreshToken.used.is_(False))
        # Of two who send it at the same time, only one finds it unused.
        use = update(RefreshToken).where(RefreshToken.token_hash == hash_of(token), *fresh)
        changed = use.values(used=True).returning(RefreshToken.user_id, RefreshToken.family)
        used = (await self.database.execute(changed)).one_or_none()
        if used is None:
            # Who sends one again may have stolen it, or have been robbed: both must sign in.
            await self.revoke(token)
            raise InvalidTokenError
        return await self._issue(used.user_id, used.family)

    async def revoke(self, token: str) -> None:
        """End the whole family of a refresh token."""
        families = select(RefreshToken.family).where(RefreshToken.token_hash == hash_of(token))
        await self.database.execute(delete(RefreshToken).where(RefreshToken.family.in_(families)))
        await self.database.commit()

    async def find_user(self, access_token: str) -> User | None:
        """Return the user whose access token this is, unless they are gone."""
        user_id = read_access_token(access_token, self.key)
        return await self.database.get(User, user_id) if user_id else None

    async def _issue(self, user_id: int, family: str) -> TokensOut:
        """Return an access token, and the next refresh token of a family."""
        token, expires_at = new_token(), datetime.now(UTC) + REFRESH_LIFETIME
        kept = RefreshToken(
            token_hash=hash_of(token), family=family, user_id=user_id, expires_at=expires_at
        )
        self.database.add(kept)
        await self.database.commit()
        return TokensOut(
            access_token=write_access_token(user_id, self.key),
            refresh_token=token,
            token_type=SCHEME,
            expires_in=int(LIFETIME.total_seconds()),
        )
