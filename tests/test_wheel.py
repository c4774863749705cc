"""The package as it is installed: everything that it needs is inside the wheel."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, tree
from projects import work_tree
from scaffold import programs

pytestmark = pytest.mark.slow


def built(root: Path, out: Path, *options: str) -> Path:
    """Build the wheel of a folder, by way of the source distribution unless options say else."""
    command = (programs.uv(), "build", "--quiet", "--out-dir", str(out), *options)
    done = programs.run(command, root)
    assert done.ok, done.output
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    return built(ROOT, tmp_path_factory.mktemp("dist"))


def installed(wheel: Path | str, environment: Path) -> Path:
    """Install a wheel, or what else pip takes, into a fresh environment; return its command."""
    for arguments in (
        ("venv", "--quiet", "--python", sys.executable, str(environment)),
        ("pip", "install", "--quiet", "--python", str(environment), str(wheel)),
    ):
        done = programs.run((programs.uv(), *arguments), environment.parent)
        assert done.ok, done.output
    return environment / "bin/scaffold"


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Return a repository with this checkout's files and an address where others find it."""
    root = tmp_path / "released"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "uv.lock")
    shutil.copytree(ROOT, root, ignore=left_out)
    # What begins with a dot is left out above, but these are needed.
    shutil.copy(ROOT / ".gitignore", root)
    shutil.copytree(ROOT / "template", root / "template", dirs_exist_ok=True)
    project = root / "pyproject.toml"
    urls = f'[project.urls]\nTemplate = "git+file://{root}"\n\n[project.scripts]'
    project.write_text(project.read_text().replace("[project.scripts]", urls))
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "one")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    return root


def stamp(wheel: Path) -> str:
    """Return the commit that a wheel is stamped with."""
    with zipfile.ZipFile(wheel) as archive:
        named = "scaffold/commit.txt"
        return archive.read(named).decode().strip() if named in archive.namelist() else ""


def head(root: Path) -> str:
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("options", [(), ("--wheel",)], ids=["by-way-of-sdist", "directly"])
def test_only_a_known_commit_is_stamped(
    released: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """A clean checkout has one, a release its tag; a dirty one and a folder without git have none."""
    assert stamp(built(released, tmp_path / "clean", *options)) == head(released)
    for tag in ("v1", "stable", "v1.2.0"):
        subprocess.run(["git", "tag", tag], cwd=released, check=True)
    assert stamp(built(released, tmp_path / "release", *options)) == "v1.2.0"
    (released / "notes.md").touch()
    assert stamp(built(released, tmp_path / "dirty", *options)) == ""
    shutil.rmtree(released / ".git")
    assert stamp(built(released, tmp_path / "exported", *options)) == ""
    # Inside somebody else's repository it is not theirs that is stamped.
    for arguments in (("init", "--quiet"), ("commit", "--quiet", "--allow-empty", "-m", "theirs")):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    assert stamp(built(released, tmp_path / "within", *options)) == ""


def test_a_project_of_a_wheel_can_be_updated(released: Path, tmp_path: Path) -> None:
    """It records the address and the commit, and plain Copier finds the template there."""
    command = installed(built(released, tmp_path / "dist"), tmp_path / "environment")
    place = tmp_path / "place"
    place.mkdir()
    subprocess.run([command, "new", "shop", "--defaults", "--no-install"], cwd=place, check=True)
    answers = yaml.safe_load((place / "shop/.copier-answers.yml").read_text())
    assert answers["_src_path"] == f"git+file://{released}"
    assert answers["_commit"] == head(released)
    updated = subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults", "--vcs-ref", "HEAD"],
        cwd=place / "shop", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert updated.returncode == 0, updated.stderr
    # Copier shortens the commit; nothing else is new.
    assert work_tree(place / "shop") == " M .copier-answers.yml\n"
    updated_answers = yaml.safe_load((place / "shop/.copier-answers.yml").read_text())
    assert answers["_commit"].startswith(updated_answers["_commit"])
    assert updated_answers == {**answers, "_commit": updated_answers["_commit"]}


def test_a_project_of_a_git_installation_follows_its_releases(
    released: Path, tmp_path: Path
) -> None:
    """It records the release that was installed, and its own `scaffold update` finds the next."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=released, check=True)

    git("tag", "v1.0.0")
    address = f"git+file://{released}"
    command = installed(f"scaffold-web @ {address}@v1.0.0", tmp_path / "environment")
    place = tmp_path / "place"
    place.mkdir()
    subprocess.run([command, "new", "shop", "--defaults", "--no-install"], cwd=place, check=True)
    recorded = place / "shop/.copier-answers.yml"
    assert f"_commit: v1.0.0\n_src_path: {address}\n" in recorded.read_text()
    (released / "template/NEWS.md").write_text("New.\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "two")
    git("tag", "v1.1.0")
    subprocess.run([command, "update", "shop", "--no-verify"], cwd=place, check=True)
    assert "_commit: v1.1.0\n" in recorded.read_text()
    assert work_tree(place / "shop") == "M  .copier-answers.yml\nA  NEWS.md\n"


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
        assert "scaffold/check.schema.json" in archive.namelist()
    expected = {f"template/{name}": content for name, content in tree(ROOT / "template").items()}
    for table in (*ROOT.glob("*.yml"), ROOT / "evidence/projects.yml"):
        expected[str(table.relative_to(ROOT))] = table.read_bytes()
    assert bundled == {k: v for k, v in expected.items() if "__pycache__" not in k}


def test_an_installed_wheel_makes_a_project(wheel: Path, tmp_path: Path) -> None:
    """From a fresh environment, outside any checkout, without uv on the PATH: green."""
    command = installed(wheel, tmp_path / "environment")
    place = tmp_path / "place"
    place.mkdir()
    made = subprocess.run(
        [command, "new", "shop", "--defaults", "-d", "api_first=yes"],
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
