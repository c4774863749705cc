"""What surrounds an application's code: services, containers, CI, its Python and its license."""

import json
import re
from collections.abc import Iterator

from scaffold.survey.checkout import UNPARSED, Checkout
from scaffold.survey.declared import Declared
from scaffold.survey.signs import Place, Sign, address, shown

Found = tuple[str, str, Place]

_COMPOSE = ("compose*.y*ml", "docker-compose*.y*ml", "*/compose*.y*ml", "*/docker-compose*.y*ml")
_DOCKERFILES = ("dockerfile*", "containerfile*", "*/dockerfile*", "*/containerfile*")
_SETTINGS = (".env.example", ".env.sample", ".env.template", "*.ini", "*.toml", "*.cfg")
_IMAGE = re.compile(r"\s*image:\s*[\"']?(?:[\w./-]+/)?(postgres|postgis|mysql|mariadb|mongo)\b")
_IMAGES = {"postgres": ("database", "postgresql"), "postgis": ("database", "postgresql"),
           "mysql": ("other database", "MySQL"), "mariadb": ("other database", "MySQL"),
           "mongo": ("other database", "MongoDB")}  # fmt: skip
_VALUE = re.compile(r"\s*[\w.-]+\s*=\s*[\"']?(\S+)")
_OTHER_CI = (".travis.yml", ".circleci/*", "jenkinsfile", "azure-pipelines.yml",
             "bitbucket-pipelines.yml", ".drone.yml", ".woodpecker*")  # fmt: skip
_VERSION = re.compile(r"(<=?|!=|>=|>|==|~=|~|\^)?\s*3\.(\d+)")
_BELOW = {"<", "<=", "!="}
_FROM = re.compile(r"\s*FROM\s+\S*python:(3\.\d+)", re.IGNORECASE)
_WORKFLOWS = (".github/workflows/*.y*ml", ".gitlab-ci.yml")
_MATRIX = re.compile(r"[\s-]*(?:python-version|python|image)\w*:(.*3\.\d.*)")
_CLIENTS = re.compile(r"^(react|vue|svelte|@angular/core|solid-js|preact|react-native|next|nuxt)$")
_HTMX = re.compile(r"\s(?:data-)?hx-(?:get|post|put|patch|delete|boost|target|swap)\b")
_LICENSES = (
    (
        "Apache-2.0",
        re.compile(r"apache(?: software)?[ -]*(?:license)?.{0,20}2", re.IGNORECASE | re.DOTALL),
    ),
    ("BSD-3-Clause", re.compile(r"bsd[ -]3|3-clause bsd|neither the name", re.IGNORECASE)),
    ("MIT", re.compile(r"\bmit\b|permission is hereby granted, free of charge", re.IGNORECASE)),
    ("proprietary", re.compile(r"proprietary|all rights reserved\W*$", re.IGNORECASE)),
)
# What a tool is known by: files of its own, and a heading in settings that tools share.
_TOOLS: dict[str, tuple[tuple[str, ...], str]] = {
    "uv": (("uv.lock", "uv.toml"), "tool.uv"),
    "Poetry": (("poetry.lock",), "tool.poetry"),
    "PDM": (("pdm.lock",), "tool.pdm"),
    "Pipenv": (("pipfile",), ""),
    "pip-tools": (("requirements.in", "requirements/*.in"), ""),
    "Ruff": (("ruff.toml", ".ruff.toml"), "tool.ruff"),
    "Black": ((), "tool.black"),
    "isort": ((".isort.cfg",), "tool.isort"),
    "Flake8": ((".flake8",), "flake8"),
    "Pylint": ((".pylintrc", "pylintrc"), "tool.pylint"),
    "mypy": (("mypy.ini", ".mypy.ini"), r"(?:tool\.)?mypy"),
    "Pyright": (("pyrightconfig.json",), "tool.pyright"),
    "pytest": (("pytest.ini", "conftest.py", "*/conftest.py"), r"tool[.:]pytest"),
    "tox": (("tox.ini",), "tool.tox"),
    "nox": (("noxfile.py",), ""),
    "pre-commit": ((".pre-commit-config.yaml",), ""),
    "Alembic": (("alembic.ini", "*/alembic.ini"), "tool.alembic"),
    "Make": (("makefile",), ""),
    "just": (("justfile",), ""),
}
_SHARED_SETTINGS = ("pyproject.toml", "setup.cfg", "tox.ini")
_OTHER_LICENSE = re.compile(r"\b(?:a?gpl|lgpl|mozilla|mpl|gnu|isc|unlicense|eupl)\b", re.IGNORECASE)


def databases(checkout: Checkout) -> list[Sign]:
    """Return which databases services and settings name."""
    found = []
    for path in checkout.named(*_COMPOSE):
        for number, line in enumerate(checkout.text(path).splitlines(), 1):
            if image := _IMAGE.match(line):
                found.append(Sign(*_IMAGES[image[1]], Place(path, number, shown(line)), own=True))
    for path in checkout.named(*_SETTINGS):
        for number, line in enumerate(checkout.text(path).splitlines(), 1):
            value = _VALUE.match(line)
            if value and (told := address(value[1])):
                text = f"an address {told[1]}..."
                found.append(Sign(*told[0], Place(path, number, text), own=True))
    return found


