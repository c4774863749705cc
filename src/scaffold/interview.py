"""The conversation: what is asked next, the way back, and the review before anything is made."""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from scaffold.advice import NAMES
from scaffold.errors import AnswerError
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.questions import Prompt
from scaffold.recommend import UNSURE, open_questions, recommend
from scaffold.rules import Rules

# Asked of everyone, with the traits between them. What else there is to answer has a
# recommended answer, which the review shows and changes.
ROAD = ("project_name", "description", "framework", "interface")
# Traits that are asked until the rest could change nothing: the median of the projects
# in evidence/projects.yml.
USUAL_TRAITS = 6


class Back(Exception):  # noqa: N818 - a wish, not an error
    """Who was asked wants to go back a step."""


@dataclass(frozen=True)
class Row:
    """An answer as the review shows it.

    Args:
        name: The answer's key.
        stage: Which part of the conversation it belongs to.
        text: What was answered, in the words of its choice.
        chosen: Whether somebody chose it; else it is what is recommended.
        instead: What is recommended, where that is something else.
        locked: Why it cannot be changed; empty where it can.

    """

    name: str
    stage: str
    text: str
    chosen: bool
    instead: str
    locked: str = ""


class Asker(Protocol):
    """Someone to ask, in whatever way."""

    def ask(
        self, prompt: Prompt, heading: str, refusal: Callable[[str], str], selected: str | None
    ) -> str:
        """Return the answer to a question.

        Args:
            prompt: The question.
            heading: Where in the conversation it stands.
            refusal: Returns what is wrong with an answer, or nothing.
            selected: The answer to begin with; None for the question's default.

        Raises:
            Back: A step back is wanted.

        """

    def review(self, rows: list[Row], at: str | None) -> str | None:
        """Show every answer; return the name of one to change, or None when all are right.

        Args:
            rows: The answers.
            at: The name of the row to begin at; None for the beginning.

        Raises:
            Back: A step back is wanted.

        """

    def say(self, text: str) -> None:
        """Tell something between the questions."""


