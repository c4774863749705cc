"""The examples that follow the traits, all at once: proven, and seen from outside.

Each example has its own tests in the project; here a production server answers a client
that knows nothing of it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from projects import deptry, free_port, new, pyright, unreserved, uv
from scaffold import programs

pytestmark = pytest.mark.slow

ALL = {"streaming": "yes", "http_client": "yes", "process_pool": "yes", "telemetry": "otel"}
PROJECTS = {
    "largest": {"interface": "both", "database": "sqlite"},
    "smallest": {"interface": "pages", "database": "none", "example": "no"},
}
PATIENCE = 20


@pytest.fixture(scope="module", params=["flask", "fastapi"])
def framework(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module", params=PROJECTS)
def made(
    request: pytest.FixtureRequest, framework: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make a project with all examples; its own checks pass while it is made."""
    answers = {"framework": framework, **PROJECTS[request.param], **ALL}
    project = new(tmp_path_factory.mktemp("examples"), answers)
    if (project / "migrations").exists():
        uv(project, "run", "--no-sync", "alembic", "upgrade", "head")
    return project


def test_all_examples_get_on_together(made: Path) -> None:
    """Strictly typed, with the dependencies that are used, under reserved names."""
    pyright(made)
    deptry(made)
    assert not unreserved(made)


class Production:
    """The server of a project as production starts it, with some environment variables."""

    def __init__(self, project: Path, variables: dict[str, str]) -> None:
        self.port = free_port()
        self.log = (project.parent / f"log-{self.port}").open("w+")
        self.process = subprocess.Popen(
            [project / ".venv/bin/python", "-m", "shop"],
            cwd=project,
            env={**programs.environment({}), "APP_ENVIRONMENT": "production",
                 "APP_PORT": str(self.port),
                 "APP_UPSTREAM_URL": f"http://127.0.0.1:{self.port}", **variables},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not self.listens():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.1)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def told(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.told().splitlines()]

    @contextlib.contextmanager
    def open(self, path: str) -> Iterator[HTTPResponse]:
        """Ask, and go on once the head of the answer is there."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            with connection.getresponse() as answer:
                yield answer

    def get(self, path: str) -> tuple[int, Any, float]:
        """Return status, content and the seconds that they took."""
        begun = time.monotonic()
        with self.open(path) as answer:
            return answer.status, json.load(answer), time.monotonic() - begun

    def stop(self) -> float:
        """Stop it; it must end in order, and the seconds that it took are returned."""
        begun = time.monotonic()
        self.process.terminate()
        assert self.process.wait(timeout=PATIENCE) == 0, self.told()
        return time.monotonic() - begun


@contextlib.contextmanager
def production(project: Path, **variables: str) -> Iterator[Production]:
    server = Production(project, variables)
    try:
        yield server
    finally:
        # In order, or the processes that compute would outlive it.
        server.process.terminate()
        try:
            server.process.wait(timeout=PATIENCE)
        finally:
            server.process.kill()
            server.process.wait()
            server.log.close()


def read_event(stream: HTTPResponse) -> dict[str, str]:
    """Read one server-sent event, and no byte more."""
    fields = {}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(": ")
        fields[name] = value
    return fields


def test_events_arrive_one_by_one_until_the_server_stops(made: Path) -> None:
    """Each event is seen before the next is sent; SIGTERM ends the stream, and the server."""
    with production(made, APP_EVENTS_INTERVAL="0.5") as server:
        begun = time.monotonic()
        with server.open("/api/events?count=100") as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            assert read_event(stream)["id"] == "1"
            assert time.monotonic() - begun < 0.5
            event = read_event(stream)
            assert 0.4 < time.monotonic() - begun < 2
            assert json.loads(event["data"])["number"] == 2
            assert server.stop() < 5
            assert stream.read().count(b"data:") <= 2
        (line,) = [line for line in server.lines() if line["event"] == "request"]
        assert (line["route"], line["status"]) == ("/api/events", 200)
        assert line["duration_ms"] > 400


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_computing_holds_nobody_up(made: Path, number: signal.Signals) -> None:
    """While primes are counted others are answered; the count survives SIGTERM, and Ctrl-C."""
    with production(made) as server, ThreadPoolExecutor() as threads:
        assert server.get("/api/primes?below=10")[1] == {"below": 10, "count": 4}
        counting = threads.submit(server.get, "/api/primes?below=1000000")
        time.sleep(0.5)  # all processes are up, and none is done
        waits = [server.get("/health/live")[2] for _ in range(10)]
        assert not counting.done()
        # Ctrl-C reaches all processes of the server, SIGTERM the first of them.
        stop = os.killpg if number == signal.SIGINT else os.kill
        stop(server.process.pid, number)
        assert counting.result()[:2] == (200, {"below": 1_000_000, "count": 78_498})
        assert server.process.wait(timeout=10) in {0, -number}
        assert max(waits) < 1


class Receiver(BaseHTTPRequestHandler):
    """Takes what is sent by OTLP; each server of it has a dictionary for what came."""

    received: ClassVar[dict[str, bytes]]

    def do_POST(self) -> None:
        """Keep what was sent to a path."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received[self.path] = self.received.get(self.path, b"") + body
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def receiving() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the address of a receiver, and what it has received so far."""
    received: dict[str, bytes] = {}
    handler = type("Handler", (Receiver,), {"received": received})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


def test_requests_are_traced_where_the_environment_says(made: Path) -> None:
    """The route and the service arrive, a query does not; the log names the trace."""
    with receiving() as (url, received):
        with production(made, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_SERVICE_NAME="till") as server:
            server.get("/health/live?token=s3cret")
            assert server.stop() < 10
            (line,) = [line for line in server.lines() if line["event"] == "request"]
        assert set(received) == {"/v1/traces", "/v1/metrics"}
        assert b"GET /health/live" in received["/v1/traces"]
        assert b"till" in received["/v1/traces"]
        assert bytes.fromhex(line["trace_id"]) in received["/v1/traces"]
        assert b"s3cret" not in b"".join(received.values())


def test_a_receiver_that_is_away_holds_nothing_up(made: Path) -> None:
    """Requests are answered, and the server stops in time."""
    with production(made, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as server:
        assert server.get("/health/live")[0] == 200
        assert server.stop() < 10


def test_another_service_is_called_or_its_absence_told(made: Path) -> None:
    """The answer of a service that is there is told; who is away is a bad gateway."""
    with production(made) as there:
        url = f"http://127.0.0.1:{there.port}"
        with production(made, APP_UPSTREAM_URL=url) as server:
            assert server.get("/api/upstream")[:2] == (200, {"status": "ok"})
            there.stop()
            status, problem, _ = server.get("/api/upstream")
            assert (status, problem["title"]) == (502, "Bad Gateway")


def test_the_description_holds_for_all_examples(made: Path) -> None:
    """Schemathesis finds no failure, and every stream ends."""
    if not (made / "docs/openapi.json").exists():
        return  # there is no API
    with production(made, APP_EVENTS_INTERVAL="0.01") as server:
        uv(
            made, "run", "--no-project", "--with", "schemathesis>=4.10", "schemathesis", "run",
            f"http://127.0.0.1:{server.port}/openapi.json",
            "--max-examples=10", "--seed=1", "--no-color",
        )  # fmt: skip