def delivery(checkout: Checkout, notes: list[str]) -> Iterator[Found]:
    """Yield what delivers the project: containers, CI, owners."""
    container = next(iter(checkout.named(*_DOCKERFILES, *_COMPOSE)), None)
    if container:
        yield "container", "yes", Place(container, 0, "is there")
    else:
        yield "container", "no", Place("", 0, "no Dockerfile, no compose file")
    found = [
        (ci, path)
        for ci, pattern in (("github", ".github/workflows/*.y*ml"), ("gitlab", ".gitlab-ci.yml"))
        for path in checkout.named(pattern)[:1]
    ]
    other = next(iter(checkout.named(*_OTHER_CI)), None)
    if found:
        yield "ci", found[0][0], Place(found[0][1], 0, "is there")
        if len(found) > 1:
            notes.append(f"{found[1][1]} is there too; {found[0][0]} is taken as its CI.")
    elif other:
        yield "ci", "none", Place(other, 0, "is a CI that the template does not know")
    elif checkout.above:
        notes.append("It is no repository's top: CI and license may stand above it, unread.")
    else:
        yield "ci", "none", Place("", 0, "no workflow, no .gitlab-ci.yml")
    if owners := checkout.named("codeowners", "*/codeowners"):
        yield "codeowners", "yes", Place(owners[0], 0, "is there")


def tools(checkout: Checkout) -> list[tuple[str, Place]]:
    """Return the tools that the project is worked on with, and where each is told."""
    found = []
    for tool, (files, heading) in _TOOLS.items():
        if own := checkout.named(*files)[:1]:
            found.append((tool, Place(own[0], 0, "is there")))
        elif heading and (place := _headed(checkout, heading)):
            found.append((tool, place))
    return found


def _headed(checkout: Checkout, heading: str) -> Place | None:
    """Return where settings that tools share have a section for one."""
    section = re.compile(rf"\s*\[+{heading}[\].:]")
    for path in checkout.named(*_SHARED_SETTINGS):
        for number, line in enumerate(checkout.text(path).splitlines(), 1):
            if section.match(line):
                return Place(path, number, shown(line))
    return None


def swaps(checkout: Checkout) -> Found:
    """Return whether its pages are swapped by htmx."""
    templates = checkout.named("*.html", "*.jinja", "*.jinja2", "*.j2")
    for path in templates:
        for number, line in enumerate(checkout.text(path).splitlines(), 1):
            if found := _HTMX.search(line):
                return "htmx", "yes", Place(path, number, found[0].strip())
    return "htmx", "no", Place("", 0, f"no hx- attribute, of {len(templates)} templates")


def client(checkout: Checkout) -> Place | None:
    """Return where a front end is built that is none of the server's pages."""
    for path in checkout.named("package.json", "*/package.json"):
        try:
            packages = json.loads(checkout.text(path)).get("dependencies", {})
            name = next((each for each in packages if _CLIENTS.match(each)), None)
        except (ValueError, AttributeError, TypeError, RecursionError):
            checkout.skip(path, UNPARSED)
            continue
        if name:
            return Place(path, 0, f"builds with {name}")
    return None


def lowest_python(checkout: Checkout, declared: Declared, notes: list[str]) -> Found | None:
    """Return the lowest Python that is supported."""
    told = declared.first("python")
    candidates = [told, *_pythons(checkout)] if told else list(_pythons(checkout))
    for text, place in candidates:
        if minors := [int(m[2]) for m in _VERSION.finditer(text) if m[1] not in _BELOW]:
            return "python", f"3.{min(minors)}", place
    if candidates:
        notes.append(f"No version of Python can be read in {candidates[0][1]}.")
    return None


def _pythons(checkout: Checkout) -> Iterator[tuple[str, Place]]:
    """Yield texts that name a version of Python: its tools', containers', and CI's."""
    for path in checkout.named(".python-version", "runtime.txt"):
        text = checkout.text(path)
        yield text.replace("python-", ""), Place(path, 1, shown(text))
    for paths, pattern in ((_DOCKERFILES, _FROM), (_WORKFLOWS, _MATRIX)):
        for path in checkout.named(*paths):
            for number, line in enumerate(checkout.text(path).splitlines(), 1):
                if found := pattern.match(line):
                    yield found[1], Place(path, number, shown(line))


def licensed(checkout: Checkout, declared: Declared, notes: list[str]) -> Found | None:
    """Return the license that is declared, or whose text is there."""
    told = declared.first("license")
    candidates = [told] if told else []
    for path in checkout.named("license*", "licence*", "copying*"):
        text = checkout.text(path)[:3000]
        first = next((line for line in text.splitlines() if line.strip()), "")
        candidates.append((text, Place(path, 1, shown(first))))
    for text, place in candidates:
        if other := _OTHER_LICENSE.search(text[:200]):
            notes.append(f"The license ({place}, {other[0]}) is none of the template's.")
            return None
        for name, pattern in _LICENSES:
            if pattern.search(text):
                return "license", name, place
    return None
