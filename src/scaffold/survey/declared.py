"""What a repository declares of itself: its name, its packages, its Python, its license."""

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from scaffold.survey.checkout import UNPARSED, Checkout
from scaffold.survey.signs import Place, shown

Told = tuple[str, Place]

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_LISTS = ("requirements.txt", "requirements[-_.]*", "requirements/*.txt", "requirements/*.in")
_FOR_DEVELOPERS = re.compile(r"dev|test|doc|lint|ci\b|typing")
_PERSON = re.compile(r"\s*([^<]*?)\s*(?:<([^>]*)>)?\s*$")

# Facts by their keys.
_PLAIN = {"name": "name", "description": "description"}
_SETUPTOOLS = {
    **_PLAIN,
    "author": "author_name",
    "author_email": "author_email",
    "license": "license",
}


class Declared:
    """What was declared, the first place of each thing first.

    Of several folders that declare something, the one nearest to the application counts.

    Args:
        checkout: The repository.
        application: The application's file; empty where none is known.

    """

    def __init__(self, checkout: Checkout, application: str) -> None:
        self._checkout = checkout
        self.facts: dict[str, list[Told]] = {}
        self.packages: list[Told] = []
        for folder in PurePosixPath(application).parents or (PurePosixPath(),):
            readers = {(folder / name).as_posix(): each for name, each in _READERS.items()}
            there = [path for path in readers if path in checkout.paths]
            lists = checkout.named(*((folder / each).as_posix() for each in _LISTS))
            for path in there:
                self._read(path, readers[path])
            for path in lists:
                if not _FOR_DEVELOPERS.search(path.lower().removeprefix(f"{folder}/")):
                    self._lines(path)
            if there or lists:
                break

    def first(self, fact: str) -> Told | None:
        """Return a fact where it is declared first."""
        return next(iter(self.facts.get(fact, ())), None)

    def place(self, path: str, *words: str, text: str = "") -> Place:
        """Return the first line that holds all of some words; the file where none does."""
        for number, line in enumerate(self._checkout.text(path).splitlines(), 1):
            if all(word in line for word in words):
                return Place(path, number, text or shown(line))
        return Place(path, 0, text or " ".join(words))

    def _read(self, path: str, reader: "Reader") -> None:
        try:
            for fact, value, words in reader(self._checkout, path):
                if fact == "package":
                    name = _REQUIREMENT.match(value)
                    if name:
                        self.packages.append((_normal(name[1]), self.place(path, *words)))
                elif value.strip():
                    told = (" ".join(value.split()), self.place(path, *words))
                    self.facts.setdefault(fact, []).append(told)
        except (ValueError, configparser.Error, AttributeError, TypeError, RecursionError):
            self._checkout.skip(path, UNPARSED)

    def _lines(self, path: str) -> None:
        for number, line in enumerate(self._checkout.text(path).splitlines(), 1):
            if found := _REQUIREMENT.match(line):
                self.packages.append((_normal(found[1]), Place(path, number, shown(line))))


# What a reader yields: a fact, its value, and words that stand in its line.
Read = Iterator[tuple[str, str, tuple[str, ...]]]
Reader = Callable[[Checkout, str], Read]


def _pyproject(checkout: Checkout, path: str) -> Read:
    data = tomllib.loads(checkout.text(path))
    project = data.get("project", {})
    yield from _texts(project, {**_PLAIN, "requires-python": "python"})
    yield from _people(project.get("authors", ()))
    license_ = project.get("license", "")
    if isinstance(license_, dict):
        license_ = license_.get("text", "")
    yield "license", license_, ("license",)
    yield from _classified(project.get("classifiers", ()))
    for each in project.get("dependencies", ()):
        yield "package", each, (each,)
    groups = {**project.get("optional-dependencies", {}), **data.get("dependency-groups", {})}
    for group, members in groups.items():
        if not _FOR_DEVELOPERS.search(group.lower()):
            yield from (("package", each, (each,)) for each in members if isinstance(each, str))
    poetry = data.get("tool", {}).get("poetry", {})
    yield from _texts(poetry, {**_PLAIN, "license": "license"})
    yield from _people(poetry.get("authors", ()))
    for name, wanted in poetry.get("dependencies", {}).items():
        if name.lower() == "python" and isinstance(wanted, str):
            yield "python", wanted, ("python", wanted)
        else:
            yield "package", name, (name, "=")


def _setup_cfg(checkout: Checkout, path: str) -> Read:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(checkout.text(path), path)
    metadata = dict(settings["metadata"]) if "metadata" in settings else {}
    options = dict(settings["options"]) if "options" in settings else {}
    yield from _texts(metadata, _SETUPTOOLS)
    yield from _texts(options, {"python_requires": "python"})
    yield from _classified(metadata.get("classifiers", "").splitlines())
    for each in options.get("install_requires", "").splitlines():
        yield "package", each, (each.strip(),)


def _setup_py(checkout: Checkout, path: str) -> Read:
    tree = checkout.syntax(path)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree else ()
    for call in calls:
        if ast.unparse(call.func).rpartition(".")[2] != "setup":
            continue
        given: dict[str, Any] = {}
        for keyword in call.keywords:
            try:
                given[keyword.arg or ""] = ast.literal_eval(keyword.value)
            except ValueError:
                continue  # worked out when it is run, which it is not
        yield from _texts(given, {**_SETUPTOOLS, "python_requires": "python"})
        yield from _classified(given.get("classifiers", ()))
        for each in given.get("install_requires", ()):
            yield "package", each, (each,)


def _pipfile(checkout: Checkout, path: str) -> Read:
    data = tomllib.loads(checkout.text(path))
    yield from _texts(data.get("requires", {}), {"python_version": "python"})
    for name in data.get("packages", {}):
        yield "package", name, (name, "=")


_READERS: Mapping[str, Reader] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Pipfile": _pipfile,
}


def _texts(table: Mapping[str, Any], keys: Mapping[str, str]) -> Read:
    for key, fact in keys.items():
        value = table.get(key)
        if isinstance(value, str):
            yield fact, value, (key, value.strip().splitlines()[0] if value.strip() else "")


def _people(authors: Iterable[Any]) -> Read:
    """Yield the first author; Poetry writes one as `Name <address>`."""
    for author in list(authors)[:1]:
        if isinstance(author, dict):
            name, email = author.get("name", ""), author.get("email", "")
        else:
            found = _PERSON.match(author)
            name, email = (found[1], found[2] or "") if found else (author, "")
        yield "author_name", name, (name,)
        yield "author_email", email, (email,)


def _classified(classifiers: Iterable[str]) -> Read:
    for each in classifiers:
        if "License :: OSI Approved ::" in each:
            yield "license", each.rpartition(":: ")[2], (each.strip(),)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
