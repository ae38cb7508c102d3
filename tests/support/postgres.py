"""A PostgreSQL server for the tests: on a free port of the loopback, in a temporary folder, unprivileged."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

USER = "pontual"
SECONDS_TO_START = 60
MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)
"""A folder in memory, where there is one: processes are killed here, not machines, and flushing is slow."""


def find_programs() -> Path | None:
    """The folder of the newest server's programs: where Debian keeps them, else on the path."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max((path.parent for path in debian), key=lambda bin_: float(bin_.parent.name), default=None)
    on_path = shutil.which("initdb")
    return newest or (Path(on_path).parent if on_path else None)


class PostgresServer:
    """A server of one's own; `stop` ends it and removes its folder."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._password = secrets.token_hex(16)
        self.folder = Path(tempfile.mkdtemp(prefix="pontual-postgres-", dir=MEMORY))
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            account = pwd.getpwnam("nobody")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._initialise()
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database; returns its URL."""
        name = f"store_{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def start(self) -> None:
        """Start the server, on the port it had before if there was one, and wait until it answers."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_user
            )
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text(encoding="utf-8")) from None
                time.sleep(0.05)
            else:
                return

    def halt(self, how: int = signal.SIGINT) -> None:
        """End the server (SIGINT: fast, in good order; SIGQUIT: as in a crash); its data stay."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(SECONDS_TO_START)
            self._process = None

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.halt(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        if self._as_user:
            os.chown(password_file, self._as_user["user"], self._as_user["group"])
        subprocess.run(
            [
                str(self._programs / "initdb"), "-D", str(self.folder / "data"), "-U", USER,
                "-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--locale=C.UTF-8",
                "--no-sync",
            ],
            cwd=self.folder, check=True, capture_output=True, **self._as_user,
        )  # fmt: skip
        settings = "fsync = off\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings)
