"""A repository that was there before is adopted: two files, and nothing else."""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path

import copier
import pytest
import yaml

from conftest import Scaffold, nothing_in, recorded, tree
from layouts import FLAT, MAKES, PACKAGE, SRC, Layout, lay
from releases import Releases, commit, git
from scaffold import adopt, decision, proposal, survey
from scaffold.errors import AnswerError
from scaffold.questionnaire import Questionnaire
from scaffold.survey.signs import Place
from terminals import DOWN, ENTER, UP, Open

WRITTEN = {".copier-answers.yml", "docs/decisions/0001-web-framework.md"}


class TestProposal:
    """What was found becomes answers that the template takes."""

    @pytest.mark.parametrize(
        ("layout", "answers", "note"),
        [
            (
                {"code.py": MAKES},
                {"package_name": "code_app"},
                "package_name: 'code' became 'code_app'. 'code' is a module of Python's"
                " standard library.",
            ),
            (
                {"My-App.py": MAKES},
                {"package_name": "my_app"},
                "package_name: 'My-App' became 'my_app'. A package name starts with a letter and"
                " holds only lower-case letters, digits and underscores.",
            ),
            (
                {"app.py": MAKES, "pyproject.toml": '[project]\nname = "2.shop/é"\n'},
                {"project_name": "shop"},
                "project_name: '2.shop/é' became 'shop'. A project name starts with a letter and"
                " holds only the letters A to Z, digits, spaces, hyphens and underscores.",
            ),
            (
                {"app.py": MAKES, ".python-version": "3.9"},
                {"python": "3.11"},
                "python: '3.9' became '3.11'. The template knows 3.11 to 3.14.",
            ),
            (
                {"app.py": f"{MAKES}from flask_login import LoginManager\n"
                           "from flask import render_template\nrender_template('x')\n"},
                {"database": "none"},
                "auth: 'session' (app.py:4) is left out. auth=session keeps its users in a"
                " database, and database=none has none: choose database=sqlite or"
                " database=postgresql, or auth=none.",
            ),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_told(
        self,
        tmp_path: Path,
        questionnaire: Questionnaire,
        layout: Mapping[str, str],
        answers: Mapping[str, str],
        note: str,
    ) -> None:
        read = survey.read(lay(tmp_path / "shop", layout))
        proposed = adopt.propose(questionnaire, read, {})
        assert answers.items() <= proposed.answers.items()
        assert note in proposed.notes

    def test_what_is_given_overrules(self, tmp_path: Path, questionnaire: Questionnaire) -> None:
        """A finding gives way to a given answer, even one that it only stands in the way of."""
        read = survey.read(lay(tmp_path / "shop", {"app.py": MAKES}))
        proposed = adopt.propose(questionnaire, read, {"framework": "fastapi", "auth": "session"})
        assert "framework" not in proposed.findings
        assert (proposed.answers["framework"], proposed.answers["database"]) == (
            "fastapi",
            "sqlite",
        )
        with pytest.raises(AnswerError):
            adopt.propose(questionnaire, read, {"auth": "session", "database": "none"})

    def test_a_template_may_know_other_answers(
        self, tmp_path: Path, questionnaire: Questionnaire
    ) -> None:
        """What its question does not take is left out, and told."""
        read = survey.read(lay(tmp_path / "shop", {"app.py": MAKES}))
        finding = survey.Finding("ci", "jenkins", Place("Jenkinsfile", 0, "is there"))
        read.findings["ci"] = finding
        read.findings["gone"] = dataclasses.replace(finding, question="gone")
        proposed = adopt.propose(questionnaire, read, {})
        assert proposed.answers["ci"] == "github"
        assert proposed.notes == [
            "ci: 'jenkins' (Jenkinsfile) is left out. Choose from: github, gitlab, none."
        ]

    def test_no_name_is_too_strange(self, tmp_path: Path, questionnaire: Questionnaire) -> None:
        read = survey.read(lay(tmp_path / "日本", {"名前.py": MAKES}))
        proposed = adopt.propose(questionnaire, read, {})
        names = (proposed.answers["project_name"], proposed.answers["package_name"])
        assert names == ("project", "app")


class TestTheCommand:
    """Two files are written, both or none, and the rest stays byte for byte."""

    def test_two_files_and_nothing_else(self, scaffold: Scaffold, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", SRC)
        git(folder, "init", "--quiet")
        before = tree(folder)
        result = scaffold("adopt", str(folder))
        assert (result.code, result.err) == (0, "")
        after = tree(folder)
        assert after.keys() - before.keys() == WRITTEN
        assert {path: after[path] for path in before} == before
        answers = recorded(folder)
        assert (answers["framework"], answers["package_name"]) == ("fastapi", "orders")
        record = (folder / "docs/decisions/0001-web-framework.md").read_text()
        assert "because the project was built with it before this record" in record
        made = decision.read(folder)
        assert (made.framework, made.recommended) == ("fastapi", "fastapi")
        assert "git add .copier-answers.yml docs/decisions/0001-web-framework.md" in result.out
        again = scaffold("adopt", str(folder))
        assert again.code == 2
        assert "is a project already.\n" in again.err
        assert tree(folder) == after

    def test_dry_run_for_programs(self, scaffold: Scaffold, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", {**FLAT, "README.md": "Mine.\n"})
        before = tree(folder)
        result = scaffold("adopt", str(folder), "--dry-run", "--json", "-d", "license=MIT")
        assert (result.code, result.err, tree(folder)) == (0, "", before)
        told = json.loads(result.out)
        assert told["answers"]["database"] == "sqlite"
        assert {
            "question": "framework", "answer": "flask",
            "file": "app.py", "line": 4, "text": "app = Flask(__name__)",
        } in told["evidence"]  # fmt: skip
        assert (told["written"], told["shared"]) == ([], ["README.md"])
        assert "python" in told["assumed"]
        assert "license" not in told["assumed"]

    @pytest.mark.parametrize("columns", [40, 80])
    def test_it_reads_well(
        self,
        tmp_path: Path,
        questionnaire: Questionnaire,
        monkeypatch: pytest.MonkeyPatch,
        columns: int,
    ) -> None:
        """No line is longer than the terminal, commands aside, which may be copied."""
        monkeypatch.setenv("COLUMNS", str(columns))
        read = survey.read(lay(tmp_path / "x", PACKAGE))
        proposed = adopt.propose(questionnaire, read, {})
        told = proposal.text(proposed)
        written = adopt.Written(list(WRITTEN), ["README.md", "tests/conftest.py"])
        told += proposal.outcome(proposed, written, known_origin=False)
        commands = ("  cd ", "  git ", "  docs/")
        lines = [line for line in told.splitlines() if not line.startswith(commands)]
        assert max(map(len, lines)) <= columns
        assert "blog/__init__.py:5: app" in told

    def test_a_terminal_is_not_written_to_by_files(
        self, tmp_path: Path, questionnaire: Questionnaire
    ) -> None:
        """What would move its cursor is shown as what it is."""
        folder = lay(tmp_path / "x", {"app.py": f"{MAKES}import sqlite3  # \x1b[2J\n"})
        told = proposal.text(adopt.propose(questionnaire, survey.read(folder), {}))
        assert "import sqlite3 # \\x1b[2J" in told

    def test_nothing_of_it_is_run(self, tmp_path: Path) -> None:
        """Neither its modules, nor its setup.py, nor what its git settings name."""
        trace = tmp_path / "trace"
        touch = f"open({str(trace)!r}, 'w').close()\n"
        folder = lay(
            tmp_path / "x",
            {"app.py": touch + MAKES, "conftest.py": touch, "sitecustomize.py": touch,
             "setup.py": f"{touch}from setuptools import setup\nsetup(name='side')\n"},
        )  # fmt: skip
        git(folder, "init", "--quiet")
        hook = tmp_path / "hook"
        hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
        hook.chmod(0o755)
        git(folder, "config", "core.fsmonitor", str(hook))
        assert survey.read(folder).findings["project_name"].answer == "side"
        assert not trace.exists()

    @pytest.mark.parametrize("name", sorted(WRITTEN))
    def test_what_is_there_is_never_overwritten(
        self, scaffold: Scaffold, tmp_path: Path, name: str
    ) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES, name: "mine\n"})
        before = tree(folder)
        result = scaffold("adopt", str(folder))
        assert (result.code, result.out, tree(folder)) == (2, "", before)
        assert name in result.err

    def test_another_template(self, scaffold: Scaffold, tmp_path: Path) -> None:
        record = "_src_path: gh:someone/else\nname: x\n"
        folder = lay(tmp_path / "x", {"app.py": MAKES, ".copier-answers.yml": record})
        result = scaffold("adopt", str(folder))
        assert result.code == 2
        assert "is another template's project.\n" in result.err

    @pytest.mark.parametrize("obstacle", ["file", pytest.param("link", marks=pytest.mark.slow)])
    def test_both_or_none(self, scaffold: Scaffold, tmp_path: Path, obstacle: str) -> None:
        """Where the record cannot be put, the answers file is not written either."""
        folder = lay(tmp_path / "x", {"app.py": MAKES})
        (tmp_path / "elsewhere").mkdir()
        if obstacle == "file":
            (folder / "docs").write_text("mine\n")
        else:
            (folder / "docs").symlink_to(tmp_path / "elsewhere")
        result = scaffold("adopt", str(folder))
        assert result.code == 2
        assert "'docs' is a" in result.err
        assert not (folder / ".copier-answers.yml").exists()
        assert nothing_in(tmp_path / "elsewhere")

    @pytest.mark.slow
    def test_a_read_only_folder(
        self, scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES})

        real = os.access

        def access(path: Path, mode: int) -> bool:  # root may write everything, so it is feigned
            return real(path, mode) and not (path == folder and mode & os.W_OK)

        monkeypatch.setattr(os, "access", access)
        result = scaffold("adopt", str(folder))
        assert result.code == 2
        assert "it is read-only" in result.err
        assert tree(folder).keys() == {"app.py"}

    @pytest.mark.parametrize("place", ["nowhere", "app.py"])
    def test_no_folder(self, scaffold: Scaffold, place: str) -> None:
        lay(Path(), {"app.py": MAKES})
        result = scaffold("adopt", place)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"Error: '{place}' cannot be read.\n")
        assert not Path(".copier-answers.yml").exists()


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Return this repository's template with one release."""
    return Releases(tmp_path / "template of scaffold", real=True)


