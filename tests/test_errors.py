"""Errors are told, never shown raw: in one style, with an exit code, and in a table."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Scaffold, copy_template, nothing_in
from scaffold import errors, recommend
from scaffold.errors import ScaffoldError

QUICK = ("--defaults", "--no-install")

HEAD = """\
# Errors

Each tells what happened, why, and what to do; nothing of yours is deleted or left half written.
Made from `src/scaffold/errors.py`; `RENEW_ERRORS=1 uv run pytest tests/test_errors.py -k table`
writes it anew.

| error | exit code | means |
| --- | --- | --- |
"""
FOOT = """
Ctrl-C is no error, and ends with 130; a signal that ends it, with 128 and its number. `--debug`,
before the command, shows where in scaffold an error comes from: `scaffold --debug new shop`.
"""


def table() -> str:
    """Return the table of all errors, in the order of the module."""
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, ScaffoldError)
    ]
    rows = [
        f"| `{cls.__name__}` | {cls.exit_code} | {(cls.__doc__ or '').splitlines()[0]} |\n"
        for cls in classes
    ]
    return HEAD + "".join(rows) + FOOT


def test_the_table_of_errors_is_what_the_module_says() -> None:
    """Whoever adds an error finds it in the documents."""
    page = ROOT / "docs/errors.md"
    if os.environ.get("RENEW_ERRORS"):
        page.write_text(table())
    assert page.read_text() == table()


def test_the_readme_names_every_exit_code() -> None:
    codes = {
        cls.exit_code
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, ScaffoldError)
    }
    readme = (ROOT / "README.md").read_text()
    assert all(f"\n| {code} | " in readme for code in codes | {0, 130})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ("new", "shop", "--default"),
            "Error: No such option: --default (Possible options: --data, --defaults).\n"
            "  `scaffold new --help` shows how it is called.\n",
        ),
        (
            ("new", "shop", "--framework", "django"),
            "Error: Invalid value for '--framework': Value error, 'django' is not one of"
            " 'flask', 'fastapi'.\n  `scaffold new --help` shows how it is called.\n",
        ),
        (
            ("nw",),
            "Error: No such command 'nw'.\n  Did you mean 'new'?\n"
            "  `scaffold --help` shows how it is called.\n",
        ),
    ],
)
def test_a_misspelt_call_is_told_in_the_same_style(
    scaffold: Scaffold, arguments: tuple[str, ...], text: str
) -> None:
    result = scaffold(*arguments)
    assert (result.code, result.err) == (2, text)


def test_no_command_at_all_shows_what_there_is(scaffold: Scaffold) -> None:
    result = scaffold()
    assert result.code == 2
    assert "Commands:" in result.err
    assert "Error" not in result.err


def test_debug_alone_shows_where_an_error_comes_from(scaffold: Scaffold) -> None:
    """The told error stands last either way."""
    plain = scaffold("new", "a/b", *QUICK)
    debugged = scaffold("--debug", "new", "a/b", *QUICK)
    assert "Traceback" not in plain.err
    assert debugged.err.startswith("Traceback (most recent call last):\n")
    assert "scaffold.errors.AnswerError: " in debugged.err
    assert debugged.err.endswith(plain.err)
    assert debugged.code == plain.code == 2


def test_a_bug_is_told_as_one(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody expected is not the user's fault, and where to report it is said."""

    def broken(*_: object) -> None:
        raise KeyError("flavour")

    monkeypatch.setattr(recommend, "recommend", broken)
    result = scaffold("recommend", "-d", "api_first=yes")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "Error: Something happened that scaffold was not made for.\n"
        "  KeyError: 'flavour'\n"
        "  This is a bug of scaffold, not a mistake of yours.\n"
        "  Run again as `scaffold --debug ...`, and report what it shows, with the command,\n"
        "  where you have scaffold from.\n"
    )
    debugged = scaffold("--debug", "recommend", "-d", "api_first=yes")
    assert 'raise KeyError("flavour")' in debugged.err


