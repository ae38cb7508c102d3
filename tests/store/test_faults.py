"""Writers that are killed, that race, and databases that are full, locked, read-only or gone."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BusyError, CannotWriteError
from data.store import Database, Run, SessionChange, Store, StoreUnreachableError, create_or_upgrade
from data.store import database as database_module
from data.store.schema import PLANS
from tests.store.test_double_booking import scheduled, session
from tests.support.cases import tiny_case
from tests.support.postgres import PostgresServer
from tests.support.processes import in_a_process


def run() -> Run:
    """A run of its own."""
    return Run("test")


def program(module: str, call: str) -> None:
    """Run a call of a module of these tests in a process of its own."""
    in_a_process(f"tests.store.{module}", call, 3000)


def test_killed_writers_leave_whole_schedules(url: str) -> None:
    """Ten kills at moments of chance: what was committed is there, whole, and nothing else is."""
    program("killed_writer", f"killed_at_random({url!r}, 10)")


@pytest.mark.soak
def test_five_hundred_kills(url: str) -> None:
    """The same, with 500 kills."""
    program("killed_writer", f"killed_at_random({url!r}, 500)")


def test_racing_writers_double_book_nobody(url: str) -> None:
    """Four processes, each with 25 requests: all answered, none lost, nobody taken twice."""
    program("racing_writers", f"race({url!r}, 4, 25, 2, 30)")


@pytest.mark.soak
def test_eight_racing_writers(url: str) -> None:
    """The same with eight processes of 2,500 requests each."""
    program("racing_writers", f"race({url!r}, 8, 2500, 40, 2000)")


def test_racing_mailers_send_nothing_twice(url: str) -> None:
    """Three mailers and two who move sessions: no message twice, and everybody knows the present session."""
    program("racing_mailers", f"race({url!r}, 3, 2, 15)")


@pytest.mark.soak
def test_eight_racing_mailers(url: str) -> None:
    """The same with eight mailers and four who move sessions, 1,000 rounds each."""
    program("racing_mailers", f"race({url!r}, 8, 4, 1000)")


def refusals(connection: Connection, code: str) -> None:
    """Let the server refuse the transaction with this error code."""
    connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$")


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_refused_for_the_sake_of_others_a_transaction_is_begun_anew(postgresql_url: str, code: str) -> None:
    """Serialization failures and deadlocks are tried again, and what the lost attempts did is undone."""
    store = Store(postgresql_url)
    attempts = []

    def work(connection: Connection) -> str:
        attempts.append(1)
        values = {"name": f"plan {len(attempts)}", "document": "{}", "revision": 0}
        connection.execute(PLANS.insert().values(values))
        if len(attempts) < 3:
            refusals(connection, code)
        return "done"

    assert store.database.write(work) == "done"
    assert store.plan_names() == ["plan 3"]


def test_attempts_are_bounded(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that is refused every time ends with `try again`, and has left nothing."""
    monkeypatch.setattr(database_module, "FIRST_PAUSE_SECONDS", 0.001)
    attempts = []

    def work(connection: Connection) -> None:
        attempts.append(1)
        refusals(connection, "40001")

    with pytest.raises(BusyError, match="nothing was written"):
        Store(postgresql_url).database.write(work)
    assert len(attempts) == database_module.MOST_ATTEMPTS


def test_a_program_that_stands_in_no_line_is_met_by_serialization(postgresql_url: str) -> None:
    """Another program changes the plan between our reading and writing: we begin anew and see its change."""
    store = Store(postgresql_url)
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    seen = []

    def work(connection: Connection) -> None:
        seen.append(connection.execute(sa.select(PLANS.c.revision)).scalar_one())
        if len(seen) == 1:
            with psycopg.connect(postgresql_url, autocommit=True) as other:
                other.execute("UPDATE plans SET revision = 70")
        connection.execute(sa.update(PLANS).values(revision=PLANS.c.revision + 1))

    store.database.write(work)
    assert seen == [1, 70]
    assert store.read_case("day").revision == 71


