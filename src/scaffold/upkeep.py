"""Commands for projects that are there already."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.options import AnswersFile, AsJson, Data, TemplateAddress

if TYPE_CHECKING:
    from scaffold.adopt import Proposal
    from scaffold.questionnaire import Questionnaire

app = typer.Typer()


@app.command()
def adopt(  # noqa: PLR0913 - one parameter an option
    *,
    path: Annotated[Path, typer.Argument(help="The repository's folder.")] = Path(),
    data: Data = [],  # noqa: B006 - typer copies it
    answers: AnswersFile = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what was found, and write nothing.")
    ] = False,
    template: TemplateAddress = None,
    as_json: AsJson = False,
) -> None:
    """Let a Flask or FastAPI repository take updates of the template."""
    from scaffold import adopt as adoption
    from scaffold import proposal as words
    from scaffold import source, survey
    from scaffold.answers import gather
    from scaffold.questionnaire import Questionnaire

    given = gather(data, answers)
    with source.opened(template) as opened:
        questions = Questionnaire.load(opened.root)
        questions.need(adoption.NEEDED)
        checked = questions.check(given)
        adoption.check(path, str(path))
        found = adoption.propose(questions, survey.read(path), checked)
        if not as_json:
            typer.echo(words.text(found))
        if not (dry_run or as_json or defaults or answers == "-"):
            found = _reviewed(questions, found)
        written = adoption.write(opened, found.answers, found.survey.root, str(path), look=dry_run)
        if as_json:
            _echo_json(words.as_json(found, written))
        else:
            typer.echo(words.outcome(found, written, known_origin=bool(opened.origin)))


def _reviewed(questions: "Questionnaire", found: "Proposal") -> "Proposal":
    """Return a proposal as it is after a review on a terminal; without one it stays."""
    from scaffold import prompts
    from scaffold.interview import Interview
    from scaffold.rules import Rules

    if not prompts.on_a_terminal():
        return found
    typer.echo()
    asker = prompts.asker(prompts.Review("Write the two files", "was found or given"))
    rules = Rules.load(questions.root / "rules.yml")
    interview = Interview(questions, rules, asker, found.known, every=False)
    return replace(found, answers=interview.run(only_review=True))


def _echo_json(value: Mapping[str, object]) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
