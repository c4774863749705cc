"""Signing in, for people."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from ..storage import get_session
from .dependencies import end_session, get_address, start_session
from .errors import TooManyAttemptsError, WrongCredentialsError
from .paths import local_path
from .schemas import Credentials
from .service import Users

WRONG = (ValidationError, WrongCredentialsError)  # to whoever asks, the same

pages = Blueprint("auth_pages", __name__)


@pages.get("/login")
def show_login() -> str:
    """Show the empty form."""
    return render_template("auth/login.html", values={"next": request.args.get("next", "/")})


@pages.post("/login")
def log_in() -> ResponseReturnValue:
    """Begin a session, and lead to where somebody wanted to go."""
    values = {name: request.form.get(name, "") for name in ("email", "password", "next")}
    try:
        user = Users(get_session()).sign_in(Credentials.model_validate(values), get_address())
    except WRONG:
        sentence = str(WrongCredentialsError())
        return render_template("auth/login.html", values=values, error=sentence), 422
    except TooManyAttemptsError as error:
        html = render_template("auth/login.html", values=values, error=str(error))
        return html, 429, {"Retry-After": str(error.retry_after)}
    response = redirect(local_path(values["next"]), 303)
    start_session(response, user)
    return response


@pages.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session."""
    response = redirect("/login?done=out", 303)
    end_session(response)
    return response
