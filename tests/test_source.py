"""Where a template comes from, and what a project records of it."""

import json
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
import yaml

from conftest import Scaffold, copy_template, recorded, tree
from scaffold import create, source

QUICK = ("--defaults", "--no-install")
# What else a template must ask for.
REST = "\n".join(f"{name}: {{}}" for name in create.NEEDED if name != "project_name")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Return a copy of this template as a folder outside any repository."""
    return copy_template(tmp_path / "a template")


@pytest.fixture
def repository(plain: Path) -> Path:
    """Return this template as a git repository with a release and a change after it."""
    git(plain, "init", "--quiet")
    git(plain, "add", "--all")
    git(plain, "commit", "--quiet", "--message", "one")
    git(plain, "tag", "v1.0.0")
    (plain / "template/NEWS.md").write_text("New since the release.\n")
    git(plain, "add", "--all")
    git(plain, "commit", "--quiet", "--message", "two")
    git(plain, "tag", "v2.0.0rc1")
    git(plain, "tag", "not-a-version")
    return plain


def origin(project: str = "shop") -> dict[str, str]:
    answers = yaml.safe_load((Path(project) / ".copier-answers.yml").read_text())
    return {key: answers[key] for key in ("_src_path", "_commit") if key in answers}


@pytest.mark.slow
def test_a_plain_folder(scaffold: Scaffold, plain: Path) -> None:
    """A folder is rendered as it is and recorded by its path."""
    assert scaffold("new", "shop", *QUICK, "--template", str(plain)).code == 0
    assert origin() == {"_src_path": str(plain)}
    scaffold("new", "shop", "bundled", *QUICK)
    ours, theirs = tree(Path("bundled")), tree(Path("shop"))
    del ours[".copier-answers.yml"], theirs[".copier-answers.yml"]
    assert ours == theirs


@pytest.mark.slow
def test_a_checkout_is_rendered_as_it_is_now(scaffold: Scaffold, repository: Path) -> None:
    """A template's author sees uncommitted work; its commit is recorded when that is all."""
    scaffold("new", "shop", "clean", *QUICK, "--template", str(repository))
    assert origin("clean") == {
        "_src_path": str(repository),
        "_commit": git(repository, "describe", "--tags", "--always"),
    }
    (repository / "template/DRAFT.md").write_text("Not committed.\n")
    scaffold("new", "shop", "dirty", *QUICK, "--template", str(repository))
    assert Path("dirty/DRAFT.md").exists()
    assert origin("dirty") == {}
    assert "origin was not known" in Path("dirty/.copier-answers.yml").read_text()


