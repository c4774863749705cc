"""The commands for projects that exist: update and check them, show what has drifted, adopt."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaffold import endings
from scaffold.options import AnswersFile, AsJson, Data, TemplateAddress, echo_json

if TYPE_CHECKING:
    from scaffold.adopt import Proposal
    from scaffold.conclusion import Conclusion
    from scaffold.ownership import Owner
    from scaffold.progress import Progress
    from scaffold.questionnaire import Questionnaire
    from scaffold.update import Plan

app = typer.Typer()

ProjectFolder = Annotated[
    Path | None,
    typer.Argument(metavar="PROJECT", help="The project's folder; by default the one you are in."),
]


@app.command("update")
def update_(  # noqa: PLR0913 - one parameter an option
    *,
    project: ProjectFolder = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="Update to this version, not the newest."),
    ] = None,
    data: Data = [],  # noqa: B006 - typer copies it
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
    ] = False,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Do not run the project's tests.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Bring a project up to date with its template."""
    from scaffold import update
    from scaffold.answers import gather

    progress = _progress(as_json=as_json)
    wishes = update.Wishes(to, gather(data, None), look=dry_run)
    with update.planned(_here(project), wishes, progress) as plan:
        _tell_plan(plan, progress, dry_run=dry_run)
        if dry_run or not plan.files:
            return
        end = update.carry_out(plan, progress, proven=not no_verify)
    _tell_update(plan, end, progress)
    end.need_success()


@app.command("undo")
def undo_(*, project: ProjectFolder = None) -> None:
    """Take the last update of a project back."""
    from scaffold import changes, update

    last, stashed = update.undo(_here(project))
    typer.echo(changes.taken_back(last, stashed=stashed))


@app.command("check")
def check_(
    *,
    projects: Annotated[
        list[Path], typer.Argument(metavar="[PROJECT]...", help="The projects' folders.")
    ] = [],  # noqa: B006 - typer copies it
    as_json: AsJson = False,
) -> None:
    """Look for newer templates, drift, and other advice; exit code 5 when something is found."""
    from scaffold import check, findings

    projects = projects or [_here(None)]
    alone = len(projects) == 1
    told = [_checked(projects[0], as_json=as_json)] if alone else _checked_many(projects)
    if as_json:
        echo_json({"projects": told})
    else:
        typer.echo(findings.whole(told[0]) if alone else findings.table(told))
    if any(each.get("found") for each in told):
        raise typer.Exit(check.FOUND)
    if any("error" in each for each in told):
        raise typer.Exit(1)


@app.command("diff")
def diff_(
    *,
    project: ProjectFolder = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Also files that template and team both write.")
    ] = False,
    apply: Annotated[
        list[str],
        typer.Option(metavar="FILE", help="Put this file back as the template has it. Repeatable."),
    ] = [],  # noqa: B006 - typer copies it
) -> None:
    """Show what has drifted from the template as a patch."""
    from scaffold import colours, drift, history, projects
    from scaffold.progress import waiting

    opened = projects.read(_here(project))
    with contextlib.ExitStack() as stack:
        with waiting("comparing"):
            versions = stack.enter_context(history.fetched(opened.address))
            made = stack.enter_context(drift.compared(opened, versions))
        made.need_drift()
        for path in apply:
            healed = made.heal(path)
            typer.echo(f"{path} {'is' if healed else 'was already'} as the template has it.")
        if apply:
            return
        owners: list[Owner] = ["template", "shared"] if shared else ["template"]
        paths = [file.path for owner in owners for file in made.drifted(owner)]
        typer.echo(made.patch(sorted(paths), colour=colours.shown()), nl=False)


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
    from scaffold.progress import waiting

    given = gather(data, answers)
    with source.opened(template) as opened:
        questions = opened.questions
        questions.need(adoption.NEEDED)
        checked = questions.check(given)
        adoption.check(path, str(path))
        with waiting("reading"):
            found = adoption.propose(questions, survey.read(path), checked)
        if not as_json:
            typer.echo(words.text(found))
        if not (dry_run or as_json or defaults or answers == "-"):
            found = _reviewed(questions, opened.root, found)
        written = adoption.write(opened, found.answers, found.survey.root, str(path), look=dry_run)
        if as_json:
            echo_json(words.as_json(found, written))
        else:
            typer.echo(words.outcome(found, written, known_origin=bool(opened.origin)))


def _reviewed(questions: "Questionnaire", root: Path, found: "Proposal") -> "Proposal":
    """Return a proposal as it is after a review on a terminal; without one it stays."""
    from scaffold import prompts
    from scaffold.interview import Interview
    from scaffold.rules import Rules

    if not prompts.on_a_terminal():
        return found
    typer.echo()
    asker = prompts.asker(prompts.Review("Write the two files", "was found or given"))
    rules = Rules.load(root / "rules.yml")
    interview = Interview(questions, rules, asker, found.known, every=False)
    return replace(found, answers=interview.run(only_review=True))


def _here(project: Path | None) -> Path:
    """Return the folder that was named, or that of the project that holds this folder."""
    from scaffold import projects

    return project or projects.around(Path.cwd())


def _checked(project: Path, *, as_json: bool) -> dict[str, Any]:
    """Check one project; a program is told of a failure in the same place."""
    from scaffold import check
    from scaffold.errors import ScaffoldError
    from scaffold.progress import waiting

    try:
        with waiting("checking"):
            return check.check(project).as_json()
    except ScaffoldError as error:
        if as_json:
            echo_json({"projects": [check.failed(project, error)]})
        raise


def _checked_many(projects: list[Path]) -> list[dict[str, Any]]:
    """Check projects side by side, and return what each tells in the order of the call."""
    from scaffold import check
    from scaffold.progress import waiting

    told = {}
    with waiting(f"checking {len(projects)} projects") as show:
        for path, fields in check.check_many(projects, endings.end_if_told):
            told[path] = fields
            show(f"checked {len(told)} of {len(projects)} projects")
    return [told[path] for path in projects]


def _progress(*, as_json: bool) -> "Progress":
    from scaffold.progress import Events, Lines

    return Events(endings.end_if_told) if as_json else Lines(endings.end_if_told)


def _tell_plan(plan: "Plan", progress: "Progress", *, dry_run: bool) -> None:
    from scaffold import changes

    progress.tell("planned", plan.as_json(), changes.planned(plan, dry_run=dry_run))


def _tell_update(plan: "Plan", end: "Conclusion", progress: "Progress") -> None:
    from scaffold import changes

    files = [file.as_json() for file in end.files]
    fields = {**plan.as_json(), "files": files, "tests": end.tests.as_json()}
    progress.tell("updated", fields, changes.updated(end))
