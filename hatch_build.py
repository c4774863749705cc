"""Stamps what is built with the release or commit that it is built from, as far as that is known.

A source distribution carries the stamp below `src`, so that a wheel built from it has it too.
"""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {"sdist": "src/scaffold/commit.txt", "wheel": "scaffold/commit.txt"}


class CustomBuildHook(BuildHookInterface):
    """What hatchling calls around each build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the stamp beside what is built; an editable install follows its checkout."""
        commit = clean_commit(Path(self.root))
        if commit and version != "editable":
            self._folder = tempfile.TemporaryDirectory()
            stamp = Path(self._folder.name) / "commit.txt"
            stamp.write_text(f"{commit}\n", encoding="utf-8")
            build_data["force_include"][str(stamp)] = PLACES[self.target_name]

    def finalize(self, *_: object) -> None:
        """Take the stamp away again."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def clean_commit(root: Path) -> str:
    """Return the commit of a checkout that holds nothing else; empty where there is none.

    Of a release it is the tag, as Copier records it: Renovate compares versions, not commits.
    """
    if not (root / ".git").exists() or git(root, "status", "--porcelain") != "":
        return ""
    tags = (git(root, "tag", "--points-at", "HEAD") or "").split()
    releases = [tag for tag in tags if re.fullmatch(r"v?\d+\.\d+\.\d+", tag)]
    return releases[0] if releases else git(root, "rev-parse", "HEAD") or ""


def git(root: Path, *arguments: str) -> str | None:
    """Return what git says, or None where it fails or is missing."""
    command = ("git", *arguments)
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
