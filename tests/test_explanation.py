"""What stands behind a recommendation, held by brute force, and the same in Jinja."""

import itertools
import json
import os
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Scaffold
from scaffold.explanation import explain
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import UNSURE, open_questions, recommend
from scaffold.rules import Rules
from test_recommend import COPIER, RULES

LOADED = Rules.load(ROOT / "rules.yml")
ANSWERS = LOADED.answers
any_answers = st.fixed_dictionaries(
    {trait: st.sampled_from((UNSURE, *answers)) for trait, answers in ANSWERS.items()}
)
few_answers = st.lists(st.sampled_from(list(ANSWERS)), max_size=6, unique=True).flatmap(
    lambda traits: st.fixed_dictionaries({t: st.sampled_from(ANSWERS[t]) for t in traits})
)


def framework(traits: Mapping[str, str]) -> str:
    """Return the framework by adding up the file's own numbers."""
    table = RULES["traits"]
    score: float = sum(table[t][a]["weight"] for t, a in traits.items() if a in table[t])
    return "fastapi" if score >= RULES["fit"]["lean"] else "flask"


@given(few_answers)
@settings(max_examples=150, deadline=None)
def test_flips_are_what_brute_force_finds(traits: dict[str, str]) -> None:
    """Every other set of answers to the same questions is tried."""
    now = framework(traits)
    others = [
        {t: a for t, a in zip(traits, answers, strict=True) if a != traits[t]}
        for answers in itertools.product(*(ANSWERS[t] for t in traits))
        if framework(dict(zip(traits, answers, strict=True))) != now
    ]
    smallest = min(map(len, others), default=0)
    expected = {frozenset(changes) for changes in others if len(changes) == smallest}
    flips = explain(recommend(traits, LOADED), LOADED).flips
    assert {frozenset(flip.changes) for flip in flips} == expected
    assert len(flips) == len(expected)
    table = RULES["traits"]

    def length(changes: Mapping[str, str]) -> float:
        weights = [
            (table[t].get(a, {}).get("weight", 0), table[t].get(traits[t], {}).get("weight", 0))
            for t, a in changes.items()
        ]
        return sum(abs(float(new) - float(old)) for new, old in weights)

    for flip in flips:
        assert flip.changes in others
        assert flip.framework != now
        same = [length(changes) for changes in others if set(changes) == set(flip.changes)]
        assert length(flip.changes) == min(same)
    assert [length(flip.changes) for flip in flips] == sorted(length(f.changes) for f in flips)


@given(any_answers)
@settings(max_examples=200, deadline=None)
def test_undecided_is_what_an_answer_would_change(traits: dict[str, str]) -> None:
    """Each open question is answered in every way."""
    now = framework(traits)
    expected = {
        trait: [a for a in answers if framework({**traits, trait: a}) != now]
        for trait, answers in ANSWERS.items()
        if traits[trait] == UNSURE
    }
    undecided = explain(recommend(traits, LOADED), LOADED).undecided
    assert {u.trait: list(u.answers) for u in undecided} == {t: a for t, a in expected.items() if a}
    assert all(u.framework != now for u in undecided)


# Each scale from what speaks most for Flask to what speaks most for FastAPI.
SCALES = {
    "api_first": ["no", "yes"],
    "server_rendered": ["yes", "no"],
    "concurrency": ["low", "medium", "high"],
    "workload": ["cpu", "mixed", "io"],
    "realtime": ["no", "yes"],
    "typed_contract": ["no", "yes"],
    "separate_clients": ["no", "yes"],
    "team_size": ["solo", "small", "large"],
    "experience": ["learning", "new", "fluent"],
    "control": ["yes", "no"],
    "existing_code": ["flask", "none", "fastapi"],
}


def test_every_trait_has_a_scale() -> None:
    assert {t: set(answers) for t, answers in SCALES.items()} == {
        t: set(answers) for t, answers in ANSWERS.items()
    }


