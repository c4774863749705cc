"""Read `copier.yml`: its questions, their defaults, choices and validation.

Nothing here asks or prints. Copier reads the same file when it renders; what
this module accepts, Copier accepts with the same result, and a test holds that.
"""

import difflib
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from scaffold import tables
from scaffold.errors import AnswerError, TemplateError
from scaffold.expressions import Expressions, broken, shortened
from scaffold.questions import Choice, Prompt, Question, as_text

Answers = dict[str, str]


class Questionnaire:
    """The questions of one template.

    Args:
        expressions: What evaluates the texts of its `copier.yml`.
        settings: Copier's own settings in it, such as `_subdirectory`.
        questions: Its entries in order, computed values among them.
        preferred: Defaults that come before those of the entries, each with who gives it.
        locked: Why the answers to some can never be changed, by question.

    """

    def __init__(
        self,
        expressions: Expressions,
        settings: Mapping[str, Any],
        questions: Iterable[Question],
        preferred: Mapping[str, tuple[str, str]] = MappingProxyType({}),
        locked: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.settings = settings
        self.expressions = expressions
        self.locked = locked
        self._preferred = preferred
        self._entries = tuple(questions)
        self.questions = {q.name: q for q in self._entries if not q.computed}

    @classmethod
    def load(cls, root: Path) -> "Questionnaire":
        """Read the `copier.yml` in a template's root folder.

        Raises:
            TemplateError: There is none, or it cannot be read.

        """
        path = root / "copier.yml"
        try:
            data = tables.parse(path.read_text(encoding="utf-8"))
            settings = {k: v for k, v in data.items() if k.startswith("_")}
            questions = [Question.read(k, v) for k, v in data.items() if k not in settings]
        except (OSError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
            raise TemplateError(
                "This is not a template of scaffold",
                why=f"Its copier.yml cannot be read: {error}",
                todo="Name the folder or the git address of a template with --template.",
            ) from error
        return cls(Expressions(root), settings, questions)

    def need(self, names: Iterable[str]) -> None:
        """Make sure that these questions are asked.

        Raises:
            TemplateError: One of them is not there.

        """
        missing = [name for name in names if name not in self.questions]
        if missing:
            raise TemplateError(
                "This is not a template of scaffold",
                why=f"Its copier.yml does not ask for {', '.join(missing)}.",
                todo="Render it with `copier copy`, or leave --template out.",
            )

    def with_defaults(self, defaults: Mapping[str, str], giver: str = "") -> "Questionnaire":
        """Return these questions with other defaults for some, where they are accepted.

        The texts are taken as they are. A default that other answers rule out gives
        way to the one of the question; one that was set before this call stays.

        Args:
            defaults: Default by question.
            giver: Who gives them, to be told where they are asked for; empty for nobody.

        """
        preferred = {name: (text, giver) for name, text in defaults.items()}
        preferred |= self._preferred
        return self._with(preferred, self.locked)

    def with_locked(self, reasons: Mapping[str, str]) -> "Questionnaire":
        """Return these questions with the reasons why some answers can never be changed."""
        return self._with(self._preferred, reasons)

    def _with(
        self, preferred: Mapping[str, tuple[str, str]], locked: Mapping[str, str]
    ) -> "Questionnaire":
        return Questionnaire(self.expressions, self.settings, self._entries, preferred, locked)

    def check(self, given: Mapping[Any, object]) -> Answers:
        """Return the given answers as normalised text, each checked by itself.

        Keys and choices are checked; validators, which may depend on other
        answers, are left to `complete`.

        Raises:
            AnswerError: A key is unknown, or a value is none of the question's.

        """
        return {self._known(key): self._normalised(str(key), value) for key, value in given.items()}

    def next_prompt(self, answers: Mapping[str, str]) -> Prompt | None:
        """Return the first question without an answer, or None when all have one.

        Raises:
            AnswerError: One of the answers is refused by its validator.

        """
        return next(self.open_prompts(dict(answers)), None)

    def prompt(self, name: str) -> Prompt:
        """Return a question whose text and choices depend on no other answer."""
        return self._prompt(self.questions[name], {})

    def complete(self, answers: Mapping[str, str]) -> Answers:
        """Return every answer: the given ones, and the defaults of all others.

        Raises:
            AnswerError: An answer is refused, or one without a default is missing.

        """
        complete = dict(answers)
        for prompt in self.open_prompts(complete):
            if prompt.default is None:
                raise AnswerError(
                    f"'{prompt.name}' has no answer",
                    why="It has no default.",
                    todo=f"Give it with -d {prompt.name}=...",
                    question=prompt.name,
                )
            complete[prompt.name] = prompt.default
        return {name: complete[name] for name in self.questions if name in complete}

    def values(self) -> dict[str, Any]:
        """Return the values of `copier.yml` that stand above its first question."""
        found: dict[str, Any] = {}
        for entry in itertools.takewhile(lambda entry: entry.computed, self._entries):
            found[entry.name] = self._default(entry, found)
        return found

    def context(self, complete: Mapping[str, str]) -> dict[str, Any]:
        """Return what the template's texts see: complete answers, and what follows from them."""
        context: dict[str, Any] = {}
        for entry in self._entries:
            known = entry.name in complete
            context[entry.name] = complete[entry.name] if known else self._default(entry, context)
        return context

    def walk(self, complete: Mapping[str, str]) -> Iterator[Prompt]:
        """Yield each question that is asked, as it stands for complete answers."""
        context: dict[str, Any] = {}
        for question in self._entries:
            if question.ask and not question.computed and self._asked(question, context):
                yield self._prompt(question, context)
            known = question.name in complete
            context[question.name] = (
                complete[question.name] if known else self._default(question, context)
            )

    def open_prompts(self, answers: Answers) -> Iterator[Prompt]:
        """Yield each question that has no answer; the caller puts one into `answers`.

        What is recorded without being asked is put there with its default.

        Raises:
            AnswerError: One of the answers is refused by its validator.

        """
        context: dict[str, Any] = {}
        for question in self._entries:
            if question.name not in answers:
                if not self._asked(question, context):
                    context[question.name] = self._default(question, context)
                    continue
                if question.ask:
                    yield self._prompt(question, context)
                else:
                    answers[question.name] = str(self._default(question, context))
            context[question.name] = answers[question.name]
            self._validate(question, answers[question.name], context)

    def refusal(self, name: str, answer: str, answers: Mapping[str, str]) -> AnswerError | None:
        """Return how an answer is refused; None when it is accepted.

        Args:
            name: The question's key.
            answer: The answer in question.
            answers: The other answers; those to later questions do not count.

        """
        names = list(self.questions)
        earlier = names[: names.index(name)]
        before = {key: value for key, value in answers.items() if key in earlier}
        try:
            self.next_prompt({**before, name: answer})
        except AnswerError as error:
            return error
        return None

    def _validate(self, question: Question, answer: str, context: Mapping[str, Any]) -> None:
        if message := self._problem(question, context):
            todo = f"Choose another with -d {question.name}=..."
            if question.name in self.locked:
                todo = f"'{question.name}' is locked. {self.locked[question.name]}"
            raise AnswerError(
                f"'{shortened(answer)}' cannot be the {question.name.replace('_', ' ')}",
                why=message,
                todo=todo,
                question=question.name,
            )

    def _problem(self, question: Question, context: Mapping[str, Any]) -> str:
        """Return what is wrong with the answer that stands in a context, or nothing."""
        return self.expressions.render(question.validator, context).strip()

    def _known(self, key: object) -> str:
        if isinstance(key, str) and key in self.questions:
            return key
        near = difflib.get_close_matches(str(key), self.questions, n=1)
        raise AnswerError(
            f"There is no question '{shortened(str(key))}'",
            why=f"Did you mean '{near[0]}'?" if near else "",
            todo=f"The questions are: {', '.join(self.questions)}.",
        )

    def _normalised(self, name: str, value: object) -> str:
        choices = [choice.value for choice in self.questions[name].choices]
        text = as_text(value, choices)
        if text is None:
            raise AnswerError(
                f"The answer to '{name}' is not text",
                why=f"It is {shortened(repr(value))}.",
                todo="Put it in quotes." if not choices else f"Choose from: {', '.join(choices)}.",
            )
        if choices and text not in choices:
            near = difflib.get_close_matches(text, choices, n=1)
            raise AnswerError(
                f"'{shortened(text)}' is no answer to '{name}'",
                why=f"Did you mean '{near[0]}'?" if near else "",
                todo=f"Choose from: {', '.join(choices)}.",
            )
        return text

    def _prompt(self, question: Question, context: Mapping[str, Any]) -> Prompt:
        default = None
        if question.default is not None:
            default = str(self._default(question, context))
        help_text = self.expressions.render(question.help, context).strip()
        preferred, giver = self._preferred.get(question.name, ("", ""))
        if preferred and not self._problem(question, {**context, question.name: preferred}):
            default = preferred
            help_text += f"\n{giver}: {preferred}." if giver else ""
        return Prompt(
            name=question.name,
            help=help_text,
            choices=tuple(
                Choice(self.expressions.render(choice.label, context), choice.value)
                for choice in question.choices
            ),
            default=default,
            placeholder=self.expressions.render(question.placeholder, context),
        )

    def _asked(self, question: Question, context: Mapping[str, Any]) -> bool:
        if isinstance(question.when, bool):
            return question.when
        text = str(question.when)
        try:
            return bool(tables.parse(self.expressions.render(text, context)))
        except yaml.YAMLError as error:
            raise broken(text, error) from error

    def _default(self, question: Question, context: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any YAML
        if not isinstance(question.default, str):
            return question.default
        text = self.expressions.render(question.default, context)
        try:
            if question.type == "yaml":
                return _parsed(text)
            return {"int": int, "float": float}.get(question.type, str)(text)
        except (yaml.YAMLError, ValueError) as error:
            raise broken(question.default, error) from error


@functools.lru_cache(maxsize=64)
def _parsed(text: str) -> Any:  # noqa: ANN401 - any YAML
    """Parse what each answer has computed again, though most stays the same; it is shared."""
    return tables.parse(text)
