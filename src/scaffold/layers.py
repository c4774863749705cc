"""The layers of a template that answers choose, laid over each other before Copier renders them.

A template's folders such as `{{ with_api }}` are layers: a name that comes out as `.` puts the
content one level up, an empty one leaves it out. Copier renders the name of every folder anew
for each file below it, of layers that are left out too. Here each name is rendered once.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath

from scaffold.errors import TemplateError
from scaffold.questionnaire import Questionnaire
from scaffold.source import Template

_SUFFIX = ".jinja"
_OTHER = {"_preserve_symlinks", "_templates_suffix"}


class UnfitError(Exception):
    """A template's folders cannot be laid over each other with Copier's own result."""


@contextlib.contextmanager
def chosen(template: Template, answers: Mapping[str, str]) -> Iterator[Path]:
    """Yield a folder that Copier renders to what it renders the template to.

    Args:
        template: The template, ready as a plain folder.
        answers: A complete set of answers.

    Raises:
        UnfitError: There is no such folder.

    """
    name = _name(template.questions, answers)
    layered = template.questions.settings.get("_subdirectory")
    if not layered or not (template.root / layered).is_dir():
        raise UnfitError("It keeps no folder of its own for what is rendered")
    with tempfile.TemporaryDirectory(prefix="scaffold-layers-") as folder:
        root = Path(folder).resolve()
        for entry in template.root.iterdir():  # tables and fragments that rendered files include
            if entry.is_dir() and entry.name != layered:
                shutil.copytree(entry, root / entry.name, symlinks=True)
            elif entry.is_file():
                shutil.copy(entry, root / entry.name, follow_symlinks=False)
        _lay(template.root / layered, root / layered, name)
        yield root


def _name(questions: Questionnaire, answers: Mapping[str, str]) -> Callable[[str], str]:
    """Return what tells what the name of a folder comes out as."""
    settings = questions.settings
    if _OTHER & settings.keys() or settings.get("_envops", {}).keys() - {"undefined"}:
        raise UnfitError("Copier is to read its names in a way of its own")
    try:
        context = questions.context(answers)
    except TemplateError as error:
        raise UnfitError(error.what) from error

    def name(written: str) -> str:
        try:
            found = questions.expressions.render(written, context)
        except TemplateError as error:  # it may need what only Copier knows
            raise UnfitError(error.what) from error
        if "{" in found or ".." in PurePath(found).parts or PurePath(found).is_absolute():
            raise UnfitError(f"{written} comes out as {found}")
        return found

    return name


def _lay(source: Path, place: Path, name: Callable[[str], str]) -> None:
    """Copy a folder's content over what other layers have put into a place."""
    place.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_symlink():
            raise UnfitError("Copier looks at where links lead")
        if entry.is_dir():
            if found := name(entry.name):
                _lay(entry, place / found, name)
            continue
        bare = place / entry.name.removesuffix(_SUFFIX)
        if bare.exists() or bare.with_name(bare.name + _SUFFIX).exists():
            raise UnfitError("Copier decides which of two files with one name is rendered")
        shutil.copy(entry, place / entry.name)
