"""Render a project: the only door to Copier, whose exceptions become ours."""

from collections.abc import Mapping
from pathlib import Path

from scaffold.errors import TemplateError, write_error
from scaffold.source import Template


def render(template: Template, answers: Mapping[str, str], destination: Path) -> None:
    """Render a template into a folder.

    What is rendered follows from the answers alone: a user's own Copier settings
    are left aside.

    Args:
        template: The template, ready as a plain folder.
        answers: A complete set of answers.
        destination: The folder to write into; made where it is missing.

    Raises:
        TemplateError: The template is broken, or wants to run code.
        RenderError: A file could not be written.

    """
    import copier
    from copier import errors

    try:
        copier.run_copy(
            str(template.root),
            destination,
            data={**answers, "_origin": dict(template.origin)},
            settings=copier.Settings(),
            defaults=True,
            overwrite=True,
            quiet=True,
        )
    except errors.UnsafeTemplateError as error:
        raise TemplateError(
            "The template wants to run code of its own",
            why=str(error),
            todo="If you trust it, render it with `copier copy --trust`.",
        ) from error
    except OSError as error:
        raise write_error(error) from error
    except Exception as error:
        raise TemplateError(
            "The template cannot be rendered",
            why=f"{type(error).__name__}: {error}",
            todo="Run again with another --template, or report this with the answers given.",
        ) from error
