"""How long it takes until a project is proven, against the same steps on copied files."""

import http.client
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import terminal
from figures import Figure, in_turn
from peers import BrokenError, Setting

_GOAL = 5.0  # seconds to green
_PATIENCE = 60.0  # seconds until a server answers, and until it has ended
_MOMENT = 0.02  # seconds between two looks
_STEP = re.compile(r"✓ (.+?) +(\d+\.\d) s")  # as scaffold tells of one


def measure(setting: Setting, runs: int) -> list[Figure]:
    """Measure the default project of both frameworks.

    Args:
        setting: Where the programs are.
        runs: How often each figure is taken.

    """
    return [
        figure
        for framework in ("flask", "fastapi")
        for figure in _measured(setting, framework, runs)
    ]


def _measured(setting: Setting, framework: str, runs: int) -> list[Figure]:
    setting.tell(f"{framework} to green, in turn with the same steps on copied files")
    with setting.folder() as place:
        made = _Made(setting, framework)
        setting.run(made.command(place / "rendered", "--no-install"))
        shutil.rmtree(place / "rendered/.git")
        copied = partial(_seconds_of_copied, setting, place / "rendered")
        first, peer, again = in_turn([made.first, copied, made.again], runs)
    setting.notes.append(made.breakdown())
    first_name = f"scaffold new, {framework}, to green, the first"  # nothing is known in either
    again_name = f"last answer to green, {framework}, the next"
    return [
        Figure(first_name, "the same steps on copied files", "s", first, peer, 1.25),
        Figure(again_name, f"the goal of {_GOAL:.0f} s", "s", again, _GOAL, 1.0),
    ]


@dataclass
class _Made:
    """Projects that scaffold makes and proves.

    Args:
        setting: Where the programs are.
        framework: The framework that is chosen.
        steps: The seconds of each step, of the last run.

    """

    setting: Setting
    framework: str
    steps: dict[str, str] = field(default_factory=dict)

    def command(self, project: Path, *options: str) -> list[str]:
        """Return the command that makes the project in a folder."""
        options = ("--defaults", *self._chosen, *options)
        return [self.setting.program("scaffold"), "new", "Shop", str(project), *options]

    def first(self) -> float:
        """Return how long the first takes, with nothing known of its packages, as a process."""
        kept = Path(self.setting.variables["XDG_CACHE_HOME"]) / "scaffold"
        shutil.rmtree(kept, ignore_errors=True)
        with self.setting.folder() as place:
            return self.setting.seconds(self.command(place / "shop"), place)

    def again(self) -> float:
        """Return how long one takes from the last answer on a terminal to the end."""
        with self.setting.folder() as place:
            asked = ("Shop", "shop", *self._chosen)
            with terminal.answered(self.setting, place, asked) as opened:
                seconds, shown = opened.seconds_to_the_end()
        self.steps = dict(_STEP.findall(shown))
        return seconds

    @property
    def _chosen(self) -> tuple[str, ...]:
        return ("-d", f"framework={self.framework}")

    def breakdown(self) -> str:
        """Return what each step took the last time, as scaffold tells it."""
        told = ", ".join(f"{name} {taken}" for name, taken in self.steps.items())
        return f"Steps of {self.framework} in s, the checks side by side: {told}."


def _seconds_of_copied(setting: Setting, rendered: Path) -> float:
    """Return how long a plain script takes with the files that scaffold renders.

    It takes the steps that scaffold takes, and as many at once.

    Args:
        setting: Where the programs are.
        rendered: The files.

    """
    with setting.folder() as place:
        project = place / "shop"
        begun = time.perf_counter()
        shutil.copytree(rendered, project)
        uv = setting.uv
        for command in ("lock", "sync"):
            setting.run((uv, command), project)
        for step in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "First")):
            setting.run(("git", *step), project)
        tasks = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["poe"]["tasks"]
        names = reversed(_names(tasks))  # as scaffold does: what takes long begins first
        checks = [(uv, "run", "--no-sync", "poe", "--quiet", task) for task in names]
        with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
            proofs = [pool.submit(setting.run, check, project) for check in checks]
            boot = pool.submit(_boot, setting, project, _served(tasks))
            for proof in proofs:
                proof.result()
            boot.result()
        return time.perf_counter() - begun


def _names(tasks: dict[str, Any]) -> list[str]:
    """Return the tasks of which `poe check` consists."""
    names: list[str] = tasks["check"]["sequence"]
    return names


def _served(tasks: dict[str, Any]) -> list[list[str]]:
    """Return the commands of `poe dev`, the server last and without reloading."""
    steps = tasks["dev"].get("sequence", [tasks["dev"]])
    split = [shlex.split(step["cmd"]) for step in steps]
    return [[word for word in words if word != "--reload"] for words in split]


def _boot(setting: Setting, project: Path, commands: Sequence[Sequence[str]]) -> None:
    """Start a project's server, wait until it is ready, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with setting.folder() as data:
        settings = {"APP_PORT": str(port), "APP_DATABASE_URL": f"sqlite:///{data}/app.db"}
        quiet: dict[str, Any] = {
            "cwd": project, "env": {**setting.variables, **settings},
            "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
        }  # fmt: skip
        *before, serve = ([setting.uv, "run", "--no-sync", *command] for command in commands)
        for command in before:
            subprocess.run(command, check=True, **quiet)
        with subprocess.Popen(serve, **quiet) as server:
            try:
                _wait(server, port)
            finally:
                _end(server)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until a server is ready.

    Raises:
        BrokenError: It ended, or takes too long.

    """
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(_MOMENT)
    raise BrokenError("The server of the copied files did not become ready.")


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Ask a server to end, and wait until it has."""
    server.terminate()
    try:
        server.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        raise
