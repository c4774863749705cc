"""`scaffold new` without a terminal: doors for answers, targets, and what is refused."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from conftest import Scaffold, copy_template, tree

QUICK = ("--defaults", "--no-install")


def recorded(project: str) -> dict[str, str]:
    answers: dict[str, str] = yaml.safe_load((Path(project) / ".copier-answers.yml").read_text())
    return answers


def test_a_project_is_made_and_committed(scaffold: Scaffold) -> None:
    """The directory has the project's name; everything is in one commit; next steps are told."""
    result = scaffold("new", "shop", *QUICK, "-d", "api_first=yes")
    assert (result.code, result.err) == (0, "")
    assert recorded("shop")["framework"] == "fastapi"
    log = subprocess.run(
        ["git", "log", "--format=%an <%ae> %s"], cwd="shop", capture_output=True, text=True, check=True
    )  # fmt: skip
    assert log.stdout == "Grace Hopper <grace@example.org> Start from scaffold\n"
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd="shop", capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    assert "shop (FastAPI) is rendered, not yet installed or checked, in" in result.out
    for command in ("cd shop", "uv sync", "uv run poe dev"):
        assert command in result.out


@pytest.mark.slow
def test_spaces_in_a_name_become_hyphens_in_the_directory(scaffold: Scaffold) -> None:
    """A name for people, a directory for shells."""
    assert scaffold("new", "My Shop", *QUICK).code == 0
    assert recorded("My-Shop")["package_name"] == "my_shop"


@pytest.mark.slow
@pytest.mark.parametrize("content", ['{"api_first": true}', "api_first: yes", "api_first: 'yes'\n"])
def test_answers_from_a_file(scaffold: Scaffold, tmp_path: Path, content: str) -> None:
    """YAML and JSON say the same; a boolean counts as yes."""
    file = tmp_path / "answers"
    file.write_text(content)
    assert scaffold("new", "shop", *QUICK, "--answers", str(file)).code == 0
    assert recorded("shop")["api_first"] == "yes"


def test_answers_from_standard_input_ask_nothing(scaffold: Scaffold) -> None:
    """`--answers -` implies `--defaults`; an option comes before the file."""
    answers = json.dumps({"project_name": "shop", "license": "MIT", "database": "none"})
    result = scaffold(
        "new", "--no-install", "--answers", "-", "-d", "license=proprietary", stdin=answers
    )
    assert (result.code, result.err) == (0, "")
    assert recorded("shop")["license"] == "proprietary"
    assert recorded("shop")["database"] == "none"


@pytest.mark.slow
def test_framework_overrules(scaffold: Scaffold) -> None:
    """`--framework` wins over the recommendation, and the record says so."""
    scaffold("new", "shop", *QUICK, "-d", "api_first=yes", "--framework", "flask")
    assert recorded("shop")["framework"] == "flask"
    decision = Path("shop/docs/decisions/0001-web-framework.md").read_text()
    assert "the team chose it, although" in decision


