"""What surrounds every request, whatever answers it."""

from contextvars import copy_context
from functools import partial
from time import perf_counter

import structlog
from flask import Flask, Response, abort, g, request

from .config import Settings
from .security import MISNAMED, forwarded, is_allowed, request_id_of, security_headers

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def log_request(*, started: float, **known: object) -> None:
    """Write the line of a request whose answer has been sent."""
    logger.info("request", **known, duration_ms=round((perf_counter() - started) * 1000, 1))


def surround_requests(app: Flask, settings: Settings) -> None:
    """Have every request begin and finish here, whatever answers it."""
    headers = security_headers(settings)
    # Flask does not refuse a longer body that comes in chunks: it cuts it off here.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1

    @app.before_request
    def begin() -> None:
        g.started = perf_counter()
        g.request_id = request_id_of(request.headers.get("X-Request-ID", ""))
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        client = forwarded(request.headers.get("X-Forwarded-For", ""), settings)
        scheme = forwarded(request.headers.get("X-Forwarded-Proto", ""), settings)
        request.remote_addr = client or request.remote_addr
        request.scheme = scheme or request.scheme
        if not is_allowed(request.headers.get("Host", ""), request.path, settings):
            abort(400, MISNAMED)
        # A body that is sent in chunks has no length before it is read.
        length = request.content_length or len(request.get_data())
        if length > settings.max_body_bytes:
            abort(413)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        response.headers.update(headers)
        log = partial(
            log_request,
            started=g.started,
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            client=request.remote_addr,
        )
        # Here a stream has not begun, and when it ends the request's context is gone.
        response.call_on_close(partial(copy_context().run, log))
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()
