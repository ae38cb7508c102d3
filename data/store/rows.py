"""Tables of the model as rows of the store, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import MISSING, PlanningAxis, Table
from data.model.columns import Column, Day, Instant, Instants, Integer, Number, TimeOfDay
from data.store.schema import OF_PLAN, may_be_missing

TableKind = TypeVar("TableKind", bound=Table)

Key = TypeVar("Key", str, int)

KEYS_AT_ONCE = 500
"""How many keys a query names at most."""


def origin_of(axis: PlanningAxis) -> int:
    """Minute 0 of the axis in minutes since 1970-01-01T00:00Z."""
    return int(axis.origin.astimezone(UTC).timestamp()) // 60


def rows_of(table: Table, axis: PlanningAxis) -> list[dict[str, Any]]:
    """The rows of a table as the store keeps them, `place` included, without the plan."""
    columns = {c.name: _stored(getattr(table, c.name).tolist(), c, axis) for c in type(table).columns()}
    columns["place"] = list(range(len(table)))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def table_of(kind: type[TableKind], rows: Sequence[Any], axis: PlanningAxis) -> TableKind:
    """The table that these rows of the store make; each has the columns of the model in their order."""
    specs = kind.columns()
    listed = list(zip(*rows, strict=True)) if rows else [()] * len(specs)
    values = {spec.name: _loaded(column, spec, axis) for spec, column in zip(specs, listed, strict=True)}
    return kind.from_columns(values, len(rows))


def read_table(connection: Connection, plan_id: int, kind: type[TableKind], axis: PlanningAxis) -> TableKind:
    """A table of a plan, in the order in which it was written."""
    table = OF_PLAN[kind]
    query = columns_of(kind).where(table.c.plan_id == plan_id).order_by(table.c.place)
    return table_of(kind, connection.execute(query).all(), axis)


def read_rows_of_bookings(
    connection: Connection, plan_id: int, kind: type[TableKind], bookings: Sequence[str], axis: PlanningAxis
) -> TableKind:
    """The rows of a plan's table that are of these bookings."""
    table = OF_PLAN[kind]
    rows: list[Any] = []
    for part in parts_of(bookings):
        query = columns_of(kind).where(table.c.plan_id == plan_id, table.c.booking_id.in_(part))
        rows += connection.execute(query.order_by(table.c.place)).all()
    return table_of(kind, rows, axis)


def replace_rows(connection: Connection, plan_id: int, table: Table, axis: PlanningAxis) -> None:
    """Put a table in the place of the plan's present one; one that is the same is not touched."""
    kind = type(table)
    if read_table(connection, plan_id, kind, axis).same_as(table):
        return
    stored = OF_PLAN[kind]
    connection.execute(sa.delete(stored).where(stored.c.plan_id == plan_id))
    insert_rows(connection, stored, [row | {"plan_id": plan_id} for row in rows_of(table, axis)])


def insert_rows(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)


def parts_of(keys: Sequence[Key]) -> list[Sequence[Key]]:
    """The keys in parts that one query can name."""
    return [keys[at : at + KEYS_AT_ONCE] for at in range(0, len(keys), KEYS_AT_ONCE)]


def columns_of(kind: type[Table]) -> sa.Select[Any]:
    """A query of the columns that the model declares."""
    return sa.select(*(OF_PLAN[kind].c[spec.name] for spec in kind.columns()))


def _stored(values: list[Any], spec: Column, axis: PlanningAxis) -> list[Any]:
    origin = origin_of(axis)
    match spec.kind:
        case Instant():
            return [None if value == MISSING else value + origin for value in values]
        case Day():
            dates = {value: axis.date_of(value) for value in set(values) if value != MISSING}
            return [dates.get(value) for value in values]
        case Integer() | TimeOfDay():
            return [None if value == MISSING else value for value in values]
        case Number():
            return [None if value != value else value for value in values]
        case Instants():
            return ["|".join(str(minute + origin) for minute in value) or None for value in values]
        case _:
            return [value or None for value in values] if may_be_missing(spec) else values


def _loaded(values: Sequence[Any], spec: Column, axis: PlanningAxis) -> list[Any]:
    origin = origin_of(axis)
    match spec.kind:
        case Instant():
            return [MISSING if value is None else value - origin for value in values]
        case Day():
            numbers = {value: axis.day_number(value) for value in set(values) if value is not None}
            return [numbers.get(value, MISSING) for value in values]
        case Integer() | TimeOfDay():
            return [MISSING if value is None else value for value in values]
        case Number():
            return [float("nan") if value is None else value for value in values]
        case Instants():
            return [tuple(int(m) - origin for m in value.split("|")) if value else () for value in values]
        case _:
            return [value or "" for value in values] if may_be_missing(spec) else list(values)
