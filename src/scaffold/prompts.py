"""Ask on a terminal, with menus or line by line: the only place that knows questionary."""

import importlib
import os
import shutil
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from scaffold.interview import Back, Row
from scaffold.questions import Choice, Prompt

if TYPE_CHECKING:
    import questionary
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.key_binding import KeyBindings

ValueT = TypeVar("ValueT")

# What an empty answer is called in the review.
EMPTY = "(empty)"
KEYS = "(↑ ↓ Enter, ← back)"


def on_a_terminal() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True)
class Review:
    """What a review says.

    Args:
        confirm: What is done where all answers are right.
        marked: What a star says of an answer.

    """

    confirm: str = "Make the project"
    marked: str = "is yours"


def asker(review: Review = Review()) -> "Menus | Lines":
    """Return menus where the terminal can draw them, else plain lines.

    Plain lines suit screen readers too: `ACCESSIBLE=1` asks for them.

    Args:
        review: What the review of the answers says.

    """
    plain = os.environ.get("TERM", "dumb") == "dumb" or os.environ.get("ACCESSIBLE")
    return Lines(review) if plain else Menus(review)


class Menus:
    """Questions with arrow keys; Esc, Shift-Tab and, in a list, the left arrow go back.

    Args:
        words: What the review says.

    """

    def __init__(self, words: Review = Review()) -> None:
        importlib.import_module("questionary")  # before anything else competes with it
        self._words = words

    def ask(
        self, prompt: Prompt, heading: str, refusal: Callable[[str], str], selected: str | None
    ) -> str:
        """Return the answer to a question; see `Asker`."""
        import questionary

        if prompt.choices:
            answer = self._chosen(prompt, heading, selected)
        else:
            answer = self._typed(prompt, heading, refusal, selected)
        # The question gives way to its answer, so that all answers can be seen at once.
        questionary.print(_shortened(f"  {prompt.name:<16} {prompt.label(answer) or EMPTY}"))
        return answer

    def _chosen(self, prompt: Prompt, heading: str, selected: str | None) -> str:
        import questionary

        text = _wrapped(f"{heading}\n{prompt.help}")
        question = questionary.select(
            f"{text}\n",
            choices=[
                questionary.Choice(_item(choice.label), choice.value) for choice in prompt.choices
            ],
            default=_one_of(prompt.choices, selected) or prompt.default,
            instruction=KEYS,
        )
        return self._run(question, "left")

    def _typed(
        self, prompt: Prompt, heading: str, refusal: Callable[[str], str], selected: str | None
    ) -> str:
        """Ask until the text is accepted; what is wrong with it stands above it, in full."""
        import questionary

        fresh = selected is None
        typed = selected if selected is not None else prompt.default or ""
        text = f"{heading}\n{prompt.help}"
        while True:
            question = questionary.text(
                f"{_wrapped(text)}\n ",
                default=typed,
                placeholder=[("class:placeholder", prompt.placeholder)],
                key_bindings=_pasting(),
            )
            if fresh:
                _select(question.application.current_buffer)
            typed, fresh = self._run(question).strip(), False
            if not (problem := refusal(typed)):
                return typed
            text = f"{heading}\n{prompt.help}\n{problem}"

    def review(self, rows: list[Row], at: str | None) -> str | None:
        """Return the name of an answer to change, or None; see `Asker`."""
        import questionary

        choices = [questionary.Choice(self._words.confirm, "")]
        stage = ""
        for row in rows:
            if row.stage != stage:
                stage = row.stage
                choices.append(questionary.Separator(f"── {stage} ──"))
            choices.append(questionary.Choice(_item(_line(row), indent=19), row.name))
        text = "Review: nothing is written yet. Enter on a line changes it;"
        text += f" * {self._words.marked}."
        question = questionary.select(
            f"{_wrapped(text)}\n", choices=choices, default=at, instruction=KEYS
        )
        return self._run(question, "left") or None

    def pick(self, shown: str, text: str, options: list[tuple[str, str]]) -> str:
        """Show a text as it is, ask below it, and return the value of an option."""
        import questionary

        sys.stdout.write(f"\n{shown}\n\n")
        sys.stdout.flush()
        choices = [questionary.Choice(_item(label), value) for label, value in options]
        question = questionary.select(f"{_wrapped(text)}\n", choices=choices, instruction=KEYS)
        answer = self._run(question, "left")
        # The question gives way; what was decided stays to be seen below the text.
        questionary.print(f"  {next(label for label, value in options if value == answer)}")
        return answer

    def say(self, text: str) -> None:
        """Tell something; see `Asker`."""
        import questionary

        style = "" if os.environ.get("NO_COLOR") else "bold"
        questionary.print(_wrapped(text, indent="") + "\n", style=style)

    @staticmethod
    def _run(question: "questionary.Question", *keys: str) -> str:
        """Ask, and raise Back for the keys that mean it."""
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

        bindings = KeyBindings()

        def back(event: KeyPressEvent) -> None:
            event.app.exit(exception=Back())

        for key in ("escape", "s-tab", *keys):
            bindings.add(key, eager=True)(back)
        application = question.application
        application.erase_when_done = True
        own = application.key_bindings
        application.key_bindings = merge_key_bindings([*([own] if own else []), bindings])
        answer: str = question.unsafe_ask()
        return answer


