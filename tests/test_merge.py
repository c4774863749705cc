"""Merging into a folder that holds something: asked, whole, and nothing of a user's is lost."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Scaffold, tree
from scaffold import merge, reconcile, staging
from scaffold.errors import RenderError, TargetError
from scaffold.interview import Back
from terminals import DOWN, ENTER, ESCAPE, INTERRUPT, UP, Open

NEW = ("new", "shop", "--defaults", "--no-install", "--merge")
ASK = ("-d", "description=Sells things.")


@pytest.fixture
def mine() -> Path:
    """Return a folder with files of a user's: two that differ, and one of their own."""
    folder = Path("shop")
    folder.mkdir()
    (folder / "LICENSE").write_text("My own terms.\n")
    (folder / "README.md").write_text("# My shop\n\x1b[2Jcleared\r\n")
    (folder / "notes").mkdir()
    (folder / "notes/todo.txt").write_text("tomorrow")
    return folder


def files(folder: Path, **contents: str) -> Path:
    """Write files below a folder; `__` in a name stands for a slash."""
    for name, content in contents.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def compared(target: str = "target", *, install: bool = False) -> list[merge.File]:
    return merge.compare(
        Path("theirs").resolve(), staging.find(target, merge=True), install=install
    )


def merged(taken: set[str], target: str = "target") -> None:
    merge.write(compared(target), taken, staging.find(target, merge=True))


def test_what_differs_needs_a_terminal(scaffold: Scaffold, mine: Path) -> None:
    """Without one it is refused, whole, with what to do."""
    before = tree(mine)
    result = scaffold(*NEW)
    assert result.code == 2
    assert result.err == (
        "Error: There is no terminal to ask on, and files differ.\n"
        "  LICENSE\n  README.md\n"
        "  Nothing was written. Run it on a terminal, or move these files out of the way;\n"
        "  --dry-run --merge shows what would happen.\n"
    )
    assert tree(mine) == before
    assert sorted(path.name for path in mine.iterdir()) == ["LICENSE", "README.md", "notes"]


def test_where_nothing_differs_nothing_is_asked(scaffold: Scaffold, shop: dict[str, bytes]) -> None:
    """New files are added; files that are the same, and the user's own, are left."""
    files(Path("shop"), notes="tomorrow")
    Path("shop/LICENSE").write_bytes(shop["LICENSE"])
    Path("shop/LICENSE").chmod(0o600)
    untouched = Path("shop/LICENSE").stat()
    result = scaffold(*NEW)
    assert (result.code, result.err) == (0, "")
    assert tree(Path("shop")) == {**shop, "notes": b"tomorrow"}
    now = Path("shop/LICENSE").stat()
    assert (now.st_ino, now.st_mtime_ns) == (untouched.st_ino, untouched.st_mtime_ns)
    assert now.st_mode == untouched.st_mode
    assert f"{len(shop) - 1} new, 1 the same, 0 kept as they were, 0 taken." in result.out
    assert not Path("shop/.git").exists()
    assert "so nothing was committed" in result.out


def test_an_empty_folder_is_no_merge(scaffold: Scaffold, shop: dict[str, bytes]) -> None:
    """There the project is made as ever, with its first commit."""
    Path("shop").mkdir()
    assert scaffold(*NEW).code == 0
    assert tree(Path("shop")) == shop
    assert Path("shop/.git").is_dir()


def test_a_repository_of_the_users_stays_as_it_is(scaffold: Scaffold) -> None:
    Path("shop").mkdir()
    for command in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "mine")):
        subprocess.run(["git", *command], cwd="shop", check=True)
    before = {path: path.read_bytes() for path in Path("shop/.git").rglob("*") if path.is_file()}
    assert scaffold(*NEW).code == 0
    after = {path: path.read_bytes() for path in Path("shop/.git").rglob("*") if path.is_file()}
    assert after == before


