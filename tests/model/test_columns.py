"""Tables: columns of one length, read-only, with defaults and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import MISSING, Absences, Agents, Bookings, Sessions, Table, Unplaced, joined, tokens
from data.model.case import INPUT_TABLES, RESULT_TABLES
from data.model.columns import (
    Flag,
    Instant,
    Instants,
    IntArray,
    Integer,
    Number,
    Text,
    TextArray,
    column,
    dtype_of,
    missing_value,
)
from tests.support import cases


@dataclass(frozen=True, eq=False)
class Things(Table):
    """A table with one column of several kinds."""

    TABLE: ClassVar[str] = "things"

    name: TextArray = column(Text(), "key", key=True)
    count: IntArray = column(Integer(0, 9), "with a default", optional=True, default=5)
    when: IntArray = column(Instant(), "without a default", optional=True)
    weight: Any = column(Number(0, 1), "a decimal", optional=True)
    flag: Any = column(Flag(), "a flag", optional=True)
    times: Any = column(Instants(), "several instants", optional=True)


def test_rows_take_defaults() -> None:
    """A cell left out becomes the column's default, else the kind's missing value."""
    row = Things.from_rows([{"name": "a"}]).row(0)
    assert np.isnan(row.pop("weight"))
    assert row == {"name": "a", "count": 5, "when": MISSING, "flag": False, "times": ()}


def test_columns_take_defaults() -> None:
    """A column left out is filled; a required one that is left out is refused by name."""
    things = Things.from_columns({"name": np.array(["a", "b"], dtype=object)}, 2)
    assert things.count.tolist() == [5, 5]
    assert things.when.tolist() == [MISSING, MISSING]
    with pytest.raises(ValueError, match="Things: column name is required"):
        Things.from_columns({"count": [1]}, 1)


def test_columns_have_one_length() -> None:
    """Columns of different lengths are refused."""
    with pytest.raises(ValueError, match=r"differ in length: \[1, 2\]"):
        Things.from_columns({"name": ["a", "b"], "count": [1]}, 2)


def test_columns_are_read_only() -> None:
    """No cell of a table can be changed, and the caller's own array stays writable."""
    mine = np.array([1, 2], dtype=np.int64)
    things = Things.from_columns({"name": ["a", "b"], "count": mine}, 2)
    with pytest.raises(ValueError, match="read-only"):
        things.count[0] = 7
    assert mine.flags.writeable
    with pytest.raises(AttributeError):
        things.count = mine  # type: ignore[misc]


def test_instants_stay_single_cells() -> None:
    """Lists of instants, of equal lengths too, are one cell each."""
    things = Things.from_rows([{"name": "a", "times": [1, 2]}, {"name": "b", "times": [3, 4]}])
    assert things.times.tolist() == [(1, 2), (3, 4)]
    assert things.times.shape == (2,)


def test_position_finds_rows_by_key() -> None:
    """One key column gives plain keys, several give tuples."""
    assert Things.from_rows([{"name": "a"}, {"name": "b"}]).position == {"a": 0, "b": 1}
    absences = Absences.from_rows([{"agent_id": "A", "starts_at": 5, "ends_at": 9}])
    assert absences.position == {("A", 5): 0}
    assert Absences.key_columns() == ("agent_id", "starts_at")


@given(st.lists(st.integers(0, 9), max_size=8), st.data())
def test_taking_rows(counts: list[int], data: st.DataObject) -> None:
    """`take` picks rows by position or by mask, in the order asked for."""
    things = Things.from_rows([{"name": str(place), "count": c} for place, c in enumerate(counts)])
    mask = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))), dtype=bool
    )
    order = np.array(data.draw(st.permutations(range(len(counts)))), dtype=np.int64)
    assert things.take(mask).same_as(things.take(np.flatnonzero(mask)))
    assert things.take(order).count.tolist() == [counts[place] for place in order]
    assert len(things.take(mask)) == int(mask.sum())


def test_same_as_compares_all_cells() -> None:
    """Equal tables are the same, missing decimals included; a changed cell or order is not."""
    rows: list[dict[str, Any]] = [{"name": "a", "count": 1}, {"name": "b", "times": (1,)}]
    things = Things.from_rows(rows)
    assert things.same_as(Things.from_rows(rows))
    assert not things.same_as(Things.from_rows(rows[::-1]))
    assert not things.same_as(Things.from_rows(rows[:1]))
    assert not things.same_as(Things.from_rows([rows[0], {"name": "b", "times": (2,)}]))


@pytest.mark.parametrize("kind", [*INPUT_TABLES, *RESULT_TABLES], ids=lambda kind: str(kind.TABLE))
def test_declared_tables_are_consistent(kind: type[Table]) -> None:
    """Every column is documented, has its kind's type, and refers to a column that exists."""
    listed = {t.TABLE: {c.name for c in t.columns()} for t in (*INPUT_TABLES, *RESULT_TABLES)}
    assert kind.TABLE
    assert len(kind.empty()) == 0
    for spec in kind.columns():
        assert spec.doc
        assert getattr(kind.empty(), spec.name).dtype == dtype_of(spec.kind)
        if spec.refers_to:
            table, name = spec.refers_to.split(".")
            assert name in listed[table]
        if spec.key:
            assert not spec.optional or spec.default is not None or missing_value(spec.kind) == ""


def test_tokens_are_sets() -> None:
    """Words of a cell come in any order, and go out sorted and once each."""
    assert tokens("") == frozenset()
    assert tokens("pf|pj") == {"pj", "pf"}
    assert joined(["pj", "pf", "pj"]) == "pf|pj"
    assert joined([]) == ""


def test_sample_rows_of_the_real_tables() -> None:
    """The real tables take rows as the builders write them."""
    case = cases.tiny_case()
    assert isinstance(case.table(Bookings), Bookings)
    assert case.bookings.row(0)["priority"] == 5
    assert case.agents.row(0)["sunday_off_every_weeks"] == 2
    assert case.participants.row(0)["time_zone"] == "America/Sao_Paulo"
    assert len(case.sessions) == len(Sessions.empty()) == 0
    assert Unplaced.from_rows([{"booking_id": "b", "reason": "capacity_full", "alternatives": [5]}]).row(0)[
        "alternatives"
    ] == (5,)
    assert Agents.key_columns() == ("agent_id",)
