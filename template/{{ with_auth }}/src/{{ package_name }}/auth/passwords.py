"""Passwords: kept as argon2 hashes, and checked in the same time whoever signs in."""

from functools import cache
from secrets import token_urlsafe

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

hasher = PasswordHash((Argon2Hasher(),))


@cache
def decoy() -> str:
    """Return the hash of a password that nobody knows."""
    return hasher.hash(token_urlsafe())


def check(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is right, and its new hash if the kept one is outdated."""
    # Who is unknown is checked too, so that the time does not tell who is known.
    nobodys = decoy()
    right, renewed = hasher.verify_and_update(password, kept or nobodys)
    return right and kept is not None, renewed
