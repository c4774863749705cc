"""The product: every shape is made as a user makes it, and proven.

`scaffold new` itself locks, installs, lints, type-checks and tests each project;
what a user's own checks do not hold is asserted on top.
"""

import ast
import io
import json
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import copy_template
from projects import (
    Server,
    deptry,
    free_port,
    lint,
    new,
    pyright,
    python_path,
    rendered,
    schemathesis,
    unreserved,
    uv,
    work_tree,
)
from test_template import AWKWARD, SHAPES, shape_id

pytestmark = pytest.mark.slow

# Pages without a database are proven by combinations of test_options.
PROVEN = [shape for shape in SHAPES if shape["database"] != "none" or shape["interface"] == "api"]
KEPT = [shape for shape in PROVEN if shape["database"] != "none"]


def code_lines(file: Path) -> int:
    """Count the lines that hold code: no blank line, comment or docstring."""
    source = file.read_text()
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    empty = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in empty | {tokenize.ENDMARKER}:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


@pytest.fixture(scope="module", params=PROVEN, ids=shape_id)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, str], Path]:
    """Make one project a shape, with awkward free text, for all tests of this module."""
    shape: dict[str, str] = request.param
    return shape, new(tmp_path_factory.mktemp("shape"), {**shape, **AWKWARD})


Made = tuple[dict[str, str], Path]


def test_a_shape_is_green_and_strictly_typed(made: Made) -> None:
    """Its own checks passed while it was made; pyright finds nothing more to say."""
    project = made[1]
    pyright(project)
    python = list((project / "src").rglob("*.py")) + list((project / "tests").rglob("*.py"))
    ignores = [
        line
        for file in python
        for line in file.read_text().splitlines()
        if "noqa" in line or "type: ignore" in line or "pragma" in line
    ]
    assert len(ignores) <= 2, ignores


def test_a_shape_is_lean(made: Made) -> None:
    """At most 1,000 lines of Python with tests, and 12 packages that it needs to run."""
    project = made[1]
    python = [
        file
        for folder in ("src", "tests", "migrations")
        for file in (project / folder).rglob("*.py")
    ]
    assert sum(map(code_lines, python)) <= 1000
    metadata = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert len(metadata["dependencies"]) <= 12


def test_dependencies_are_used_and_declared(made: Made) -> None:
    """What is imported is declared, and what is declared is used."""
    deptry(made[1])


def test_its_tests_leave_no_trace(made: Made) -> None:
    """They ran while it was made, in random order: the work tree is clean, no database is there."""
    shape, project = made
    if shape["interface"] == "both":  # side by side too, where there are most of them
        uv(project, "run", "--no-sync", "--with", "pytest-xdist", "pytest", "--numprocesses=2")
    assert work_tree(project) == ""
    assert not list(project.glob("*.db"))


def test_names_of_installed_packages_are_reserved(made: Made) -> None:
    """No project can be called like something that it may install."""
    assert not unreserved(made[1])


@pytest.fixture
def server(made: Made) -> Iterator[Server]:
    running = Server(made[1], free_port())
    yield running
    running.stop()
    for left in made[1].glob("*.db*"):
        left.unlink()


def test_the_development_command_serves(made: Made, server: Server) -> None:
    """With no edit, no `.env` and no service it answers, from local assets only."""
    shape, _ = made
    assert server.get("/health/ready", patience=20)[0] == 200
    status, kind, page = server.get("/")
    assert (status, kind.partition(";")[0]) == (200, "text/html")
    assert not re.search(r'(src|href)="(https?:)?//', page)
    if shape["interface"] == "pages":
        assert server.get("/items")[0] == 200
        # What pyproject.toml says of the project is shown, escaped.
        assert "&lt;b&gt;" in page
        assert "1237*1009" in page
    else:
        assert json.loads(server.get("/api/items")[2])["items"] == []
        assert json.loads(server.get("/openapi.json")[2])["info"]["title"] == "Shop"
        docs = server.get("/docs")[2]
        assert "swagger" in docs.lower()
        assert not re.search(r'(src|href)="(https?:)?//', docs)


def test_the_api_does_what_its_description_says(made: Made, server: Server) -> None:
    """Schemathesis finds no answer that the description does not allow, and no failure."""
    if made[0]["interface"] == "pages":
        return  # there is no API
    server.get("/health/ready", patience=20)
    schemathesis(made[1], server)


