"""Bookings of the past from a file: counts by hour and skill, or one row a session."""

from __future__ import annotations

from pathlib import Path

from data.files.case_reader import read_raw, read_table
from data.files.errors import BadDataError, Problem
from data.files.past_sessions import ReadHistory, read_past_sessions
from data.files.raw_table import HEADER_ROW
from data.model import History, PlanningAxis
from data.model.past_sessions import PastSessions

_OF_COUNTS = ("starts_at", "bookings")
_OF_SESSIONS = ("appointed", "outcome")


def read_booking_history(path: Path, axis: PlanningAxis) -> History | ReadHistory:
    """A table `history`, or past sessions as for a calibration, as the columns of the file say.

    Args:
        path: a CSV, Parquet or JSON file.
        axis: the axis on which the hours of a table `history` are counted.

    Raises:
        BadDataError: when it is neither; or with every problem of the file.
        MissingInputError: when the file is not there, or can't be opened.
    """
    counts = read_raw(path, History)
    if any(name in counts.columns for name in _OF_COUNTS):
        return read_table(path, History, axis)
    sessions = read_raw(path, PastSessions)
    if any(name in sessions.columns for name in _OF_SESSIONS):
        return read_past_sessions(path)
    if any(problem.row != HEADER_ROW for problem in counts.problems):
        raise BadDataError(counts.problems)
    expected = (
        "expected the columns of the table history (starts_at, skill, bookings) or of past sessions "
        "(booking_id, kind, planned_minutes, appointed, outcome)"
    )
    raise BadDataError([Problem(path.name, HEADER_ROW, "", "", expected)])
