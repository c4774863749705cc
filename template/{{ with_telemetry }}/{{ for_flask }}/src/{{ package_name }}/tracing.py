"""Traces requests and measures them."""

import atexit
import os
from importlib import import_module

from flask import Flask, request
from opentelemetry import trace

from .exporting import start_exporting


def trace_requests(app: Flask) -> None:
    """Send a span and its measures for each request, under their stable names."""
    atexit.register(start_exporting())
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    flask = import_module("opentelemetry.instrumentation.flask")  # an import would miss its types
    flask.FlaskInstrumentor.instrument_app(app, enable_commenter=False)

    @app.before_request
    def hide_query() -> None:
        """Keep a query out of the span: it may hold secrets."""
        if request.query_string:
            trace.get_current_span().set_attribute("url.query", "REDACTED")