def adopted(scaffold: Scaffold, releases: Releases, layout: Layout) -> Path:
    """Return a repository that was adopted, with all of it committed."""
    folder = lay(Path("shop").resolve(), layout)
    git(folder, "init", "--quiet")
    commit(folder, {})
    result = scaffold("adopt", "shop", "--defaults", "--template", releases.address)
    assert result.code == 0
    assert "origin is not known" not in result.out
    commit(folder, {})
    return folder


@pytest.mark.slow
def test_an_adopted_project_takes_updates(scaffold: Scaffold, releases: Releases) -> None:
    """What a release adds arrives, own code is left alone, and nothing is lost or in conflict."""
    folder = adopted(scaffold, releases, SRC)
    before = tree(folder)
    (workflow,) = releases.folder.glob("template/*/.github/workflows/ci.yml.jinja")
    name = str(workflow.relative_to(releases.folder))
    change = {"template/NEWS.md": "New.\n", name: f"{workflow.read_text()}# changed\n"}
    releases.release("v2.0.0", change)
    copier.run_update(folder, defaults=True, overwrite=True, quiet=True)
    after = tree(folder)
    assert after.keys() - before.keys() == {"NEWS.md"}
    assert {path for path in before if after[path] != before[path]} == {".copier-answers.yml"}
    assert yaml.safe_load(after[".copier-answers.yml"])["_commit"] == "v2.0.0"


