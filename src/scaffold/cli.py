"""The command line: parse, call, print, exit. The only place that knows typer."""

import json
import signal
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.errors import AnswerError, ScaffoldError

if TYPE_CHECKING:
    from scaffold.questionnaire import Questionnaire

app = typer.Typer(
    help="Start a Python web project: Flask or FastAPI, with reasons, and green from the start.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # help must not pay for importing rich
    pretty_exceptions_enable=False,
)


class Framework(StrEnum):
    """The frameworks that can be named."""

    flask = "flask"
    fastapi = "fastapi"


Data = Annotated[
    list[str],
    typer.Option("--data", "-d", metavar="KEY=VALUE", help="Answer one question. Repeatable."),
]
AnswersFile = Annotated[
    str | None,
    typer.Option(
        "--answers", metavar="FILE", help="Answer from a YAML or JSON file; - is standard input."
    ),
]
TemplateAddress = Annotated[
    str | None,
    typer.Option(metavar="DIR-or-URL", help="Render the template of a folder or a git address."),
]


def _version(*, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"scaffold {version('scaffold-web')}")
        raise typer.Exit


@app.callback()
def _scaffold(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Say what all commands share; typer wants a function for it."""


@app.command()
def new(  # noqa: PLR0913 - one parameter an option
    *,
    name: Annotated[str | None, typer.Argument(help="What the project is called.")] = None,
    directory: Annotated[
        str | None, typer.Argument(help="Where it goes; by default a directory of its name.")
    ] = None,
    data: Data = [],  # noqa: B006 - typer copies it
    answers: AnswersFile = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    framework: Annotated[
        Framework | None, typer.Option(help="Take this framework, whatever is recommended.")
    ] = None,
    template: TemplateAddress = None,
    no_install: Annotated[
        bool, typer.Option("--no-install", help="Skip installation, checks and tests.")
    ] = False,
) -> None:
    """Ask about a project, recommend a framework, and make the project."""
    from scaffold import programs, report, source, staging, verify
    from scaffold import recommend as recommendation
    from scaffold.answers import gather
    from scaffold.create import create
    from scaffold.progress import Progress
    from scaffold.questionnaire import Questionnaire

    given = gather(
        data, answers, project_name=name, framework=framework.value if framework else None
    )
    with source.opened(template) as opened:
        questions = Questionnaire.load(opened.root)
        rules = recommendation.Rules.load(opened.root / "rules.yml")
        checked = questions.check(given)
        questions.next_prompt(checked)  # a wrong answer is told before the target is looked at
        if directory or name:
            staging.find(_place(directory, checked))
        complete = _answered(questions, checked, ask=not defaults and answers != "-")
        place = _place(directory, complete)
        staging.find(place)
        if not no_install:
            verify.need_python(complete["python"], Path.cwd())
        advice = recommendation.recommend(complete, rules)
        typer.echo(report.short_advice(advice, complete["framework"]))
        created = create(opened, complete, place, install=not no_install, progress=Progress())
    typer.echo(
        report.next_steps(created, complete, programs.uv_as_typed(), installed=not no_install)
    )


@app.command()
def recommend(
    *,
    data: Data = [],  # noqa: B006 - typer copies it
    answers: AnswersFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Weigh answers and say which framework they speak for, and why."""
    from scaffold import recommend as recommendation
    from scaffold import report
    from scaffold.answers import gather
    from scaffold.questionnaire import Questionnaire
    from scaffold.source import bundled_tables

    tables = bundled_tables()
    rules = recommendation.Rules.load(tables / "rules.yml")
    questions = Questionnaire.load(tables)
    given = questions.check(gather(data, answers))
    if not given.keys() <= set(rules.traits):
        questions.complete({"project_name": "project", **given})  # refuse what `new` refuses
    advice = recommendation.recommend(given, rules)
    if as_json:
        typer.echo(json.dumps(advice.as_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(report.recommendation(advice))


def main() -> None:
    """Run the command line; every failure that has been told ends with its exit code."""
    from scaffold import report

    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) == signal.SIG_DFL:  # under nohup it stays ignored
            signal.signal(ending, _ended)
    try:
        app()
    except ScaffoldError as failure:
        typer.echo(report.error(failure), err=True)
        sys.exit(failure.exit_code)


def _place(directory: str | None, answers: Mapping[str, str]) -> str:
    """Return where the project goes: as asked for, or a directory of its name."""
    return directory or answers["project_name"].replace(" ", "-")


def _answered(questions: "Questionnaire", given: Mapping[str, str], *, ask: bool) -> dict[str, str]:
    """Return complete answers: by default, or asked for on a terminal."""
    from scaffold import prompts

    if not ask:
        return questions.complete(given)
    open_prompt = questions.next_prompt(given)
    if open_prompt is not None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        missing = [name for name in questions.questions if name not in given]
        raise AnswerError(
            "There is no terminal to ask on, and answers are missing",
            why=f"Not answered: {', '.join(missing)}.",
            todo="Take the defaults with --defaults, or answer with -d"
            f" {open_prompt.name}=... or --answers FILE.",
        )
    return prompts.ask(questions, given)


def _ended(number: int, _frame: object) -> None:
    """End as after Ctrl-C, so that nothing half done is left behind."""
    sys.exit(128 + number)
