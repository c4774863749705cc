"""Tokens: how programs get them, renew them and give them back."""

from fastapi import APIRouter, HTTPException, Request, Response

from ..docs import problem_responses
from .dependencies import INVALID, MISSING, CurrentUser, Database, address_of, get_tokens
from .errors import InvalidTokenError, TooManyAttemptsError, WrongCredentialsError
from .schemas import Credentials, RefreshIn, TokensOut, UserOut
from .service import Users

router = APIRouter(prefix="/api/auth", tags=["auth"], responses=problem_responses(405, 500))
with_body = problem_responses(400, 413, 422)


@router.post("/token", responses=with_body | problem_responses(401, 429))
async def create_tokens(
    request: Request, response: Response, database: Database, credentials: Credentials
) -> TokensOut:
    """Sign in."""
    try:
        user = await Users(database).sign_in(credentials, address_of(request))
    except WrongCredentialsError as error:
        raise HTTPException(401, str(error), MISSING) from error
    except TooManyAttemptsError as error:
        headers = {"Retry-After": str(error.retry_after)}
        raise HTTPException(429, str(error), headers) from error
    response.headers["Cache-Control"] = "no-store"
    return await get_tokens(request, database).issue(user)


@router.post("/refresh", responses=with_body | problem_responses(401))
async def refresh_tokens(
    request: Request, response: Response, database: Database, sent: RefreshIn
) -> TokensOut:
    """Get new tokens for a refresh token, which is good for that once."""
    response.headers["Cache-Control"] = "no-store"
    try:
        return await get_tokens(request, database).refresh(sent.refresh_token)
    except InvalidTokenError as error:
        raise HTTPException(401, str(error), INVALID) from error


@router.post("/revoke", status_code=204, responses=with_body)
async def revoke_tokens(request: Request, database: Database, sent: RefreshIn) -> None:
    """Sign out: a refresh token, and all that came of the same signing in, end."""
    await get_tokens(request, database).revoke(sent.refresh_token)


@router.get("/me", responses=problem_responses(401))
async def read_user(user: CurrentUser) -> UserOut:
    """Return who is signed in."""
    return UserOut.model_validate(user)
