"""What routes ask for: who is signed in, and from where."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from ..docs import problem_responses
from .access import signing_key
from .errors import InvalidTokenError
from .models import User
from .tokens import Tokens

FIRST = "Send an access token."
MISSING = {"WWW-Authenticate": "Bearer"}
INVALID = {"WWW-Authenticate": 'Bearer error="invalid_token"'}

bearer = HTTPBearer(scheme_name="bearer", auto_error=False)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def open_database(request: Request) -> AsyncGenerator[AsyncSession]:
    """Open a session of the database for one request."""
    async with request.app.state.sessions() as database:
        yield database


Database = Annotated[AsyncSession, Depends(open_database)]


def get_tokens(request: Request, database: AsyncSession) -> Tokens:
    """Return the tokens, in a session of the database."""
    return Tokens(database, signing_key(request.app.state.settings))


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host[:100] if request.client else ""


async def require_user(request: Request, sent: Bearer) -> User:
    """Return whose access token was sent, or refuse."""
    if sent is None:
        raise HTTPException(401, FIRST, MISSING)
    # Closed before the route opens its own: no request holds two connections.
    async with request.app.state.sessions() as database:
        user = await get_tokens(request, database).find_user(sent.credentials)
    if user is None:
        raise HTTPException(401, str(InvalidTokenError()), INVALID)
    return user


CurrentUser = Annotated[User, Depends(require_user)]


def for_users(router: APIRouter) -> APIRouter:
    """Let only those who are signed in reach these routes."""
    guarded = APIRouter(dependencies=[Depends(require_user)], responses=problem_responses(401))
    guarded.include_router(router)
    return guarded
