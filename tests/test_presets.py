"""Presets: listed with the framework that each leads to, accepted, and rendered by both doors."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import ROOT, Scaffold, recorded, tree
from scaffold import presets
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import recommend
from scaffold.rules import Rules
from scaffold.source import Template

PRESETS = presets.load(ROOT)
QUICK = ("--defaults", "--no-install")


def test_the_list(scaffold: Scaffold) -> None:
    """Each with what it is for, and what is recommended for it today."""
    result = scaffold("presets")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "json-api: FastAPI, a clear case\n"
        "  An API that other programs call, with a contract they can rely on.\n"
        "website: Flask, a leaning\n"
        "  Pages for people, rendered on the server.\n"
        "internal-tool: Flask, a clear case\n"
        "  Pages behind a sign-in, for the people of one organisation.\n"
        "realtime-service: FastAPI, a clear case\n"
        "  Many open connections that get events as they happen.\n"
        "learning: Flask, a clear case\n"
        "  A first web project, small enough to be read whole.\n"
    )


def test_the_list_for_programs(scaffold: Scaffold, rules: Rules) -> None:
    """`--json` holds the answers too; the framework is computed from them."""
    listed = json.loads(scaffold("presets", "--json").out)["presets"]
    assert [preset["name"] for preset in listed] == list(PRESETS)
    for preset in listed:
        advice = recommend(preset["answers"], rules)
        assert (preset["framework"], preset["fit"]) == (advice.framework, advice.fit)
        assert preset["description"] == PRESETS[preset["name"]].description


def test_the_list_fits_a_narrow_terminal(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, scaffold("presets").out.splitlines())) <= 40


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_accepted(questionnaire: Questionnaire, rules: Rules, name: str) -> None:
    """Its answers are text as questions have it, go together, and are traits before all."""
    answers = PRESETS[name].answers
    assert questionnaire.check(answers) == answers
    complete = questionnaire.complete({"project_name": "shop", **answers})
    assert complete["framework"] == recommend(answers, rules).framework
    assert "framework" not in answers
    options = set(answers) - set(rules.answers)
    assert len(options) < len(answers) / 2
    for option in options:
        others = {key: answer for key, answer in answers.items() if key != option}
        default = questionnaire.complete({"project_name": "shop", **others})[option]
        assert answers[option] != default, "an option that would follow anyway"


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_renders_by_both_doors(
    scaffold: Scaffold, template: Template, tmp_path: Path, name: str
) -> None:
    """`--preset` is `copier copy` with its answers."""
    import copier

    result = scaffold("new", "shop", *QUICK, "--preset", name)
    assert (result.code, result.err) == (0, "")
    copier.run_copy(
        str(template.root),
        tmp_path / "theirs",
        data={"project_name": "shop", **PRESETS[name].answers},
        defaults=True,
        quiet=True,
        settings=copier.Settings(),
    )
    assert recorded(Path("shop")) == recorded(tmp_path / "theirs")
    ours, theirs = tree(Path("shop")), tree(tmp_path / "theirs")
    del ours[".copier-answers.yml"], theirs[".copier-answers.yml"]
    assert ours == theirs


def test_what_is_answered_comes_before_a_preset(scaffold: Scaffold, tmp_path: Path) -> None:
    """-d before --answers before --preset; what none of them answers has its default."""
    file = tmp_path / "answers.yml"
    file.write_text("concurrency: high\nrealtime: 'yes'\n")
    result = scaffold(
        "new", "shop", *QUICK, "--preset", "internal-tool",
        "--answers", str(file), "-d", "realtime=unsure", "--framework", "flask",
    )  # fmt: skip
    assert (result.code, result.err) == (0, "")
    answers = recorded(Path("shop"))
    assert (answers["realtime"], answers["concurrency"]) == ("unsure", "high")
    assert (answers["auth"], answers["interface"]) == ("session", "pages")
    assert answers["framework"] == "flask"


def test_recommend_takes_a_preset(scaffold: Scaffold) -> None:
    """It weighs what the same answers weigh when they are given one by one."""
    data = [f"-d{key}={answer}" for key, answer in PRESETS["learning"].answers.items()]
    by_name = scaffold("recommend", "--json", "--preset", "learning")
    assert (by_name.code, by_name.err) == (0, "")
    assert by_name.out == scaffold("recommend", "--json", *data).out
    changed = scaffold("recommend", "--json", "--preset", "learning", "-d", "experience=fluent")
    assert json.loads(changed.out)["score"] != json.loads(by_name.out)["score"]


@pytest.mark.parametrize("command", [("new", "shop", *QUICK), ("recommend",)])
@pytest.mark.parametrize(("name", "near"), [("web-site", "website"), ("Json-API", ""), ("", "")])
def test_an_unknown_preset_is_refused(
    scaffold: Scaffold, command: tuple[str, ...], name: str, near: str
) -> None:
    """With the nearest one, and all there are; nothing is written."""
    result = scaffold(*command, "--preset", name)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"Error: There is no preset '{name}'.\n"
        + (f"  Did you mean '{near}'?\n" if near else "")
        + "  The presets are: json-api, website, internal-tool, realtime-service, learning.\n"
    )
    assert not any(Path.cwd().iterdir())


@pytest.mark.parametrize("content", [None, "- json-api\n", "json-api: {description: x}\n", "[", ""])
def test_a_template_without_presets(
    scaffold: Scaffold, template: Template, tmp_path: Path, content: str | None
) -> None:
    """The table of another template is read; one that is none is told."""
    folder = tmp_path / "other"
    shutil.copytree(template.root, folder, ignore=shutil.ignore_patterns(".*", "presets.yml"))
    if content is not None:
        (folder / "presets.yml").write_text(content)
    result = scaffold("new", "shop", *QUICK, "--template", str(folder), "--preset", "learning")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Error: The template has no usable presets.yml.\n")
