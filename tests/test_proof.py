"""The proof of a project: steps side by side, the boot, failures, and what programs are told."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pexpect
import pytest

from conftest import ROOT, Scaffold, nothing_in, quiet
from projects import work_tree
from scaffold import boot, programs, report, verify
from scaffold.create import Created
from scaffold.errors import ProofError
from scaffold.progress import Lines
from scaffold.verify import Step

QUICK = ("--defaults", "--no-install")
COMMAND = (sys.executable, "-m", "scaffold")
CHECKS = ["lint", "format", "imports", "types", "tests", "boot"]


def step(name: str, code: str, *arguments: str) -> Step:
    """Return a step that runs some Python."""
    command = (sys.executable, "-c", code, *arguments)
    return Step(name, ("run", name), lambda project: programs.running(command, project))


def finished(run: programs.Run) -> programs.Outcome:
    """Run something to its end."""
    while True:
        try:
            next(run)
        except StopIteration as end:
            outcome: programs.Outcome = end.value
            return outcome


MEETS = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
for _ in range(500):
    if other.exists():
        sys.exit(0)
    time.sleep(0.02)
sys.exit("The other never came")
"""


def test_steps_run_side_by_side() -> None:
    """Two steps that wait for each other both come to their end."""
    with quiet() as progress:
        steps = [step("a", MEETS, "a", "b"), step("b", MEETS, "b", "a")]
        verify.prove_together(Path.cwd(), steps, progress)


COUNTS = """
import os, pathlib, time
mine = pathlib.Path(f"runs-{os.getpid()}")
mine.touch()
with open("seen", "a") as seen:
    seen.write(f"{len(list(pathlib.Path().glob('runs-*')))}\\n")
time.sleep(0.3)
mine.unlink()
"""


def test_no_more_run_at_once_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least two do, on a machine with a single core too."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with quiet() as progress:
        verify.prove_together(Path.cwd(), [step(str(n), COUNTS) for n in range(5)], progress)
    seen = [int(line) for line in Path("seen").read_text().split()]
    assert len(seen) == 5
    assert max(seen) == 2


def test_lines_come_in_the_order_of_the_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """What ends first stands first, whatever began first."""
    sleeps = "import sys, time; time.sleep(float(sys.argv[1]))"
    steps = [step("slow", sleeps, "0.8"), step("quick", sleeps, "0")]
    verify.prove_together(Path.cwd(), steps, Lines())
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["✓", "quick"], ["✓", "slow"]]


def test_one_failure_is_told_with_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it printed, what was kept, and how to repeat that step."""
    monkeypatch.setattr(programs, "uv_as_typed", lambda: "uv")
    steps = [step("lint", "print('a.py:1: bad'); raise SystemExit(1)"), step("types", "")]
    with quiet() as progress, pytest.raises(ProofError) as error:
        verify.prove_together(Path("/tmp"), steps, progress)  # noqa: S108 - nothing is written
    assert report.error(error.value) == (
        "Error: The step 'lint' failed.\n"
        "  a.py:1: bad\n"
        "  The project is kept. Repeat from there:\n"
        "    cd /tmp\n"
        "    uv run lint"
    )
    assert error.value.exit_code == 3


def test_several_failures_are_all_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failure stops nothing beside it and nothing that waits; each is told by itself."""
    monkeypatch.setattr(programs, "uv_as_typed", lambda: "uv")
    fails = "import sys; print(sys.argv[1]); sys.exit(1)"
    steps = [step("a", fails, "of a"), step("b", ""), step("c", fails, "of c"), step("d", "")]
    with pytest.raises(ProofError) as error:
        verify.prove_together(Path.cwd(), steps, Lines())
    assert error.value.what == "The steps 'a' and 'c' failed"
    assert sorted(error.value.why.split("\n\n")) == ["a:\nof a", "c:\nof c"]
    assert sorted(error.value.todo.splitlines()[2:]) == ["  uv run a", "  uv run c"]
    lines = capsys.readouterr().out.splitlines()
    assert {tuple(line.split()[:2]) for line in lines} == {
        ("✗", "a"), ("✓", "b"), ("✗", "c"), ("✓", "d"),
    }  # fmt: skip


