"""The cookie that holds the token of a session."""

from typing import Literal, TypedDict

from ..config import Settings


class CookieOptions(TypedDict):
    """What both frameworks take to set a cookie, and to delete it."""

    key: str
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["lax"]


def cookie_options(settings: Settings) -> CookieOptions:
    """Describe the cookie; in production it is bound to HTTPS and to this very host."""
    production = settings.environment == "production"
    return {
        "key": "__Host-session" if production else "session",
        "path": "/",
        "secure": production,
        "httponly": True,
        "samesite": "lax",
    }
