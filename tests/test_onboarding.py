"""Every command and every edit that a generated project tells people, done as it is written.

Each document, and each job of CI, is followed in a fresh clone, in its own order, with git and uv
on the PATH and nothing else. Not run is what needs a container engine (`NOT_RUN`). `uv audit`
asks a service on the network about vulnerabilities, which is out of reach of these tests: it is
run against one on this machine that knows none. Addresses of PostgreSQL are those of the tests'
own. The newest Python of CI is the newest one here.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
import yaml

import documents
import projects
from cluster import Cluster
from combinations import ROWS, Row, row_ids
from conftest import ROOT, Render
from projects import free_port, new, python_path, uv, work_tree
from scaffold import programs

pytestmark = pytest.mark.slow

NOT_RUN = {"docker compose up --build"}
# What stands for something that a person has to choose.
CHOSEN = {"TEXT": "health", "FILE": "README.md"}
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

WHOLE = {
    "flask-both": {"interface": "both", "codeowners": "yes"},
    "fastapi-pages": {
        "framework": "fastapi", "interface": "pages", "database": "postgresql", "ci": "gitlab",
        "renovate": "yes",
    },
    # Its documents add nothing; its workflow does.
    "flask-api": {"interface": "api", "database": "postgresql"},
}  # fmt: skip
# The first change is another one in each of these.
CHANGES = {
    "flask-pages-none": {"interface": "pages", "database": "none", "ci": "none"},
    "fastapi-api-none": {"framework": "fastapi", "interface": "api", "database": "none"},
    "flask-api-empty": {"interface": "api", "example": "no", "ci": "gitlab"},
    "fastapi-api-empty": {
        "framework": "fastapi", "interface": "api", "example": "no", "streaming": "yes",
    },
    "flask-pages-empty": {"interface": "pages", "example": "no"},
    "fastapi-pages-empty": {
        "framework": "fastapi", "interface": "pages", "example": "no", "database": "none",
    },
}  # fmt: skip


def interpreter(version: str) -> str:
    """Return a Python itself, not a program of pyenv that finds it."""
    script = "import sys; print(sys.executable)"
    path = python_path(version)
    return subprocess.check_output([path, "-c", script], text=True).strip() if path else ""


PYTHONS = {version: found for version in VERSIONS if (found := interpreter(version))}


class KnowsNothing(BaseHTTPRequestHandler):
    """Answers as the service that `uv audit` asks, when no package has a vulnerability."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"results": [{} for _ in asked["queries"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Say nothing."""


@dataclass
class Services:
    """What commands reach that is elsewhere for a person.

    Args:
        vulnerabilities: The address of what `uv audit` asks.
        cluster: The server of PostgreSQL.
        known: What mypy found out in earlier clones; it compares that with each file.

    """

    vulnerabilities: str
    cluster: Cluster
    known: Path

    def located(self, line: str) -> str:
        """Return a line with addresses that are here; one of an unknown kind is a fault."""
        if "postgresql://" in line:
            name = f"typed_{uuid4().hex}"
            self.cluster.run(f"CREATE DATABASE {name} OWNER shop")
            here = self.cluster.url(name)
            server = self.cluster.url("postgres")
            for address, meant in {
                "user:password@localhost/postgres": server,
                "postgres@127.0.0.1:5432/postgres": server,
                "postgres@postgresql:5432/postgres": server,
                "user:password@localhost/name": here,
                "user:password@host/name": here,
            }.items():
                line = re.sub(rf"postgresql://{address}(?= |$)", meant, line)
            assert str(self.cluster.port) in line, f"which database is meant? {line}"
        return f"{line} --service-url {self.vulnerabilities}" if "uv audit" in line else line


