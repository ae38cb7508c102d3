"""Run the migrations on the connection, and in the transaction, that the caller has opened."""

from __future__ import annotations

from alembic import context

from data.store.upgrade import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
