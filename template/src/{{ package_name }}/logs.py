"""Logging: structured, for the lines of libraries too."""

import logging
import sys

import structlog
from structlog import contextvars, dev, processors, stdlib

from .config import Settings


def configure_logging(settings: Settings) -> None:
    """Log to standard output: JSON in production, else for people to read."""
    known = [contextvars.merge_contextvars, stdlib.add_log_level, stdlib.add_logger_name]
    shared: list[structlog.typing.Processor] = [*known, processors.TimeStamper(fmt="iso")]
    rendering: dict[str, list[structlog.typing.Processor]] = {
        "production": [processors.dict_tracebacks, processors.JSONRenderer()],
        "development": [dev.ConsoleRenderer(colors=sys.stdout.isatty())],
    }
    handler = logging.StreamHandler(sys.stdout)
    chain = [stdlib.ProcessorFormatter.remove_processors_meta, *rendering[settings.environment]]
    handler.setFormatter(stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=chain))
    logging.basicConfig(handlers=[handler], level=settings.log_level)
    structlog.configure(
        processors=[*shared, stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=stdlib.LoggerFactory(),
        wrapper_class=stdlib.BoundLogger,
    )
