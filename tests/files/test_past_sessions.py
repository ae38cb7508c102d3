"""Past sessions: what is good is read to the second, what is bad is counted by name and listed by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.files import BadDataError, read_past_sessions
from data.model.past_sessions import PAST_OUTCOMES, PastSessions
from simulation import OUTCOMES

HEADER = [c.name for c in PastSessions.columns()]
GOOD = {
    "booking_id": "B1", "kind": "single", "planned_minutes": "25", "participants": "1",
    "booked_at": "2026-11-20T10:00:00-03:00", "appointed": "2026-11-30T09:00:00-03:00",
    "arrived": "2026-11-30T09:01:30-03:00", "started": "2026-11-30T09:02:00-03:00",
    "ended": "2026-11-30T09:23:15-03:00", "outcome": "fulfilled", "interrupted_minutes": "",
    "skill": "pf",
}  # fmt: skip


def a_file(folder: Path, *changes: dict[str, str]) -> Path:
    """Row 2 and on: as many good rows as there are changed ones, then those with changes."""
    rows = [{**GOOD, "booking_id": f"G{number}"} for number in range(len(changes))]
    rows += [{**GOOD, "booking_id": f"C{number}", **change} for number, change in enumerate(changes)]
    path = folder / "past.csv"
    lines = [",".join(HEADER), *(",".join(row[name] for name in HEADER) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_words_are_the_simulations() -> None:
    """Outcomes of past sessions are called as in the simulation's records, which know more of them."""
    assert set(PAST_OUTCOMES) < set(OUTCOMES)


def test_seconds_count(tmp_path: Path) -> None:
    """A session from 09:02:00 to 09:23:15 lasted 21.25 minutes; the customer was 1.5 minutes late."""
    history = read_past_sessions(a_file(tmp_path, {})).history
    assert (history.ended - history.started).tolist() == [21.25, 21.25]
    assert (history.arrived - history.appointed).tolist() == [1.5, 1.5]
    assert history.hour.tolist() == [9, 9]
    assert history.skill.tolist() == ["pf", "pf"]


FAULTY = [
    ("unreadable", {"planned_minutes": "many"}),
    ("unreadable", {"arrived": "yesterday"}),
    ("unreadable", {"outcome": "fine"}),
    ("unreadable", {"appointed": ""}),
    ("duplicate", {"booking_id": "G0"}),
    ("duplicate", {"booking_id": "G0", "appointed": "30/11/2026 09:00"}),
    ("half_empty", {"ended": ""}),
    ("half_empty", {"arrived": ""}),
    ("half_empty", {"outcome": "left", "started": "", "ended": ""}),
    ("impossible_outcome", {"outcome": "no_show"}),
    ("impossible_outcome", {"outcome": "left"}),
    ("unordered_times", {"arrived": "2026-11-30T09:03:00-03:00"}),
    ("unordered_times", {"booked_at": "2026-12-01T09:03:00-03:00"}),
    ("unordered_times", {"outcome": "left", "started": "", "ended": "2026-11-30T09:00:30-03:00"}),
    ("negative_duration", {"ended": "2026-11-30T09:01:59-03:00"}),
    ("negative_duration", {"ended": "2026-11-30T09:02:00-03:00"}),
    ("negative_duration", {"interrupted_minutes": "30"}),
]


@pytest.mark.parametrize(("fault", "change"), FAULTY)
def test_each_fault_is_named(tmp_path: Path, fault: str, change: dict[str, str]) -> None:
    """A row with one fault is left out under that fault's name, and the good row stays."""
    read = read_past_sessions(a_file(tmp_path, change))
    assert [(row.row, row.fault) for row in read.bad] == [(3, fault)]
    assert read.counts == {fault: 1}
    assert len(read.history) == 1
    assert read.rows == 2


def test_all_faults_of_a_file_are_listed(tmp_path: Path) -> None:
    """Bad rows are all listed in order; good and bad rows together are all rows."""
    read = read_past_sessions(a_file(tmp_path, *(change for _, change in FAULTY)))
    assert [row.row for row in read.bad] == list(range(2 + len(FAULTY), 2 + 2 * len(FAULTY)))
    assert [row.fault for row in read.bad] == [fault for fault, _ in FAULTY]
    assert len(read.history) + len(read.bad) == read.rows


def test_a_mostly_bad_history_is_refused(tmp_path: Path) -> None:
    """With more than half of the rows bad, nothing is read, and every bad row is told."""
    path = a_file(tmp_path, {"ended": ""})
    path.write_text(path.read_text() + ",".join({**GOOD, "outcome": "no_show"}.values()) + "\n")
    with pytest.raises(BadDataError) as caught:
        read_past_sessions(path)
    assert [problem.row for problem in caught.value.problems] == [None, 3, 4]


def test_a_short_row_is_listed(tmp_path: Path) -> None:
    """A row that lacks cells is left out by name too, and is one of the rows."""
    path = a_file(tmp_path, {})
    path.write_text(path.read_text() + "B9,single\n")
    read = read_past_sessions(path)
    assert read.counts == {"unreadable": 1}
    assert read.rows == 3


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    """Missing columns are a fault of the file, not of its rows."""
    path = tmp_path / "past.csv"
    path.write_text("booking_id,kind\nB1,single\n")
    with pytest.raises(BadDataError) as caught:
        read_past_sessions(path)
    assert {p.column for p in caught.value.problems} == {"planned_minutes", "appointed", "outcome"}


def test_brazilian_spreadsheets_and_parquet_say_the_same(tmp_path: Path) -> None:
    """Semicolons, decimal commas, DD/MM/YYYY and typed Parquet give the same numbers."""
    local = {"booked_at": "20/11/2026 10:00", "appointed": "30/11/2026 09:00",
             "arrived": "30/11/2026 09:01:30", "started": "30/11/2026 09:02:00",
             "ended": "30/11/2026 09:23:15", "planned_minutes": "25,0"}  # fmt: skip
    spreadsheet = tmp_path / "past.csv"
    spreadsheet.write_bytes(
        "\r\n".join([";".join(HEADER), ";".join({**GOOD, **local}.values())]).encode("cp1252")
    )
    typed = pd.DataFrame([GOOD]).assign(planned_minutes=25.0, participants=1, interrupted_minutes=np.nan)
    for name in ("booked_at", "appointed", "arrived", "started", "ended"):
        typed[name] = pd.to_datetime(typed[name])
    typed.to_parquet(tmp_path / "past.parquet")
    first = read_past_sessions(spreadsheet).history
    second = read_past_sessions(tmp_path / "past.parquet").history
    for name in ("planned", "booked_at", "appointed", "arrived", "started", "ended"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()
