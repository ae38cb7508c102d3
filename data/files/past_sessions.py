"""Past sessions from a file: good rows as numbers, bad rows named and listed, never silently left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from data.files.case_reader import read_raw
from data.files.errors import BadDataError, Problem, shown
from data.files.instants import parse_moment
from data.files.raw_table import HEADER_ROW
from data.files.tables import ReadTable, interpret
from data.model import PlanningAxis
from data.model.columns import BoolArray, FloatArray, IntArray, TextArray
from data.model.past_sessions import PastSessions

CLOCK = PlanningAxis(date(2020, 1, 6), 7)
"""The common clock of past sessions; which day it counts from doesn't matter."""

INSTANTS = ("booked_at", "appointed", "arrived", "started", "ended")
STARTED = ("fulfilled", "failed_technical", "failed_documents")
"""Outcomes of sessions that began."""

MOST_BAD = 0.5
"""A history of which a larger share is bad says more about the export than about the sessions."""

FAULTS = (
    "unreadable",
    "duplicate",
    "half_empty",
    "impossible_outcome",
    "unordered_times",
    "negative_duration",
)
"""Names of what can be wrong with a row; a row is counted once, under the first that applies."""


@dataclass(frozen=True)
class BadRow:
    """A row that was left out.

    Attributes:
        row: its number, as a spreadsheet shows it.
        fault: one of FAULTS.
        detail: what was found and what was expected; personal values are masked.
    """

    row: int
    fault: str
    detail: str


@dataclass(frozen=True, eq=False)
class SessionHistory:
    """The good rows; instants in minutes (with fractions) of CLOCK, nan where nothing is recorded.

    Attributes:
        skill: skill that the session needed; empty where none is recorded.
        hour: hour of the day of the appointment, in Brasília.
        interrupted: minutes lost to a failure that was overcome; nan where none was recorded.
    """

    kind: TextArray
    skill: TextArray
    planned: FloatArray
    participants: IntArray
    booked_at: FloatArray
    appointed: FloatArray
    arrived: FloatArray
    started: FloatArray
    ended: FloatArray
    outcome: TextArray
    interrupted: FloatArray
    hour: IntArray

    def __len__(self) -> int:
        return len(self.planned)