@given(any_answers, st.sampled_from(list(SCALES)))
@settings(max_examples=300, deadline=None)
def test_more_of_a_trait_never_moves_the_answer_the_other_way(
    traits: dict[str, str], trait: str
) -> None:
    advice = [recommend({**traits, trait: answer}, LOADED) for answer in SCALES[trait]]
    scores = [one.score for one in advice]
    assert scores == sorted(scores)
    frameworks = [one.framework for one in advice]
    assert frameworks == sorted(frameworks, reverse=True)  # flask first, then fastapi


@pytest.mark.parametrize(
    "traits",
    [
        {"api_first": "yes"},
        {"typed_contract": "yes"},
        {"concurrency": "high"},
        {"concurrency": "high", "workload": "io"},
        {"separate_clients": "yes"},
        {"realtime": "yes"},
        {"team_size": "large", "typed_contract": "yes"},
        {"existing_code": "fastapi"},
    ],
    ids=str,
)
def test_towards_fastapi(traits: dict[str, str]) -> None:
    """What the field says speaks for FastAPI does, from an otherwise unsure questionnaire."""
    advice = recommend(traits, LOADED)
    assert advice.score >= 0.25
    assert advice.probability > 0.5


@pytest.mark.parametrize(
    "traits",
    [
        {"server_rendered": "yes", "api_first": "no"},
        {"server_rendered": "yes"},
        {"concurrency": "low"},
        {"concurrency": "medium"},
        {"experience": "learning"},
        {"experience": "new"},
        {"control": "yes"},
        {"workload": "cpu"},
        {"existing_code": "flask"},
    ],
    ids=str,
)
def test_towards_flask(traits: dict[str, str]) -> None:
    """What the field says speaks for Flask does."""
    advice = recommend(traits, LOADED)
    assert advice.score <= -0.25
    assert advice.probability < 0.5


def test_waiting_makes_many_requests_speak_more_for_fastapi() -> None:
    busy = recommend({"concurrency": "high"}, LOADED)
    assert recommend({"concurrency": "high", "workload": "io"}, LOADED).score > busy.score


@given(any_answers)
@settings(max_examples=50, deadline=None)
def test_what_no_framework_mends_is_always_told(traits: dict[str, str]) -> None:
    """Slow queries and the like weigh nothing: no question asks for them, a note tells."""
    notes = " ".join(recommend(traits, LOADED).notes)
    for nothing_mends in ("slow queries", "missing indexes", "network latency", "poor caching"):
        assert nothing_mends in notes


@pytest.mark.parametrize(
    ("traits", "names"),
    [
        ({}, []),
        ({"server_rendered": "yes", "concurrency": "high"}, ["busy-site"]),
        ({"experience": "new", "api_first": "yes"}, ["beginners-and-api"]),
        ({"workload": "cpu", "api_first": "yes"}, ["model-serving"]),
        ({"server_rendered": "yes", "api_first": "yes"}, []),
        (
            {"server_rendered": "yes", "api_first": "yes", "typed_contract": "yes"},
            ["site-and-api"],
        ),
        ({"existing_code": "flask"}, []),
        ({"existing_code": "flask", "realtime": "yes"}, ["flask-and-new-api"]),
    ],
)
def test_conflicts(traits: dict[str, str], names: list[str]) -> None:
    found = explain(recommend(traits, LOADED), LOADED).conflicts
    assert [conflict.name for conflict in found] == names


@pytest.mark.slow
def test_two_services_are_started_with_two_commands(scaffold: Scaffold) -> None:
    """Where both is the honest advice, the commands that it names can be run."""
    (conflict,) = explain(
        recommend({"server_rendered": "yes", "api_first": "yes", "realtime": "no",
                   "team_size": "large"}, LOADED), LOADED,
    ).conflicts  # fmt: skip
    assert len(conflict.both) == 2
    for command in conflict.both:
        words = command.replace("NAME", "shop").split()
        assert scaffold(*words[1:], "--defaults", "--no-install").code == 0


