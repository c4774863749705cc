"""An update is put into place whole or not at all, and taken back, whatever happens."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Scaffold, tree
from releases import Releases, commit, git, write
from scaffold import conclusion, journal, update, verify

UPDATE = ("update", "shop", "--no-verify")


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Return a small template with one release."""
    return Releases(tmp_path / "template of all")


@pytest.fixture
def shop(releases: Releases, scaffold: Scaffold) -> Path:
    """Return a project made from the first release."""
    return releases.project(scaffold)


@pytest.fixture
def edited(releases: Releases, scaffold: Scaffold) -> Path:
    """Return a project with changes of its own, and a new release that meets each of them."""
    return releases.edited(scaffold)


@pytest.mark.parametrize("move", ["commit", "branch"])
def test_a_project_that_moves_on_meanwhile(
    scaffold: Scaffold, edited: Path, monkeypatch: pytest.MonkeyPatch, move: str
) -> None:
    """A commit or another branch, made while the tests run, is not taken back."""

    def meanwhile(*_: object, **__: object) -> conclusion.Tests:
        if move == "commit":
            commit(edited, {"README.md": "Precious.\n"})
        else:
            git(edited, "switch", "--quiet", "-c", "other")
        return conclusion.Tests(None)

    monkeypatch.setattr(update, "tests_before", meanwhile)
    result = scaffold("update", "shop")
    assert result.code == 2
    assert result.err.startswith("Error: The project has moved on meanwhile.\n")
    assert git(edited, "status", "--porcelain") == ""


def test_the_last_update_is_not_committed(
    scaffold: Scaffold, releases: Releases, shop: Path
) -> None:
    """Another one says what to do; once it is discarded by hand, nothing is left to take back."""
    assert scaffold(*UPDATE, "-d", "ci=no").code == 0
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    result = scaffold(*UPDATE)
    assert result.code == 2
    assert result.err.startswith("Error: The update to v1.0.0 is not committed yet.\n")
    git(shop, "reset", "--quiet", "--hard")
    write(shop, {"README.md": "Mine.\n"})
    result = scaffold("undo", "shop")
    assert result.code == 2
    assert "Nothing is left of the one to v1.0.0." in result.err
    assert git(shop, "status", "--porcelain") == " M README.md"
    assert git(shop, "stash", "list") == ""


def test_a_folder_where_the_update_brought_a_file(
    scaffold: Scaffold, releases: Releases, shop: Path
) -> None:
    """It is somebody's, and stays."""
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n", "template/Z.md": "New.\n"})
    assert scaffold(*UPDATE).code == 0
    (shop / "NEWS.md").unlink()
    write(shop, {"NEWS.md/mine.txt": "Mine.\n"})
    assert scaffold("undo", "shop").code == 0
    assert git(shop, "status", "--porcelain") == "?? NEWS.md/"
    assert (shop / "NEWS.md/mine.txt").read_text() == "Mine.\n"


def test_undo(scaffold: Scaffold, edited: Path) -> None:
    """All of it is as it was; what was changed in its files since is in git's stash."""
    before = tree(edited)
    scaffold(*UPDATE)
    write(edited, {"src/app.py": "Mended.\n", "mine.txt": "Beside it.\n"})
    result = scaffold("undo", "shop")
    assert (result.code, result.err) == (0, "")
    assert "The update from v1.0.0 to v2.0.0 is taken back" in result.out
    assert "`git stash pop` brings it back" in result.out
    assert tree(edited) == {**before, "mine.txt": b"Beside it.\n"}
    assert git(edited, "status", "--porcelain") == "?? mine.txt"
    git(edited, "stash", "pop")
    assert (edited / "src/app.py").read_text() == "Mended.\n"


def test_undo_keeps_new_files_that_were_changed(
    scaffold: Scaffold, releases: Releases, shop: Path
) -> None:
    """In folders that the update made too, and in what git ignores."""
    commit(shop, {".gitignore": "*.log\n"})
    releases.release("v2.0.0", {"template/a/b/new.txt": "new\n", "template/a/new.log": "new\n"})
    assert scaffold(*UPDATE).code == 0
    write(shop, {"a/b/new.txt": "mine\n", "a/new.log": "mine\n"})
    assert scaffold("undo", "shop").code == 0
    assert not (shop / "a").exists()
    git(shop, "stash", "pop")
    assert [(shop / name).read_text() for name in ("a/b/new.txt", "a/new.log")] == ["mine\n"] * 2


