"""The short way of rendering our template gives what Copier makes of the whole; others go that way."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import pytest

from conftest import ROOT, copy_template, tree
from scaffold import layers, render
from scaffold.errors import TemplateError
from scaffold.questionnaire import Questionnaire
from scaffold.source import Template

SHAPES = [
    {"framework": framework, "interface": interface, "auth": "session"}
    for framework, interface in itertools.product(("flask", "fastapi"), ("api", "pages", "both"))
]
MORE = [
    {
        "framework": framework, "auth": "bearer", "database": "postgresql", "example": "no",
        "realtime": "yes", "workload": "cpu", "ci": "gitlab", "license": "proprietary",
    }
    for framework in ("flask", "fastapi")
]  # fmt: skip
COPIER = """
_subdirectory: template
_envops: {undefined: jinja2.StrictUndefined}
used: {type: str, default: "."}
unused: {type: str, default: ""}
package: {type: str, default: shop}
"""
ANSWERS = {"used": ".", "unused": "", "package": "shop"}


def template_of(
    folder: Path, files: Mapping[str, str], settings: str = COPIER, *, own: bool = True
) -> Template:
    """Write a template, and return it."""
    for name, text in {"copier.yml": settings, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Template(folder, {}, own=own)


def both_ways(template: Template, place: Path) -> dict[str, bytes]:
    """Return what our way renders, which is what Copier renders of the whole."""
    render.render(template, ANSWERS, place / "ours")
    copier.run_copy(str(template.root), place / "whole", data=ANSWERS, defaults=True, quiet=True)
    assert tree(place / "ours") == tree(place / "whole")
    return tree(place / "ours")


@pytest.mark.parametrize("given", [*SHAPES, *MORE], ids=lambda given: "-".join(given.values()))
def test_our_template_takes_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    """What is laid out is not much more than what is rendered, once, and comes out the same."""
    template = Template(copy_template(tmp_path / "template"), {}, own=True)
    questions = Questionnaire.load(ROOT)
    answers = questions.complete(questions.check({"project_name": "Shop", **given}))
    with layers.chosen(template, template.questions.context(answers)) as root:
        laid = [path for path in (root / "template").rglob("*") if path.is_file()]
    assert not [path for path in laid if "{{ with" in str(path) or "{{ for" in str(path)]
    taken = []

    def counted(*arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Copier's own
        taken.append(arguments)
        copy(*arguments, **options)

    copy = copier.run_copy
    with monkeypatch.context() as patch:
        patch.setattr(copier, "run_copy", counted)
        render.render(template, answers, tmp_path / "ours")
    assert len(taken) == 1
    copier.run_copy(
        str(template.root), tmp_path / "whole", data={**answers, "_origin": {}},
        defaults=True, overwrite=True, quiet=True,
    )  # fmt: skip
    assert tree(tmp_path / "ours") == tree(tmp_path / "whole")
    everything = [path for path in (template.root / "template").rglob("*") if path.is_file()]
    assert len(laid) < len(everything) * 0.6


def test_layers_are_laid_over_each_other(tmp_path: Path) -> None:
    """Names are rendered, folders merged, what is left out is left out, modes stay."""
    template = template_of(
        tmp_path / "template",
        {
            "template/{{ used }}/src/{{ package }}/app.py.jinja": "{{ package }}\n",
            "template/src/{{ package }}/py.typed": "",
            "template/{{ unused }}/src/{{ package }}/gone.py": "",
            "template/{{ used }}/{{ unused }}/gone.py": "",
            "template/{{ used }}/{{ package }}.toml.jinja": "{% include 'shared.txt' %}",
            "shared.txt": "shared",
        },
    )
    script = tmp_path / "template/template/{{ used }}/run.sh"
    script.write_text("")
    script.chmod(0o755)
    with layers.chosen(template, ANSWERS) as root:
        assert (root / "template/src/shop/app.py.jinja").is_file()
        assert not list(root.rglob("gone.py"))
    found = both_ways(template, tmp_path)
    assert sorted(found) == ["run.sh", "shop.toml", "src/shop/app.py", "src/shop/py.typed"]
    assert found["shop.toml"] == b"shared"
    assert (tmp_path / "ours/run.sh").stat().st_mode & 0o111


@pytest.mark.parametrize(
    "files",
    [
        {"template/a.txt.jinja": "{% include 'template/{{ unused }}/part.txt' %}",
         "template/{{ unused }}/part.txt": "part"},
        {"template/{{ used }}/{{ _copier_conf.os }}/a.txt": ""},
        {"template/{% yield x from ['a', 'b'] %}{{ x }}{% endyield %}/a.txt.jinja": "{{ x }}"},
        {"template/{{ used }}/a.txt": "", "template/a.txt.jinja": ""},
    ],
    ids=["a part of an unused layer", "a name of Copier's", "one folder for many", "a clash"],
)  # fmt: skip
def test_what_cannot_be_laid_out_is_left_to_copier(tmp_path: Path, files: dict[str, str]) -> None:
    """The short way is never another way."""
    assert "a.txt" in "".join(both_ways(template_of(tmp_path / "template", files), tmp_path))


def test_other_templates_are_copiers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What their names, settings and links mean is not ours to guess."""
    files = {"template/{{ used }}/a.txt": "1"}
    template = template_of(tmp_path / "template", files, own=False)
    monkeypatch.delattr(layers, "chosen")
    assert both_ways(template, tmp_path) == {"a.txt": b"1"}


@pytest.mark.parametrize("link", ["template/b.txt", "shared", "leak.txt"])
def test_nothing_leaks_through_a_link(tmp_path: Path, link: str) -> None:
    """Copier refuses what leads out of a template; so does what evaluates its questions."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private/key.txt").write_text("secret")
    leak = (
        "leak: {type: str, default: \"{% include 'leak.txt' %}\"}\n" if link == "leak.txt" else ""
    )
    text = "{% include 'shared/key.txt' %}" if link == "shared" else "fine"
    template = template_of(
        tmp_path / "template", {"template/a.txt.jinja": text}, COPIER + leak, own=False
    )
    place = tmp_path / "private" if link == "shared" else tmp_path / "private/key.txt"
    (template.root / link).symlink_to(place)
    with pytest.raises(TemplateError):
        render.render(template, template.questions.complete(ANSWERS), tmp_path / "ours")
    assert b"secret" not in b"".join(tree(tmp_path / "ours").values())


def test_an_error_is_told_where_the_author_finds_it(tmp_path: Path) -> None:
    """Not where the layers were laid."""
    name = "template/{{ used }}/src/{{ package }}/a.txt.jinja"
    template = template_of(tmp_path / "template", {name: "fine\n{{ 1 // 0 }}\n"})
    with pytest.raises(TemplateError) as error:
        render.render(template, ANSWERS, tmp_path / "ours")
    assert f"{name}, line 2" in error.value.why
