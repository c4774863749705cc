"""The evidence, and the script that fits the weights to it."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from conftest import ROOT

Entry = dict[str, Any]

EVIDENCE = ROOT / "evidence"
COPIER = yaml.safe_load((ROOT / "copier.yml").read_text())
RULES = yaml.safe_load((ROOT / "rules.yml").read_text())
PROJECTS = yaml.safe_load((EVIDENCE / "projects.yml").read_text())
ADVICE = yaml.safe_load((EVIDENCE / "scenarios.yml").read_text())


def script(name: str) -> ModuleType:
    """Import a script from beside its data."""
    if str(EVIDENCE) not in sys.path:
        sys.path.insert(0, str(EVIDENCE))
    return importlib.import_module(name)


fit = script("fit")
model = script("weights")

API = ("api_first", "yes")
PAGES = ("server_rendered", "yes")
LOW, MEDIUM = ("concurrency", "low"), ("concurrency", "medium")


def project(name: str, chose: str, *answers: tuple[str, str], judged: str = "blind") -> Entry:
    """Return one made-up project."""
    return {
        "name": name,
        "chose": chose,
        "judged": judged,
        "fastapi_existed": "yes",
        "traits": dict(answers),
    }


def weights(
    entries: list[Entry], *answers: tuple[str, str], penalty: float = 1
) -> NDArray[np.float64]:
    """Fit the weights of some answers to made-up projects, from a prior of zero."""
    decisions = model.Decisions.of(entries, answers, "name")
    constraints = model.Constraints.of(answers)
    prior = np.zeros((1, len(answers)))
    fits: NDArray[np.float64] = model.fit(
        decisions, model.everything(decisions), penalty, prior, constraints
    )
    first: NDArray[np.float64] = fits[0]
    return first


# --------------------------------------------------------------------- THE DATA


def test_every_project_is_complete() -> None:
    """Each has every key, with one of the values that the fit knows."""
    keys = {
        "name", "source", "brief", "chose", "evidence", "decided", "fastapi_existed", "traits",
        "judged",
    }  # fmt: skip
    for entry in PROJECTS:
        assert set(entry) - {"doubtful"} == keys, entry
        assert entry["chose"] in {"flask", "fastapi"}, entry
        assert entry["judged"] in {"blind", "informed"}, entry
        assert entry["fastapi_existed"] in {"yes", "no"}, entry


def test_every_piece_of_advice_is_complete() -> None:
    """Each has every key, and advises one, both or neither."""
    for entry in ADVICE:
        assert set(entry) == {"id", "brief", "advice", "strength", "source", "address", "traits"}
        assert entry["advice"] in {"flask", "fastapi", "both", "neutral"}, entry


def test_every_answer_is_one_of_the_questionnaire() -> None:
    """What was judged are the traits that are asked, with their answers."""
    for entry in PROJECTS + ADVICE:
        for trait, answer in entry["traits"].items():
            assert trait in RULES["traits"], entry
            assert answer in set(COPIER[trait]["choices"].values()) - {"unsure"}, entry


def test_nothing_is_counted_twice() -> None:
    """Names and repositories of projects, and the numbers of advice, are unique."""
    for entries, key in ((PROJECTS, "name"), (PROJECTS, "source"), (ADVICE, "id")):
        values = [entry[key] for entry in entries]
        assert len(values) == len(set(values)), key


# -------------------------------------------------------------- THE CONSTRAINTS


def test_constraints_are_about_answers_that_exist() -> None:
    """No bound and no order is left over from an answer that is gone."""
    named = set(model.BOUNDS) | {answer for pair in model.ORDER for answer in pair}
    assert all(answer in COPIER[trait]["choices"].values() for trait, answer in named)


def test_weights_hold_the_constraints() -> None:
    """Every weight of `rules.yml` has the direction of its reason, and the order holds."""
    found = {answer: RULES["traits"][answer[0]][answer[1]]["weight"] for answer in answers()}
    for answer, weight in found.items():
        least, most = model.BOUNDS.get(answer, (-np.inf, np.inf))
        assert least <= weight <= most, answer
        assert weight != 0, answer
    for first, second in (*model.ORDER, (MEDIUM, ("concurrency", "high"))):
        assert first not in found or second not in found or found[first] <= found[second]


def answers() -> list[tuple[str, str]]:
    """Return the answers of `rules.yml` that have a weight."""
    listed: list[tuple[str, str]] = fit.answers_of(RULES)
    return listed


def test_ordered_answers_have_the_same_bounds() -> None:
    """Otherwise the nearest weights would not be what the script takes for them."""
    assert all(model.BOUNDS[first] == model.BOUNDS[second] for first, second in model.ORDER)


# ---------------------------------------------------------------------- THE FIT


def test_an_answer_gets_the_weight_of_what_goes_with_it() -> None:
    """What always goes with FastAPI weighs above zero, with Flask below; with both, nothing."""
    other = ("existing_code", "none")
    entries = [project(f"a{i}", "fastapi", ("workload", "mixed"), other) for i in range(5)]
    entries += [project(f"b{i}", "flask", ("team_size", "middle"), other) for i in range(5)]
    towards, against, neither = weights(
        entries, ("workload", "mixed"), ("team_size", "middle"), other
    )
    assert towards > 0.5
    assert against == pytest.approx(-towards)
    assert neither == pytest.approx(0, abs=1e-6)


def test_the_minimum_is_where_the_gradient_is_the_penalty() -> None:
    """One answer, always FastAPI: n / (1 + e^w) equals the penalty's pull, found exactly."""
    entries = [project(f"p{i}", "fastapi", ("workload", "mixed")) for i in range(5)]
    (weight,) = weights(entries, ("workload", "mixed"), penalty=2)
    assert 5 / (1 + np.exp(weight)) == pytest.approx(2 * weight)


