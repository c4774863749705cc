"""What a check finds, of one project and of many, and how drift is shown and healed."""

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from conftest import ROOT, Scaffold, tree
from releases import Releases, commit, git, replaced, write

RECORD = """\
---
recommended: {}
rules: '1'
---
"""


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Return a small template with one release."""
    return Releases(tmp_path / "template")


@pytest.fixture
def shop(releases: Releases, scaffold: Scaffold) -> Path:
    """Return a project made from the first release, with its decision."""
    shop = releases.project(scaffold)
    commit(shop, {"docs/decisions/0001-web-framework.md": RECORD.format("flask")})
    return shop


def test_nothing_is_found(scaffold: Scaffold, shop: Path) -> None:
    """Exit code 0, and whose the files are; nothing is written."""
    before = tree(shop)
    result = scaffold("check", "shop")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "shop: nothing found\n"
        "\n"
        "  template        v1.0.0, nothing newer\n"
        "  drift           none\n"
        "  recommendation  Flask is used, Flask recommended, as before\n"
        "\n"
        "Whose the rendered files are (ownership.yml of the template):\n"
        "  the template's  Dockerfile, ci.yml\n"
        "  shared          README.md\n"
        "  yours           all others, 4 of what was rendered\n"
    )
    assert tree(shop) == before


def test_a_narrow_terminal(scaffold: Scaffold, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is longer than it, but for a path that is."""
    commit(shop, {"Dockerfile": None})
    monkeypatch.setenv("COLUMNS", "40")
    lines = scaffold("check", "shop").out.splitlines()
    assert "  drift" in lines
    assert "    Dockerfile (missing): `scaffold" in lines
    assert max(map(len, lines)) <= 40


