"""The questions: keys, values, defaults, validators, and that Copier agrees."""

import keyword
import random
import sys
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Scaffold
from scaffold.errors import AnswerError
from scaffold.questionnaire import Questionnaire
from scaffold.recommend import recommend
from scaffold.rules import Rules
from scaffold.source import Template

RESERVED = yaml.safe_load((ROOT / "reserved.yml").read_text())


def told(error: pytest.ExceptionInfo[AnswerError]) -> tuple[str, str, str]:
    return error.value.what, error.value.why, error.value.todo


def test_defaults_are_complete(questionnaire: Questionnaire) -> None:
    """A name is all that must be given; it leads to a Flask API with SQLite."""
    answers = questionnaire.complete({"project_name": "My Shop-2 go"})
    assert answers == dict.fromkeys(answers, "unsure") | {
        "project_name": "My Shop-2 go",
        "package_name": "my_shop_2_go",
        "description": "A web project.",
        "author_name": "",
        "author_email": "",
        "profile": "",
        "adopted": "no",
        "framework": "flask",
        "interface": "api",
        "database": "sqlite",
        "auth": "none",
        "example": "yes",
        "streaming": "no",
        "http_client": "no",
        "process_pool": "no",
        "cors": "no",
        "container": "yes",
        "ci": "github",
        "renovate": "no",
        "telemetry": "no",
        "codeowners": "no",
        "python": "3.11",
        "license": "MIT",
    }
    assert sum(answer == "unsure" for answer in answers.values()) == 11


@pytest.mark.parametrize(
    ("traits", "interface"),
    [
        ({}, "api"),
        ({"server_rendered": "no"}, "api"),
        ({"api_first": "yes"}, "api"),
        ({"server_rendered": "yes"}, "pages"),
        ({"server_rendered": "yes", "api_first": "no"}, "pages"),
        ({"server_rendered": "yes", "api_first": "yes"}, "both"),
        ({"server_rendered": "yes", "separate_clients": "yes"}, "both"),
        ({"server_rendered": "yes", "typed_contract": "yes"}, "both"),
    ],
)
def test_interface_follows_the_traits(
    questionnaire: Questionnaire, traits: dict[str, str], interface: str
) -> None:
    """Pages come where pages are served, an API where one is called or nothing is known."""
    assert questionnaire.complete({"project_name": "x", **traits})["interface"] == interface


def test_framework_follows_the_recommendation_and_can_be_overruled(
    questionnaire: Questionnaire,
) -> None:
    """The default is what is recommended; an answer of its own wins."""
    given = {"project_name": "x", "api_first": "yes"}
    assert questionnaire.complete(given)["framework"] == "fastapi"
    assert questionnaire.complete({**given, "framework": "flask"})["framework"] == "flask"


@pytest.mark.parametrize(
    ("given", "normalised"),
    [
        (True, "yes"),
        (False, "no"),
        ("true", "yes"),
        ("Off", "no"),
        ("YES", "yes"),
        ("n", "no"),
        ("unsure", "unsure"),
    ],
)
def test_yaml_booleans_are_yes_and_no(
    questionnaire: Questionnaire, given: object, normalised: str
) -> None:
    """What YAML reads as a boolean counts as yes or no where these are choices."""
    assert questionnaire.check({"api_first": given}) == {"api_first": normalised}


def test_a_number_is_a_choice_where_it_names_one(questionnaire: Questionnaire) -> None:
    """YAML reads 3.12 as a number; it is the version all the same."""
    assert questionnaire.check({"python": 3.12}) == {"python": "3.12"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"api_frist": "yes"},
            ("There is no question 'api_frist'", "Did you mean 'api_first'?", "The questions are: project_name,"),
        ),
        ({"in_ten": "5"}, ("There is no question 'in_ten'", "", "The questions are: project_name,")),
        ({None: "x"}, ("There is no question 'None'", "", "The questions are: project_name,")),
        (
            {"concurrency": "hgih"},
            ("'hgih' is no answer to 'concurrency'", "Did you mean 'high'?", "Choose from: unsure, low, medium, high."),
        ),
        (
            {"concurrency": True},
            ("The answer to 'concurrency' is not text", "It is True.", "Choose from: unsure, low, medium, high."),
        ),
        (
            {"api_first": ["yes"]},
            ("The answer to 'api_first' is not text", "It is ['yes'].", "Choose from: unsure, yes, no."),
        ),
        (
            {"description": 5},
            ("The answer to 'description' is not text", "It is 5.", "Put it in quotes."),
        ),
        (
            {"author_name": None},
            ("The answer to 'author_name' is not text", "It is None.", "Put it in quotes."),
        ),
    ],
)  # fmt: skip
def test_unknown_keys_and_values_are_refused(
    questionnaire: Questionnaire, given: dict[object, object], expected: tuple[str, str, str]
) -> None:
    """The error says what was probably meant and what can be chosen."""
    with pytest.raises(AnswerError) as error:
        questionnaire.check(given)
    what, why, todo = told(error)
    assert (what, why) == expected[:2]
    assert todo.startswith(expected[2])


