"""What a repository's Python code does, read from its syntax trees: it is never imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.checkout import UNPARSED, Checkout, Place, shown

# What is told is (a question or a word of `survey`, an answer).
Told = tuple[str, str]

# By the dotted name that is imported, or one above it.
_IMPORTED: dict[str, Told] = {
    "flask": ("uses", "flask"),
    "apiflask": ("uses", "flask"),
    "fastapi": ("uses", "fastapi"),
    "flask_restful": ("api", "yes"),
    "flask_restx": ("api", "yes"),
    "flask_smorest": ("api", "yes"),
    "sqlalchemy": ("orm", "SQLAlchemy"),
    "flask_sqlalchemy": ("orm", "SQLAlchemy"),
    "sqlmodel": ("orm", "SQLModel"),
    "peewee": ("orm", "Peewee"),
    "tortoise": ("orm", "Tortoise"),
    "pydantic.PostgresDsn": ("database", "postgresql"),
    "psycopg": ("database", "postgresql"),
    "psycopg2": ("database", "postgresql"),
    "asyncpg": ("database", "postgresql"),
    "pg8000": ("database", "postgresql"),
    "sqlite3": ("database", "sqlite"),
    "aiosqlite": ("database", "sqlite"),
    "pymysql": ("other database", "MySQL"),
    "MySQLdb": ("other database", "MySQL"),
    "mysql": ("other database", "MySQL"),
    "aiomysql": ("other database", "MySQL"),
    "pymongo": ("other database", "MongoDB"),
    "motor": ("other database", "MongoDB"),
    "mongoengine": ("other database", "MongoDB"),
    "beanie": ("other database", "MongoDB"),
    "httpx": ("http_client", "yes"),
    "requests": ("http_client", "yes"),
    "aiohttp": ("http_client", "yes"),
    "flask_login": ("auth", "session"),
    "flask_security": ("auth", "session"),
    "starlette.middleware.sessions": ("auth", "session"),
    "flask_jwt_extended": ("auth", "bearer"),
    "fastapi.security.OAuth2PasswordBearer": ("auth", "bearer"),
    "fastapi.security.HTTPBearer": ("auth", "bearer"),
    "flask_cors": ("cors", "yes"),
    "fastapi.middleware.cors": ("cors", "yes"),
    "starlette.middleware.cors": ("cors", "yes"),
    "concurrent.futures.ProcessPoolExecutor": ("process_pool", "yes"),
    "multiprocessing.Pool": ("process_pool", "yes"),
    "opentelemetry": ("telemetry", "otel"),
    "sse_starlette": ("streaming", "yes"),
    "fastapi.sse": ("streaming", "yes"),
    "fastapi.WebSocket": ("realtime", "yes"),
    "fastapi.websockets": ("realtime", "yes"),
    "starlette.websockets": ("realtime", "yes"),
    "fastapi.responses.StreamingResponse": ("realtime", "yes"),
    "starlette.responses.StreamingResponse": ("realtime", "yes"),
    "flask_sock": ("realtime", "yes"),
    "flask_socketio": ("realtime", "yes"),
}
# By the dotted name that is called.
_CALLED: dict[str, Told] = {
    "flask.Flask": ("app", "flask"),
    "apiflask.APIFlask": ("app", "flask"),
    "flask_openapi3.OpenAPI": ("app", "flask"),
    "fastapi.FastAPI": ("app", "fastapi"),
    "fastapi.applications.FastAPI": ("app", "fastapi"),
    "flask.render_template": ("pages", "yes"),
    "flask.render_template_string": ("pages", "yes"),
    "flask.jsonify": ("api", "yes"),
    "fastapi.templating.Jinja2Templates": ("pages", "yes"),
    "starlette.templating.Jinja2Templates": ("pages", "yes"),
    "jwt.decode": ("auth", "bearer"),
    "jose.jwt.decode": ("auth", "bearer"),
    "concurrent.futures.ProcessPoolExecutor": ("process_pool", "yes"),
    "multiprocessing.Pool": ("process_pool", "yes"),
}
# By the last part of what is called.
_METHODS: dict[str, Told] = {
    "TemplateResponse": ("pages", "yes"),
    "EventSourceResponse": ("streaming", "yes"),
}
_DATABASES: dict[str, Told] = {
    "postgres": ("database", "postgresql"),
    "postgresql": ("database", "postgresql"),
    "sqlite": ("database", "sqlite"),
    "mysql": ("other database", "MySQL"),
    "mariadb": ("other database", "MySQL"),
    "mongodb": ("other database", "MongoDB"),
    "mssql": ("other database", "SQL Server"),
    "oracle": ("other database", "Oracle"),
}
_ADDRESS = re.compile(rf"({'|'.join(_DATABASES)})(\+\w+(?:://|$)|://)")
_ROUTES = {"get", "post", "put", "patch", "delete", "route", "api_route"}
_NO_API = {"TemplateResponse", "HTMLResponse", "RedirectResponse", "FileResponse"}
# Folders beside an application, whose code does not say what it does.
_BESIDE = {"tests", "test", "testing", "examples", "example", "docs", "doc", "benchmarks",
           "scripts", "migrations", "alembic", "versions"}  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """Something that code tells.

    Args:
        topic: A question, or a word of `survey`.
        answer: What is told of it.
        place: Where it is told.
        own: Whether the code is the application's own; not that of tests, say.

    """

    topic: str
    answer: str
    place: Place
    own: bool


def address(text: str) -> tuple[Told, str] | None:
    """Return which database an address means, and its scheme: what follows may be secret."""
    found = _ADDRESS.match(text.strip().lower())
    return (_DATABASES[found[1]], found[0]) if found else None


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
        if told := _CALLED.get(name) or _METHODS.get(name.rpartition(".")[2]):
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
        if name in _IMPORTED:
            yield _IMPORTED[name]
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
