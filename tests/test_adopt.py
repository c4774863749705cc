"""A repository that was there before is read, and adopted: two files, and nothing else."""

import dataclasses
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import copier
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Scaffold, copy_template, nothing_in, recorded, tree
from layouts import FLAT, PACKAGE, SRC, lay
from scaffold import adopt, decision, proposal, survey
from scaffold.errors import AnswerError, ProjectError
from scaffold.questionnaire import Questionnaire
from scaffold.survey.signs import Place
from terminals import DOWN, ENTER, UP, Open

WRITTEN = {".copier-answers.yml", "docs/decisions/0001-web-framework.md"}
MAKES = "from flask import Flask\n\napp = Flask(__name__)\n"


def found(folder: Path) -> dict[str, str]:
    return {name: each.answer for name, each in survey.read(folder).findings.items()}


def places(folder: Path) -> dict[str, str]:
    return {name: str(each.place) for name, each in survey.read(folder).findings.items()}


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


class TestWhatIsFound:
    """Each answer has evidence in a file; what no file tells is not guessed."""

    def test_a_flat_module(self, tmp_path: Path) -> None:
        folder = lay(tmp_path / "todo list", FLAT)
        assert found(folder) == {
            "project_name": "todo list", "package_name": "app", "framework": "flask",
            "existing_code": "flask", "interface": "api", "database": "sqlite", "example": "no",
            "container": "no", "ci": "none",
        }  # fmt: skip
        assert places(folder)["framework"] == "app.py:4"
        assert survey.read(folder).notes == []

    def test_a_package_with_a_factory(self, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", PACKAGE)
        assert found(folder) == {
            "project_name": "my.blog", "package_name": "blog", "description": "A blog.",
            "author_name": "Ada Lovelace", "author_email": "ada@example.org", "framework": "flask",
            "existing_code": "flask", "server_rendered": "yes", "interface": "pages",
            "htmx": "yes", "database": "sqlite", "auth": "session", "example": "no",
            "container": "no", "ci": "gitlab", "python": "3.8", "license": "BSD-3-Clause",
        }  # fmt: skip
        seen = places(folder)
        assert seen["framework"] == "blog/__init__.py:5"
        assert seen["htmx"] == "blog/templates/index.html:1"
        assert seen["python"] == "setup.cfg:10"

    def test_a_package_below_src(self, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", SRC)
        assert found(folder) == {
            "project_name": "orders-service", "package_name": "orders",
            "description": "Orders of the warehouse", "author_name": "Grace Hopper",
            "author_email": "grace@example.org", "framework": "fastapi", "existing_code": "fastapi",
            "interface": "api", "database": "postgresql", "auth": "bearer", "cors": "yes",
            "realtime": "yes", "streaming": "no", "http_client": "yes", "process_pool": "yes",
            "telemetry": "otel", "separate_clients": "yes", "example": "no", "container": "yes",
            "ci": "github", "codeowners": "yes", "python": "3.12", "license": "Apache-2.0",
        }  # fmt: skip
        seen = places(folder)
        assert seen["package_name"] == "src/orders/__init__.py"
        assert seen["python"] == "pyproject.toml:8"

    @pytest.mark.parametrize(
        ("layout", "package"),
        [
            ({"src/shop.py": MAKES}, "shop"),
            ({"src/shop/app.py": MAKES, "src/shop/cli.py": "import shop.app\n"}, "shop"),
            ({"backend/main.py": MAKES}, "main"),
            ({"backend/app/__init__.py": "", "backend/app/web/__init__.py": MAKES}, "app"),
            ({"site/app.py": MAKES, "a/__init__.py": "", "a/deep.py": MAKES}, "a"),
        ],
    )
    def test_where_the_application_lives(
        self, tmp_path: Path, layout: Mapping[str, str], package: str
    ) -> None:
        """Of several, the one nearest to the top is taken, then the first by name."""
        assert found(lay(tmp_path / "x", layout))["package_name"] == package

    @pytest.mark.parametrize(
        ("code", "answers"),
        [
            ("import psycopg2\n", {"database": "postgresql"}),
            ("u = f'postgresql+asyncpg://{1}'\n", {"database": "postgresql"}),
            ("import aiosqlite\nimport asyncpg\n", {"database": "postgresql"}),
            ("import pymongo\n", {"database": "none"}),
            ("import sqlalchemy\n", {}),
            ("", {"database": "none"}),
        ],
    )
    def test_databases(self, tmp_path: Path, code: str, answers: Mapping[str, str]) -> None:
        """PostgreSQL comes before the file beside it; what is unknown is told, not guessed."""
        folder = lay(tmp_path / "x", {"app.py": MAKES + code})
        assert {k: v for k, v in found(folder).items() if k == "database"} == answers
        assert bool(survey.read(folder).notes) == ("pymongo" in code or not answers)

    @pytest.mark.parametrize(
        ("layout", "python"),
        [
            ({"pyproject.toml": '[project]\nrequires-python = "<3.15,>=3.12"\n'}, "3.12"),
            ({"Pipfile": '[requires]\npython_version = "3.13"\n'}, "3.13"),
            ({".python-version": "3.14.2\n"}, "3.14"),
            ({"Dockerfile": "FROM docker.io/python:3.13-slim AS x\n"}, "3.13"),
            ({".github/workflows/a.yml": "  python-version: ['3.12', '3.14']\n"}, "3.12"),
            (
                {"setup.py": "from setuptools import setup\nsetup(python_requires='>=3.12')\n"},
                "3.12",
            ),
            ({}, None),
        ],
    )
    def test_the_lowest_python(
        self, tmp_path: Path, layout: Mapping[str, str], python: str | None
    ) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES, **layout})
        assert found(folder).get("python") == python

    @pytest.mark.parametrize(
        ("text", "license_"),
        [
            ("MIT License\n\nCopyright\n", "MIT"),
            ("   Apache License\n   Version 2.0, January 2004\n", "Apache-2.0"),
            ("Copyright\n... Neither the name of the copyright holder ...\n", "BSD-3-Clause"),
            ("GNU GENERAL PUBLIC LICENSE\n", None),
            ("Do what is right.\n", None),
        ],
    )
    def test_licenses(self, tmp_path: Path, text: str, license_: str | None) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES, "LICENSE": text})
        assert found(folder).get("license") == license_

    def test_both_frameworks(self, tmp_path: Path) -> None:
        """The one whose application the own code makes is taken; the other is told."""
        folder = lay(
            tmp_path / "x",
            {"app.py": MAKES, "client.py": "import fastapi\n", "requirements.txt": "fastapi\n"},
        )
        read = survey.read(folder)
        assert read.findings["framework"].answer == "flask"
        assert read.notes == [
            "FastAPI is there too (client.py:1), and Flask is taken: its application is made."
            " `-d framework=fastapi` takes the other."
        ]

    def test_an_application_that_mounts_another(self, tmp_path: Path) -> None:
        """The outer one is the project's."""
        code = "from fastapi import FastAPI\nfrom a2wsgi import WSGIMiddleware\nouter = FastAPI()\n"
        read = survey.read(lay(tmp_path / "x", {"app.py": MAKES + code}))
        assert read.findings["framework"].answer == "fastapi"
        assert read.notes == [
            "Flask is there too (app.py:3), and FastAPI is taken: it is made more often, or mounts it."
            " `-d framework=flask` takes the other."
        ]

    def test_an_application_that_is_mounted_elsewhere(self, tmp_path: Path) -> None:
        mounts = "from a2wsgi import WSGIMiddleware\nimport starlette.middleware.wsgi\n"
        assert found(lay(tmp_path / "x", {"app.py": MAKES + mounts}))["framework"] == "flask"

    def test_what_is_declared_nearest_counts(self, tmp_path: Path) -> None:
        """In a repository of several parts the application's own part tells of it."""
        name = '[project]\nname = "{}"\n'
        folder = lay(
            tmp_path / "x",
            {
                "pyproject.toml": name.format("all"),
                "backend/pyproject.toml": name.format("orders"),
                "backend/app/__init__.py": "",
                "backend/app/main.py": MAKES,
            },
        )
        assert (found(folder)["project_name"], found(folder)["package_name"]) == ("orders", "app")

    def test_passwords_are_never_shown(self, tmp_path: Path) -> None:
        """Evidence names the kind of an address, and leaves out what may be secret."""
        text = "x = 'postgresql://me:hush@db/x'\n"
        pinned = "flask @ git+https://me:hush@git.example/flask\n"
        folder = lay(tmp_path / "x", {"a.py": text, "requirements.txt": pinned})
        read = survey.read(folder)
        assert set(read.findings) >= {"database", "framework"}
        assert "hush" not in str(read)