def refused(scaffold: Scaffold, *arguments: str, stdin: str = "") -> str:
    """Run a call that must be refused, and return what was told."""
    before = tree(Path.cwd())
    result = scaffold(*arguments, stdin=stdin)
    assert result.code == 2, result
    assert "✓" not in result.out, "a step was taken"
    assert tree(Path.cwd()) == before
    return result.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ("new", "a/b", *QUICK),
            "Error: 'a/b' cannot be the project name.\n"
            "  A project name starts with a letter and holds only the letters A to Z, digits,"
            " spaces, hyphens and underscores.\n"
            "  Choose another with -d project_name=...\n",
        ),
        (
            ("new", "", *QUICK),
            "Error: '' cannot be the project name.\n"
            "  The project needs a name.\n"
            "  Choose another with -d project_name=...\n",
        ),
        (
            ("new", "json", *QUICK),
            "Error: 'json' cannot be the package name.\n"
            "  'json' is a module of Python's standard library.\n"
            "  Choose another with -d package_name=...\n",
        ),
        (
            ("new", "shop", *QUICK, "-d", "project_name=blog"),
            "Error: 'project_name' is answered twice.\n"
            "  Once with 'shop', once with 'blog'.\n"
            "  Leave one of them out.\n",
        ),
        (
            ("new", "shop", *QUICK, "--framework", "flask", "-d", "framework=fastapi"),
            "Error: 'framework' is answered twice.\n"
            "  Once with 'flask', once with 'fastapi'.\n"
            "  Leave one of them out.\n",
        ),
        (
            ("new", "shop", *QUICK, "-d", "api_first"),
            "Error: 'api_first' is no answer.\n  Write it as key=value, such as -d api_first=yes.\n",
        ),
        (
            ("new", *QUICK),
            "Error: 'project_name' has no answer.\n"
            "  It has no default.\n"
            "  Give it with -d project_name=...\n",
        ),
        (
            ("new", "shop", *QUICK, "--answers", "missing.yml"),
            "Error: The answers in 'missing.yml' cannot be read.\n"
            "  No such file or directory.\n"
            "  Name a file that exists and that you may read.\n",
        ),
        (
            ("new", "shop", *QUICK, "--answers", "."),
            "Error: The answers in '.' cannot be read.\n"
            "  Is a directory.\n"
            "  Name a file that exists and that you may read.\n",
        ),
    ],
)
def test_a_wrong_call_is_told_whole(
    scaffold: Scaffold, arguments: tuple[str, ...], text: str
) -> None:
    """What happened, why and what to do, with exit code 2 and nothing written."""
    assert refused(scaffold, *arguments) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"- a\n- b\n", "are no mapping.\n  They are a list."),
        (b"", "are no mapping.\n  They are empty."),
        (b"just words", "are no mapping.\n  They are a single value."),
        (b"a: b: c", "are not YAML or JSON.\n  mapping values are not allowed here in line 1, column 5."),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "are not YAML or JSON.\n  It is not UTF-8 text."),
        (b"a: \x00", "are not YAML or JSON.\n  "),
        (b"a: !!python/object:os.system {}", "are not YAML or JSON.\n  could not determine a constructor"),
        (b"[" * 100_000, "are not YAML or JSON.\n  "),
        (b"x: " + b"y" * 50_000_000, "are not YAML or JSON.\n  It is larger than 1 MB."),
    ],
    ids=["list", "empty", "scalar", "broken", "binary", "nul", "tag", "deep", "50-megabytes"],
)  # fmt: skip
def test_answers_that_are_no_answers(
    scaffold: Scaffold, tmp_path: Path, content: bytes, text: str
) -> None:
    """A file that is not a mapping in YAML or JSON is told for what it is."""
    file = tmp_path / "answers.yml"
    file.write_bytes(content)
    told = refused(scaffold, "new", "shop", *QUICK, "--answers", str(file))
    assert told.startswith(f"Error: The answers in '{file}' {text}")


def test_an_unreadable_file_is_told(scaffold: Scaffold, tmp_path: Path) -> None:
    """No permission to read is an error like any other."""
    file = tmp_path / "answers.yml"
    file.write_text("api_first: yes")
    file.chmod(0)
    if os.access(file, os.R_OK):
        file.unlink()
        file.symlink_to(file)  # root reads everything, but not a loop
    assert "cannot be read" in refused(scaffold, "new", "shop", *QUICK, "--answers", str(file))


def test_without_a_terminal_missing_answers_are_named(scaffold: Scaffold) -> None:
    """The error names the options that answer."""
    told = refused(scaffold, "new", "shop", "-d", "api_first=yes")
    assert told.startswith("Error: There is no terminal to ask on, and answers are missing.\n")
    assert "  Not answered: package_name, description, author_name," in told
    assert "--defaults, or answer with -d package_name=... or --answers FILE." in told


@pytest.mark.slow
def test_without_a_terminal_complete_answers_are_enough(scaffold: Scaffold, tmp_path: Path) -> None:
    """Nothing is asked when nothing is left to ask."""
    scaffold("new", "shop", "first", *QUICK)
    answers = {k: v for k, v in recorded("first").items() if not k.startswith("_")}
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    result = scaffold(
        "new", "shop", "second", "--no-install", "--answers", str(tmp_path / "answers.json")
    )
    assert (result.code, result.err) == (0, "")
    assert tree(Path("first")) == tree(Path("second"))


def test_a_target_with_something_in_it_is_refused(scaffold: Scaffold) -> None:
    """What is there is named, and no file is touched."""
    Path("shop").mkdir()
    for name in "abcdefg":
        (Path("shop") / name).write_text(name)
    assert refused(scaffold, "new", "shop", *QUICK) == (
        "Error: 'shop' is not empty.\n"
        "  It holds a, b, c, d, e and 2 more.\n"
        "  Name another directory, or empty this one yourself. With --merge the project goes into it,\n"
        "  and nothing of yours is changed without asking.\n"
    )


def test_a_hidden_file_counts(scaffold: Scaffold) -> None:
    """A directory with nothing but a hidden file is not empty."""
    Path("shop").mkdir()
    Path("shop/.keep").touch()
    assert "It holds .keep." in refused(scaffold, "new", "shop", *QUICK)


def test_a_file_as_target_is_refused(scaffold: Scaffold) -> None:
    Path("shop").write_text("mine")
    assert refused(scaffold, "new", "shop", *QUICK) == (
        "Error: 'shop' is not a directory.\n  Name another directory.\n"
    )


def test_a_dangling_link_is_refused(scaffold: Scaffold) -> None:
    Path("shop").symlink_to("nowhere")
    assert refused(scaffold, "new", "shop", *QUICK) == (
        "Error: 'shop' is a link that leads nowhere.\n"
        "  It points to 'nowhere'.\n"
        "  Name another directory.\n"
    )


