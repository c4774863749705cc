"""The short way of rendering: layers laid over each other give what Copier makes of the whole."""

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

SHAPES = list(itertools.product(("flask", "fastapi"), ("api", "pages", "both")))
COPIER = """
_subdirectory: template
_envops: {undefined: jinja2.StrictUndefined}
used: {type: str, default: "."}
unused: {type: str, default: ""}
package: {type: str, default: shop}
"""


def template_of(folder: Path, files: Mapping[str, str], settings: str = COPIER) -> Template:
    """Write a template, and return it."""
    for name, text in {"copier.yml": settings, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Template(folder, {})


def both_ways(template: Template, place: Path) -> dict[str, bytes]:
    """Return what our way renders, which is what Copier renders of the whole."""
    answers = {"used": ".", "unused": "", "package": "shop"}
    render.render(template, answers, place / "ours")
    copier.run_copy(str(template.root), place / "whole", data=answers, defaults=True, quiet=True)
    assert tree(place / "ours") == tree(place / "whole")
    return tree(place / "ours")


@pytest.mark.parametrize(("framework", "interface"), SHAPES)
def test_our_template_takes_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framework: str, interface: str
) -> None:
    """What is laid out is not much more than what is rendered, once, and comes out the same."""
    template = Template(copy_template(tmp_path / "template"), {})
    given = {"project_name": "Shop", "framework": framework, "interface": interface}
    answers = Questionnaire.load(ROOT).complete({**given, "auth": "session"})
    with layers.chosen(template, answers) as root:
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
        {"template/{{ '{{ package }}' }}/a.txt": ""},
    ],
    ids=["a part of an unused layer", "a name of Copier's", "one folder for many", "twice rendered"],
)  # fmt: skip
def test_what_cannot_be_laid_out_is_left_to_copier(tmp_path: Path, files: dict[str, str]) -> None:
    """The short way is never another way."""
    assert "a.txt" in "".join(both_ways(template_of(tmp_path / "template", files), tmp_path))


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        ({"template/{{ used }}/a.txt": "1", "template/a.txt": "2"}, COPIER),
        ({"template/{{ used }}/a.txt": "1", "template/a.txt.jinja": "2"}, COPIER),
        ({"template/{{ '..' }}/a.txt": "1"}, COPIER),
        ({"template/{{ '/tmp' }}/a.txt": "1"}, COPIER),
        ({"template/{{ package + }}/a.txt": "1"}, COPIER),
        ({"template/a.txt": "1"}, COPIER + "_templates_suffix: .tmpl\n"),
        ({"template/a.txt": "1"}, COPIER.replace("{undefined", "{block_start_string: '<%', undefined")),
        ({"a.txt": "1"}, COPIER.replace("_subdirectory: template", "")),
        ({"template/a.txt": "1"}, COPIER + "wrong: {type: str, when: false, default: '{{ 1 // 0 }}'}"),
    ],
    ids=["one name", "one name rendered", "above", "elsewhere", "syntax", "suffix", "brackets", "no folder", "computed"],
)  # fmt: skip
def test_what_only_copier_can_decide_is_not_laid_out(
    tmp_path: Path, files: dict[str, str], settings: str
) -> None:
    template = template_of(tmp_path / "template", files, settings)
    before = tree(tmp_path)
    answers = {"used": ".", "unused": "", "package": "shop"}
    with pytest.raises(layers.UnfitError), layers.chosen(template, answers):
        pass
    assert tree(tmp_path) == before


def test_a_link_is_copiers_to_judge(tmp_path: Path) -> None:
    """It refuses what leads out of the template; so do we."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    template = template_of(tmp_path / "template", {"template/a.txt": "1"})
    (template.root / "template/b.txt").symlink_to(secret)
    with pytest.raises(TemplateError):
        render.render(template, {}, tmp_path / "ours")
    assert b"secret" not in tree(tmp_path / "ours").values()


def test_an_error_is_told_where_the_author_finds_it(tmp_path: Path) -> None:
    """Not where the layers were laid."""
    name = "template/{{ used }}/src/{{ package }}/a.txt.jinja"
    template = template_of(tmp_path / "template", {name: "fine\n{{ 1 // 0 }}\n"})
    with pytest.raises(TemplateError) as error:
        render.render(template, {"used": ".", "unused": "", "package": "shop"}, tmp_path / "ours")
    assert f"{name}, line 2" in error.value.why