def test_in_order_nothing_follows_a_failure() -> None:
    """Where a step needs the one before, it waits for it, and the rest is repeated with it."""
    steps = [
        step("lock", "open('locked', 'w')"),
        step("sync", "open('locked'); raise SystemExit('no index')"),
        step("never", "open('never', 'w')"),
    ]
    with quiet() as progress, pytest.raises(ProofError, match="'sync'") as error:
        verify.prove(Path.cwd(), steps, progress)
    assert error.value.why == "no index"
    assert [line.split()[-1] for line in error.value.todo.splitlines()[2:]] == ["sync", "never"]
    assert not Path("never").exists()


@pytest.mark.parametrize(
    "content", ["", "[tool.poe]\ntasks = 1", "[tool.poe.tasks.check]\nsequence = []\n", "= no TOML"]
)
def test_a_project_of_another_kind_is_told(content: str) -> None:
    """A template of somebody's own may render what cannot be proven; that is no traceback."""
    Path("pyproject.toml").write_text(content)
    with pytest.raises(ProofError, match="own checks are not known"):
        verify.checks(Path.cwd())


STAYS = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[1] == "deaf" else signal.SIG_DFL)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(f"new-{os.getpid()}").write_text(f"{os.getpid()} {child.pid}")
os.rename(f"new-{os.getpid()}", f"pids-{os.getpid()}")  # it is seen when it is whole
time.sleep(60)
"""


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
def test_an_end_from_outside_ends_all_that_runs(
    monkeypatch: pytest.MonkeyPatch, raised: type[BaseException]
) -> None:
    """Programs and what they have started are gone, those too that do not listen."""
    monkeypatch.setattr(programs, "_PATIENCE", 0.5)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)

    def go_on() -> None:
        if len(list(Path().glob("pids-*"))) == 3:
            raise raised

    with quiet() as progress, pytest.raises(raised):
        progress.go_on = go_on
        steps = [step("a", STAYS, ""), step("b", STAYS, "deaf"), step("c", STAYS, "")]
        verify.prove_together(Path.cwd(), steps, progress)
    pids = [int(pid) for file in Path().glob("pids-*") for pid in file.read_text().split()]
    assert len(pids) == 6
    assert not [pid for pid in pids if alive(pid)]


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
    assert not alive(int(pid.read_text()))
    assert not list((tmp_path / "tmp").glob("scaffold-*"))


def events(output: str) -> list[dict[str, Any]]:
    """Read lines of events; each has one of the forms that the README gives for its event."""
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("| `event` |") :].split("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in table]
    forms = [(row[0].strip("`"), set(re.findall(r"`([a-z_]+)`", row[2]))) for row in rows]
    read = [json.loads(line) for line in output.splitlines()]
    for event in read:
        assert (event["event"], event.keys() - {"event"}) in forms
        if event["event"] == "step":
            assert event["status"] in ({"passed", "failed"} if "seconds" in event else {"started"})
    return read


def test_programs_are_told_line_by_line(scaffold: Scaffold) -> None:
    """The recommendation, each step's start and end, and what was made; nothing else."""
    result = scaffold("new", "shop", *QUICK, "--json", "-d", "api_first=yes", "-d", "auth=bearer")
    assert (result.code, result.err) == (0, "")
    first, *steps, last = events(result.out)
    assert (first["event"], first["framework"], first["chosen"]) == (
        "recommended",
        "fastapi",
        "fastapi",
    )
    assert first["reasons"][0]["trait"] == "api_first"
    assert [(s["name"], s["status"]) for s in steps] == [
        ("render", "started"), ("render", "passed"),
        ("first commit", "started"), ("first commit", "passed"),
    ]  # fmt: skip
    assert all(0 <= s["seconds"] < 60 for s in steps if s["status"] == "passed")
    assert last["event"] == "created"
    assert last["project"] == str(Path("shop").resolve())
    assert last["seconds"] >= sum(s.get("seconds", 0) for s in steps) - 0.1
    assert last["answers"]["auth"] == "bearer"
    assert last["next"][0] == "cd shop"
    assert len(last["next"]) == 3


