"""The questions as `copier.yml` has them, and answers as text."""

from dataclasses import dataclass
from typing import Any

_YES_NO = {"yes", "no"}
_TEXT_BOOLEANS = {"y": "yes", "true": "yes", "on": "yes", "n": "no", "false": "no", "off": "no"}


@dataclass(frozen=True)
class Choice:
    """One value that a question takes, and the label to show for it."""

    label: str
    value: str


@dataclass(frozen=True)
class Prompt:
    """A question as it stands for the answers so far, ready to be asked.

    Args:
        name: The answer's key.
        help: The question's text; may have several lines.
        choices: What can be chosen; empty for free text.
        default: The answer that is taken when none is given; None where one must be.
        placeholder: An example to show in an empty field.

    """

    name: str
    help: str
    choices: tuple[Choice, ...]
    default: str | None
    placeholder: str

    def label(self, answer: str) -> str:
        """Return an answer in the words of its choice."""
        return next((c.label for c in self.choices if c.value == answer), answer)


@dataclass(frozen=True)
class Question:
    """One entry of `copier.yml`, its templates still unrendered.

    Args:
        name: The answer's key.
        type: Copier's type name.
        help: The question's text.
        choices: Label and value of each choice; empty for free text.
        default: The default, or None where an answer must be given.
        validator: A template that renders to what is wrong, or to nothing.
        when: A template that tells whether the question is asked; false marks a computed value.
        placeholder: An example to show in an empty field.
        ask: Whether a person is ever asked; else it is recorded as it was given.

    """

    name: str
    type: str
    help: str
    choices: tuple[Choice, ...]
    default: Any
    validator: str
    when: str | bool
    placeholder: str
    ask: bool

    @classmethod
    def read(cls, name: str, fields: dict[str, Any]) -> "Question":
        """Return the entry that `copier.yml` has under a name."""
        choices = fields.get("choices", ())
        labelled = choices.items() if isinstance(choices, dict) else ((c, c) for c in choices)
        return cls(
            name=name,
            type=fields.get("type", "str"),
            help=str(fields.get("help", name)),
            choices=tuple(Choice(str(label), str(value)) for label, value in labelled),
            default=fields.get("default"),
            validator=str(fields.get("validator", "")),
            when=fields.get("when", True),
            placeholder=str(fields.get("placeholder", "")),
            ask=fields.get("ask", True),
        )

    @property
    def computed(self) -> bool:
        """Whether this is a hidden value that follows from the answers."""
        return self.when is False

    @property
    def needed(self) -> bool:
        """Whether an answer must be given: there is no default."""
        return self.default is None


def as_text(value: object, choices: list[str]) -> str | None:
    """Return a YAML value as the text of an answer, or None where it has none."""
    yes_no = set(choices) >= _YES_NO
    if isinstance(value, bool):
        return ("yes" if value else "no") if yes_no else None
    if isinstance(value, int | float) and choices:
        return str(value)
    if not isinstance(value, str):
        return None
    lowered = value.lower()
    if yes_no and (lowered in _YES_NO or lowered in _TEXT_BOOLEANS):
        return _TEXT_BOOLEANS.get(lowered, lowered)
    return value
