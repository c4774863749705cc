"""What browsers are told when a page of another origin calls the API (CORS)."""

from .config import Settings


def is_preflight(method: str, requested: str | None) -> bool:
    """Whether a browser only asks what it may send."""
    return method == "OPTIONS" and requested is not None


def cors_headers(origin: str | None, settings: Settings) -> dict[str, str]:
    """Return what lets pages of the origins in `APP_CORS_ORIGINS` send and read.

    Cookies are not among it: credentials go in the `Authorization` header.
    """
    if not origin or origin not in settings.cors_origins.split(","):
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "DELETE, GET, PATCH, POST, PUT",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-ID",
        "Access-Control-Expose-Headers": "Location, Retry-After, X-Request-ID",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }
