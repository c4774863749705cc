"""The command line: parse, call, print, exit."""

import functools
import io
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold import endings, upkeep, version
from scaffold.errors import ScaffoldError, UsageError, as_told
from scaffold.options import (
    AnswersFile,
    AsJson,
    Data,
    Framework,
    NoProfile,
    PresetName,
    ProfileAddress,
    TemplateAddress,
    echo_json,
)

if TYPE_CHECKING:
    from scaffold.create import Created
    from scaffold.explanation import Explanation
    from scaffold.merge import File
    from scaffold.plan import Plan
    from scaffold.progress import Progress
    from scaffold.recommend import Recommendation
    from scaffold.rules import Rules
    from scaffold.similar import Similar

    Behind = tuple[Explanation, tuple[Similar, ...]]

app = typer.Typer(
    help="Start a Python web project: Flask or FastAPI, with reasons, and green from the start.",
    no_args_is_help=True,
    rich_markup_mode=None,  # help must not pay for importing rich
    pretty_exceptions_enable=False,
)


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(version())
        raise typer.Exit


@dataclass
class _Run:
    """What holds for a whole run, whatever its command."""

    debug: bool = False


@app.callback()
def _scaffold(
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in scaffold an error comes from.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that all commands share."""
    context.obj.debug = debug


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
    all_questions: Annotated[
        bool,
        typer.Option("--all-questions", help="Ask also what has a recommended answer."),
    ] = False,
    framework: Annotated[
        Framework | None, typer.Option(help="Take this framework, whatever is recommended.")
    ] = None,
    template: TemplateAddress = None,
    preset: PresetName = None,
    like: Annotated[
        Path | None,
        typer.Option(metavar="PROJECT", help="Start from the answers of another project."),
    ] = None,
    profile: ProfileAddress = None,
    no_profile: NoProfile = False,
    no_install: Annotated[
        bool, typer.Option("--no-install", help="Skip installation, checks and tests.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be made, and write nothing.")
    ] = False,
    show: Annotated[
        str | None, typer.Option(metavar="PATH", help="With --dry-run: print this file.")
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Go into a directory that is not empty; ask what differs."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line; ask nothing.")
    ] = False,
) -> None:
    """Recommend a framework, and make a project."""
    from scaffold import plan, preview, source
    from scaffold.ahead import Ahead
    from scaffold.answers import gather
    from scaffold.create import Creation

    if show is not None and not dry_run:
        raise UsageError("--show prints nothing by itself", todo="Add --dry-run.")
    install = not no_install
    given = gather(
        data, answers, project_name=name, framework=framework.value if framework else None
    )
    with source.opened(template) as opened, Ahead(opened) as ahead:
        settled = plan.settle(
            opened,
            plan.Wishes(
                given,
                like=like,
                preset=preset,
                profile=profile,
                no_profile=no_profile,
                directory=directory,
                merge=merge,
                look=dry_run,
                ask=not (defaults or answers == "-"),
                every=all_questions,
                nobody=as_json,
                install=install,
            ),
            ahead,
        )
        seen = None
        if dry_run:
            seen = preview.look(
                opened, settled.answers, settled.target, install=install, merged=merge
            )
        if seen and show is not None:
            typer.echo(seen.file(show), nl=False)
            return
        progress = _advised(settled, as_json=as_json)
        if seen:
            progress.tell("preview", seen.as_json(settled.answers), seen.text(settled.answers))
            return
        created = Creation(opened, settled.answers, install, progress, ahead.render).into(
            settled.place, functools.partial(_decide, nobody=as_json) if merge else None
        )
        _tell_created(created, settled, template, progress, installed=install)


@app.command("recommend")
def recommend_(  # noqa: PLR0913 - one parameter an option
    *,
    data: Data = [],  # noqa: B006 - typer copies it
    answers: AnswersFile = None,
    preset: PresetName = None,
    profile: ProfileAddress = None,
    no_profile: NoProfile = False,
    as_json: AsJson = False,
) -> None:
    """Say which framework answers speak for."""
    from scaffold import advice, presets
    from scaffold import profile as profiles
    from scaffold.answers import gather
    from scaffold.questionnaire import Questionnaire
    from scaffold.rules import Rules
    from scaffold.source import bundled_tables

    tables = bundled_tables()
    rules = Rules.load(tables / "rules.yml")
    questions = Questionnaire.load(tables)
    team = profiles.find(profile, questions, ignored=no_profile)
    begun = {name: team.defaults[name] for name in rules.answers if name in team.defaults}
    begun |= presets.answers(tables, preset)
    given = team.hold(questions.check({**begun, **gather(data, answers)}))
    if not given.keys() <= set(rules.answers):
        # Refuse what `new` refuses.
        team.prepare(questions).complete({"project_name": "project", **given})
    advised, behind = _weighed(given, rules)
    if as_json:
        echo_json({**_as_json(advised, behind), "profile": team.record})
    else:
        typer.echo(team.introduction + advice.full(advised, *behind))


@app.command("presets")
def presets_(*, as_json: AsJson = False) -> None:
    """List answers to start from."""
    from scaffold import advice, presets
    from scaffold.recommend import recommend
    from scaffold.rules import Rules
    from scaffold.source import bundled_tables

    rules = Rules.load(bundled_tables() / "rules.yml")
    table = presets.load(bundled_tables()).values()
    found = [(preset, recommend(preset.answers, rules)) for preset in table]
    if as_json:
        listed = [{**asdict(p), "framework": a.framework, "fit": a.fit} for p, a in found]
        echo_json({"presets": listed})
    else:
        typer.echo(advice.listed(found))


@app.command("explain")
def explain_(
    *,
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Weigh a project's decision again."""
    from scaffold import advice, decision
    from scaffold.questionnaire import Questionnaire
    from scaffold.rules import Rules
    from scaffold.source import bundled_tables

    tables = bundled_tables()
    rules = Rules.load(tables / "rules.yml")
    made = decision.read(project)
    given = decision.traits(made, Questionnaire.load(tables), rules)
    advised, behind = _weighed(given, rules)
    if as_json:
        echo_json({**made.as_json(advised, rules), "today": _as_json(advised, behind)})
    else:
        typer.echo(advice.since(made, advised, rules.version) + "\n")
        typer.echo(advice.full(advised, *behind))


@app.command("doctor")
def doctor_(*, as_json: AsJson = False) -> None:
    """Check what a new project needs here."""
    from scaffold import doctor, report

    findings = []
    for finding in doctor.examine(Path.cwd()):
        findings.append(finding)
        if not as_json:
            typer.echo(report.finding(finding))
    if as_json:
        echo_json({"checks": [finding.as_json() for finding in findings]})
    if any(finding.status == "failed" for finding in findings):
        raise typer.Exit(1)


@app.command("schema")
def schema_(*, template: TemplateAddress = None) -> None:
    """Print a JSON Schema of the answers, for programs."""
    from scaffold import source
    from scaffold.schema import answers_schema

    with source.opened(template) as opened:
        echo_json(answers_schema(opened.questions))


app.add_typer(upkeep.app)


def main() -> None:
    """Run the command line; every failure is told, and ends with its exit code."""
    if os.environ.get("_SCAFFOLD_COMPLETE") == "complete_bash":
        from scaffold import completion

        completion.join_pairs(os.environ)
    endings.heed_signals()
    if isinstance(sys.stdout, io.TextIOWrapper):  # what it cannot show is no reason to fail
        sys.stdout.reconfigure(errors="replace")
    run = _Run()
    try:
        sys.exit(app(obj=run, standalone_mode=False))
    except SystemExit as ended:
        if signalled := endings.of_a_signal(ended.code):
            endings.tell_programs(signalled)
        raise
    except typer.TyperException as wrong:
        failure: ScaffoldError = _misused(wrong)
        error: Exception = wrong
    except Exception as caught:  # noqa: BLE001 - here ends what nobody expected
        failure, error = as_told(caught), caught
    endings.tell_programs(failure.as_json())
    typer.echo(failure.as_text(error if run.debug else None), err=True)
    sys.exit(failure.exit_code)


def _misused(wrong: typer.TyperException) -> UsageError:
    """Return what typer says about a call as an error of ours."""
    text = wrong.format_message()
    if text.startswith("Usage:"):  # no command at all: what there is helps most
        typer.echo(text, err=True)
        sys.exit(wrong.exit_code)
    context = getattr(wrong, "ctx", None)
    command = context.command_path if context else "scaffold"
    what, _, why = text.partition(". ")
    return UsageError(what.rstrip("."), why=why, todo=f"`{command} --help` shows how it is called.")


def _weighed(given: Mapping[str, str], rules: "Rules") -> tuple["Recommendation", "Behind"]:
    """Return the recommendation for some answers, and all that stands behind it."""
    from scaffold import similar
    from scaffold.explanation import explain
    from scaffold.recommend import recommend
    from scaffold.source import bundled_tables

    advised = recommend(given, rules)
    near = similar.nearest(advised, bundled_tables() / "evidence/projects.yml")
    return advised, (explain(advised, rules), near)


def _as_json(advised: "Recommendation", behind: "Behind") -> dict[str, object]:
    explanation, near = behind
    return {
        **advised.as_json(),
        **explanation.as_json(),
        "similar": [project.as_json() for project in near],
    }


def _advised(settled: "Plan", *, as_json: bool) -> "Progress":
    """Tell what is recommended, and return where all that follows is told."""
    from scaffold import advice
    from scaffold.explanation import explain
    from scaffold.progress import Events, Lines
    from scaffold.recommend import recommend

    progress = Events(endings.end_if_told) if as_json else Lines(endings.end_if_told)
    chosen = settled.answers["framework"]
    advised = recommend(settled.answers, settled.rules)
    progress.tell(
        "recommended",
        {**advised.as_json(), "chosen": chosen, "profile": settled.team.record},
        settled.team.introduction + advice.short(advised, explain(advised, settled.rules), chosen),
    )
    return progress


def _tell_created(
    created: "Created",
    settled: "Plan",
    template: str | None,
    progress: "Progress",
    *,
    installed: bool,
) -> None:
    """Tell what was made, what matters now, and how the same is made again."""
    from scaffold import programs, repeat, report

    made = (created, settled.answers, programs.uv_as_typed())
    again = repeat.command(settled.questions, settled.answers, template)
    progress.tell(
        "created",
        {**report.created(*made, installed=installed), "again": again},
        f"{report.next_steps(*made, installed=installed)}\n{report.again(again)}",
    )


def _decide(files: "list[File]", *, nobody: bool) -> set[str]:
    """Return which files to take in a merge, asked for on a terminal."""
    from scaffold import prompts, reconcile

    asked = prompts.on_a_terminal() and not nobody
    return reconcile.decide(files, prompts.asker() if asked else None)
