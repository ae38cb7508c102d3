"""A day is followed by hand: events in, a look ahead, decisions noted as `pontual live` notes its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.day import EVENT, Event
from data.files import BadDataError, BusyError, write_case
from data.files.journal import open_journal, read_journal
from data.model import Case
from optimizer.live import SCHEMA, LiveDay
from optimizer.planning.faults import NoSessionsError
from optimizer.planning.following import (
    DayHasGoneOnError,
    accept,
    followed_day,
    followed_days,
    journal_path,
    look_ahead,
    take_events,
)
from optimizer.planning.reviewing import read_told_day
from simulation import scenario_of
from tests.live.following import mend, tell
from tests.support.cases import tiny_case
from tests.support.planned_days import planned_day_case
from tests.support.two_overruns import lines, two_overruns


@pytest.fixture
def case() -> Case:
    return planned_day_case(4)


@pytest.fixture
def folder(tmp_path: Path, case: Case) -> Path:
    write_case(tmp_path / "plan", case)
    return tmp_path / "plan"


def test_events_are_taken_in_once(case: Case, folder: Path) -> None:
    """All are new at first, all are known again, and nothing is decided meanwhile."""
    content = lines(two_overruns(case))
    count = content.count(b"\n")
    assert followed_days(case, folder) == []
    assert take_events(case, folder, "day.jsonl", content) == (0, count, 0, 0)
    assert take_events(case, folder, "day.jsonl", content) == (0, 0, count, 0)
    assert followed_days(case, folder) == [0]
    seen = followed_day(case, folder, 0)
    assert (seen.events, seen.gaps, seen.contacts) == (count, (), ())
    assert seen.last_at == two_overruns(case)[-1].at


def test_decisions_are_noted_as_the_live_command_notes_them(case: Case, folder: Path) -> None:
    """What is proposed after two overruns is accepted; whoever reads the journal finds the day changed, and
    `pontual live` would go on from there."""
    take_events(case, folder, "day.jsonl", lines(two_overruns(case)))
    seen = followed_day(case, folder, 0)
    ahead = look_ahead(case, scenario_of(case.plan.policy), seen.state, seen.now)
    decisions = ahead.considered.decisions
    assert decisions
    contacts = accept(case, folder, seen, decisions, "en")
    after = followed_day(case, folder, 0)
    assert after.state != seen.state
    assert after.events == seen.events
    assert after.contacts == contacts
    path = journal_path(case, folder, 0)
    live = LiveDay(case, 0, mend, tell, lambda record, flush: None)
    live.begin(read_journal(path, SCHEMA))
    assert live.stream.state == after.state
    told = read_told_day(case, path)
    assert [one for listed in told.decided.values() for one in listed] == list(decisions)
    again = look_ahead(case, scenario_of(case.plan.policy), after.state, after.now)
    assert not set(decisions) & set(again.considered.decisions)


def test_the_day_has_gone_on(case: Case, folder: Path) -> None:
    """A decision about a state that is past is refused, and nothing is written."""
    events = two_overruns(case)
    take_events(case, folder, "day.jsonl", lines(events[:-1]))
    seen = followed_day(case, folder, 0)
    take_events(case, folder, "day.jsonl", lines(events))
    path = journal_path(case, folder, 0)
    before = path.read_bytes()
    with pytest.raises(DayHasGoneOnError):
        accept(case, folder, seen, (), "en")
    assert path.read_bytes() == before


def test_somebody_else_follows_the_day(case: Case, folder: Path) -> None:
    """While another holds the journal, nothing is taken in or decided."""
    take_events(case, folder, "day.jsonl", lines(two_overruns(case)))
    seen = followed_day(case, folder, 0)
    with open_journal(journal_path(case, folder, 0), SCHEMA):
        with pytest.raises(BusyError):
            accept(case, folder, seen, (), "en")
        with pytest.raises(BusyError):
            take_events(case, folder, "day.jsonl", lines(two_overruns(case)))


def test_bad_events_are_not_taken_in(case: Case, folder: Path) -> None:
    """Not even the good ones among them; nor are those of no day of the plan, nor where there is no plan."""
    good = lines(two_overruns(case))
    with pytest.raises(BadDataError):
        take_events(case, folder, "day.jsonl", good + b'{"number": 99}\n')
    elsewhere: Event = EVENT.validate_python(
        {"number": 1, "at": "2031-01-01T09:00:00-03:00", "kind": "platform_up"}
    )
    with pytest.raises(BadDataError, match="expected events of a day of the plan"):
        take_events(case, folder, "day.jsonl", lines([elsewhere]))
    assert followed_days(case, folder) == []
    with pytest.raises(NoSessionsError):
        take_events(tiny_case(), folder, "day.jsonl", good)
