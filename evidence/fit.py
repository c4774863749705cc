# noqa: INP001 - a script beside its data, no package
"""Fit the weights of `rules.yml` to the evidence, and write what came of it.

`python evidence/fit.py` rewrites the weights and the calibration in `rules.yml`
and the report in `docs/evidence.md`; with `--check` nothing is written, and what
differs is named. `docs/evidence.md` tells the method.
"""

import argparse
import difflib
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from report import report
from weights import Answer, Evidence, Fitted

HERE = Path(__file__).parent
MARKERS = "<!-- report -->\n", "<!-- /report -->\n"


def answers_of(rules: Mapping[str, Any]) -> list[Answer]:
    """Return the answers that have a weight."""
    return [
        (trait, str(answer)) for trait, answers in rules["traits"].items() for answer in answers
    ]


def with_numbers(text: str, weights: Mapping[Answer, float], factor: float) -> str:
    """Return the text of `rules.yml` with other numbers and nothing else changed.

    Raises:
        SystemExit: A number is not where it should be.

    """
    section = trait = answer = ""
    lines = []
    for line in text.splitlines(keepends=True):
        if key := re.match(r"( *)\"?(\w+)\"?:", line):
            depth, name = len(key[1]) // 2, key[2]
            section = name if depth == 0 else section
            trait = name if depth == 1 else trait
            answer = name if depth == 2 else answer  # noqa: PLR2004 - section, trait, answer
            value = None
            if (depth, name) == (0, "calibration"):
                value = factor
            elif (section, depth, name) == ("traits", 3, "weight"):
                value = weights[trait, answer]
            if value is not None:
                line = re.sub(r"(: *)[-+.\d]+", rf"\g<1>{value!r}", line, count=1)  # noqa: PLW2901 - the line, changed
        lines.append(line)
    changed = "".join(lines)
    rules = yaml.safe_load(changed)
    found = {(t, a): rules["traits"][t][a]["weight"] for t, a in answers_of(rules)}
    if found != weights or rules.get("calibration") != factor:
        raise SystemExit("rules.yml: the numbers are not where this script looks for them")
    return changed


def with_report(page: str, figures: str) -> str:
    """Return the page with another report between its markers.

    Raises:
        SystemExit: A marker is missing, or stands there twice.

    """
    if any(page.count(marker) != 1 for marker in MARKERS):
        raise SystemExit(f"the page needs one line {MARKERS[0]!r} and one {MARKERS[1]!r}")
    before, rest = page.split(MARKERS[0])
    _, after = rest.split(MARKERS[1])
    return f"{before}{MARKERS[0]}\n{figures}\n{MARKERS[1]}{after}"


def rewritten(rules_file: Path, page_file: Path) -> dict[Path, str]:
    """Return what both files should hold.

    Raises:
        SystemExit: An answer is left without a weight.

    """
    text = rules_file.read_text(encoding="utf-8")
    rules = yaml.safe_load(text)
    answers = answers_of(rules)
    fitted = Fitted.to(Evidence.load(HERE, answers), answers)
    weights = dict(zip(answers, fitted.weights.tolist(), strict=True))
    empty = [f"{trait}: {answer}" for (trait, answer), weight in weights.items() if weight == 0]
    if empty:
        raise SystemExit(f"no weight left: remove it from rules.yml: {', '.join(empty)}")
    page = page_file.read_text(encoding="utf-8")
    changed = with_numbers(text, weights, fitted.calibration)
    return {
        rules_file: changed,
        page_file: with_report(page, report(fitted, yaml.safe_load(changed))),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the files, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on differences")
    parser.add_argument("--rules", type=Path, default=HERE.parent / "rules.yml", metavar="PATH")
    parser.add_argument(
        "--page", type=Path, default=HERE.parent / "docs" / "evidence.md", metavar="PATH"
    )
    options = parser.parse_args(arguments)
    differences = 0
    for path, wanted in rewritten(options.rules, options.page).items():
        present = path.read_text(encoding="utf-8")
        differences += present != wanted
        if options.check:
            lines = (present.splitlines(), wanted.splitlines())
            for line in difflib.unified_diff(*lines, path.name, "evidence/fit.py", "", "", 0, ""):
                sys.stdout.write(f"{line}\n")
        elif present != wanted:
            path.write_text(wanted, encoding="utf-8", newline="\n")
    return 1 if options.check and differences else 0


if __name__ == "__main__":
    sys.exit(main())
