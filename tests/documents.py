"""Reads what a generated project tells people to do: commands to type, and edits to make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A line to type, and what is said of it just before."""

    line: str
    before: str = ""


@dataclass(frozen=True)
class Edit:
    """A block of text that goes into a file, and what is said of it just before."""

    language: str
    text: str
    before: str

    def apply(self, project: Path) -> None:
        """Do what the sentence before the block says."""
        found = re.findall(r"`([\w./]+\.(?:py|html|toml))`", self.before)
        assert found, f"which file is meant? {self.before}"
        path = project / found[-1]
        if self.language == "diff":
            lines = self.text.splitlines()
            old = "\n".join(line[1:] for line in lines if line[:1] != "+")
            new = "\n".join(line[1:] for line in lines if line[:1] != "-")
            text = path.read_text()
            assert text.count(f"{old}\n") == 1, f"{path.name} does not hold once:\n{old}"
            path.write_text(text.replace(f"{old}\n", f"{new}\n"))
        elif "at the end of" in self.before:
            path.write_text(f"{path.read_text()}\n\n{self.text}\n")
        else:
            assert "holds" in self.before, f"what is to be done? {self.before}"
            path.parent.mkdir(exist_ok=True)
            with path.open("x") as file:
                file.write(f"{self.text}\n")


def read(document: Path, after: str = "") -> Iterator[Command | Edit]:
    """Yield what a document says to do, in its order: blocks, tables of commands, and asides.

    Args:
        document: A Markdown file.
        after: The heading that it is read from; all of it without one.

    """
    text = document.read_text()
    assert after in text
    lines = iter(text[text.index(after) :].splitlines())
    said, table = "", False
    for line in lines:
        if line.startswith("```"):
            block = []
            while (inner := next(lines)) != "```":
                block.append(inner)
            if line == "```console":
                yield from (Command(command, said) for command in block)
            else:
                yield Edit(line[3:], "\n".join(block), said)
            continue
        if line.startswith("| Command |"):
            table = True
        elif line.startswith("|"):
            if table and not line.startswith("| ---"):
                yield Command(line.split("`")[1])
        else:
            table = False
            # What is said last counts; a block right after a block is about the same.
            said = line if line and not said.endswith(line) else said
            for aside in re.findall(r"`((?:uvx?|git|docker) [^`]+)`", line):
                yield Command(aside)
