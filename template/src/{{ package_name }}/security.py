"""What every response carries, whatever framework sends it."""

import re
from uuid import uuid4

from .config import Settings

SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of every response; production holds browsers to HTTPS."""
    return HEADERS | (HTTPS_ONLY if settings.environment == "production" else {})


def request_id_of(given: str) -> str:
    """Return the id that the caller gave where it is safe to log, else a new one."""
    return given if SAFE_ID.fullmatch(given) else uuid4().hex
