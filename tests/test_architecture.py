"""The order of the modules, what they cost to load, and what the documents promise."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT
from scaffold import errors

PACKAGE = ROOT / "src/scaffold"

# Each module may import those that stand above it, and nothing of its own line.
LAYERS = [
    {"errors", "questions", "tables"},
    {"expressions"},
    {
        "answers", "colours", "ownership", "presets", "programs", "progress", "questionnaire", "rules",
        "survey.signs",
    },
    {
        "boot", "completion", "endings", "fitting", "plumbing", "recommend", "repeat", "repository", "schema",
        "source", "staging", "survey.checkout",
    },
    {
        "decision", "doctor", "explanation", "handover", "history", "layers", "merge", "profile", "projects",
        "similar", "survey.codebase", "survey.declared", "verify",
    },
    {
        "advice", "render", "survey.layout",
        "survey.surroundings",
    },
    {"ahead", "create", "drift", "preview", "rehearsal"},
    {"journal", "report", "survey.whole"},
    {"conclusion"},
    {"update"},
    {"adopt", "changes", "check", "findings", "interview"},
    {"prompts", "proposal", "reconcile"},
    {"options", "plan"},
    {"upkeep"},
    {"cli"},
    {"__main__"},
]  # fmt: skip

# The one module that may know each outside thing.
DOORS = {
    "copier": {"render"},
    "questionary": {"prompts"},
    "typer": {"cli", "options", "upkeep"},
    "rich": {"progress"},
    "subprocess": {"programs"},
    "uv": {"programs"},
    "jinja2": {"expressions"},
}


def imported(module: Path) -> set[str]:
    """Return the dotted names that a module imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def called(module: Path) -> str:
    """Return a module's dotted name in the package."""
    return ".".join(module.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {
    called(path): imported(path) for path in PACKAGE.rglob("*.py") if path.stem != "__init__"
}


def test_every_module_has_its_place() -> None:
    assert set(MODULES) == set().union(*LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_what_stands_above_them(module: str) -> None:
    """The order of the design holds: errors first, the command line last."""
    place = next(i for i, layer in enumerate(LAYERS) if module in layer)
    allowed = set().union(*LAYERS[:place])
    names = {name.removeprefix("scaffold.") for name in MODULES[module]}
    ours = {other for other in MODULES for name in names if f"{name}.".startswith(f"{other}.")}
    assert ours <= allowed


@pytest.mark.parametrize("outside", DOORS)
def test_one_module_for_each_outside_thing(outside: str) -> None:
    users = {m for m, names in MODULES.items() if outside in {n.split(".")[0] for n in names}}
    assert users == DOORS[outside]


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level modules that a run of the command loads."""
    code = (
        "import sys; from scaffold.cli import main; sys.argv = ['scaffold', *sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('loaded:', *sys.modules, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in run.stderr.partition("loaded:")[2].split()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",), ("--version",), ("new", "--help"), ("explain", "--help"), ("adopt", "--help"),
        ("presets",),
        ("recommend", "-d", "api_first=yes", "-d", "concurrency=high"),
    ],
)  # fmt: skip
def test_light_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Copier, questionary, rich and Jinja wait for those who need them."""
    assert not loaded_by(*arguments) & {"copier", "questionary", "rich", "jinja2"}


def test_the_drawn_tree_of_errors_is_the_real_one() -> None:
    """Each class stands in the docstring below its parent, with its own exit code."""
    drawn = re.findall(r"^ *([│├└─ ]*)(\w+Error) +(\d)? ", errors.__doc__ or "", re.MULTILINE)
    depths = {name: len(bars) // 4 for bars, name, _ in drawn}
    codes = {name: int(code) for _, name, code in drawn if code}
    classes = {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ScaffoldError)
    }
    assert set(depths) == set(classes)
    for name, cls in classes.items():
        assert depths[name] == cls.__mro__.index(errors.ScaffoldError)
        assert codes.get(name, cls.exit_code) == cls.exit_code


def test_the_python_classifiers_and_floor_agree() -> None:
    """The type checker checks for the lowest Python that the package takes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    floor = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["mypy"]["python_version"] == floor


def test_every_dependency_is_imported_or_says_why() -> None:
    """Each runtime dependency has its reason beside it."""
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("\ndependencies = [") : text.index("\n]", text.index("\ndependencies"))]
    lines = [line for line in block.splitlines()[2:] if line.strip()]
    assert lines
    assert all(re.search(r'",\s+# \w+', line) for line in lines)


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    """No lock file, no registry host, no path of somebody's home."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    forbidden = re.compile("pyp" + r"i\.org|python" + r"hosted\.org|/ro" + r"ot/|/ho" + "me/")
    for name in filter(None, listed.stdout.split("\0")):
        assert not name.endswith("uv.lock")
        if (ROOT / name).is_file():
            assert not forbidden.search((ROOT / name).read_text(errors="replace")), name