@pytest.mark.parametrize("target", ["/proc/shop", "file/shop", "x" * 300])
def test_a_target_that_cannot_be_written_is_refused(scaffold: Scaffold, target: str) -> None:
    """Read-only places, files on the way, and names too long for the file system."""
    Path("file").touch()
    told = refused(scaffold, "new", "shop", target, *QUICK)
    assert told.startswith(f"Error: The project cannot be put into '{target}'.\n")
    assert told.endswith("Name a directory that you may write to.\n")


@pytest.mark.parametrize(
    "target",
    [".", *(pytest.param(t, marks=pytest.mark.slow) for t in ("empty", "link", "deep/er/shop"))],
)
def test_every_kind_of_target(
    scaffold: Scaffold, target: str, tmp_path: Path, shop: dict[str, bytes]
) -> None:
    """The current directory, an empty one, a link, and missing parents all get the same tree."""
    Path("empty").mkdir() if target == "empty" else None
    if target == "link":
        (tmp_path / "behind").mkdir()
        Path("link").symlink_to(tmp_path / "behind")
    result = scaffold("new", "shop", target, *QUICK)
    assert (result.code, result.err) == (0, "")
    assert tree(Path(target)) == shop
    assert not list(Path(target).glob(".scaffold-*"))
    assert not list(Path(target).parent.glob(".scaffold-*"))
    assert ("  cd " in result.out) == (target != ".")


@pytest.mark.slow
def test_the_directory_gets_ordinary_permissions(scaffold: Scaffold) -> None:
    """The staging folder is private; the project follows the umask like any other."""
    Path("plain").mkdir()
    scaffold("new", "shop", *QUICK)
    assert stat.S_IMODE(Path("shop").stat().st_mode) == stat.S_IMODE(Path("plain").stat().st_mode)


def test_no_interpreter_for_the_floor_is_told_before_rendering(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Python is never downloaded: the error comes first and names the way out."""
    (tmp_path / "git").symlink_to(shutil.which("git") or "git")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    told = refused(scaffold, "new", "shop", "--defaults", "-d", "python=3.14")
    assert told.startswith("Error: No Python 3.14 or newer is installed here.\n")
    assert "or choose a lower one with -d python=...\n" in told


def test_an_unknown_option_is_told(scaffold: Scaffold) -> None:
    """A misspelt option ends with 2 and points to the help."""
    assert "No such option: --default" in refused(scaffold, "new", "shop", "--default")


@pytest.mark.slow
def test_inside_a_repository_no_other_is_made(scaffold: Scaffold) -> None:
    """The outer repository stays as it is; the person commits there."""
    subprocess.run(["git", "init", "--quiet"], check=True)
    result = scaffold("new", "shop", *QUICK)
    assert result.code == 0
    assert not Path("shop/.git").exists()
    assert "It lies inside a repository of yours, so none was made" in result.out


def test_a_machine_without_git_identity_stages_the_files(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any identity nothing is committed under a made-up name; it says so."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    result = scaffold("new", "shop", *QUICK)
    assert result.code == 0
    assert "git knows no identity here" in result.out
    staged = subprocess.run(
        ["git", "diff", "--cached", "--name-only"], cwd="shop", capture_output=True, text=True, check=True
    ).stdout.split()  # fmt: skip
    assert "pyproject.toml" in staged


@pytest.mark.slow
def test_the_authors_answers_are_the_fallback_identity(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit has the author of the answers where git knows none."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    author = ("-d", "author_name=Ada Lovelace", "-d", "author_email=ada@example.org")
    scaffold("new", "shop", *QUICK, *author)
    log = subprocess.run(
        ["git", "log", "--format=%an <%ae>"], cwd="shop", capture_output=True, text=True, check=True
    )
    assert log.stdout == "Ada Lovelace <ada@example.org>\n"


@pytest.mark.slow
def test_a_users_hooks_and_signing_are_left_aside(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first commit is unsigned and runs no hook of the person's own."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    config = tmp_path / "config"
    config.write_text(
        f"[user]\nname = G\nemail = g@example.org\n[core]\nhooksPath = {hooks}\n"
        "[commit]\ngpgSign = true\n[user]\nsigningKey = none\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    assert scaffold("new", "shop", *QUICK).code == 0


@pytest.mark.slow
def test_without_git_the_project_is_made_all_the_same(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Git is wanted, not needed: rendering from a plain folder does without."""
    folder = copy_template(tmp_path / "template")
    monkeypatch.setenv("PATH", str(tmp_path))
    result = scaffold("new", "shop", *QUICK, "--template", str(folder))
    assert (result.code, result.err) == (0, "")
    assert "git is not installed, so no repository was made." in result.out
