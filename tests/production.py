"""The production server of a project with users, and requests that are written by hand."""

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from projects import free_port

EMAIL, PASSWORD = "ada@example.org", "the analytical engine"
KEY = "a key of this test, which nobody guesses"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        return json.loads(self.body)

    @property
    def cookie(self) -> dict[str, str]:
        """Return the cookie that this sets, as a browser sends it back."""
        return {"Cookie": self.headers["Set-Cookie"].partition(";")[0]}


@dataclass(frozen=True)
class Production:
    """A server in production, in two processes that share the database and nothing else."""

    project: Path
    port: int
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request over a connection of its own; a dictionary of bytes is a form."""
        kind, content = "application/json", json.dumps(body)
        if path in {"/login", "/logout"} and isinstance(body, dict):
            kind, content = "application/x-www-form-urlencoded", urlencode(body)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            sent = {} if body is None else {"Content-Type": kind}
            connection.request(
                method, path, None if body is None else content, {**sent, **(headers or {})}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())

    def sign_in(
        self, headers: Mapping[str, str] | None = None, change: Mapping[str, str] | None = None
    ) -> Answer:
        credentials = {"email": EMAIL, "password": PASSWORD, **(change or {})}
        path = next(p for p in SIGN_IN if (self.project / SIGN_IN[p]).exists())
        return self.ask("POST", path, credentials, headers)


# Where one signs in, and the file that only such a project has.
SIGN_IN = {
    "/api/auth/token": "src/shop/auth/tokens.py",
    "/api/session": "src/shop/auth/api.py",
    "/login": "src/shop/auth/pages.py",
}


@contextlib.contextmanager
def production(project: Path, **variables: str) -> Iterator[Production]:
    """Serve a project whose only user is Ada, from a database of this server's own."""
    python = str(project / ".venv/bin/python")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        running = Production(project, port, Path(folder))
        environment = {
            **os.environ, "APP_ENVIRONMENT": "production", "APP_PORT": str(port),
            "APP_DATABASE_URL": f"sqlite:///{folder}/shop.db", "APP_SECRET_KEY": KEY,
            "WEB_CONCURRENCY": "2", **variables,
        }  # fmt: skip
        subprocess.run(
            [python, "-m", "alembic", "upgrade", "head"], cwd=project, env=environment, check=True
        )
        subprocess.run(
            [python, "-m", "shop.auth", EMAIL],
            cwd=project, env=environment, input=f"{PASSWORD}\n", text=True, check=True,
        )  # fmt: skip
        with running.log.open("w") as stream:
            server = subprocess.Popen(
                [python, "-m", "shop"], cwd=project, env=environment, stdout=stream, stderr=stream
            )
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    running.ask("GET", "/health/live")
                    break
                except OSError:
                    assert server.poll() is None, running.log.read_text()
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            yield running
        finally:
            server.terminate()
            server.wait(timeout=20)
