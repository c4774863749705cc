"""What every response carries, whatever framework sends it."""

import re
from secrets import token_hex

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
MISNAMED = "It is not known by this name: see APP_ALLOWED_HOSTS."
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of every response; production holds browsers to HTTPS."""
    return HEADERS | (HTTPS_ONLY if settings.environment == "production" else {})


def is_allowed(host: str, path: str, settings: Settings) -> bool:
    """Whether a request calls the application by a name that is its own."""
    name = re.sub(r":\d+$", "", host).lower()
    # Who asks for its health may know no more than an address.
    return path.startswith("/health/") or bool({name, "*"} & {*settings.allowed_hosts.split(",")})


def forwarded(values: str, settings: Settings) -> str:
    """Return what the first of our proxies saw; each adds a value, strangers may have too."""
    seen = [value.strip() for value in values.split(",")]
    return seen[-settings.proxy_count] if 0 < settings.proxy_count <= len(seen) else ""


def request_id_of(given: str) -> str:
    """Return the id that the caller gave where it is safe to log, else a new one."""
    return given if SAFE_ID.fullmatch(given) else token_hex(16)
