"""Starts the server; with `--reload` it follows changes of the code."""

import signal
import sys
from pathlib import Path

import uvicorn

from .config import load_settings


def main() -> None:
    """Serve until told to stop; requests under way are still answered."""
    settings = load_settings()
    reload = "--reload" in sys.argv
    # Uvicorn raises the signal again once it has stopped in order: no failure.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    uvicorn.run(
        f"{__package__}.app:serve",
        factory=True,
        host=settings.host,
        port=settings.port,
        reload=reload,
        reload_dirs=[str(Path(__file__).parent)] if reload else None,
        access_log=False,
        log_config=None,
        proxy_headers=False,  # the middleware reads them, as far as they can be trusted
        server_header=False,
        timeout_graceful_shutdown=20,
    )


main()
