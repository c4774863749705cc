"""Reads a Dockerfile of a generated project, and does what it says without a container engine."""

import fnmatch
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    """One instruction, such as `COPY`, and what stands after it."""

    name: str
    text: str

    @property
    def mounts(self) -> list[dict[str, str]]:
        """The mounts of a `RUN`."""
        found = re.findall(r"--mount=(\S+)", self.text)
        return [dict(part.split("=", 1) for part in mount.split(",")) for mount in found]

    @property
    def command(self) -> str:
        """What a `RUN` runs."""
        return re.sub(r"--mount=\S+\s*", "", self.text)

    @property
    def stage(self) -> str:
        """The stage that a `COPY` takes from; empty for the project itself."""
        found = re.match(r"--from=(\S+)", self.text)
        return found[1] if found else ""

    @property
    def places(self) -> tuple[list[str], str]:
        """What a `COPY` takes, and where to."""
        *sources, target = [word for word in self.text.split() if not word.startswith("--")]
        return sources, target


@dataclass(frozen=True)
class Stage:
    """What makes one image: `FROM` and all that follows up to the next."""

    image: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> str:
        """Return what stands after the last instruction of this name."""
        return next(found.text for found in reversed(self.instructions) if found.name == name)


def read(dockerfile: Path) -> list[Stage]:
    """Return the stages of a Dockerfile."""
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    stages: list[Stage] = []
    for line in filter(None, text.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            image, _, alias = rest.partition(" AS ")
            stages.append(Stage(image, alias))
        else:
            stages[-1].instructions.append(Instruction(name, rest))
    return stages


def context(project: Path) -> list[str]:
    """Return the files that the builder sees: all that `.dockerignore` does not hide."""
    lines = (project / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    files = [path.relative_to(project) for path in project.rglob("*") if path.is_file()]
    return sorted(str(file) for file in files if not _hidden(file, rules))


def _hidden(file: Path, rules: list[str]) -> bool:
    """Whether the last rule that speaks of a file, or of a folder above it, hides it."""
    hidden = False
    for rule in rules:
        pattern = rule.removeprefix("!")
        above = [file, *file.parents][:-1]
        if pattern.startswith("**/"):
            speaks = any(fnmatch.fnmatch(folder.name, pattern[3:]) for folder in above)
        else:
            speaks = any("/" not in str(folder) and folder.match(pattern) for folder in above)
        if speaks:
            hidden = not rule.startswith("!")
    return hidden


class Build:
    """The image's file system below a folder, as far as the Dockerfile itself makes it.

    Args:
        project: What is built.
        place: The folder that stands for the root.
        machine: What the commands of this machine need that the image's do not.

    """

    def __init__(self, project: Path, place: Path, machine: Mapping[str, str]) -> None:
        self.project, self.place, self.machine = project, place, machine
        self.seen = context(project)
        _, build, final = read(project / "Dockerfile")
        self.app = place / "app"
        self._run(build)
        for left in [path for path in self.app.iterdir() if path.name != ".venv"]:
            left.unlink() if left.is_file() else shutil.rmtree(left)
        self.environment = self._run(final)
        self.final = final

    def inside(self, text: str) -> str:
        """Return a text with the image's paths as they are here."""
        return re.sub(r"(?<![\w.])/(app|data)\b", rf"{self.place}/\1", text)

    def _run(self, stage: Stage) -> dict[str, str]:
        environment = {"PATH": "/usr/bin:/bin"}
        self.app.mkdir(exist_ok=True)
        for instruction in stage.instructions:
            if instruction.name == "ENV":
                for word in shlex.split(instruction.text):
                    name, value = self.inside(word).split("=", 1)
                    environment[name] = value.replace("$PATH", environment["PATH"])
            elif instruction.name == "COPY":
                self._copy(instruction)
            elif instruction.name == "RUN":
                self._command(instruction, environment)
        return environment

    def _copy(self, instruction: Instruction) -> None:
        """Copy from the project; what comes from other stages is here already."""
        sources, target = instruction.places
        if instruction.stage:
            assert instruction.text in {
                "--from=uv /uv /usr/local/bin/uv",
                "--from=build /app/.venv .venv",
            }
            return
        for source in sources:
            files = [name for name in self.seen if name == source or name.startswith(f"{source}/")]
            assert files, f"{source} is not there, or .dockerignore hides it"
            for name in files:
                inner = Path(name).relative_to(source)
                to = self.app / target / (source if target.endswith("/") else "") / inner
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.project / name, to)

    def _command(self, instruction: Instruction, environment: Mapping[str, str]) -> None:
        """Run a command; files that are mounted for it are gone afterwards."""
        mounted = [mount for mount in instruction.mounts if mount["type"] == "bind"]
        for mount in mounted:
            self._copy(Instruction("COPY", f"{mount['source']} {mount['target']}"))
        command = ["/bin/sh", "-c", self.inside(instruction.command)]
        subprocess.run(command, cwd=self.app, env={**environment, **self.machine}, check=True)
        for mount in mounted:
            (self.app / mount["target"]).unlink()
