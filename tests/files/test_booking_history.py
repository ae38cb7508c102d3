"""Which of two forms a history of bookings has is seen from its columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.files import BadDataError, MissingInputError, ReadHistory, read_booking_history
from data.model import History, PlanningAxis

AXIS = PlanningAxis(date(2026, 11, 30), 7)


def written(folder: Path, text: str) -> Path:
    path = folder / "past.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_and_sessions(tmp_path: Path) -> None:
    """Hours with counts are a table; rows with appointments are past sessions."""
    counts = written(tmp_path, "starts_at;skill;bookings\n27/11/2026 08:00;pf;3\n")
    read = read_booking_history(counts, AXIS)
    assert isinstance(read, History)
    assert read.bookings.tolist() == [3]
    sessions = written(
        tmp_path,
        "booking_id,kind,planned_minutes,appointed,outcome\na,single,20,2026-11-27T08:00:00-03:00,no_show\n",
    )
    assert isinstance(read_booking_history(sessions, AXIS), ReadHistory)


def test_something_else_is_refused(tmp_path: Path) -> None:
    """A file with other columns is told what either form needs."""
    with pytest.raises(BadDataError, match=r"history \(starts_at, skill, bookings\) or of past sessions"):
        read_booking_history(written(tmp_path, "name,colour\nx,y\n"), AXIS)
    with pytest.raises(BadDataError, match="the file is empty"):
        read_booking_history(written(tmp_path, ""), AXIS)
    with pytest.raises(MissingInputError):
        read_booking_history(tmp_path / "none.csv", AXIS)


def test_all_errors_of_a_history(tmp_path: Path) -> None:
    """Every bad cell is told by row and column."""
    bad = written(tmp_path, "starts_at,skill,bookings\n2026-11-27T08:00:00-03:00,pf,-1\nsoon,pf,2\n")
    with pytest.raises(BadDataError) as refused:
        read_booking_history(bad, AXIS)
    assert [(p.row, p.column) for p in refused.value.problems] == [(2, "bookings"), (3, "starts_at")]
