"""Where the template is, and which origin a project records for it."""

import contextlib
import functools
import importlib.metadata
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scaffold import programs
from scaffold.errors import TemplateError
from scaffold.questionnaire import Questionnaire

_HERE = Path(__file__).parent
_GIT_ADDRESS = re.compile(
    r"^(git\+|https?://|ssh://|git://|file://|git@|gh:|gl:)|\.git/?$|\.bundle$"
)
_REMOTE = re.compile(r"(https?|ssh|git)://|[\w.-]+@[\w.-]+:")
_RELEASE = re.compile(r"v?\d+\.\d+\.\d+")
_SHORTCUTS = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}


@dataclass(frozen=True)
class Template:
    """A template that lies ready as a plain folder.

    Args:
        root: The folder with its `copier.yml`.
        origin: What a project made from it records: `_src_path`, and `_commit` where one
            is known; empty where the origin is unknown.
        own: Whether it is the template of this installation.

    """

    root: Path
    origin: Mapping[str, str]
    own: bool = False

    @functools.cached_property
    def questions(self) -> Questionnaire:
        """What its `copier.yml` asks; a TemplateError tells where that cannot be read."""
        return Questionnaire.load(self.root)


@contextlib.contextmanager
def opened(address: str | None = None) -> Iterator[Template]:
    """Make a template ready for reading and rendering.

    Args:
        address: A folder or a git address; None for the template of this installation.

    Raises:
        TemplateError: There is no template at the address.

    """
    if address is None:
        with _folder(_bundled(), _installed_from()) as template:
            yield replace(template, own=True)
    elif Path(address).is_dir():
        path = Path(address).resolve()
        with _folder(path, _checkout_origin(path)) as template:
            yield template
    elif is_git(address):
        with _cloned(address) as template:
            yield template
    else:
        raise TemplateError(
            f"There is no template at '{address}'",
            why="It is neither a folder nor a git address.",
            todo="Name a folder that holds a copier.yml, or an address such as git+https://...",
        )


def is_git(address: str) -> bool:
    """Tell whether an address looks like one that git reads."""
    return bool(_GIT_ADDRESS.search(address))


def clone(address: str, folder: Path) -> str:
    """Clone a git address and check out its newest release, as Copier does.

    Args:
        address: What to clone; where it has no release, its head is taken.
        folder: Where to put the clone; its parent is there.

    Returns:
        What went wrong, as git tells it; empty when nothing did.

    """
    problem = fetch(address, folder)
    if not problem:
        version = newest_release(folder) or "HEAD"
        programs.run(programs.git("checkout", "--quiet", version), folder)
    return problem


def fetch(address: str, folder: Path, *, whole: bool = False) -> str:
    """Clone a git address with all its versions, and check out none.

    Args:
        address: What to clone.
        folder: Where to put the clone; its parent is there.
        whole: Whether the clone can stand in for the address.

    Returns:
        What went wrong, as git tells it; empty when nothing did.

    """
    how = "--mirror" if whole else "--no-checkout"
    cloned = programs.run(
        programs.git("clone", "--quiet", how, "--", git_url(address), str(folder)),
        folder.parent,
        GIT_TERMINAL_PROMPT="0",
    )
    if cloned.code == programs.NOT_STARTED:
        return "git is not installed."
    return "" if cloned.ok else cloned.output.strip()


def git_url(address: str) -> str:
    """Return what git calls an address that Copier takes."""
    url = str(Path(address).expanduser()) if address.startswith("~") else address
    url = url.removeprefix("git+")
    for short, full in _SHORTCUTS.items():
        url = full + url.removeprefix(short) if url.startswith(short) else url
    return url


def newest_release(clone: Path) -> str | None:
    """Return the tag of a clone's newest release, as Copier chooses it; None without any."""
    from packaging.version import InvalidVersion, Version

    releases = {}
    for tag in programs.run(programs.git("tag"), clone).output.split():
        with contextlib.suppress(InvalidVersion):
            version = Version(tag)
            if not version.is_prerelease:
                releases[version] = tag
    return releases[max(releases)] if releases else None


def described(repository: Path, commit: str = "HEAD") -> str:
    """Return how git describes a commit, as answers files record it."""
    return programs.run(
        programs.git("describe", "--tags", "--always", commit), repository
    ).output.strip()


