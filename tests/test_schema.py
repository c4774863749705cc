"""The JSON Schema of the answers: it accepts and refuses what the questions do."""

import contextlib
import itertools
import json
import random
from pathlib import Path

import jsonschema
import pytest

from conftest import Render, Scaffold
from scaffold import profile
from scaffold.errors import AnswerError, ProfileError
from scaffold.questionnaire import Questionnaire
from scaffold.schema import answers_schema

TEXTS = [
    "", " ", "Shop", "shop", "my_shop", "json", "Json", "J-son", "Typing  Extensions-", "for", "9",
    "a" * 30, "a" * 31, "a" * 50, "a" * 51, "x\n", "A web project.", "x" * 200, "x" * 201,
    "tab\there", "\N{NO-BREAK SPACE}", "\ud800", "ada@example.org", "ada@", "ö@example.org",
    "ada@example.org\n", "a@" + "b" * 252, "a@" + "b" * 253, "<b>", '"quoted"',
]  # fmt: skip
RIGHT = {
    "project_name": "Shop", "package_name": "shop", "description": "It sells.",
    "author_name": "Ada", "author_email": "ada@example.org", "profile": "Platform team",
}  # fmt: skip
WRONG = ["unsure", "sqlite", "", "nonsense", None, 7, ["yes"]]


def chosen(questionnaire: Questionnaire, chance: random.Random) -> dict[object, object]:
    """Return answers by chance, about half of them right: some are missing, few are strange."""
    answers: dict[object, object] = {"colour": "red"} if chance.random() < 0.02 else {}
    for name, question in questionnaire.questions.items():
        choices = [choice.value for choice in question.choices]
        right = chance.choice(choices) if choices else RIGHT[name]
        strange = chance.choice(WRONG if choices or chance.random() < 0.1 else TEXTS)
        if chance.random() < (0.95 if question.needed else 0.4):
            answers[name] = strange if chance.random() < (0.02 if choices else 0.2) else right
    return answers


def test_schema_and_questions_agree(questionnaire: Questionnaire) -> None:
    """What the one accepts the other does, whatever the answers, and the reverse."""
    schema = answers_schema(questionnaire)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    chance = random.Random(5)  # noqa: S311 - no secret
    seen = []
    for _ in range(1500):
        answers = chosen(questionnaire, chance)
        try:
            complete = questionnaire.complete(questionnaire.check(answers))
        except AnswerError:
            seen.append(False)
        else:
            seen.append(True)
            assert validator.is_valid(complete)
        assert validator.is_valid(answers) == seen[-1], answers
    assert 300 < sum(seen) < 1200


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"}, {"api_frist": "yes"}, {"api_first": "maybe"}, {"database": "postgres"},
        {"package_name": "json"}, {"author_email": "ada@"}, {"auth": "session", "database": "none"},
        {"htmx": "yes", "interface": "api"}, {"cors": "yes", "server_rendered": "yes"},
        {"description": ["a list"]},
    ],
)  # fmt: skip
def test_every_door_refuses_with_the_same_words(
    questionnaire: Questionnaire, scaffold: Scaffold, wrong: dict[str, object]
) -> None:
    """`new` and `recommend` say the same of what the schema refuses; nothing is written."""
    answers = {"project_name": "Shop", **wrong}
    assert not jsonschema.Draft202012Validator(answers_schema(questionnaire)).is_valid(answers)
    made = scaffold("new", "--answers", "-", stdin=json.dumps(answers))
    weighed = scaffold("recommend", "--answers", "-", stdin=json.dumps(wrong))
    assert (made.code, weighed.code) == (2, 2)
    assert made.err == weighed.err
    assert not list(Path.cwd().iterdir())


@pytest.mark.slow
def test_any_wrong_answer_is_refused_with_the_same_words(
    questionnaire: Questionnaire, scaffold: Scaffold, tmp_path: Path
) -> None:
    """By `new`, by `recommend` and, where a single answer is at fault, by a profile's loader."""
    validator = jsonschema.Draft202012Validator(answers_schema(questionnaire))
    chance = random.Random(11)  # noqa: S311 - no secret
    valid = filter(validator.is_valid, (chosen(questionnaire, chance) for _ in itertools.count()))
    refused, file = {"new": 0, "profile": 0}, tmp_path / "scaffold.toml"
    for answers in itertools.islice(valid, 30):
        name = chance.choice([*questionnaire.questions][1:])
        wrong = chance.choice([*TEXTS, "unsure", "sqlite", "nonsense", 7, ["yes"]])
        if validator.is_valid({**answers, name: wrong}) or wrong == "\ud800":
            continue
        text = json.dumps({**answers, name: wrong})
        made = scaffold("new", "--answers", "-", stdin=text)
        weighed = scaffold("recommend", "--answers", "-", stdin=text)
        assert (made.code, weighed.code) == (2, 2), text
        assert made.err == weighed.err
        refused["new"] += 1
        file.write_text(f'name = "Team"\n[defaults]\n{name} = {json.dumps(wrong)}\n')
        with contextlib.suppress(ProfileError):
            profile.find(str(file), questionnaire)
            continue
        if name not in (
            "package_name",
            "profile",
            "adopted",
        ):  # a profile cannot answer these at all
            loaded = scaffold("new", "shop", "--defaults", "--profile", str(file))
            what, *why = loaded.err.removeprefix(f"Error: In the profile '{file}': ").splitlines()
            assert made.err.startswith("\n".join([f"Error: {what}", *why[:-1]]))
            refused["profile"] += 1
    assert refused["new"] > 15
    assert refused["profile"] > 10
    assert not list(Path.cwd().iterdir())


@pytest.mark.slow
def test_what_the_schema_accepts_renders(questionnaire: Questionnaire, rendered: Render) -> None:
    """Any answers that it accepts make a project."""
    validator = jsonschema.Draft202012Validator(answers_schema(questionnaire))
    chance = random.Random(7)  # noqa: S311 - no secret
    valid = filter(validator.is_valid, (chosen(questionnaire, chance) for _ in itertools.count()))
    for number, answers in enumerate(itertools.islice(valid, 25)):
        project = rendered(questionnaire.check(answers), f"project-{number}")
        assert (project / "pyproject.toml").is_file()


def test_a_template_of_somebodys_own(scaffold: Scaffold, tmp_path: Path) -> None:
    """Where it says nothing of texts and of what goes together, the choices are told."""
    (tmp_path / "copier.yml").write_text("size: {type: str, choices: [small, large]}\n")
    result = scaffold("schema", "--template", str(tmp_path))
    assert result.code == 0
    assert json.loads(result.out)["properties"]["size"]["enum"] == ["small", "large"]


def test_the_command_prints_it(questionnaire: Questionnaire, scaffold: Scaffold) -> None:
    """Each question with its text and its answers, as JSON on standard output."""
    printed = json.loads(scaffold("schema").out)
    assert printed == answers_schema(questionnaire)
    assert printed["required"] == ["project_name"]
    assert list(printed["properties"]) == list(questionnaire.questions)
    workload = printed["properties"]["workload"]
    assert workload["description"] == "What does a request spend its time on?"
    assert workload["enum"] == ["unsure", "io", "cpu", "mixed"]
