"""A database behind a URL, and its transactions: seen whole by readers, one writer at a time.

Writers stand in line in both databases: SQLite by BEGIN IMMEDIATE, PostgreSQL by a lock on `runs` that
readers do not meet. PostgreSQL's transactions are serializable besides, so that programs other than this one,
which do not stand in line, cannot slip in between a reading and a writing; whoever loses is begun anew.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from data.files import MissingInputError
from data.store.errors import may_be_repeated, translated

SECONDS_TO_WAIT = 30
"""How long a writer stands in line, and a connection is waited for (a third of it)."""
MOST_ATTEMPTS = 8
"""How often a transaction is tried that the database refuses for the sake of others."""
FIRST_PAUSE_SECONDS = 0.02

Outcome = TypeVar("Outcome")


class BadStoreUrlError(MissingInputError):
    """What should name a store names none."""

    def __init__(self, expected: str) -> None:
        super().__init__(["store"], expected)


class Database:
    """A database of either kind. Nothing is opened before it is needed, and nothing is kept open after."""

    def __init__(self, place: str, seconds_to_wait: float | None = None) -> None:
        """Take a URL (`sqlite:///FILE`, `postgresql://USER@HOST/NAME`) or the path of a file.

        Args:
            seconds_to_wait: how long a writer stands in line at most; None: `SECONDS_TO_WAIT`.

        Raises:
            BadStoreUrlError: when it is neither.
        """
        self.url = _url(place)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self.name = self.url.render_as_string(hide_password=True) if self.is_postgresql else str(self.file)
        patience = SECONDS_TO_WAIT if seconds_to_wait is None else seconds_to_wait
        arguments: dict[str, Any] = {"timeout": patience}
        if self.is_postgresql:
            lock_timeout = f"{max(1, round(1000 * patience))}ms"
            waits = f"-c lock_timeout={lock_timeout} -c idle_in_transaction_session_timeout=120s"
            arguments = {"connect_timeout": SECONDS_TO_WAIT // 3, "options": waits}
        # Errors would otherwise show the values of rows.
        self.engine = sa.create_engine(
            self.url, poolclass=NullPool, connect_args=arguments, hide_parameters=True
        )
        if not self.is_postgresql:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def file(self) -> Path:
        """The file of an SQLite store."""
        return Path(self.url.database or "")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the store as it is at one moment.

        Raises:
            MissingInputError: when there is no such file.
            FilesError: for whatever the database refuses.
        """
        if not self.is_postgresql and not self.file.is_file():
            raise MissingInputError([self.name], "no such store; pontual store init makes one")
        options: dict[str, Any] = {"pontual_writes": False}
        if self.is_postgresql:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._translating(), self.engine.connect() as bare:
            connection = bare.execution_options(**options)
            with connection.begin():
                yield connection

    def write(self, work: Callable[[Connection], Outcome], *, creates: bool = False) -> Outcome:
        """Do some work in one transaction that becomes visible as a whole, or not at all.

        Work may be done more than once: all that it does must go through the connection, and when its commit
        may or may not have been carried out (the connection broke), it must find out by itself.

        Args:
            work: what to do.
            creates: the tables may not be there yet.

        Raises:
            MissingInputError: when there is no such file.
            FilesError: for whatever the database refuses, after a bounded number of attempts.
        """
        if not self.is_postgresql and not creates and not self.file.is_file():
            raise MissingInputError([self.name], "no such store; pontual store init makes one")
        with self._translating():
            for attempt in range(1, MOST_ATTEMPTS + 1):
                try:
                    return self._write_once(work, creates)
                except DBAPIError as error:
                    if attempt == MOST_ATTEMPTS or not may_be_repeated(error):
                        raise
                # By chance, so that two who met do not meet again; no result depends on it.
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311
        raise AssertionError("the last attempt returns or raises")

    def _write_once(self, work: Callable[[Connection], Outcome], creates: bool) -> Outcome:
        options: dict[str, Any] = {"pontual_writes": True}
        if self.is_postgresql:
            options |= {"isolation_level": "SERIALIZABLE"}
        with self.engine.connect() as bare:
            connection = bare.execution_options(**options)
            with connection.begin():
                if self.is_postgresql and creates:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7206915)")
                elif self.is_postgresql:
                    # LOCK takes no snapshot: what the transaction sees is what the writer before it left.
                    connection.exec_driver_sql("LOCK TABLE runs IN SHARE ROW EXCLUSIVE MODE")
                return work(connection)

    def tidy_after_erasing(self) -> None:
        """Let go of what was erased: empty the log of SQLite, vacuum the tables of PostgreSQL.

        Raises:
            FilesError: for whatever the database refuses.
        """
        with self._translating(), self.engine.connect() as bare:
            if self.is_postgresql:
                bare.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
            else:
                bare.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            told = translated(error, self.name)
            if told is None:
                raise
            raise told from None


def _url(place: str) -> URL:
    expected = "expected the path of a file, sqlite:///FILE or postgresql://USER@HOST/NAME"
    if "://" not in place:
        if not place.strip() or "\0" in place:
            raise BadStoreUrlError(expected)
        return URL.create("sqlite", database=place)
    try:
        url = make_url(place)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise BadStoreUrlError(expected) from None
    if backend == "sqlite" and url.database and url.database != ":memory:" and not url.query:
        return URL.create("sqlite", database=url.database)
    if backend in ("postgresql", "postgres") and url.database:
        return url.set(drivername="postgresql+psycopg")
    raise BadStoreUrlError(expected)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of each connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    for setting in (
        "foreign_keys = ON",
        "synchronous = FULL",  # what was committed outlives a loss of power
        "secure_delete = ON",  # what was erased is overwritten
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("pontual_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