def without_secret(address: str) -> str:
    """Return an address without the name, the password and the query that it may hold."""
    scheme, slashes, rest = address.partition("://")
    if not slashes or "ssh" in scheme:
        return address
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"


def shared(address: str) -> str:
    """Return an address as others may read it; nothing for one of this machine."""
    plain = address.removeprefix("git+")
    local = urlsplit(plain).scheme == "file" or Path(plain).exists()
    return "" if local else without_secret(address)


def bundled_tables() -> Path:
    """Return the folder with the `copier.yml` and `rules.yml` of this installation."""
    return _bundled()


def _bundled() -> Path:
    """Find the template: a wheel carries it in the package, a checkout at its top."""
    packed = _HERE / "bundled"
    return packed if packed.is_dir() else _HERE.parents[1]


@contextlib.contextmanager
def _folder(root: Path, origin: Mapping[str, str]) -> Iterator[Template]:
    """Yield a folder's template as it is now.

    Copier would clone a git checkout and take its newest tag, so the files of one
    are copied out of it first.
    """
    if not (root / ".git").exists():
        yield Template(root, origin)
        return
    with tempfile.TemporaryDirectory(prefix="scaffold-template-") as name:
        copy = Path(name)
        listed = programs.run(
            programs.git("ls-files", "-z", "--cached", "--others", "--exclude-standard"), root
        )
        if not listed.ok:
            raise TemplateError(f"git cannot list the files of {root}", why=listed.output)
        for file in filter(None, listed.output.split("\0")):
            if (root / file).is_file():
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / file, copy / file)
        yield Template(copy, origin)


@contextlib.contextmanager
def _cloned(address: str) -> Iterator[Template]:
    """Yield the template at a git address."""
    with tempfile.TemporaryDirectory(prefix="scaffold-template-") as name:
        folder = Path(name) / "clone"
        problem = clone(address, folder)
        if problem:
            raise TemplateError(
                f"The template at '{address}' cannot be cloned",
                why=problem,
                todo="Check the address, and that git may read it.",
            )
        commit = described(folder)
        shutil.rmtree(folder / ".git")
        yield Template(folder, {"_src_path": address, "_commit": commit})


def _checkout_origin(path: Path) -> dict[str, str]:
    """Return where a folder's files come from, with their commit where that is all there is."""
    if not (path / ".git").exists():
        return {"_src_path": str(path)}
    status = programs.run(programs.git("status", "--porcelain"), path)
    if not status.ok or status.output:
        return {}
    return {"_src_path": _remote(path) or str(path), "_commit": described(path)}


def _remote(checkout: Path) -> str:
    """Return the address of a checkout's `origin`, where others find its commit too."""
    url = programs.run(
        programs.git("config", "--get", "remote.origin.url"), checkout
    ).output.strip()
    pushed = programs.run(
        programs.git("for-each-ref", "--contains", "HEAD", "refs/remotes/origin"), checkout
    )
    if not _REMOTE.match(url) or not pushed.ok or not pushed.output:
        return ""
    return shared(url if url.startswith("git@") else f"git+{url}")


def _installed_from() -> dict[str, str]:
    """Return where this installation's template came from, as far as others can reach it.

    PEP 610's record names the repository or the folder of an installation from one. What came
    from an index, or as a file, has the commit that it was built from, and the address
    that its metadata names as `Template`.
    """
    try:
        distribution = importlib.metadata.distribution("scaffold-web")
    except importlib.metadata.PackageNotFoundError:
        return {}
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if "vcs_info" in origin:
        asked = origin["vcs_info"].get("requested_revision") or ""
        # Without the prefix Copier does not take every address for a git source. Of a release
        # its tag is recorded, as Copier does: Renovate compares versions, not commits.
        return {
            "_src_path": f"git+{origin['url']}",
            "_commit": asked if _RELEASE.fullmatch(asked) else origin["vcs_info"]["commit_id"],
        }
    if "dir_info" in origin:
        path = Path(unquote(urlsplit(origin["url"]).path))
        return _checkout_origin(path) if path.is_dir() else {}
    urls = (url.split(", ", 1) for url in distribution.metadata.get_all("Project-URL") or ())
    address = next((url for label, url in urls if label == "Template"), None)
    stamp = _HERE / "commit.txt"
    if address is None or not stamp.is_file():
        return {}
    return {"_src_path": address, "_commit": stamp.read_text(encoding="utf-8").strip()}
