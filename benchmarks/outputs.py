"""What a project costs at work: its start, its memory, and requests beside the smallest app.

The smallest app of each framework stands in `smallest/`. It does the same work with the same
packages in the same server, and nothing else, so what is between the two is the skeleton's.
"""

import contextlib
import http.client
import itertools
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from figures import Figure, in_turn
from peers import BrokenError

from scaffold import programs

_SMALLEST = Path(__file__).parent / "smallest"
_ROWS = 20  # in the table of items: one page of the list
_REQUESTS = 100  # before memory is read
# A shared machine's mood lasts seconds: many short turns meet the same moods, few long ones do not.
_LOAD = ("wrk", "-t1", "-c16", "-d1s")
_TURNS = 20
_PATIENCE = 30.0  # seconds that a server gets to answer, and to stop
_MIB = 1024  # KiB

# The smallest app's servers have the settings that `__main__.py` gives those of a project.
_SERVE = {
    "flask": "gunicorn --bind 127.0.0.1:{port} --worker-class gthread --threads 16"
    " --no-control-socket --log-level warning flask_app:app",
    "fastapi": "uvicorn --port {port} --no-access-log --no-proxy-headers --no-server-header"
    " --log-level warning fastapi_app:app",
}
# What starts with the server, besides the project's own modules.
_SERVER = {"flask": "gunicorn.app.base", "fastapi": "uvicorn"}
# By these, or with these at their beginning, a server of ours would be set from outside.
_FOREIGN = ("GUNICORN_", "UVICORN_", "WEB_CONCURRENCY")

# Prints the modules of other packages, in the order in which starting the server loads them.
_IMPORTED = """
import sys, sysconfig
before = set(sys.modules)
import shop.app
import {server}
place = sysconfig.get_path("purelib")
for name, module in list(sys.modules.items()):
    if name not in before and (getattr(module, "__file__", None) or "").startswith(place):
        print(name)
"""


@dataclass(frozen=True)
class App:
    """An application, and how it is served.

    Args:
        project: The folder of the project in whose environment and on whose database it runs.
        arguments: What Python is given to serve it; `{port}` stands for the port.
        answers: A path that it answers with 200 as soon as it answers at all.
        variables: Environment variables to add; `{port}` stands for the port.

    """

    project: Path
    arguments: str
    answers: str
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def python(self) -> Path:
        """The interpreter of the project's environment."""
        return self.project / ".venv/bin/python"


def measure(_setting: object, runs: int) -> list[Figure]:
    """Measure each of the six shapes in production settings.

    Args:
        _setting: Where other groups find their programs; each project brings its own.
        runs: How often each figure is taken, but for those of the load: they take short turns.

    """
    _check_machine()
    figures = []
    with tempfile.TemporaryDirectory(prefix="scaffold-outputs-") as place:
        for framework, interface in itertools.product(
            ("flask", "fastapi"), ("api", "pages", "both")
        ):
            project = _make(Path(place), framework, interface)
            figures += _of_shape(project, framework, interface, runs)
    return figures


def _check_machine() -> None:
    if not shutil.which(_LOAD[0]):
        raise BrokenError("wrk makes the load and is missing: `apt-get install wrk`.")
    if not Path("/proc/self/smaps_rollup").is_file():
        raise BrokenError("Memory is read from /proc/PID/smaps_rollup, which only Linux has.")