def test_everything_is_found(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """A newer template, drift of what the template owns, and other advice; exit code 5."""
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    mine = {
        "Dockerfile": replaced("line 2\n", "mine\n"),
        "README.md": "Mine.\n",
        "ci.yml": None,
        "docs/decisions/0001-web-framework.md": RECORD.format("fastapi"),
        "src/app.py": "Mine.\n",
    }
    commit(shop, mine)
    result = scaffold("check", "shop")
    assert result.code == 5
    assert result.out.startswith(
        "shop: 4 things found\n"
        "\n"
        "  template        v1.0.0; v2.0.0 is newer: `scaffold update`\n"
        "  drift           Dockerfile (changed), ci.yml (missing): `scaffold diff`\n"
        "  recommendation  Flask is used; recommended was FastAPI, and is Flask today: `scaffold explain`\n"
    )
    assert "Dockerfile (drifted), ci.yml (drifted)\n" in result.out
    told = json.loads(scaffold("check", "shop", "--json").out)["projects"][0]
    assert {key: told[key] for key in ("version", "newest", "behind", "moved", "found")} == {
        "version": "v1.0.0", "newest": "v2.0.0", "behind": True, "moved": True, "found": 4,
    }  # fmt: skip
    assert told["drift"] == [
        {"path": "Dockerfile", "state": "changed"}, {"path": "ci.yml", "state": "missing"},
    ]  # fmt: skip


def test_json_keeps_its_schema(scaffold: Scaffold, shop: Path) -> None:
    schema = json.loads((ROOT / "src/scaffold/check.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    commit(shop, {"Dockerfile": None})
    for project in ("shop", "nowhere"):
        jsonschema.validate(json.loads(scaffold("check", project, "--json").out), schema)


def test_conflicts_that_were_committed(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """`git commit --all` takes the marks of a conflict for what was meant."""
    commit(shop, {"src/app.py": replaced("line 2\n", "mine\n")})
    releases.release("v2.0.0", {"template/src/app.py": replaced("line 2\n", "theirs\n")})
    assert scaffold("update", "shop", "--no-verify").code == 4
    commit(shop, {})
    result = scaffold("check", "shop")
    assert result.code == 5
    assert "  conflicts       src/app.py: mend them, and commit\n" in result.out


def test_it_needs_no_repository(scaffold: Scaffold, shop: Path) -> None:
    shutil.rmtree(shop / ".git")
    assert scaffold("check", "shop").code == 0


def test_ahead_of_the_newest_release(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    commit(releases.folder, {"template/NEWS.md": "Later.\n"})
    assert scaffold("update", "shop", "--no-verify", "--to", "main").code == 0
    result = scaffold("check", "shop")
    assert result.code == 0
    assert "  template        v1.0.0-1-g" in result.out
    assert ", nothing newer\n" in result.out
    assert (shop / "NEWS.md").is_file()


def test_what_cannot_be_checked(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    """An error with its own exit code; programs find it where the project would be."""
    releases.folder.rename(releases.folder.with_name("gone"))
    result = scaffold("check", "shop")
    assert (result.code, result.out) == (1, "")
    assert "cannot be reached" in result.err
    assert shop.is_dir()
    result = scaffold("check", "nowhere", "--json")
    assert result.code == 2
    told = json.loads(result.out)["projects"]
    assert told == [{"project": "nowhere", "error": told[0]["error"]}]
    assert told[0]["error"]["what"] == "'nowhere' is no project of scaffold"


@pytest.mark.slow
def test_many_side_by_side(
    scaffold: Scaffold, releases: Releases, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line each, in the order of the call; one that is broken does not stop the rest."""
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    releases.project(scaffold, "blog")
    commit(shop, {"Dockerfile": None})
    write(Path("bad"), {".copier-answers.yml": "a: ["})
    result = scaffold("check", "shop", "bad", "blog")
    assert result.code == 5
    assert result.out.splitlines() == [
        "project  has     newest    drift  recommended",
        "shop     v1.0.0  v2.0.0    1      as before",
        "bad      The answers in 'bad/.copier-answers.yml' are not YAML or JSON. expected the node content,",
        "         but found '<stream end>' in line 1, column 5.",
        "blog     v2.0.0  the same  0      not known",
        "",
        "3 projects: 1 with something found, 1 not checked.",
    ]
    told = json.loads(scaffold("check", "shop", "bad", "blog", "--json").out)["projects"]
    assert [each["project"] for each in told] == ["shop", "bad", "blog"]
    assert told[1]["error"]["exit_code"] == 2
    assert scaffold("check", "blog", "blog").code == 0
    assert scaffold("check", "blog", "bad").code == 1
    monkeypatch.setenv("COLUMNS", "40")
    assert scaffold("check", "shop", "blog").out.splitlines()[:4] == [
        "shop     has v1.0.0, newest v2.0.0,",
        "         drift 1, recommended as before",
        "blog     has v2.0.0, newest the same,",
        "         drift 0, recommended not known",
    ]


@pytest.mark.slow
def test_a_template_of_many_is_fetched_once(
    scaffold: Scaffold,
    releases: Releases,
    shop: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many projects were made from it."""
    releases.project(scaffold, "blog")
    releases.project(scaffold, "site")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert scaffold("check", "shop", "blog", "site").code == 0
    trace = (tmp_path / "trace").read_text()
    served = [
        line for line in trace.splitlines() if "run_command" in line and "upload-pack" in line
    ]
    assert sum(str(releases.folder) in line for line in served) == 1
    assert shop.is_dir()


def test_a_patch_heals_all(scaffold: Scaffold, shop: Path) -> None:
    """What `diff` shows is what git can apply; what is shared only when it is asked for."""
    assert scaffold("diff", "shop").out == ""
    before = tree(shop)
    commit(
        shop, {"Dockerfile": "Mine.\n", "ci.yml": None, "README.md": "x", "src/app.py": "Mine.\n"}
    )
    patch = scaffold("diff", "shop")
    assert patch.code == 0
    assert "+++ b/Dockerfile\n" in patch.out
    assert "diff --git a/ci.yml b/ci.yml\ndeleted file" in patch.out
    assert "README.md" not in patch.out
    subprocess.run(["git", "apply", "-R"], cwd=shop, input=patch.out, text=True, check=True)
    assert {**tree(shop), "README.md": b"", "src/app.py": b""} == {
        **before, "README.md": b"", "src/app.py": b"",
    }  # fmt: skip
    assert "+++ b/README.md\n" in scaffold("diff", "shop", "--shared").out


def test_one_file_is_healed(scaffold: Scaffold, shop: Path) -> None:
    before = tree(shop)
    commit(shop, {"Dockerfile": "Mine.\n", "ci.yml": None})
    result = scaffold("diff", "shop", "--apply", "Dockerfile")
    assert (result.code, result.out) == (0, "Dockerfile is as the template has it.\n")
    assert scaffold("check", "shop").code == 5
    result = scaffold("diff", "shop", "--apply", "Dockerfile", "--apply", "ci.yml")
    assert result.out.splitlines() == [
        "Dockerfile was already as the template has it.", "ci.yml is as the template has it.",
    ]  # fmt: skip
    assert tree(shop) == before


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("README.md", "Error: 'README.md' is no file that the template owns.\n  It owns: Dockerfile, ci.yml.\n"),
        ("../ci.yml", "Error: '../ci.yml' is no file that the template owns.\n"),
        ("Dockerfile", "Error: What 'Dockerfile' holds is not committed.\n  It would be lost.\n"),
    ],
)  # fmt: skip
def test_what_is_not_healed(scaffold: Scaffold, shop: Path, file: str, told: str) -> None:
    write(shop, {"Dockerfile": "Not committed.\n", "README.md": "x"})
    before = tree(shop)
    result = scaffold("diff", "shop", "--apply", file)
    assert result.code == 2
    assert result.err.startswith(told)
    assert tree(shop) == before


def test_an_interrupted_update_is_found(scaffold: Scaffold, releases: Releases, shop: Path) -> None:
    releases.release("v2.0.0", {"template/NEWS.md": "New.\n"})
    assert scaffold("update", "shop", "--no-verify").code == 0
    table = shop / ".git/scaffold-update/journal.json"
    table.write_text(table.read_text().replace('"done": true', '"done": false'))
    result = scaffold("check", "shop")
    assert result.code == 5
    assert "was interrupted: `scaffold undo` takes it back\n" in result.out
    assert git(shop, "status", "--porcelain") == "M  .copier-answers.yml\nA  NEWS.md"
