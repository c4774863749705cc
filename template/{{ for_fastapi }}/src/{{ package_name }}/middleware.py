"""What surrounds every request, whatever answers it."""

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import Settings
from .errors import error_response
from .security import MISNAMED, forwarded, is_allowed, request_id_of, security_headers

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Surroundings:
    """An id, a size limit, safe headers, a line in the log, an answer to failures."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Surround an application."""
        self.app = app
        self.settings = settings
        self.headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request_id = request_id_of(request.headers.get("X-Request-ID", ""))
        request.state.request_id = request_id
        self.look_behind_proxies(request)
        begun, received = time.perf_counter(), 0
        status: int | None = None

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.settings.max_body_bytes:
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
                app = self.app if self.is_meant(request) else error_response(request, 400, MISNAMED)
                await app(scope, receive_within_limit, send_with_headers)
            except Exception:
                logger.exception("failure")
                if status is not None:
                    raise  # half an answer is out: only the server can cut it off
                response = error_response(request, 500, "Something went wrong.")
                await response(scope, receive, send_with_headers)
            finally:
                logger.info(
                    "request",
                    method=scope["method"],
                    route=getattr(scope.get("route"), "path", None),
                    status=status,
                    client=request.client.host if request.client else None,
                    duration_ms=round((time.perf_counter() - begun) * 1000, 1),
                )

    def is_meant(self, request: Request) -> bool:
        """Whether a request calls the application by a name that is its own."""
        return is_allowed(request.headers.get("Host", ""), request.scope["path"], self.settings)

    def look_behind_proxies(self, request: Request) -> None:
        """Have a request come from whom our own proxies name, if we have any."""
        client, scheme = (
            forwarded(",".join(request.headers.getlist(header)), self.settings)
            for header in ("X-Forwarded-For", "X-Forwarded-Proto")
        )
        request.scope["client"] = (client, 0) if client else request.scope["client"]
        request.scope["scheme"] = scheme or request.scope["scheme"]
