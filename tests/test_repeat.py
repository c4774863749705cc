"""The same project again: the command that is told, and answers from another project."""

import shlex
from pathlib import Path

import pexpect
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conftest import ROOT, Scaffold, recorded, tree
from scaffold import answers, repeat
from scaffold.errors import AnswerError
from scaffold.questionnaire import Answers, Questionnaire
from terminals import ENTER, Terminal

QUICK = ("--defaults", "--no-install")
QUESTIONS = Questionnaire.load(ROOT)
TEXTS = {
    "project_name": st.from_regex(r"[A-Za-z][A-Za-z0-9 _-]{0,49}", fullmatch=True),
    "package_name": st.from_regex(r"[a-z][a-z0-9_]{0,29}", fullmatch=True),
    "author_email": st.sampled_from(["", "ö'x@example.org", "-x@example.org"]),
}


def any_answers() -> st.SearchStrategy[Answers]:
    """Draw a name, and answers to some of the other questions."""
    some = {
        name: st.sampled_from([choice.value for choice in question.choices])
        if question.choices
        else TEXTS.get(name, st.text(max_size=60))
        for name, question in QUESTIONS.questions.items()
    }
    name = some.pop("project_name")
    return st.fixed_dictionaries({"project_name": name}, optional=some)


def told(out: str) -> str:
    """Return the command that stands alone at the end of a summary."""
    before, _, command = out.rstrip("\n").rpartition("\n\n  ")
    assert before.endswith("The same project again:")
    assert "\n" not in command
    return command


@settings(max_examples=50, deadline=None)
@given(some=any_answers())
def test_the_command_leads_to_the_same_answers(some: Answers) -> None:
    """Whatever was answered, a shell and `scaffold new` read it back, and nothing is in vain."""
    try:
        complete = QUESTIONS.complete(some)
    except AnswerError:
        assume(condition=False)
    program, new, name, *options = shlex.split(repeat.command(QUESTIONS, complete, None))
    assert (program, new, options[:2]) == ("scaffold", "new", ["--defaults", "--no-profile"])
    pairs = options[3::2]
    assert set(options[2::2]) <= {"-d"}
    again = QUESTIONS.check(answers.gather(pairs, None, project_name=name))
    # A hidden question that was answered all the same is answered with its default.
    asked = {prompt.name for prompt in QUESTIONS.walk(complete)} | {"profile"}
    kept = {key: answer for key, answer in QUESTIONS.complete(again).items() if key in asked}
    assert kept == {key: answer for key, answer in complete.items() if key in asked}
    keys = [pair.partition("=")[0] for pair in pairs]
    assert keys == [key for key in QUESTIONS.questions if key in keys]
    for key in keys:
        fewer = {other: answer for other, answer in again.items() if other != key}
        try:
            assert QUESTIONS.complete(fewer) != QUESTIONS.complete(again), f"{key} says nothing"
        except AnswerError:
            continue  # without it the others do not go together


def test_the_summary_tells_the_command(scaffold: Scaffold) -> None:
    """Nothing that follows by default, quoted for a shell; run again it makes the same tree."""
    made = scaffold(
        "new", "My Shop", "first", "--no-install", "--answers", "-", "-d", "api_first=no",
        "--framework", "fastapi",
        stdin="{description: It's 5 $ & more, author_name: '', database: sqlite}",
    )  # fmt: skip
    assert (made.code, made.err) == (0, "")
    command = told(made.out)
    assert command == (
        "scaffold new 'My Shop' --defaults --no-profile"
        """ -d 'description=It'"'"'s 5 $ & more' -d api_first=no -d framework=fastapi"""
    )
    again = scaffold(*shlex.split(command)[1:], "--no-install")
    assert (again.code, told(again.out)) == (0, command)
    assert tree(Path("My-Shop")) == tree(Path("first"))


@pytest.mark.slow
def test_the_command_names_the_template(scaffold: Scaffold, tmp_path: Path) -> None:
    """A project of another template is made with that one again."""
    folder = tmp_path / "a template"
    folder.symlink_to(ROOT)
    command = told(scaffold("new", "shop", *QUICK, "--template", str(folder)).out)
    assert command == f"scaffold new shop --defaults --no-profile --template '{folder}'"


