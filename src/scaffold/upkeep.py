"""The commands for projects that exist: update them, and take that back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold import endings
from scaffold.options import Data

if TYPE_CHECKING:
    from scaffold.journal import Journal
    from scaffold.progress import Progress
    from scaffold.update import Plan

app = typer.Typer()

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.")]


@app.command("update")
def update_(  # noqa: PLR0913 - one parameter an option
    *,
    project: ProjectFolder = Path(),
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
    wishes = update.Wishes(to, gather(data, None))
    with update.planned(project, wishes, progress) as plan:
        _tell_plan(plan, progress, dry_run=dry_run)
        if dry_run or not plan.files:
            return
        done, tests = update.carry_out(plan, progress, proven=not no_verify)
    _tell_update(plan, done, tests, progress)
    update.need_no_conflicts(done)


@app.command("undo")
def undo_(*, project: ProjectFolder = Path()) -> None:
    """Take the last update of a project back."""
    from scaffold import update

    last, stashed = update.undo(project)
    typer.echo(f"The update from {last.old} to {last.new} is taken back; nothing of it is left.")
    if stashed:
        typer.echo("What you changed in its files since is kept: `git stash pop` brings it back.")


def _progress(*, as_json: bool) -> "Progress":
    from scaffold.progress import Events, Lines

    return Events(endings.end_if_told) if as_json else Lines(endings.end_if_told)


def _tell_plan(plan: "Plan", progress: "Progress", *, dry_run: bool) -> None:
    from scaffold import report

    event = "planned" if plan.files else "up to date"
    progress.tell(event, plan.as_json(), report.planned(plan, dry_run=dry_run))


def _tell_update(plan: "Plan", done: "Journal", tests: str, progress: "Progress") -> None:
    from scaffold import report

    fields = {**plan.as_json(), "files": [file.as_json() for file in done.files], "tests": tests}
    progress.tell("updated", fields, report.updated(done, tests))
