"""See before writing: `--dry-run` and `--show` write nothing and show what would be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Scaffold, nothing_in, tree

DRY = ("new", "shop", "--defaults", "--no-install", "--dry-run")


def test_a_dry_run_shows_everything_and_writes_nothing(
    scaffold: Scaffold, shop: dict[str, bytes]
) -> None:
    """The recommendation, each answer, and each file with its size."""
    result = scaffold(*DRY, "-d", "description=Sells things.")
    assert (result.code, result.err) == (0, "")
    assert nothing_in(Path.cwd())
    assert result.out.startswith("Flask: the answers decide nothing; either would serve.\n")
    assert "\n  description       Sells things.\n" in result.out
    assert "\n  author_name       (empty)\n" in result.out
    assert "\n  license           MIT\n" in result.out
    lines = result.out.splitlines()
    names = [line.split()[-3] for line in lines if line.endswith(("B", "kB")) and "── " in line]
    assert sorted(names) == sorted(Path(path).name for path in shop)
    assert any(line.startswith("├── LICENSE  ") and line.endswith(" 1.1 kB") for line in lines)
    assert "│   └── shop/" in lines
    assert f"\n{len(shop)} files, " in result.out
    assert lines[-1] == "Nothing was written; without --dry-run they would be."


@pytest.mark.parametrize("path", ["README.md", "./src//shop/app.py", "src/shop/py.typed"])
def test_one_file_is_shown_as_it_would_be(
    scaffold: Scaffold, path: str, shop: dict[str, bytes]
) -> None:
    """Its exact bytes, and nothing else."""
    result = scaffold(*DRY, "--show", path)
    assert (result.code, result.err) == (0, "")
    assert result.out.encode() == shop[os.path.normpath(path)]
    assert nothing_in(Path.cwd())


def test_the_bytes_are_those_of_the_file(shop: dict[str, bytes]) -> None:
    """In a pipe too: what is redirected is the file."""
    run = subprocess.run(
        [sys.executable, "-m", "scaffold", *DRY, "--show", "docs/openapi.json"],
        capture_output=True,
        check=True,
    )
    assert run.stdout == shop["docs/openapi.json"]
    assert run.stderr == b""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "redme.md",
            "Error: 'redme.md' would not be rendered.\n"
            "  The nearest: README.md.\n"
            "  --dry-run alone lists all files.\n",
        ),
        (
            "src/config.pi",
            "Error: 'src/config.pi' would not be rendered.\n"
            "  The nearest: src/shop/config.py, tests/test_config.py, tests/items/conftest.py.\n"
            "  --dry-run alone lists all files.\n",
        ),
        (
            "migrations",
            "Error: 'migrations' is a folder.\n"
            "  It holds: migrations/env.py, migrations/script.py.mako,"
            " migrations/versions/0001_items.py.\n"
            "  Name one of its files.\n",
        ),
        (
            "/etc/passwd",
            "Error: '/etc/passwd' would not be rendered.\n  --dry-run alone lists all files.\n",
        ),
    ],
)
def test_what_would_not_be_rendered_is_told(scaffold: Scaffold, path: str, text: str) -> None:
    result = scaffold(*DRY, "--show", path)
    assert (result.code, result.out, result.err) == (2, "", text)


def test_show_alone_is_refused(scaffold: Scaffold) -> None:
    result = scaffold("new", "shop", "--defaults", "--show", "README.md")
    assert (result.code, result.out) == (2, "")
    assert result.err == "Error: --show prints nothing by itself.\n  Add --dry-run.\n"
    assert nothing_in(Path.cwd())


def test_a_dry_run_is_refused_where_the_run_would_be(scaffold: Scaffold) -> None:
    """What a killed run has left is not cleared away either: nothing at all is touched."""
    Path("shop").mkdir()
    Path("shop/mine").write_text("mine")
    Path("shop/.scaffold-stale").mkdir()
    Path("shop/.scaffold-stale/lock").touch()
    before = tree(Path.cwd())
    result = scaffold(*DRY)
    assert result.code == 2
    assert "It holds mine." in result.err
    assert tree(Path.cwd()) == before


def test_a_merge_is_previewed_file_by_file(scaffold: Scaffold, shop: dict[str, bytes]) -> None:
    """In the same words as the merge itself uses; nothing is written or asked."""
    Path("shop").mkdir()
    Path("shop/README.md").write_text("mine")
    Path("shop/LICENSE").write_bytes(shop["LICENSE"])
    before = tree(Path.cwd())
    result = scaffold(*DRY, "--merge")
    assert (result.code, result.err) == (0, "")
    assert tree(Path.cwd()) == before
    words = {line.split()[1]: line.split()[-1] for line in result.out.splitlines() if " B" in line or "kB  " in line}  # fmt: skip
    assert (words["README.md"], words["LICENSE"]) == ("differs", "same")
    assert set(words.values()) == {"new", "same", "differs"}
    counts = f"{len(shop) - 2} new, 1 the same, 1 that differ and would be asked about.\n"
    assert counts in result.out


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["40", "200"])
def test_a_tree_in_any_width_and_encoding(columns: str) -> None:
    """Nothing is cut off at 40 columns, and plain ASCII will do."""
    run = subprocess.run(
        [sys.executable, "-m", "scaffold", *DRY],
        env={**os.environ, "COLUMNS": columns, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"|   `-- decisions/" in run.stdout or b"|   |-- decisions/" in run.stdout
    assert b"0001-web-framework.md" in run.stdout
    longest = max(line for line in run.stdout.decode("ascii").splitlines() if "-- LICENSE" in line)
    assert len(longest) <= int(columns)
