"""Gather the answers that a call gives: from options, and from a file."""

import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from scaffold.errors import AnswerError, AnswersFileError, ProjectError

RECORD = ".copier-answers.yml"

_LARGEST = 1_000_000  # bytes; a full set of answers has about a thousand


def gather(pairs: Iterable[str], file: str | None, **named: str | None) -> dict[object, object]:
    """Return the given answers, unchecked; a pair comes before the file.

    Args:
        pairs: Answers as `key=value`.
        file: Path of a YAML or JSON file, `-` for standard input.
        named: Answers that have an argument or option of their own.

    Raises:
        AnswerError: A pair has no `=`, or two places answer the same question differently.
        AnswersFileError: The file cannot be read as a mapping.

    """
    answers = read_file(file) if file is not None else {}
    answers.update(_pair(text) for text in pairs)
    for key, value in named.items():
        if value is None:
            continue
        if answers.setdefault(key, value) != value:
            raise AnswerError(
                f"'{key}' is answered twice",
                why=f"Once with '{value}', once with '{answers[key]}'.",
                todo="Leave one of them out.",
            )
    return answers


def read_file(file: str) -> dict[object, object]:
    """Read a mapping from a YAML or JSON file.

    Args:
        file: Its path; `-` for standard input.

    Raises:
        AnswersFileError: It is missing, not readable, too large, no YAML or no mapping.

    """
    name = "standard input" if file == "-" else f"'{file}'"
    try:
        data = _load(file)
    except OSError as error:
        raise AnswersFileError(
            f"The answers in {name} cannot be read",
            why=f"{error.strerror}.",
            todo="Name a file that exists and that you may read.",
        ) from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise AnswersFileError(
            f"The answers in {name} are not YAML or JSON",
            why=_told(error),
            todo="Write one `key: value` a line.",
        ) from error
    if not isinstance(data, dict):
        raise AnswersFileError(
            f"The answers in {name} are no mapping",
            why=f"They are {_KINDS.get(type(data), 'a single value')}.",
            todo="Write one `key: value` a line.",
        )
    return data


def recorded(project: Path) -> dict[object, object]:
    """Return what a project's answers file holds, unchecked.

    Args:
        project: The project's folder.

    Raises:
        ProjectError: It has no answers file.
        AnswersFileError: Its answers file cannot be read.

    """
    path = project / RECORD
    if not path.is_file():
        raise ProjectError(
            f"'{project}' is no project of scaffold",
            why=f"There is no {RECORD} in it.",
            todo="Name the folder of a project that scaffold or copier made.",
        )
    return read_file(str(path))


_KINDS: dict[type, str] = {list: "a list", type(None): "empty"}


def _load(file: str) -> object:
    if file == "-":
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with Path(file).open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"It is larger than {_LARGEST // 1_000_000} MB.")
    # Not in C: there, nesting without end would crash the process instead of raising.
    return yaml.safe_load(content.decode("utf-8-sig"))


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise AnswerError(
            f"'{text}' is no answer", todo="Write it as key=value, such as -d api_first=yes."
        )
    return key, value


def _told(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "It is not UTF-8 text."
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"{error.problem} in line {mark.line + 1}, column {mark.column + 1}."
    return str(error).splitlines()[0]
