"""Releases of this repository's template, and projects of all shapes that are taken through them."""

import shutil
from pathlib import Path

import copier
import pytest

from conftest import Scaffold, recorded, tree
from releases import Releases, commit, git
from scaffold import programs

pytestmark = pytest.mark.slow

SHAPES = [
    (f"framework={framework}", f"interface={interface}")
    for framework in ("flask", "fastapi")
    for interface in ("api", "pages", "both")
]
RECORD = "docs/decisions/0001-web-framework.md"
COMPOSE, DOCKERFILE = (
    f"template/{{{{ with_container }}}}/{name}.jinja" for name in ("compose.yaml", "Dockerfile")
)
SECURITY = "template/src/{{ package_name }}/security.py"
# One file of each owner is changed, and one more that its project has deleted.
REPLACED = {
    COMPOSE: ("restart: unless-stopped", "restart: always"),
    DOCKERFILE: ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGINT"),
    SECURITY: ("production holds browsers to HTTPS", "HTTPS is held to in production"),
    "template/README.md.jinja": ("## Where things are", "## Where all things are"),
    "template/pyproject.toml.jinja": ("line-length = 100", "line-length = 101"),
}


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Return this repository's template with one release."""
    return Releases(tmp_path / "template", real=True)


def release_next(releases: Releases) -> None:
    """Release a second version: files changed, one new, one gone."""
    change: dict[str, str | None] = {
        "template/AGENTS.md.jinja": None,
        "template/docs/news.md": "New.\n",
    }
    for name, (old, new) in REPLACED.items():
        text = (releases.folder / name).read_text()
        assert old in text, name
        change[name] = text.replace(old, new)
    releases.release("v2.0.0", change)


def work(shop: Path) -> None:
    """Commit what a team does: its lock, a change in a file of each owner, and its own."""
    programs.run((programs.uv(), "lock"), shop)
    added = {
        "Dockerfile": "# Ours.\n",
        "README.md": "\n## Ours\n\nHow we work.\n",
        "src/shop/security.py": "\nOURS = 1\n",
    }
    change: dict[str, str | None] = {
        name: (shop / name).read_text() + text for name, text in added.items()
    }
    change["pyproject.toml"] = (
        (shop / "pyproject.toml")
        .read_text()
        .replace('description = "A web project."', 'description = "Sells tea."')
    )
    change["tests/test_ours.py"] = (
        "from shop import security\n\n\ndef test_ours() -> None:\n    assert security.OURS == 1\n"
    )
    change["compose.yaml"] = None
    commit(shop, change)


def rendered(folder: Path) -> dict[str, bytes]:
    """Return the files of a project but for its decision and what tools leave."""
    tools = ("_cache", "__pycache__", ".coverage", ".venv/")
    return {
        name: content
        for name, content in tree(folder).items()
        if name not in {RECORD, "uv.lock"} and not any(left in name for left in tools)
    }


@pytest.mark.parametrize("shape", SHAPES, ids=" ".join)
def test_an_untouched_project_is_as_a_fresh_one(
    scaffold: Scaffold, releases: Releases, shape: tuple[str, str]
) -> None:
    """After the update its files are those that the new version renders; the second is none."""
    shop = releases.project(scaffold, "shop", *shape)
    release_next(releases)
    result = scaffold("update", "shop", "--no-verify")
    assert (result.code, result.err) == (0, "")
    updated = shop.rename("updated")
    fresh = releases.project(scaffold, "shop", *shape)
    assert rendered(updated) == rendered(fresh)
    commit(updated, {})
    assert "is up to date" in scaffold("update", "updated").out
    assert scaffold("check", "updated").code == 0


