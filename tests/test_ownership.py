"""Who owns which file of a project: every file that may be rendered has its owner here."""

from pathlib import Path

import pytest

from conftest import ROOT
from scaffold.errors import TemplateError
from scaffold.ownership import Ownership
from test_template import sources

OWNERSHIP = Ownership.load(ROOT)
RENDERED = sorted({path for path, _ in sources()})


def test_every_file_has_the_owner_that_was_decided() -> None:
    """A new file of the template gets its line in owners.txt, once it is clear whose it is."""
    lines = [line.split() for line in (ROOT / "tests/owners.txt").read_text().splitlines()]
    decided = {path: owner for owner, path in lines}
    assert len(decided) == len(lines)
    assert {path: OWNERSHIP.of(path) for path in RENDERED} == decided


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        (".github/workflows/ci.yml", "template"),
        (".gitlab-ci.yml", "template"),
        ("Dockerfile", "template"),
        (".pre-commit-config.yaml", "template"),
        ("src/any_name/static/htmx.min.js", "template"),
        ("pyproject.toml", "shared"),
        ("README.md", "shared"),
        ("src/any_name/items/service.py", "yours"),
        ("src/any_name/app.py", "yours"),
        ("tests/test_app.py", "yours"),
        ("migrations/versions/0001_items.py", "yours"),
        ("docs/decisions/0001-web-framework.md", "yours"),
        (".copier-answers.yml", "yours"),
        # What no template renders is always the team's, whatever it is like.
        ("uv.lock", "yours"),
        (".github/workflows/release.yml", "yours"),
        ("services/Dockerfile", "yours"),
        ("src/any_name/orders/static/htmx.min.js", "yours"),
        ("src/htmx.min.js", "yours"),
    ],
)
def test_who_owns_a_file(path: str, owner: str) -> None:
    """CI, the image and settings of hooks are the template's; features are the team's."""
    assert OWNERSHIP.of(path) == owner


@pytest.mark.parametrize("pattern", [*OWNERSHIP.template, *OWNERSHIP.shared])
def test_no_pattern_is_dead_or_doubled(pattern: str) -> None:
    """Each stands for files that some project has, and no other pattern stands for them too."""
    others = [other for other in (*OWNERSHIP.template, *OWNERSHIP.shared) if other != pattern]
    assert len(others) == len(OWNERSHIP.template) + len(OWNERSHIP.shared) - 1
    its = [path for path in RENDERED if Ownership((pattern,)).of(path) == "template"]
    assert its
    assert all(Ownership(others).of(path) == "yours" for path in its)


def test_a_template_without_the_table_owns_nothing(tmp_path: Path) -> None:
    """It may be somebody else's, or older; an owner that is not listed owns nothing either."""
    assert Ownership.load(tmp_path).of("Dockerfile") == "yours"
    (tmp_path / "ownership.yml").write_text("template: [Dockerfile]\n")
    assert Ownership.load(tmp_path) == Ownership(template=("Dockerfile",))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "NoneType"),
        (b"[", "ParserError"),
        (b"\xff", "UnicodeDecodeError"),
        (b"- Dockerfile\n", "list"),
        (b"template: Dockerfile\n", "'Dockerfile' is no list of patterns"),
        (b"template:\n", "None is no list of patterns"),
        (b"shared: [README.md, 5]\n", "['README.md', 5] is no list of patterns"),
        (b"template: []\nyours: [src/*]\n", "'yours'"),
        (b"1: []\n", "keywords must be strings"),
    ],
)
def test_a_broken_table_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    """With its path, what is wrong with it, and what it should be; unknown owners are refused."""
    table = tmp_path / "ownership.yml"
    table.write_bytes(content)
    with pytest.raises(
        TemplateError, match=r"^The template has no usable ownership\.yml$"
    ) as error:
        Ownership.load(tmp_path)
    assert error.value.why.startswith(f"{table}: ")
    assert why in error.value.why
    assert error.value.todo == (
        "It lists patterns of paths under `template` and `shared`, and nothing else."
    )


def test_a_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "ownership.yml").mkdir()
    with pytest.raises(TemplateError, match="no usable ownership"):
        Ownership.load(tmp_path)
