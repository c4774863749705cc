"""Traces and metrics, if the environment says where to."""

import os

from flask import Flask


def add_telemetry(app: Flask) -> None:
    """Trace the requests of an application, in a process of the server."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from .tracing import trace_requests  # noqa: PLC0415 - no cost where it is off

        trace_requests(app)
