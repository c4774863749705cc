"""How long it takes until a project's files are there."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import terminal
from figures import Figure, in_turn
from peers import ROOT, BrokenError, Setting

# The folder that is to be made, to a program's arguments.
Command = Callable[[Path], Sequence[str]]

_FILES = (1, 100, 1_000)  # of the templates that show how the cost grows
_QUESTIONS = """\
_subdirectory: template
project_name: {type: str}
author_name: {type: str, default: ""}
author_email: {type: str, default: ""}
framework: {type: str, default: flask, choices: [flask, fastapi]}
python: {type: str, default: "3.11"}
"""
# scaffold loads what is needed and renders in advance; this does both in the end.
_UNPREPARED = (
    f"from scaffold.ahead import Ahead; Ahead.prepare = lambda *_, **__: None; {terminal.START}"
)


def measure(setting: Setting, runs: int) -> list[Figure]:
    """Measure `scaffold new` against its peers, how its cost grows, and the wait at the end.

    Args:
        setting: Where the programs are.
        runs: How often each figure is taken.

    """
    return [
        *_against_peers(setting, runs),
        *_growth(setting, runs),
        *_last_answer(setting, runs),
    ]


def _against_peers(setting: Setting, runs: int) -> list[Figure]:
    """Measure the making of a project, all programs in turn."""
    with setting.folder() as place:
        peers = _working(setting, _peers(setting, place))
        setting.tell(f"scaffold new, in turn with {', '.join(peers)}")
        commands = [_scaffold(setting), *peers.values()]
        value, *others = in_turn(
            [partial(_seconds_to_make, setting, command) for command in commands], runs
        )
    return [
        Figure("scaffold new --no-install", name, "s", value, other, _goal(name))
        for name, other in zip(peers, others, strict=True)
    ]


def _goal(peer: str) -> float | None:
    """Return the goal against a peer: only Copier's does the same work."""
    return 1.0 if peer == "copier copy" else None


def _scaffold(setting: Setting, *options: str) -> Command:
    fixed = ("--defaults", "--no-install", *options)
    return lambda project: (setting.program("scaffold"), "new", "Shop", str(project), *fixed)


def _peers(setting: Setting, place: Path) -> dict[str, Command]:
    """Return the peers that are here, by what the report calls them.

    Args:
        setting: Where the programs are.
        place: A folder for templates.

    """
    template = _plain_template(setting, place / "plain")
    quiet = ("--defaults", "--quiet", "-d", "project_name=Shop")
    copying = (setting.program("copier"), "copy", *quiet, str(template))
    peers: dict[str, Command] = {}
    if "copier" not in setting.missing:
        peers["copier copy"] = lambda project: (*copying, str(project))
    if "cookiecutter" not in setting.missing:
        baking = (setting.program("cookiecutter"), "--no-input")
        baked = str(_for_cookiecutter(setting, place / "baked"))
        peers["cookiecutter"] = lambda project: (*baking, "-o", str(project), baked)
    # These two write a handful of files.
    peers["uv init --package"] = lambda project: (
        setting.uv, "init", "--quiet", "--package", str(project),
    )  # fmt: skip
    if "fastapi-new" not in setting.missing:
        # It runs `uv init --bare` and `uv add`, and has no option that leaves them out.
        peers["fastapi-new, which also installs"] = lambda project: (
            setting.program("fastapi-new"), str(project),
        )  # fmt: skip
    return peers


def _working(setting: Setting, peers: dict[str, Command]) -> dict[str, Command]:
    """Return the peers that make a project here, and tell of the others.

    What scaffold and Copier make is compared: the figures are fair only between the same files.
    """
    works = {}
    with setting.folder() as place:
        setting.run(_scaffold(setting)(place / "scaffold"), place)
        ours = _tree(place / "scaffold")
        for number, (name, command) in enumerate(peers.items()):
            project = place / str(number)
            try:
                setting.run(command(project), place)
            except BrokenError as error:
                setting.notes.append(f"{name}: not measured. {error}")
                continue
            works[name] = command
            root = project / "Shop" if name == "cookiecutter" else project
            if name in ("copier copy", "cookiecutter"):
                setting.notes.append(_compared(name, ours, _tree(root)))
    return works


def _tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, without git's own and without the origin."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
    recorded = files.get(".copier-answers.yml", b"").splitlines()
    origin = (b"_src_path:", b"_commit:", b"#")  # a comment says where it is not known
    kept = [line for line in recorded if not line.startswith(origin)]
    return {**files, ".copier-answers.yml": b"\n".join(kept)}


