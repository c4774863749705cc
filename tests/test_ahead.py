"""What is done in advance: a project is rendered while its answers are reviewed."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import nothing_in, tree
from scaffold import render
from scaffold.ahead import Ahead
from scaffold.errors import TemplateError
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.source import Template


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary folders are made, and nothing else."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def shop(questionnaire: Questionnaire) -> Answers:
    return questionnaire.complete({"project_name": "shop"})


@contextlib.contextmanager
def prepared(template: Template) -> Iterator[Ahead]:
    """Do what is done before the first question."""
    with Ahead(template) as ahead:
        ahead.prepare(draft=True)
        yield ahead


def test_what_was_rendered_in_advance_is_taken(
    tmp_path: Path, temporary: Path, template: Template, shop: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    render.render(template, shop, tmp_path / "plain")
    monkeypatch.setattr(render, "render", None)  # in this process nothing is
    with prepared(template) as ahead:
        ahead.draft({**shop, "description": "Sells other things."})
        ahead.draft(shop)
        ahead.draft(dict(shop))  # after a look at an answer that stayed as it was
        ahead.render(template, shop, tmp_path / "drafted")
    assert tree(tmp_path / "drafted") == tree(tmp_path / "plain")
    assert nothing_in(temporary)


def test_answers_changed_in_the_end_are_rendered_in_the_end(
    tmp_path: Path, temporary: Path, template: Template, shop: Answers
) -> None:
    with prepared(template) as ahead:
        ahead.draft({**shop, "description": "Sells other things."})
        ahead.render(template, shop, tmp_path / "changed")
    assert "Sells other things." not in (tmp_path / "changed/README.md").read_text()
    assert nothing_in(temporary)


def test_without_a_draft_it_is_rendered_in_the_end(
    tmp_path: Path, template: Template, shop: Answers
) -> None:
    with Ahead(template) as ahead:
        ahead.render(template, shop, tmp_path / "plain")
    assert (tmp_path / "plain/README.md").is_file()


def test_a_renderer_that_ended_costs_only_time(
    tmp_path: Path, template: Template, shop: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("true"))
    with prepared(template) as ahead:
        for description in ("One thing.", "Another."):
            ahead.draft({**shop, "description": description})
        ahead.draft(shop)
        ahead.render(template, shop, tmp_path / "plain")
    assert (tmp_path / "plain/README.md").is_file()


def test_a_renderer_that_cannot_be_started_costs_only_time(
    tmp_path: Path, temporary: Path, template: Template, shop: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with prepared(template) as ahead:
        ahead.draft(shop)
        ahead.render(template, shop, tmp_path / "plain")
    assert (tmp_path / "plain/README.md").is_file()
    assert nothing_in(temporary)


@pytest.mark.parametrize("after", [0.0, 0.5, 0.8])
def test_what_nobody_takes_is_removed(
    temporary: Path, template: Template, shop: Answers, after: float
) -> None:
    """Ctrl-C at the review, whatever the renderer does then."""
    with pytest.raises(KeyboardInterrupt), prepared(template) as ahead:
        ahead.draft(shop)
        time.sleep(after)
        raise KeyboardInterrupt
    assert nothing_in(temporary)


def test_what_goes_wrong_in_advance_is_told_in_the_end(
    tmp_path: Path, temporary: Path, shop: Answers
) -> None:
    """Not amid the review, where a person can do nothing about it."""
    (tmp_path / "template").mkdir()
    (tmp_path / "copier.yml").write_text("_subdirectory: template\n")
    (tmp_path / "template/broken.txt.jinja").write_text("{% if %}")
    template = Template(tmp_path, {})
    with prepared(template) as ahead:
        ahead.draft(shop)
        with pytest.raises(TemplateError, match="cannot be rendered"):
            ahead.render(template, shop, tmp_path / "project")
    assert nothing_in(temporary)


def test_it_ends_when_nobody_is_there_any_more() -> None:
    """A killed run leaves no process behind."""
    command = [sys.executable, "-m", "scaffold.ahead"]
    ended = subprocess.run(
        command, input="", capture_output=True, text=True, check=True, timeout=30
    )
    assert ended.stdout == ""
