"""Tells what other sites have a browser send, for the browser sends our cookie with it."""

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
REFUSAL = "This was sent from another site."


def is_from_elsewhere(method: str, site: str | None, origin: str | None, host: str | None) -> bool:
    """Judge by the headers Sec-Fetch-Site, Origin and Host, which no page can forge."""
    if method in SAFE_METHODS:
        return False
    if site is not None:
        return site not in {"same-origin", "none"}
    # Browsers before 2023, and those without HTTPS, send Origin alone. Its scheme is not
    # compared: behind a proxy that speaks HTTPS, this side does not know its own. Who
    # sends neither is no browser, and brings only a cookie that it was given.
    return origin is not None and origin.partition("://")[2] != host