def test_a_connection_that_breaks_is_made_anew(postgresql_url: str) -> None:
    """The server ends the connection in mid-transaction: the run is carried out once, in a new one."""
    store = Store(postgresql_url)
    broken = []

    def work(connection: Connection) -> None:
        connection.execute(PLANS.insert().values(name=f"plan {len(broken)}", document="{}", revision=0))
        if not broken:
            broken.append(1)
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    store.database.write(work)
    assert store.plan_names() == ["plan 1"]


def test_a_commit_whose_answer_is_lost_is_not_repeated(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the commit: the run is found to be recorded, and is not done again."""
    store = Store(postgresql_url)
    store.put_case("day", tiny_case(), run())
    once = Database._write_once
    lost = []

    def committed_but_unheard(self: Database, work: object, creates: bool) -> object:
        outcome = once(self, work, creates)  # type: ignore[arg-type, var-annotated]
        if not lost:
            lost.append(1)
            cause = psycopg.OperationalError("the connection is lost")
            raise sa.exc.OperationalError("COMMIT", None, cause)
        return outcome

    monkeypatch.setattr(Database, "_write_once", committed_but_unheard)
    outcome = store.change_sessions("day", [SessionChange("B1", "A1", 600, 20)], run())
    assert outcome == {
        "revision": 2, "placed": 1, "moved": 0, "agent_changed": 0, "length_changed": 0, "removed": 0,
    }  # fmt: skip
    assert len(store.history("B1")) == 1


def test_a_server_that_is_gone_is_told(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crashed in mid-run, the server is unreachable (try again); started anew, it has what was committed."""
    monkeypatch.setattr(database_module, "FIRST_PAUSE_SECONDS", 0.001)
    url = postgres.new_database()
    create_or_upgrade(Database(url))
    store = Store(url)
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    postgres.halt(3)
    try:
        with pytest.raises(StoreUnreachableError, match="can't be reached") as told:
            store.change_sessions("day", [SessionChange("B1")], run())
        assert url.split(":")[2].split("@")[0] not in str(told.value)
        with pytest.raises(StoreUnreachableError):
            Store(url)
    finally:
        postgres.start()
    assert len(store.read_case("day").case.sessions) == 1


def test_a_writer_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another holds the store, a writer gives up after its time (try again), and readers go on."""
    holder = Database(url)
    monkeypatch.setattr(database_module, "SECONDS_TO_WAIT", 3)
    store = Store(url)
    held, done = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        held.set()
        assert done.wait(60)

    thread = threading.Thread(target=lambda: holder.write(hold))
    thread.start()
    try:
        assert held.wait(60)
        with pytest.raises(BusyError, match="try again later"):
            store.put_case("day", tiny_case(), run())
        assert store.plan_names() == []
    finally:
        done.set()
        thread.join()
    store.put_case("day", tiny_case(), run())


def test_a_store_that_may_not_be_written_is_told(postgresql_url: str) -> None:
    """A database that is read-only refuses as `cannot write`, and can be read."""
    name = postgresql_url.rsplit("/", 1)[1]
    store = Store(postgresql_url)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        try:
            with pytest.raises(CannotWriteError, match="read-only"):
                store.put_case("day", tiny_case(), run())
            assert store.plan_names() == []
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())


def test_a_full_disk_is_told(sqlite_url: str) -> None:
    """When the file can grow no more, nothing is written, and what was there is whole."""
    store = Store(sqlite_url)
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(store.database.engine, "connect", limit)

    def fill() -> None:
        for n in range(1000):
            store.put_case(f"day {n}", tiny_case(), run())

    with pytest.raises(CannotWriteError, match="full"):
        fill()
    sa.event.remove(store.database.engine, "connect", limit)
    assert len(store.read_case("day").case.sessions) == 1
    for name in store.plan_names():
        assert len(store.read_case(name).case.bookings) == 4
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A store can't be made where there is no folder."""
    with pytest.raises(CannotWriteError, match="folder"):
        create_or_upgrade(Database(str(tmp_path / "none" / "store.db")))