def test_installing_never_changes_what_is_the_users(scaffold: Scaffold) -> None:
    """A lock file or an environment that is there already is told before anything is written."""
    files(Path("shop"), **{"uv.lock": "mine", ".venv__mine": "mine"})
    before = tree(Path.cwd())
    result = scaffold("new", "shop", "--defaults", "--merge")
    assert result.code == 2
    assert "'.venv' is yours, and installing would change it" in result.err
    assert "'uv.lock' is yours" in result.err
    assert tree(Path.cwd()) == before
    assert scaffold(*NEW).code == 0
    assert before.items() <= tree(Path.cwd()).items()


Obstacle = Callable[[Path], object]


OBSTACLES: dict[str, tuple[Obstacle, str]] = {
    "folder": (lambda t: (t / "a").mkdir(), "'a' is a folder of yours, and the project has a file"),
    "file": (lambda t: (t / "b").touch(), "'b' is a file of yours, and the project has a folder"),
    "folder-out": (lambda t: (t / "b").symlink_to("/"), "'b' is a link that leads out of the"),
    "file-out": (lambda t: (t / "a").symlink_to("../theirs/a"), "'a' is a link that leads out"),
    "nowhere": (lambda t: (t / "a").symlink_to("no"), "'a' is a link that leads nowhere"),
    "loop": (lambda t: (t / "a").symlink_to("a"), "'a' is a link that leads nowhere"),
    "folder-nowhere": (lambda t: (t / "b").symlink_to("c"), "'b' is a link that leads nowhere"),
    "pipe": (lambda t: os.mkfifo(t / "a"), "'a' is no ordinary file"),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_stands_in_the_way_is_told_before_anything_is_written(case: str) -> None:
    """No folder, link or device of a user's is replaced, and nothing is written through a link."""
    files(Path("theirs"), a="1", b__c="2", d="3")
    target = files(Path("target"), mine="mine")
    put, text = OBSTACLES[case]
    put(target)
    before = sorted(target.rglob("*"))
    with pytest.raises(TargetError) as error:
        merged(set())
    assert text in error.value.why
    assert sorted(target.rglob("*")) == before


def test_a_read_only_folder_is_told() -> None:
    """Where its permissions or its mount say so."""
    files(Path("theirs"), a="1", b__c="2")
    folder = files(Path("target"), b__mine="mine") / "b"
    folder.chmod(0o500)
    mounted = False
    if os.access(folder, os.W_OK):  # root may write everything, but not on a read-only mount
        command = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        if not mounted:
            pytest.skip("root without the right to mount cannot see a read-only folder")
    try:
        with pytest.raises(TargetError) as error:
            merged(set())
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        folder.chmod(0o700)
    assert error.value.why == "'b' is read-only"
    assert tree(Path("target")) == {"b/mine": b"mine"}


def test_a_template_may_not_change_a_repository() -> None:
    """Hooks of a template would be code that runs."""
    files(Path("theirs"), **{".git__hooks__pre-commit": "#!/bin/sh"})
    files(Path("target"), mine="mine")
    with pytest.raises(TargetError) as error:
        compared()
    assert "your repository itself" in error.value.why


@pytest.mark.parametrize("failing", [OSError(28, os.strerror(28), "x"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", range(4))
def test_a_merge_is_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, failing: BaseException, after: int
) -> None:
    """A full disk or Ctrl-C amid the renames: everything is as it was."""
    files(Path("theirs"), a="1", b="2", c__d="3", e="4")
    target = files(Path("target"), b="mine", e="mine")
    before = {path: path.stat().st_mode for path in sorted(target.rglob("*"))}
    rename, steps = Path.rename, iter(range(after + 1))

    def stopped(self: Path, to: Path) -> Path:
        if next(steps, None) == after:  # once: the way back renames too
            raise failing
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", stopped)
    with pytest.raises((RenderError, KeyboardInterrupt)):
        merged({"b", "e"})
    assert {path: path.stat().st_mode for path in sorted(target.rglob("*"))} == before
    assert tree(target) == {"b": b"mine", "e": b"mine"}


def test_what_changed_since_it_was_asked_is_not_replaced() -> None:
    """Neither a file that was edited meanwhile, nor one that has appeared."""
    files(Path("theirs"), a="1", b="2")
    target = files(Path("target"), b="mine")
    found = compared()
    files(target, b="edited")
    with pytest.raises(TargetError, match="'b' has changed meanwhile"):
        merge.write(found, {"b"}, staging.find("target", merge=True))
    assert tree(target) == {"b": b"edited"}
    files(target, a="appeared", b="mine")
    with pytest.raises(TargetError, match="'a' has changed meanwhile"):
        merge.write(found, {"b"}, staging.find("target", merge=True))
    assert tree(target) == {"a": b"appeared", "b": b"mine"}


def test_a_link_gives_way_and_what_it_led_to_stays() -> None:
    files(Path("theirs"), a="1")
    target = files(Path("target"), b="mine")
    (target / "a").symlink_to("b")
    merged({"a"})
    assert tree(target) == {"a": b"1", "b": b"mine"}
    assert not (target / "a").is_symlink()


PLACES = st.sampled_from(["nothing", "same", "other", "folder", "file", "in", "out", "nowhere"])


@given(st.lists(PLACES, min_size=3, max_size=3), st.sets(st.sampled_from("abc")))
@settings(max_examples=150, deadline=None)
def test_nothing_of_a_users_is_ever_lost(places: list[str], taken: set[str]) -> None:
    """Whatever is there and whatever is taken: only what was taken has changed."""
    with tempfile.TemporaryDirectory() as name:
        theirs, target = Path(name).resolve() / "theirs", Path(name).resolve() / "target"
        files(theirs, **{key: f"theirs {key}" for key in "abc"})
        files(target, kept="kept")
        for key, what in zip("abc", places, strict=True):
            _put(target / key, what, key)
        before = {path: _what(path) for path in Path(name).resolve().rglob("*")}
        found = staging.find(str(target), merge=True)
        written = set()
        try:
            compare = merge.compare(theirs, found, install=False)
            chosen = {file.path for file in compare if file.state == "differs"} & taken
            merge.write(compare, chosen, found)
            written = {target / file.path for file in compare if file.state == "new"}
            written |= {target / path for path in chosen}
        except TargetError:
            assert set(places) & {"folder", "out", "nowhere"}
        after = {path: _what(path) for path in Path(name).resolve().rglob("*")}
        for path in before.keys() | after.keys():
            if path in written:
                assert after[path] == f"theirs {path.name}"
            else:
                assert after.get(path) == before.get(path)


def _put(place: Path, what: str, key: str) -> None:
    if what == "folder":
        files(place, inner="mine")
    elif what in {"in", "out", "nowhere"}:
        place.symlink_to({"in": "kept", "out": "../theirs/a", "nowhere": "no"}[what])
    elif what != "nothing":
        place.write_text(f"theirs {key}" if what == "same" else "mine")


def _what(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return "folder" if path.is_dir() else path.read_text()


def test_a_diff_shows_what_a_terminal_would_hide() -> None:
    """Control characters, other line ends, a missing last line feed, and what is no text."""
    files(Path("theirs"), a="one\ntwo", b="\0", c="1" * 1_000_001)
    files(Path("target"), a="one\r\n\x1b[2Jtwo\n", b="mine", c="mine")
    found = {file.path: file.diff() for file in compared()}
    assert found["a"] == [
        "--- a (mine)",
        "+++ a (theirs)",
        "@@ -1,2 +1,2 @@",
        "-one\\x0d",
        "-\\x1b[2Jtwo",
        "+one",
        "+two",
        "\\ No newline at the end",
    ]
    assert found["b"] == ["mine has 4 bytes, theirs 1"]
    assert found["c"] == ["mine has 4 bytes, theirs 1000001"]


class Told:
    """Someone who answers what was told beforehand."""

    def __init__(self, *answers: str) -> None:
        self.answers = iter(answers)
        self.seen: list[tuple[str, str, list[str]]] = []

    def pick(self, shown: str, text: str, options: list[tuple[str, str]]) -> str:
        self.seen.append((shown, text, [value for _, value in options]))
        answer = next(self.answers)
        if answer == "back":
            raise Back
        return answer


def test_a_step_back_asks_the_file_before_again() -> None:
    """And its other answer holds."""
    files(Path("theirs"), a="1", b="2")
    files(Path("target"), a="mine", b="mine")
    asker = Told("back", "theirs", "back", "mine", "theirs")
    assert reconcile.decide(compared(), asker) == {"b"}
    assert [text.split()[1] for _, text, _ in asker.seen] == ["1", "1", "2", "1", "2"]


def test_a_long_difference_is_cut_until_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "24")
    files(Path("theirs"), a="".join(f"{n}\n" for n in range(100)))
    files(Path("target"), a="mine\n")
    asker = Told("difference", "file", "mine")
    assert reconcile.decide(compared(), asker) == set()
    short, whole, file = (shown.splitlines() for shown, _, _ in asker.seen)
    assert (len(short), short[-1]) == (15, "... 90 more lines")
    assert len(whole) == 104
    assert (file[0], file[-1]) == ("0", "99")
    assert asker.seen[0][2] == ["mine", "theirs", "difference", "file"]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 80])
def test_a_merge_on_a_terminal(
    terminal: Open, mine: Path, shop: dict[str, bytes], columns: int
) -> None:
    """Each difference is shown in colour; mine is kept unless theirs is taken; one can go back."""
    run = terminal(*NEW, columns=columns)
    run.sees("\x1b[31m-My own terms.\x1b[0m").sees("Merge, 1 of 2: LICENSE").sees("keep mine")
    run.types(DOWN + ENTER).sees("\x1b[0m  take theirs")
    run.sees("-\\x1b[2Jcleared\\x0d").sees("Merge, 2 of 2: README.md").sees("keep mine")
    run.types(ESCAPE).sees("Merge, 1 of 2: LICENSE").sees("keep mine").types(UP + ENTER)
    run.sees("Permission is hereby granted").sees("1 of 2").sees("keep mine").types(ENTER)
    run.sees("2 of 2").sees("keep mine").types(DOWN + ENTER).sees("merge")
    assert run.ends() == 0
    assert "1 kept as they were, 1 taken." in " ".join(run.text.split())
    assert tree(mine) == {
        **shop,
        "LICENSE": b"My own terms.\n",
        "notes/todo.txt": b"tomorrow",
    }


@pytest.mark.slow
@pytest.mark.parametrize("answered", range(2))
@pytest.mark.parametrize("variables", [{}, {"TERM": "dumb"}])
def test_ctrl_c_while_deciding_writes_nothing(
    terminal: Open, mine: Path, answered: int, variables: dict[str, str]
) -> None:
    before = tree(mine)
    run = terminal(*NEW, **variables)
    for number in range(answered):
        run.sees(f"{number + 1} of 2").sees("keep mine").types("2\r")
    run.sees(f"{answered + 1} of 2").sees("keep mine").types(INTERRUPT)
    assert run.ends() == 130
    assert "Traceback" not in run.text
    assert tree(mine) == before
    assert sorted(path.name for path in mine.iterdir()) == ["LICENSE", "README.md", "notes"]


@pytest.mark.slow
def test_a_merge_in_plain_lines_without_colour(
    terminal: Open, mine: Path, shop: dict[str, bytes]
) -> None:
    """Simple terminals and screen readers get the same with numbers; Enter keeps mine."""
    run = terminal(*NEW, TERM="dumb")
    run.sees("-My own terms.").sees("1 of 2").sees("1. keep mine").sees("Enter for 1; < goes back:")
    run.types("2\r").sees("2 of 2").sees("2. take theirs").sees("Enter for 1; < goes back:")
    run.types("\r").sees("merge")
    assert run.ends() == 0
    assert "\x1b[3" not in run.seen
    assert (mine / "LICENSE").read_bytes() == shop["LICENSE"]
    assert (mine / "README.md").read_text().startswith("# My shop")


@pytest.mark.slow
def test_a_merged_project_is_installed_and_proven(scaffold: Scaffold) -> None:
    """As any other; without a commit, for files of the user's were there before."""
    files(Path("shop"), notes="tomorrow")
    result = scaffold("new", "shop", "--defaults", "--merge")
    assert (result.code, result.err) == (0, "")
    assert "is green in" in result.out
    assert Path("shop/.venv").is_dir()
    assert not Path("shop/.git").exists()
    assert Path("shop/notes").read_text() == "tomorrow"
