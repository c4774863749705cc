"""What views ask for: who is signed in, and from where."""

from flask import Flask, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from ..storage import get_session
from .access import signing_key
from .errors import InvalidTokenError
from .tokens import Tokens

FIRST = "Send an access token."
MISSING = WWWAuthenticate("bearer")
INVALID = WWWAuthenticate("bearer", {"error": "invalid_token"})
# Blueprints and endpoints for everybody; all that is not named here is for users.
OPEN = {
    "auth.create_tokens",
    "auth.refresh_tokens",
    "auth.revoke_tokens",
    "docs",
    "health",
    "openapi",
    "static",
}


def get_tokens() -> Tokens:
    """Return the tokens, in the session of the current request."""
    return Tokens(get_session(), signing_key(current_app.extensions["settings"]))


def get_address() -> str:
    """Return where the request comes from."""
    return (request.remote_addr or "")[:100]


def is_open(blueprint: str | None, endpoint: str) -> bool:
    """Whether everybody may go there."""
    return blueprint in OPEN or endpoint in OPEN


def require_user() -> None:
    """Let in whose access token was sent."""
    if not request.endpoint or is_open(request.blueprint, request.endpoint):
        return
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthorized(FIRST, www_authenticate=MISSING)
    g.user = get_tokens().find_user(sent.token)
    if g.user is None:
        raise Unauthorized(str(InvalidTokenError()), www_authenticate=INVALID)


def add_auth(app: Flask) -> None:
    """Have every request pass by here."""
    app.before_request(require_user)
