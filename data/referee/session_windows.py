"""Whether each session starts when its people, the service, the lead time and the proxy allow it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.intervals import Intervals
from data.referee.registry import Finding, rule


def _attendance(facts: Facts) -> tuple[IntArray, IntArray]:
    """Pairs (session, participant row) for everybody who must attend a session."""
    sessions = facts.sessions
    entry, rows = facts.bookings.attendance(sessions.booking[sessions.known])
    return sessions.known[entry], rows


@rule("WINDOW", "Everybody who must attend is available for the whole session.", "schedule")
def in_participants_windows(facts: Facts) -> Iterator[Finding]:
    """window_start <= start, and start + duration <= window_end, for each required participant."""
    sessions, people = facts.sessions, facts.case.participants
    session, rows = _attendance(facts)
    begins, ends = people.window_start[rows], people.window_end[rows]
    for place in np.flatnonzero((sessions.start[session] < begins) | (sessions.end[session] > ends)).tolist():
        yield (
            sessions.where(session[place]),
            (
                f"participant {people.participant_id[rows[place]]} is available "
                f"{facts.clock.span(begins[place], ends[place])} only"
            ),
        )


@rule("LOCAL-HOURS", "The session keeps to each required participant's local hours of one day.", "schedule")
def in_local_hours(facts: Facts) -> Iterator[Finding]:
    """In the participant's zone, start and end are of one day, between daily_from and daily_until."""
    sessions, people = facts.sessions, facts.case.participants
    session, rows = _attendance(facts)
    opens, closes = facts.windows.local_hours(rows, sessions.start[session])
    for place in np.flatnonzero(
        (sessions.start[session] < opens) | (sessions.end[session] > closes)
    ).tolist():
        row = rows[place]
        yield (
            sessions.where(session[place]),
            (
                f"participant {people.participant_id[row]} attends in {people.time_zone[row]} between "
                f"{_clock(people.daily_from[row])} and {_clock(people.daily_until[row])} (local) of one day"
            ),
        )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@rule("OPENING", "The session lies within the opening hours of one day.", "schedule")
def in_opening_hours(facts: Facts) -> Iterator[Finding]:
    """Start and end are inside the hours of the day; set-up and wrap-up may lie outside."""
    sessions = facts.sessions
    opens, closes = facts.windows.opening(sessions.start)
    for row in np.flatnonzero((sessions.start < opens) | (sessions.end > closes)).tolist():
        hours = "the service is closed on that day"
        if opens[row] < closes[row]:
            hours = f"the service is open {facts.clock.span(opens[row], closes[row])}"
        held = facts.clock.span(sessions.start[row], sessions.end[row])
        yield sessions.where(row), f"{hours}, and the session lasts {held}"


@rule("R2", "The session leaves the lead time after booking and planning.", "schedule")
def leaves_lead_time(facts: Facts) -> Iterator[Finding]:
    """R2: time for the e-mail, the documents and their check; not asked of a start fixed by a pin."""
    sessions = facts.sessions
    rows = sessions.known
    earliest = facts.windows.earliest(sessions.booking[rows])
    for place in np.flatnonzero(sessions.start[rows] < earliest).tolist():
        yield (
            sessions.where(rows[place]),
            (f"the lead time has passed {facts.clock.moment(earliest[place])}, expected no earlier start"),
        )


@rule("R23", "The proxy is in force on the day of the session.", "schedule")
def proxy_in_force(facts: Facts) -> Iterator[Finding]:
    """R23: issued 0 to 90 days (by policy) before the session's date in Brasília."""
    sessions = facts.sessions
    rows = sessions.known
    first, last = facts.windows.proxy_days(sessions.booking[rows])
    counts = facts.windows.proxy_counts(sessions.booking[rows], sessions.start[rows])
    for place in np.flatnonzero(~counts).tolist():
        yield (
            sessions.where(rows[place]),
            (f"the proxy counts from {facts.clock.day(first[place])} to {facts.clock.day(last[place])}"),
        )


@rule("PARTICIPANT-OVERLAP", "Nobody must attend two sessions at once.", "schedule")
def people_not_taken_twice(facts: Facts) -> Iterator[Finding]:
    """R12: a person, in whatever booking, is held from start to end of one session at a time."""
    sessions, people = facts.sessions, facts.case.participants
    session, rows = _attendance(facts)
    held = Intervals(facts.bookings.person[rows], sessions.start[session], sessions.end[session])
    for place, other in zip(*(found.tolist() for found in held.clashes()), strict=True):
        yield (
            sessions.where(session[place]),
            (
                f"participant {people.participant_id[rows[place]]} is in the session of "
                f"{sessions.name(session[other])} until {facts.clock.moment(sessions.end[session[other]])}"
            ),
        )
