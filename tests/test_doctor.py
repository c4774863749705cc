"""What the machine lacks is found, and it is said what to do."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import Scaffold


@pytest.mark.slow
def test_all_is_well(scaffold: Scaffold) -> None:
    """A line for each check; the real index answers."""
    result = scaffold("doctor")
    assert result.code == 0
    lines = result.out.splitlines()
    assert [line[:2] for line in lines] == ["✓ "] * 6
    assert "✓ package index   answers" in lines


def test_an_index_out_of_reach(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, the cause, and what to do."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    result = scaffold("doctor")
    assert result.code == 1
    assert "✗ package index" in result.out
    assert "Connection refused" in result.out
    assert "UV_DEFAULT_INDEX" in result.out


def test_no_git_is_a_warning(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A project can be made without it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    checks = {
        check["name"]: check for check in json.loads(scaffold("doctor", "--json").out)["checks"]
    }
    assert checks["git"]["status"] == checks["git identity"]["status"] == "warning"
    assert checks["git"]["todo"] == "Install it: without it a project gets no repository."
    assert checks["uv"]["status"] == "ok"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="There is no /proc, which nobody can write.")
def test_a_directory_that_cannot_be_written(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told before twenty questions are answered."""
    monkeypatch.chdir("/proc")
    result = scaffold("doctor")
    assert result.code == 1
    assert "✗ this directory" in result.out
    assert "Go to a directory that you may write to." in result.out


def test_git_without_a_name(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git does not know of the author is a warning, with the way to tell it."""
    assert shutil.which("git")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    result = scaffold("doctor")
    assert "! git identity    not complete" in result.out
    assert "git config --global" in result.out
