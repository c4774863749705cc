"""Repositories as people write them, to be adopted: each file with what it holds."""

from collections.abc import Mapping
from pathlib import Path

Layout = Mapping[str, str]

# The least that makes an application.
MAKES = "from flask import Flask\n\napp = Flask(__name__)\n"


def lay(folder: Path, layout: Layout) -> Path:
    """Write a repository's files into a folder, and return it."""
    for path, content in layout.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    return folder


# One module beside its requirements.
FLAT: Layout = {
    "app.py": """\
from flask import Flask, jsonify
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///todo.db"
db = SQLAlchemy(app)


@app.route("/todos")
def todos():
    return jsonify([])
""",
    "requirements.txt": "# pinned\n-r base.txt\nFlask==3.0.3\nFlask-SQLAlchemy==3.1.1\n",
    "requirements-dev.txt": "requests\npytest\n",
    "venv/lib/fastapi/__init__.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "node_modules/tool/setup.py": "from fastapi import FastAPI\napp = FastAPI()\n",
}

# A package at the top with a factory, as Flask's tutorial makes it.
PACKAGE: Layout = {
    "setup.cfg": """\
[metadata]
name = my.blog
description = A blog.
author = Ada Lovelace
author_email = ada@example.org
license = BSD-3-Clause

[options]
packages = find:
python_requires = >=3.8
install_requires =
    Flask
    Flask-Login>=0.6
""",
    "setup.py": "from setuptools import setup\n\nsetup()\n",
    "blog/__init__.py": """\
from flask import Flask


def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)
    from . import posts
    app.register_blueprint(posts.bp)
    return app
""",
    "blog/posts.py": """\
import sqlite3
from flask import Blueprint, render_template, session

bp = Blueprint("posts", __name__)


@bp.route("/")
def index():
    session["user_id"] = 1
    return render_template("index.html", posts=[])
""",
    "blog/templates/index.html": '<a href="/" hx-boost="true">Home</a>\n',
    "tests/conftest.py": "from fastapi import FastAPI\nimport httpx\napp = FastAPI()\n",
    ".gitlab-ci.yml": "test:\n  image: python:3.12\n",
    "LICENSE": "Copyright 2020 Ada\n\nPermission is hereby granted, free of charge\n",
}

# A package below src, with everything around it.
SRC: Layout = {
    "pyproject.toml": """\
[tool.poetry]
name = "orders-service"
description = "Orders of the warehouse"
authors = ["Grace Hopper <grace@example.org>", "Ada Lovelace <ada@example.org>"]
license = "Apache-2.0"

[tool.poetry.dependencies]
python = "^3.12"
fastapi = "^0.115"
psycopg = {extras = ["binary"], version = "^3.2"}
sqlalchemy = "*"
alembic = "*"

[tool.poetry.group.dev.dependencies]
httpx = "*"
""",
    "src/orders/__init__.py": "",
    "src/orders/main.py": """\
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from orders import items

app = FastAPI(title="Orders")
app.add_middleware(CORSMiddleware, allow_origins=["*"])
app.include_router(items.router)
""",
    "src/orders/items.py": """\
from concurrent.futures import ProcessPoolExecutor
from fastapi import APIRouter, Depends, WebSocket
from fastapi.security import OAuth2PasswordBearer
from opentelemetry import trace
import httpx

router = APIRouter()


@router.get("/items")
async def items(token: str = Depends(OAuth2PasswordBearer("/token"))) -> list[str]:
    return []


@router.websocket("/live")
async def live(socket: WebSocket) -> None: ...
""",
    "src/orders/db.py": """\
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+psycopg://me:hush@db/orders")
""",
    "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://me:hush@db/orders\n",
    "migrations/env.py": "from alembic import context\n",
    "Dockerfile": "FROM python:3.12-slim\n",
    "compose.yaml": "services:\n  db:\n    image: postgres:17\n",
    ".github/workflows/test.yml": "on: push\njobs: {}\n",
    ".github/CODEOWNERS": "* @ada\n",
    "frontend/package.json": '{"dependencies": {"react": "^19"}}\n',
    "tests/test_items.py": "import sqlite3\n",
}