def test_a_note_is_an_event(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people read between the steps is told to programs as well."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (note,) = [
        event
        for event in events(scaffold("new", "shop", *QUICK, "--json").out)
        if event["event"] == "note"
    ]
    assert note["text"].startswith("git knows no identity here")


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (("shop", "-d", "api_first=yes"), 2, "Nothing is asked with --json, and answers are missing"),
        (("shop", "--defaults", "-d", "api_first=maybe"), 2, "'maybe' is no answer to 'api_first'"),
        (("shop", "--defaults", "-d", "x"), 2, "'x' is no answer"),
        (("shop", "here", "--defaults"), 2, "'here' is not a directory"),
        (("shop", "--defaults", "--template", "nowhere"), 1, "There is no template at 'nowhere'"),
    ],
)  # fmt: skip
def test_an_error_is_an_event(
    scaffold: Scaffold, arguments: tuple[str, ...], code: int, what: str
) -> None:
    """On standard output as an object, on standard error in words; the exit code is the same."""
    Path("here").touch()
    result = scaffold("new", *arguments, "--no-install", "--json")
    assert result.code == code
    (error,) = events(result.out)
    assert (error["event"], error["what"], error["exit_code"]) == ("error", what, code)
    assert result.err.startswith(f"Error: {what}.\n")
    assert error["todo"].splitlines()[-1] in result.err


def test_nothing_is_asked_on_a_terminal_either() -> None:
    """With `--json` missing answers are an error, and complete ones need no review."""
    (missing, code) = on_a_terminal("new", "shop", "--json", "--no-install")
    assert code == 2
    assert '"Nothing is asked with --json, and answers are missing"' in missing
    (_, code) = on_a_terminal("new", "shop", "--json", "--no-install", "--defaults")
    assert code == 0


def test_a_reader_who_leaves_ends_it(tmp_path: Path) -> None:
    """When nobody reads the lines any more, nothing is left behind, and no traceback shown."""
    place = tmp_path / "place"
    place.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "new", "shop", *QUICK, "--json"],
        cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    with process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.wait(timeout=30) == 1
    assert nothing_in(place)


@pytest.mark.parametrize("state", ["installed", "rendered"])
@pytest.mark.parametrize("place", ["shop", "."])
@pytest.mark.parametrize("auth", ["none", "session"])
@pytest.mark.parametrize("columns", ["40", "100"])
def test_the_three_commands_that_matter_now(
    monkeypatch: pytest.MonkeyPatch, state: str, place: str, auth: str, columns: str
) -> None:  # fmt: skip
    """Serving always; what comes before or after depends on what there is."""
    monkeypatch.setenv("COLUMNS", columns)
    installed = state == "installed"
    made = Created(Path.cwd() / place, 3.94)
    answers = {"project_name": "shop", "framework": "flask", "auth": auth}
    commands = list(report.next_commands(made, answers, "uv", installed=installed))
    assert len(commands) == 3
    assert "uv run poe dev" in commands
    assert ("cd shop" in commands) == (place == "shop")
    assert ("uv sync" in commands) == (not installed)
    assert commands.index("uv run poe dev") == (place == "shop") + (not installed)
    if auth == "session" and not ("cd shop" in commands and "uv sync" in commands):
        assert "uv run poe add-user ada@example.org" in commands
    text = report.next_steps(made, answers, "uv", installed=installed)
    shown = [line.strip().split("  ")[0] for line in text.splitlines() if line.startswith("  ")]
    assert [line for line in shown if line in commands] == commands
    if installed:
        assert "shop (Flask) is green in 3.9 s. Next:" in text
    if columns == "40":
        assert max(map(len, text.split("Next:")[1].split("Why")[0].splitlines())) <= 56


def on_a_terminal(*arguments: str, columns: int = 80, **variables: str) -> tuple[str, int]:
    """Run the command on a pseudo-terminal; return what it wrote, and its exit code."""
    kept = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES"}}
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", *arguments],
        env={**kept, "TERM": "xterm-256color", **variables},
        dimensions=(50, columns),
        encoding="utf-8",
        timeout=300,
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before), child.exitstatus if child.exitstatus is not None else -1


def broken(tmp_path: Path, *lines: str) -> Path:
    """Copy the template, with lines added to a module of every project."""
    folder = tmp_path / "template"
    folder.mkdir()
    for table in ROOT.glob("*.yml"):
        shutil.copy(table, folder)
    shutil.copytree(ROOT / "template", folder / "template")
    with (folder / "template/src/{{ package_name }}/security.py").open("a") as module:
        module.write("".join(f"{line}\n" for line in lines))
    return folder