def test_tools_are_told(tmp_path: Path, questionnaire: Questionnaire) -> None:
    """What the project is worked on with, by files of its own or a section of shared ones."""
    layout = {
        "app.py": MAKES,
        "pyproject.toml": "[tool.ruff.lint]\nselect = ['ALL']\n[tool.pytest]\nstrict = true\n",
        "setup.cfg": "[mypy]\nstrict = True\n",
        "poetry.lock": "",
        "Makefile": "all:\n",
    }
    read = survey.read(lay(tmp_path / "shop", layout))
    assert {tool: str(place) for tool, place in read.tools} == {
        "Poetry": "poetry.lock",
        "Ruff": "pyproject.toml:1",
        "mypy": "setup.cfg:1",
        "pytest": "pyproject.toml:3",
        "Make": "Makefile",
    }
    told = proposal.text(adopt.propose(questionnaire, read, {}))
    assert "Poetry (poetry.lock), Ruff (pyproject.toml:1), mypy (setup.cfg:1)" in told
    assert survey.read(lay(tmp_path / "bare", {"app.py": MAKES})).tools == []


class TestNasty:
    """Whatever lies in a repository, reading it ends, and tells what was not read."""

    def test_what_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES, "old.py": "print 'x'\n"})
        (folder / "binary.py").write_bytes(bytes(range(256)))
        (folder / "latin.py").write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
        (folder / "wrong.py").write_bytes(b"x = '\xe9'\n")
        (folder / "huge.py").write_bytes(b"#" * 1_000_001)
        (folder / "deep.py").write_text(f"x = {'(' * 5000}1{')' * 5000}\n")
        (folder / "escape.py").write_text("x = '\\d'\n")
        (folder / "setup.cfg").write_text("no section = 1\n")
        (folder / "pyproject.toml").write_text("[project\n")
        (folder / "Pipfile").write_text("packages = 3\nrequires = 'x'\n")
        (folder / "package.json").write_text("[" * 100_000)
        (folder / "setup.py").write_text("from setuptools import setup\nsetup(name=NAME, **X)\n")
        read = survey.read(folder)
        assert read.findings["framework"].answer == "flask"
        told = " ".join(read.notes)
        assert "as they do not parse" in told
        assert "larger than 1 MB: huge.py." in told

    def test_a_byte_order_mark(self, tmp_path: Path) -> None:
        folder = lay(
            tmp_path / "x", {"a.py": f"\ufeff{MAKES}", "requirements.txt": "\ufeffflask\n"}
        )
        (folder / "pyproject.toml").write_text('\ufeff[project]\nname = "Mark"\n')
        assert found(folder)["project_name"] == "Mark"

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        """Those that loop, lead out, or lead nowhere; and a pipe keeps nobody waiting."""
        outside = lay(
            tmp_path / "outside", {"other.py": "from fastapi import FastAPI\nFastAPI()\n"}
        )
        folder = lay(tmp_path / "x", {"app.py": MAKES})
        (folder / "loop").symlink_to(folder)
        (folder / "self.py").symlink_to("self.py")
        (folder / "out").symlink_to(outside)
        (folder / "out.py").symlink_to(outside / "other.py")
        (folder / "gone.py").symlink_to("nothing.py")
        os.mkfifo(folder / "pipe.py")
        for is_repository in (False, True):
            if is_repository:
                git(folder, "init", "--quiet")
            read = survey.read(folder)
            assert (read.files, read.is_repository) == (1, is_repository)

    def test_what_git_ignores_is_not_read(self, tmp_path: Path) -> None:
        folder = lay(tmp_path / "x", {"app.py": MAKES, "out/a.py": MAKES, ".gitignore": "out/\n"})
        git(folder, "init", "--quiet")
        assert survey.read(folder).files == 2

    @pytest.mark.parametrize(
        ("layout", "why"),
        [
            ({}, "0 files were looked at: none imports one or requires it."),
            ({"readme.txt": "flask"}, "1 file was looked at: none imports one or requires it."),
            ({"requirements.txt": "Django>=5\n"}, "It uses Django, as its packages say."),
        ],
    )
    def test_neither_framework(self, tmp_path: Path, layout: Mapping[str, str], why: str) -> None:
        (tmp_path / "x").mkdir()
        with pytest.raises(ProjectError, match="'x' uses neither Flask nor FastAPI") as error:
            survey.read(lay(tmp_path / "x", layout))
        assert error.value.why == why

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([
                    "a.py", "setup.py", "setup.cfg", "pyproject.toml", "Pipfile", "LICENSE",
                    "requirements.txt", "compose.yaml", "Dockerfile", "package.json",
                    ".python-version", "alembic.ini", "t.html",
                ]),
                st.one_of(
                    st.binary(max_size=80),
                    st.text(max_size=80).map(lambda text: text.encode(errors="replace")),
                    st.sampled_from([
                        b"[project]\nname = 3\nauthors = [1]\ndependencies = 'x'\n",
                        b"[project]\nname = ''\nlicense = []\nclassifiers = [2]\n",
                        b"[tool]\npoetry = 'x'\n", b"[tool.poetry]\nauthors = [{}]\n",
                        b"[tool.poetry.dependencies]\npython = {version = '3'}\n",
                        b"[metadata]\nname = \n[options]\ninstall_requires = %\n",
                        b"setup(name=f'{x}', install_requires=[1], classifiers=3)\n",
                        b'{"dependencies": [[]]}', b"[]", b"image: postgres",
                        b"[project.optional-dependencies]\na = 'x'\n",
                    ]),
                ),
            ),
            max_size=4,
        )
    )  # fmt: skip
    def test_any_content(self, tmp_path: Path, files: list[tuple[str, bytes]]) -> None:
        """Nothing that a file can hold ends in more than an answer or a note."""
        folder = tmp_path / "any"
        shutil.rmtree(folder, ignore_errors=True)
        lay(folder, {"app.py": MAKES})
        for name, content in files:
            (folder / name).write_bytes(content)
        assert found(folder)["framework"] == "flask"


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
        assert found(folder)["project_name"] == "side"
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
def release(tmp_path: Path) -> Path:
    """Return this template as a git repository with a release."""
    folder = copy_template(tmp_path / "template of scaffold")
    commit(folder, "one")
    git(folder, "tag", "v1.0.0")
    return folder


