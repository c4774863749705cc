"""Recommend Flask or FastAPI with reasons, and render a project that proves itself."""

__version__ = "0.1.0"


def version() -> str:
    """Return what `scaffold --version` prints."""
    return f"scaffold {__version__}"