def test_a_constraint_holds_against_the_data() -> None:
    """APIs that are all Flask, and pages that are all FastAPI, leave both at their floors."""
    entries = [project(f"a{i}", "flask", API) for i in range(9)]
    entries += [project(f"b{i}", "fastapi", PAGES) for i in range(9)]
    assert weights(entries, API, PAGES).tolist() == [0.5, -0.25]


def test_the_order_holds_against_the_data() -> None:
    """Data that say the reverse leave low and medium concurrency alike, between the two."""
    entries = [project(f"a{i}", "flask", MEDIUM) for i in range(9)]
    entries += [project(f"b{i}", "flask", LOW) for i in range(2)]
    low, medium = weights(entries, LOW, MEDIUM)
    assert low == pytest.approx(medium)
    assert weights(entries[9:], LOW)[0] > low > weights(entries[:9], MEDIUM)[0]


def test_a_strong_penalty_leaves_the_prior() -> None:
    """Few decisions against a strong prior change nothing that matters."""
    decisions = model.Decisions.of([project("a", "flask", API)], [API], "name")
    prior = np.array([[2.0]])
    constraints = model.Constraints.of([API])
    found = model.fit(decisions, model.everything(decisions), 1e4, prior, constraints)
    assert found[0, 0] == pytest.approx(2, abs=1e-3)


def test_what_is_held_out_does_not_count() -> None:
    """A fit that may not use a decision is the fit without it."""
    mixed = ("workload", "mixed")
    entries = [project(f"p{i}", c, mixed) for i, c in enumerate(["fastapi", "fastapi", "flask"])]
    decisions = model.Decisions.of(entries, [mixed], "name")
    arguments = (1.0, np.zeros((1, 1)), model.Constraints.of([mixed]))
    each = model.fit(decisions, decisions.others(), *arguments)
    assert each[2, 0] == pytest.approx(weights(entries[:2], mixed)[0], abs=1e-6)
    assert each[0, 0] == pytest.approx(0, abs=1e-6)


def test_who_knew_the_framework_is_not_asked_for_the_contract() -> None:
    """A typed contract counts for projects judged blind, and only for them."""
    contract = ("typed_contract", "yes")
    entries = [
        project("a", "fastapi", contract, API, judged="informed"),
        project("b", "fastapi", contract, API),
    ]
    read = model.Decisions.of(entries, [contract, API], "name")
    assert read.answers.tolist() == [[0, 1], [1, 1]]


