"""Whose time each session takes, and from when to when: the agent's with set-up and wrap-up, and everybody's
who must attend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.eligibility import BookingFacts
from data.files import Problem
from data.files.errors import shown
from data.model import Case, PlanningAxis
from data.store.errors import DOUBLE_BOOKED, DoubleBookingError
from data.store.rows import KEYS_AT_ONCE, origin_of
from data.store.schema import ATTENDANCES, SESSIONS

Row = dict[str, Any]


@dataclass(frozen=True)
class Occupied:
    """The sessions of some bookings as the store keeps them, with those who attend.

    Attributes:
        sessions: rows of `sessions` by booking, without plan and place.
        attendances: rows of `attendances` by booking and participant, without the plan.
    """

    sessions: dict[str, Row]
    attendances: dict[tuple[str, str], Row]


def occupied_by(case: Case) -> Occupied:
    """What the sessions of a case take up; all of their bookings are in the case.

    The agent is occupied for set-up, planned duration and wrap-up, rounded up to the grid as one sum; a
    participant from the start for the planned duration.
    """
    facts = BookingFacts.of(case)
    origin = origin_of(case.axis)
    sessions: dict[str, Row] = {}
    for row in case.sessions.rows():
        policy = case.plan.policy.kind(facts.kind[case.bookings.position[row["booking_id"]]])
        start, minutes = row["starts_at"] + origin, row["duration_minutes"]
        occupied_from = start - policy.set_up_minutes
        sessions[row["booking_id"]] = row | {
            "starts_at": start,
            "occupied_from": occupied_from,
            "occupied_until": occupied_from + policy.occupation_minutes(minutes, case.plan.grid_minutes),
        }
    attendances: dict[tuple[str, str], Row] = {}
    people = case.participants
    for place in facts.required.nonzero()[0].tolist():
        booking, person = people.booking_id[place], people.participant_id[place]
        if booking in sessions:
            start = sessions[booking]["starts_at"]
            until = start + sessions[booking]["duration_minutes"]
            taken = {"held_from": start, "held_until": until}
            attendances[booking, person] = {"booking_id": booking, "participant_id": person} | taken
    return Occupied(sessions, attendances)


def check_nobody_is_taken_twice(connection: Connection, wanted: Occupied, axis: PlanningAxis) -> None:
    """Refuse sessions that would take an agent or a participant twice at once, in whatever plans.

    Args:
        connection: a transaction of a writer, in which the sessions that give way are deleted already.
        wanted: sessions to be written.
        axis: their plan's, for messages.

    Raises:
        DoubleBookingError: with every session that clashes.
    """
    problems: list[Problem] = []
    for table, column, key, start, end, whose in (
        (SESSIONS, "agent_id", "agent_id", "occupied_from", "occupied_until", "the agent"),
        (ATTENDANCES, "booking_id", "participant_id", "held_from", "held_until", "a participant"),
    ):
        new = list((wanted.sessions if table is SESSIONS else wanted.attendances).values())
        if not new:
            continue
        first, last = min(row[start] for row in new), max(row[end] for row in new)
        query = sa.select(table).where(table.c[start] < last, table.c[end] > first)
        keys = {row[key] for row in new}
        if len(keys) <= KEYS_AT_ONCE:
            query = query.where(table.c[key].in_(sorted(keys)))
        old = [dict(row._mapping) for row in connection.execute(query)]
        for row, other in _clashes(new, old, key, start, end):
            until = axis.instant_of(other[end] - origin_of(axis)).isoformat(timespec="minutes")
            taken = f"{whose} is taken by booking {shown(other['booking_id'])} until {until}"
            problems.append(
                Problem("sessions", None, column, shown(row[column]), f"{DOUBLE_BOOKED}; {taken}")
            )
    if problems:
        raise DoubleBookingError(problems)


def _clashes(new: list[Row], old: Iterable[Row], key: str, start: str, end: str) -> Iterator[tuple[Row, Row]]:
    """Each new row with the row before it, by time, whose interval of the same key it runs into."""
    entries = [(row[key], row[start], row[end], 1, n, row) for n, row in enumerate(new)]
    entries += [(row[key], row[start], row[end], 0, n, row) for n, row in enumerate(old)]
    entries.sort(key=lambda entry: entry[:5])
    latest: tuple[Any, ...] | None = None
    for entry in entries:
        if latest is not None and latest[0] == entry[0] and entry[1] < latest[2]:
            changed, other = (entry, latest) if entry[3] else (latest, entry)
            if changed[3]:
                yield changed[5], other[5]
        if latest is None or latest[0] != entry[0] or entry[2] > latest[2]:
            latest = entry
