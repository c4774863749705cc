"""What the files of a repository tell, whatever lies there; nothing of it is run."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layouts import FLAT, MAKES, PACKAGE, SRC, lay
from releases import git
from scaffold import adopt, proposal, survey
from scaffold.errors import ProjectError
from scaffold.questionnaire import Questionnaire


def found(folder: Path) -> dict[str, str]:
    return {name: each.answer for name, each in survey.read(folder).findings.items()}


def places(folder: Path) -> dict[str, str]:
    return {name: str(each.place) for name, each in survey.read(folder).findings.items()}


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
