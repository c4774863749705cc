"""How long a rendered project takes from its start to its first answer.

Each figure stands beside its peer of the same run: the time that Python needs to
import the packages that the project imports, which no skeleton can save. Both are
medians of whole processes, taken in turn.

    uv run python benchmarks/boot.py [--runs 7]
"""

import argparse
import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scaffold import programs

_PATIENCE = 30  # seconds

# Prints the modules of other packages, in the order in which starting the server loads them.
_IMPORTED = """
import sys, sysconfig
before = set(sys.modules)
import shop.app
import {server}
place = sysconfig.get_path("purelib")
for name, module in list(sys.modules.items()):
    if name not in before and (getattr(module, "__file__", None) or "").startswith(place):
        print(name)
"""


def make(place: Path, framework: str, interface: str) -> Path:
    """Make and install a project with default options; return its Python."""
    project = place / f"{framework}-{interface}"
    subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "Shop", str(project), "--defaults",
         "--no-install", "-d", f"framework={framework}", "-d", f"interface={interface}"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    subprocess.run(
        [programs.uv(), "sync", "--quiet", "--no-dev", "--compile-bytecode"],
        cwd=project, env=programs.environment({}), check=True,
    )  # fmt: skip
    return project / ".venv/bin/python"


def seconds_to_import(python: Path, server: str) -> float:
    """Return how long a process takes that imports what the project imports of others."""
    listed = subprocess.run(
        [python, "-c", _IMPORTED.format(server=server)], check=True, capture_output=True, text=True
    )
    statement = "\n".join(f"import {name}" for name in listed.stdout.split())
    begun = time.perf_counter()
    subprocess.run([python, "-c", statement], check=True)
    return time.perf_counter() - begun


def seconds_to_answer(python: Path) -> float:
    """Return how long the production command takes until it answers with 200."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    asked = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    begun = time.perf_counter()
    server = subprocess.Popen(
        [python, "-m", "shop"],
        cwd=python.parents[2],
        env={**os.environ, "APP_ENVIRONMENT": "production", "APP_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - begun < _PATIENCE:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                    connection.sendall(asked)
                    if connection.recv(64).startswith(b"HTTP/1.1 200"):
                        return time.perf_counter() - begun
            except ConnectionRefusedError:
                time.sleep(0.005)
        raise TimeoutError(f"The server did not answer within {_PATIENCE} seconds.")
    finally:
        server.terminate()
        server.wait(timeout=20)


def main() -> None:
    """Measure every shape, and print a line each."""
    parser = argparse.ArgumentParser(description="Boot to first 200 against imports, in seconds.")
    parser.add_argument("--runs", type=int, default=7, help="times that each figure is taken")
    runs: int = parser.parse_args().runs
    print(f"{'shape':<15} {'first 200':>10} {'imports':>8} {'ratio':>6}")
    with tempfile.TemporaryDirectory(prefix="scaffold-boot-") as place:
        for framework, interface in itertools.product(
            ("flask", "fastapi"), ("api", "pages", "both")
        ):
            python = make(Path(place), framework, interface)
            server = {"flask": "gunicorn.app.base", "fastapi": "uvicorn"}[framework]
            taken = [
                (seconds_to_answer(python), seconds_to_import(python, server)) for _ in range(runs)
            ]
            answer, imports = (statistics.median(figures) for figures in zip(*taken, strict=True))
            figures = f"{answer:>10.2f} {imports:>8.2f} {answer / imports:>6.2f}"
            print(f"{framework}-{interface:<9} {figures}")


if __name__ == "__main__":
    main()
