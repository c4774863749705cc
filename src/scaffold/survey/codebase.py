"""What a repository's Python code does, read from its syntax trees: it is never imported."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffold.survey.checkout import UNPARSED, Checkout
from scaffold.survey.signs import CALLED, IMPORTED, METHODS, Place, Sign, Told, address, shown

_ROUTES = {"get", "post", "put", "patch", "delete", "route", "api_route"}
_NO_API = {"TemplateResponse", "HTMLResponse", "RedirectResponse", "FileResponse"}
# Folders beside an application, whose code does not say what it does.
_BESIDE = {"tests", "test", "testing", "examples", "example", "docs", "doc", "benchmarks",
           "scripts", "migrations", "alembic", "versions"}  # fmt: skip


def own(path: str) -> bool:
    """Tell whether a file's code is the application's own."""
    parts = PurePosixPath(path).parts
    name = parts[-1]
    tests = name.startswith("test_") or name.endswith("_test.py")
    tests |= name in {"conftest.py", "setup.py"}
    return not tests and not _BESIDE.intersection(parts[:-1])


def read(checkout: Checkout) -> list[Sign]:
    """Return what the Python files of a repository tell, the application's own first."""
    paths = sorted(checkout.named("*.py"), key=lambda path: (not own(path), path.count("/"), path))
    return [sign for path in paths for sign in _signs(checkout, path)]


def _signs(checkout: Checkout, path: str) -> Iterator[Sign]:
    tree = checkout.syntax(path)
    if tree is None:
        return
    lines = checkout.text(path).splitlines()
    names = _names(tree)
    ours = own(path)
    try:
        for node in ast.walk(tree):
            for (topic, answer), text in _told(node, names):
                line = getattr(node, "lineno", 0)
                written = lines[line - 1] if 0 < line <= len(lines) else ""
                yield Sign(topic, answer, Place(path, line, text or shown(written)), ours)
    except RecursionError:
        checkout.skip(path, UNPARSED)


def _told(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[Told, str]]:
    """Yield what a node tells, with the text to show where its line will not do."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        for name in _imports(node).values():
            yield from ((told, "") for told in _of_import(name))
    elif isinstance(node, ast.Call):
        name = _dotted(node.func, names)
        if told := CALLED.get(name) or METHODS.get(name.rpartition(".")[2]):
            yield told, ""
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _of_text(node.value)
    elif isinstance(node, ast.Subscript) and _signs_in(node, names):
        yield ("auth", "session"), ""
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _serves_data(node, names):
        yield ("api", "yes"), ""


def _of_text(text: str) -> Iterator[tuple[Told, str]]:
    if found := address(text):
        yield found[0], f"an address {found[1]}..."
    elif text.startswith("text/event-stream"):
        yield ("streaming", "yes"), ""


def _signs_in(node: ast.Subscript, names: dict[str, str]) -> bool:
    """Tell whether somebody is remembered in Flask's session."""
    stored = isinstance(node.ctx, ast.Store)
    return stored and _dotted(node.value, names) == "flask.session" and "user" in ast.unparse(node)


def _of_import(name: str) -> Iterator[Told]:
    """Yield what an imported name tells, and what those above it tell."""
    while name:
        if name in IMPORTED:
            yield IMPORTED[name]
        name = name.rpartition(".")[0]


def _serves_data(function: ast.FunctionDef | ast.AsyncFunctionDef, names: dict[str, str]) -> bool:
    """Tell whether a function answers requests with data, not with pages."""
    routes = [
        each
        for each in function.decorator_list
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in _ROUTES
        and each.args
    ]
    if not routes:
        return False
    if any(name.startswith("fastapi.") or name == "fastapi" for name in names.values()):
        called = {_dotted(n.func, names) for n in ast.walk(function) if isinstance(n, ast.Call)}
        pages = any(name.rpartition(".")[2] in _NO_API for name in called)
        return not pages and not any(k.arg == "response_class" for r in routes for k in r.keywords)
    returned = [each.value for each in ast.walk(function) if isinstance(each, ast.Return)]
    return any(isinstance(value, ast.Dict | ast.List) for value in returned)


def _names(tree: ast.Module) -> dict[str, str]:
    """Return what each name means that a file imports, as a dotted name."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= _imports(node)
    return names


def _imports(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    if isinstance(node, ast.ImportFrom):
        above = "." * node.level + (node.module or "")
        return {each.asname or each.name: f"{above}.{each.name}" for each in node.names}
    return {each.asname or each.name: each.name for each in node.names}


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    """Return what an expression names, its first part as it was imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    first = names.get(node.id, node.id) if isinstance(node, ast.Name) else "?"
    return ".".join([first, *reversed(parts)])


def line_importing(checkout: Checkout, path: str, package: str) -> int:
    """Return the line where a file imports a package of that name; 0 where it does not."""
    tree = checkout.syntax(path)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imports(node).values():
                if name.partition(".")[0] == package:
                    return node.lineno
    return 0
