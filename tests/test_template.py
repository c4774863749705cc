"""The template: layers, residue, escaping, and the same bytes by every door."""

import itertools
import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

import documents
from combinations import ROWS, row_ids
from conftest import ROOT, Render, Scaffold, tree
from scaffold.questionnaire import Questionnaire
from scaffold.render import render
from scaffold.rules import Rules
from scaffold.source import Template

TEMPLATE = ROOT / "template"
# Included by files, never rendered themselves.
FRAGMENTS = {"_changes", "_licenses", "_onboarding", "_openapi"}

SHAPES = [
    {"framework": framework, "interface": interface, "database": database}
    for framework, interface, database in itertools.product(
        ("flask", "fastapi"), ("api", "pages", "both"), ("sqlite", "none")
    )
]


AWKWARD = {
    "description": 'Says "no" to <b>\\</b> {{1237*1009}} \N{ROCKET} & more',
    "author_name": 'O"Neil \\ Müller',
    "author_email": "o.neil+x@example.org",
    "profile": 'Team "A" \\ {{1237*1009}} (git+https://example.org/a.git)',
}


def shape_id(shape: Mapping[str, str]) -> str:
    return "-".join(shape.values())


DEFAULTS = {
    "auth": "none", "example": "yes", "htmx": "yes", "streaming": "no", "http_client": "no",
    "process_pool": "no", "cors": "no", "container": "yes", "ci": "github", "renovate": "no",
    "telemetry": "no", "codeowners": "no",
}  # fmt: skip


def active(answers: Mapping[str, str]) -> dict[str, bool]:
    """Return by the answers alone, not by `copier.yml`, which layers a project has."""
    chosen = DEFAULTS | dict(answers)
    api, pages = chosen["interface"] != "pages", chosen["interface"] != "api"
    database, example = chosen["database"] != "none", chosen["example"] == "yes"
    examples = (chosen["streaming"], chosen["http_client"], chosen["process_pool"])
    auth, session = chosen["auth"] != "none", chosen["auth"] == "session"
    return {
        "for_flask": chosen["framework"] == "flask",
        "for_fastapi": chosen["framework"] == "fastapi",
        "with_api": api,
        "with_pages": pages,
        "with_htmx": pages and chosen["htmx"] == "yes",
        "with_database": database,
        "without_database": not database,
        "with_storage": database or example,
        "with_sqlite": chosen["database"] == "sqlite",
        "with_postgresql": chosen["database"] == "postgresql",
        "with_example": example,
        "without_example": not example,
        "with_example_api": example and api,
        "with_example_pages": example and pages,
        "with_example_database": example and database,
        "with_example_memory": example and not database,
        "with_features": example or auth or "yes" in examples,
        "with_auth": auth,
        "with_session": session,
        "with_session_api": session and api,
        "with_session_pages": session and pages,
        "with_bearer": chosen["auth"] == "bearer",
        "with_streaming": chosen["streaming"] == "yes",
        "with_http_client": chosen["http_client"] == "yes",
        "with_process_pool": chosen["process_pool"] == "yes",
        "with_cors": chosen["cors"] == "yes",
        "with_container": chosen["container"] == "yes",
        "with_github": chosen["ci"] == "github",
        "with_gitlab": chosen["ci"] == "gitlab",
        "without_gitlab": chosen["ci"] != "gitlab",
        "with_renovate": chosen["renovate"] == "yes",
        "without_renovate": chosen["renovate"] == "no",
        "with_telemetry": chosen["telemetry"] == "otel",
        "with_codeowners": chosen["codeowners"] == "yes",
    }


LAYERS = set(active(SHAPES[0]))