NAME = "A project name starts with a letter and holds only the letters A to Z, digits, spaces, hyphens and underscores."
PACKAGE = (
    "A package name starts with a letter and holds only lower-case letters, digits and underscores."
)


@pytest.mark.parametrize(
    ("name", "answer", "why"),
    [
        ("project_name", "", "The project needs a name."),
        ("project_name", "x" * 200, "A project name has at most 50 characters; this one has 200."),
        ("project_name", "a.b", NAME),
        ("project_name", "a/b", NAME),
        ("project_name", "a\\b", NAME),
        ("project_name", "..", NAME),
        ("project_name", "2fast", NAME),
        ("project_name", "Bücher", NAME),
        ("project_name", "shop\n", NAME),
        ("project_name", "{{ 7 * 7 }}", NAME),
        ("package_name", "", PACKAGE),
        ("package_name", "Shop", PACKAGE),
        ("package_name", "my-shop", PACKAGE),
        ("package_name", "_shop", PACKAGE),
        ("package_name", "shop\n", PACKAGE),
        ("package_name", "x" * 31, "A package name has at most 30 characters; this one has 31."),
        ("package_name", "class", "'class' is a Python keyword."),
        ("package_name", "json", "'json' is a module of Python's standard library."),
        ("package_name", "flask", "'flask' is the name of a package that the project may depend on."),
        ("package_name", "tests", "'tests' is taken by the project's own layout or environment."),
        ("description", " ", "The project needs a description."),
        ("description", "a\nb", "A description is one line without control characters."),
        ("description", "a\x00b", "A description is one line without control characters."),
        ("description", "a\u2028b", "A description is one line without control characters."),
        ("description", "x" * 201, "A description has at most 200 characters; this one has 201."),
        ("author_name", "a\tb", "An author's name is one line without control characters."),
        ("author_name", "x" * 101, "An author's name has at most 100 characters; this one has 101."),
        ("author_email", "grace", "'grace' is not an email address."),
        ("author_email", "a b@c.de", "'a b@c.de' is not an email address."),
        ("author_email", 'a"b@c.de', "'a\"b@c.de' is not an email address."),
    ],
)  # fmt: skip
def test_validators_refuse(questionnaire: Questionnaire, name: str, answer: str, why: str) -> None:
    """Each validator says in a sentence what is wrong."""
    with pytest.raises(AnswerError) as error:
        questionnaire.complete({"project_name": "x", name: answer})
    assert error.value.why == why
    assert error.value.todo == f"Choose another with -d {name}=..."
    before = questionnaire.complete({"project_name": "x"})
    refused = questionnaire.refusal(name, answer, before)
    assert (refused.why if refused else "") == why


@pytest.mark.parametrize(
    "given",
    [
        {"author_name": 'O"Neil \\ Müller', "author_email": "o.neil+x@example.org"},
        {"author_email": "ö@example.org"},
        {"description": 'Says "no" to <b>\\</b> {{ braces }} \N{ROCKET}'},
        {"package_name": "x"},
        {"package_name": "x" * 30},
    ],
)
def test_validators_accept(questionnaire: Questionnaire, given: dict[str, str]) -> None:
    """Free text may hold what people write; names may be short and long."""
    questionnaire.complete({"project_name": "x", **given})


def test_a_long_project_name_gives_a_short_package_name(questionnaire: Questionnaire) -> None:
    """The derived package name is cut to what is allowed."""
    name = questionnaire.complete({"project_name": "a" * 29 + " " + "b" * 20})["package_name"]
    assert name == "a" * 29


