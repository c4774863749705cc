import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from conftest import ROOT

CONFIG = Config(toml_file=ROOT / "pyproject.toml")


def tables() -> set[str]:
    with closing(sqlite3.connect("app.db")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows} - {"alembic_version"}


def test_migrations_go_up_and_down_and_agree_with_the_models() -> None:
    Path("app.db").unlink()
    command.upgrade(CONFIG, "head")
    command.downgrade(CONFIG, "base")
    assert tables() == set()
    command.upgrade(CONFIG, "head")
    assert tables() == {"items"}
    command.check(CONFIG)