class Interview:
    """Ask what has no answer yet, and have all answers reviewed.

    The traits come most telling first, and only as long as one of their answers could
    still change the framework. A step back takes the last answer away, and what
    follows from it is worked out anew; answers given before are offered again.

    Args:
        questionnaire: The questions.
        rules: The table that the traits are weighed with.
        asker: Whom to ask.
        given: Answers that are not asked for.
        every: Whether to ask every question, recommended answers or not.

    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        rules: Rules,
        asker: Asker,
        given: Mapping[str, str],
        *,
        every: bool,
    ) -> None:
        self._questionnaire = questionnaire
        self._rules = rules
        self._asker = asker
        self._answers = dict(given)
        self._locked = questionnaire.locked
        self._every = every
        self._only_review = False
        self._asked: list[str] = []
        self._earlier: Answers = {}
        self._decided = False

    def run(
        self, *, only_review: bool = False, shown: Callable[[Answers], None] = lambda _: None
    ) -> Answers:
        """Return all answers.

        Args:
            only_review: Ask nothing before the review but what has no default.
            shown: Told of all answers each time that they are shown for review.

        Raises:
            AnswerError: A given answer is refused.
            KeyboardInterrupt: Ctrl-C at a question.

        """
        self._only_review = only_review
        self._questionnaire.next_prompt(self._answers)
        at = None
        while True:
            self._walk()
            complete = self._questionnaire.complete(self._answers)
            prompts = {prompt.name: prompt for prompt in self._questionnaire.walk(complete)}
            rows = [self._row(prompt, complete[name]) for name, prompt in prompts.items()]
            shown(complete)
            try:
                at = self._asker.review(rows, at if at in prompts else None)
            except Back:
                self._go_back()
                at = None
                continue
            if at is None:
                return complete
            if at in self._locked:
                self._asker.say(f"{at} is locked. {self._locked[at]}")
                continue
            with contextlib.suppress(Back):
                heading = f"{self._stage(at)}, changed"
                self._ask(prompts[at], complete, heading, complete[at])

    def _walk(self) -> None:
        """Ask one question after the other until all have an answer."""
        while True:
            try:
                found = self._next()
            except AnswerError as error:
                self._drop(error)
                continue
            if found is None:
                return
            prompt, before = found
            try:
                self._ask(prompt, before, self._heading(prompt), self._earlier.get(prompt.name))
            except Back:
                self._go_back()
            else:
                self._asked.append(prompt.name)

    def _next(self) -> tuple[Prompt, Answers] | None:
        """Return the next question to ask, or None when the rest has a recommended answer.

        With it come the answers so far, those that are recommended included.
        """
        answers = dict(self._answers)
        prompt = None
        try:
            for prompt in self._questionnaire.open_prompts(answers):
                if self._only_review and prompt.default is not None:
                    answers[prompt.name] = prompt.default
                elif prompt.name in self._rules.answers and (telling := self._telling()):
                    return self._questionnaire.prompt(telling[0]), answers
                elif prompt.name in self._rules.answers:
                    answers[prompt.name] = prompt.default or UNSURE
                elif prompt.default is None or self._every or prompt.name in ROAD:
                    return prompt, answers
                else:
                    answers[prompt.name] = prompt.default
        except AnswerError as error:
            if prompt is None or error.question != prompt.name:
                raise
            # What is recommended will not do: somebody has to know better.
            return dataclasses.replace(prompt, help=f"{prompt.help}\n{error.why}"), answers
        return None

    def _ask(self, prompt: Prompt, before: Answers, heading: str, selected: str | None) -> None:
        def refusal(answer: str) -> str:
            error = self._questionnaire.refusal(prompt.name, answer, before)
            return error.why if error else ""

        possible = self._possible(prompt)
        self._answers[prompt.name] = self._asker.ask(possible, heading, refusal, selected)

    def _possible(self, prompt: Prompt) -> Prompt:
        """Return a question without the choices that a locked answer rules out, and say why."""
        if prompt.name in self._rules.answers:
            return prompt  # what a project needs, nobody locks out
        clashes = {c.value: self._clash(prompt.name, c.value) for c in prompt.choices}
        left = tuple(choice for choice in prompt.choices if not clashes[choice.value])
        if not left or left == prompt.choices:
            return prompt
        lines = (prompt.help, *dict.fromkeys(filter(None, clashes.values())))
        default = (
            prompt.default if prompt.default and not clashes[prompt.default] else left[0].value
        )
        return dataclasses.replace(prompt, choices=left, default=default, help="\n".join(lines))

    def _clash(self, name: str, answer: str) -> str:
        """Return which locked answer rules an answer out, and why it is locked."""
        try:
            self._questionnaire.complete({**self._answers, name: answer})
        except AnswerError as error:
            if error.question in self._locked:
                return f"{error.question} is locked. {self._locked[error.question]}"
        return ""

    def _go_back(self) -> None:
        """Take the last answer away; it is offered again."""
        if self._asked:
            name = self._asked.pop()
            self._earlier[name] = self._answers.pop(name)
            self._decided = self._decided and name not in self._rules.answers

    def _drop(self, error: AnswerError) -> None:
        """Let an answer that another one rules out fall back to what is recommended."""
        name = error.question
        if name not in self._answers or name in self._locked:
            raise error
        del self._answers[name]
        self._asked = [asked for asked in self._asked if asked != name]
        self._asker.say(f"{name} falls back to what is recommended: {error.why}")

    def _left(self) -> list[str]:
        return [trait for trait in self._rules.answers if trait not in self._answers]

    def _telling(self) -> list[str]:
        """Return the traits to ask for, most telling first; say it where none is left."""
        left = self._left()
        telling = open_questions(self._traits(), self._rules)
        if self._every or telling or not left:
            return telling or left
        if not self._decided:
            self._decided = True
            framework = NAMES[recommend(self._traits(), self._rules).framework]
            rest = "1 question" if len(left) == 1 else f"{len(left)} questions"
            self._asker.say(f"The answers decide it: {framework}. {rest} could not change that.")
        return []

    def _traits(self) -> Answers:
        answers = self._answers
        return {trait: answers[trait] for trait in self._rules.answers if trait in answers}

    def _row(self, prompt: Prompt, answer: str) -> Row:
        other = bool(prompt.choices) and prompt.default not in (UNSURE, answer)
        other = other and not self._only_review  # what is there needs no advice
        return Row(
            name=prompt.name,
            stage=self._stage(prompt.name),
            text=prompt.label(answer),
            chosen=prompt.name in self._answers and prompt.name not in self._locked,
            instead=prompt.default or "" if other else "",
            locked=self._locked.get(prompt.name, ""),
        )

    def _stage(self, name: str) -> str:
        names = list(self._questionnaire.questions)
        if name in self._rules.answers:
            return "Needs"
        first_trait = min(map(names.index, self._rules.answers), default=len(names))
        return "Project" if names.index(name) < first_trait else "Build"

    def _heading(self, prompt: Prompt) -> str:
        """Return where a question stands, such as `Needs, 3 of about 7`."""
        number = len(self._asked) + 1
        asked = [name for name in self._asked if name in self._rules.answers]
        telling = len(open_questions(self._traits(), self._rules))
        usual = min(telling, max(1, USUAL_TRAITS - len(asked)))
        others = [
            name
            for name, question in self._questionnaire.questions.items()
            if (question.ask if self._every else name in ROAD)
            and name not in (prompt.name, *self._answers, *self._rules.answers)
        ]
        traits = [name for name in self._left() if name != prompt.name]
        left = len(others) + min(len(traits), len(traits) if self._every else usual)
        return f"{self._stage(prompt.name)}, {number} of about {number + left}"