@pytest.mark.slow
def test_an_adopted_project_stays_its_own(scaffold: Scaffold, releases: Releases) -> None:
    """Drift is not looked for, and an update keeps what does not merge, and brings no code."""
    layout = {**SRC, "Dockerfile": "FROM scratch\n", "LICENSE": "Ours.\n"}
    folder = adopted(scaffold, releases, layout)
    assert scaffold("check", "shop").code == 0
    result = scaffold("diff", "shop", "--apply", "Dockerfile")
    assert result.code == 2
    assert result.err.startswith("Error: There is no drift in 'shop'.\n  It was adopted:")
    before = tree(folder)
    (dockerfile,) = releases.folder.glob("template/*/Dockerfile.jinja")
    table = (releases.folder / "ownership.yml").read_text()
    releases.release(
        "v2.0.0",
        {
            "ownership.yml": table.replace("template:\n", "template:\n  - .editorconfig\n", 1),
            "template/.editorconfig": "root = true\n",
            "template/LICENSE.jinja": None,
            "template/src/{{ package_name }}/metrics.py": "Builds on the template's code.\n",
            str(dockerfile.relative_to(releases.folder)): dockerfile.read_text().replace(
                "SIGTERM", "SIGINT"
            ),
        },
    )
    result = scaffold("update", "shop")
    assert (result.code, result.err) == (0, "")
    after = tree(folder)
    assert after.keys() - before.keys() == {".editorconfig"}
    assert {path for path in before if after[path] != before[path]} == {".copier-answers.yml"}
    kept = result.out[result.out.index("kept as yours") :]
    assert "  Dockerfile\n" in kept
    assert "  LICENSE\n" in kept
    assert "/metrics.py\n" in kept
    assert scaffold("check", "shop").code == 0


@pytest.mark.slow
def test_a_review_on_a_terminal(terminal: Open) -> None:
    """What was found is shown, any answer can be changed, and nothing is written before."""
    lay(Path("shop"), FLAT)
    run = terminal("adopt", "shop")
    run.sees("app.py:4: app = Flask(__name__)").sees("Review: nothing is written yet.")
    run.sees("Write the two files").sees("* framework").types(UP).types(ENTER)
    run.sees("Under which license?").types(DOWN).types(ENTER).sees("Apache-2.0")
    run.sees("Write the two files")
    assert not Path("shop/.copier-answers.yml").exists()
    run.types(DOWN).types(ENTER).sees("Next: review the two files")
    assert run.ends() == 0
    answers = recorded("shop")
    assert (answers["license"], answers["framework"]) == ("Apache-2.0", "flask")