@pytest.mark.parametrize(
    ("url", "recorded"),
    [
        ("https://ada:secret@example.org/team/t", "git+https://example.org/team/t"),
        ("git@example.org:team/t.git", "git@example.org:team/t.git"),
        ("ada@example.org:team/t", "git+ada@example.org:team/t"),
        ("ssh://git@example.org/team/t", "git+ssh://git@example.org/team/t"),
        ("../bare.git", ""),
        ("file:///nowhere/t.git", ""),
    ],
)
def test_a_checkout_records_where_others_find_it(
    repository: Path, tmp_path: Path, url: str, recorded: str
) -> None:
    """Its `origin`, once the commit is there; what only this machine has keeps its path."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    git(repository, "remote", "add", "origin", url)
    with source.opened(str(repository)) as template:
        assert template.origin["_src_path"] == str(repository)
    git(repository, "config", f"url.{tmp_path}/bare.git.insteadOf", url)
    git(repository, "fetch", "--quiet")
    with source.opened(str(repository)) as template:
        assert template.origin["_src_path"] == (recorded or str(repository))
        assert template.origin["_commit"] == git(repository, "describe", "--tags", "--always")


def test_a_git_address_gives_the_newest_release(scaffold: Scaffold, repository: Path) -> None:
    """As with Copier: not the newest commit, not a release candidate."""
    address = f"git+file://{repository}"
    assert scaffold("new", "shop", *QUICK, "--template", address).code == 0
    assert origin() == {"_src_path": address, "_commit": "v1.0.0"}
    assert not Path("shop/NEWS.md").exists()


@pytest.mark.slow
def test_a_git_address_without_releases_gives_its_head(scaffold: Scaffold, plain: Path) -> None:
    git(plain, "init", "--quiet")
    git(plain, "add", "--all")
    git(plain, "commit", "--quiet", "--message", "one")
    address = f"file://{plain}"
    assert scaffold("new", "shop", *QUICK, "--template", address).code == 0
    assert origin()["_commit"] == git(plain, "describe", "--always")


@pytest.mark.slow
def test_renovate_can_update_a_project(scaffold: Scaffold, repository: Path) -> None:
    """What its copier manager runs goes from release to release, asks nothing, and keeps answers."""
    address = f"git+file://{repository}"
    assert scaffold("new", "shop", *QUICK, "--template", address, "-d", "ci=gitlab").code == 0
    before = recorded("shop")
    (repository / "template/{{ with_github }}/GITHUB.md").write_text("For GitHub.\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "three")
    git(repository, "tag", "v1.1.0")
    command = "copier update --skip-answered --defaults --answers-file .copier-answers.yml"
    updated = subprocess.run(
        [sys.executable, "-m", *command.split(), "--vcs-ref", "v1.1.0"],
        cwd="shop", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert updated.returncode == 0, updated.stderr
    assert origin() == {"_src_path": address, "_commit": "v1.1.0"}
    assert recorded("shop") == before
    assert Path("shop/NEWS.md").exists()
    assert not Path("shop/GITHUB.md").exists()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nowhere", "Error: There is no template at 'nowhere'.\n  It is neither a folder"),
        ("git+file:///nowhere", "Error: The template at 'git+file:///nowhere' cannot be cloned.\n"),
        (".", "Error: This is not a template of scaffold.\n  Its copier.yml cannot be read:"),
    ],
)
def test_no_template_at_the_address(scaffold: Scaffold, address: str, told: str) -> None:
    """Told with exit code 1; nothing is written."""
    result = scaffold("new", "shop", *QUICK, "--template", address)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(told)
    assert not any(Path.cwd().iterdir())


def test_a_template_that_runs_code_is_refused(scaffold: Scaffold, plain: Path) -> None:
    """Somebody else's commands are never run without a person's trust."""
    with (plain / "copier.yml").open("a") as settings:
        settings.write("\n_tasks: ['touch pwned']\n")
    result = scaffold("new", "shop", *QUICK, "--template", str(plain))
    assert result.code == 1
    assert "Error: The template wants to run code of its own.\n" in result.err
    assert not any(Path.cwd().iterdir())


# Copier leaves directory iterators open when a file cannot be rendered.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_template_is_told(scaffold: Scaffold, plain: Path) -> None:
    """A mistake in a template is an error of ours, without a traceback, and leaves nothing."""
    (plain / "template/BAD.md.jinja").write_text("{{ undefined_name }}\n")
    result = scaffold("new", "shop", *QUICK, "--template", str(plain))
    assert result.code == 1
    assert "Error: The template cannot be rendered.\n" in result.err
    assert "undefined_name" in result.err
    assert "Traceback" not in result.err
    assert not any(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("rules.yml", None, "Error: The template has no usable rules.yml.\n"),
        ("rules.yml", "traits: 1", "Error: The template has no usable rules.yml.\n"),
        ("versions.yml", None, "Error: The template's copier.yml cannot be evaluated.\n"),
        (
            "copier.yml",
            f"project_name: {{validator: '{{{{ 1 + }}}}'}}\n{REST}",
            "Error: The template's copier.yml cannot",
        ),
        (
            "copier.yml",
            f"project_name: {{validator: '{{{{ gone }}}}'}}\n{REST}",
            "Error: The template's copier.yml cannot",
        ),
        ("copier.yml", "- a list", "Error: This is not a template of scaffold.\n"),
    ],
)
def test_broken_tables_are_told(
    scaffold: Scaffold, plain: Path, file: str, content: str | None, told: str
) -> None:
    """Whatever is wrong with a template's tables, the error names the table."""
    (plain / file).unlink()
    if content:
        (plain / file).write_text(content)
    result = scaffold("new", "shop", *QUICK, "--template", str(plain))
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(told)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, {}),
        (
            {
                "url": "https://git.example/scaffold",
                "vcs_info": {"vcs": "git", "commit_id": "a" * 40},
            },
            {"_src_path": "git+https://git.example/scaffold", "_commit": "a" * 40},
        ),
        (
            {
                "url": "https://git.example/scaffold",
                "vcs_info": {"vcs": "git", "commit_id": "a" * 40, "requested_revision": "v1.2.0"},
            },
            {"_src_path": "git+https://git.example/scaffold", "_commit": "v1.2.0"},
        ),
        (
            {
                "url": "https://git.example/scaffold",
                "vcs_info": {"vcs": "git", "commit_id": "a" * 40, "requested_revision": "main"},
            },
            {"_src_path": "git+https://git.example/scaffold", "_commit": "a" * 40},
        ),
        ({"url": "file:///nowhere/scaffold.whl", "archive_info": {}}, {}),
        ({"url": "file:///nowhere/at/all", "dir_info": {"editable": True}}, {}),
    ],
    ids=["index", "git", "git-release", "git-branch", "wheel-file", "folder-gone"],
)
def test_the_installation_tells_the_origin(
    monkeypatch: pytest.MonkeyPatch, record: object, expected: dict[str, str]
) -> None:
    """PEP 610's record names a shared origin where there is one, and never a guess."""
    read = PathDistribution.read_text
    texts = {"direct_url.json": json.dumps(record) if record else None}
    monkeypatch.setattr(
        PathDistribution,
        "read_text",
        lambda self, name: texts[name] if name in texts else read(self, name),
    )
    with source.opened() as template:
        assert template.origin == expected