class Lines:
    """Questions in plain lines with numbered answers, for screen readers and simple terminals.

    Args:
        words: What the review says.

    """

    def __init__(self, words: Review = Review()) -> None:
        self._words = words

    def ask(
        self, prompt: Prompt, heading: str, refusal: Callable[[str], str], selected: str | None
    ) -> str:
        """Return the answer to a question; see `Asker`."""
        self.say(f"{heading}\n{prompt.help}")
        if prompt.choices:
            default = _one_of(prompt.choices, selected) or prompt.default
            options = [(choice.label, choice.value) for choice in prompt.choices]
            return self._choose(options, default)
        default = selected if selected is not None else prompt.default or ""
        while True:
            typed = self._line(f"Type an answer{f', or Enter for {default}' if default else ''}")
            answer = typed or default
            if not (problem := refusal(answer)):
                return answer
            self.say(problem)

    def review(self, rows: list[Row], at: str | None) -> str | None:
        """Return the name of an answer to change, or None; see `Asker`."""
        text = "Review: nothing is written yet. A number changes that answer;"
        self.say(f"{text} * {self._words.marked}.")
        options = [(self._words.confirm, "")]
        options += [(f"{row.stage}: {_line(row)}", row.name) for row in rows]
        return self._choose(options, at or "") or None

    def pick(self, shown: str, text: str, options: list[tuple[str, str]]) -> str:
        """Show a text as it is, ask below it, and return the value of an option."""
        sys.stdout.write(f"\n{shown}\n")
        self.say(text)
        return self._choose(options, options[0][1])

    def say(self, text: str) -> None:
        """Tell something; see `Asker`."""
        sys.stdout.write(f"\n{_wrapped(text, indent='')}\n")

    def _choose(self, options: list[tuple[str, ValueT]], default: ValueT | None) -> ValueT:
        values = [value for _, value in options]
        for number, (label, _) in enumerate(options, 1):
            sys.stdout.write(f"  {number}. {label}\n")
        enter = f", or Enter for {values.index(default) + 1}" if default in values else ""
        while True:
            typed = self._line(f"Type a number{enter}")
            if not typed and default in values:
                return default
            if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(values):
                return values[int(typed) - 1]
            self.say(f"'{typed}' is no number from 1 to {len(values)}.")

    @staticmethod
    def _line(request: str) -> str:
        """Return what is typed on a line."""
        try:
            typed = input(f"{_wrapped(f'{request}; < goes back:', indent='')} ").strip()
        except EOFError:  # Ctrl-D: nobody is there any more
            raise KeyboardInterrupt from None
        if typed == "<":
            raise Back
        return typed


def _select(buffer: "Buffer") -> None:
    """Select a text, as a form does with a default: what is typed takes its place.

    The arrow keys, Home and End keep it to be edited, and Enter takes it as it is.
    """
    from prompt_toolkit.selection import SelectionState

    if buffer.text:
        buffer.selection_state = SelectionState(original_cursor_position=0)
        buffer.selection_state.enter_shift_mode()


def _pasting() -> "KeyBindings":
    """Let what is pasted take the place of a selected text too; prompt_toolkit's own adds to it."""
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.keys import Keys

    bindings = KeyBindings()

    @bindings.add(Keys.BracketedPaste)
    def paste(event: KeyPressEvent) -> None:
        if event.current_buffer.selection_state:
            event.current_buffer.cut_selection()
        event.current_buffer.insert_text(" ".join(event.data.splitlines()))

    return bindings


def _line(row: Row) -> str:
    beside = f"  (recommended: {row.instead})" if row.instead else ""
    beside = f"  (locked. {row.locked})" if row.locked else beside
    return f"{'*' if row.chosen else ' '} {row.name:<16} {row.text or EMPTY}{beside}"


def _one_of(choices: tuple[Choice, ...], value: str | None) -> str | None:
    return value if value in [choice.value for choice in choices] else None


def _width() -> int:
    return max(20, min(shutil.get_terminal_size().columns, 80))


def _item(label: str, indent: int = 2) -> str:
    """Return a label as an item of a menu, in as many lines as it needs."""
    # A menu puts three columns before an item, and nothing before its further lines.
    inner = " " * (3 + min(indent, _width() // 2))
    lines = textwrap.wrap(label, _width() - 1, initial_indent=" " * 3, subsequent_indent=inner)
    return "\n".join(lines)[3:]


def _shortened(label: str) -> str:
    """Return a label that fits into a line, with a mark where its end is missing."""
    width = _width() - 4
    return label if len(label) <= width else f"{label[: width - 1]}…"


def _wrapped(text: str, indent: str = "  ") -> str:
    """Break the lines of a text where the terminal ends, those after the first indented."""
    first, *others = text.split("\n")
    lines = textwrap.wrap(first, _width() - 2, subsequent_indent=indent)
    for line in others:
        inner = indent + ("  " if line.startswith(("+ ", "- ", "~ ", "! ", "  ")) else "")
        lines += textwrap.wrap(line, _width() - 1, initial_indent=indent, subsequent_indent=inner)
    return "\n".join(lines)
