"""Tokens: how programs get them, renew them and give them back."""

from flask import Response, g
from flask_openapi.models.tag import Tag
from werkzeug.exceptions import TooManyRequests, Unauthorized

from ..docs import DescribedBlueprint, problem_responses, respond
from ..storage import get_session
from .dependencies import INVALID, MISSING, get_address, get_tokens
from .errors import InvalidTokenError, TooManyAttemptsError, WrongCredentialsError
from .schemas import Credentials, RefreshIn, TokensOut, UserOut
from .service import Users

NO_STORE = {"Cache-Control": "no-store"}

errors = problem_responses(405, 500)
with_body = problem_responses(400, 413, 422)
api = DescribedBlueprint(
    "auth", __name__, url_prefix="/api/auth", abp_tags=[Tag(name="auth")], abp_responses=errors
)


@api.operation("post", "/token", {200: TokensOut, **with_body, **problem_responses(401, 429)})
def create_tokens(body: Credentials) -> Response:
    """Sign in."""
    try:
        user = Users(get_session()).sign_in(body, get_address())
    except WrongCredentialsError as error:
        raise Unauthorized(str(error), www_authenticate=MISSING) from error
    except TooManyAttemptsError as error:
        raise TooManyRequests(str(error), retry_after=error.retry_after) from error
    return respond(get_tokens().issue(user), 200, NO_STORE)


@api.operation("post", "/refresh", {200: TokensOut, **with_body, **problem_responses(401)})
def refresh_tokens(body: RefreshIn) -> Response:
    """Get new tokens for a refresh token, which is good for that once."""
    try:
        return respond(get_tokens().refresh(body.refresh_token), 200, NO_STORE)
    except InvalidTokenError as error:
        raise Unauthorized(str(error), www_authenticate=INVALID) from error


@api.operation("post", "/revoke", {204: None, **with_body})
def revoke_tokens(body: RefreshIn) -> tuple[str, int]:
    """Sign out: a refresh token, and all that came of the same signing in, end."""
    get_tokens().revoke(body.refresh_token)
    return "", 204


@api.operation("get", "/me", {200: UserOut})
def read_user() -> Response:
    """Return who is signed in."""
    return respond(UserOut.model_validate(g.user))
