"""Jobs that are killed and that race; disks that are full, folders that are read-only, databases that go."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from data.store import Database, Run, Store, create_or_upgrade
from data.store import database as database_module
from pontual.batch import searching
from tests.batch.asking import Asking, at
from tests.support.cases import tiny_case
from tests.support.postgres import PostgresServer
from tests.support.processes import in_a_process

ROOT = Path(__file__).resolve().parents[2]


def program(module: str, call: str) -> None:
    """Run a call of a module of these tests in a process of its own."""
    in_a_process(f"tests.batch.{module}", call, 20_000)


def test_killed_jobs_carry_on(url: str) -> None:
    """Six kills at moments of chance: requests sent again are answered, each as a whole and once."""
    program("killed_jobs", f"killed_at_random({url!r}, 6)")


@pytest.mark.soak
def test_five_hundred_killed_jobs(url: str) -> None:
    """The same, with 500 kills."""
    program("killed_jobs", f"killed_at_random({url!r}, 500)")


def test_racing_jobs_sell_nothing_twice(postgresql_url: str) -> None:
    """Three jobs and 90 bookings: every request is answered, nothing is sold twice, nothing is lost."""
    program("racing_jobs", f"race({postgresql_url!r}, 3, 6, 1, 90)")


@pytest.mark.soak
def test_eight_racing_jobs(postgresql_url: str) -> None:
    """The same with eight jobs and 20,000 bookings over two weeks."""
    program("racing_jobs", f"race({postgresql_url!r}, 8, 100, 12, 20_000)")


def test_a_disk_that_is_full(sqlite_url: str) -> None:
    """When the store can grow no more, the request ends with 73, and the store is as it was."""
    Store(sqlite_url).put_case("day", tiny_case(), Run("test"))
    asking = Asking(sqlite_url)
    document = asking.document("hold", items=[{"booking": "B1", "start": at(605)}])
    size = Path(sqlite_url.removeprefix("sqlite:///")).stat().st_size
    script = (
        "import sys, resource, signal\n"
        "from pontual.batch import BatchJob\n"
        "import pontual.batch.selling\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (4096, {size}))\n"
        f"answer = BatchJob({sqlite_url!r}).answer(sys.stdin.buffer.read())\n"
        "print(answer.document); sys.exit(answer.exit_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, input=json.dumps(document).encode(), capture_output=True,
        check=False, env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    assert done.returncode == 73, done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "cannot_write"
    assert asking.send(document).exit_code == 0
    assert len(asking.store.recorded_runs()) == 2


def test_a_file_that_is_read_only(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that may not be written to ends with 73; what it knows already is still answered."""
    Store(sqlite_url).put_case("day", tiny_case(), Run("test"))
    asking = Asking(sqlite_url)
    document = asking.document("hold", items=[{"booking": "B1", "start": at(605)}])
    first = asking.send(document)

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only = ON")

    monkeypatch.setattr(database_module, "_prepare_sqlite", prepare)
    reading = Asking(sqlite_url, prefix="r")
    assert reading.send(reading.document("cancel", items=[{"booking": "B1"}])).exit_code == 73
    assert reading.send(document) == first


def test_a_database_that_may_not_be_written(postgresql_url: str) -> None:
    """A database that is read-only ends with 73, and the request can be sent again."""
    Store(postgresql_url).put_case("day", tiny_case(), Run("test"))
    asking = Asking(postgresql_url)
    document = asking.document("cancel", items=[{"booking": "B1"}])
    name = postgresql_url.rsplit("/", 1)[1]
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        try:
            assert asking.send(document).exit_code == 73
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    assert asking.send(document).exit_code == 0


def test_a_database_that_goes_in_mid_run(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It crashes between solving and writing: try again (75), nothing is half-written; then it carries on."""
    monkeypatch.setattr(database_module, "FIRST_PAUSE_SECONDS", 0.001)
    url = postgres.new_database()
    create_or_upgrade(Database(url))
    Store(url).put_case("day", tiny_case(), Run("test"))
    asking = Asking(url)
    document = asking.document("allocate")
    decide = searching._decide

    def and_then_it_crashes(*arguments: object) -> object:
        decided = decide(*arguments)  # type: ignore[arg-type]
        postgres.halt(3)
        return decided

    monkeypatch.setattr(searching, "_decide", and_then_it_crashes)
    try:
        answer = asking.send(document)
        assert answer.exit_code == 75
        password = url.split(":")[2].split("@")[0]
        assert password not in answer.document
        assert asking.ask("cancel", 75, items=[{"booking": "B1"}])["error"]["kind"] == "try_again"
    finally:
        postgres.start()
    monkeypatch.undo()
    assert asking.starts() == {}
    assert asking.send(document).exit_code == 0
    assert len(asking.starts()) == 4
