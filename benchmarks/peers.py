"""The programs that are compared, each as people install it, in an environment of its own."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scaffold import programs

ROOT = Path(__file__).parents[1]
# What is installed beside scaffold; copier is there in the version that scaffold uses.
_OTHERS = ("copier", "cookiecutter", "fastapi-new")
# Variables by which a person turns programs to other settings or other output.
_PERSONAL = ("COLUMNS", "COPIER_SETTINGS_PATH", "FORCE_COLOR", "LINES", "NO_COLOR", "UV_CACHE_DIR")


_PATIENCE = 600.0  # seconds until a program hangs rather than works


class BrokenError(Exception):
    """A program that is measured did not do its work."""


@dataclass(frozen=True)
class Setting:
    """Where the programs are and how they are run.

    Args:
        place: A temporary folder.
        variables: The environment that all of them run in.
        versions: The version of each program that is here.
        missing: Why a program is not here.
        notes: What else the report says of the group under way, a line each; it adds to them.

    """

    place: Path
    variables: Mapping[str, str]
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def program(self, name: str, command: str = "") -> str:
        """Return the path of a command in a program's environment.

        Args:
            name: The program, such as `copier`.
            command: The command; empty for the one of that name.

        """
        return str(self.place / "environments" / name / "bin" / (command or name))

    @property
    def uv(self) -> str:
        """The path of the uv that scaffold brings along."""
        return self.program("scaffold", "uv")

    @property
    def template(self) -> Path:
        """The template as scaffold's wheel carries it."""
        site = self.place / "environments/scaffold/lib"
        (bundled,) = site.glob("python*/site-packages/scaffold/bundled")
        return bundled

    def tell(self, text: str) -> None:
        """Show on standard error what is under way."""
        print(f"  {text} ...", file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield an empty folder, and remove it in the end."""
        with tempfile.TemporaryDirectory(dir=self.place, ignore_cleanup_errors=True) as name:
            yield Path(name)

    def run(self, command: Sequence[str], directory: Path | None = None) -> str:
        """Run a program to its end and return what it printed.

        Args:
            command: The program and its arguments.
            directory: Where to run it; None for anywhere.

        Raises:
            BrokenError: It failed.

        """
        done = subprocess.run(
            command,
            cwd=directory or self.place,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
            # Of the place only what lies in it means something, and it is recorded.
            why = said[-1].strip().replace(str(self.place), "...")
            raise BrokenError(f"{Path(command[0]).name} ended with {done.returncode}: {why}")
        return done.stdout

    def seconds(self, command: Sequence[str], directory: Path | None = None) -> float:
        """Return how long a program takes, from its start to its end; arguments as of `run`."""
        begun = time.perf_counter()
        self.run(command, directory)
        return time.perf_counter() - begun


@contextlib.contextmanager
def opened() -> Iterator[Setting]:
    """Install all programs in a temporary folder, and remove it in the end.

    Raises:
        BrokenError: scaffold itself cannot be built or installed.

    """
    with tempfile.TemporaryDirectory(prefix="scaffold-speed-", ignore_cleanup_errors=True) as name:
        place = Path(name).resolve()
        setting = Setting(place, _variables(place))
        setting.tell("building scaffold and installing it")
        _install(setting, "scaffold", str(_wheel(setting)))
        setting.versions["scaffold"] = _version(setting, "scaffold", "scaffold-web")
        # What looks for uv on the PATH finds the same one.
        (place / "bin/uv").symlink_to(setting.uv)
        setting.versions["uv"] = setting.run((setting.uv, "--version")).split()[1]
        setting.versions["git"] = setting.run(("git", "--version")).split()[2]
        copier = _version(setting, "scaffold", "copier")
        for other in _OTHERS:
            setting.tell(f"installing {other}")
            try:
                _install(setting, other, f"copier=={copier}" if other == "copier" else other)
                setting.versions[other] = _version(setting, other, other)
            except BrokenError as error:
                setting.missing[other] = str(error)
        yield setting


def _variables(place: Path) -> dict[str, str]:
    """Return an environment in which no settings of a person's own are found.

    Kept are uv's cache, which is warm for everyone, and the indexes that uv installs from.
    """
    for folder in ("bin", "configuration", "cache"):
        (place / folder).mkdir()
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for name in ("uv", "pip"):
        if (own / name).exists():
            (place / "configuration" / name).symlink_to(own / name)
    git = place / "configuration/git"
    git.write_text("[user]\n\tname = Grace Hopper\n\temail = grace@example.org\n")
    cookiecutter = {f"{name}_dir": str(place / name) for name in ("cookiecutters", "replay")}
    (place / "configuration/cookiecutter.yml").write_text(json.dumps(cookiecutter))
    kept = {k: v for k, v in programs.environment({}).items() if k not in _PERSONAL}
    cache = subprocess.run(
        (programs.uv(), "cache", "dir"), capture_output=True, text=True, check=True
    )
    # This process's own environment is not a person's PATH.
    path = [p for p in kept["PATH"].split(os.pathsep) if Path(p) != Path(sys.prefix) / "bin"]
    return kept | {
        "PATH": os.pathsep.join((str(place / "bin"), *path)),
        "COOKIECUTTER_CONFIG": str(place / "configuration/cookiecutter.yml"),
        "COPIER_CACHE_DIR": str(place / "cache/copier"),
        "GIT_CONFIG_GLOBAL": str(git),
        "GIT_CONFIG_SYSTEM": os.devnull,
        "UV_CACHE_DIR": cache.stdout.strip(),
        "XDG_CACHE_HOME": str(place / "cache"),
        "XDG_CONFIG_HOME": str(place / "configuration"),
    }


def _wheel(setting: Setting) -> Path:
    """Build the wheel of this checkout, with what is not committed in it."""
    dist = setting.place / "dist"
    setting.run((programs.uv(), "build", "--quiet", "--wheel", "--out-dir", str(dist), str(ROOT)))
    (wheel,) = dist.glob("*.whl")
    return wheel


def _install(setting: Setting, name: str, package: str) -> None:
    """Install a package in an environment of its own, bytecode compiled."""
    place = setting.place / "environments" / name
    setting.run((programs.uv(), "venv", "--quiet", "--python", sys.executable, str(place)))
    python = setting.program(name, "python")
    setting.run(
        (programs.uv(), "pip", "install", "--quiet", "--compile-bytecode", "--python", python,
         package)
    )  # fmt: skip


def _version(setting: Setting, name: str, package: str) -> str:
    statement = f"import importlib.metadata as m; print(m.version({package!r}))"
    return setting.run((setting.program(name, "python"), "-c", statement)).strip()
