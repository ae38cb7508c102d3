"""What a database refuses, said as the errors that commands already know, and never with a row's values."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from data.files import BadDataError, BusyError, CannotWriteError, FilesError, Problem
from data.identity import masked

DOUBLE_BOOKED = "expected nobody in two sessions at once"
"""What the triggers of SQLite say as well (`migrations/`)."""

_AGAIN = {"40001", "40P01"}
"""Serialization failure and deadlock."""
_GONE = {"57P01", "57P02", "57P03", "57P05", "25P03"}
"""The server stops, starts, or has ended this connection."""
_TAKEN = {"55P03", "57014"}
"""Waited for a lock, or in a statement, for as long as is allowed."""
_REFUSED = {"53100", "25006", "42501", "0A000"}
"""Disk full, read-only, no privilege, extension not at hand."""

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_REFUSED = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
_SQLITE_FOREIGN = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


class StoreUnreachableError(BusyError):
    """The database does not answer, or the connection was lost; nothing is half-written."""


class ChangedMeanwhileError(BusyError):
    """Somebody else has written to the plan since it was read; nothing was written."""


class DoubleBookingError(BadDataError):
    """Sessions that would take an agent or a participant twice at once; nothing was written."""


def may_be_repeated(error: DBAPIError) -> bool:
    """Whether the same transaction, begun anew, can succeed."""
    state = _sqlstate(error)
    return state in _AGAIN or connection_lost(error)


def connection_lost(error: DBAPIError) -> bool:
    """Whether the server or the way to it is gone; it is not known then whether a commit was carried out."""
    state = _sqlstate(error)
    if type(error.orig).__module__.startswith("psycopg"):  # not loaded where there is only SQLite
        no_answer = state is None and isinstance(error, OperationalError | InterfaceError)
        return error.connection_invalidated or no_answer or state in _GONE or (state or "")[:2] == "08"
    return False


def translated(error: DBAPIError, store: str) -> FilesError | None:
    """The error of ours that a database's error means; None when it is a defect of the program.

    Args:
        error: what SQLAlchemy raised.
        store: how messages name the store, without a password.
    """
    if isinstance(error.orig, sqlite3.Error):
        return _from_sqlite(error, error.orig, store)
    return _from_postgresql(error, store)


def _from_sqlite(error: DBAPIError, cause: sqlite3.Error, store: str) -> FilesError | None:
    code = getattr(cause, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in _SQLITE_BUSY:
        return BusyError(f"{store} is being written to by another process; try again later")
    if primary in _SQLITE_REFUSED:
        return CannotWriteError(f"cannot write {store}: {cause}")
    if primary in _SQLITE_FOREIGN:
        return BadDataError([Problem(store, None, "", "", f"expected a store of Pontual: {cause}")])
    if DOUBLE_BOOKED in str(cause):
        return DoubleBookingError([Problem("sessions", None, "", "", DOUBLE_BOOKED)])
    return _bad_rows(store) if isinstance(error, IntegrityError) else None


def _from_postgresql(error: DBAPIError, store: str) -> FilesError | None:
    state = _sqlstate(error)
    if connection_lost(error):
        first_line = str(error.orig).strip().splitlines()[:1]
        why = masked(first_line[0]) if first_line else "no answer"
        return StoreUnreachableError(f"{store} can't be reached; try again later ({why})")
    if state in _AGAIN or state in _TAKEN:
        return BusyError(f"{store} is in use by others, nothing was written; try again later")
    if state in _REFUSED:
        why = getattr(getattr(error.orig, "diag", None), "message_primary", None) or "it refuses"
        return CannotWriteError(f"cannot write {store}: {masked(why)}")
    if state == "23P01":
        return DoubleBookingError([Problem("sessions", None, "", "", DOUBLE_BOOKED)])
    return _bad_rows(store) if isinstance(error, IntegrityError) else None


def _bad_rows(store: str) -> BadDataError:
    expected = "expected rows with their required values, each key once, that refer only to rows that exist"
    return BadDataError([Problem(store, None, "", "", expected)])


def _sqlstate(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None
