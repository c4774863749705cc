"""What a project recorded when its framework was chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from scaffold import answers
from scaffold.errors import ProjectError
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.recommend import Recommendation
from scaffold.rules import Rules

RECORD = Path("docs/decisions/0001-web-framework.md")
_KNOWN = ("flask", "fastapi")
_LARGEST = 100_000  # characters of a record


@dataclass(frozen=True)
class Decision:
    """A recorded decision.

    Args:
        name: What the project is called.
        answers: Its recorded answers, unchecked.
        framework: The framework that it was made with.
        recommended: The framework that was recommended then; empty when the record does not tell.
        rules: Version of the rules of that day; empty when the record is gone.
        weights: What each answer weighed then, by trait and answer.

    """

    name: str
    answers: Mapping[object, object]
    framework: str
    recommended: str
    rules: str
    weights: Mapping[tuple[str, str], float]

    def as_json(self, advice: Recommendation, rules: Rules) -> dict[str, Any]:
        """Return what `scaffold explain --json` prints beside today's recommendation.

        Args:
            advice: What today's rules say of the project's answers.
            rules: Today's rules.

        """
        known = bool(self.recommended)
        return {
            "project": self.name,
            "framework": self.framework,
            "recommended": self.recommended or None,
            "rules": {"then": self.rules or None, "now": rules.version},
            "changed": self.recommended != advice.framework if known else None,
            "changes": [asdict(change) for change in changes(self, advice)] if known else [],
        }


@dataclass(frozen=True)
class Change:
    """An answer that weighs something else than it did, or is another one.

    Args:
        trait: The question's name.
        then: The answer that was recorded with the decision; empty where none weighed.
        weighed: What it weighed, in log-odds towards FastAPI.
        now: Today's answer; empty where none weighs.
        weighs: What it weighs.

    """

    trait: str
    then: str
    weighed: float
    now: str
    weighs: float


def read(project: Path) -> Decision:
    """Read the decision of a project from its answers file and its decision record.

    Args:
        project: The project's folder.

    Raises:
        ProjectError: It is no project of scaffold.
        AnswersFileError: Its answers file cannot be read.

    """
    recorded = answers.recorded(project)
    if recorded.get("framework") not in _KNOWN:
        raise ProjectError(
            f"'{project}' is no project of scaffold",
            why=f"Its {answers.RECORD} names no framework.",
            todo="Name the folder of a project that scaffold or copier made.",
        )
    front = _front_matter(project / RECORD)
    return Decision(
        name=str(recorded.get("project_name", project.name)),
        answers=recorded,
        framework=str(recorded["framework"]),
        recommended=str(front["recommended"]) if front.get("recommended") in _KNOWN else "",
        rules=str(front.get("rules", "")),
        weights=dict(_weights(front.get("weights"))),
    )


def traits(decision: Decision, questions: Questionnaire, rules: Rules) -> Answers:
    """Return the answers of a project that today's rules weigh.

    Args:
        decision: The recorded decision.
        questions: Today's questions.
        rules: Today's rules.

    Raises:
        AnswerError: One of them is no answer any more.

    """
    known = decision.answers.items()
    return questions.check({name: answer for name, answer in known if name in rules.answers})


def changes(decision: Decision, advice: Recommendation) -> list[Change]:
    """Return what weighs differently today than when the decision was recorded.

    Args:
        decision: The recorded decision.
        advice: What today's rules say of the project's answers.

    """
    then = {trait: (answer, weight) for (trait, answer), weight in decision.weights.items()}
    now = {rule.trait: (rule.answer, rule.weight) for rule in advice.reasons}
    return [
        Change(trait, *then.get(trait, ("", 0.0)), *now.get(trait, ("", 0.0)))
        for trait in advice.answers
        if then.get(trait) != now.get(trait)
    ]


def _weights(recorded: object) -> Iterator[tuple[tuple[str, str], float]]:
    for key, weight in recorded.items() if isinstance(recorded, dict) else ():
        trait, _, answer = str(key).partition("=")
        if isinstance(weight, int | float):
            yield (trait, answer), float(weight)


def _front_matter(record: Path) -> Mapping[object, object]:
    """Return what stands between the first two lines of dashes; nothing where none can be read."""
    try:
        with record.open(encoding="utf-8") as stream:
            opening, _, rest = stream.read(_LARGEST).partition("---\n")
        found = yaml.safe_load(rest.partition("\n---\n")[0]) if not opening else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
