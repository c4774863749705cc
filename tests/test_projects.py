"""Projects that cannot be updated: each is told in its own way, and nothing of it is changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Scaffold, tree
from releases import Releases, commit, git, write

RECORD = ".copier-answers.yml"


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Return a small template with two releases."""
    releases = Releases(tmp_path / "template")
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    git(releases.folder, "branch", "-m", "main")
    return releases


@pytest.fixture
def shop(releases: Releases, scaffold: Scaffold) -> Path:
    """Return a project made from the first release."""
    git(releases.folder, "tag", "-d", "v2.0.0")
    shop = releases.project(scaffold)
    git(releases.folder, "tag", "v2.0.0")
    return shop


def record(shop: Path, old: str, new: str) -> None:
    """Change a text of the answers file, and commit that."""
    text = (shop / RECORD).read_text()
    assert old in text
    commit(shop, {RECORD: text.replace(old, new)})


def without_git(shop: Path) -> None:
    shutil.rmtree(shop / ".git")


def without_commit(shop: Path) -> None:
    without_git(shop)
    git(shop, "init", "--quiet")


def below(shop: Path) -> None:
    without_git(shop)
    git(shop.parent, "init", "--quiet")
    commit(shop.parent, {})


def ignored(shop: Path, name: str) -> None:
    git(shop, "rm", "-q", "--cached", name)
    commit(shop, {".gitignore": name})


def submodule(shop: Path) -> None:
    inner = shop.rename(shop.with_name("inner"))
    above = shop.with_name("above")
    above.mkdir()
    git(above, "init", "--quiet")
    git(
        above, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "shop"
    )
    git(above / "shop", "switch", "--quiet", "-c", "work")
    shop.symlink_to(above / "shop")


CASES: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "no project": (
        lambda shop: (shop / RECORD).unlink(),
        2,
        "'shop' is no project of scaffold.\n  There is no .copier-answers.yml in it.\n",
    ),
    "no git": (without_git, 2, "'shop' is not under version control.\n"),
    "no commit": (without_commit, 2, "'shop' has no commit yet.\n"),
    "not committed": (
        lambda shop: ignored(shop, RECORD),
        2,
        "The .copier-answers.yml of 'shop' is not committed.\n",
    ),
    "not clean": (
        lambda shop: write(shop, {"README.md": "mine\n", "new.txt": ""}),
        2,
        "There are changes that are not committed.\n   M README.md\n  ?? new.txt\n",
    ),
    "detached": (lambda shop: git(shop, "switch", "--quiet", "--detach"), 2, "'shop' is on no branch.\n"),
    "below the top": (below, 2, "'shop' is below the top of its repository.\n  The top is "),
    "submodule": (submodule, 2, "'shop' is a submodule.\n"),
    "no origin": (
        lambda shop: record(shop, "_src_path", "_was"),
        2,
        "Where the template of 'shop' comes from is not known.\n  Its .copier-answers.yml has no _src_path that",
    ),
    "no version": (
        lambda shop: record(shop, "_commit: v1.0.0", "_commit: 1.0"),
        2,
        "Where the template of 'shop' comes from is not known.\n  Its .copier-answers.yml has no _commit that",
    ),
    "version gone": (
        lambda shop: record(shop, "v1.0.0", "v0.9.0"),
        2,
        "The template has no version 'v0.9.0'.\n  The project's .copier-answers.yml says",
    ),
    "an option for a version": (
        lambda shop: record(shop, "v1.0.0", "--upload-pack=touch pwned"),
        2,
        "The template has no version '--upload-pack=touch pwned'.\n",
    ),
    "an option for an origin": (
        lambda shop: record(shop, "git+file://", "git+--upload-pack=touch pwned://"),
        1,
        "The template at 'git+--upload-pack=touch pwned://",
    ),
    "origin gone": (
        lambda shop: record(shop, "/template", "/elsewhere"),
        1,
        "The template at 'git+file://",
    ),
    "origin out of reach": (
        lambda shop: record(shop, "git+file:///", "git+https://ada:secret@127.0.0.1:9/"),
        1,
        "The template at 'git+https://127.0.0.1:9/",
    ),
    "no YAML": (
        lambda shop: commit(shop, {RECORD: "a: [\n"}),
        2,
        "The answers in 'shop/.copier-answers.yml' are not YAML or JSON.\n",
    ),
    "no mapping": (
        lambda shop: commit(shop, {RECORD: "- a\n"}),
        2,
        "The answers in 'shop/.copier-answers.yml' are no mapping.\n  They are a list.\n",
    ),
    "no answer": (
        lambda shop: record(shop, "ci: 'yes'", "ci: perhaps"),
        2,
        "The answers of 'shop' are not those of its template.\n  'perhaps' is no answer to 'ci'.",
    ),
    "no text": (
        lambda shop: record(shop, "author_name: Ada", "author_name: {a: b}"),
        2,
        "The answers of 'shop' are not those of its template.\n  The answer to 'author_name' is not text.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_updated(scaffold: Scaffold, shop: Path, case: str) -> None:
    """What it is, why, and what to do; the project and its repository stay as they are."""
    arrange, code, told = CASES[case]
    arrange(shop)
    before = tree(shop)
    result = scaffold("update", "shop")
    assert result.code == code
    assert result.err.startswith(f"Error: {told}")
    assert result.err.count("\n") >= 2 - (case == "not clean")
    assert "secret" not in result.err
    assert tree(shop) == before
    assert not list(Path.cwd().rglob("pwned"))
    if case not in {"no git", "no commit", "below the top", "submodule"}:
        assert git(shop, "stash", "list") == ""


def test_git_is_missing(
    scaffold: Scaffold, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.is_dir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    result = scaffold("update", "shop")
    assert (result.code, result.err) == (
        2,
        "Error: git is not installed.\n  Install it, and run again.\n",
    )


@pytest.mark.slow
def test_the_variables_of_a_hook_lead_nowhere(shop: Path) -> None:
    """Run from a hook of another repository, the update is still that of the project."""
    other = shop.with_name("other")
    other.mkdir()
    git(other, "init", "--quiet")
    hook = {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / ".git/index")}
    subprocess.run(
        [sys.executable, "-m", "scaffold", "update", "shop", "--no-verify"],
        env={**os.environ, **hook}, check=True, capture_output=True,
    )  # fmt: skip
    assert git(shop, "status", "--porcelain") == "M  .copier-answers.yml\nA  NEWS.md"
    assert not (other / ".git/index").exists()
