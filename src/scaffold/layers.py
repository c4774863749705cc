"""The layers of our template that answers choose, laid over each other before Copier renders.

The template's folders such as `{{ with_api }}` are layers: a name that comes out as `.` puts the
content one level up, an empty one leaves it out. Copier renders the name of every folder anew
for each file below it, of layers that are left out too. Here each name is rendered once.

Of another template Copier alone knows what its names, links and settings mean.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scaffold.source import Template

_SUFFIX = ".jinja"


class ClashError(Exception):
    """Two layers have the same file: Copier decides which of them is rendered."""


@contextlib.contextmanager
def chosen(template: Template, values: Mapping[str, Any]) -> Iterator[Path]:
    """Yield a folder that Copier renders to what it renders the template to.

    Args:
        template: The template of this installation.
        values: A complete set of answers, and what follows from them.

    Raises:
        ClashError: There is no such folder.
        TemplateError: The name of a folder cannot be rendered.

    """
    layered = template.questions.settings["_subdirectory"]
    expressions = template.questions.expressions
    with tempfile.TemporaryDirectory(prefix="scaffold-layers-") as folder:
        root = Path(folder).resolve()
        for entry in template.root.iterdir():
            if entry.is_file():  # a table, which rendered files may include
                shutil.copy(entry, root / entry.name)
        _lay(
            template.root / layered,
            root / layered,
            lambda written: expressions.render(written, values),
        )
        yield root


def _lay(source: Path, place: Path, name: Callable[[str], str]) -> None:
    """Copy a folder's content over what other layers have put into a place."""
    place.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            if found := name(entry.name):
                _lay(entry, place / found, name)
            continue
        bare = place / entry.name.removesuffix(_SUFFIX)
        if bare.exists() or bare.with_name(bare.name + _SUFFIX).exists():
            raise ClashError(str(entry))
        shutil.copy(entry, place / entry.name)