def sources() -> Iterator[tuple[str, list[str]]]:
    """Yield the path that each file of the template is rendered to, and the layers it lies in."""
    for path in TEMPLATE.rglob("*"):
        parts = path.relative_to(TEMPLATE).parts
        if path.is_dir() or parts[0] in FRAGMENTS or "__pycache__" in parts:
            continue
        named = [re.fullmatch(r"\{\{ (\w+_\w+) \}\}", part) for part in parts]
        folders = [match[1] for match in named if match and match[1] in LAYERS]
        kept = [p for p, m in zip(parts, named, strict=True) if not (m and m[1] in LAYERS)]
        name = "/".join(kept).replace("{{ package_name }}", "shop").removesuffix(".jinja")
        yield name.replace("{{ _copier_conf.answers_file }}", ".copier-answers.yml"), folders


def expected_files(shape: Mapping[str, str]) -> list[str]:
    """Read off the template's tree what a project of this shape holds."""
    layers = active(shape)
    return sorted(name for name, folders in sources() if all(layers[f] for f in folders))


# In seconds only the largest shape of each framework can be seen.
LARGEST = [
    shape for shape in SHAPES if shape["interface"] == "both" and shape["database"] != "none"
]
LARGEST.append({"framework": "fastapi", "interface": "both", "database": "postgresql"})
MADE = [pytest.param(shape, id=shape_id(shape)) for shape in LARGEST]
MADE += [
    pytest.param(row, id=name, marks=pytest.mark.slow)
    for row, name in zip(ROWS, row_ids(ROWS), strict=True)
]


@pytest.fixture(scope="module", params=MADE)
def made(
    request: pytest.FixtureRequest,
    template: Template,
    questionnaire: Questionnaire,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, str], Path]:
    """Render a combination with awkward free text, once for all tests that read it."""
    answers = {"project_name": "Shop", **request.param, **AWKWARD}
    destination = tmp_path_factory.mktemp("shape") / "project"
    render(template, questionnaire.complete(answers), destination)
    return request.param, destination


Made = tuple[dict[str, str], Path]


def test_a_project_holds_the_files_of_its_layers(made: Made) -> None:
    """The rendered tree is exactly the files whose layers are active, each from one source."""
    shape, project = made
    files = expected_files(shape)
    assert len(files) == len(set(files)), "a file has two sources"
    assert sorted(tree(project)) == files


def test_only_who_chose_postgresql_reads_of_it(made: Made) -> None:
    """Projects with SQLite, or with no database, hold no word of it."""
    shape, project = made
    if shape["database"] != "postgresql":
        for name, content in tree(project).items():
            assert not re.search("postgres|psycopg", content.decode(), re.IGNORECASE), name


def test_names_hold_variables_only() -> None:
    """No folder or file name holds a condition, and layers lie two deep at most."""
    for path in TEMPLATE.rglob("*"):
        parts = path.relative_to(TEMPLATE).parts
        assert not any("{%" in part for part in parts), path
        assert sum(part.startswith(("{{ for_", "{{ with")) for part in parts) <= 2, path


def test_nothing_of_the_template_is_left(made: Made) -> None:
    """No Jinja, no empty file, no doubled blank line, no trailing space, one final newline."""
    _, project = made
    for name, content in tree(project).items():
        if name.endswith(("py.typed", "__init__.py")) and len(content) == 0:
            assert name.endswith("py.typed"), name
            continue
        text = content.decode()
        for typed in (AWKWARD["description"], AWKWARD["description"].replace("<", "&lt;")):
            text = text.replace(typed, "x")
        # The site's own templates are Jinja, a document says how to write more, a workflow has
        # expressions of its own; the answers hold what was typed, quoted.
        if name == "docs/onboarding.md":
            text = re.sub("```(html|diff|python)\n.*?\n```", "x", text, flags=re.DOTALL)
        if "/templates/" not in name and name != ".copier-answers.yml":
            assert not re.search(r"\{%|%\}|\{#|(?<!\$)\{\{ ", text), name
        assert text.strip(), name
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        assert not re.search(r"[ \t]+$", text, re.MULTILINE) or name == "LICENSE", name
        blank = 3 if name.endswith((".py", ".mako")) else 2
        assert "\n" * (blank + 1) not in text or name == "LICENSE", name