@pytest.mark.slow
def test_an_adopted_project_takes_updates(
    scaffold: Scaffold, release: Path, tmp_path: Path
) -> None:
    """What a release adds arrives, own code is left alone, and nothing is lost or in conflict."""
    folder = lay(tmp_path / "shop", SRC)
    commit(folder, "mine")
    before = tree(folder)
    result = scaffold("adopt", str(folder), "--defaults", "--template", f"git+file://{release}")
    assert result.code == 0
    assert "origin is not known" not in result.out
    commit(folder, "adopt")
    record = (folder / "docs/decisions/0001-web-framework.md").read_bytes()
    (release / "template/NEWS.md").write_text("New.\n")
    workflow = next(release.glob("template/*/.github/workflows/ci.yml.jinja"))
    workflow.write_text(f"{workflow.read_text()}# changed\n")
    commit(release, "two")
    git(release, "tag", "v2.0.0")
    copier.run_update(folder, defaults=True, overwrite=True, quiet=True)
    after = tree(folder)
    assert after.keys() - before.keys() == {*WRITTEN, "NEWS.md"}
    assert {path: after[path] for path in before} == before
    assert after["docs/decisions/0001-web-framework.md"] == record
    assert yaml.safe_load(after[".copier-answers.yml"])["_commit"] == "v2.0.0"


