"""On random tiny cases the vectorised rules agree with their plain restatement."""

from __future__ import annotations

from datetime import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import Calendar, Case, OpeningHours, Sessions, Unplaced
from data.referee import judge_schedule
from data.referee.facts import Facts
from tests.referee import plain
from tests.referee.legal_case import with_rows
from tests.support.cases import agent, booking, case, participant

PEOPLE = ("P1", "P2", "P3")
ZONES = ("America/Sao_Paulo", "America/Noronha", "America/Manaus", "America/Rio_Branco")
quarter = st.integers(0, 2 * 96).map(lambda n: 15 * n)
five = st.integers(-6, 2 * 288 + 6).map(lambda n: 5 * n)
any_minute = st.one_of(five, st.integers(-30, 2 * 1440 + 30))
HOURS = (
    Calendar(),
    Calendar(opening_hours=(OpeningHours(weekdays=(0, 1), opens=time(0), closes=time(23, 30)),)),
    Calendar(opening_hours=(OpeningHours(weekdays=(1,), opens=time(7, 3), closes=time(9)),)),
)
seeded = settings(
    derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)


@st.composite
def tiny_cases(draw: st.DrawFn) -> Case:
    """Two days, two agents with duties and breaks, up to six bookings of three people, sessions anywhere."""
    duties: list[dict[str, Any]] = []
    breaks: list[dict[str, Any]] = []
    for name in ("A1", "A2"):
        for day in range(draw(st.integers(0, 2))):
            start = day * 1440 + draw(st.integers(0, 60)) * 15
            length = draw(st.integers(2, 24)) * 15
            duties.append({"agent_id": name, "starts_at": start, "ends_at": start + length})
            rest = start + draw(st.integers(0, length // 5 - 1)) * 5
            end = min(rest + 15, start + length)
            breaks.append({"agent_id": name, "starts_at": rest, "ends_at": end, "kind": "pause"})
    count = draw(st.integers(1, 6))
    bookings, participants, sessions = [], [], []
    for n in range(count):
        name, minutes = f"B{n}", draw(st.integers(15, 30))
        skill = draw(st.sampled_from(("pf", "pj")))
        bookings.append(booking(name, skill, minutes, booked_at=draw(st.sampled_from((-9999, 300, 1500)))))
        window = sorted((draw(quarter), draw(quarter)))
        daily = sorted(draw(st.tuples(*[st.integers(0, 24 * 4).map(lambda q: 15 * q)] * 2)))
        zone = draw(st.sampled_from(ZONES))
        participants.append(
            participant(
                name,
                draw(st.sampled_from(PEOPLE)),
                *window,
                time_zone=zone,
                daily_from=daily[0],
                daily_until=daily[1],
            )
        )
        sessions.append(
            {
                "booking_id": name,
                "agent_id": draw(st.sampled_from(("A1", "A2"))),
                "starts_at": draw(any_minute),
                "duration_minutes": minutes,
            }
        )
    credential = draw(st.sampled_from((0, 1)))
    made = case(
        agents=[agent("A1", "pf", credential_until=credential), agent("A2", "pf|pj")],
        bookings=bookings,
        participants=participants,
        duties=duties,
        breaks=breaks,
        days=2,
        calendar=draw(st.sampled_from(HOURS)),
    )
    return with_rows(made, Sessions, sessions)


def reported(made: Case, code: str) -> set[str]:
    """Bookings whose sessions are found to break a rule."""
    found = {v.where.split(",")[0] for v in judge_schedule(made) if v.rule == code}
    return {where.removeprefix("booking ") for where in found}


@seeded
@given(tiny_cases())
def test_overlaps_agree(made: Case):
    """Sessions of one agent, and of one person, overlap exactly where minutes are shared."""
    rows = made.sessions.rows()
    agents = plain.overlaps([(s["agent_id"], *plain.occupation(made, s)) for s in rows])
    assert reported(made, "AGENT-OVERLAP") == {rows[n]["booking_id"] for n in agents}
    held = [
        (p["participant_id"], s["starts_at"], s["starts_at"] + s["duration_minutes"])
        for s in rows
        for p in plain.required(made, s["booking_id"])
    ]
    assert reported(made, "PARTICIPANT-OVERLAP") == {rows[n]["booking_id"] for n in plain.overlaps(held)}


@seeded
@given(tiny_cases())
def test_windows_agree(made: Case):
    """Windows, local hours and opening hours are kept or broken as wall clocks say."""
    expected: dict[str, set[str]] = {"WINDOW": set(), "LOCAL-HOURS": set(), "OPENING": set(), "DUTY": set()}
    for session in made.sessions.rows():
        name, start = session["booking_id"], session["starts_at"]
        end = start + session["duration_minutes"]
        (person,) = plain.required(made, name)
        if not plain.in_window(person, start, end):
            expected["WINDOW"].add(name)
        if not plain.in_local_hours(made, person, start, end):
            expected["LOCAL-HOURS"].add(name)
        if not plain.open_for(made, start, end):
            expected["OPENING"].add(name)
        begins, ends = plain.occupation(made, session)
        if not any(
            d["agent_id"] == session["agent_id"] and d["starts_at"] <= begins and ends <= d["ends_at"]
            for d in made.duties.rows()
        ):
            expected["DUTY"].add(name)
    assert {code: reported(made, code) for code in expected} == expected


@seeded
@given(tiny_cases())
def test_emptiness_agrees(made: Case):
    """A booking has a start, and a start with an agent, exactly when trying every grid point finds one."""
    waiting = with_rows(made, Sessions, [])
    waiting = with_rows(
        waiting,
        Unplaced,
        [{"booking_id": b["booking_id"], "reason": "capacity_full"} for b in made.bookings.rows()],
    )
    openings = Facts(waiting).openings
    for n, row in enumerate(waiting.bookings.rows()):
        starts = plain.possible_starts(waiting, row)
        assert openings.has_window[n] == bool(starts)
        assert openings.has_agent[n] == bool(plain.served_starts(waiting, row, starts))
