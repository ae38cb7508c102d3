"""Erasing what is older than it may be: nothing of its people is left, and the statistics stay."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.day.events import EVENT
from data.files import BadDataError
from data.model import Absences, Case
from data.store import BatchAnswer, BatchRequest, Run, SessionChange, Store
from data.store.schema import METADATA, PROMISES
from tests.store.outbox_days import AXIS, Clock, settable_clock
from tests.support.cases import MONDAY, agent, booking, participant, plan, tiny_case

OLD, NEW, LONG = "old", "new", "long"
PEOPLE = re.compile(r"(?:b|p|a)-(?:old|new|long|gone)-\d")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock."""
    return settable_clock(monkeypatch)


def run(**fields: str) -> Run:
    """A run of its own."""
    return Run("test", **fields)


def week(name: str, first_day: date = MONDAY, days: int = 1) -> Case:
    """A plan with two bookings and an agent who is absent."""
    made = tiny_case()
    people = f"b-{name}-1", f"b-{name}-2"
    who = f"a-{name}-1"
    absent = [{"agent_id": who, "starts_at": 0, "ends_at": 60}]
    return replace(
        made,
        plan=plan(days, first_day),
        agents=type(made.agents).from_rows([agent(who)]),
        bookings=type(made.bookings).from_rows([booking(one) for one in people]),
        participants=type(made.participants).from_rows(
            [participant(one, one.replace("b-", "p-"), 540, 780) for one in people]
        ),
        duties=type(made.duties).from_rows([{"agent_id": who, "starts_at": 540, "ends_at": 780}]),
        absences=Absences.from_rows(absent),
    )


def fill(store: Store, at: Clock) -> None:
    """An old plan, a new one, and a long one that began with the old one and goes on."""
    at(AXIS.instant_of(0))
    for name, case in (
        (OLD, week(OLD)),
        (NEW, week(NEW, MONDAY + timedelta(days=20))),
        (LONG, week(LONG, days=28)),
    ):
        store.put_case(name, case, run(who="maria", reason=f"b-{name}-1 first"))
        placed = SessionChange(f"b-{name}-1", f"a-{name}-1", 600, 20)
        store.change_sessions(name, [placed], run(who="joão"))
        event = {"number": 1, "kind": "no_show", "at": "2026-11-30T10:20-03:00", "booking_id": f"b-{name}-1"}
        store.add_events(name, MONDAY, [EVENT.validate_python(event)], run())
    # A booking that the long plan has lost since.
    case = week(LONG, days=28)
    gone = replace(case, bookings=type(case.bookings).from_rows([*case.bookings.rows(), booking("b-gone-1")]))
    store.put_case(LONG, gone, run())
    store.change_sessions(LONG, [SessionChange("b-gone-1", "a-long-1", 700, 20)], run())
    kept = store.read_case(LONG).case
    rows = [row for row in kept.sessions.rows() if row["booking_id"] != "b-gone-1"]
    store.put_case(LONG, replace(case, sessions=type(kept.sessions).from_rows(rows)), run())


def people_in(store: Store) -> set[str]:
    """Names of everybody in any value of any table."""
    with store.database.reading() as connection:
        found = [connection.execute(sa.select(table)).all() for table in METADATA.sorted_tables]
    return set(PEOPLE.findall(repr(found)))


def test_what_is_too_old_goes_and_the_statistics_stay(store: Store, at: Clock) -> None:
    """Nobody of the old plan is left anywhere; plans that go on keep their people; sums are as before."""
    fill(store, at)
    before = {name: store.statistics(name) for name in (OLD, NEW, LONG)}
    at(AXIS.instant_of(0) + timedelta(days=15))
    told = store.expired(10)
    assert told.plans == (OLD,)
    assert {"bookings", "participants", "sessions", "agents", "absences", "events", "outbox"} <= set(
        told.rows
    )
    assert people_in(store) >= {"b-old-1", "p-old-2", "a-old-1", "b-gone-1"}
    done = store.erase_expired(10, run())
    assert done == {"plans": 1, **told.rows}
    kept = ("b-{}-1", "b-{}-2", "p-{}-1", "p-{}-2", "a-{}-1")
    assert people_in(store) == {one.format(name) for name in (NEW, LONG) for one in kept}
    assert {name: store.statistics(name) for name in (OLD, NEW, LONG)} == before
    assert store.events(LONG, MONDAY) == []
    assert [one.change for one in store.history("b-long-1")] == ["placed", "removed"]
    runs = store.recorded_runs()
    assert {(one.run.who, one.run.reason) for one in runs} == {("", "")}
    assert store.expired(10) == replace(told, plans=(), rows={})
    assert store.erase_expired(10, run()) == {"plans": 0}
    assert {name: store.statistics(name) for name in (OLD, NEW, LONG)} == before


def test_the_last_day_counts(store: Store, at: Clock) -> None:
    """Ten days after the last day of a plan it is kept, at midnight after the tenth it is not."""
    store.put_case(OLD, week(OLD), run())
    at(AXIS.instant_of(0) + timedelta(days=11, minutes=-1))
    assert store.expired(10).plans == ()
    at(AXIS.instant_of(0) + timedelta(days=11))
    assert store.expired(10).plans == (OLD,)


def test_the_file_holds_no_trace(sqlite_url: str, at: Clock) -> None:
    """No byte of anybody's name is in the file of SQLite or beside it."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = Store(sqlite_url)
    fill(store, at)
    assert b"b-old-1" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    at(AXIS.instant_of(0) + timedelta(days=15))
    store.erase_expired(10, run())
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for name in (b"b-old-1", b"p-old-1", b"a-old-1", b"b-gone-1", b"maria"):
        assert name not in left
    assert b"b-new-1" in left


def test_old_requests_lose_their_answers_and_keep_their_keys(store: Store, at: Clock) -> None:
    """Sent again, an old request is not carried out once more; one that still waits is as it was."""
    fill(store, at)
    asked = BatchRequest("once", OLD, "offers", "1", "{}")
    waiting = BatchRequest("waits", NEW, "offers", "2", "{}")
    store.keep_answer(asked, BatchAnswer('{"booking": "b-old-1"}', 0))
    store.enqueue(waiting)
    assert store.figures().pending_requests == 1
    at(AXIS.instant_of(0) + timedelta(days=15))
    assert store.erase_expired(10, run())["requests"] == 1
    with pytest.raises(BadDataError, match="erased"):
        store.answer_to(asked)
    assert store.pending_requests() == [waiting]


def test_holds_whose_time_is_over_are_counted(store: Store, at: Clock) -> None:
    """A start that is held counts once its time is over; a place in the queue never does."""
    at(AXIS.instant_of(0))
    store.put_case(NEW, week(NEW), run())
    until = int(AXIS.instant_of(10).timestamp())
    row = {
        "plan_id": 1, "skill": "pf", "session": "single", "people": "", "windows": "", "passed": "",
        "duration_minutes": 20, "participants": 1, "priority": 5, "seconds": 600, "turn": 1,
    }  # fmt: skip
    rows = [
        row | {"booking_id": "b-new-1", "status": "held", "until": until},
        row | {"booking_id": "b-new-2", "status": "waiting", "until": None},
    ]
    store.database.write(lambda connection: connection.execute(sa.insert(PROMISES), rows))
    assert store.figures().expired_holds == 0
    at(AXIS.instant_of(11))
    assert store.figures().expired_holds == 1
    at(AXIS.instant_of(0) + timedelta(days=15))
    assert store.erase_expired(10, run())["promises"] == 2