@pytest.mark.slow
def test_an_adopted_project_stays_its_own(
    scaffold: Scaffold, release: Path, tmp_path: Path
) -> None:
    """Drift is not looked for, and an update keeps what does not merge, and brings no code."""
    folder = lay(tmp_path / "shop", {**SRC, "Dockerfile": "FROM scratch\n", "LICENSE": "Ours.\n"})
    commit(folder, "mine")
    scaffold("adopt", str(folder), "--defaults", "--template", f"git+file://{release}")
    commit(folder, "adopt")
    assert scaffold("check", str(folder)).code == 0
    before = tree(folder)
    code = release / "template/src/{{ package_name }}"
    (code / "metrics.py").write_text("Builds on the template's own code.\n")
    (release / "template/LICENSE.jinja").unlink()
    (release / "template/.editorconfig").write_text("root = true\n")
    table = (release / "ownership.yml").read_text()
    (release / "ownership.yml").write_text(
        table.replace("template:\n", "template:\n  - .editorconfig\n", 1)
    )
    dockerfile = next(release.glob("template/*/Dockerfile.jinja"))
    dockerfile.write_text(dockerfile.read_text().replace("SIGTERM", "SIGINT"))
    commit(release, "two")
    git(release, "tag", "v2.0.0")
    result = scaffold("update", str(folder))
    assert (result.code, result.err) == (0, "")
    after = tree(folder)
    assert after.keys() - before.keys() == {".editorconfig"}
    assert {path for path in before if after[path] != before[path]} == {".copier-answers.yml"}
    kept = result.out[result.out.index("kept as yours") :]
    assert "  Dockerfile\n" in kept
    assert "  LICENSE\n" in kept
    assert "/metrics.py\n" in kept
    assert scaffold("check", str(folder)).code == 0


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
