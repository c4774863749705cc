"""The recommendation: the sum, its contract, and the same sum in Jinja."""

import itertools
import json
import math
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT, Scaffold
from scaffold.errors import TemplateError
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import Rules, recommend

COPIER = yaml.safe_load((ROOT / "copier.yml").read_text())
RULES = yaml.safe_load((ROOT / "rules.yml").read_text())
TRAITS: dict[str, list[str]] = {
    trait: list(COPIER[trait]["choices"].values()) for trait in RULES["traits"]
}


class JinjaSum:
    """The expressions of `copier.yml`, as they stand there."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        environment = questionnaire.environment
        names = ("reasons", "score", "fit", "recommended", "fastapi_percent", "missing", "notes")
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
    assert math.isclose(jinja["fastapi_percent"], 100 * advice.probability, abs_tol=0.5001), traits
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
    assert list(rules.traits) == asked
    assert (
        list(yaml.safe_load(COPIER["traits"]["default"].replace("{{", "").replace("}}", "")))
        == asked
    )
    for trait, answer in rules.rules:
        assert answer in TRAITS[trait]


def test_every_rule_has_a_reason_with_sources(rules: Rules) -> None:
    """No weight stands without a sentence and a dated source; no source is left over."""
    for rule in rules.rules.values():
        assert rule.because.endswith("."), rule
        assert rule.sources, rule
        assert all(len(source.read) == len("2026-11-22") for source in rule.sources)
        assert rule.weight * 4 == int(rule.weight * 4), "a person cannot add it up"
    used = {
        s for answers in RULES["traits"].values() for a in answers.values() for s in a["sources"]
    }
    assert used == set(RULES["sources"])


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
    assert list(advice) == [
        "framework", "fit", "probability", "score", "reasons", "missing", "notes"
    ]  # fmt: skip
    assert (advice["framework"], advice["fit"], advice["score"]) == ("fastapi", "lean", 1.25)
    assert advice["probability"]["fastapi"] == pytest.approx(1 / (1 + math.exp(-1.25)))
    assert sum(advice["probability"].values()) == pytest.approx(1)
    assert [(r["trait"], r["answer"], r["favours"], r["weight"]) for r in advice["reasons"]] == [
        ("api_first", "yes", "fastapi", 1.5),
        ("team_size", "solo", "flask", -0.25),
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
        ({"workload": "io"}, ("flask", "tie")),
        ({"team_size": "large"}, ("fastapi", "lean")),
        ({"api_first": "yes"}, ("fastapi", "clear")),
        ({"api_first": "no"}, ("flask", "lean")),
        ({"experience": "learning"}, ("flask", "clear")),
    ],
)
def test_thresholds(rules: Rules, score: dict[str, str], expected: tuple[str, str]) -> None:
    """0.5 begins a leaning and 1.5 a clear case, on both sides; below is a tie for Flask."""
    advice = recommend(score, rules)
    assert (advice.framework, advice.fit) == expected


def test_recommend_refuses_what_new_refuses(scaffold: Scaffold) -> None:
    """The same answers are taken, and refused with the same words."""
    wrong = ("-d", "project_name=json", "-d", "api_first=yes")
    told = scaffold("recommend", *wrong)
    assert (told.code, told.err) == (2, scaffold("new", "--defaults", *wrong).err)
    assert scaffold("recommend", "-d", "project_name=shop", "-d", "license=MIT").code == 0


def test_text_names_every_reason_and_source(scaffold: Scaffold) -> None:
    """On a terminal the reasons, their sources, what is open and the notes can be read."""
    out = scaffold("recommend", "-d", "realtime=yes", "-d", "control=yes").out
    assert out.startswith("Flask: a tie\nThe sum is +0.00")
    assert "  +1.25 FastAPI realtime: yes\n" in out
    assert "  -1.25 Flask   control: yes\n" in out
    assert "https://flask.palletsprojects.com/en/stable/design/" in out
    assert "Not answered: api_first," in out
    assert "- No framework mends slow queries" in out


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
