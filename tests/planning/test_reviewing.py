"""Days are read from events and from journals of followed days; everything wrong is named at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.day import Event
from data.files import BadDataError, MissingInputError
from data.files.journal import open_journal, read_journal
from data.model import Scenario
from optimizer.live import SCHEMA, LiveDay
from optimizer.planning.faults import NoSessionsError
from optimizer.planning.reviewing import is_journal, journals, read_told_day, reviewed_days
from simulation.review import day_facts
from tests.live.following import mend, tell
from tests.support.cases import tiny_case
from tests.support.planned_days import day_with_events


def write(path: Path, events: tuple[Event, ...]) -> Path:
    path.write_text("".join(event.model_dump_json() + "\n" for event in events), encoding="utf-8")
    return path


def test_a_journal_has_events_and_decisions(tmp_path: Path) -> None:
    """The facts of a followed day are those of its events with the decisions that were carried out."""
    case, events = day_with_events(2)
    path = tmp_path / "days" / "2026-11-30.jsonl"
    path.parent.mkdir()
    with open_journal(path, SCHEMA) as journal:
        live = LiveDay(case, 0, mend, tell, journal.add)
        live.begin(read_journal(path, SCHEMA))
        for event in events:
            live.take(event)
    assert journals(tmp_path) == [path]
    assert is_journal(path)
    found = read_told_day(case, path)
    assert found.events == tuple(live.stream.events)
    assert sum(map(len, found.decided.values())) > 0
    facts = day_facts(case, found, 15.0)
    for name, session in live.stream.state.sessions.items():
        assert facts.sessions[name].agent == session.agent_id
    plain = read_told_day(case, write(tmp_path / "events.jsonl", events))
    assert plain.decided == {}
    assert plain.events == found.events


def test_a_damaged_journal(tmp_path: Path) -> None:
    """Every record that is none is named by its row."""
    case, _ = day_with_events(2)
    path = tmp_path / "2026-11-30.jsonl"
    lines = [{"schema": SCHEMA}, {"plan": "x"}, {"event": {"kind": "nap"}}, {"after": 1}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        read_told_day(case, path)
    assert [problem.row for problem in caught.value.problems] == [3, 4]


def test_what_is_wrong_is_told_of_all_files(tmp_path: Path) -> None:
    """Bad lines of two files, a day that comes twice, and a file of another year."""
    case, events = day_with_events(2)
    good = write(tmp_path / "good.jsonl", events)
    again = write(tmp_path / "again.jsonl", events[:3])
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"number": 1}\nno json\n', encoding="utf-8")
    late = tmp_path / "late.jsonl"
    document = {"number": 1, "at": "2031-01-01T09:00:00-03:00", "kind": "platform_up"}
    late.write_text(json.dumps(document) + "\n", encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        reviewed_days(case, [good, bad, again, late], Scenario(), 20)
    files = [problem.file for problem in caught.value.problems]
    assert files.count("bad.jsonl") >= 2
    assert {"again.jsonl", "late.jsonl"} <= set(files)
    with pytest.raises(MissingInputError):
        reviewed_days(case, [tmp_path / "nowhere.jsonl"], Scenario(), 20)


def test_without_a_schedule() -> None:
    """There is nothing to hold the days against."""
    with pytest.raises(NoSessionsError):
        reviewed_days(tiny_case(), [], Scenario(), 20)
