"""An update: what it does to each file, what it tells, and the way back."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import copier
import pytest

from conftest import Scaffold, recorded, tree
from releases import Releases, commit, git, replaced, write
from scaffold import conclusion, journal, programs, update

UPDATE = ("update", "shop", "--no-verify")
FIRST, LAST = "line 2\n", "line 19\n"


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Releases:
    """Return a small template with one release."""
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path / "mirrors"))
    return Releases(tmp_path / "template of all")


@pytest.fixture
def shop(releases: Releases, scaffold: Scaffold) -> Path:
    """Return a project made from the first release."""
    return releases.project(scaffold)


V2 = {
    "template/Dockerfile": replaced(FIRST, "theirs\n"),
    "template/DECISION.md": "Two.\n",
    "template/NEWS.md": "New.\n",
    "template/README.md.jinja": "# {{ project_name }}\n" + replaced(FIRST, "theirs\n"),
    "template/src/app.py": replaced(FIRST, "theirs\n"),
    "template/src/old.py": None,
    "template/{{ with_ci }}/ci.yml": replaced(FIRST, "theirs\n"),
}
MINE = {
    "Dockerfile": None,
    "README.md": "# shop\n" + replaced(LAST, "mine\n"),
    "src/app.py": replaced(FIRST, "mine\n"),
    "src/old.py": replaced(LAST, "mine\n"),
    "src/orders.py": "My own.\n",
}
TOLD = """\
2 in conflict: you and the template changed the same
  src/app.py
  src/old.py
1 merged: your changes and the template's
  README.md
2 changed as the template did
  .copier-answers.yml
  ci.yml
1 new from the template
  NEWS.md
2 kept as yours: what the template changed there is left out
  DECISION.md
  Dockerfile
"""


@pytest.fixture
def edited(releases: Releases, shop: Path) -> Path:
    """Return a project with changes of its own, and a new release that meets each of them."""
    commit(shop, MINE)
    releases.release("v2.0.0", V2)
    return shop


def test_every_state_is_told_and_true(scaffold: Scaffold, edited: Path) -> None:
    """Before and after in the same words, with conflicts as git knows them, and exit code 4."""
    before = tree(edited)
    result = scaffold(*UPDATE)
    assert result.code == 4
    assert f"shop, from v1.0.0 to v2.0.0:\n\n{TOLD}" in result.out
    assert f"Updated, from v1.0.0 to v2.0.0:\n\n{TOLD}" in result.out
    assert result.err.startswith(
        "Error: 2 files are in conflict.\n  src/app.py\n  src/old.py (removed)\n"
    )
    assert git(edited, "status", "--porcelain").splitlines() == [
        "M  .copier-answers.yml",
        "A  NEWS.md",
        "M  README.md",
        "M  ci.yml",
        "UU src/app.py",
        "UD src/old.py",
    ]
    after = tree(edited)
    assert after["README.md"].decode() == "# shop\n" + replaced(FIRST, "theirs\n").replace(
        LAST, "mine\n"
    )
    assert b"<<<<<<< before updating\nmine\n=======\ntheirs\n>>>>>>>" in after["src/app.py"]
    assert {name: after[name] for name in ("src/old.py", "src/orders.py", "DECISION.md")} == {
        name: before[name] for name in ("src/old.py", "src/orders.py", "DECISION.md")
    }
    assert "Dockerfile" not in after


def test_plain_copier_gives_the_same_files(scaffold: Scaffold, edited: Path) -> None:
    """All but a file that the template removes and you have changed: that is not lost here."""
    plain = edited.with_name("plain")
    shutil.copytree(edited, plain)
    scaffold(*UPDATE)
    copier.run_update(plain, defaults=True, overwrite=True, quiet=True)
    ours, theirs = tree(edited), tree(plain)
    assert ours.pop("src/old.py").decode() == MINE["src/old.py"]
    assert ours == theirs


def test_a_dry_run_writes_nothing(scaffold: Scaffold, edited: Path) -> None:
    before = tree(edited), git(edited, "status", "--porcelain")
    result = scaffold("update", "shop", "--dry-run")
    assert (result.code, result.err) == (0, "")
    assert TOLD in result.out
    assert "Nothing was changed" in result.out
    assert (tree(edited), git(edited, "status", "--porcelain")) == before
    assert not list((edited / ".git").glob("scaffold-update/*"))


def test_a_mended_conflict_is_committed_with_all_the_rest(scaffold: Scaffold, edited: Path) -> None:
    """As the message says: what merged is staged, as a merge leaves it."""
    assert scaffold(*UPDATE).code == 4
    write(edited, {"src/app.py": "Mended.\n"})
    git(edited, "add", "src/app.py")
    git(edited, "rm", "--quiet", "src/old.py")
    git(edited, "commit", "--quiet", "--message", "update")
    assert git(edited, "status", "--porcelain") == ""
    assert "_commit: v2.0.0" in git(edited, "show", "HEAD:.copier-answers.yml")
    assert git(edited, "show", "HEAD:NEWS.md") == "New."


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


def test_from_a_folder_inside(
    scaffold: Scaffold, edited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a name it is the project that one is in."""
    monkeypatch.chdir(edited / "src")
    assert scaffold("update", "--no-verify").code == 4
    assert scaffold("undo").code == 0
    assert scaffold("check").code == 5
    assert scaffold("diff").code == 0
    assert git(edited, "status", "--porcelain") == ""


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


