"""A team's profile, `scaffold.toml`: defaults for some questions, and locked answers."""

import contextlib
import dataclasses
import difflib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold import source
from scaffold.errors import AnswerError, ProfileError
from scaffold.questionnaire import Answers, Questionnaire

FILE = "scaffold.toml"

# What one project is called, and what is recorded of the profile itself.
_NOT_FOR_TEAMS = ("project_name", "package_name", "profile", "adopted")
_LARGEST = 1_000_000  # bytes; a full profile has about two thousand
_LONGEST = {"name": 50, "reason": 200}  # characters


@dataclass(frozen=True)
class Lock:
    """An answer that a profile holds fast.

    Args:
        answer: The answer.
        reason: Why, as it is shown.

    """

    answer: str
    reason: str


@dataclass(frozen=True)
class Profile:
    """What a team has settled for its projects; empty where there is no profile.

    Args:
        name: Whose profile it is.
        address: The git address that it came from, where others can read it too.
        defaults: Default by question.
        locks: Locked answer by question.

    """

    name: str = ""
    address: str = ""
    defaults: Mapping[str, str] = dataclasses.field(default_factory=dict)
    locks: Mapping[str, Lock] = dataclasses.field(default_factory=dict)

    @property
    def record(self) -> str:
        """What a project records of it: nothing of the machine that it lay on."""
        return f"{self.name} ({self.address})" if self.address else self.name

    @property
    def introduction(self) -> str:
        """What is said before a recommendation that it had a part in; nothing without one."""
        return f"Your profile: {self.record}.\n\n" if self.name else ""

    @property
    def reasons(self) -> Answers:
        """Why each locked question is locked, and by whom."""
        return {name: f"{self.name}: {lock.reason}" for name, lock in self.locks.items()}

    def prepare(self, questions: Questionnaire) -> Questionnaire:
        """Return the questions with this profile's defaults, and its reasons for what it locks."""
        giver = f"Your profile ({self.name})"
        return questions.with_defaults(self.defaults, giver).with_locked(self.reasons)

    @property
    def recorded(self) -> Mapping[Any, str]:
        """The answer that records it; none where there is no profile."""
        return {"profile": self.record} if self.name else {}

    def hold(self, given: Mapping[str, str]) -> Answers:
        """Return the given answers together with those that this profile holds fast.

        Raises:
            AnswerError: One of the given answers overrules one of these.

        """
        reasons = {**self.reasons, "profile": "That is the profile in use."}
        held = {name: lock.answer for name, lock in self.locks.items()} | dict(self.recorded)
        for name, answer in held.items():
            if given.get(name, answer) != answer:
                raise AnswerError(
                    f"'{name}' is locked to '{answer}', and '{given[name]}' was given",
                    why=reasons[name],
                    todo="Leave that answer out, or set your profile aside with --no-profile.",
                    question=name,
                )
        return {**given, **held}


def find(address: str | None, questions: Questionnaire, *, ignored: bool = False) -> Profile:
    """Read a profile: the named one, else the user's own, else none.

    Args:
        address: A file or a git address; None for the user's own profile.
        questions: The questions that it may answer.
        ignored: Whether the user's own is set aside.

    Raises:
        ProfileError: It is not there, cannot be read, or holds what is no profile.

    """
    if address is not None and ignored:
        raise ProfileError(
            "--profile and --no-profile exclude each other", todo="Leave one of them out."
        )
    if address is None:
        own = _own()
        return _read(own, str(own), questions) if own and not ignored else Profile()
    if not source.is_git(address):
        return _read(Path(address), address, questions)
    with _cloned(address) as folder:
        found = _read(folder / FILE, f"{FILE} of {source.without_secret(address)}", questions)
    return dataclasses.replace(found, address=source.shared(address))


def _own() -> Path | None:
    """Return the path of the user's profile, where there is one."""
    configured = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    try:
        folder = configured if configured.is_absolute() else Path.home() / ".config"
        path = folder / "scaffold" / FILE
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # none, or nobody's home
        return None
    except OSError:  # told where it is read: a lock is not lost in silence
        return path
    return path


