"""The referee's rules on time restated in plain Python: slow, and one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from data.model import MISSING, Case, tokens

Row = dict[str, object]


def required(case: Case, booking: str) -> list[Row]:
    """Who must attend (cases of this module have living holders, no proxies and no joint clauses)."""
    return [p for p in case.participants.rows() if p["booking_id"] == booking and p["role"] == "holder"]


def occupation(case: Case, session: Row) -> tuple[int, int]:
    """When a single session occupies its agent: 5 minutes before, 3 after, rounded up to 5."""
    start = session["starts_at"] - 5
    total = 5 + session["duration_minutes"] + 3
    while total % case.plan.grid_minutes:
        total += 1
    return start, start + total


def overlaps(spans: list[tuple[str, int, int]]) -> set[int]:
    """Entries (owner, start, end) that begin before an earlier one of their owner has ended."""
    late = set()
    for n, (owner, start, end) in enumerate(spans):
        for m, (other, before, until) in enumerate(spans):
            earlier = (before, until, m) < (start, end, n)
            if owner == other and earlier and before < end and start < until:
                late.add(n)
    return late


def open_for(case: Case, start: int, end: int) -> bool:
    """Opening hours of the weekday, in Brasília; no holidays in these cases."""
    begins, ends = case.axis.instant_of(start), case.axis.instant_of(end)
    if not 0 <= start < case.axis.end:
        return False
    for hours in case.plan.calendar.opening_hours:
        if begins.weekday() in hours.weekdays:
            day = begins.date()
            from_, until = begins.time(), ends.time()
            if ends.date() != day:
                return False
            return hours.opens <= from_ and until <= hours.closes
    return False


def in_window(person: Row, start: int, end: int) -> bool:
    """The person's window holds the session."""
    return person["window_start"] <= start and end <= person["window_end"]


def in_local_hours(case: Case, person: Row, start: int, end: int) -> bool:
    """In the person's zone, start and end lie on one day within the daily hours."""
    zone = ZoneInfo(person["time_zone"])
    begins = case.axis.instant_of(start).astimezone(zone)
    ends = case.axis.instant_of(end).astimezone(zone)
    first = begins.hour * 60 + begins.minute
    last = ends.hour * 60 + ends.minute
    if ends.date() == begins.date() + timedelta(days=1) and last == 0:
        last = 1440
    elif ends.date() != begins.date():
        return False
    return person["daily_from"] <= first and last <= person["daily_until"]


def segments(case: Case) -> Iterator[tuple[str, int, int]]:
    """The intervals in service, minute by minute (breaks of these cases lie in duties)."""
    for duty in case.duties.rows():
        rests = [b for b in case.breaks.rows() if b["agent_id"] == duty["agent_id"]]
        since = None
        for minute in range(duty["starts_at"], duty["ends_at"] + 1):
            free = minute < duty["ends_at"] and not any(
                b["starts_at"] <= minute < b["ends_at"] for b in rests
            )
            if free and since is None:
                since = minute
            if not free and since is not None:
                yield duty["agent_id"], since, minute
                since = None


def possible_starts(case: Case, booking: Row) -> list[int]:
    """Grid points that windows, local hours, opening hours and lead time leave."""
    earliest = max(booking["booked_at"], case.plan.as_of_minute) + case.plan.policy.lead_minutes
    people = required(case, booking["booking_id"])
    found = []
    for start in range(0, case.axis.end, case.plan.grid_minutes):
        end = start + booking["duration_minutes"]
        if start < earliest or end > case.axis.end or not open_for(case, start, end):
            continue
        if all(in_window(p, start, end) and in_local_hours(case, p, start, end) for p in people):
            found.append(start)
    return found


def served_starts(case: Case, booking: Row, starts: list[int]) -> list[int]:
    """Of these starts, those at which an agent with the skill and a credential is in service throughout."""
    agents = {a["agent_id"]: a for a in case.agents.rows()}
    pieces = list(segments(case))
    found = []
    for start in starts:
        begins, ends = occupation(case, {**booking, "starts_at": start})
        for name, since, until in pieces:
            agent = agents[name]
            last = agent["credential_until"]
            credible = last == MISSING or case.axis.day_of(start) <= last
            if booking["skill"] in tokens(agent["skills"]) and credible and since <= begins and ends <= until:
                found.append(start)
                break
    return found
