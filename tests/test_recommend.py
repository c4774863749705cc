"""The recommendation: the sum, its contract, and the same sum in Jinja."""

import io
import itertools
import json
import math
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT, Scaffold
from scaffold import advice
from scaffold.errors import TemplateError
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import recommend
from scaffold.rules import Rules

README = ROOT / "README.md"
COPIER = yaml.safe_load((ROOT / "copier.yml").read_text())
RULES = yaml.safe_load((ROOT / "rules.yml").read_text())
TRAITS: dict[str, list[str]] = {
    trait: list(COPIER[trait]["choices"].values()) for trait in RULES["traits"]
}


class JinjaSum:
    """The expressions of `copier.yml`, as they stand there."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        environment = questionnaire.expressions.environment
        names = ("reasons", "score", "fit", "recommended", "in_ten", "missing", "notes")
        self.templates = {n: environment.from_string(COPIER[n]["default"]) for n in names}

    def of(self, traits: Mapping[str, str]) -> dict[str, Any]:
        context: dict[str, Any] = {"rules": RULES, "traits": traits}
        for name, template in self.templates.items():
            text = template.render(context)
            context[name] = (
                json.loads(text) if COPIER[name]["type"] in {"yaml", "float", "int"} else text
            )
        return context


@pytest.fixture(scope="module")
def jinja_sum(questionnaire: Questionnaire) -> JinjaSum:
    return JinjaSum(questionnaire)


def agree(jinja_sum: JinjaSum, rules: Rules, traits: dict[str, str]) -> None:
    """Compare the two sums for one combination of answers."""
    advice, jinja = recommend(traits, rules), jinja_sum.of(traits)
    assert jinja["score"] == advice.score, traits
    assert jinja["fit"] == advice.fit, traits
    assert jinja["recommended"] == advice.framework, traits
    assert jinja["in_ten"] == advice.in_ten, traits
    assert [(r["trait"], r["weight"]) for r in jinja["reasons"]] == [
        (r.trait, r.weight) for r in advice.reasons
    ], traits
    assert tuple(jinja["missing"]) == advice.missing, traits
    assert tuple(jinja["notes"]) == advice.notes, traits


def test_python_and_jinja_agree_on_a_sample(jinja_sum: JinjaSum, rules: Rules) -> None:
    """Two thousand combinations drawn at random give the same in both."""
    draw = random.Random(20261122)  # noqa: S311 - a sample, no secret
    for _ in range(2_000):
        agree(jinja_sum, rules, {t: draw.choice(answers) for t, answers in TRAITS.items()})


def part(existing_code: str, experience: str) -> Iterator[dict[str, str]]:
    """Yield every combination that holds these two answers."""
    free = {t: a for t, a in TRAITS.items() if t not in {"existing_code", "experience"}}
    for combination in itertools.product(*free.values()):
        yield {
            **dict(zip(free, combination, strict=True)),
            "existing_code": existing_code,
            "experience": experience,
        }


@pytest.mark.slow
@pytest.mark.parametrize("existing_code", TRAITS["existing_code"])
@pytest.mark.parametrize("experience", TRAITS["experience"])
def test_python_and_jinja_agree_on_every_combination(
    jinja_sum: JinjaSum, rules: Rules, existing_code: str, experience: str
) -> None:
    """All 746,496 combinations of answers give the same in both."""
    for traits in part(existing_code, experience):
        advice = recommend(traits, rules)
        context = {"rules": RULES, "traits": traits}
        templates = jinja_sum.templates
        context["reasons"] = json.loads(templates["reasons"].render(context))
        context["score"] = float(templates["score"].render(context))
        assert context["score"] == advice.score, traits
        assert templates["fit"].render(context) == advice.fit, traits
        assert templates["recommended"].render(context) == advice.framework, traits


def test_traits_are_the_questions(questionnaire: Questionnaire, rules: Rules) -> None:
    """The rules, the sum in Jinja and the questions name the same traits and answers."""
    asked = [name for name, q in questionnaire.questions.items() if q.default == "unsure"]
    assert list(rules.answers) == asked
    assert (
        list(yaml.safe_load(COPIER["traits"]["default"].replace("{{", "").replace("}}", "")))
        == asked
    )
    for trait, answers in rules.answers.items():
        assert {*answers, "unsure"} == set(TRAITS[trait])
        assert len(set(answers)) == len(answers), "an answer both weighs and is neutral"


def test_every_trait_says_why_it_is_asked() -> None:
    """One line of help, as wide as a prompt shows it."""
    for trait in TRAITS:
        *_, why = COPIER[trait]["help"].splitlines()
        assert why.startswith("Why: ")
        assert len(why) <= 56
        assert next(iter(COPIER[trait]["choices"])) == "not sure"


def test_every_rule_has_a_reason_with_sources(rules: Rules) -> None:
    """No weight stands without a sentence and a dated source; no source is left over."""
    for rule in rules.rules.values():
        assert rule.because.endswith("."), rule
        assert rule.sources, rule
        assert rule.weight * 4 == int(rule.weight * 4), "a person cannot add it up"
    for conflict in rules.conflicts:
        assert conflict.text.endswith("."), conflict
        assert conflict.sources, conflict
    used = {
        *(
            s
            for answers in RULES["traits"].values()
            for a in answers.values()
            for s in a["sources"]
        ),
        *(s for conflict in RULES["conflicts"] for s in conflict["sources"]),
    }
    assert used == set(RULES["sources"])


def test_every_source_is_well_formed_and_dated() -> None:
    """It has a title, a day, and an address that is a URL or one of our own documents."""
    for name, source in RULES["sources"].items():
        assert set(source) == {"title", "address", "read"}, name
        assert source["title"]
        assert date.fromisoformat(source["read"]) <= date(2100, 1, 1)
        ours = re.fullmatch(r"(docs/[\w.-]+) in the repository of scaffold", source["address"])
        if ours:
            assert (ROOT / ours[1]).is_file(), name
        else:
            assert re.fullmatch(r"https?://[\w.-]+/\S*", source["address"]), name


def test_nothing_known_is_a_tie_and_flask(scaffold: Scaffold) -> None:
    """Without any trait the simpler framework is named, and called a tie."""
    result = scaffold("recommend", "--json")
    advice = json.loads(result.out)
    assert (result.code, advice["framework"], advice["fit"]) == (0, "flask", "tie")
    assert advice["probability"] == {"flask": 0.5, "fastapi": 0.5}
    assert advice["score"] == 0
    assert advice["reasons"] == []
    assert advice["missing"] == list(TRAITS)


def test_json_is_the_contract(scaffold: Scaffold) -> None:
    """`--json` prints one object with the promised keys, strongest reason first."""
    result = scaffold(
        "recommend", "--json", "-d", "team_size=solo", "-d", "api_first=yes", "-d", "workload=mixed"
    )
    advice = json.loads(result.out)
    assert list(advice)[:7] == [
        "framework", "fit", "probability", "score", "reasons", "missing", "notes"
    ]  # fmt: skip
    weight = RULES["traits"]["api_first"]["yes"]["weight"]
    assert (advice["framework"], advice["fit"], advice["score"]) == ("fastapi", "lean", weight)
    slope = RULES["calibration"]
    assert advice["probability"]["fastapi"] == pytest.approx(1 / (1 + math.exp(-slope * weight)))
    assert sum(advice["probability"].values()) == pytest.approx(1)
    assert [(r["trait"], r["answer"], r["favours"], r["weight"]) for r in advice["reasons"]] == [
        ("api_first", "yes", "fastapi", weight),
    ]
    assert set(advice["reasons"][0]) == {
        "trait", "answer", "favours", "weight", "because", "sources"
    }  # fmt: skip
    assert set(advice["reasons"][0]["sources"][0]) == {"title", "address", "read"}
    assert "workload" not in advice["missing"]
    assert all(isinstance(note, str) for note in advice["notes"])


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.25, ("flask", "tie")),
        (0.5, ("fastapi", "lean")),
        (1.25, ("fastapi", "lean")),
        (1.5, ("fastapi", "clear")),
        (-0.25, ("flask", "tie")),
        (-0.5, ("flask", "lean")),
        (-1.5, ("flask", "clear")),
    ],
)
def test_thresholds(rules: Rules, score: float, expected: tuple[str, str]) -> None:
    """0.5 begins a leaning and 1.5 a clear case, on both sides; below is a tie for Flask."""
    rule = replace(rules.rules["api_first", "yes"], weight=score)
    advice = recommend({"api_first": "yes"}, replace(rules, rules={("api_first", "yes"): rule}))
    assert (advice.framework, advice.fit) == expected


def test_recommend_refuses_what_new_refuses(scaffold: Scaffold) -> None:
    """The same answers are taken, and refused with the same words."""
    wrong = ("-d", "project_name=json", "-d", "api_first=yes")
    told = scaffold("recommend", *wrong)
    assert (told.code, told.err) == (2, scaffold("new", "--defaults", *wrong).err)
    assert scaffold("recommend", "-d", "project_name=shop", "-d", "license=MIT").code == 0


def test_text_names_every_reason_and_source(scaffold: Scaffold) -> None:
    """The reasons, their sources, what would change it, and the notes can be read."""
    out = scaffold("recommend", "-d", "realtime=yes", "-d", "control=yes").out
    weights = [RULES["traits"][trait]["yes"]["weight"] for trait in ("realtime", "control")]
    assert out.splitlines()[0].startswith("Flask: a tie. About ")
    assert f"  {weights[0]:+.2f} FastAPI realtime: yes\n" in out
    assert f"  {weights[1]:+.2f} Flask   control: yes\n" in out
    assert "https://flask.palletsprojects.com/en/stable/design/" in out
    assert "\nWhat would change it\n" in out
    assert "- No framework mends slow queries" in out


def test_bars_add_up_to_the_verdict(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the left for Flask, to the right for FastAPI, as long as the weight, at 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    answers = ("-d", "concurrency=low", "-d", "server_rendered=no", "-d", "api_first=yes")
    lines = scaffold("recommend", *answers).out.splitlines()
    rows = [re.fullmatch(r"(.+?) {2,}(█*) │ (█*) +([+-]?\d\.\d\d)", line) for line in lines]
    bars = [(row[1], len(row[3]) - len(row[2]), float(row[4])) for row in rows if row]
    assert len(bars) == 4
    cells = bars[0][1] / bars[0][2]
    assert all(abs(length - cells * weight) <= 1 for _, length, weight in bars)
    assert sum(weight for _, _, weight in bars[:-1]) == bars[-1][2]
    assert {line.index("│") for line in lines if "│" in line} == {lines[2].index("│")}
    assert all(len(line) <= 60 for line in lines if "│" in line)


def test_the_readme_shows_what_is_printed(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = re.search(
        r"by hand:\n\n```console\n\$ scaffold (.+)\n((?s:.+?))\n```", README.read_text()
    )
    assert shown is not None
    out = scaffold(*shown[1].split()).out
    assert out.startswith(f"{shown[2]}\n\nWhy\n")


def test_bars_need_no_unicode(monkeypatch: pytest.MonkeyPatch, rules: Rules) -> None:
    """Where the output cannot show box-drawing characters, plain ones are taken."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    text = "\n".join(advice.bars(recommend({"api_first": "yes"}, rules)))
    assert text.isascii()
    assert "####" in text


@pytest.mark.parametrize("columns", ["40", "60", "200"])
def test_text_fits_the_terminal(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """No line but an unbreakable address is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", columns)
    out = scaffold("recommend", "-d", "api_first=yes", "-d", "concurrency=high").out
    assert [li for li in out.splitlines() if len(li) > int(columns) and "http" not in li] == []


def test_rules_that_are_broken_are_told(tmp_path: Path) -> None:
    """A table without the promised form is refused when it is read."""
    (tmp_path / "rules.yml").write_text("traits: {api_first: {'yes': {weight: heavy}}}")
    with pytest.raises(TemplateError, match=r"no usable rules\.yml"):
        Rules.load(tmp_path / "rules.yml")