@pytest.mark.slow
def test_like_another_project(scaffold: Scaffold) -> None:
    """All that was answered for it, whatever it was called; -d comes before it."""
    scaffold("new", "My Shop", *QUICK, "-d", "api_first=yes", "-d", "auth=bearer", "-d",
             "author_name=Ada", "-d", "profile=A team")  # fmt: skip
    made = scaffold("new", "blog", *QUICK, "--like", "My-Shop", "-d", "license=proprietary")
    assert (made.code, made.err) == (0, "")
    names = {"project_name": "blog", "package_name": "blog", "license": "proprietary"}
    assert recorded("blog") == recorded("My-Shop") | names


@pytest.mark.slow
def test_like_another_project_gives_the_same_tree(scaffold: Scaffold) -> None:
    """But for the name: with its name it is the same, byte for byte."""
    shapes: list[tuple[str, ...]] = [
        ("--preset", "internal-tool"),
        ("-d", "concurrency=low", "--framework", "fastapi", "-d", "database=postgresql"),
        ("-d", "server_rendered=yes", "-d", "telemetry=otel", "-d", "description=Says 'no'."),
    ]
    for number, shape in enumerate(shapes):
        first, second, third = (f"{place}{number}" for place in ("a", "b", "c"))
        assert scaffold("new", "My Shop", first, *QUICK, *shape).code == 0
        assert scaffold("new", "My Shop", second, *QUICK, "--like", first).code == 0
        assert tree(Path(second)) == tree(Path(first))
        assert scaffold("new", "Blog", third, *QUICK, "--like", first).code == 0
        renamed = {n.replace("my_shop", "blog") for n in tree(Path(first))}
        assert set(tree(Path(third))) == renamed


@pytest.mark.slow
def test_the_project_tells_how(scaffold: Scaffold) -> None:
    """The way to another such project stands at the head of its answers."""
    scaffold("new", "shop", *QUICK)
    head = Path("shop/.copier-answers.yml").read_text().replace("\n# ", " ")
    assert "Another project with the same answers: `scaffold new NAME --like PROJECT`" in head


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "Error: 'shop' is no project of scaffold.\n  There is no .copier-answers.yml in it.\n"),
        ("- a\n", "Error: The answers in 'shop/.copier-answers.yml' are no mapping.\n"),
        ("a: [", "Error: The answers in 'shop/.copier-answers.yml' are not YAML or JSON.\n"),
        (
            "databse: none\n",
            "Error: The answers of 'shop' are not those of this template.\n"
            "  There is no question 'databse'. Did you mean 'database'?\n"
            "  Copy its .copier-answers.yml, mend that, and give it with --answers FILE.\n",
        ),
        ("database: mysql\n", "Error: The answers of 'shop' are not those of this template.\n"),
    ],
)  # fmt: skip
def test_like_what_is_no_project(scaffold: Scaffold, content: str | None, told: str) -> None:
    """Refused with exit code 2; nothing is written."""
    Path("shop").mkdir()
    if content is not None:
        Path("shop/.copier-answers.yml").write_text(content)
    result = scaffold("new", "blog", *QUICK, "--like", "shop")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(told)
    assert not Path("blog").exists()
    nowhere = scaffold("new", "blog", *QUICK, "--like", "nowhere")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert nowhere.err.startswith("Error: 'nowhere' is no project of scaffold.\n")


@pytest.mark.slow
def test_like_another_project_on_a_terminal() -> None:
    """What is answered there is not asked again: only the name, and the review."""
    with Terminal("new", "shop", "--defaults", "--no-install").child as made:
        made.expect(pexpect.EOF)
    run = Terminal("new", "--no-install", "--like", "shop", "--no-profile")
    run.sees("1 of about 1").sees("project called?").types("Blog" + ENTER)
    run.sees("Review:").sees("package_name     blog").sees("license").types(ENTER)
    run.sees("first commit")
    assert run.ends() == 0