def _compared(name: str, ours: dict[str, bytes], theirs: dict[str, bytes]) -> str:
    """Say whether two programs make the same files."""
    paths = sorted(ours.keys() | theirs.keys())
    differ = [path for path in paths if ours.get(path) != theirs.get(path)]
    if differ:
        return f"{name} is NOT a fair peer: its files differ in {', '.join(differ)}."
    return f"{name} makes the same {len(ours)} files, but for git's and the recorded origin."


def _seconds_to_make(setting: Setting, command: Command) -> float:
    """Return how long a program takes to make a project in an empty folder."""
    with setting.folder() as place:
        return setting.seconds(command(place / "shop"), place)


def _plain_template(setting: Setting, folder: Path) -> Path:
    """Copy what the wheel carries of the template into a plain folder, and return that."""
    carried = [*setting.template.glob("*.yml"), *(setting.template / "template").rglob("*")]
    for path in carried:
        if path.is_file() and "__pycache__" not in path.parts:
            copied = folder / path.relative_to(setting.template)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
    return folder


def _for_cookiecutter(setting: Setting, folder: Path) -> Path:
    """Make a template for cookiecutter of a rendered project, and return its folder.

    The name of the project varies in the README and in the folder's name. Files with braces of
    their own are copied as they are; all others go through Jinja.
    """
    project = folder / "{{ cookiecutter.project_name }}"
    setting.run(_scaffold(setting)(folder / "rendered"))
    raw = []
    for path, content in _tree(folder / "rendered").items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        varied = content
        if path == "README.md":
            name = b"{% endraw %}{{ cookiecutter.project_name }}{% raw %}"
            varied = b"{% raw %}" + content.replace(b"Shop", name) + b"{% endraw %}"
        elif any(brace in content for brace in (b"{{", b"{%", b"{#")):
            raw.append(path)
        (project / path).write_bytes(varied)
    questions = {"project_name": "Shop", "_copy_without_render": raw}
    (folder / "cookiecutter.json").write_text(json.dumps(questions))
    return folder


def _growth(setting: Setting, runs: int) -> list[Figure]:
    """Measure what a file costs in a small and in a large template, without the start."""
    one, some, many = _FILES
    setting.tell(f"templates of {one}, {some} and {many:,} files, in turn")
    with setting.folder() as place:
        templates = [_template_of(place / str(count), count) for count in _FILES]
        commands = [_scaffold(setting, "--template", str(template)) for template in templates]
        least, small, large = in_turn(
            [partial(_seconds_to_make, setting, command) for command in commands], runs
        )
    small, large = (small - least) / (some - one), (large - least) / (many - one)
    return [Figure(f"a file at {many:,} files", f"a file at {some}", "s", large, small, 1.15)]


def _template_of(folder: Path, count: int) -> Path:
    """Make a template of so many files in folders of ten, and return its folder."""
    for number in range(count):
        file = folder / f"template/part_{number // 10}/module_{number}.py.jinja"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "Part {} of {{{{ project_name }}}}, for {{{{ framework }}}}."
        file.write_text(f'"""{text.format(number)}"""\n\nNUMBER = {number}\n')
    (folder / "copier.yml").write_text(_QUESTIONS)
    (folder / "rules.yml").write_bytes((ROOT / "rules.yml").read_bytes())
    return folder


def _last_answer(setting: Setting, runs: int) -> list[Figure]:
    """Measure the wait with and without what is done while the person answers.

    Args:
        setting: Where the programs are.
        runs: How often each figure is taken.

    """
    python = setting.program("scaffold", "python")
    replaced = "from scaffold.ahead import Ahead; Ahead.prepare"
    setting.run((python, "-c", replaced))
    setting.tell("answers on a terminal, with and without what is done meanwhile")
    value, peer = in_turn(
        [partial(_seconds_to_files, setting, start) for start in (terminal.START, _UNPREPARED)],
        runs,
    )
    name = "last answer to written files"
    return [Figure(name, "the same with nothing done in advance", "s", value, peer, 0.8)]


def _seconds_to_files(setting: Setting, start: str) -> float:
    """Return the time from the last answer to the project's folder, which is put there whole.

    Args:
        setting: Where the programs are.
        start: The Python that starts scaffold.

    """
    with setting.folder() as place:
        asked = ("Shop", "shop", "--no-install")
        with terminal.answered(setting, place, asked, start) as opened:
            seconds = opened.seconds_until(place / "shop")
            opened.seconds_to_the_end()
        return seconds
