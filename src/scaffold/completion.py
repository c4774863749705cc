"""What a shell offers for the answers of a command line."""

from collections.abc import Mapping, MutableMapping

from scaffold.questionnaire import Questionnaire

# The key of the pair that is being typed, where the shell completes its value only.
_KEY = "_SCAFFOLD_KEY"


def join_pairs(environment: MutableMapping[str, str]) -> None:
    """Put pairs together again: bash makes a word of each `=` in a command line.

    Of the pair that is being typed the value stays, which is what bash completes; its
    key is remembered.

    Args:
        environment: The variables that the completion script sets.

    """
    words = environment["COMP_WORDS"].split("\n")[: int(environment["COMP_CWORD"]) + 1]
    joined = "\n".join(words).replace("\n=\n", "=").replace("\n=", "=")
    *before, last = joined.split("\n")
    key, equals, value = last.partition("=")
    if equals and not key.startswith("-"):
        environment[_KEY], last = key, value
    environment["COMP_WORDS"] = "\n".join((*before, last))
    environment["COMP_CWORD"] = str(len(before))


def pairs(questionnaire: Questionnaire, typed: str, environment: Mapping[str, str]) -> list[str]:
    """Return what can follow `-d`: keys as long as several fit, then the answers of one.

    Args:
        questionnaire: The questions.
        typed: What stands there already.
        environment: As `join_pairs` has left it.

    """
    if _KEY in environment:
        return _answers(questionnaire, environment[_KEY])
    names = [name for name in questionnaire.questions if name.startswith(typed.partition("=")[0])]
    if len(names) != 1:
        return [f"{name}=" for name in names]
    return [f"{names[0]}={answer}" for answer in _answers(questionnaire, names[0])]


def _answers(questionnaire: Questionnaire, name: str) -> list[str]:
    question = questionnaire.questions.get(name)
    return [choice.value for choice in question.choices] if question else []
