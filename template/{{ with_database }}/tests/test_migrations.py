from alembic import command
from alembic.config import Config

from .conftest import ROOT


def test_migrations_go_up_and_down_and_agree_with_the_models() -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    command.downgrade(config, "base")
    command.upgrade(config, "head")  # fails on what the way down left behind
    command.check(config)
