"""An update: what it does to each file, and what it tells."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import copier
import pytest

from conftest import Scaffold, recorded, tree
from releases import FIRST, LAST, MINE, Releases, commit, git, replaced, write
from scaffold import programs

UPDATE = ("update", "shop", "--no-verify")
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
    ("checks", "code", "told"),
    [
        (
            ("", ""),
            0,
            "1 locked anew, as the packages changed\n  uv.lock\n\nIts tests pass, as before.",
        ),
        (("", "exit('Broken.')"), 3, "Error: The update broke the project's tests.\n  Broken.\n"),
        (("exit('Bad.')", ""), 0, "Its tests failed before, and pass now."),
        (("exit('Bad.')", "exit('Worse.')"), 3, "Error: The project's tests still fail.\n  Worse."),
    ],
)
def test_the_projects_own_tests(
    scaffold: Scaffold, releases: Releases, checks: tuple[str, str], code: int, told: str
) -> None:
    """They run before and after, and the lock file follows; `undo` knows of it."""
    before, after = checks
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