def test_nothing_to_take_back(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    result = scaffold("undo", "shop")
    assert result.code == 2
    assert result.err.startswith("Error: There is no update to take back.\n")
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    assert scaffold(*UPDATE).code == 0
    assert scaffold("undo", "shop").code == 0
    assert scaffold("undo", "shop").code == 2
    assert scaffold(*UPDATE).code == 0
    commit(shop, {})
    before = tree(shop)
    result = scaffold("undo", "shop")
    assert result.code == 2
    assert result.err.startswith("Error: Something was committed since the update to v2.0.0.\n")
    assert tree(shop) == before


# Each ends the run itself at the n-th call of a function, as a kill from outside would.
ENDED = """\
import os, sys
from scaffold import journal
from scaffold.__main__ import main
name, count, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
place = journal.shutil if name == "copy" else journal
real = getattr(place, name)
def ending(*arguments, **named):
    global count
    count -= 1
    if not count:
        os.kill(os.getpid(), number)
    return real(*arguments, **named)
setattr(place, name, ending)
sys.argv = ["scaffold", *sys.argv[4:]]
main()
"""


def ended(name: str, count: int, number: signal.Signals, *arguments: str) -> int:
    """Run the command until a function of the journal is called for the n-th time."""
    return subprocess.run(
        [sys.executable, "-c", ENDED, name, str(count), str(int(number)), *arguments],
        capture_output=True, check=False,
    ).returncode  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("moment", [("copy", 3), ("put", 1), ("put", 3), ("mark_conflict", 2)])
def test_a_kill_at_any_moment(scaffold: Scaffold, edited: Path, moment: tuple[str, int]) -> None:
    """The work tree is as before, or `undo` and the next update make it so."""
    before, status = tree(edited), git(edited, "status", "--porcelain")
    assert ended(*moment, signal.SIGKILL, *UPDATE) == -signal.SIGKILL
    killed = edited.with_name("killed")
    shutil.copytree(edited, killed)
    if moment[0] == "copy":  # nothing was put into place by then
        assert tree(edited) == before
        assert scaffold("undo", "shop").code == 2
    else:
        assert scaffold("undo", "shop").code == 0
    assert (tree(edited), git(edited, "status", "--porcelain")) == (before, status)
    assert git(edited, "stash", "list") == ""
    whole = scaffold(*UPDATE)
    if moment[0] != "copy":  # a look takes nothing back
        status = git(killed, "status", "--porcelain")
        assert scaffold("update", "killed", "--dry-run").code == 2
        assert git(killed, "status", "--porcelain") == status
    again = scaffold("update", "killed", "--no-verify")
    assert (again.code, whole.code) == (4, 4)
    assert tree(killed) == tree(edited)
    assert ("An update was interrupted" in again.out) == (moment[0] != "copy")


@pytest.mark.slow
def test_what_was_committed_after_a_kill_stays(scaffold: Scaffold, edited: Path) -> None:
    """Half an update that somebody has committed is theirs; the next one begins from there."""
    assert ended("mark_conflict", 1, signal.SIGKILL, *UPDATE) == -signal.SIGKILL
    commit(edited, {})
    before = tree(edited)
    assert scaffold("undo", "shop").code == 2
    assert "was interrupted" not in scaffold("check", "shop").out
    result = scaffold(*UPDATE)
    assert result.code == 0
    assert "interrupted" not in result.out
    assert "is up to date" in result.out
    assert tree(edited) == before
    assert git(edited, "status", "--porcelain") == ""


@pytest.mark.slow
def test_undo_is_killed(scaffold: Scaffold, edited: Path) -> None:
    """The next one ends it."""
    before = tree(edited)
    scaffold(*UPDATE)
    assert ended("_remove", 1, signal.SIGKILL, "undo", "shop") == -signal.SIGKILL
    assert scaffold("undo", "shop").code == 0
    assert tree(edited) == before
    assert git(edited, "status", "--porcelain") == ""
    assert git(edited, "stash", "list") == ""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_takes_all_back(edited: Path, number: signal.Signals) -> None:
    before = tree(edited)
    assert ended("put", 3, number, *UPDATE) == 128 + number
    assert tree(edited) == before
    assert git(edited, "status", "--porcelain") == ""


def test_a_full_disk_takes_all_back(
    scaffold: Scaffold, edited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(edited)

    def full(kept: Path, place: Path) -> None:
        place.write_bytes(kept.read_bytes()[:3])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))

    monkeypatch.setattr(journal, "put", full)
    result = scaffold(*UPDATE)
    assert result.code == 1
    assert result.err.startswith("Error: The disk is full.\n")
    assert tree(edited) == before


def test_an_end_once_it_is_in_place_says_so(
    scaffold: Scaffold, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was changed until then counts to the update, the lock file too."""
    releases.release("v1.1.0", {"template/pyproject.toml": "[project]\n"})
    shop = releases.project(scaffold)
    commit(shop, {"uv.lock": "Old.\n"})
    before = tree(shop)
    releases.release("v2.0.0", {"template/pyproject.toml": "[project]\nname = 'shop'\n"})

    def ended(*_: object) -> str:
        write(shop, {"uv.lock": "Half.\n"})
        sys.exit(128 + signal.SIGTERM)

    monkeypatch.setattr(verify, "failure", ended)
    result = scaffold(*UPDATE)
    assert result.code == 128 + signal.SIGTERM
    assert "The update is in place, unproven; `scaffold undo` takes it back.\n" in result.out
    assert scaffold("undo", "shop").code == 0
    assert tree(shop) == before
    assert git(shop, "status", "--porcelain") == ""


def test_two_runs_at_once(scaffold: Scaffold, shop: Path) -> None:
    with journal.locked(shop):
        for command in (UPDATE, ("undo", "shop")):
            result = scaffold(*command)
            assert result.code == 2
            assert result.err.startswith("Error: Another run is updating this project.\n")
