"""The stores of the store's tests, and a job on each."""

from __future__ import annotations

import pytest

from data.store import Run, Store
from tests.batch.asking import Asking
from tests.pontual.conftest import pontual  # noqa: F401
from tests.store.conftest import (  # noqa: F401
    _postgresql_store,
    _sqlite_store,
    postgres,
    postgresql_url,
    sqlite_url,
    url,
)
from tests.support.cases import tiny_case


@pytest.fixture
def tiny(sqlite_url: str) -> Asking:  # noqa: F811
    """A job on a store in SQLite that has the tiny day."""
    Store(sqlite_url).put_case("day", tiny_case(), Run("test"))
    return Asking(sqlite_url)