def test_the_first_change_fits_the_project(made: Made, tmp_path: Path) -> None:
    """Each edit of docs/onboarding.md finds its file, and there the lines that it is about."""
    project = Path(shutil.copytree(made[1], tmp_path / "project"))
    steps = documents.read(project / "docs/onboarding.md")
    edits = [step for step in steps if isinstance(step, documents.Edit)]
    assert len(edits) >= 3
    for edit in edits:
        edit.apply(project)


def test_free_text_arrives_as_it_was_typed(made: Made) -> None:
    """Quotes, backslashes, tags and braces break no file and are not evaluated."""
    answers, project = made
    data = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert data["description"] == AWKWARD["description"]
    author = {"name": AWKWARD["author_name"], "email": AWKWARD["author_email"]}
    assert data["authors"] == [author]
    recorded = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert {key: recorded[key] for key in AWKWARD} == AWKWARD
    if answers.get("license") != "Apache-2.0":  # whose text names nobody
        assert f"Copyright (c) {AWKWARD['author_name']}\n" in (project / "LICENSE").read_text()
    for name, content in tree(project).items():
        assert b"1248133" not in content, name
        if name.endswith((".py", ".html")):
            assert "Neil" not in content.decode(), name
            assert "1237*" not in content.decode(), name
            compile(content, name, "exec") if name.endswith(".py") else None
        if name.endswith(".json"):
            json.loads(content)
        if name.endswith((".yml", ".yaml")):
            yaml.safe_load(content)


@pytest.mark.slow
@pytest.mark.parametrize("chosen", ["MIT", "Apache-2.0", "BSD-3-Clause", "proprietary"])
def test_every_license(rendered: Render, chosen: str) -> None:
    """The text, and its SPDX name in the metadata, are the chosen license's."""
    project = rendered({"license": chosen})
    words = {
        "MIT": "Permission is hereby granted, free of charge",
        "Apache-2.0": "Version 2.0, January 2004",
        "BSD-3-Clause": "Neither the name of the copyright holder",
        "proprietary": "All rights reserved. This software is proprietary",
    }
    assert words[chosen] in (project / "LICENSE").read_text()
    spdx = "LicenseRef-Proprietary" if chosen == "proprietary" else chosen
    metadata = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert metadata["license"] == spdx


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_python_floor_stands_in_every_place(rendered: Render, python: str) -> None:
    """Installers, the type checker and the measuring of coverage know the same lowest Python."""
    answers = {"python": python, "framework": "fastapi"}
    data = tomllib.loads((rendered(answers) / "pyproject.toml").read_text())
    assert data["project"]["requires-python"] == f">={python}"
    assert data["tool"]["mypy"]["python_version"] == python
    # From Python 3.14 on coverage needs no help with greenlets, and is twice as fast without.
    assert ("concurrency" in data["tool"]["coverage"]["run"]) == (python != "3.14")


TABLE = yaml.safe_load((ROOT / "versions.yml").read_text())
VERSIONS = {group: TABLE[group] for group in ("runtime", "development", "build")}


def test_every_version_comes_from_the_table(made: Made) -> None:
    """A project names what the table holds for its layers."""
    shape, project = made
    layers = active(shape)
    data = tomllib.loads((project / "pyproject.toml").read_text())

    def wanted(group: str) -> list[str]:
        return [
            entry["name"] + entry["version"]
            for entry in VERSIONS[group]
            if all(layers[layer] for layer in entry["layers"])
        ]

    assert data["project"]["dependencies"] == wanted("runtime")
    assert data["dependency-groups"]["dev"] == wanted("development")
    assert data["build-system"]["requires"] == wanted("build")


