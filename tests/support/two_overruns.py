"""A morning on which two sessions go on far longer than planned."""

from __future__ import annotations

from data.day import EVENT, Event
from data.day.minutes import instant_of
from data.model import Case


def two_overruns(case: Case) -> list[Event]:
    """Of a `planned_day_case`: A000 and A001 began their first sessions in time, and expect at 8:42 to need
    another hour; the sessions of A002 and A003 are over, and the next four customers are there."""
    first = {f"A{n:03}": 485 + 5 * n for n in range(4)}
    told: list[tuple[float, str, dict[str, object]]] = []
    own = {agent: _sessions_of(case, agent) for agent in first}
    for agent, start in first.items():
        booking = own[agent][0]
        told += [
            (start - 2.0, "customer_connected", {"booking_id": booking}),
            (float(start), "session_started", {"booking_id": booking, "agent_id": agent}),
        ]
    told += [(520.0 + n, "session_ended", {"booking_id": own[f"A{n:03}"][0]}) for n in (2, 3)]
    told += [
        (522.0, "session_overrunning", {"booking_id": own[agent][0], "remaining_minutes": 60.0})
        for agent in ("A000", "A001")
    ]
    told += [(522.5, "customer_connected", {"booking_id": own["A000"][1]})]
    told.sort(key=lambda one: one[0])
    return [
        EVENT.validate_python({"number": number, "at": instant_of(case.axis, minute), "kind": kind, **rest})
        for number, (minute, kind, rest) in enumerate(told, start=1)
    ]


def _sessions_of(case: Case, agent: str) -> list[str]:
    rows = [row for row in case.sessions.rows() if row["agent_id"] == agent]
    return [str(row["booking_id"]) for row in sorted(rows, key=lambda row: int(row["starts_at"]))]


def lines(events: list[Event]) -> bytes:
    """The events as a file has them."""
    return "".join(event.model_dump_json() + "\n" for event in events).encode()
