"""What mypy found out is handed on: between projects with the same packages, and never a result."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import copy_template, tree
from scaffold import mypy_cache
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


def project(folder: Path, *, flask: str = "3.2", lock: str = LOCK) -> Path:
    """Make the files of a project that matter here."""
    folder.mkdir()
    (folder / "uv.lock").write_text(lock.format(name=folder.name, flask=flask))
    return folder


def check(project: Path, found: str = "") -> dict[str, bytes]:
    """Run what stands for the checks, and return the cache that they met."""
    with mypy_cache.shared(project):
        met = tree(project / ".mypy_cache")
        if found:
            (project / ".mypy_cache").mkdir(exist_ok=True)
            (project / ".mypy_cache/known").write_text(found)
    return met


def test_the_next_project_with_the_same_packages_begins_with_it(tmp_path: Path) -> None:
    assert check(project(tmp_path / "one"), "flask 3.2") == {}
    assert check(project(tmp_path / "two")) == {"known": b"flask 3.2"}
    assert check(project(tmp_path / "three", flask="3.3"), "flask 3.3") == {}
    assert check(project(tmp_path / "four", flask="3.3")) == {"known": b"flask 3.3"}


def test_what_one_project_adds_is_not_the_next_ones(tmp_path: Path) -> None:
    """It does not grow with every project."""
    check(project(tmp_path / "one"), "1")
    check(project(tmp_path / "two"), "2")
    assert check(project(tmp_path / "three")) == {"known": b"1"}


def test_a_cache_with_which_checks_failed_is_forgotten(tmp_path: Path) -> None:
    """It may be what failed; a cache that was not there before is not kept either."""
    check(project(tmp_path / "one"), "broken")
    with pytest.raises(ProofError), mypy_cache.shared(project(tmp_path / "two")):
        raise ProofError("The step 'types' failed")
    assert check(project(tmp_path / "three")) == {}
    with pytest.raises(ProofError), mypy_cache.shared(project(tmp_path / "four")):
        (tmp_path / "four/.mypy_cache").mkdir()
        raise ProofError("The step 'types' failed")
    assert check(project(tmp_path / "five")) == {}


def test_as_many_are_kept_as_one_person_uses(tmp_path: Path) -> None:
    """Those that were used last; what a killed run left half copied goes too."""
    for number in range(6):
        check(project(tmp_path / f"p{number}", flask=str(number)), str(number))
        kept = max(mypy_cache.folder().iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(kept, (number, number))
    (mypy_cache.folder() / "half-copied").mkdir()
    os.utime(mypy_cache.folder() / "half-copied", (0.5, 0.5))
    assert check(project(tmp_path / "again", flask="0")) == {"known": b"0"}  # used just now
    check(project(tmp_path / "new", flask="7"), "7")
    assert len(list(mypy_cache.folder().iterdir())) == 6
    assert not (mypy_cache.folder() / "half-copied").exists()
    assert check(project(tmp_path / "first", flask="0"))
    assert not check(project(tmp_path / "second", flask="1"))


@pytest.mark.parametrize(
    "lock", ["not TOML [", "version = 1", "package = 3", "[[package]]\nname = 'x'"]
)
def test_a_lock_file_that_says_nothing_costs_only_time(tmp_path: Path, lock: str) -> None:
    check(project(tmp_path / "one", lock=lock.replace("{", "{{")), "1")
    assert not mypy_cache.folder().exists()


def test_a_place_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    check(project(tmp_path / "one"), "1")
    assert check(project(tmp_path / "two")) == {}
    assert not [path for path in (tmp_path / "two").iterdir() if path.name != "uv.lock"]


def test_a_cache_of_somebodys_own_is_nobody_elses(tmp_path: Path) -> None:
    """A project that was merged into a folder may have one of years."""
    (project(tmp_path / "one") / ".mypy_cache").mkdir()
    check(tmp_path / "one", "private")
    assert check(project(tmp_path / "two"), "2") == {}
    assert mypy_cache.folder().stat().st_mode & 0o077 == 0
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
    assert [path.name for path in two.iterdir()] == ["uv.lock"]


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
    assert len(list(mypy_cache.folder().iterdir())) == 1
    wrong = copy_template(tmp_path / "template")
    tests = wrong / "template/tests/conftest.py.jinja"
    tests.write_text(tests.read_text() + "\n\nWRONG: int = 'text'\n")
    second = subprocess.run(
        [*command, "two", *options, "--template", str(wrong)],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert second.returncode == 3
    assert "Incompatible types in assignment" in second.stderr