def test_every_version_is_used_by_some_shape() -> None:
    """No line of the table waits for layers that never come together."""
    for entry in [entry for group in VERSIONS.values() for entry in group]:
        assert any(all(active(row)[layer] for layer in entry["layers"]) for row in ROWS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, '"Flask", because the answers decide nothing, and it is the simpler thing'),
        ({"api_first": "yes"}, '"FastAPI", because the answers speak for it.'),
        ({"concurrency": "low"}, '"Flask", because the answers speak for it.'),
        (
            {"concurrency": "low", "framework": "fastapi"},
            '"FastAPI", because the team chose it, although the answers speak for Flask.',
        ),
        (
            {"framework": "fastapi"},
            '"FastAPI", because the team prefers it; the answers decide nothing',
        ),
    ],
)
def test_the_decision_is_recorded(rendered: Render, answers: dict[str, str], said: str) -> None:
    """The record says what was decided and how the advice stood to it."""
    record = (rendered(answers) / "docs/decisions/0001-web-framework.md").read_text()
    assert f"Chosen option: {said}" in " ".join(record.split())
    for trait in set(answers) - {"framework"}:
        assert f"| `{trait}` | {answers[trait]} |" in record


@pytest.mark.slow
def test_the_decision_holds_every_given_reason(rendered: Render, rules: Rules) -> None:
    """Each answer stands with its weight, each reason with its sources, open ones by name."""
    record = (
        rendered({"api_first": "yes", "team_size": "small", "control": "yes"})
        / "docs/decisions/0001-web-framework.md"
    ).read_text()
    weights = [rules.weight(trait, "yes") for trait in ("api_first", "control")]
    assert f"| `api_first` | yes | FastAPI | {weights[0]:+.2f} |" in record
    assert "| `team_size` | small | neither | 0 |" in record
    assert f"| `control` | yes | Flask | {weights[1]:+.2f} |" in record
    assert f"The sum is {sum(weights):+.2f}: " in record
    assert "`concurrency` (high)" in record
    assert "https://flask.palletsprojects.com/en/stable/design/, read on 2026-11-22" in record


DOORS = [
    {"server_rendered": "yes", "api_first": "yes", **AWKWARD},
    pytest.param({}, marks=pytest.mark.slow),
    pytest.param(
        {"api_first": "yes", "database": "none", "python": "3.12"}, marks=pytest.mark.slow
    ),
    pytest.param(
        {"server_rendered": "yes", "framework": "fastapi", "license": "proprietary"},
        marks=pytest.mark.slow,
    ),
]


@pytest.mark.parametrize("answers", DOORS)
def test_both_doors_give_the_same_bytes(
    scaffold: Scaffold, template: Template, tmp_path: Path, answers: dict[str, str]
) -> None:
    """`scaffold new` and `copier copy` differ in the recorded origin and nothing else."""
    import copier

    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    result = scaffold("new", "Shop", "ours", "--defaults", "--no-install", *data)
    assert result.code == 0, result.err
    copier.run_copy(
        str(template.root),
        tmp_path / "theirs",
        data={"project_name": "Shop", **answers},
        defaults=True,
        quiet=True,
        settings=copier.Settings(),
    )
    ours, theirs = tree(Path("ours")), tree(tmp_path / "theirs")
    recorded = [without_origin(files.pop(".copier-answers.yml")) for files in (ours, theirs)]
    assert recorded[0] == recorded[1]
    assert ours == theirs


def without_origin(answers: bytes) -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(answers)
    return {k: v for k, v in loaded.items() if k not in {"_src_path", "_commit"}}


@pytest.mark.slow
def test_a_users_copier_settings_change_nothing(
    rendered: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defaults of a person's own Copier configuration do not reach the output."""
    before = tree(rendered({}, "before"))
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: {license: proprietary, author_name: Somebody}\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    assert tree(rendered({}, "after")) == before


@pytest.mark.slow
def test_git_identity_and_clock_change_nothing(
    rendered: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendering is a function of the answers."""
    before = tree(rendered({}, "before"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LANG", "C")
    assert tree(rendered({}, "after")) == before


def test_the_template_runs_no_code() -> None:
    """No tasks, migrations or extensions: `copier copy` needs no `--trust`."""
    settings = yaml.safe_load((ROOT / "copier.yml").read_text())
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(settings)