def _make(place: Path, framework: str, interface: str) -> Path:
    """Make and install a project with default options, and fill its database."""
    project = place / f"{framework}-{interface}"
    answers = ("-d", f"framework={framework}", "-d", f"interface={interface}")
    commands = (
        (sys.executable, "-m", "scaffold", "new", "Shop", str(project), "--defaults",
         "--no-profile", "--no-install", *answers),
        (programs.uv(), "sync", "--quiet", "--no-dev", "--compile-bytecode", "--project", project),
        (programs.uv(), "run", "--no-sync", "--directory", project, "alembic", "upgrade", "head"),
    )  # fmt: skip
    for command in commands:
        ended = subprocess.run(
            command, env=programs.environment({}), capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise BrokenError(f"{project.name} cannot be made: {ended.stderr.strip()}")
    rows = [(f"Item {number}", 100 * number) for number in range(1, _ROWS + 1)]
    with closing(sqlite3.connect(project / "app.db")) as database, database:
        # The project's connections set this, and the file keeps it: it holds for both apps.
        database.execute("PRAGMA journal_mode = WAL")
        database.executemany("INSERT INTO items (name, price) VALUES (?, ?)", rows)
    return project


def _of_shape(project: Path, framework: str, interface: str, runs: int) -> list[Figure]:
    """Take the figures of one shape."""
    production = {"APP_ENVIRONMENT": "production", "APP_PORT": "{port}"}
    whole = App(project, "-m shop", "/health/live", production)
    serve, beside = f"-m {_SERVE[framework]}", {"PYTHONPATH": str(_SMALLEST)}
    smallest = App(project, serve, "/api/items", beside)
    listed = "/items" if interface == "pages" else "/api/items"
    peer = f"smallest {framework} app"

    begun = in_turn([partial(_boot, whole), _importing(whole, _SERVER[framework])], runs)
    used = in_turn(
        [partial(_memory, whole, listed), partial(_memory, smallest, smallest.answers)], runs
    )
    figures = [
        Figure(f"{project.name}: boot to first 200", "import of its packages", "s", *begun),
        Figure(f"{project.name}: memory", peer, "MiB", *used),
    ]
    if interface != "pages":
        ours, least = _served(whole, smallest)
        name = f"{project.name}: GET /api/items"
        figures.append(Figure(name, peer, "requests/s", ours, least, goal=0.85))
    return figures


def _boot(app: App) -> float:
    """Return how many seconds an application takes from its start to its first 200."""
    begun = time.perf_counter()
    with _serving(app):
        return time.perf_counter() - begun


def _importing(app: App, server: str) -> partial[float]:
    """Return what measures the seconds that the imports of an application take."""
    listed = subprocess.run(
        (app.python, "-c", _IMPORTED.format(server=server)),
        cwd=app.project, env=_environment({}), check=True, capture_output=True, text=True,
    )  # fmt: skip
    names = listed.stdout.split()
    # A server that answers has not been torn down either.
    statements = [*(f"import {name}" for name in names), "import os", "os._exit(0)"]
    return partial(_run, (str(app.python), "-c", "\n".join(statements)))


def _run(command: tuple[str, ...]) -> float:
    """Return how many seconds a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, env=_environment({}), check=True)
    return time.perf_counter() - begun


def _memory(app: App, path: str) -> float:
    """Return how many MiB a server holds after its first requests."""
    with _serving(app) as (pid, port), closing(_connect(port)) as connection:
        for _ in range(_REQUESTS):
            _get(connection, path)
        tree = _tree(pid)
        # What several processes share is counted once: each has its proportion of it.
        kind = "Pss" if len(tree) > 1 else "Rss"
        return sum(_held(process, kind) for process in tree) / _MIB


def _tree(pid: int) -> list[int]:
    """Return the ids of a process and of all that it started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return [pid, *(process for child in children for process in _tree(child))]


def _held(pid: int, kind: str) -> int:
    """Return how many KiB a process holds, as `Rss` or as `Pss`."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1])
    raise BrokenError(f"The system does not tell the {kind} of a process.")


def _served(whole: App, smallest: App) -> list[float]:
    """Return how many requests a second a project serves, and the smallest app."""
    with _serving(whole) as (_, one), _serving(smallest) as (_, other):
        bodies = set()
        for port in (one, other):
            with closing(_connect(port)) as connection:
                answer = json.loads(_get(connection, smallest.answers))
                bodies.add(json.dumps(answer, sort_keys=True))
        if len(bodies) > 1:
            raise BrokenError(f"{whole.project.name} and the smallest app answer differently.")
        # Whichever has no turn is idle.
        addresses = (f"http://127.0.0.1:{port}{smallest.answers}" for port in (one, other))
        return in_turn([partial(_load, address) for address in addresses], _TURNS)


def _load(address: str) -> float:
    """Return how many requests a second are answered under load, all of them with 200."""
    ended = subprocess.run((*_LOAD, address), capture_output=True, text=True, check=False)
    found = re.search(r"^Requests/sec:\s+([\d.]+)$", ended.stdout, re.MULTILINE)
    wrong = re.search(r"^\s*(Non-2xx|Socket errors).*$", ended.stdout, re.MULTILINE)
    if found is None or wrong or not float(found[1]):
        raise BrokenError(wrong[0].strip() if wrong else f"wrk: {ended.stdout}{ended.stderr}")
    return float(found[1])


@contextlib.contextmanager
def _serving(app: App) -> Iterator[tuple[int, int]]:
    """Serve an application until the block is left; give the server's id and its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    variables = {name: value.format(port=port) for name, value in app.variables.items()}
    command = (str(app.python), *app.arguments.format(port=port).split())
    # What an application logs goes to standard output.
    server = subprocess.Popen(
        command, cwd=app.project, env=_environment(variables), stdout=subprocess.DEVNULL
    )
    try:
        _wait(server, port, app)
        yield server.pid, port
    finally:
        server.terminate()
        try:
            server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, app: App) -> None:
    """Return as soon as the server of an application answers with 200."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with closing(_connect(port)) as connection:
                _get(connection, app.answers)
        except ConnectionRefusedError:
            time.sleep(0.005)
        else:
            return
    raise BrokenError(f"Nothing answers: {app.project.name}, python {app.arguments}")


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return the body of an answer, which has to be 200."""
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != http.HTTPStatus.OK:
        raise BrokenError(f"{path} is answered with {response.status}.")
    return body


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that servers run in, without what would set them otherwise."""
    return {
        name: value
        for name, value in programs.environment(variables).items()
        if not name.startswith(_FOREIGN)
    }
