"""Nobody is in two sessions at once: by the program's check, and by the databases behind it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from data.files import BadDataError
from data.model import Case, Sessions
from data.referee import judge_schedule
from data.store import Database, DoubleBookingError, Run, SessionChange, Store
from data.store.rows import insert_rows, origin_of
from data.store.schema import ATTENDANCES, SESSIONS
from tests.support.cases import participant, tiny_case


def run() -> Run:
    """A run of its own."""
    return Run("test")


def session(booking: str, agent: str, start: int) -> dict[str, Any]:
    return {"booking_id": booking, "agent_id": agent, "starts_at": start, "duration_minutes": 20}


def scheduled(*sessions: dict[str, Any]) -> Case:
    return replace(tiny_case(), sessions=Sessions.from_rows(sessions))


def with_shared_participant() -> Case:
    """The tiny case in which the holder of B1 is that of B2 too."""
    case = tiny_case()
    people = type(case.participants).from_rows([participant(f"B{n}", "P1", 540, 780) for n in (1, 2)])
    return replace(case, participants=people, bookings=case.bookings.take([0, 1]))


# An agent is occupied from 5 minutes before the start to 25 after it.
@pytest.mark.parametrize("gap", range(0, 45, 5))
def test_an_agent_is_refused_twice_exactly_when_the_referee_refuses(store: Store, gap: int) -> None:
    """At every distance of two starts, the store refuses what the referee calls AGENT-OVERLAP."""
    case = scheduled(session("B1", "A1", 600), session("B2", "A1", 600 + gap))
    overlaps = "AGENT-OVERLAP" in {violation.rule for violation in judge_schedule(case)}
    assert overlaps == (gap < 30)
    if overlaps:
        with pytest.raises(DoubleBookingError, match="the agent is taken by booking B1"):
            store.put_case("day", case, run())
        assert store.plan_names() == []
    else:
        store.put_case("day", case, run())


@pytest.mark.parametrize("gap", range(0, 45, 5))
def test_a_participant_is_refused_twice_exactly_when_the_referee_refuses(store: Store, gap: int) -> None:
    """Of two agents' sessions, the store refuses what the referee calls PARTICIPANT-OVERLAP."""
    sessions = Sessions.from_rows([session("B1", "A1", 600), session("B2", "A2", 600 + gap)])
    case = replace(with_shared_participant(), sessions=sessions)
    overlaps = "PARTICIPANT-OVERLAP" in {violation.rule for violation in judge_schedule(case)}
    assert overlaps == (gap < 20)
    if overlaps:
        with pytest.raises(DoubleBookingError, match="a participant is taken"):
            store.put_case("day", case, run())
    else:
        store.put_case("day", case, run())


def test_every_clash_is_listed(store: Store) -> None:
    """All sessions that clash are named, not only the first."""
    case = scheduled(session("B1", "A1", 600), session("B2", "A1", 605), session("B3", "A2", 600))
    again = replace(case, sessions=case.sessions.followed_by(Sessions.from_rows([session("B4", "A2", 615)])))
    with pytest.raises(DoubleBookingError) as refused:
        store.put_case("day", again, run())
    assert [problem.value for problem in refused.value.problems] == ["A1", "A2"]


def test_plans_share_the_time_of_agents(store: Store) -> None:
    """A second plan over the same hours can't sell an agent's time again, but can where it is free."""
    store.put_case("one", scheduled(session("B1", "A1", 600)), run())
    with pytest.raises(DoubleBookingError, match="taken by booking B1 until 2026-11-30T10:25-03:00"):
        store.put_case("two", scheduled(session("B2", "A1", 615)), run())
    store.put_case("two", scheduled(session("B2", "A1", 630)), run())


def test_sessions_can_change_places(store: Store) -> None:
    """Two sessions that swap their starts, or their agents, are written in one go."""
    store.put_case("day", scheduled(session("B1", "A1", 600), session("B2", "A1", 630)), run())
    swapped = scheduled(session("B1", "A1", 630), session("B2", "A1", 600))
    assert store.write_schedule("day", swapped.schedule, run())["moved"] == 2
    changes = [SessionChange("B1", "A2", 600, 20), SessionChange("B2", "A2", 630, 20)]
    assert store.change_sessions("day", changes, run())["moved"] == 2
    assert store.read_case("day").case.sessions.starts_at.tolist() == [600, 630]


