"""The package as it is installed: everything that it needs is inside the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, tree
from scaffold import programs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout, by way of the source distribution."""
    out = tmp_path_factory.mktemp("dist")
    built = programs.run((programs.uv(), "build", "--quiet", "--out-dir", str(out)), ROOT)
    assert built.ok, built.output
    (file,) = out.glob("*.whl")
    return file


def test_the_wheel_carries_the_template(wheel: Path) -> None:
    """Every file of the template and every table, byte for byte, and nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        bundled = {
            name.removeprefix("scaffold/bundled/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith("scaffold/bundled/")
        }
        assert not [name for name in archive.namelist() if name.startswith("tests")]
        assert "scaffold/recommendation.schema.json" in archive.namelist()
    expected = {f"template/{name}": content for name, content in tree(ROOT / "template").items()}
    for table in (*ROOT.glob("*.yml"), ROOT / "evidence/projects.yml"):
        expected[str(table.relative_to(ROOT))] = table.read_bytes()
    assert bundled == {k: v for k, v in expected.items() if "__pycache__" not in k}


def test_an_installed_wheel_makes_a_project(wheel: Path, tmp_path: Path) -> None:
    """From a fresh environment, outside any checkout, without uv on the PATH: green."""
    environment = tmp_path / "environment"
    for arguments in (
        ("venv", "--quiet", "--python", sys.executable, str(environment)),
        ("pip", "install", "--quiet", "--python", str(environment), str(wheel)),
    ):
        done = programs.run((programs.uv(), *arguments), tmp_path)
        assert done.ok, done.output
    place = tmp_path / "place"
    place.mkdir()
    made = subprocess.run(
        [environment / "bin/scaffold", "new", "shop", "--defaults", "-d", "api_first=yes"],
        cwd=place,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    answers = yaml.safe_load((place / "shop/.copier-answers.yml").read_text())
    assert answers["framework"] == "fastapi"
    # A wheel by itself knows no shared origin, and says so instead of naming this machine.
    assert "_src_path" not in answers
    # The commands told at the end work as they stand, wherever uv is.
    commands = [line.split("  ")[1] for line in made.stdout.splitlines() if "run poe" in line]
    assert commands
    told = subprocess.run(
        [*commands[-1].split()[:-1], "lint"],
        cwd=place / "shop",
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
