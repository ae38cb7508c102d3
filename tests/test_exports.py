"""iCalendar files of agents: read back by a parser, times in Brasília, no personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar

from data.exports import agent_calendars
from data.model import Breaks, Case, Sessions
from tests.support.cases import MONDAY, plan, tiny_case


def scheduled() -> Case:
    """The tiny case with two sessions and a break."""
    sessions = Sessions.from_rows(
        [
            {"booking_id": "B1", "agent_id": "A1", "starts_at": 545, "duration_minutes": 20},
            {"booking_id": "B2", "agent_id": "A2", "starts_at": 600, "duration_minutes": 20},
        ]
    )
    breaks = Breaks.from_rows([{"agent_id": "A1", "starts_at": 660, "ends_at": 670, "kind": "pause"}])
    return replace(tiny_case(), sessions=sessions, breaks=breaks)


def test_every_duty_break_and_session_is_an_event() -> None:
    """Each agent's file holds the agent's duty, breaks and sessions at the right instants."""
    case = scheduled()
    files = agent_calendars(case)
    assert sorted(files) == ["A1", "A2"]
    events = Calendar.from_ical(files["A1"]).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Jornada", "Pausa", "Sessão B1"]
    session = events[-1]
    assert session.decoded("dtstart") == case.axis.instant_of(545)
    assert session.decoded("dtend") - session.decoded("dtstart") == timedelta(minutes=20)
    assert session.decoded("dtstart").utcoffset() == timedelta(0)


def test_identifiers_are_stable_and_unique() -> None:
    """The same plan gives the same bytes, and no UID stands twice."""
    first, second = agent_calendars(scheduled()), agent_calendars(scheduled())
    assert first == second
    uids = [str(e["uid"]) for body in first.values() for e in Calendar.from_ical(body).walk("VEVENT")]
    assert len(uids) == len(set(uids)) == 5


def test_another_week_has_other_identifiers() -> None:
    """The same times of day a week later are other events, so that no import overwrites the week before."""
    first = scheduled()
    second = replace(first, plan=plan(first_day=MONDAY + timedelta(days=7)))
    found = []
    for case in (first, second):
        uids = {
            str(e["uid"])
            for b in agent_calendars(case).values()
            for e in Calendar.from_ical(b).walk("VEVENT")
        }
        found.append({uid for uid in uids if not uid.startswith("session-")})
    assert not found[0] & found[1]
