"""`scaffold explain`: what a project recorded, beside today's advice."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Render, Scaffold
from scaffold import decision
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import recommend
from scaffold.render import render
from scaffold.rules import Rules
from scaffold.source import Template

RECORD = "docs/decisions/0001-web-framework.md"
TRAITS = {"api_first": "yes", "concurrency": "low", "workload": "mixed"}


@pytest.fixture(scope="module")
def made(
    template: Template, questionnaire: Questionnaire, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make a project with today's rules, to be left as it is."""
    folder = tmp_path_factory.mktemp("made") / "shop"
    render(template, questionnaire.complete({"project_name": "shop", **TRAITS}), folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """Copy what `explain` reads of it."""
    folder = tmp_path / "shop"
    (folder / RECORD).parent.mkdir(parents=True)
    for name in (".copier-answers.yml", RECORD):
        shutil.copy(made / name, folder / name)
    return folder


def change(file: Path, old: str, new: str, count: int = -1) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, count))


def test_the_record_holds_what_was_weighed(project: Path, rules: Rules) -> None:
    """Its front matter is what `scaffold recommend` says of the same answers."""
    decided, advice = decision.read(project), recommend(TRAITS, rules)
    assert decided.framework == decided.recommended == advice.framework
    assert decided.rules == rules.version
    assert decided.weights == {(r.trait, r.answer): r.weight for r in advice.reasons}
    front = yaml.safe_load((project / RECORD).read_text().split("---\n")[1])
    assert (front["score"], front["fit"]) == (advice.score, advice.fit)
    assert front["status"] == "accepted"
    assert decision.changes(decided, advice) == []


def test_the_record_follows_madr(project: Path) -> None:
    """The headings of a Markdown Architectural Decision Record, in their order."""
    headings = [line for line in (project / RECORD).read_text().splitlines() if line[:1] == "#"]
    assert [line.lstrip("# ") for line in headings if line.startswith("##")] == [
        "Context and Problem Statement", "Decision Drivers", "Considered Options",
        "Decision Outcome", "Consequences", "Confirmation", "Pros and Cons of the Options",
        "Flask", "FastAPI", "More Information",
    ]  # fmt: skip
    assert '\nChosen option: "' in (project / RECORD).read_text()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*unclosed scandir")  # Copier's
def test_an_update_never_rewrites_the_record(tmp_path: Path) -> None:
    """Other rules and another record in the template: what was decided stays as it was written."""
    import copier

    source = tmp_path / "source"
    shutil.copytree(ROOT / "template", source / "template")
    for table in ROOT.glob("*.yml"):
        shutil.copy(table, source)
    release(source, "v1.0.0")
    project = tmp_path / "project"
    copier.run_copy(
        str(source), project, data={"project_name": "shop", **TRAITS}, defaults=True, quiet=True
    )
    release(project)
    record = (project / RECORD).read_bytes()
    change(source / "rules.yml", 'version: "2"', 'version: "99"')
    change(source / "template" / f"{RECORD}.jinja", "## Decision Drivers", "## Drivers")
    change(source / "template/AGENTS.md.jinja", "# ", "# Renewed: ", count=1)
    release(source, "v2.0.0")
    copier.run_update(project, defaults=True, overwrite=True, quiet=True)
    assert "_commit: v2.0.0" in (project / ".copier-answers.yml").read_text()
    assert "# Renewed: " in (project / "AGENTS.md").read_text()
    assert (project / RECORD).read_bytes() == record


