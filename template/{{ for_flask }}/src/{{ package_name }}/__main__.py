"""Starts the server; with `--reload` the one that follows changes of the code."""

import logging
import os
import sys
from collections.abc import Callable, Iterable

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from .app import create_app
from .config import load_settings
from .logs import configure_logging


class ServerLog(Logger):
    """Hands the server's own messages to the log of the application."""

    def setup(self, cfg: Config) -> None:
        """Write nothing here, and drop nothing."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.NOTSET)


class Server(BaseApplication):
    """Gunicorn, with threads, in as many processes as `WEB_CONCURRENCY` says."""

    def load_config(self) -> None:
        """Configure the server from the settings, and from nothing else."""
        settings = load_settings()
        self.cfg.set("bind", f"{settings.host}:{settings.port}")
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 16)
        # The middleware reads their headers, as far as they can be trusted.
        self.cfg.set("forwarded_allow_ips", "")
        self.cfg.set("logger_class", ServerLog)
        self.cfg.set("control_socket_disable", "true")

    def load(self) -> Callable[..., Iterable[bytes]]:
        """Build the application in a process of the server."""
        return create_app(load_settings())


def develop() -> Flask:
    """Build the application in a process of Flask's development server."""
    settings = load_settings()
    configure_logging(settings)
    # The application has its own line for each request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return create_app(settings)


def main() -> None:
    """Serve until told to stop; a request under way is still answered."""
    settings = load_settings()
    configure_logging(settings)
    if "--reload" in sys.argv:
        url = f"http://{settings.host}:{settings.port}"
        logging.getLogger(__name__).info("Developing at %s", url)
        flask = f"-m flask --app {__package__}.__main__:develop run --reload"
        place = ["--host", settings.host, "--port", str(settings.port)]
        arguments = [sys.executable, *flask.split(), *place]
        os.execv(sys.executable, arguments)  # noqa: S606 - no shell is wanted
    else:
        Server().run()


if __name__ == "__main__":
    main()
