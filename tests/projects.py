"""Projects made as a user makes them, and the tools that are run in them."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from conftest import ROOT
from scaffold import programs

NO_DOWNLOAD = {"UV_PYTHON_DOWNLOADS": "never"}


def new(place: Path, answers: Mapping[str, str], **variables: str) -> Path:
    """Make a project with the command, and return its folder."""
    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    place.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "Shop", "shop", "--defaults", *data],
        cwd=place,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Shop (" in made.stdout
    assert "is green in" in made.stdout
    return place / "shop"


def uv(project: Path, *arguments: str, code: int = 0, **variables: str) -> str:
    """Run uv in a project; it must end with this exit code."""
    done = programs.run((programs.uv(), *arguments), project, **variables)
    assert done.code == code, f"uv {' '.join(arguments)}\n{done.output}"
    return done.output


def pyright(project: Path) -> None:
    """Check a project strictly with the second type checker."""
    (project / "pyrightconfig.json").write_text(
        json.dumps({"include": ["src", "tests"], "typeCheckingMode": "strict",
                    "venvPath": ".", "venv": ".venv"})
    )  # fmt: skip
    uv(project, "run", "--no-sync", "--with", "pyright[nodejs]>=1.1.414", "pyright")
    (project / "pyrightconfig.json").unlink()


# Used without an import: by SQLAlchemy, as a program, as files, and by FastAPI.
_NOT_IMPORTED = "aiosqlite|alembic|fastapi-standalone-docs|jinja2|psycopg|python-multipart"


def deptry(project: Path) -> None:
    """Hold that what is imported is declared, and what is declared is used."""
    package = next((project / "src").iterdir()).name
    options = ("--known-first-party", package, "--per-rule-ignores", f"DEP002={_NOT_IMPORTED}")
    uv(project, "run", "--no-sync", "--with", "deptry>=0.25", "deptry", "src", *options)


def unreserved(project: Path) -> set[str]:
    """Return names of installed packages that a project could be called by."""
    script = (
        "import importlib.metadata as metadata\n"
        "names = {d.metadata['Name'].lower() for d in metadata.distributions()}\n"
        "print(*names | set(metadata.packages_distributions()))"
    )
    installed = uv(project, "run", "--no-sync", "python", "-c", script).split()
    reserved = yaml.safe_load((ROOT / "reserved.yml").read_text())["dependencies"]
    names = {name.replace("-", "_") for name in installed if not name.endswith("-stubs")}
    public = {name for name in names if name.isidentifier() and name[0].islower()}
    return public - {*reserved, "shop"}


def work_tree(project: Path) -> str:
    """Return what git sees changed or new in a project; empty when it is clean."""
    status = programs.run(programs.git("status", "--porcelain"), project)
    assert status.ok
    return status.output


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server of a generated project, started by a command of its README.

    Args:
        project: The project's folder.
        port: Where it listens.
        command: What `uv run` runs; without it the server of development.
        variables: Environment variables to add.

    """

    def __init__(self, project: Path, port: int, *command: str, **variables: str) -> None:
        self.root = f"http://127.0.0.1:{port}"
        # Its own process group, so that the reloader's children end with it.
        self.process = subprocess.Popen(
            [programs.uv(), "run", "--no-sync", *(command or ("poe", "dev"))],
            cwd=project,
            env={**programs.environment(NO_DOWNLOAD), "APP_PORT": str(port), **variables},
            # A pipe that nobody reads would stop the server when it is full.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def get(self, path: str, *, patience: float = 0) -> tuple[int, str, str]:
        """Return status, content type and body; try again while the server starts."""
        deadline = time.monotonic() + patience
        while True:
            try:
                with urllib.request.urlopen(self.root + path, timeout=5) as answer:  # noqa: S310 - loopback
                    return answer.status, answer.headers["Content-Type"], answer.read().decode()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def schemathesis(project: Path, server: Server) -> None:
    """Hold that a server answers as its description says, and fails nowhere."""
    uv(
        project, "run", "--no-project", "--with", "schemathesis>=4.10", "schemathesis", "run",
        f"{server.root}/openapi.json", "--max-examples=10", "--seed=1", "--no-color",
    )  # fmt: skip


PYENV = Path.home() / ".pyenv/versions"


def python_path(version: str) -> str | None:
    """Return an interpreter of this version, from the PATH or from pyenv."""
    on_path = shutil.which(f"python{version}")
    if (
        on_path
        and subprocess.run([on_path, "-c", ""], capture_output=True, check=False).returncode == 0
    ):
        return on_path
    return next((str(p) for p in PYENV.glob(f"{version}.*/bin/python{version}")), None)


def rendered(tmp_path: Path, answers: Mapping[str, str]) -> None:
    """Render a project without installing it."""
    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "shop", str(tmp_path / "shop"),
         "--defaults", "--no-install", *data],
        check=True, capture_output=True,
    )  # fmt: skip


def lint(tmp_path: Path, answers: Mapping[str, str]) -> None:
    """Check the style of a rendered project, which needs no installation."""
    rendered(tmp_path, answers)
    table = yaml.safe_load((ROOT / "versions.yml").read_text())["development"]
    ruff = next(entry["name"] + entry["version"] for entry in table if entry["name"] == "ruff")
    uv(tmp_path / "shop", "tool", "run", ruff, "check")
    uv(tmp_path / "shop", "tool", "run", ruff, "format", "--check")


def still_alive(pids: Iterable[int]) -> list[int]:
    """Return which processes run on; one that was killed gets a moment to leave the table."""
    deadline = time.monotonic() + 5
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def alive(pid: int) -> bool:
    """Tell whether a process runs."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False