def release(folder: Path, tag: str = "") -> None:
    """Commit all of a folder, and tag it."""
    commands = [["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]]
    for arguments in [*commands, *([["tag", tag]] if tag else [])]:
        subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_advice_that_stands(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("explain", str(project))
    assert result.code == 0
    assert "The advice stands." in result.out
    assert "weighed" not in result.out
    assert "\nWhat would change it\n" in result.out


def test_advice_that_has_changed(scaffold: Scaffold, project: Path, rules: Rules) -> None:
    """What the rules of its day said is not what today's say: both weights are told."""
    now = rules.weight("concurrency", "low")
    change(project / RECORD, f"concurrency=low: {now}", "concurrency=low: 2.0")
    change(project / RECORD, "recommended: flask", "recommended: fastapi")
    change(project / RECORD, f'rules: "{rules.version}"', 'rules: "1"')
    out = " ".join(scaffold("explain", str(project)).out.split())
    assert "Recommended was FastAPI (rules 1). The advice has changed:" in out
    assert f"concurrency: low weighed +2.00, and weighs {now:+.2f} now." in out
    told = json.loads(scaffold("explain", str(project), "--json").out)
    assert told["changed"] is True
    assert told["rules"] == {"then": "1", "now": rules.version}
    assert [c["trait"] for c in told["changes"]] == ["concurrency"]
    assert told["today"]["framework"] == "flask"


def test_an_answer_that_has_changed(scaffold: Scaffold, project: Path) -> None:
    """The answers file is what counts today."""
    change(project / ".copier-answers.yml", "concurrency: low", "concurrency: unsure")
    out = " ".join(scaffold("explain", str(project)).out.split())
    assert "The advice has changed: Today's rules" in out
    assert "concurrency was low (" in out
    assert "and is what weighs nothing now." in out


@pytest.mark.parametrize(
    "content", [None, "", "---\nnothing", "---\n- a\n---\n", "---\n[[[\n---\n"]
)
def test_a_record_that_tells_nothing(
    scaffold: Scaffold, project: Path, content: str | None
) -> None:
    """It may have been rewritten or removed: it is the team's."""
    (project / RECORD).unlink()
    if content is not None:
        (project / RECORD).write_text(content)
    result = scaffold("explain", str(project))
    assert result.code == 0
    assert "What was recommended then is not known" in " ".join(result.out.split())
    assert json.loads(scaffold("explain", str(project), "--json").out)["changed"] is None


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (None, "There is no .copier-answers.yml in it."),
        ("project_name: x\n", "Its .copier-answers.yml names no framework."),
        ("framework: django\n", "Its .copier-answers.yml names no framework."),
        ("[" * 2_000, "The answers in '.copier-answers.yml' are not YAML or JSON"),
        ("framework: flask\nconcurrency: huge\n", "'huge' is no answer to 'concurrency'"),
    ],
)
def test_what_is_no_project(scaffold: Scaffold, answers: str | None, text: str) -> None:
    """A clear error, and exit code 2."""
    if answers is not None:
        Path(".copier-answers.yml").write_text(answers)
    result = scaffold("explain")
    assert (result.code, result.out) == (2, "")
    assert text in result.err


@pytest.mark.slow
def test_the_same_content_everywhere(scaffold: Scaffold, rendered: Render) -> None:
    """Reasons, flips and conflicts of the terminal stand in the decision record too."""
    traits = {
        "server_rendered": "yes",
        "api_first": "yes",
        "realtime": "yes",
        "concurrency": "high",
    }
    data = [part for key, value in traits.items() for part in ("-d", f"{key}={value}")]
    told = json.loads(scaffold("recommend", *data, "--json").out)
    record = (rendered(traits) / RECORD).read_text()
    for reason in told["reasons"]:
        assert reason["because"] in record
        assert all(source["address"] in record for source in reason["sources"])
    for conflict in told["conflicts"]:
        assert conflict["text"] in record
        assert all(command.replace("NAME", "shop") in record for command in conflict["both"])
    for flip in told["flips"][:3]:
        condition = " and ".join(f"`{t}` were {a}" for t, a in flip["changes"].items())
        assert f"if {condition}." in record
    for open_one in told["undecided"]:
        assert f"`{open_one['trait']}` ({' or '.join(open_one['answers'])})" in record
    assert all(note in record for note in told["notes"])