@dataclass(frozen=True, eq=False)
class ReadHistory:
    """What a file of past sessions holds.

    Attributes:
        rows: how many rows the file has, good and bad.
        bad: the rows left out, in order.
    """

    history: SessionHistory
    rows: int
    bad: tuple[BadRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each fault, in the order of FAULTS; faults that occur."""
        counted = Counter(row.fault for row in self.bad)
        return {fault: counted[fault] for fault in FAULTS if counted[fault]}


def read_past_sessions(path: Path) -> ReadHistory:
    """Read a CSV, Parquet or JSON file with the columns of `PastSessions`.

    Raises:
        BadDataError: when the file as a whole can't be read, or most of its rows are bad; with all of them.
        MissingInputError: when the file is not there, or can't be opened.
    """
    read = interpret(read_raw(path, PastSessions), PastSessions, CLOCK, None, ())
    whole = [p for p in read.problems if p.row is None or p.row == HEADER_ROW]
    if whole:
        raise BadDataError(read.problems)
    bad: dict[int, BadRow] = {}
    keys = ", ".join(PastSessions.key_columns())
    for problem in read.problems:
        assert problem.row is not None  # noqa: S101 - the others were raised above
        fault = "duplicate" if problem.column == keys else "unreadable"
        note = f"{problem.column}: {problem.expected}" if problem.column else problem.expected
        _note(bad, problem.row, fault, note)
    moments = {name: _moments(read, name, bad) for name in INSTANTS}
    _screen(read, moments, bad)
    total = len(set(read.rows.tolist()) | set(bad))
    if not total:
        raise BadDataError([Problem(path.name, None, "", "", "expected rows; there are none")])
    listed = tuple(sorted(bad.values(), key=lambda row: row.row))
    if len(listed) > MOST_BAD * total:
        what = f"expected a history whose rows are mostly good; {len(listed)} of {total} are not"
        raise BadDataError(
            [
                Problem(path.name, None, "", "", what),
                *(Problem(path.name, row.row, "", row.fault, row.detail) for row in listed),
            ]
        )
    good = ~np.isin(read.rows, np.fromiter(bad, dtype=np.int64, count=len(bad)))
    return ReadHistory(_history(read.values, moments, good), total, listed)


def _history(values: dict[str, Any], moments: dict[str, FloatArray], good: BoolArray) -> SessionHistory:
    appointed = moments["appointed"][good]
    return SessionHistory(
        kind=values["kind"][good],
        skill=values["skill"][good],
        planned=values["planned_minutes"][good],
        participants=values["participants"][good],
        booked_at=moments["booked_at"][good],
        appointed=appointed,
        arrived=moments["arrived"][good],
        started=moments["started"][good],
        ended=moments["ended"][good],
        outcome=values["outcome"][good],
        interrupted=values["interrupted_minutes"][good],
        hour=np.array([CLOCK.minute_of_day(int(minute // 1)) // 60 for minute in appointed], dtype=np.int64),
    )


def _note(bad: dict[int, BadRow], row: int, fault: str, detail: str) -> None:
    before = bad.get(row)
    if before is None or FAULTS.index(fault) < FAULTS.index(before.fault):
        bad[row] = BadRow(row, fault, detail)


def _moments(read: ReadTable, name: str, bad: dict[int, BadRow]) -> FloatArray:
    """Minutes of a column of instants; what is no instant is noted as unreadable."""
    moments = np.full(len(read.rows), np.nan)
    for place, text in enumerate(read.values[name].tolist()):
        if text:
            try:
                moments[place] = parse_moment(text, CLOCK)
            except ValueError as error:
                _note(bad, int(read.rows[place]), "unreadable", f"{name}: '{shown(text)}'; {error}")
    return moments


def _screen(read: ReadTable, at: dict[str, FloatArray], bad: dict[int, BadRow]) -> None:
    """Note what is wrong between the cells of a row, and rows that stand twice."""
    outcome = read.values["outcome"]
    began = np.isin(outcome, STARTED)
    given_up = np.isin(outcome, ("left", "rebooked_by_issuer"))
    known = {name: np.isfinite(values) for name, values in at.items()}

    def note(wrong: BoolArray, fault: str, detail: str) -> None:
        for place in np.flatnonzero(wrong).tolist():
            _note(bad, int(read.rows[place]), fault, detail)

    for name in ("arrived", "started", "ended"):
        note(began & ~known[name], "half_empty", f"{name} is empty although the session began")
    note(given_up & ~known["ended"], "half_empty", "ended is empty although the session was given up")
    note((outcome == "left") & ~known["arrived"], "half_empty", "arrived is empty although the customer left")
    note(
        ~began & known["started"] & (outcome != ""), "impossible_outcome", "started, yet the outcome says not"
    )
    earliest = np.fmax(at["appointed"], at["arrived"])
    for wrong, detail in (
        (at["booked_at"] > at["appointed"], "booked_at is after appointed"),
        (at["booked_at"] > at["arrived"], "booked_at is after arrived"),
        (at["arrived"] > at["started"], "arrived is after started"),
        ((outcome == "left") & (at["ended"] < earliest), "left before appointment and arrival"),
        (given_up & (at["ended"] < at["arrived"]), "ended is before arrived"),
    ):
        note(wrong, "unordered_times", detail)
    note(at["ended"] <= at["started"], "negative_duration", "ended is not after started")
    lost = read.values["interrupted_minutes"] >= at["ended"] - at["started"]
    note(lost, "negative_duration", "interrupted_minutes is as long as the session")
    _note_repeated(read, at["appointed"], note)


def _note_repeated(
    read: ReadTable, appointed: FloatArray, note: Callable[[BoolArray, str, str], None]
) -> None:
    """The same appointment of a booking again, however its instant is written; the first one stays."""
    seen: set[tuple[str, float]] = set()
    wrong = np.zeros(len(appointed), dtype=np.bool_)
    for place, key in enumerate(zip(read.values["booking_id"].tolist(), appointed.tolist(), strict=True)):
        wrong[place] = key in seen
        if key[0]:
            seen.add(key)
    note(wrong, "duplicate", "the same booking and appointment stand in an earlier row")
