"""The boot of a project: its server until it is ready, and nothing of it left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from projects import still_alive
from scaffold import boot, programs

pytestmark = pytest.mark.slow


def finished(run: programs.Run) -> programs.Outcome:
    """Run something to its end."""
    while True:
        try:
            next(run)
        except StopIteration as end:
            outcome: programs.Outcome = end.value
            return outcome


SERVES = """
import http.server, os, pathlib, signal, sys
assert sys.argv[1:] == [], "It reloads"
class Answers(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Answers.asked += 1
        ready = self.path == "/health/ready" and Answers.asked > {refused}
        self.send_response(200 if ready else 503)
        self.end_headers()
signal.signal(signal.SIGTERM, {on_end})
print("on", os.environ["APP_DATABASE_URL"], flush=True)
assert pathlib.Path(os.environ["APP_DATABASE_URL"].removeprefix("sqlite:///")).exists()
place = (os.environ["APP_HOST"], int(os.environ["APP_PORT"]))
http.server.ThreadingHTTPServer(place, Answers).serve_forever()
"""
MUTE = """
import os, socket, time
listener = socket.create_server(("127.0.0.1", int(os.environ["APP_PORT"])))
time.sleep(60)
"""
MIGRATES = """
import os, pathlib
pathlib.Path(os.environ["APP_DATABASE_URL"].removeprefix("sqlite:///")).touch()
"""
IN_ORDER = "lambda *_: os._exit(0)"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Make a project of two scripts that boots as a rendered one does."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("APP_ALLOWED_HOSTS", "of.another.project")
    monkeypatch.setattr(boot, "_STARTS_IN", 2)
    monkeypatch.setattr(boot, "_ANSWERS_IN", 0.5)
    monkeypatch.setattr(boot, "_STOPS_IN", 2)
    monkeypatch.setattr(programs, "_PATIENCE", 1)

    def make(serves: str, migrates: str = MIGRATES) -> Path:
        project = tmp_path / "small"
        project.mkdir()
        (project / "serve.py").write_text(serves)
        (project / "migrate.py").write_text(migrates)
        (project / "pyproject.toml").write_text(
            '[project]\nname = "small"\nversion = "1"\n[tool.poe.tasks.dev]\n'
            'sequence = [{ cmd = "python migrate.py" }, { cmd = "python serve.py --reload" }]\n'
        )
        return project

    return make


Small = Callable[..., Path]


def test_a_boot_leaves_nothing(small: Small, tmp_path: Path) -> None:
    """It is asked until it answers 200, stops in order, and its database was elsewhere."""
    project = small(SERVES.format(refused=2, on_end=IN_ORDER))
    outcome = finished(boot.boot(project))
    assert outcome.ok, outcome.output
    assert f"on sqlite:///{tmp_path / 'tmp/scaffold-boot-'}" in outcome.output
    assert {entry.name for entry in project.iterdir()} <= {
        "serve.py", "migrate.py", "pyproject.toml", ".venv",
    }  # fmt: skip
    assert not list((tmp_path / "tmp").glob("scaffold-*"))


@pytest.mark.parametrize(
    ("serves", "migrates", "told"),
    [
        (SERVES, "raise SystemExit('no table')", "no table"),
        ("raise SystemExit('no port')", MIGRATES, "no port\nThe server ended with exit code 1."),
        ("pass", MIGRATES, "The server ended with exit code 0."),
        ("import time; time.sleep(60)", MIGRATES, "/health/ready gave no answer for 2 seconds."),
        (MUTE, MIGRATES, "/health/ready gave no answer for 2 seconds."),
        (SERVES.format(refused=999, on_end=IN_ORDER), MIGRATES, "/health/ready answered 503 for 2 seconds."),
        (SERVES.format(refused=0, on_end="lambda *_: os._exit(7)"), MIGRATES, "It stopped with exit code 7."),
        (SERVES.format(refused=0, on_end="signal.SIG_IGN"), MIGRATES, "It did not stop within 2 seconds."),
    ],
    ids=["migration", "crash", "end", "silence", "mute", "not-ready", "exit-code", "deaf"],
)  # fmt: skip
def test_a_boot_that_fails_says_why(
    small: Small, tmp_path: Path, serves: str, migrates: str, told: str
) -> None:  # fmt: skip
    """What the server printed, and what was missing; nothing runs on."""
    outcome = finished(boot.boot(small(serves, migrates)))
    assert not outcome.ok
    assert outcome.output.strip().endswith(told)
    assert not list((tmp_path / "tmp").glob("scaffold-*"))


def test_a_boot_that_is_given_up_ends_its_server(small: Small, tmp_path: Path) -> None:
    """Whoever closes the run closes the server with it."""
    run = boot.boot(small("import os; print(os.getpid(), file=open('pid', 'w')); os.read(0, 1)\n"
                          "import time; time.sleep(60)"))  # fmt: skip
    pid = tmp_path / "small/pid"
    while not (pid.exists() and pid.read_text()):
        next(run)
    run.close()
    assert not still_alive([int(pid.read_text())])
    assert not list((tmp_path / "tmp").glob("scaffold-*"))
