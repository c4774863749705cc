"""The option space: every pair of answers is rendered, and proven in a project of its own.

`test_template` reads the same combinations as trees.
"""

import itertools
import os
import re
from pathlib import Path

import pytest

from combinations import IMPOSSIBLE, OPTIONS, ROWS, Row, covering, row_ids
from conftest import Scaffold, nothing_in
from projects import deptry, lint, new, pyright, python_path, uv, work_tree
from scaffold.source import Template


def test_every_pair_is_in_a_combination() -> None:
    """No two answers are left untried together, but those that exclude each other."""
    wanted = {
        frozenset({(first, one), (second, other)})
        for first, second in itertools.combinations(OPTIONS, 2)
        for one in OPTIONS[first]
        for other in OPTIONS[second]
    }
    found = {frozenset(pair) for row in ROWS for pair in itertools.combinations(row.items(), 2)}
    assert wanted - found == IMPOSSIBLE
    assert not found & IMPOSSIBLE
    assert len(ROWS) <= 24


def prove(place: Path, row: Row) -> None:
    """Make a project and hold that it is green, whoever looks at it and however its tests run.

    A floor that is not on this machine is linted, and proven with the highest that is.
    """
    answers = dict(row)
    if not python_path(row["python"]):
        lint(place / "floor", row)
        answers["python"] = next(v for v in reversed(OPTIONS["python"]) if python_path(v))
    interpreter = Path(python_path(answers["python"]) or "").parent
    project = new(place, answers, PATH=os.pathsep.join((str(interpreter), os.environ["PATH"])))
    pyright(project)
    deptry(project)
    uv(project, "run", "--no-sync", "--with", "pytest-xdist", "pytest", "--numprocesses=2")
    assert work_tree(project) == ""
    assert not list(project.glob("*.db"))


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=row_ids(ROWS))
def test_a_combination_is_proven(tmp_path: Path, row: Row) -> None:
    """Its checks pass, both type checkers agree, its dependencies are right, its tests leave nothing."""
    prove(tmp_path, row)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the full tier its combinations, which take seconds to find, only where it runs."""
    if "triple" in metafunc.fixturenames:
        rows = covering(3) if metafunc.config.getoption("markexpr") == "full" else []
        metafunc.parametrize("triple", rows, ids=row_ids(rows))


@pytest.mark.slow
@pytest.mark.full
def test_a_triple_is_proven(tmp_path: Path, triple: Row) -> None:
    """The same for combinations that hold any three answers together."""
    prove(tmp_path, triple)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (
            {"auth": "session", "database": "none"},
            "auth=session keeps its users in a database, and database=none has none: choose"
            " database=sqlite or database=postgresql, or auth=none.",
        ),
        (
            {"auth": "bearer", "interface": "both"},
            "auth=bearer is for programs, and interface=both has pages for people: choose"
            " auth=session, or interface=api.",
        ),
        (
            {"htmx": "yes", "interface": "api"},
            "htmx needs pages, and interface=api has none: choose interface=pages or"
            " interface=both, or htmx=no.",
        ),
        (
            {"cors": "yes", "interface": "pages"},
            "cors=yes opens an API to other sites, and interface=pages has none: choose"
            " interface=api or interface=both, or cors=no.",
        ),
        (
            {"cors": "yes", "auth": "session"},
            "cors=yes opens the API to other sites, and auth=session refuses what they send:"
            " choose auth=bearer, or cors=no.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    scaffold: Scaffold, template: Template, tmp_path: Path, answers: dict[str, str], why: str
) -> None:
    """Both doors refuse it, say why, and name the nearest choice; nothing is written."""
    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    result = scaffold("new", "Shop", "--defaults", *data)
    assert result.code == 2
    assert why in " ".join(result.err.split())
    assert nothing_in(Path.cwd())
    import copier

    with pytest.raises(ValueError, match=re.escape(why)):
        copier.run_copy(
            str(template.root), tmp_path / "theirs", data={"project_name": "Shop", **answers},
            defaults=True, quiet=True, settings=copier.Settings(),
        )  # fmt: skip
    assert not (tmp_path / "theirs").exists() or nothing_in(tmp_path / "theirs")
