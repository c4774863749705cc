"""Evaluate the texts of a template's `copier.yml` and the names of its files, as Copier does."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.errors import TemplateError

if TYPE_CHECKING:
    import jinja2


class Expressions:
    """The texts of one template; each is compiled once.

    Args:
        root: The folder that holds the `copier.yml`.

    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._compiled: dict[str, jinja2.Template] = {}

    def render(self, text: str, context: Mapping[str, Any]) -> str:
        """Return what a text comes out as.

        Args:
            text: It may hold expressions of Jinja.
            context: The values that they see.

        Raises:
            TemplateError: One of them fails.

        """
        if "{" not in text:
            return text
        try:
            if text not in self._compiled:
                self._compiled[text] = self.environment.from_string(text)
            return self._compiled[text].render(context)
        except Exception as error:  # a template can fail in any way that Python can
            raise broken(text, error) from error

    def _read(self, name: str) -> str | None:
        """Return a file that a text includes; none that a path or a link leads to elsewhere."""
        file = (self._root / name).resolve()
        inside = file.is_relative_to(self._root.resolve()) and file.is_file()
        return file.read_text(encoding="utf-8") if inside else None

    @functools.cached_property
    def environment(self) -> "jinja2.Environment":
        """The environment that Copier would make for this template."""
        import jinja2
        import jinja2.sandbox

        return jinja2.sandbox.SandboxedEnvironment(
            loader=jinja2.FunctionLoader(self._read),
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            autoescape=False,
        )


def broken(text: str, error: Exception) -> TemplateError:
    """Return an error that tells which text of a template cannot be evaluated, and why."""
    return TemplateError(
        "The template's copier.yml cannot be evaluated",
        why=f"{error} in: {shortened(text)}",
        todo="Mend the template, or leave --template out.",
    )


def shortened(text: str, length: int = 60) -> str:
    """Return a text with no more characters than `length`."""
    return text if len(text) <= length else f"{text[: length - 3]}..."