@contextlib.contextmanager
def _cloned(address: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="scaffold-profile-") as name:
        folder = Path(name) / "clone"
        problem = source.clone(address, folder)
        if problem:
            raise ProfileError(
                f"The profile at '{source.without_secret(address)}' cannot be cloned",
                why=problem,
                todo="Check the address, and that git may read it.",
            )
        yield folder


def _read(path: Path, shown: str, questions: Questionnaire) -> Profile:
    try:
        data = _load(path)
    except OSError as error:
        raise ProfileError(
            f"The profile '{shown}' cannot be read",
            why=f"{error.strerror}.",
            todo="Name a file that exists and that you may read, or a git address.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProfileError(
            f"The profile '{shown}' is not TOML",
            why="It is not UTF-8 text." if isinstance(error, UnicodeDecodeError) else f"{error}.",
            todo="Mend it there, or set your profile aside with --no-profile.",
        ) from error
    return _Reader(shown, questions).profile(data)


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"It is larger than {_LARGEST // 1_000_000} MB")
    import tomllib  # most people have no profile

    return tomllib.loads(content.decode("utf-8-sig"))


class _Reader:
    """Turn the tables of one file into a profile, or tell what is wrong with them.

    Args:
        shown: The file, as it is told.
        questions: The questions that it may answer.

    """

    def __init__(self, shown: str, questions: Questionnaire) -> None:
        self._shown = shown
        self._questions = questions

    def profile(self, data: Mapping[str, Any]) -> Profile:
        self._keys(data, ("name", "defaults", "locked"), "")
        defaults = self._table(data.get("defaults", {}), "defaults")
        locked = self._table(data.get("locked", {}), "locked")
        name = self._line(data, "name", "")
        for question in locked:
            self._keys(self._table(locked[question], f"locked.{question}"),
                       ("answer", "reason"), f"locked.{question}")  # fmt: skip
            if "answer" not in locked[question]:
                raise self._wrong(f"[locked.{question}] has no 'answer'", "", "Give it one.")
        answers = self._answers({key: table["answer"] for key, table in locked.items()})
        return Profile(
            name=name,
            defaults=self._answers(defaults),
            locks={
                key: Lock(answer, self._line(locked[key], "reason", f"locked.{key}"))
                for key, answer in answers.items()
            },
        )

    def _answers(self, given: Mapping[str, Any]) -> Answers:
        """Return answers, each checked as `scaffold new` checks it."""
        for key in given:
            if key in _NOT_FOR_TEAMS:
                raise self._wrong(
                    f"A profile cannot answer '{key}'",
                    "It is another for each project.",
                    "Leave it out.",
                )
        try:
            answers = self._questions.check(given)
        except AnswerError as error:
            raise self._wrong(error.what, error.why, error.todo) from error
        others = self._questions.complete({"project_name": "project"})
        for key, answer in answers.items():
            # What choices go together is known only when all of a project is.
            if not self._questions.questions[key].choices and (
                refused := self._questions.refusal(key, answer, others)
            ):
                raise self._wrong(refused.what, refused.why, "Mend it there.")
        return answers

    def _table(self, value: object, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(f"'{name}' is no table", "", f"Write it under [{name}].")
        return value

    def _keys(self, table: Iterable[str], known: tuple[str, ...], name: str) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                raise self._wrong(
                    f"There is no key '{key}'{f' in [{name}]' if name else ''}",
                    f"Did you mean '{near[0]}'?" if near else "",
                    f"The keys are: {', '.join(known)}.",
                )

    def _line(self, table: Mapping[str, Any], key: str, name: str) -> str:
        """Return a text that is shown, and told in one line."""
        text, longest = table.get(key), _LONGEST[key]
        place = f"[{name}]" if name else "It"
        if not isinstance(text, str) or not text.strip():
            raise self._wrong(f"{place} has no '{key}'", "", f'Write {key} = "...".')
        if not text.isprintable() or len(text) > longest:
            what = f"The '{key}'{f' of {place}' if name else ''} is not one short line"
            raise self._wrong(what, f"It has at most {longest} printable characters.", "")
        return text.strip()

    def _wrong(self, what: str, why: str, todo: str) -> ProfileError:
        return ProfileError(f"In the profile '{self._shown}': {what}", why=why, todo=todo)