def test_what_is_recommended_is_the_default(questionnaire: Questionnaire) -> None:
    """Each option says what is recommended and why, and that is what its default is."""
    options = list(questionnaire.questions)[list(questionnaire.questions).index("interface") :]
    for seed in range(200):
        choose = random.Random(seed)  # noqa: S311 - no secret
        answers = questionnaire.complete({"project_name": "x"})
        for name in answers:
            choices = [choice.value for choice in questionnaire.questions[name].choices]
            answers[name] = choose.choice(choices) if choices else answers[name]
        for prompt in questionnaire.walk(answers):
            if prompt.name in options:
                assert f"\nRecommended: {prompt.default}, " in prompt.help


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"project_name": "My Shop"},
        {"project_name": "Shop", "api_first": "yes", "realtime": "yes"},
        {"project_name": "Blog", "server_rendered": "yes", "typed_contract": "yes"},
        {"project_name": "Blog", "database": "none", "python": "3.13", "framework": "fastapi"},
    ],
)
def test_copier_computes_the_same_answers(
    questionnaire: Questionnaire, template: Template, tmp_path: Path, given: dict[str, str]
) -> None:
    """What Copier records by its own defaults is what `complete` returns."""
    import copier

    copier.run_copy(
        str(template.root), tmp_path / "by-copier", data=given, defaults=True, quiet=True
    )
    recorded = yaml.safe_load((tmp_path / "by-copier/.copier-answers.yml").read_text())
    del recorded["_src_path"]
    assert recorded == questionnaire.complete(given)


@pytest.mark.parametrize(
    "given", [{"project_name": "a.b"}, {"project_name": "json"}, {"project_name": "x", "api_first": "maybe"}]
)  # fmt: skip
def test_copier_refuses_the_same_answers(
    template: Template, tmp_path: Path, given: dict[str, str]
) -> None:
    """Plain Copier refuses what `scaffold new` refuses, and writes nothing."""
    import copier

    with pytest.raises(ValueError, match=r"Validation error|Invalid choice"):
        copier.run_copy(str(template.root), tmp_path / "x", data=given, defaults=True, quiet=True)
    assert not (tmp_path / "x").exists()


def test_help_fits_a_prompt(questionnaire: Questionnaire) -> None:
    """No line that a prompt shows is wider than 56 columns, the reasons included."""
    traits = {
        "api_first": "yes", "server_rendered": "yes", "concurrency": "high", "workload": "io",
        "realtime": "yes", "typed_contract": "yes", "separate_clients": "yes",
        "team_size": "large", "experience": "learning", "control": "yes", "existing_code": "flask",
    }  # fmt: skip
    for given in ({}, traits):
        answers: dict[str, str] = {"project_name": "Shop", **given}
        while (prompt := questionnaire.next_prompt(answers)) is not None:
            wide = [line for line in prompt.help.splitlines() if len(line) > 56]
            assert wide == [], prompt.name
            assert prompt.default is not None
            answers[prompt.name] = prompt.default


def test_the_framework_prompt_shows_the_reasons(questionnaire: Questionnaire, rules: Rules) -> None:
    """What is recommended, how firmly and why stands in the prompt itself."""
    given = dict.fromkeys(questionnaire.complete({"project_name": "Shop"}), "unsure")
    given |= {"project_name": "Shop", "package_name": "shop", "author_name": "", "author_email": ""}
    given |= {"api_first": "yes", "team_size": "solo"}
    for later in ("framework", "interface", "database", "python", "license"):
        given.pop(later)
    prompt = questionnaire.next_prompt(given)
    assert prompt is not None
    advice = recommend(given, rules)
    assert prompt.help == (
        "Which framework?\n"
        "Recommended: FastAPI (a leaning)\n"
        f"About {advice.in_ten} of 10 projects like this chose it.\n"
        "+ The API is the product, and FastAPI keeps its\n"
        "  validation and its docs in step with the code.\n"
        "~ Flask, if api_first were no."
    )
    assert [choice.label for choice in prompt.choices] == ["Flask", "FastAPI (recommended)"]


def test_reserved_keywords_are_pythons() -> None:
    """The list holds every keyword that could be a package name."""
    assert RESERVED["keywords"] == sorted(k for k in keyword.kwlist if k.islower())


def test_reserved_modules_are_the_standard_librarys() -> None:
    """The list holds every public module of the Python that runs this."""
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    assert public <= set(RESERVED["standard_library"])


@pytest.mark.parametrize("group", RESERVED)
def test_names_of_every_list_are_refused(questionnaire: Questionnaire, group: str) -> None:
    """The first, a middle and the last usable name of each list cannot be a package's."""
    names = [name.replace("-", "_") for name in RESERVED[group] if name.islower()]
    before = questionnaire.complete({"project_name": "x"})
    for name in (names[0], names[len(names) // 2], names[-1]):
        assert questionnaire.refusal("package_name", name, before), name


def test_a_refused_answer_ends_with_2_and_writes_nothing(scaffold: Scaffold) -> None:
    """The whole text of the error, as a person sees it."""
    result = scaffold("new", "shop", "--defaults", "-d", "api_first=yse")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "Error: 'yse' is no answer to 'api_first'.\n"
        "  Did you mean 'yes'?\n"
        "  Choose from: unsure, yes, no.\n"
    )
    assert not any(Path.cwd().iterdir())
