"""Signing in, for programs and for scripts in the browser."""

from flask import Response, g, make_response
from flask_openapi.models.tag import Tag
from werkzeug.exceptions import TooManyRequests, Unauthorized

from ..docs import DescribedBlueprint, problem_responses, respond
from ..storage import get_session
from .dependencies import end_session, get_address, start_session
from .errors import TooManyAttemptsError, WrongCredentialsError
from .schemas import Credentials, UserOut
from .service import Users

path, errors = "/api/session", problem_responses(401, 405, 500)
api = DescribedBlueprint(
    "auth", __name__, url_prefix=path, abp_tags=[Tag(name="session")], abp_responses=errors
)


@api.operation("post", "", {201: UserOut, **problem_responses(400, 403, 413, 422, 429)})
def create_session(body: Credentials) -> Response:
    """Sign in: the answer sets the cookie of a new session."""
    try:
        user = Users(get_session()).sign_in(body, get_address())
    except WrongCredentialsError as error:
        raise Unauthorized(str(error)) from error
    except TooManyAttemptsError as error:
        raise TooManyRequests(str(error), retry_after=error.retry_after) from error
    response = respond(UserOut.model_validate(user), 201, {"Location": "/api/session"})
    start_session(response, user)
    return response


@api.operation("get", "", {200: UserOut})
def read_session() -> Response:
    """Return who is signed in."""
    return respond(UserOut.model_validate(g.user))


@api.operation("delete", "", {204: None})
def delete_session() -> Response:
    """Sign out: the session ends, and the cookie is deleted."""
    response = make_response("", 204)
    end_session(response)
    return response