def test_who_had_no_choice_is_left_out() -> None:
    """Projects older than FastAPI, and advice for both or neither, are not fitted to."""
    evidence = model.Evidence.load(EVIDENCE, [API])
    assert len(evidence.projects.fastapi) == sum(p["fastapi_existed"] == "yes" for p in PROJECTS)
    assert len(evidence.advice.fastapi) == sum(a["advice"] in {"flask", "fastapi"} for a in ADVICE)


@pytest.mark.parametrize(
    ("scores", "fastapi", "expected"),
    [
        ([4, 4, -4, -4], [1, 1, 0, 0], 1.0),  # sure and right: never more than 1
        ([4, 4, -4, -4], [0, 0, 1, 1], 0.05),  # sure and wrong: never less than 0.05
        ([2, 2, 2, 2], [1, 1, 1, 0], 0.5),  # 3 of 4 are log-odds of 1.0986: 0.549, rounded down
    ],
)
def test_calibration(scores: list[float], fastapi: list[float], expected: float) -> None:
    """It is the slope that makes the scores likeliest, rounded down."""
    assert model.calibration(np.array(scores), np.array(fastapi)) == expected


# -------------------------------------------------------------------- THE FILES


def test_only_the_numbers_change() -> None:
    """Comments, order and everything else in `rules.yml` stay as they are."""
    text = (ROOT / "rules.yml").read_text()
    same = {answer: RULES["traits"][answer[0]][answer[1]]["weight"] for answer in answers()}
    assert fit.with_numbers(text, same, RULES["calibration"]) == text
    changed = fit.with_numbers(text, {**same, API: 3.25}, 0.35)
    apart = [
        pair
        for pair in zip(text.splitlines(), changed.splitlines(), strict=True)
        if len({*pair}) > 1
    ]
    assert [new.strip() for _, new in apart] == ["calibration: 0.35", "weight: 3.25"]


@pytest.mark.parametrize("text", ["no marker", "".join(fit.MARKERS) * 2])
def test_a_page_without_its_place_is_refused(text: str) -> None:
    """The report goes between two markers and nowhere else."""
    with pytest.raises(SystemExit, match="the page needs one line"):
        fit.with_report(text, "figures")


@pytest.mark.slow
def test_script_weights_and_page_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in `rules.yml` and on the page is what the script makes of the evidence."""
    code = fit.main(["--check"])
    assert (code, capsys.readouterr().out) == (0, "")


@pytest.mark.slow
def test_check_names_what_differs_and_writing_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A weight changed by hand is told and not touched; a run without --check puts it right."""
    rules, page = tmp_path / "rules.yml", tmp_path / "evidence.md"
    page.write_text("Before.\n\n" + "".join(fit.MARKERS) + "\nAfter.\n")
    text = re.sub(r"weight: [\d.]+", "weight: 7.5", (ROOT / "rules.yml").read_text(), count=1)
    rules.write_text(text)
    places = ["--rules", str(rules), "--page", str(page)]
    assert fit.main(["--check", *places]) == 1
    assert "-      weight: 7.5\n" in capsys.readouterr().out
    assert rules.read_text() == text
    assert fit.main(places) == 0
    assert "7.5" not in rules.read_text()
    assert page.read_text().startswith("Before.\n\n<!-- report -->\n\n| what |")
    assert page.read_text().endswith("\n\nAfter.\n")
    assert fit.main(["--check", *places]) == 0


@pytest.mark.slow
def test_an_answer_without_weight_is_told(tmp_path: Path) -> None:
    """An answer that nobody speaks of has no place in the table, and is named."""
    rules = tmp_path / "rules.yml"
    traits = {"api_first": {"yes": {"weight": 1}}, "experience": {"fluent": {"weight": 1}}}
    rules.write_text(yaml.safe_dump({**RULES, "traits": traits}))
    with pytest.raises(SystemExit, match=r"remove it from rules\.yml: experience: fluent"):
        fit.main(["--rules", str(rules)])