def test_asking_stops_only_when_nothing_can_change() -> None:
    """Whatever the answers, the framework is the one that all questions would have given."""
    weights = {t: [0.0] + [LOADED.weight(t, a) for a in answers] for t, answers in ANSWERS.items()}
    seen = 0

    def ask(traits: dict[str, str], score: float) -> None:
        nonlocal seen
        left = open_questions(traits, LOADED)
        if left:
            for answer in (UNSURE, *ANSWERS[left[0]]):
                weight = LOADED.weight(left[0], answer)
                ask({**traits, left[0]: answer}, score + weight)
            return
        sums = {score: 1}  # every sum that the questions not asked could have led to
        for trait in ANSWERS.keys() - traits.keys():
            new: dict[float, int] = {}
            for total, count in sums.items():
                for weight in weights[trait]:
                    new[total + weight] = new.get(total + weight, 0) + count
            sums = new
        seen += sum(sums.values())
        assert len({total >= LOADED.lean for total in sums}) == 1, traits

    ask({}, 0.0)
    assert seen == 746_496


def test_the_most_telling_question_comes_first() -> None:
    """That is the one whose answers lie farthest apart."""
    order = open_questions({}, LOADED)
    spread = [
        max([0.0, *w]) - min([0.0, *w])
        for w in ([LOADED.weight(t, a) for a in ANSWERS[t]] for t in order)
    ]
    assert spread == sorted(spread, reverse=True)
    assert set(order) == set(ANSWERS)


# ------------------------------------------------------------------- golden file

SCENARIOS = yaml.safe_load((ROOT / "tests/scenarios.yml").read_text())
GOLDEN = ROOT / "tests/golden.txt"


def told(scaffold: Scaffold, answers: Mapping[str, str], *more: str) -> str:
    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    result = scaffold("recommend", *data, *more)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_thirty_scenarios_in_full(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each output stands in the golden file as it is; RENEW_GOLDEN=1 writes it anew."""
    monkeypatch.setenv("COLUMNS", "80")
    assert len(SCENARIOS) == 30
    text = "\n".join(
        f"{'=' * 80}\n{scenario['project']}\n{json.dumps(scenario['answers'])}\n\n"
        f"{told(scaffold, scenario['answers'])}"
        for scenario in SCENARIOS
    )
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("scenario", SCENARIOS[::5], ids=lambda scenario: str(scenario["project"]))
def test_json_keeps_its_schema(scaffold: Scaffold, scenario: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "src/scaffold/recommendation.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    advice = json.loads(told(scaffold, scenario["answers"], "--json"))
    jsonschema.validate(
        advice, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert sum(c["weight"] for c in advice["contributions"]) == advice["score"]
    assert [c["trait"] for c in advice["contributions"]] == list(
        filter(scenario["answers"].__contains__, ANSWERS)
    )


# ------------------------------------------------------------------- the same in Jinja

ENVIRONMENT = Questionnaire.load(ROOT).expressions.environment
TEMPLATES = {
    name: ENVIRONMENT.from_string(COPIER[name]["default"])
    for name in (
        "reasons", "score", "fit", "recommended", "other", "in_ten", "missing",
        "moves", "flip_size", "flips", "undecided", "conflicts",
    )
}  # fmt: skip


@given(any_answers)
@settings(max_examples=150, deadline=None)
def test_jinja_explains_the_same(traits: dict[str, str]) -> None:
    """What `copier copy` writes into a decision record is what `scaffold recommend` says."""
    context: dict[str, Any] = {"rules": RULES, "traits": traits}
    for name, template in TEMPLATES.items():
        text = template.render(context)
        typed = COPIER[name]["type"] in {"yaml", "float", "int"}
        context[name] = json.loads(text) if typed else text
    advice = recommend(traits, LOADED)
    explanation = explain(advice, LOADED)
    sizes = {len(flip.changes) for flip in explanation.flips} or {0}
    assert {context["flip_size"]} == sizes
    if context["flip_size"] <= 2:
        assert context["flips"] == [dict(flip.changes) for flip in explanation.flips]
    assert context["in_ten"] == advice.in_ten
    assert context["undecided"] == {u.trait: list(u.answers) for u in explanation.undecided}
    assert [c["name"] for c in context["conflicts"]] == [c.name for c in explanation.conflicts]
