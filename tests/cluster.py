"""A PostgreSQL of the tests' own, from the programs of Debian's package."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

# There are others on this machine who reach the port. This one stands in addresses, too.
PASSWORD = "50% of it: a/b@c"  # noqa: S105 - of a server that lasts as long as the tests


def find_programs() -> Path | None:
    """Return the folder of the newest server that is installed."""
    servers = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(servers, key=lambda server: int(server.parts[-3]), default=None)
    return newest.parent if newest else None


class Cluster:
    """A server on loopback that can be stopped, started again, and held as if it hung.

    Args:
        programs: The folder of its programs.

    """

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not below pytest's folder, which no other user may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self.as_user: tuple[str, ...] = ()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}")
            self.as_user = ("setpriv", *ids, "--clear-groups", "--")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make it, with a user who may create databases and nothing more."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        initdb = (
            *self.as_user, str(self.programs / "initdb"), "--pgdata=data", "--username=postgres",
            f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        subprocess.run(initdb, cwd=self.folder, check=True, capture_output=True)
        self.start()
        self.run(f"CREATE ROLE shop LOGIN CREATEDB PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = (
            "listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=",
            "fsync=off", "full_page_writes=off", "synchronous_commit=off", "log_statement=ddl",
            "autovacuum_naptime=1s",  # what happens by chance on a real server, here happens often
        )  # fmt: skip
        settings = [part for option in options for part in ("-c", option)]
        command = (*self.as_user, str(self.programs / "postgres"), "-D", "data", *settings)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        ready = (self.programs / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self.port}")
        deadline = time.monotonic() + 30
        while subprocess.call(ready) != 0:
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        if self.process and self.process.poll() is None:
            self.thaw()  # what a test left frozen would never end
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)

    def remove(self) -> None:
        """Stop it, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def freeze(self) -> None:
        """Have it hang: connections are taken, by the kernel, and nobody answers."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        self._signal_children(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on from where it hung."""
        assert self.process
        self._signal_children(self.process.pid, signal.SIGCONT)
        self.process.send_signal(signal.SIGCONT)

    def _signal_children(self, parent: int, number: signal.Signals) -> None:
        for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):  # one that ends just now
                os.kill(int(pid), number)

    def url(self, database: str) -> str:
        """Return the address of a database, for the user of projects."""
        return f"postgresql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as who may do all, and return the rows of the answer."""
        place = ("--host=127.0.0.1", f"--port={self.port}", "--username=postgres", database)
        return subprocess.run(
            (self.programs / "psql", *place, "--no-psqlrc", "-qAt", "-c", statement),
            env={**os.environ, "PGPASSWORD": PASSWORD},
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    def log(self) -> str:
        """Return what it logged."""
        return (self.folder / "log").read_text()
