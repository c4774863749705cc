"""Signing in, for people."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

from ..templating import templates
from .dependencies import Database, address_of, end_session, start_session
from .errors import TooManyAttemptsError, WrongCredentialsError
from .paths import local_path
from .schemas import Credentials
from .service import Users

WRONG = (ValidationError, WrongCredentialsError)  # to whoever asks, the same

router = APIRouter(include_in_schema=False)


class LoginForm(BaseModel):
    """What was typed, and where to go from there."""

    email: str = ""
    password: str = ""
    next: str = "/"


TypedForm = Annotated[LoginForm, Form()]
Asked = Annotated[LoginForm, Query()]


@router.get("/login")
async def show_login(request: Request, form: Asked) -> Response:
    """Show the empty form."""
    return templates.TemplateResponse(request, "auth/login.html", {"values": form})


@router.post("/login")
async def log_in(request: Request, database: Database, form: TypedForm) -> Response:
    """Begin a session, and lead to where somebody wanted to go."""
    try:
        credentials = Credentials.model_validate(form.model_dump())
        user = await Users(database).sign_in(credentials, address_of(request))
    except WRONG:
        context = {"values": form, "error": str(WrongCredentialsError())}
        return templates.TemplateResponse(request, "auth/login.html", context, 422)
    except TooManyAttemptsError as error:
        context = {"values": form, "error": str(error)}
        headers = {"Retry-After": str(error.retry_after)}
        return templates.TemplateResponse(request, "auth/login.html", context, 429, headers)
    response = RedirectResponse(local_path(form.next), 303)
    await start_session(request, response, database, user)
    return response


@router.post("/logout")
async def log_out(request: Request, database: Database) -> Response:
    """End the session."""
    response = RedirectResponse("/login?done=out", 303)
    await end_session(request, response, database)
    return response
