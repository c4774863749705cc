"""The way to the login page, and back to where somebody wanted to go."""

import re
from urllib.parse import urlencode

# No scheme and no host: browsers read `//host` and `/\host` as such, and skip controls.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def login_path(wanted: str) -> str:
    """Return the path of the login page, which leads back to what was wanted."""
    return f"/login?{urlencode({'next': wanted})}"


def local_path(wanted: str) -> str:
    """Return a path that somebody wanted if it is one of this site, else the first page."""
    return wanted if LOCAL.fullmatch(wanted) else "/"
