"""Adds a user; the password is asked for, or read from standard input."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import NoReturn

from pydantic import ValidationError
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ..config import load_settings
from . import passwords
from .models import User
from .schemas import NewUser

INVALID = {
    "email": "That is no email address.",
    "password": "A password has 12 to 128 characters.",
}


def fail(message: str, code: int) -> NoReturn:
    """Tell what is wrong, and exit."""
    sys.stderr.write(f"{message}\n")
    sys.exit(code)


def read_password() -> str:
    """Return the password: typed twice by a person, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        fail("The passwords are not the same.", 2)
    return password


def add_user(new: NewUser, database_url: str) -> None:
    """Keep a new user in the database."""
    password_hash = passwords.hasher.hash(new.password.get_secret_value())
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session:
        session.add(User(email=new.email, password_hash=password_hash))
        session.commit()


def main() -> None:
    """Add the user that the command line names."""
    parser = ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("email", metavar="EMAIL")
    email: str = parser.parse_args().email
    settings = load_settings()
    try:
        new = NewUser.model_validate({"email": email, "password": read_password()})
        add_user(new, settings.database_url)
    except ValidationError as error:
        fail(INVALID[str(error.errors()[0]["loc"][0])], 2)
    except IntegrityError:
        fail("There is a user with this address already.", 1)
    except SQLAlchemyError:
        fail("The database does not answer, or is not migrated: run `alembic upgrade head`.", 1)


if __name__ == "__main__":
    main()
