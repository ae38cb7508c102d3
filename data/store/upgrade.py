"""Bringing a database to the version of the tables that this program knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, CannotWriteError, MissingInputError, Problem
from data.store.database import Database

VERSION_TABLE = "pontual_version"
VERSIONS = ("0001", "0002", "0003")
"""The versions that `migrations/` makes, in order; a test holds both together. Loading the migrations to ask
them would take a tenth of the time of a small batch."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def newest_version() -> str:
    """The version that this program knows."""
    return VERSIONS[-1]


def create_or_upgrade(database: Database) -> tuple[str | None, str]:
    """Make the tables, or bring them to the newest version; nothing happens to those that are.

    Returns:
        The version before (None: there was no store) and the version now.

    Raises:
        BadDataError: when a newer program has made the store, or the database is no store and not empty.
        CannotWriteError: when the folder of the file is not there.
        FilesError: for whatever the database refuses.
    """
    if not database.is_postgresql and not database.file.parent.is_dir():
        raise CannotWriteError(f"cannot write {database.name}: its folder is not there")
    if not database.is_postgresql:
        _use_write_ahead_log(database)

    from alembic import command
    from alembic.config import Config

    def upgrade(connection: Connection) -> tuple[str | None, str]:
        before = _version_in(connection, database.name)
        if before is None and sa.inspect(connection).get_table_names():
            expected = "expected a store of Pontual, or an empty database"
            raise BadDataError([Problem(database.name, None, "", "", expected)])
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return before, newest_version()

    return database.write(upgrade, creates=True)


def check_version(database: Database) -> None:
    """Refuse a store that has other tables than this program knows.

    Raises:
        MissingInputError: when there is no store.
        BadDataError: when the store has another version.
        FilesError: for whatever the database refuses.
    """
    with database.reading() as connection:
        version = _version_in(connection, database.name)
    if version is None:
        raise MissingInputError([database.name], "no store is there; pontual store init makes one")
    if version != newest_version():
        expected = f"expected version {newest_version()}; pontual store upgrade brings it there"
        raise BadDataError([Problem(database.name, None, "version", version, expected)])


def _version_in(connection: Connection, store: str) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar_one_or_none()  # noqa: S608
    if version is not None and version not in VERSIONS:
        expected = "expected a version that this program knows; use a newer Pontual"
        raise BadDataError([Problem(store, None, "version", version, expected)])
    return None if version is None else str(version)


def _use_write_ahead_log(database: Database) -> None:
    """Readers and the writer do not wait for each other then; the file itself remembers it."""
    with database._translating(), database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