def test_a_failing_machine_is_no_bug(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one without a folder for temporary files."""

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28), "/tmp/x")  # noqa: S108 - only a name

    monkeypatch.setattr(recommend, "recommend", full)
    result = scaffold("recommend", "-d", "api_first=yes")
    assert result.code == 1
    assert "This machine refused" in result.err
    assert "  No space left on device: /tmp/x\n" in result.err


Break = Callable[[Path], object]


def appended(file: str, text: str) -> Break:
    def change(root: Path) -> None:
        (root / file).write_text(f"{(root / file).read_text()}\n{text}\n")

    return change


def written(file: str, content: bytes | str) -> Break:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda root: (root / file).write_bytes(data)


def replaced(file: str, old: str, new: str) -> Break:
    def change(root: Path) -> None:
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new))

    return change


README = "template/README.md.jinja"
EXTRA = "extra:\n  type: "

BROKEN: dict[str, tuple[Break, str]] = {
    "no-yaml": (written("copier.yml", "a: b: c"), "mapping values are not allowed"),
    "empty": (written("copier.yml", ""), "This is not a template of scaffold"),
    "binary": (written("copier.yml", b"\xff\x00"), "can't decode byte 0xff"),
    "another": (written("copier.yml", "name: {type: str}"), "does not ask for project_name, author_name"),
    "no-rules": (lambda root: (root / "rules.yml").unlink(), "no usable rules.yml"),
    "two-files": (written("copier.yaml", "a: b"), "MultipleConfigFilesError"),
    "syntax": (appended(README, "{% if %}"), f"TemplateSyntaxError in {README}, line 2"),
    "undefined": (appended(README, "{{ nowhere }}"), "'nowhere' is undefined"),
    "division": (appended(README, "{{ 1 // 0 }}"), "ZeroDivisionError in template/README"),
    "include": (appended(README, "{% include 'gone' %}"), "TemplateNotFound in template/README"),
    "endless": (appended(README, "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"), "Recursion"),
    "unsafe": (appended(README, "{{ ''.__class__.__mro__ }}"), "SecurityError"),
    "latin-1": (written("template/x.jinja", b"\xe9\xff"), "UnicodeDecodeError"),
    "outside": (lambda root: (root / "template/out").symlink_to("/etc"), '"out" is forbidden'),
    "dangling": (lambda root: (root / "template/out").symlink_to("no"), "FileNotFoundError"),
    "tasks": (appended("copier.yml", "_tasks: ['touch made']"), "wants to run code of its own"),
    "extension": (appended("copier.yml", "_jinja_extensions: [no.Such]"), "copier copy --trust"),
    "new-copier": (replaced("copier.yml", '"9.19.0"', '"99.0"'), "needs a newer Copier"),
    "no-version": (replaced("copier.yml", '"9.19.0"', "newest"), "Invalid version: 'newest'"),
    "envops": (replaced("copier.yml", "jinja2.StrictUndefined", "my.Own"), "ConfigFileError"),
    "type": (appended("copier.yml", f"{EXTRA}colour\n  default: red"), "InvalidTypeError"),
    "choice": (appended("copier.yml", f"{EXTRA}str\n  choices: [a]\n  default: c"), "Invalid choice"),
    "number": (appended("copier.yml", f"{EXTRA}int\n  default: red"), "invalid literal for int()"),
    "value": (appended("copier.yml", f"{EXTRA}yaml\n  default: 'a: b: c'"), "cannot be evaluated"),
    "when": (appended("copier.yml", f"{EXTRA}str\n  default: a\n  when: '{{{{ 1 // 0 }}}}'"), "by zero"),
    "help": (appended("copier.yml", f"{EXTRA}str\n  default: a\n  help: [1]"), "cannot be rendered"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
# Copier leaves directory iterators open when a file cannot be rendered.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_template_is_told(scaffold: Scaffold, tmp_path: Path, case: str) -> None:
    """Copier, Jinja and YAML never reach a person raw, nothing is written, and nothing runs."""
    folder = copied(tmp_path)
    spoil, text = BROKEN[case]
    spoil(folder)
    result = scaffold("new", "shop", *QUICK, "--template", str(folder))
    assert result.code == 1
    assert result.err.startswith("Error: ")
    assert text in result.err
    assert result.err.splitlines()[-1].startswith("  ")
    for raw in ("Traceback", "bug of scaffold", "Warning", "INVALID"):
        assert raw not in result.err
    assert nothing_in(Path.cwd())


def test_a_template_for_an_older_copier_is_rendered_quietly(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    """Copier's warning would tell nobody anything to do."""
    folder = copied(tmp_path)
    replaced("copier.yml", '"9.19.0"', '"8.0"')(folder)
    result = scaffold("new", "shop", *QUICK, "--template", str(folder))
    assert (result.code, result.err) == (0, "")


@pytest.mark.slow
def test_a_project_without_checks_is_kept_and_told(scaffold: Scaffold, tmp_path: Path) -> None:
    """A template of somebody else's may have no task to prove its projects with."""
    folder = copied(tmp_path)
    replaced("template/pyproject.toml.jinja", "[tool.poe.tasks.check]", "[tool.poe.tasks.prove]")(
        folder
    )
    result = scaffold("new", "shop", "--defaults", "--template", str(folder))
    assert result.code == 3
    assert "has no tasks 'check' and 'dev'" in result.err
    assert Path("shop/pyproject.toml").exists()


def copied(tmp_path: Path) -> Path:
    """Return a copy of this template as a folder of its own."""
    return copy_template(tmp_path / "template")
