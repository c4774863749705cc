"""What the command costs, held by what can be counted; benchmarks/ has the seconds."""

import collections
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import ROOT, copy_template, tree
from scaffold.questionnaire import Questionnaire

# Runs a command and tells on standard error what it loaded, compiled, opened and started.
AUDITED = """
import json, runpy, sys
events = []

def heard(event, arguments):
    if event == "compile":
        events.append(["compile", str(arguments[1])])
    elif event == "open" and isinstance(arguments[0], str):
        events.append(["write" if set(arguments[1] or "r") & set("wax") else "read", arguments[0]])
    elif event == "subprocess.Popen":
        events.append(["start", " ".join(map(str, arguments[1]))])

sys.addaudithook(heard)
module = sys.argv.pop(1)
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps([sorted(sys.modules), events]), file=sys.stderr)
"""

# Runs a command and tells how many objects Python would search for garbage when it ends.
LEFT = """
import atexit, gc, sys
atexit.register(lambda: print(len(gc.get_objects()), file=sys.stderr))
from scaffold.__main__ import main
sys.argv = ["scaffold", "presets"]
main()
"""

# Loaded by every command.
START = {"cli", "endings", "errors", "options", "upkeep"}
WEIGHING = {
    "advice", "answers", "colours", "decision", "explanation", "expressions", "presets", "profile",
    "programs", "questionnaire", "questions", "recommend", "rules", "similar", "source", "tables",
}  # fmt: skip


@dataclass
class Cost:
    """What a run took.

    Args:
        modules: What it loaded, dotted.
        events: What else it did: `compile`, `read`, `write` or `start`, and of what.

    """

    modules: list[str]
    events: list[tuple[str, str]]

    def of(self, kind: str, within: str = "") -> collections.Counter[str]:
        """Return how often a thing was done with what has a text in its name."""
        return collections.Counter(
            name for event, name in self.events if event == kind and within in name
        )


def cost(module: str, *arguments: str) -> Cost:
    """Run a command and return what it took."""
    command = [sys.executable, "-c", AUDITED, module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    modules, events = json.loads(done.stderr.splitlines()[-1])
    return Cost(modules, [(event, name) for event, name in events])


@pytest.mark.parametrize(
    ("arguments", "ours", "others"),
    [
        (("--version",), set(), set()),
        (("--help",), START, {"typer"}),
        (("new", "--help"), START, {"typer", "pydantic"}),
        (("recommend", "-d", "api_first=yes"), START | WEIGHING, {"typer", "pydantic", "yaml"}),
    ],
    ids=["version", "help", "help of new", "recommend"],
)
def test_what_a_light_command_loads(
    arguments: tuple[str, ...], ours: set[str], others: set[str]
) -> None:
    """Nothing more; of other people's packages none that is not needed to answer."""
    loaded = cost("scaffold", *arguments).modules
    names = {name.removeprefix("scaffold.") for name in loaded if name.startswith("scaffold.")}
    assert names - {"__main__"} == ours
    known = {
        "typer",
        "pydantic",
        "yaml",
        "copier",
        "questionary",
        "prompt_toolkit",
        "jinja2",
        "rich",
    }
    assert {name.split(".")[0] for name in loaded} & known == others


def test_nothing_is_searched_for_garbage_when_a_command_ends() -> None:
    """It has tens of thousands of objects by then, and the system takes them all at once."""
    command = [sys.executable, "-c", LEFT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stderr) < 1000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cost, Path]:
    """Make a project, and return what it took and the project."""
    target = tmp_path_factory.mktemp("made").resolve() / "shop"
    return cost("scaffold", "new", "Shop", str(target), "--defaults", "--no-install"), target


Made = tuple[Cost, Path]


def test_a_file_is_read_twice_and_written_twice(made: Made) -> None:
    """Each file of a layer in use is copied once and rendered once; one of others is not touched."""
    taken, target = made
    files = len(tree(target))
    copied = taken.of("write", "/scaffold-layers-")
    assert set(copied.values()) == {1}
    assert files < len(copied) < 2 * files
    assert set(taken.of("read", "scaffold-layers-").values()) == {1}
    rendered = taken.of("write", f"{target.parent}/.scaffold-")
    assert set(rendered.values()) == {1}
    assert len(rendered) == files + 1  # the lock


def test_a_table_is_read_by_who_needs_it(made: Made) -> None:
    """By the questions, by what weighs their answers, and to be laid out for Copier."""
    tables = [name for name in made[0].of("read", "/scaffold-template-") if name.endswith(".yml")]
    counts = {Path(name).name: made[0].of("read")[name] for name in tables}
    assert counts["rules.yml"] == 3
    assert max(counts.values()) <= 3


def test_programs_that_are_started(made: Made) -> None:
    """Five of ours for the first commit; Copier asks git once a file, and four times more."""
    taken, target = made
    started = taken.of("start")
    ours = [command for command in started.elements() if "core.hooksPath" in command]
    # In a checkout the template's own files and commit are asked for before.
    verbs = [command.split("commit.gpgSign=false ")[1].split()[0] for command in ours]
    assert verbs[verbs.index("rev-parse") :] == ["rev-parse", "init", "add", "-c", "commit"]
    asked = sum(count for command, count in started.items() if "core.fileMode" in command)
    assert asked <= len(tree(target))
    assert started.total() - asked - len(ours) <= 4


def test_less_is_compiled_than_copier_compiles_of_the_whole(made: Made, tmp_path: Path) -> None:
    """Names of layers once, values that follow from answers once, all else as Copier does."""
    answers = Questionnaire.load(ROOT).complete({"project_name": "Shop"})
    data = [part for key, value in answers.items() for part in ("--data", f"{key}={value}")]
    whole = cost(
        "copier",
        "copy",
        "--defaults",
        "--quiet",
        *data,
        str(copy_template(tmp_path / "t")),
        str(tmp_path / "whole"),
    )
    ours = made[0].of("compile", "<template>").total()
    assert 0 < ours <= 0.7 * whole.of("compile", "<template>").total()


def test_cost_is_linear(tmp_path: Path) -> None:
    """What a file costs does not grow with how many there are."""

    def of(files: int) -> Cost:
        template = tmp_path / f"template-{files}"
        copy_template(template)
        for number in range(files):
            file = template / f"template/{{{{ package_name }}}}/m{number % 10}/f{number}.py.jinja"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("NAME = '{{ project_name }}'\n")
        return cost(
            "scaffold", "new", "Shop", str(tmp_path / f"shop-{files}"), "--defaults",
            "--no-install", "--template", str(template),
        )  # fmt: skip

    few, more, many = of(10), of(60), of(160)
    # Not what Python itself compiles and reads, which is more at the first time.
    for kind, of_what in (
        ("compile", "<template>"), ("read", str(tmp_path)), ("write", str(tmp_path)), ("start", ""),
    ):  # fmt: skip
        counts = [run.of(kind, of_what).total() for run in (few, more, many)]
        step = counts[1] - counts[0]
        assert 0 < step <= 10 * 50, kind
        assert counts[2] - counts[1] == 2 * step, kind
