"""What the tests share: the command in this process, and rendering."""

import contextlib
import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

from cluster import Cluster, find_programs
from scaffold import cli, source
from scaffold.progress import Lines, Progress
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.render import render
from scaffold.rules import Rules
from terminals import Open, Terminal

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Result:
    """How a run of the command ended."""

    code: int
    out: str
    err: str


Scaffold = Callable[..., Result]
Render = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def _hear_signals() -> None:
    """Let programs that tests start be interrupted, though nohup or `&` had it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _own_place(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run in an empty folder, with a git identity that is none of the machine's."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    config = tmp_path_factory.mktemp("git") / "config"
    config.write_text("[user]\n\tname = Grace Hopper\n\temail = grace@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(_configuration(tmp_path_factory)))
    # What the tests of one run keep serves all of them, and nobody else; uv's is the machine's.
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    monkeypatch.setenv("UV_CACHE_DIR", os.environ.get("UV_CACHE_DIR") or str(own / "uv"))
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared / "cache"))
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path / "mirrors"))
    monkeypatch.setenv("COLUMNS", "100")
    for variable in (
        "COPIER_SETTINGS_PATH",
        "FORCE_COLOR",
        "NO_COLOR",
        "PYTHONDONTWRITEBYTECODE",
    ):
        monkeypatch.delenv(variable, raising=False)


def _configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a configuration folder like this person's own, without a profile of scaffold."""
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folder = tmp_path_factory.mktemp("configuration")
    for entry in own.iterdir() if own.is_dir() else ():
        if entry.name != "scaffold":  # pip and uv find their indexes there
            (folder / entry.name).symlink_to(entry)
    return folder


def without(program: str, package: str) -> NoReturn:
    """Skip a test whose program is not on this machine, or fail where all must be."""
    reason = f"There is no {program}: apt-get install -y {package}"
    if os.environ.get("SCAFFOLD_SKIPS_NOTHING"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def scaffold(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Scaffold:
    """Run the command in this process, as `main` runs it, without a terminal."""

    def run(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "argv", ["scaffold", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def terminal() -> Iterator[Open]:
    """Open terminals, and close them in the end."""
    opened: list[Terminal] = []

    def make(*arguments: str, columns: int = 80, **variables: str) -> Terminal:
        opened.append(Terminal(*arguments, columns=columns, **variables))
        return opened[-1]

    yield make
    for each in opened:
        each.child.close(force=True)


TEAM = """\
name = "Platform team"

[defaults]
interface = "both"
ci = "gitlab"
team_size = "large"
python = 3.12

[locked.database]
answer = "postgresql"
reason = "PostgreSQL only."
"""


@pytest.fixture
def team(tmp_path: Path) -> str:
    """Return the path of a profile."""
    file = tmp_path / "team.toml"
    file.write_text(TEAM)
    return str(file)


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    """Return the questions of this repository's template."""
    return Questionnaire.load(ROOT)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """Return the rules of this repository's template."""
    return Rules.load(ROOT / "rules.yml")


@pytest.fixture(scope="session")
def template() -> Iterator[source.Template]:
    """Yield this repository's template, ready for rendering."""
    with source.opened() as opened:
        yield opened


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL for the tests, and leave nothing of it behind."""
    programs = find_programs()
    if programs is None:
        without("PostgreSQL", "postgresql")
    cluster = Cluster(programs)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def rendered(template: source.Template, questionnaire: Questionnaire, tmp_path: Path) -> Render:
    """Render a project from some answers, without the steps around it."""

    def make(answers: Mapping[str, str] | None = None, name: str = "rendered") -> Path:
        complete = questionnaire.complete({"project_name": "Shop", **(answers or {})})
        destination = tmp_path / name
        render(template, complete, destination)
        return destination

    return make


@pytest.fixture(scope="session")
def shop(
    template: source.Template,
    questionnaire: Questionnaire,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, bytes]:
    """Return the whole tree of the project `shop` with every default."""
    destination = tmp_path_factory.mktemp("plain") / "shop"
    render(template, questionnaire.complete({"project_name": "shop"}), destination)
    return tree(destination)


def copy_template(folder: Path) -> Path:
    """Copy this template into a folder of its own, outside any repository."""
    folder.mkdir()
    for table in ROOT.glob("*.yml"):
        shutil.copy(table, folder)
    shutil.copytree(ROOT / "template", folder / "template")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder with their contents, git's own aside."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def nothing_in(folder: Path) -> bool:
    """Whether a folder is empty, hidden entries counted."""
    return not any(folder.iterdir())


@contextlib.contextmanager
def quiet() -> Iterator[Progress]:
    """Yield a progress whose lines go nowhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield Lines()


def recorded(project: str | Path) -> Answers:
    """Return the answers that a project records, Copier's own aside."""
    answers: Answers = yaml.safe_load((Path(project) / ".copier-answers.yml").read_text())
    return {key: answer for key, answer in answers.items() if not key.startswith("_")}
