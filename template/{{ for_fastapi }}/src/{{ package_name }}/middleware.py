"""What surrounds every request, whatever answers it."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import Settings
from .errors import error_response

SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Surroundings:
    """An id, a size limit, safe headers, a line in the log, an answer to failures."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Hold browsers to HTTPS in production."""
        self.app = app
        self.max_body_bytes = settings.max_body_bytes
        production = settings.environment == "production"
        self.headers = SECURITY_HEADERS | (HTTPS_ONLY if production else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_ID.fullmatch(given) else uuid4().hex
        request.state.request_id = request_id
        start, status, received = time.perf_counter(), 500, 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_body_bytes:
                raise HTTPException(413, "The body is too large.")
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive_within_limit, send_with_headers)
            except Exception:
                logger.exception("failure")
                response = error_response(request, 500, "Something went wrong.")
                await response(scope, receive, send_with_headers)
            finally:
                logger.info(
                    "request",
                    method=scope["method"],
                    route=getattr(scope.get("route"), "path", None),
                    status=status,
                    duration_ms=round((time.perf_counter() - start) * 1000, 1),
                )