@pytest.mark.parametrize("shape", SHAPES, ids=" ".join)
def test_a_project_with_work_of_its_own(
    scaffold: Scaffold, releases: Releases, shape: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides' changes are there, and plain Copier gives the same.

    What has most tests stays green too. Nothing but the template's source is reached: uv has no
    network.
    """
    shop = releases.project(scaffold, "shop", *shape)
    work(shop)
    release_next(releases)
    plain = shop.with_name("plain")
    shutil.copytree(shop, plain)
    monkeypatch.setenv("UV_OFFLINE", "1")
    verified = "interface=both" in shape
    result = scaffold("update", "shop", *([] if verified else ["--no-verify"]))
    assert (result.code, result.err) == (0, "")
    assert ("Its tests pass, as before." in result.out) is verified
    assert git(shop, "status", "--porcelain").splitlines() == [
        "M  .copier-answers.yml",
        "D  AGENTS.md",
        "M  Dockerfile",
        "M  README.md",
        "A  docs/news.md",
        "M  pyproject.toml",
        "M  src/shop/security.py",
    ]
    files = {name: content.decode(errors="replace") for name, content in rendered(shop).items()}
    for name, theirs, ours in (
        ("Dockerfile", "STOPSIGNAL SIGINT", "# Ours."),
        ("README.md", "## Where all things are", "## Ours"),
        ("pyproject.toml", "line-length = 101", "Sells tea."),
        ("src/shop/security.py", "HTTPS is held to", "OURS = 1"),
    ):
        assert theirs in files[name]
        assert ours in files[name]
    assert "compose.yaml" not in files
    copier.run_update(plain, defaults=True, overwrite=True, quiet=True)
    assert rendered(plain) == rendered(shop)
    assert scaffold("undo", "shop").code == 0
    assert git(shop, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("framework", "answers"),
    [
        ("flask", ("auth=session",)),
        ("flask", ("database=postgresql", "ci=gitlab", "renovate=yes")),
        ("fastapi", ("auth=session", "telemetry=otel")),
        ("fastapi", ("database=none",)),
        ("fastapi", ("package_name=store",)),
    ],
    ids=str,
)
def test_answers_change_on_the_way(
    scaffold: Scaffold, releases: Releases, framework: str, answers: tuple[str, ...]
) -> None:
    """The project is as one that was made with these answers, and its tests pass."""
    shape = (f"framework={framework}", "interface=both", "package_name=shop")
    shop = releases.project(scaffold, "shop", *shape)
    programs.run((programs.uv(), "lock"), shop)
    commit(shop, {})
    release_next(releases)
    options = [part for answer in answers for part in ("-d", answer)]
    result = scaffold("update", "shop", *options)
    assert (result.code, result.err) == (0, "")
    assert "Its tests pass, as before." in result.out
    assert recorded(shop)["framework"] == framework
    updated = shop.rename("updated")
    fresh = releases.project(scaffold, "shop", *shape[:2], *answers)
    assert rendered(updated) == rendered(fresh)


def test_own_files_of_a_renamed_package_are_named(scaffold: Scaffold, releases: Releases) -> None:
    """They stay where they are, changed files of the template too, for somebody to move."""
    shop = releases.project(scaffold, "shop")
    security = (shop / "src/shop/security.py").read_text()
    ours = {"src/shop/orders.py": "ORDERS = 1\n", "src/shop/security.py": f"{security}\nOURS = 1\n"}
    commit(shop, ours)
    result = scaffold("update", "shop", "--no-verify", "-d", "package_name=store")
    assert result.code == 4
    named = result.out[result.out.index("These stay in the package's old folder") :]
    assert named.splitlines()[1:4] == ["  src/shop/orders.py", "  src/shop/security.py", ""]
    assert "  src/shop/security.py (removed)\n" in result.err
    assert (shop / "src/store/security.py").is_file()
    assert {name: (shop / name).read_text() for name in ours} == ours


def test_the_framework_stays(scaffold: Scaffold, releases: Releases) -> None:
    """Whatever the new rules recommend; only an answer changes it."""
    shop = releases.project(scaffold, "shop", "api_first=yes", "concurrency=high")
    assert recorded(shop)["framework"] == "fastapi"
    rules = (releases.folder / "rules.yml").read_text()
    assert "{lean: 0.5, clear: 1.5}" in rules
    flask = rules.replace("{lean: 0.5, clear: 1.5}", "{lean: 98, clear: 99}")
    releases.release("v2.0.0", {"rules.yml": flask})
    assert scaffold("update", "shop", "--no-verify").code == 0
    assert recorded(shop)["framework"] == "fastapi"
    assert "fastapi" in (shop / "pyproject.toml").read_text()
    commit(shop, {})
    assert scaffold("update", "shop", "--no-verify", "-d", "framework=flask").code == 0
    assert recorded(shop)["framework"] == "flask"
    assert "fastapi" not in (shop / "pyproject.toml").read_text()
