"""Files of events: what they hold, and every bad line told."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.files import BadDataError, MissingInputError
from data.files.day_events import read_day_events
from tests.support.planned_days import day_with_events

HEADING = '{"schema": "pontual/day-events@1.0"}'


def test_events_come_back_as_written(tmp_path: Path) -> None:
    """A file with a heading, empty lines and Windows line ends gives the events in their order."""
    case, events = day_with_events(1)
    path = tmp_path / "day.jsonl"
    lines = [HEADING, "", *(event.model_dump_json() for event in events)]
    path.write_bytes("\r\n".join(lines).encode())
    assert read_day_events(path, case) == list(events)
    path.write_text("\n".join(lines[2:]) + "\n", encoding="utf-8")
    assert read_day_events(path, case) == list(events)


@pytest.mark.shows_personal_data("day.jsonl")
def test_every_bad_line_is_told(tmp_path: Path) -> None:
    """Rows, fields, values (masked) and expectations of all lines, and nothing is taken in."""
    case, events = day_with_events(1)
    path = tmp_path / "day.jsonl"
    bad = [
        '{"schema": "another@1.0"}',
        events[0].model_dump_json(),
        "no json",
        "[]",
        '{"number": 3, "at": "2026-11-30T09:00:00", "kind": "session_ended", "booking_id": "B0"}',
        '{"number": 4, "at": "2026-11-30T09:00:00-03:00", "kind": "no_such_kind"}',
        '{"number": 0, "at": "2026-11-30T09:00:00-03:00", "kind": "no_show", "booking_id": "B0", '
        '"cpf": "529.982.247-25"}',
        '{"number": 6, "at": "2026-11-30T09:00:00-03:00", "kind": "booking_added", "booking": '
        '{"booking_id": "N", "skill": "pf"}, "participants": [{"booking_id": "N", "participant_id": "X"}], '
        '"start": "2026-11-30T10:00:00-03:00"}',
    ]
    path.write_text("\n".join(bad), encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        read_day_events(path, case)
    assert {problem.row for problem in caught.value.problems} == {1, 3, 4, 5, 6, 7, 8}
    assert "529.982.247-25" not in str(caught.value)
    assert {p.column for p in caught.value.problems if p.row == 5} == {"session_ended.at"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is named."""
    case, _ = day_with_events(1)
    with pytest.raises(MissingInputError, match="nowhere"):
        read_day_events(tmp_path / "nowhere.jsonl", case)
