"""What names in code, packages and addresses tell of a project: tables, and what stands where."""

import re
from dataclasses import dataclass

# A question, or a word of `survey`, and what is told of it.
Told = tuple[str, str]


# By the dotted name that is imported, or one above it.
IMPORTED: dict[str, Told] = {
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
    "fastapi.middleware.wsgi": ("mounts", "fastapi"),
    "starlette.middleware.wsgi": ("mounts", "fastapi"),
    "a2wsgi": ("mounts", "fastapi"),
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
CALLED: dict[str, Told] = {
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
METHODS: dict[str, Told] = {
    "TemplateResponse": ("pages", "yes"),
    "EventSourceResponse": ("streaming", "yes"),
}
# What a package tells by being required, by its normal name.
REQUIRED: dict[str, Told] = {
    "flask": ("uses", "flask"),
    "fastapi": ("uses", "fastapi"),
    "flask-sqlalchemy": ("orm", "SQLAlchemy"),
    "sqlalchemy": ("orm", "SQLAlchemy"),
    "sqlmodel": ("orm", "SQLModel"),
    "psycopg": ("database", "postgresql"),
    "psycopg2": ("database", "postgresql"),
    "psycopg2-binary": ("database", "postgresql"),
    "asyncpg": ("database", "postgresql"),
    "aiosqlite": ("database", "sqlite"),
    "pymysql": ("other database", "MySQL"),
    "mysqlclient": ("other database", "MySQL"),
    "pymongo": ("other database", "MongoDB"),
    "motor": ("other database", "MongoDB"),
    "flask-login": ("auth", "session"),
    "flask-security-too": ("auth", "session"),
    "flask-jwt-extended": ("auth", "bearer"),
    "flask-cors": ("cors", "yes"),
    "sse-starlette": ("streaming", "yes"),
    "opentelemetry-sdk": ("telemetry", "otel"),
    "opentelemetry-api": ("telemetry", "otel"),
}
OTHERS = {"django": "Django", "tornado": "Tornado", "bottle": "Bottle", "pyramid": "Pyramid",
           "sanic": "Sanic", "litestar": "Litestar", "quart": "Quart"}  # fmt: skip
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
_SECRET = re.compile(r"://[^/\s]*@")
_LONGEST = 60  # characters of a line that is shown


@dataclass(frozen=True)
class Place:
    """Where something was read.

    Args:
        path: The file, with slashes; empty where no one file tells it.
        line: The line; 0 for the file as a whole.
        text: What stands there, or what that means.

    """

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return the place as editors take it."""
        return f"{self.path}:{self.line}" if self.line else self.path


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


def shown(line: str) -> str:
    """Return a line to be told: in one piece, not too long, without a password."""
    text = _SECRET.sub("://...@", " ".join(line.split()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
