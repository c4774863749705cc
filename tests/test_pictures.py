"""The pictures of the README are what the program shows today."""

import shutil
import subprocess
import sys

import pytest

from conftest import ROOT, without

MAKE = ROOT / "docs/pictures/make.py"


@pytest.mark.slow
def test_pictures_are_not_old() -> None:
    """The program is run again in a terminal; times may differ."""
    if shutil.which("tmux") is None:
        without("tmux", "tmux")
    run = subprocess.run(
        [sys.executable, str(MAKE), "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_every_picture_is_shown() -> None:
    """The README shows each; each has its text beside it, and needs nothing from elsewhere."""
    pictures = sorted(MAKE.parent.glob("*.svg"))
    assert pictures
    for picture in pictures:
        assert f"docs/pictures/{picture.name}" in (ROOT / "README.md").read_text()
        assert picture.with_suffix(".txt").is_file()
        assert "url(http" not in picture.read_text()
