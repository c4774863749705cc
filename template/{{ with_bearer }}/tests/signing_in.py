"""Signing in, as whoever tests."""

from typing import Any

import httpx2

ADA = {"email": "ada@example.org", "password": "the analytical engine"}
KEY = "0123456789abcdef" * 2
SIGN_IN = "/api/auth/token"
DONE, REFUSED = 200, 401


def send(client: httpx2.Client, change: dict[str, str] | None = None) -> httpx2.Response:
    """Try to sign in as Ada, or with something else in the place of what is hers."""
    return client.post(SIGN_IN, json=ADA | (change or {}))


def get_tokens(client: httpx2.Client) -> dict[str, Any]:
    """Sign in as Ada; return her tokens."""
    tokens: dict[str, Any] = send(client).json()
    return tokens


def sign_in(client: httpx2.Client) -> dict[str, str]:
    """Sign in as Ada; return the headers that say who asks."""
    return {"Authorization": f"Bearer {get_tokens(client)['access_token']}"}