def test_the_second_update_is_none(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """Whether the first is committed or not."""
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    assert scaffold(*UPDATE).code == 0
    after = tree(shop)
    for _ in range(2):
        result = scaffold(*UPDATE)
        assert (result.code, result.err) == (0, "")
        assert "shop is up to date with its template, at v2.0.0.\n" in result.out
        assert tree(shop) == after
        git(shop, "add", "--all")
        git(shop, "commit", "--quiet", "--allow-empty", "--message", "update")


def test_answers_change_on_the_way(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """At the same version too; what they take away goes, and what they bring comes."""
    result = scaffold(*UPDATE, "-d", "ci=no", "-d", "python=3.12")
    assert result.code == 0
    assert "shop, at v1.0.0:\n" in result.out
    assert "Answers that are recorded then:\n  python: 3.12\n  ci: no\n" in result.out
    assert git(shop, "status", "--porcelain").splitlines() == [
        "M  .copier-answers.yml",
        "D  ci.yml",
    ]
    assert recorded(shop)["ci"] == "no"
    commit(shop, {})
    releases.release(
        "v2.0.0",
        {"copier.yml": (releases.folder / "copier.yml").read_text() + "fresh: {default: one}\n"},
    )
    result = scaffold(*UPDATE, "-d", "ci=yes")
    assert "Answers that are recorded then:\n  ci: yes\n  fresh: one\n" in result.out
    assert (shop / "ci.yml").exists()
    assert recorded(shop)["python"] == "3.12"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("ci=perhaps", "Error: 'perhaps' is no answer to 'ci'.\n"),
        ("nonsense=1", "Error: There is no question 'nonsense'.\n"),
        ("ci", "Error: 'ci' is no answer.\n"),
    ],
)
def test_wrong_answers(scaffold: Scaffold, shop: Path, answer: str, told: str) -> None:
    before = tree(shop)
    result = scaffold(*UPDATE, "-d", answer)
    assert result.code == 2
    assert result.err.startswith(told)
    assert tree(shop) == before


