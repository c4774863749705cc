"""The proof of a project: steps side by side, the boot, failures, and what programs are told."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pytest

from conftest import copy_template, nothing_in, quiet
from projects import still_alive, work_tree
from scaffold import programs, report, verify
from scaffold.create import Created
from scaffold.errors import ProofError
from scaffold.progress import Lines
from scaffold.verify import Step
from terminals import on_a_terminal
from test_events import events

QUICK = ("--defaults", "--no-install")
COMMAND = (sys.executable, "-m", "scaffold")
CHECKS = ["lint", "format", "imports", "types", "tests", "boot"]


def step(name: str, code: str, *arguments: str) -> Step:
    """Return a step that runs some Python."""
    command = (sys.executable, "-c", code, *arguments)
    return Step(name, ("run", name), lambda project: programs.running(command, project))


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
    assert error.value.as_text() == (
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
    """A failure stops nothing beside it and nothing that waits; each is told, in their order."""
    monkeypatch.setattr(programs, "uv_as_typed", lambda: "uv")
    fails = "import sys; print(sys.argv[1]); sys.exit(1)"
    steps = [step("a", fails, "of a"), step("b", ""), step("c", fails, "of c"), step("d", "")]
    with pytest.raises(ProofError) as error:
        verify.prove_together(Path.cwd(), steps, Lines())
    assert error.value.what == "The steps 'a' and 'c' failed"
    assert error.value.why == "a:\nof a\n\nc:\nof c"
    assert error.value.todo.splitlines()[2:] == ["  uv run a", "  uv run c"]
    lines = capsys.readouterr().out.splitlines()
    assert {tuple(line.split()[:2]) for line in lines} == {
        ("✗", "a"), ("✓", "b"), ("✗", "c"), ("✓", "d"),
    }  # fmt: skip


def test_what_takes_long_begins_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project puts what is quick first: with two cores that waits until one is free."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    begins = "import sys; open('begun', 'a').write(sys.argv[1])"
    steps = [step(name, begins, name) for name in ("quick", "long", "longest")]
    with quiet() as progress:
        verify.prove_together(Path.cwd(), steps, progress)
    assert Path("begun").read_text().endswith("quick")


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
    assert not still_alive(pids)


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


def broken(tmp_path: Path, *lines: str) -> Path:
    """Copy the template, with lines added to a module of every project."""
    folder = copy_template(tmp_path / "template")
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
