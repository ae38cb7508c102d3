"""Stores of both kinds, empty at the beginning of each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from data.store import Database, Store, create_or_upgrade
from data.store.schema import METADATA
from tests.support.postgres import MEMORY, PostgresServer, find_programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests of this process."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    server = PostgresServer(programs)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _postgresql_store(postgres: PostgresServer) -> str:
    url = postgres.new_database()
    create_or_upgrade(Database(url))
    return url


@pytest.fixture
def postgresql_url(_postgresql_store: str) -> str:
    """The URL of an empty store in PostgreSQL."""
    names = ", ".join(table.name for table in METADATA.sorted_tables)
    with psycopg.connect(_postgresql_store, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
    return _postgresql_store


@pytest.fixture(scope="session")
def _sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("store") / "store.db"
    create_or_upgrade(Database(str(path)))
    return path.read_bytes()


@pytest.fixture
def sqlite_url(_sqlite_store: bytes) -> Iterator[str]:
    """The URL of an empty store in SQLite."""
    with tempfile.TemporaryDirectory(prefix="pontual-sqlite-", dir=MEMORY) as folder:
        path = Path(folder) / "store.db"
        path.write_bytes(_sqlite_store)
        yield f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store of each kind."""
    found = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(found, str)
    return found


@pytest.fixture
def store(url: str) -> Store:
    """An empty store of each kind."""
    return Store(url)
