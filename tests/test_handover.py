"""What tools found out is handed on between projects, and never a result."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import copy_template, tree
from scaffold import handover
from scaffold.errors import ProofError

LOCK = """
version = 1
requires-python = ">=3.11"
[[package]]
name = "{name}"
version = "0.1.0"
source = {{ editable = "." }}
[[package]]
name = "flask"
version = "{flask}"
source = {{ registry = "https://example.org" }}
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def project(folder: Path, *, flask: str = "3.2", lock: str = LOCK, python: str = "3.11.7") -> Path:
    """Make the files of a project that matter here."""
    (folder / ".venv/flask").mkdir(parents=True)
    (folder / ".venv/pyvenv.cfg").write_text(f"prompt = {folder.name}\nversion_info = {python}\n")
    (folder / "uv.lock").write_text(lock.format(name=folder.name, flask=flask))
    return folder


def check(project: Path, found: str = "") -> dict[str, bytes]:
    """Run what stands for the checks, and return the cache that they met."""
    with handover.shared(project):
        met = tree(project / ".mypy_cache")
        if found:
            (project / ".mypy_cache").mkdir(exist_ok=True)
            (project / ".mypy_cache/known").write_text(found)
    return met


def test_the_next_project_with_the_same_packages_begins_with_it(tmp_path: Path) -> None:
    assert check(project(tmp_path / "one"), "flask 3.2") == {}
    check(project(tmp_path / "other", flask="3.3"), "flask 3.3")
    assert check(project(tmp_path / "two")) == {"known": b"flask 3.2"}
    assert check(project(tmp_path / "three", flask="3.3")) == {"known": b"flask 3.3"}