@pytest.fixture(scope="module")
def services(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Start a service that knows no vulnerability, beside the database."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), KnowsNothing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = tmp_path_factory.mktemp("mypy")
    yield Services(f"http://127.0.0.1:{server.server_port}", cluster, known)
    server.shutdown()
    server.server_close()


class Newcomer:
    """Somebody with git, uv and a fresh clone.

    Args:
        origin: The repository that is cloned.
        place: An empty folder.
        services: What commands reach.

    """

    def __init__(self, origin: Path, place: Path, services: Services) -> None:
        self.origin, self.clone, self.services = origin, place / "clone", services
        tools = place / "bin"
        tools.mkdir(parents=True)
        own = Path(programs.uv()).parent
        for program in (shutil.which("git") or "", own / "uv", own / "uvx"):
            (tools / Path(program).name).symlink_to(program)
        kept = {k: v for k, v in programs.environment({}).items() if not k.startswith("APP_")}
        self.environment = {
            **kept,
            "PATH": str(tools),
            # A Python that uv would download for a person, or find where one is installed.
            "UV_PYTHON": next(iter(PYTHONS.values())),
            "MYPY_CACHE_DIR": str(services.known),
        }
        self.run(f"git clone --quiet {origin} {self.clone}", place)

    def run(
        self,
        line: str,
        place: Path | None = None,
        code: int = 0,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Run a command line to its end, which must be with this exit code."""
        done = subprocess.run(
            [shutil.which("bash") or "", "-euo", "pipefail", "-c", line],
            cwd=place or self.clone, env={**self.environment, **more},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{line}\n{done.stdout}"
        return done.stdout

    def serve(self, line: str) -> None:
        """Start a server, call it, and stop it as Ctrl-C does."""
        port = str(free_port())
        server = subprocess.Popen(
            [shutil.which("bash") or "", "-euc", line],
            cwd=self.clone, env={**self.environment, "APP_PORT": port},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    where = f"http://127.0.0.1:{port}/health/ready"
                    with urllib.request.urlopen(where, timeout=5) as answer:
                        assert answer.status == 200
                        break
                except OSError:
                    assert server.poll() is None, line
                    assert time.monotonic() < deadline, line
                    time.sleep(0.1)
            os.killpg(server.pid, signal.SIGINT)
            server.wait(timeout=15)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def type(self, command: documents.Command) -> None:
        """Do what a command says; one of an unknown kind is a fault of the document."""
        line = command.line
        for word, chosen in CHOSEN.items():
            line = line.replace(word, chosen)
        if line in NOT_RUN:
            return
        line = self.services.located(line)
        if exported := re.fullmatch(r"export (APP_\w+)=(\S+)", line):
            self.environment[exported[1]] = exported[2]
            return
        assert re.match(r"((APP|TEST)_\w+=\S+ )*(uv|uvx|git) ", line), f"not known here: {line}"
        if re.search(r"poe dev$|python -m shop$", line):
            self.serve(line)
        else:
            self.run(line, code=1 if re.search("See (it|them) fail", command.before) else 0)

    def follow(self, document: str, after: str = "") -> None:
        """Do all that a document says, in a shell of its own."""
        before = dict(self.environment)
        for step in documents.read(self.clone / document, after):
            if isinstance(step, documents.Edit):
                step.apply(self.clone)
            else:
                self.type(step)
        self.environment = before

    def has_delivered(self) -> None:
        """Hold that the first change is committed, and where the others can see it."""
        assert work_tree(self.clone) == ""
        mine, theirs = (
            self.run(f"git rev-parse {branch}", place)
            for branch, place in (("HEAD", self.clone), ("first-change", self.origin))
        )
        assert mine == theirs
        assert self.run("git log --format=%s main..HEAD").count("\n") == 1


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project, which makes its lock and its first commit."""
    return new(tmp_path_factory.mktemp(request.param), WHOLE[request.param])


@pytest.mark.parametrize("made", ["flask-both", "fastapi-pages"], indirect=True)
@pytest.mark.parametrize("names", ["README.md AGENTS.md", "docs/onboarding.md"])
def test_documents_are_true(made: Path, tmp_path: Path, services: Services, names: str) -> None:
    """Every command of them runs as written, every edit applies, and in the end all is green."""
    newcomer = Newcomer(made, tmp_path, services)
    for document in names.split():
        steps = list(documents.read(newcomer.clone / document))
        typed = {step.line for step in steps if isinstance(step, documents.Command)}
        assert typed >= {"uv sync", "uv run poe dev", "uv run poe check"}
        newcomer.follow(document)
    if "onboarding" in names:
        newcomer.has_delivered()


@pytest.mark.parametrize("name", CHANGES)
def test_the_first_change_works_in_every_shape(
    tmp_path: Path, services: Services, name: str
) -> None:
    """From the third part of the document on, which is another one in each of these."""
    projects.rendered(tmp_path, CHANGES[name])
    origin = tmp_path / "shop"
    uv(origin, "lock", "--quiet")
    for arguments in (("add", "--all"), ("commit", "--quiet", "--message", "Lock")):
        assert programs.run(programs.git(*arguments), origin).ok
    newcomer = Newcomer(origin, tmp_path / "place", services)
    newcomer.follow("docs/onboarding.md", "## 3. ")
    newcomer.has_delivered()


@pytest.mark.parametrize("row", ROWS, ids=row_ids(ROWS))
def test_the_first_change_has_the_style_of_the_project(rendered: Render, row: Row) -> None:
    """Whatever was chosen, the edits leave nothing for ruff to say: imports in order, lines short."""
    project = rendered(row)
    for step in documents.read(project / "docs/onboarding.md"):
        if isinstance(step, documents.Edit):
            step.apply(project)
    table = yaml.safe_load((ROOT / "versions.yml").read_text())["development"]
    ruff = next(entry["name"] + entry["version"] for entry in table if entry["name"] == "ruff")
    uv(project, "tool", "run", ruff, "check")
    uv(project, "tool", "run", ruff, "format", "--check")


def jobs(project: Path) -> Iterator[tuple[dict[str, str], list[tuple[str, dict[str, str]]]]]:
    """Yield each job that the CI of a project has, as its environment and its commands."""
    if (project / ".gitlab-ci.yml").exists():
        yield from gitlab_jobs(yaml.safe_load((project / ".gitlab-ci.yml").read_text()))
        return
    workflow = yaml.safe_load((project / ".github/workflows/ci.yml").read_text())
    for job in workflow["jobs"].values():
        for python in job.get("strategy", {"matrix": {"python": [""]}})["matrix"]["python"]:
            given = {k: expressed(v, python) for k, v in job.get("env", {}).items()}
            steps = []
            for step in job["steps"]:
                if "uses" in step:
                    action = step["uses"].partition("@")[0]
                    # The clone, and the uv that is here.
                    assert action in {"actions/checkout", "astral-sh/setup-uv"}, action
                else:
                    steps.append((step["run"], step.get("env", {})))
            yield given, steps


def expressed(value: str, python: str) -> str:
    """Return a value with the one expression that workflows use put in."""
    value = value.replace("${{ matrix.python }}", python)
    assert "${{" not in value
    return value


def gitlab_jobs(
    pipeline: dict[str, Any],
) -> Iterator[tuple[dict[str, str], list[tuple[str, dict[str, str]]]]]:
    """Yield each job of a pipeline of GitLab."""
    variables: Mapping[str, str] = pipeline["variables"]
    for name, job in pipeline.items():
        if name in {"workflow", "default", "variables"}:
            continue
        (matrix,) = job.get("parallel", {"matrix": [{"PYTHON": [variables["PYTHON"]]}]})["matrix"]
        for python in matrix["PYTHON"]:
            given = {k: v.replace("$PYTHON", python) for k, v in variables.items()}
            yield given, [(line, {}) for line in job["script"]]


@pytest.mark.parametrize("made", WHOLE, indirect=True)
def test_ci_is_green(made: Path, tmp_path: Path, services: Services) -> None:
    """Each job's commands run in order, with its variables, on each of its versions of Python."""
    found = list(jobs(made))
    assert len(found) == 3, "two versions of Python, and the vulnerabilities"
    for number, (given, steps) in enumerate(found):
        newcomer = Newcomer(made, tmp_path / str(number), services)
        newest = PYTHONS[max(PYTHONS)]
        newcomer.environment.update(given)
        newcomer.environment["UV_PYTHON"] = PYTHONS.get(given.get("UV_PYTHON", ""), newest)
        # A runner has one, too, which `uv audit` asks what it would install.
        (tmp_path / str(number) / "bin/python3").symlink_to(newest)
        for line, more in steps:
            located = {name: services.located(value) for name, value in more.items()}
            newcomer.run(services.located(line), more=located)


def test_unknown_words_are_faults(tmp_path: Path, services: Services) -> None:
    """A command or an address of an unknown kind, and an edit of no file, are not passed over."""
    newcomer = Newcomer(ROOT, tmp_path, services)
    with pytest.raises(AssertionError, match="which database is meant"):
        newcomer.type(documents.Command("uv run poe check postgresql://elsewhere/name"))
    with pytest.raises(AssertionError, match="not known here: make test"):
        newcomer.type(documents.Command("make test"))
    with pytest.raises(AssertionError, match="which file is meant"):
        documents.Edit("python", "x = 1", "Do this:").apply(tmp_path)
