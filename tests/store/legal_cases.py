"""Cases that a store takes: any values, rows that refer to rows that exist, nobody taken twice at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from data.model import INPUT_TABLES, RESULT_TABLES, Case, Sessions, Table
from data.model.columns import Column
from data.policies import default_service_policies
from tests.files.strategies import tables
from tests.support.cases import MONDAY, plan

TABLES = {kind.TABLE: kind for kind in (*INPUT_TABLES, *RESULT_TABLES)}
DAY = 1440


@st.composite
def legal_cases(draw: st.DrawFn) -> Case:
    """A case whose tables hold anything that files can hold; its sessions lie a day apart."""
    # In February 2019 the clocks were put back.
    first_day = draw(st.sampled_from([MONDAY, date(2019, 2, 14)]))
    service = tuple(p.model_copy(update={"effective_from": first_day}) for p in default_service_policies())
    name = draw(st.sampled_from(["", "semana 49", "x 😀"]))
    horizon = plan(draw(st.integers(1, 7)), first_day, service=service[:1], name=name)
    found: dict[str, Table] = {}
    pending = dict(TABLES)
    while pending:
        for name, kind in list(pending.items()):
            if all(c.refers_to.split(".")[0] not in pending for c in kind.columns() if c.refers_to):
                found[name] = _mended(draw(tables(pending.pop(name))), found)
    sessions = found["sessions"]
    spread = [row | {"starts_at": n * DAY} for n, row in enumerate(sessions.rows())]
    values: Any = found | {"sessions": Sessions.from_rows(spread)}
    return Case(plan=horizon, **values)


def _mended(table: Table, found: dict[str, Table]) -> Table:
    """The rows that can refer to rows of the tables found, each to the one that is its turn."""
    kind = type(table)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for n, row in enumerate(table.rows()):
        if all(_refer(row, column, n, found) for column in kind.columns() if column.refers_to):
            rows.setdefault(tuple(row[name] for name in kind.key_columns()), row)
    return kind.from_rows(rows.values())


def _refer(row: dict[str, Any], column: Column, turn: int, found: dict[str, Table]) -> bool:
    """Let a column refer to a row that exists; False where it must and there is none."""
    table, name = column.refers_to.split(".")
    known = getattr(found[table], name).tolist()
    if column.optional and not row[column.name]:
        return True
    row[column.name] = known[turn % len(known)] if known else ""
    return bool(known) or column.optional
