"""database=postgresql, on a real server: the project's own tests, and what production meets.

`test_onboarding` types what a project's documents say of it.
"""

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from cluster import Cluster
from projects import (
    Server,
    deptry,
    free_port,
    new,
    pyright,
    rendered,
    schemathesis,
    unreserved,
    uv,
    work_tree,
)
from scaffold import programs
from test_shapes import LOADED
from test_template import shape_id

pytestmark = pytest.mark.slow

DATABASES = "SELECT datname FROM pg_database ORDER BY datname"


@pytest.fixture(scope="module", params=["flask", "fastapi"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project; its checks pass without a server while it is made."""
    answers = {"framework": request.param, "interface": "both", "database": "postgresql"}
    return new(tmp_path_factory.mktemp("project"), answers)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """Create an empty database, and drop it in the end."""
    name = f"shop_{uuid4().hex}"
    cluster.run(f"CREATE DATABASE {name} OWNER shop")
    yield name
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


def clone(project: Path, place: Path) -> Path:
    """Return a copy of a project in which nothing is installed yet."""
    copy = place / "clone"
    assert programs.run(programs.git("clone", "--quiet", str(project), str(copy)), project).ok
    return copy


@pytest.fixture(scope="module")
def deployed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install what production needs, and nothing else."""
    deployed = clone(project, tmp_path_factory.mktemp("deployed"))
    uv(deployed, "sync", "--no-dev")
    return deployed


@pytest.fixture
def server(deployed: Path, cluster: Cluster, database: str) -> Iterator[Server]:
    """Serve a migrated database as production does."""
    url = cluster.url(database)
    uv(deployed, "run", "--no-sync", "alembic", "upgrade", "head", APP_DATABASE_URL=url)
    variables = {"APP_ENVIRONMENT": "production", "APP_DATABASE_URL": url}
    server = Server(deployed, free_port(), "python", "-m", "shop", **variables)
    server.get("/health/ready", patience=20)
    yield server
    server.stop()


def status(server: Server, path: str, body: object = None) -> int:
    """Return the status of an answer, whatever it is."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server.root + path, data, headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
            answer.read()
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_types_dependencies_and_names(project: Path) -> None:
    """Pyright, deptry and the reserved names have nothing to say about the driver either."""
    pyright(project)
    deptry(project)
    assert not unreserved(project)


@pytest.mark.parametrize(
    "command", [("poe", "check"), ("--with", "pytest-xdist", "pytest", "--numprocesses=2")]
)
def test_the_projects_tests_pass_on_postgresql(
    project: Path, cluster: Cluster, command: tuple[str, ...]
) -> None:
    """All of them, in random order, with full coverage or side by side; nothing is left behind."""
    before, logged = cluster.run(DATABASES), cluster.log().count("CREATE DATABASE")
    server = cluster.url("postgres")
    output = uv(project, "run", "--no-sync", *command, TEST_DATABASE_URL=server)
    # "3 passed in 1.00s", and nothing else: none was skipped.
    tests = int(re.findall(r"^=* *(\d+) passed in [^,]*$", output, re.MULTILINE)[0])
    assert cluster.log().count("CREATE DATABASE") - logged > tests
    assert cluster.run(DATABASES) == before
    assert work_tree(project) == ""


@pytest.mark.parametrize("answers", LOADED, ids=shape_id)
def test_every_feature_on_postgresql(
    cluster: Cluster, tmp_path: Path, answers: dict[str, str]
) -> None:
    """The tests of projects that have all there is pass, with the lowest driver that is taken."""
    rendered(tmp_path, {**answers, "database": "postgresql"})
    project, server = tmp_path / "shop", cluster.url("postgres")
    uv(project, "sync", "--quiet", "--resolution=lowest-direct")
    uv(project, "run", "--no-sync", "poe", "test", TEST_DATABASE_URL=server)


def test_development(project: Path, cluster: Cluster, database: str) -> None:
    """The database that a person names is migrated and served, and no file is made."""
    server = Server(project, free_port(), APP_DATABASE_URL=cluster.url(database))
    try:
        server.get("/health/ready", patience=20)
        assert status(server, "/api/items", {"name": "Tea", "price": 1}) == 201
        assert cluster.run("SELECT name FROM items", database) == "Tea"
    finally:
        server.stop()
    assert not list(project.glob("*.db"))


def test_migrations(project: Path, cluster: Cluster, database: str) -> None:
    """They go up, down and up again, and the models have nothing to add."""
    for step in (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head"), ("check",)):
        url = cluster.url(database)
        uv(project, "run", "--no-sync", "alembic", *step, APP_DATABASE_URL=url)
    types = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'items'"
    )
    columns = dict(row.split("|") for row in cluster.run(types, database).splitlines())
    assert columns == {"id": "bigint", "name": "character varying", "price": "bigint"}


def test_production(project: Path, cluster: Cluster, server: Server, database: str) -> None:
    """What was sent is kept; no number or text of the description's is too much for it."""
    assert status(server, "/api/items", {"name": "Tea", "price": 2**31 - 1}) == 201
    assert json.loads(server.get("/api/items/1")[2])["name"] == "Tea"
    assert cluster.run("SELECT * FROM items", database) == f"1|Tea|{2**31 - 1}"
    assert status(server, f"/api/items/{2**63 - 1}") == 404
    assert status(server, f"/api/items?offset={2**63 - 1}") == 200
    assert status(server, "/api/items", {"name": "a\0b", "price": 1}) == 422
    schemathesis(project, server)


def seconds_to(expected: int, server: Server) -> float:
    """Return how long it takes to be told whether the server is ready."""
    begun = time.monotonic()
    assert status(server, "/health/ready") == expected
    return time.monotonic() - begun


@pytest.mark.parametrize("hangs", [False, True], ids=["stops", "hangs"])
def test_ready_follows_postgresql(server: Server, cluster: Cluster, *, hangs: bool) -> None:
    """Where it is away, 503 comes within two seconds; when it is back, no request fails."""

    def many() -> set[int]:
        with ThreadPoolExecutor(8) as threads:
            return set(threads.map(lambda _: status(server, "/api/items"), range(32)))

    assert many() == {200}  # over several connections, which are kept
    (cluster.freeze if hangs else cluster.stop)()
    try:
        for _ in range(3):
            assert seconds_to(503, server) < 2
        assert status(server, "/health/live") == 200
    finally:
        (cluster.thaw if hangs else cluster.start)()
    assert many() == {200}
    assert seconds_to(200, server) < 2


def test_a_file_is_refused_in_production(project: Path) -> None:
    """Exit code 2 and one line, from the server and from alembic; no file is made."""
    commands = ("python", "-m", "shop"), ("alembic", "upgrade", "head")
    for command in commands:
        done = subprocess.run(
            [project / ".venv/bin" / command[0], *command[1:]], cwd=project,
            env={"APP_ENVIRONMENT": "production"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        told = "Input should be like postgresql://user:password@host/name in production"
        assert done.stderr == f"APP_DATABASE_URL: {told}\n"
    assert not list(project.glob("*.db"))