def test_with_other_packages_mypy_begins_with_what_was_used_last(tmp_path: Path) -> None:
    """Its own cache grows from there, and bytecode is of the same packages alone."""
    for number, flask in enumerate(("3.2", "3.3")):
        with handover.shared(project(tmp_path / flask, flask=flask)):
            (tmp_path / flask / ".mypy_cache").mkdir(exist_ok=True)
            (tmp_path / flask / ".mypy_cache/known").write_text(f"flask {flask}")
            compile_packages(tmp_path / flask, flask)
        kept = max(handover.folder().iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(kept, (number, number))
    half = kept.with_name(f"{kept.name}-12345678")  # a run was killed amid a copy
    (half / ".mypy_cache").mkdir(parents=True)
    four = project(tmp_path / "four", flask="4.0")
    assert check(four, "flask 4.0") == {"known": b"flask 3.3"}
    assert not (four / ".venv/flask/__pycache__").exists()
    assert check(project(tmp_path / "next", flask="4.0")) == {"known": b"flask 4.0"}


def test_what_another_interpreter_made_is_not_met(tmp_path: Path) -> None:
    check(project(tmp_path / "one"), "by 3.11")
    assert check(project(tmp_path / "two", python="3.14.0")) == {}


def compile_packages(project: Path, bytecode: str) -> None:
    """Do what the first run of a project's tests does."""
    place = project / ".venv/flask/__pycache__"
    place.mkdir(exist_ok=True)
    (place / "app.cpython-311.pyc").write_text(bytecode)


def test_the_next_project_with_the_same_packages_begins_with_their_bytecode(tmp_path: Path) -> None:
    with handover.shared(project(tmp_path / "one")):
        (tmp_path / "one/.mypy_cache").mkdir()
        compile_packages(tmp_path / "one", "compiled")
    two = project(tmp_path / "two")
    with handover.shared(two):
        met = tree(two / ".venv/flask")
    assert met == {"__pycache__/app.cpython-311.pyc": b"compiled"}
    assert not (two / "pyvenv.cfg").exists()


def test_bytecode_that_is_there_stays(tmp_path: Path) -> None:
    """A user can have uv compile at installation."""
    for name in ("one", "two"):
        with handover.shared(project(tmp_path / name)):
            (tmp_path / name / ".mypy_cache").mkdir(exist_ok=True)
            compile_packages(tmp_path / name, name)
    three = project(tmp_path / "three")
    compile_packages(three, "three")
    with handover.shared(three):
        met = tree(three / ".venv/flask")
    assert met == {"__pycache__/app.cpython-311.pyc": b"three"}


def test_bytecode_is_copied_where_it_cannot_be_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python compares the time of a source with what its bytecode says, and nothing else of it."""

    def refused(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    for name in ("one", "two"):
        with handover.shared(project(tmp_path / name)):
            (tmp_path / name / ".mypy_cache").mkdir(exist_ok=True)
            if name == "one":
                compile_packages(tmp_path / name, "compiled")
    assert tree(tmp_path / "two/.venv/flask") == {"__pycache__/app.cpython-311.pyc": b"compiled"}


def test_what_one_project_adds_is_not_the_next_ones(tmp_path: Path) -> None:
    """It does not grow with every project."""
    check(project(tmp_path / "one"), "1")
    check(project(tmp_path / "two"), "2")
    assert check(project(tmp_path / "three")) == {"known": b"1"}


def test_a_cache_with_which_checks_failed_is_forgotten(tmp_path: Path) -> None:
    """It may be what failed; a cache that was not there before is not kept either."""
    check(project(tmp_path / "one"), "broken")
    with pytest.raises(ProofError), handover.shared(project(tmp_path / "two")):
        raise ProofError("The step 'types' failed")
    assert check(project(tmp_path / "three")) == {}
    with pytest.raises(ProofError), handover.shared(project(tmp_path / "four")):
        (tmp_path / "four/.mypy_cache").mkdir()
        raise ProofError("The step 'types' failed")
    assert check(project(tmp_path / "five")) == {}


def test_what_was_used_last_is_forgotten_where_checks_failed_with_it(tmp_path: Path) -> None:
    check(project(tmp_path / "one"), "broken")
    with pytest.raises(ProofError), handover.shared(project(tmp_path / "two", flask="3.3")):
        raise ProofError("The step 'types' failed")
    assert check(project(tmp_path / "three")) == {}


def test_as_many_are_kept_as_one_person_uses(tmp_path: Path) -> None:
    """Those that were used last; what a killed run left half copied goes too."""
    for number in range(6):
        check(project(tmp_path / f"p{number}", flask=str(number)), str(number))
        kept = max(handover.folder().iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(kept, (number, number))
    (handover.folder() / "half-copied").mkdir()
    os.utime(handover.folder() / "half-copied", (0.5, 0.5))
    assert check(project(tmp_path / "again", flask="0")) == {"known": b"0"}  # used just now
    check(project(tmp_path / "new", flask="7"), "7")
    assert len(list(handover.folder().iterdir())) == 6
    assert not (handover.folder() / "half-copied").exists()
    assert check(project(tmp_path / "first", flask="0")) == {"known": b"0"}
    assert check(project(tmp_path / "second", flask="1")) == {"known": b"0"}  # used just now


@pytest.mark.parametrize(
    "lock", ["not TOML [", "version = 1", "package = 3", "[[package]]\nname = 'x'"]
)
def test_a_lock_file_that_says_nothing_costs_only_time(tmp_path: Path, lock: str) -> None:
    check(project(tmp_path / "one", lock=lock.replace("{", "{{")), "1")
    assert not handover.folder().exists()


def test_a_place_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    check(project(tmp_path / "one"), "1")
    assert check(project(tmp_path / "two")) == {}
    assert {path.name for path in (tmp_path / "two").iterdir()} == {"uv.lock", ".venv"}


def test_a_cache_of_somebodys_own_is_nobody_elses(tmp_path: Path) -> None:
    """A project that was merged into a folder may have one of years."""
    (project(tmp_path / "one") / ".mypy_cache").mkdir()
    check(tmp_path / "one", "private")
    assert check(project(tmp_path / "two"), "2") == {}
    assert handover.folder().stat().st_mode & 0o077 == 0
    (project(tmp_path / "three") / ".mypy_cache").mkdir()
    assert check(tmp_path / "three") == {}


def test_an_end_amid_a_copy_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: Path, place: Path) -> None:
        del source
        place.mkdir()
        raise KeyboardInterrupt

    check(project(tmp_path / "one"), "1")
    two = project(tmp_path / "two")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copytree", half)
        check(two)
    assert {path.name for path in two.iterdir()} == {"uv.lock", ".venv"}


def test_a_place_that_cannot_be_read_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's, for example."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    check(project(tmp_path / "one"), "1")
    monkeypatch.setattr(shutil, "copytree", refused)
    assert check(project(tmp_path / "two"), "2") == {}


@pytest.mark.slow
def test_a_cache_hides_no_error(tmp_path: Path) -> None:
    """The second project begins with the cache of the first, and its own wrong line is found."""
    command = (sys.executable, "-m", "scaffold", "new", "Shop")
    options = ("--defaults", "-d", "interface=api", "-d", "framework=flask")
    subprocess.run([*command, "one", *options], cwd=tmp_path, check=True, capture_output=True)
    assert len(list(handover.folder().iterdir())) == 1
    wrong = copy_template(tmp_path / "template")
    tests = wrong / "template/tests/conftest.py.jinja"
    tests.write_text(tests.read_text() + "\n\nWRONG: int = 'text'\n")
    second = subprocess.run(
        [*command, "two", *options, "--template", str(wrong)],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert second.returncode == 3
    assert "Incompatible types in assignment" in second.stderr
    sources, compiled = (
        [found for name in ("one", "two") for found in (tmp_path / name / ".venv").rglob(pattern)]
        for pattern in ("site-packages/flask/app.py", "flask/__pycache__/app.cpython-*.pyc")
    )
    assert len(compiled) == 2
    if len({source.stat().st_mtime_ns for source in sources}) == 1:  # uv did not copy them
        assert compiled[0].samefile(compiled[1])  # and Python had no reason to compile again
