"""Whole or not at all: kills, full disks, interruptions, and what they leave."""

import contextlib
import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conftest import Scaffold, nothing_in, quiet, tree
from scaffold import create, endings, staging, verify
from scaffold.errors import RenderError, TargetError
from scaffold.progress import Lines
from scaffold.questionnaire import Questionnaire
from scaffold.source import Template

QUICK = ("--defaults", "--no-install")
COMMAND = (sys.executable, "-m", "scaffold")


def started(*arguments: str, cwd: Path | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def fill(stage: staging.Staging, names: Mapping[str, str]) -> None:
    stage.tree.mkdir()
    for name, content in names.items():
        (stage.tree / name).write_text(content)


FILES = {"a": "1", "b": "2", "c": "3"}
BYTES = {name: content.encode() for name, content in FILES.items()}


@pytest.mark.parametrize("target", ["absent", ".", "deep/er"])
def test_a_tree_is_placed_whole(target: str) -> None:
    """Afterwards the target holds the tree, and no staging folder is left anywhere."""
    with staging.staged(staging.find(target)) as stage:
        fill(stage, FILES)
        stage.place()
    assert tree(Path(target)) == BYTES
    assert not list(Path.cwd().rglob(".scaffold-*"))


@pytest.mark.parametrize("target", ["absent", ".", "deep/er"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exception_leaves_nothing(target: str, when: str) -> None:
    """Before or after placing: what this run made is gone, parents included."""
    with pytest.raises(KeyboardInterrupt), staging.staged(staging.find(target)) as stage:
        fill(stage, FILES)
        if when == "after":
            stage.place()
        raise KeyboardInterrupt
    assert nothing_in(Path.cwd())


@pytest.mark.parametrize("moment", ["mkdir", "flock"])
def test_a_signal_while_it_is_opened_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Between any two steps of making and locking the folder, its parents too."""
    place = Path if moment == "mkdir" else fcntl
    real = getattr(place, moment)

    def ended(*arguments: object, **named: object) -> None:
        real(*arguments, **named)
        if moment == "flock" or "scaffold" in str(arguments[0]):
            sys.exit(128 + signal.SIGTERM)

    monkeypatch.setattr(place, moment, ended)
    with pytest.raises(SystemExit), staging.staged(staging.find("new/shop")):
        pytest.fail("It was ended before.")
    assert nothing_in(Path.cwd())


def test_what_is_not_ours_stays() -> None:
    """A file that a person put beside ours meanwhile survives taking back."""
    with staging.staged(staging.find("shop")) as stage:
        fill(stage, FILES)
        stage.place()
        Path("shop/mine").write_text("mine")
    stage.take_back()
    assert tree(Path.cwd()) == {"shop/mine": b"mine"}


@pytest.mark.parametrize("target", ["shop", "."])
def test_a_target_that_fills_meanwhile_is_refused(target: str) -> None:
    """Between the check and the move somebody else was there: theirs stays, ours goes."""
    with pytest.raises(TargetError), staging.staged(staging.find(target)) as stage:
        fill(stage, FILES)
        Path(target).mkdir(exist_ok=True)
        (Path(target) / "b").write_text("theirs")
        stage.place()
    assert tree(Path(target)) == {"b": b"theirs"}


@pytest.mark.slow
def test_stale_staging_is_cleared_by_the_next_run(scaffold: Scaffold) -> None:
    """A folder whose lock is free was left by a killed run; one whose lock is held is not."""
    with contextlib.suppress(SystemExit), staging.staged(staging.find("alive")) as alive:
        fill(alive, FILES)
        stale = Path(".scaffold-stale")
        stale.mkdir()
        (stale / "lock").touch()
        Path(".scaffold-empty").mkdir()
        Path(".scaffold-mine").mkdir()
        Path(".scaffold-mine/notes").write_text("not made by a run")
        assert scaffold("new", "shop", *QUICK).code == 0
        assert not stale.exists()
        assert not Path(".scaffold-empty").exists()
        assert Path(".scaffold-mine/notes").exists()
        assert alive.tree.exists()


def test_a_run_killed_while_filling_is_completed() -> None:
    """All was rendered, so the next look at the directory moves the rest into it."""
    stale = Path(".scaffold-stale")
    (stale / "project").mkdir(parents=True)
    (stale / "lock").touch()
    (stale / "filling").touch()
    Path("a").write_text("1")
    for name in ("b", "c"):
        (stale / "project" / name).write_text(FILES[name])
    with pytest.raises(TargetError) as error:
        staging.find(".")
    assert error.value.why == "It holds a, b, c."
    assert tree(Path.cwd()) == BYTES


def test_a_run_killed_just_before_filling_is_cleared() -> None:
    """Nothing had been moved yet, so the directory is as empty as it was."""
    stale = Path(".scaffold-stale")
    (stale / "project").mkdir(parents=True)
    for name in ("lock", "filling", "project/a"):
        (stale / name).touch()
    assert staging.find(".").exists
    assert tree(Path.cwd()) == {}


def test_an_end_that_was_swallowed_comes_before_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python ignores what a signal raises amid a finalizer; the task ends all the same."""
    monkeypatch.setattr(endings, "_told", [])
    with pytest.raises(SystemExit, match="143"):
        progress = Lines(endings.end_if_told)
        with progress.step("first"), contextlib.suppress(SystemExit):
            endings.ended(signal.SIGTERM, None)
        with progress.step("second"):
            pytest.fail("It went on")


def test_another_signal_a_while_later_ends_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of signals within a second the first counts: the others would cut its clearing up short."""
    now = 100.0
    monkeypatch.setattr(endings, "_told", [])
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with pytest.raises(SystemExit, match="129"):
        endings.ended(signal.SIGHUP, None)
    now += 0.9
    endings.ended(signal.SIGTERM, None)
    now += 0.2
    with pytest.raises(KeyboardInterrupt):
        endings.ended(signal.SIGINT, None)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["shop", "."])
def test_killed_at_ten_moments(shop: dict[str, bytes], tmp_path: Path, target: str) -> None:
    """After SIGKILL there is a whole project or none; the next run clears up and succeeds."""
    begun = time.monotonic()
    started("new", "shop", str(tmp_path / "timed"), *QUICK).communicate()
    lasts = time.monotonic() - begun
    draw = random.Random(10)  # noqa: S311 - moments, no secret
    for moment in range(10):
        place = tmp_path / f"place{moment}"
        place.mkdir()
        process = started("new", "shop", target, *QUICK, cwd=place)
        time.sleep(lasts * (moment + draw.random()) / 10)
        process.kill()
        process.communicate()
        found = {k: v for k, v in tree(place / target).items() if not k.startswith(".scaffold-")}
        assert found in ({}, shop), moment
        shutil.rmtree(place / target / ".git", ignore_errors=True)
        if not found:
            again = started("new", "shop", target, *QUICK, cwd=place)
            _, err = again.communicate()
            assert again.returncode == 0, err
            assert tree(place / target) == shop
            assert not list(place.rglob(".scaffold-*"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("after", [0.3, 1.0, 2.0, 3.5])
def test_ended_by_a_signal_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, after: float
) -> None:
    """Ctrl-C, SIGTERM and a closed terminal at any moment, and again while it clears up."""
    place = tmp_path / "place"
    temporary = tmp_path / "temporary"
    place.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    process = started("new", "shop", "--defaults", cwd=place)
    time.sleep(after)
    for pause in (0, 0.003, 0.007, 0.02):
        time.sleep(pause)
        process.send_signal(number)
    _, err = process.communicate(timeout=30)
    # So early that Python had not begun, the signal ends it as it ends any program.
    assert process.returncode in {128 + number, -number}, err
    assert "Traceback" not in err
    assert nothing_in(place)
    # Copier has folders of its own, which a git that it started may still write to.
    assert not list(temporary.glob("scaffold-*"))


def test_interrupted_while_installing_takes_everything_back(
    template: Template,
    questionnaire: Questionnaire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files of later steps go with the rendered ones."""

    def interrupted(project: Path, *_: object) -> None:
        (project / "uv.lock").touch()
        (project / ".venv").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "prove", interrupted)
    answers = questionnaire.complete({"project_name": "shop"})
    with pytest.raises(KeyboardInterrupt), quiet() as progress:
        create.Creation(template, answers, install=True, progress=progress).into("shop")
    assert nothing_in(Path.cwd())


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a file system of this size."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a tmpfs needs root: run the tests as root to see this one")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# Copier leaves directory iterators open when a file cannot be written.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("target", ["shop", "."])
@pytest.mark.parametrize("size", ["4k", "64k"])
def test_a_full_disk_leaves_nothing(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, size: str
) -> None:
    """Told as a full disk; no half-written project, no staging folder."""
    with small_disk(tmp_path / "disk", size):
        monkeypatch.chdir(tmp_path / "disk")
        result = scaffold("new", "shop", target, *QUICK)
        assert result.code in {1, 2}
        assert "No space left on device" in result.err or "The disk is full" in result.err
        assert "Traceback" not in result.err
        assert nothing_in(tmp_path / "disk")
        monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_a_mount_point_as_target(
    scaffold: Scaffold, tmp_path: Path, shop: dict[str, bytes]
) -> None:
    """A mount point cannot be renamed over; it is filled."""
    with small_disk(tmp_path / "disk", "8m"):
        assert scaffold("new", "shop", str(tmp_path / "disk"), *QUICK).code == 0
        assert tree(tmp_path / "disk") == shop


def test_a_failure_of_the_file_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while moving is ours to tell, and what was placed is taken back."""
    moved: list[str] = []
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if len(moved) == 1:
            raise OSError(5, os.strerror(5), str(target))
        moved.append(self.name)
        return rename(self, target)

    with pytest.raises(RenderError, match="could not be written") as error:  # noqa: SIM117 - it checks what `with` undoes
        with staging.staged(staging.find(".")) as stage:
            fill(stage, FILES)
            monkeypatch.setattr(Path, "rename", failing)
            stage.place()
    assert error.value.why.startswith("Input/output error: ")
    assert nothing_in(Path.cwd())
