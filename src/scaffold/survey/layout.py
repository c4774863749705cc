"""Where a repository keeps its application: a module, a package, or one below src."""

from pathlib import PurePosixPath

from scaffold.survey import codebase
from scaffold.survey.checkout import Checkout
from scaffold.survey.signs import Place


def package(checkout: Checkout, path: str) -> tuple[str, Place] | None:
    """Return the package or module that an application belongs to, and how that is known.

    Args:
        checkout: The repository.
        path: The file that makes the application; no Python file tells nothing.

    """
    file = PurePosixPath(path)
    if file.suffix != ".py":
        return None
    above = file.parent
    if _is_package(checkout, above):
        while _is_package(checkout, above.parent):
            above = above.parent
        return above.name, Place((above / "__init__.py").as_posix(), 0, "a package")
    if above.name and above.name != "src" and (place := _imported(checkout, above.name)):
        return above.name, place
    return file.stem, Place(path, 0, "a module")


def _is_package(checkout: Checkout, folder: PurePosixPath) -> bool:
    return bool(folder.name) and (folder / "__init__.py").as_posix() in checkout.paths


def _imported(checkout: Checkout, name: str) -> Place | None:
    """Return where a folder without an __init__.py is imported as a package."""
    for path in checkout.named("*.py"):
        if line := codebase.line_importing(checkout, path, name):
            return Place(path, line, f"imports from {name}")
    return None
