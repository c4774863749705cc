"""Access tokens: they live for minutes, and their signature is all that is checked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from secrets import token_urlsafe
from typing import Any

import jwt

from ..config import Settings

# They have no full type without `cryptography`, which HS256 does not need.
encode: Callable[..., str] = attrgetter("encode")(jwt)
decode: Callable[..., dict[str, Any]] = attrgetter("decode")(jwt)

LIFETIME = timedelta(minutes=15)
ALGORITHM = "HS256"
# Another application that has the same key takes none of these tokens, nor we its.
SERVICE = __name__.partition(".")[0]
CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti"]
# Neither is ours what is no token, nor one whose subject is no number.
FORGED = (jwt.InvalidTokenError, ValueError)
# Signs where no key is set, while this process lives; production must set one.
PASSING_KEY = token_urlsafe(32)


def signing_key(settings: Settings) -> str:
    """Return the key that signs, and without which nobody signs."""
    return settings.secret_key.get_secret_value() or PASSING_KEY


def write_access_token(user_id: int, key: str) -> str:
    """Return a token that says who asks, for as long as it lives."""
    now = datetime.now(UTC)
    who = {"iss": SERVICE, "aud": SERVICE, "sub": str(user_id), "jti": token_urlsafe(12)}
    return encode({**who, "iat": now, "exp": now + LIFETIME}, key, ALGORITHM)


def read_access_token(token: str, key: str) -> int | None:
    """Return the id of the user whose token this is, if it is one of ours and lives."""
    try:
        claims = decode(
            token, key, [ALGORITHM], issuer=SERVICE, audience=SERVICE, options={"require": CLAIMS}
        )
        return int(claims["sub"])
    except FORGED:
        return None
