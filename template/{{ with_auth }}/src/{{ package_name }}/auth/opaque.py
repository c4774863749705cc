"""Tokens that say nothing: random for who holds them, kept here as hashes only."""

from hashlib import sha256
from secrets import token_urlsafe


def new_token() -> str:
    """Return a token that nobody can guess."""
    return token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of a token; what is not guessed needs no slow hash."""
    return sha256(token.encode()).hexdigest()
