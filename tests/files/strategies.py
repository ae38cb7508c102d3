"""Hypothesis strategies for tables of the model, from their declared columns, and one small whole case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from data.model import (
    MISSING,
    Absences,
    Case,
    Contracts,
    Demand,
    History,
    PlanningAxis,
    Sessions,
    ShiftDemand,
    ShiftLimits,
    ShiftTypes,
    Table,
    Unplaced,
    Wishes,
    joined,
)
from data.model.columns import (
    Choice,
    Column,
    Day,
    Flag,
    Instant,
    Instants,
    Integer,
    Number,
    Surrogate,
    Text,
    TimeOfDay,
    Tokens,
)
from tests.support.cases import tiny_case

WEEK = 7 * 1440

# Text as people write it, formulas and CSV's own signs included; no blanks at the ends.
texts = (
    st.text(st.sampled_from("abcXYZ019 '\"=+-@,;|áçÕ€漢😀\u00a0"), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool)
)
words = st.text(st.sampled_from("abcXYZ019'=+-@,;áçÕ"), min_size=1, max_size=5)
surrogates = texts.filter(lambda text: sum(c in "0123456789" for c in text) < 8)


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Values that a file of this column can hold."""
    match column.kind:
        case Text():
            values: st.SearchStrategy[Any] = texts
        case Surrogate():
            values = surrogates
        case Choice(options):
            values = st.sampled_from([option for option in options if option])
        case Tokens(options):
            values = st.sets(st.sampled_from(options) if options else words, min_size=1, max_size=3).map(
                joined
            )
        case Integer(low, high):
            values = st.integers(low, high)
        case Number(low, high):
            values = st.floats(low, high).map(lambda value: value + 0.0)
        case Flag():
            return st.booleans()
        case Instant():
            values = st.integers(-5 * 365 * 1440, WEEK) | st.integers(-(10**7), 3 * 10**7)
        case Day():
            values = st.integers(-40_000, 20_000)
        case TimeOfDay():
            values = st.integers(0, 1440)
        case Instants():
            values = st.lists(st.integers(0, WEEK), min_size=1, max_size=3).map(tuple)
    if column.optional and column.default is None:
        missing: Any = () if isinstance(column.kind, Instants) else MISSING
        if isinstance(column.kind, Text | Choice | Tokens):
            missing = ""
        return st.just(missing) | values
    return values


@st.composite
def tables(draw: st.DrawFn, kind: type[Table]) -> Table:
    """A table of up to six rows that is free of errors of data by itself."""
    rows = draw(st.lists(st.fixed_dictionaries({c.name: cells(c) for c in kind.columns()}), max_size=6))
    for row in rows:
        _mend(row, kind)
    if kind is ShiftTypes:
        rows = _distinct_types(rows)
    if kind is Demand:
        _agree_on_prices(rows)
    unique = {tuple(row[name] for name in kind.key_columns()): row for row in rows}
    return kind.from_rows(unique.values())


def _mend(row: dict[str, Any], kind: type[Table]) -> None:
    """Put right what concerns two columns of a row."""
    for first, second, least in (
        ("starts_at", "ends_at", 1),
        ("window_start", "window_end", 1),
        ("credential_from", "credential_until", 0),
    ):
        if first in row and second in row and MISSING not in (row[first], row[second]):
            row[first], row[second] = min(row[first], row[second]), max(row[first], row[second]) + least
    if "daily_from" in row:
        row["daily_from"] = min(row["daily_from"], row["daily_until"], 1439)
        row["daily_until"] = max(row["daily_until"], row["daily_from"] + 1)
    if kind is History:
        row["starts_at"] -= row["starts_at"] % 60
        row["no_shows"] = min(row["no_shows"], row["bookings"])
    if kind is Contracts:
        row["weekly_minutes"] = max(row["weekly_minutes"], row["daily_minutes"])
        for least, most in (
            ("min_duty_minutes", "daily_minutes"),
            ("min_duty_minutes", "max_duty_minutes"),
            ("min_days_in_a_row", "max_days_in_a_row"),
            ("min_horizon_minutes", "max_horizon_minutes"),
        ):
            if row[most] != MISSING:
                row[least] = min(row[least], row[most])
    if "pinned_start" in row:
        if row["pinned_start"] == MISSING:
            row["pin"] = row["pinned_agent"] = ""
        elif not row["pin"]:
            row["pin"] = "fixed"


def _distinct_types(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Types on the grid, each with times of its own, that only forbid each other."""
    named = {row["shift_type"]: row for row in rows}
    for row in named.values():
        row["starts"] = row["starts"] % 1440 // 5 * 5
        row["minutes"] -= row["minutes"] % 5
    kept = list({(row["starts"], row["minutes"]): row for row in named.values()}.values())
    for n, row in enumerate(kept):
        # A name with a stroke in it can't be one of several words.
        followers = [other["shift_type"] for other in kept[: n + 1] if "|" not in other["shift_type"]]
        row["not_followed_by"] = joined(followers) if row["not_followed_by"] else ""
    return kept


def _agree_on_prices(rows: list[dict[str, Any]]) -> None:
    """All rows of an interval have the prices of the first."""
    first: dict[int, dict[str, Any]] = {}
    for row in rows:
        of_interval = first.setdefault(row["starts_at"], row)
        row["under_price"], row["over_price"] = of_interval["under_price"], of_interval["over_price"]


def axes() -> st.SearchStrategy[PlanningAxis]:
    """Horizons of today, and one across the end of daylight saving time."""
    return st.sampled_from(
        [
            PlanningAxis(date(2026, 11, 30), 7),
            PlanningAxis(date(2019, 2, 14), 7),
        ]
    )


def whole_case() -> Case:
    """A small case with a row or more in every table."""
    case = tiny_case()
    return replace(
        case,
        absences=Absences.from_rows([{"agent_id": "A1", "starts_at": 780, "ends_at": 1440}]),
        wishes=Wishes.from_rows(
            [{"agent_id": "A1", "starts_at": 0, "ends_at": 720, "kind": "off", "weight": 5}]
        ),
        shift_types=ShiftTypes.from_rows(
            [
                {"shift_type": "early", "starts": 540, "minutes": 240},
                {"shift_type": "late", "starts": 1320, "minutes": 480, "not_followed_by": "early"},
            ]
        ),
        shift_limits=ShiftLimits.from_rows([{"contract_id": "clt", "shift_type": "late", "most": 0}]),
        shift_demand=ShiftDemand.from_rows([{"date": 0, "shift_type": "early", "required": 2}]),
        history=History.from_rows([{"starts_at": -6000, "skill": "pf", "bookings": 7, "no_shows": 1}]),
        breaks=type(case.breaks).from_rows(
            [{"agent_id": "A1", "starts_at": 630, "ends_at": 640, "kind": "pause"}]
        ),
        sessions=Sessions.from_rows(
            [{"booking_id": "B1", "agent_id": "A1", "starts_at": 545, "duration_minutes": 20}]
        ),
        unplaced=Unplaced.from_rows(
            [
                {"booking_id": "B2", "reason": "not_eligible", "rules": "R1|R7"},
                {"booking_id": "B3", "reason": "capacity_full", "alternatives": (600, 660)},
            ]
        ),
    )