# Between them they have every dependency that a project may have.
LOADED = [
    {"framework": framework, "interface": "both", "database": "postgresql", "auth": "session",
     "streaming": "yes", "http_client": "yes", "process_pool": "yes", "telemetry": "otel"}
    for framework in ("flask", "fastapi")
] + [
    {"framework": framework, "interface": "api", "auth": "bearer", "cors": "yes", "ci": "gitlab"}
    for framework in ("flask", "fastapi")
]  # fmt: skip
HIGHEST = next(version for version in ("3.14", "3.13", "3.12", "3.11") if python_path(version))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where mypy keeps what it knows of packages, for projects that have most in common."""
    return str(tmp_path_factory.mktemp("mypy"))


@pytest.mark.parametrize("answers", LOADED, ids=shape_id)
def test_the_lowest_versions_on_the_lowest_and_the_highest_python(
    tmp_path: Path, answers: dict[str, str], known: str
) -> None:
    """Every lower bound is true: all checks pass with it. The newest versions are every other test's."""
    rendered(tmp_path, answers)
    for version in dict.fromkeys(("3.11", HIGHEST)):
        python = python_path(version) or ""
        uv(tmp_path / "shop", "sync", "--quiet", "--resolution=lowest-direct", "--python", python)
        uv(tmp_path / "shop", "run", "--no-sync", "poe", "check", MYPY_CACHE_DIR=known)


@pytest.mark.parametrize("answers", LOADED[:2], ids=shape_id)
def test_the_newest_versions_on_the_highest_python(tmp_path: Path, answers: dict[str, str]) -> None:
    """It may be the floor as well; lint, types and tests follow it."""
    path = os.pathsep.join((str(Path(python_path(HIGHEST) or "").parent), os.environ["PATH"]))
    pyright(new(tmp_path, {**answers, "python": HIGHEST}, PATH=path))


@pytest.mark.parametrize("name", ["x", "x" * 30])
@pytest.mark.parametrize("shape", KEPT, ids=shape_id)
def test_the_length_of_a_name_changes_no_line(
    tmp_path: Path, shape: dict[str, str], name: str
) -> None:
    """Formatting and lint hold for the shortest and the longest package name."""
    lint(tmp_path, {**shape, "package_name": name})


@pytest.mark.parametrize("name", ["x", "x" * 30])
def test_short_and_long_names_are_green(tmp_path: Path, name: str) -> None:
    """Types and tests hold for them too."""
    framework = "flask" if name == "x" else "fastapi"
    new(tmp_path, {"framework": framework, "interface": "both", "package_name": name})


# Each newer floor has the rules of the older ones, and 3.11 is what shapes are made with.
@pytest.mark.parametrize("python", ["3.13", "3.14"])
@pytest.mark.parametrize("shape", KEPT, ids=shape_id)
def test_lint_and_format_at_higher_floors(
    tmp_path: Path, shape: dict[str, str], python: str
) -> None:
    """The newest idioms of each Python are what the rendered code uses already."""
    lint(tmp_path, {**shape, "python": python})


def test_an_index_out_of_reach_keeps_the_project(tmp_path: Path) -> None:
    """Exit code 3, the step that failed, the way to repeat it, and the rendered files."""
    place = tmp_path / "place"
    place.mkdir()
    made = subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "shop", "--defaults"],
        cwd=place,
        env={**os.environ, "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
             "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_HTTP_RETRIES": "0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 3, made.stderr
    assert "Error: The step 'lock the dependencies' failed.\n" in made.stderr
    assert "The project is kept. Repeat from there:\n" in made.stderr
    assert f"cd {place / 'shop'}\n" in made.stderr
    assert (place / "shop/pyproject.toml").exists()


def test_a_failing_check_is_told_with_its_output(tmp_path: Path) -> None:
    """A template whose output is not green: exit code 3 and what pytest said."""
    folder = copy_template(tmp_path / "template")
    (folder / "template/tests/test_broken.py").write_text(
        '"""A test that fails."""\n\n\ndef test_of_arithmetic() -> None:\n'
        '    """It is not so."""\n    assert sum([1, 1]) == 3\n'
    )
    made = subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "shop", "--defaults", "--template", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 3
    assert "Error: The step 'tests' failed.\n" in made.stderr
    assert "test_of_arithmetic" in made.stderr
    assert Path("shop/.venv").is_dir()
