"""Render and update projects: the only door to Copier, whose exceptions become ours."""

import contextlib
import importlib
import io
import os
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scaffold import layers, programs
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
    own = {**answers, "_origin": dict(template.origin)}
    if template.own:
        # What stands in the way of this is told below of the whole, where its author finds it.
        with contextlib.suppress(layers.ClashError, TemplateError):
            # What follows from the answers is known; Copier would compile and read it again.
            values = template.questions.context(answers)
            with layers.chosen(template, values) as root:
                _copy(root, {**values, **own}, destination)
            return
    _copy(template.root, own, destination)


def _copy(root: Path, data: dict[str, Any], destination: Path) -> None:
    load_copier()
    import copier

    with _told(root, destination):
        copier.run_copy(
            str(root),
            destination,
            data=data,
            settings=copier.Settings(),
            defaults=True,
            overwrite=True,
            quiet=True,
        )


def load_copier() -> None:
    """Import Copier, which takes about as long as rendering does."""
    programs.leave_repository()
    importlib.import_module("copier")


def update(project: Path, version: str, answers: Mapping[str, str]) -> None:
    """Let Copier update a project where it lies, as plain `copier update` does.

    Args:
        project: The top of a repository whose work tree is clean.
        version: The version of the template to update to.
        answers: Answers that replace recorded ones.

    Raises:
        TemplateError: The template is broken, wants to run code, cannot be reached, or is older.
        RenderError: A file could not be written.

    """
    load_copier()
    import copier

    with _told(project, project):
        copier.run_update(
            project,
            data=dict(answers),
            vcs_ref=version,
            settings=copier.Settings(),
            defaults=True,
            overwrite=True,
            quiet=True,
        )


@contextlib.contextmanager
def _told(root: Path, destination: Path) -> Iterator[None]:
    """Turn what Copier raises into errors of ours, and keep it quiet.

    Args:
        root: The template's folder.
        destination: The folder that is written into.

    """
    from copier import errors

    try:
        # Copier writes warnings, and some of its errors, past its own `quiet`.
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    except errors.UnsafeTemplateError as error:
        raise TemplateError(
            "The template wants to run code of its own",
            why=str(error).splitlines()[0],
            todo="scaffold renders only what runs no code. If you trust it, use"
            " `copier copy --trust`.",
        ) from error
    except errors.UnsupportedVersionError as error:
        raise TemplateError(
            "The template needs a newer Copier",
            why=str(error),
            todo="Install a newer scaffold, or name an older release of the template.",
        ) from error
    except errors.UserMessageError as error:
        raise TemplateError(
            "Copier refuses this template",
            why=str(error),
            todo="Mend it, or name another version of it.",
        ) from error
    except Exception as error:
        if isinstance(error, OSError) and _of_a_place(error, destination):
            raise write_error(error) from error
        place = _line_of(error, root)
        raise TemplateError(
            "The template cannot be rendered",
            why=f"{type(error).__name__}{place}: {error}".removesuffix(": "),
            todo="Mend the template, or leave --template out.",
        ) from error


@contextlib.contextmanager
def rendered(template: Template, answers: Mapping[str, str]) -> Iterator[Path]:
    """Render a template into a folder that lasts only as long as it is looked at.

    Args:
        template: The template, ready as a plain folder.
        answers: A complete set of answers.

    Raises:
        TemplateError: The template is broken, or wants to run code.
        RenderError: A file could not be written.

    """
    with tempfile.TemporaryDirectory(prefix="scaffold-look-") as folder:
        tree = Path(folder).resolve() / "project"
        render(template, answers, tree)
        yield tree


def _of_a_place(error: OSError, destination: Path) -> bool:
    """Tell whether the file system failed where we write; a template's own files are its fault."""
    if error.filename is None:
        return error.errno is not None  # Jinja's error of a missing file has none
    return Path(os.fsdecode(error.filename)).is_relative_to(destination.resolve().parent)


def _line_of(error: Exception, root: Path) -> str:
    """Return the template's file and line that an error comes from, as far as that is known."""
    root = root.resolve()
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(root / "template"):
            found = f" in {file.relative_to(root)}, line {line}"
    return found