@pytest.mark.slow
def test_a_whole_proof_in_a_pipe(tmp_path: Path) -> None:
    """Every step has its line, the total stands last, and nothing new lies in the project."""
    done = subprocess.run(
        [*COMMAND, "new", "shop", "--defaults"],
        capture_output=True, text=True, check=True, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert "\x1b" not in done.stdout + done.stderr
    names = re.findall(r"^✓ (.+?) +\d+\.\d s$", done.stdout, re.MULTILINE)
    assert names[:4] == ["render", "lock the dependencies", "install", "first commit"]
    assert sorted(names[4:]) == sorted(CHECKS)
    assert re.search(r"\nshop \(Flask\) is green in \d+\.\d s\. Next:\n", done.stdout)
    assert work_tree(Path("shop")) == ""
    assert not Path("shop/app.db").exists()
    assert not list(tmp_path.glob("scaffold-*"))


@pytest.mark.slow
def test_a_whole_proof_on_a_narrow_terminal() -> None:
    """While steps run each has a line of its own; without colour and at 40 columns too."""
    seen, code = on_a_terminal(
        "new", "shop", "--defaults", "-d", "api_first=yes", columns=40, NO_COLOR="1"
    )
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", seen)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    assert re.search(r"\S types +0:00:\d\d\s+\S tests +0:00:\d\d", text), "not both at once"
    assert all(re.search(rf"✓ {name} +\d+\.\d s", text) for name in CHECKS)
    assert "is green in" in text


@pytest.mark.slow
def test_a_proof_that_fails_tells_programs_of_each_failure(tmp_path: Path) -> None:
    """Exit code 3; the project is kept, and what did not fail was still proven."""
    folder = broken(tmp_path, "", "", 'NUMBER: int = "text"', "import os")
    done = subprocess.run(
        [*COMMAND, "new", "shop", "--defaults", "--json", "--template", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    read = events(done.stdout)
    ended = {e["name"]: e["status"] for e in read if e["event"] == "step" and "seconds" in e}
    failed = {"lint", "types"}
    assert {name: ended[name] for name in CHECKS} == {
        name: "failed" if name in failed else "passed" for name in CHECKS
    }
    error = read[-1]
    assert (error["event"], error["exit_code"]) == ("error", 3)
    assert error["what"] == "The steps 'lint' and 'types' failed"
    assert "F401" in error["why"]
    assert "Incompatible types in assignment" in error["why"]
    assert "run --no-sync poe --quiet lint" in error["todo"]
    assert Path("shop/src/shop").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["tests", "boot"])
def test_ended_while_steps_run_side_by_side(
    tmp_path: Path, number: signal.Signals, name: str
) -> None:
    """All that was started ends, and nothing is left: no project, no database, no program."""
    place, temporary = tmp_path / "place", tmp_path / "tmp"
    place.mkdir()
    temporary.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "new", "shop", "--defaults", "--json"],
        cwd=place, env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    started = {"event": "step", "name": name, "status": "started"}
    while json.loads(process.stdout.readline()) != started:
        pass
    time.sleep(1)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number, err
    assert err == ""
    assert nothing_in(place)
    assert not list(temporary.glob("scaffold-*"))
    assert not [pid for pid, where in running_in().items() if str(place) in where]


@pytest.mark.slow
def test_ctrl_c_on_a_terminal_while_steps_run() -> None:
    """The lines that lived are gone, the cursor is back, and so is the place."""
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable, ["-m", "scaffold", "new", "shop", "--defaults"],
        env={**os.environ, "TERM": "xterm-256color"}, dimensions=(50, 80), encoding="utf-8", timeout=120,
    )  # fmt: skip
    child.expect("types.*tests")
    child.send("\x03\x03")
    child.expect(pexpect.EOF)
    child.close()
    seen = str(child.before)
    assert child.exitstatus == 130
    assert "Traceback" not in seen
    assert seen.rindex("\x1b[?25h") > seen.rfind("\x1b[?25l")
    assert seen.count("✗") == 2
    assert nothing_in(Path.cwd())


def running_in() -> Mapping[int, str]:
    """Return where the programs of this machine run."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found[int(folder.name)] = str((folder / "cwd").readlink())
    return found