@pytest.mark.parametrize("what", ["insert", "update"])
@pytest.mark.parametrize("whose", ["agent", "participant"])
def test_the_databases_refuse_by_themselves(store: Store, what: str, whose: str) -> None:
    """Rows written behind the program's back don't overlap: triggers and exclusion constraints."""
    store.put_case("day", scheduled(session("B1", "A1", 600), session("B2", "A1", 700)), run())
    origin = origin_of(tiny_case().axis)
    with store.database.reading() as connection:
        plan_id = connection.execute(SESSIONS.select()).first().plan_id  # type: ignore[union-attr]
    statement: Any
    if whose == "agent" and what == "insert":
        times = {"starts_at": 610 + origin, "occupied_from": 605 + origin, "occupied_until": 635 + origin}
        row = session("B3", "A1", 610) | times | {"plan_id": plan_id, "place": 9}
        statement = SESSIONS.insert().values(row)
    elif whose == "agent":
        later = {name: SESSIONS.c[name] + 95 for name in ("starts_at", "occupied_from", "occupied_until")}
        statement = SESSIONS.update().where(SESSIONS.c.booking_id == "B1").values(later)
    elif what == "insert":
        row = {"plan_id": plan_id, "booking_id": "B2", "participant_id": "P1"}
        held = {"held_from": 619 + origin, "held_until": 640 + origin}
        statement = ATTENDANCES.insert().values(row | held)
    else:
        statement = ATTENDANCES.update().where(ATTENDANCES.c.booking_id == "B2").values(
            participant_id="P1", held_from=590 + origin, held_until=601 + origin
        )  # fmt: skip
    before = store.read_case("day").case
    with pytest.raises(DoubleBookingError):
        store.database.write(lambda connection: connection.execute(statement))
    assert store.read_case("day").case.sessions.same_as(before.sessions)


def test_a_day_of_overlaps_is_decided_as_by_arithmetic(url: str) -> None:
    """Of two intervals, long or short, the second is refused exactly when they share a minute."""
    database = Database(url)
    spans = [(0, 60), (0, 1440), (700, 1440)]
    for n, ((start, end), (other, until)) in enumerate(itertools.product(spans, _around())):
        rows = [("x", start, end), ("y", other, until)]
        values = [
            {"plan_id": n, "booking_id": name, "participant_id": "p", "held_from": a, "held_until": b}
            for name, a, b in rows
        ]
        overlaps = start < until and other < end

        def write(connection: Any, values: Any = values, overlaps: bool = overlaps) -> None:
            insert_rows(connection, ATTENDANCES, values[:1])
            insert_rows(connection, ATTENDANCES, values[1:])
            assert not overlaps
            raise _UndoneError

        # References are only looked at when a transaction ends; here none does.
        with pytest.raises(DoubleBookingError if overlaps else _UndoneError):
            database.write(write)


class _UndoneError(Exception):
    """Ends a transaction without a trace."""


def _around() -> list[tuple[int, int]]:
    edges = (-1440, -1, 0, 1, 59, 60, 61, 1439, 1440)
    return [(a, b) for a in edges for b in (*edges, 2000) if 0 < b - a <= 1440]


def test_unknown_names_are_all_listed(store: Store) -> None:
    """Sessions of bookings and agents that are not in the plan are refused with every name."""
    store.put_case("day", tiny_case(), run())
    sessions = Sessions.from_rows(
        [session("B9", "A1", 600), session("B1", "A9", 600), session("B1", "A2", 700)]
    )
    with pytest.raises(BadDataError) as refused:
        store.write_schedule("day", replace(tiny_case(), sessions=sessions).schedule, run())
    found = [(problem.row, problem.column, problem.value) for problem in refused.value.problems]
    assert found == [(2, "booking_id", "B9"), (3, "agent_id", "A9"), (4, "booking_id", "B1")]
    assert [recorded.outcome["placed"] for recorded in store.recorded_runs()] == [0]


def test_an_error_shows_no_row(store: Store) -> None:
    """What a database says about a row that it refuses, keys included, is in no message."""
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    row = session("B1", "A1", 900) | {"plan_id": 1, "place": 0, "occupied_from": 895, "occupied_until": 925}
    with pytest.raises(BadDataError) as refused:
        store.database.write(lambda connection: connection.execute(SESSIONS.insert().values(row)))
    assert "B1" not in str(refused.value)
