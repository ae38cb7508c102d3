"""An iCalendar file for each agent: duties, breaks and sessions (RFC 5545).

Customers appear only as the surrogate of their booking; the conference link belongs to the appointment and is
sent by the issuer's mailer (R4, R16).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from icalendar import Calendar, Event

from data.model import Case
from data.workbooks.texts import Language

PRODUCT = "-//Pontual//Agents' calendars//PT"
TITLES: dict[Language, dict[str, str]] = {
    "pt-BR": {"duty": "Jornada", "meal": "Refeição", "pause": "Pausa", "session": "Sessão"},
    "en": {"duty": "Duty", "meal": "Meal", "pause": "Pause", "session": "Session"},
}
"""What agents read in their calendar."""


def agent_calendars(case: Case, language: Language = "pt-BR") -> dict[str, bytes]:
    """The calendar of each agent who has a duty or a session, by agent.

    The time stamp of every entry is the moment of planning, so that the same plan gives the same bytes.
    """
    stamp, titles = case.plan.as_of.astimezone(UTC), TITLES[language]
    calendars: dict[str, Calendar] = defaultdict(_empty_calendar)
    for duty in case.roster.duties:
        calendar = calendars[duty.agent_id]
        uid = f"duty-{duty.agent_id}-{_instant(case, duty.start):%Y%m%dT%H%M}"
        _add(calendar, case, stamp, uid, titles["duty"], (duty.start, duty.end), False)
        for rest in duty.breaks:
            uid = f"break-{duty.agent_id}-{_instant(case, rest.start):%Y%m%dT%H%M}"
            _add(calendar, case, stamp, uid, titles[rest.kind], (rest.start, rest.end), True)
    sessions = case.sessions
    for booking, agent, start, minutes in zip(
        sessions.booking_id.tolist(),
        sessions.agent_id.tolist(),
        sessions.starts_at.tolist(),
        sessions.duration_minutes.tolist(),
        strict=True,
    ):
        span = (start, start + minutes)
        title = f"{titles['session']} {booking}"
        _add(calendars[agent], case, stamp, f"session-{booking}", title, span, True)
    return {agent: calendar.to_ical() for agent, calendar in sorted(calendars.items())}


def _empty_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _instant(case: Case, minute: int) -> datetime:
    """In UTC, which needs no description of a time zone in the file (RFC 5545, 3.3.5)."""
    return case.axis.instant_of(minute).astimezone(UTC)


def _add(
    calendar: Calendar, case: Case, stamp: datetime, uid: str, title: str, span: tuple[int, int], busy: bool
) -> None:
    event = Event()
    event.add("uid", f"{uid}@pontual")
    event.add("dtstamp", stamp)
    event.add("dtstart", _instant(case, span[0]))
    event.add("dtend", _instant(case, span[1]))
    event.add("summary", title)
    event.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    calendar.add_component(event)
