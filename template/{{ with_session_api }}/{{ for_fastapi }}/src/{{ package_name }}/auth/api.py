"""Signing in, for programs and for scripts in the browser."""

from fastapi import APIRouter, HTTPException, Request, Response

from ..docs import problem_responses
from .dependencies import CurrentUser, Database, address_of, end_session, start_session
from .errors import TooManyAttemptsError, WrongCredentialsError
from .schemas import Credentials, UserOut
from .service import Users

router = APIRouter(
    prefix="/api/session", tags=["session"], responses=problem_responses(401, 405, 500)
)


@router.post("", status_code=201, responses=problem_responses(400, 403, 413, 422, 429))
async def create_session(
    request: Request, response: Response, database: Database, credentials: Credentials
) -> UserOut:
    """Sign in: the answer sets the cookie of a new session."""
    try:
        user = await Users(database).sign_in(credentials, address_of(request))
    except WrongCredentialsError as error:
        raise HTTPException(401, str(error)) from error
    except TooManyAttemptsError as error:
        headers = {"Retry-After": str(error.retry_after)}
        raise HTTPException(429, str(error), headers) from error
    await start_session(request, response, database, user)
    response.headers["Location"] = "/api/session"
    return UserOut.model_validate(user)


@router.get("")
async def read_session(user: CurrentUser) -> UserOut:
    """Return who is signed in."""
    return UserOut.model_validate(user)


@router.delete("", status_code=204, responses=problem_responses(403))
async def delete_session(
    request: Request, response: Response, database: Database, _user: CurrentUser
) -> None:
    """Sign out: the session ends, and the cookie is deleted."""
    await end_session(request, response, database)
