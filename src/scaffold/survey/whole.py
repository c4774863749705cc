"""What a repository's files tell of the questions, each answer with its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scaffold.advice import NAMES
from scaffold.errors import ProjectError
from scaffold.survey import codebase, layout, surroundings
from scaffold.survey.checkout import Checkout
from scaffold.survey.declared import Declared
from scaffold.survey.signs import OTHERS, REQUIRED, Place, Sign


@dataclass(frozen=True)
class Finding:
    """An answer that files tell.

    Args:
        question: The question's key.
        answer: The answer.
        place: The evidence.

    """

    question: str
    answer: str
    place: Place


@dataclass(frozen=True)
class Survey:
    """What a repository tells.

    Args:
        root: Its folder.
        files: How many files were looked at.
        is_repository: Whether git knows the folder.
        is_top: Whether the folder is the top of its repository.
        findings: What was found, by question.
        tools: What the project is worked on with, and where that is told; no question asks.
        notes: What else somebody should know.

    """

    root: Path
    files: int
    is_repository: bool
    is_top: bool
    findings: dict[str, Finding]
    tools: list[tuple[str, Place]]
    notes: list[str]


def read(root: Path) -> Survey:
    """Read a repository; nothing in it is imported, run or changed.

    Raises:
        ProjectError: It cannot be read, or uses neither Flask nor FastAPI.

    """
    return _Reading(Checkout(root)).survey()


class _Reading:
    """One reading of a repository."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.signs = codebase.read(checkout)
        made = [sign for sign in self.signs if sign.topic == "app"]
        application = _own(made) or made
        self.declared = Declared(checkout, application[0].place.path if application else "")
        self.signs += [
            Sign(*REQUIRED[name], place, own=True)
            for name, place in self.declared.packages
            if name in REQUIRED
        ]
        self.signs += surroundings.databases(checkout)
        self.findings: dict[str, Finding] = {}
        self.notes: list[str] = []

    def survey(self) -> Survey:
        framework = self._framework()
        self._names(framework)
        self._shape(framework)
        self._database()
        self._features()
        for finding in (
            *surroundings.delivery(self.checkout, self.notes),
            surroundings.lowest_python(self.checkout, self.declared, self.notes),
            surroundings.licensed(self.checkout, self.declared, self.notes),
        ):
            if finding:
                self._found(*finding)
        notes = [*self.notes, *self.checkout.notes]
        return Survey(
            root=self.checkout.root,
            files=len(self.checkout.paths),
            is_repository=self.checkout.is_repository,
            is_top=not self.checkout.above,
            findings=self.findings,
            tools=surroundings.tools(self.checkout),
            notes=notes,
        )

    def _framework(self) -> Place:
        """Find the framework; return where its application is made, or where it is used."""
        made = [sign for sign in self.signs if sign.topic == "app"]
        used = [sign for sign in self.signs if sign.topic == "uses"]
        best = _own(made) or _own(used) or made or used
        if not best:
            raise self._neither()
        votes = [sign.answer for sign in best]
        votes += [sign.answer for sign in self._all("mounts") if sign.answer in votes]
        name = max(dict.fromkeys(votes), key=votes.count)
        places = [sign.place for sign in best if sign.answer == name]
        self._found("framework", name, places[0])
        self._found("existing_code", name, places[0])
        self._tell_others(name, {place.path for place in places}, made, used)
        return places[0]

    def _tell_others(self, name: str, files: set[str], made: list[Sign], used: list[Sign]) -> None:
        """Tell of the framework that is not taken, and of further applications."""
        if other := next((s for s in (*_own(made), *_own(used)) if s.answer != name), None):
            why = "its application is made" if made else "more uses it"
            why = "it is made more often, or mounts it" if other in made else why
            self.notes.append(
                f"{NAMES[other.answer]} is there too ({other.place}), and {NAMES[name]} is taken:"
                f" {why}. `-d framework={other.answer}` takes the other."
            )
        if made and len(files) > 1:
            first = self.findings["framework"].place.path
            self.notes.append(
                f"Applications are made in {len(files)} files; {first} was taken to tell the"
                " package's name."
            )

    def _neither(self) -> ProjectError:
        other = next((OTHERS[n] for n, _ in self.declared.packages if n in OTHERS), "")
        count = len(self.checkout.paths)
        looked = f"{count} files were" if count != 1 else "1 file was"
        return ProjectError(
            f"'{self.checkout.root.name}' uses neither Flask nor FastAPI",
            why=f"It uses {other}, as its packages say." if other else
            f"{looked.capitalize()} looked at: none imports one or requires it.",
            todo="Name the folder of a Flask or FastAPI project, the one that holds its"
            " pyproject.toml\nor requirements.txt.",
        )  # fmt: skip

    def _names(self, application: Place) -> None:
        name = self.declared.first("name")
        folder = self.checkout.root.name
        self._found("project_name", *(name or (folder, Place("", 0, "the folder's name"))))
        found = layout.package(self.checkout, application.path)
        if found:
            self._found("package_name", *found)
        for fact in ("description", "author_name", "author_email"):
            if told := self.declared.first(fact):
                self._found(fact, *told)

    def _shape(self, framework: Place) -> None:
        """Find what is offered, pages or an API."""
        pages, api = self._sign("pages"), self._sign("api")
        if pages:
            self._found("server_rendered", "yes", pages.place)
            offered, place = ("both", api.place) if api else ("pages", pages.place)
            self._found("interface", offered, place)
            self._found(*surroundings.swaps(self.checkout))
        elif api:
            self._found("interface", "api", api.place)
        self._found("example", "no", Place(framework.path, 0, "it has code of its own"))
        if streaming := self._sign("streaming"):
            self._found("realtime", "yes", streaming.place)
            self._found("streaming", "yes", streaming.place)
        elif realtime := self._sign("realtime"):
            self._found("realtime", "yes", realtime.place)
            self._found("streaming", "no", Place("", 0, "no server-sent events in its code"))

    def _database(self) -> None:
        found = self._all("database")
        # Where both are used, the file is what serves development.
        server = next((sign for sign in found if sign.answer == "postgresql"), None)
        other, orm = self._sign("other database"), self._sign("orm")
        if chosen := server or next(iter(found), None):
            self._found("database", chosen.answer, chosen.place)
        elif other:
            self._found("database", "none", other.place)
            self.notes.append(
                f"database: the template knows no {other.answer} ({other.place}): 'none' is taken."
            )
        elif orm:
            self.notes.append(f"{orm.answer} is used ({orm.place}), but no file tells on what.")
        else:
            nothing = "no database in its code, packages or services"
            self._found("database", "none", Place("", 0, nothing))

    def _features(self) -> None:
        for topic in ("http_client", "process_pool", "cors", "telemetry"):
            if sign := self._sign(topic):
                self._found(topic, sign.answer, sign.place)
        # Of both ways to sign in, the one for whom it serves: people, or programs.
        suits = "session" if "server_rendered" in self.findings else "bearer"
        ways = sorted(self._all("auth"), key=lambda sign: sign.answer != suits)
        if ways:
            self._found("auth", ways[0].answer, ways[0].place)
        if clients := surroundings.client(self.checkout):
            self._found("separate_clients", "yes", clients)

    def _all(self, topic: str) -> list[Sign]:
        return _own(sign for sign in self.signs if sign.topic == topic)

    def _sign(self, topic: str) -> Sign | None:
        return next(iter(self._all(topic)), None)

    def _found(self, question: str, answer: str, place: Place) -> None:
        self.findings[question] = Finding(question, answer, place)


def _own(signs: Iterable[Sign]) -> list[Sign]:
    return [sign for sign in signs if sign.own]
