"""Recommend Flask or FastAPI with reasons, and render a project that proves itself."""
