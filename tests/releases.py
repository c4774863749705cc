"""A small template with releases, projects made from it, and what git says of them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from conftest import ROOT, Scaffold, copy_template

Change = Mapping[str, str | None]

_QUESTIONS = """\
_subdirectory: template
_skip_if_exists: [DECISION.md]
project_name: {type: str}
author_name: {type: str, default: Ada}
author_email: {type: str, default: ada@example.org}
framework: {type: str, choices: [flask, fastapi], default: flask}
python: {type: str, default: "3.11"}
ci: {type: str, choices: ["yes", "no"], default: "yes"}
with_ci: {type: str, when: false, default: "{{ '.' if ci == 'yes' }}"}
"""
_LINES = "".join(f"line {number}\n" for number in range(1, 21))
_FILES = {
    "copier.yml": _QUESTIONS,
    "ownership.yml": "template: [ci.yml, Dockerfile]\nshared: [README.md]\n",
    "rules.yml": (ROOT / "rules.yml").read_text(),
    "template/README.md.jinja": "# {{ project_name }}\n" + _LINES,
    "template/Dockerfile": _LINES,
    "template/DECISION.md": "One.\n",
    "template/src/app.py": _LINES,
    "template/src/old.py": _LINES,
    "template/{{ with_ci }}/ci.yml": _LINES,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git; what it prints is returned as it is, but for the last end of a line."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.rstrip("\n")


def write(folder: Path, change: Change) -> None:
    """Write files, and remove those without a text."""
    for name, text in change.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def commit(folder: Path, change: Change, message: str = "change") -> None:
    """Write files, and commit all there is."""
    write(folder, change)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def replaced(old: str, new: str) -> str:
    """Return the text of the small template's files with one line replaced."""
    assert old in _LINES
    return _LINES.replace(old, new)


FIRST, LAST = "line 2\n", "line 19\n"
# What a team changes in a project of the small template, and a release that meets each of that.
MINE: Change = {
    "Dockerfile": None,
    "README.md": "# shop\n" + replaced(LAST, "mine\n"),
    "src/app.py": replaced(FIRST, "mine\n"),
    "src/old.py": replaced(LAST, "mine\n"),
    "src/orders.py": "My own.\n",
}
MET: Change = {
    "template/Dockerfile": replaced(FIRST, "theirs\n"),
    "template/DECISION.md": "Two.\n",
    "template/NEWS.md": "New.\n",
    "template/README.md.jinja": "# {{ project_name }}\n" + replaced(FIRST, "theirs\n"),
    "template/src/app.py": replaced(FIRST, "theirs\n"),
    "template/src/old.py": None,
    "template/{{ with_ci }}/ci.yml": replaced(FIRST, "theirs\n"),
}


class Releases:
    """A template in a git repository.

    Args:
        folder: Where to put it.
        real: Whether it is this repository's template, not the small one.

    """

    def __init__(self, folder: Path, *, real: bool = False) -> None:
        self.folder = folder
        self.address = f"git+file://{folder}"
        if real:
            copy_template(folder)
        else:
            folder.mkdir()
            record = "template/{{ _copier_conf.answers_file }}.jinja"
            write(folder, {**_FILES, record: (ROOT / record).read_text()})
        git(folder, "init", "--quiet", "--initial-branch", "main")
        self.release("v1.0.0", {})

    def edited(self, scaffold: Scaffold) -> Path:
        """Make a project and change it as a team does, and release what meets each change."""
        shop = self.project(scaffold)
        commit(shop, MINE)
        self.release("v2.0.0", MET)
        return shop

    def release(self, version: str, change: Change) -> None:
        """Change files of it, and release that."""
        commit(self.folder, change, version)
        git(self.folder, "tag", version)

    def project(self, scaffold: Scaffold, name: str = "shop", *data: str) -> Path:
        """Make a project from its newest release."""
        options = [part for pair in data for part in ("-d", pair)]
        made = scaffold(
            "new", name, "--defaults", "--no-install", "--template", self.address, *options
        )
        assert made.code == 0, made.err
        return Path(name).resolve()
