"""Boot a project: start its server as its `dev` task does, until it is ready for requests."""

import http
import select
import shlex
import socket
import tempfile
import time
import tomllib
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold import programs

_READY = "/health/ready"
_STARTS_IN = 60.0  # seconds, on a machine that is busy with much else
_ANSWERS_IN = 5.0
_STOPS_IN = 30.0  # the servers give requests under way 20


def read_tasks(project: Path) -> dict[str, Any]:
    """Return the tasks that a project's pyproject.toml describes, by name."""
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    tasks: dict[str, Any] = tomllib.loads(text)["tool"]["poe"]["tasks"]
    return tasks


def dev_commands(tasks: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the commands of the `dev` task, the server last and without reloading."""
    steps = tasks["dev"].get("sequence", [tasks["dev"]])
    split = [shlex.split(step["cmd"]) for step in steps]
    return [tuple(word for word in words if word != "--reload") for words in split]


def boot(project: Path) -> programs.Run:
    """Serve a project on a free port of loopback, ask whether it is ready, and stop it.

    Its database is a file elsewhere, so nothing of it stays in the project.

    Args:
        project: The project's folder, installed.

    """
    commands = dev_commands(read_tasks(project))
    *before, serve = ((programs.uv(), "run", "--no-sync", *command) for command in commands)
    with tempfile.TemporaryDirectory(prefix="scaffold-boot-") as place:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        settings = {
            "APP_HOST": "127.0.0.1",
            "APP_PORT": str(port),
            "APP_DATABASE_URL": f"sqlite:///{place}/app.db",
        }
        for command in before:
            outcome = yield from programs.running(command, project, **settings)
            if not outcome.ok:
                return outcome
        with programs.Program(serve, project, **settings) as server:
            return (yield from _served(server, port))


def _served(server: programs.Program, port: int) -> programs.Run:
    """Wait until a server is ready, then stop it; it has to end with 0."""
    deadline = time.monotonic() + _STARTS_IN
    status = 0
    while status != http.HTTPStatus.OK:
        if ended := server.ended():
            return _failed(ended, f"The server ended with exit code {ended.code}.")
        if time.monotonic() > deadline:
            answer = f"answered {status}" if status else "gave no answer"
            return _failed(server.end(), f"{_READY} {answer} for {_STARTS_IN:.0f} seconds.")
        yield
        status = yield from _asked(port)
    server.ask_to_end()
    deadline = time.monotonic() + _STOPS_IN
    while not (ended := server.ended()):
        if time.monotonic() > deadline:
            return _failed(server.end(), f"It did not stop within {_STOPS_IN:.0f} seconds.")
        yield
    return ended if ended.ok else _failed(ended, f"It stopped with exit code {ended.code}.")


def _asked(port: int) -> Generator[None, None, int]:
    """Ask a server whether it is ready; return its status, or 0 where it gives none."""
    import http.client  # most runs of the command start no server

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_IN)
    deadline = time.monotonic() + _ANSWERS_IN
    try:
        connection.request("GET", _READY)
        # Others go on while the answer is waited for.
        while not select.select([connection.sock], [], [], 0)[0]:
            if time.monotonic() > deadline:
                return 0
            yield
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _failed(outcome: programs.Outcome, why: str) -> programs.Outcome:
    code = outcome.code or 1
    return replace(outcome, code=code, output=f"{outcome.output.strip()}\n{why}".strip())
