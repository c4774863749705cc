"""Parse YAML tables, in C where the installation has it."""

from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return what a YAML text holds; nothing in it is ever run.

    Raises:
        yaml.YAMLError: The text is not YAML.

    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