def test_the_version_to_update_to(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """The newest release; another by its tag, branch or commit; never an older one."""
    releases.release("v2.0.0", {"template/NEWS.md": "Two.\n"})
    releases.release("v3.0.0rc1", {"template/NEWS.md": "Three.\n"})
    assert scaffold(*UPDATE, "--to", "main").code == 0
    assert "_commit: v3.0.0rc1\n" in (shop / ".copier-answers.yml").read_text()
    assert scaffold("undo", "shop").code == 0
    assert scaffold(*UPDATE, "--to", "v2.0.0").code == 0
    commit(shop, {})
    for version, told in (
        ("v1.0.0", "Error: 'v1.0.0' is older than what the project has.\n  It has v2.0.0.\n"),
        ("v9", "Error: The template has no version 'v9'.\n  The newest are: v3.0.0rc1, v2.0.0"),
        ("--help", "Error: The template has no version '--help'.\n"),
    ):
        result = scaffold(*UPDATE, f"--to={version}")
        assert result.code == 2
        assert result.err.startswith(told)


def test_ahead_of_the_newest_release_is_up_to_date(
    scaffold: Scaffold, releases: Releases, shop: Path
) -> None:
    """A project made from a later commit is not taken back to a release."""
    releases.release("v2.0.0", {"template/NEWS.md": "Two.\n"})
    commit(releases.folder, {"template/NEWS.md": "After.\n"})
    assert scaffold(*UPDATE, "--to", "main").code == 0
    commit(shop, {})
    result = scaffold(*UPDATE)
    assert result.code == 0
    assert "shop is up to date with its template, at v2.0.0-1-g" in result.out
    result = scaffold(*UPDATE, "-d", "ci=no")
    assert result.code == 0
    assert "shop, at v2.0.0-1-g" in result.out
    assert (shop / "NEWS.md").read_text() == "After.\n"


@pytest.mark.slow
def test_ends_of_lines_are_no_change(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """Where git checks text out with CRLF, a file is not taken for an edited one."""
    git(shop, "config", "--global", "core.autocrlf", "true")
    git(shop, "rm", "--quiet", "--cached", "-r", ".")
    git(shop, "reset", "--quiet", "--hard")
    assert b"\r\n" in (shop / "Dockerfile").read_bytes()
    releases.release("v2.0.0", {"template/Dockerfile": "Two.\n", "template/src/old.py": None})
    # A process of its own: Copier takes git's configuration from the environment that it starts in.
    command = [sys.executable, "-m", "scaffold", *UPDATE]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "\n2 changed as the template did\n  .copier-answers.yml\n  Dockerfile\n" in out
    assert "\n1 removed as the template did\n  src/old.py\n" in out
    assert scaffold("undo", "shop").code == 0
    assert git(shop, "status", "--porcelain") == ""
    assert '"state"' not in scaffold("check", "shop", "--json").out


def test_events(scaffold: Scaffold, edited: Path) -> None:
    """What programs hear; a failure is an event too."""
    result = scaffold(*UPDATE, "--json")
    assert result.code == 4
    events = [json.loads(line) for line in result.out.splitlines()]
    assert [event["event"] for event in events if event["event"] != "step"] == [
        "planned", "updated", "error",
    ]  # fmt: skip
    planned, updated = (event for event in events if event["event"] in {"planned", "updated"})
    assert updated["tests"] == {"before": "not run", "after": "not run"}
    assert (planned["from"], planned["to"], planned["project"]) == ("v1.0.0", "v2.0.0", str(edited))
    assert {"path": "README.md", "state": "merged", "edited": True} in planned["files"]
    assert events[-1]["exit_code"] == 4
    scaffold("undo", "shop")
    git(edited, "tag", "x")
    result = scaffold("update", "shop", "--json", "--nonsense")
    assert json.loads(result.out)["event"] == "error"


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


def test_two_runs_at_once(scaffold: Scaffold, shop: Path) -> None:
    with journal.locked(shop):
        for command in (UPDATE, ("undo", "shop")):
            result = scaffold(*command)
            assert result.code == 2
            assert result.err.startswith("Error: Another run is updating this project.\n")


def test_what_git_ignores_is_not_replaced(
    scaffold: Scaffold, releases: Releases, shop: Path
) -> None:
    commit(shop, {".gitignore": "*.log\n"})
    write(shop, {"mine.log": "mine\n"})
    releases.release("v2.0.0", {"template/mine.log": "theirs\n"})
    before = tree(shop)
    assert scaffold("update", "shop", "--dry-run").code == 2
    result = scaffold(*UPDATE)
    assert result.code == 2
    assert result.err.startswith(
        "Error: Files that git does not track stand in the way.\n  mine.log\n"
    )
    assert tree(shop) == before


PYPROJECT = """\
[project]
name = "shop"
version = "0"
requires-python = ">=3.11"
dependencies = ["poethepoet"]

[tool.poe.tasks.test]
cmd = "python check.py"
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "code", "told"),
    [
        (
            "",
            "",
            0,
            "1 locked anew, as the packages changed\n  uv.lock\n\nIts tests pass, as before.",
        ),
        ("", "exit('Broken.')", 3, "Error: The update broke the project's tests.\n  Broken.\n"),
        ("exit('Bad.')", "", 0, "Its tests failed before, and pass now."),
        ("exit('Bad.')", "exit('Worse.')", 3, "Error: The project's tests still fail.\n  Worse."),
    ],
)
def test_the_projects_own_tests(  # noqa: PLR0913 - fixtures, and what is tried
    scaffold: Scaffold, releases: Releases, *, before: str, after: str, code: int, told: str
) -> None:
    """They run before and after, and the lock file follows; `undo` knows of it."""
    releases.release("v1.1.0", {"template/pyproject.toml": PYPROJECT, "template/check.py": before})
    shop = releases.project(scaffold)
    commit(shop, {".gitignore": ".venv\n"})
    programs.run((programs.uv(), "lock"), shop)
    commit(shop, {})
    was = tree(shop)
    locked = PYPROJECT.replace('version = "0"', 'version = "1"')
    releases.release("v2.0.0", {"template/pyproject.toml": locked, "template/check.py": after})
    result = scaffold("update", "shop")
    assert result.code == code
    assert told in result.out + result.err
    changed = git(shop, "status", "--porcelain").splitlines()
    assert {"M  pyproject.toml", "M  uv.lock"} <= set(changed)
    assert scaffold("undo", "shop").code == 0
    assert {name: text for name, text in tree(shop).items() if ".venv" not in name} == was
    assert git(shop, "status", "--porcelain") == ""
