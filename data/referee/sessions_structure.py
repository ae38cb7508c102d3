"""Whether sessions and unplaced rows are well formed, and account for every booking exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule


def _repeats(positions: IntArray) -> list[int]:
    """Places at which a known position occurs again."""
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    again = (ordered[1:] == ordered[:-1]) & (ordered[1:] != NONE)
    rows: list[int] = order[1:][again].tolist()
    return rows


@rule("SESSION-UNKNOWN", "Every session is of a booking of the case.", "schedule")
def sessions_of_known_bookings(facts: Facts) -> Iterator[Finding]:
    """The booking of a session is in bookings."""
    for row in np.flatnonzero(facts.sessions.booking == NONE).tolist():
        yield facts.sessions.where(row), "no such booking in bookings"


@rule("SESSION-TWICE", "A booking has one session at most (R12).", "schedule")
def one_session_a_booking(facts: Facts) -> Iterator[Finding]:
    """R12: one order, one certificate, one session."""
    for row in _repeats(facts.sessions.booking):
        yield facts.sessions.where(row), "the booking has another session, expected one at most"


@rule("UNPLACED-UNKNOWN", "Every unplaced row is of a booking of the case.", "schedule")
def unplaced_of_known_bookings(facts: Facts) -> Iterator[Finding]:
    """The booking of an unplaced row is in bookings."""
    for row in np.flatnonzero(facts.unplaced_booking == NONE).tolist():
        yield f"row {row + 1} of unplaced", "no such booking in bookings"


@rule("UNPLACED-TWICE", "A booking is listed as unplaced once at most.", "schedule")
def one_unplaced_row_a_booking(facts: Facts) -> Iterator[Finding]:
    """No booking has two reasons."""
    for row in _repeats(facts.unplaced_booking):
        yield f"booking {facts.case.unplaced.booking_id[row]}", "listed in unplaced more than once"


@rule("BOOKING-BOTH", "No booking is both placed and unplaced.", "schedule")
def not_placed_and_unplaced(facts: Facts) -> Iterator[Finding]:
    """A booking with a session is not listed as unplaced."""
    for row in np.flatnonzero(
        np.isin(facts.sessions.booking, facts.unplaced_booking[facts.unplaced_booking != NONE])
    ).tolist():
        yield facts.sessions.where(row), "the booking has a session and is listed in unplaced"


@rule("BOOKING-LOST", "Every booking is placed or listed as unplaced.", "schedule")
def no_booking_is_lost(facts: Facts) -> Iterator[Finding]:
    """No booking of the case is forgotten."""
    accounted = np.zeros(len(facts.bookings) + 1, dtype=np.bool_)
    accounted[facts.sessions.booking] = True
    accounted[facts.unplaced_booking] = True
    for row in np.flatnonzero(~accounted[:-1]).tolist():
        yield (
            f"booking {facts.case.bookings.booking_id[row]}",
            "the booking has neither a session nor a row in unplaced",
        )


@rule("GRID", "Sessions start on the planning grid.", "schedule")
def sessions_on_grid(facts: Facts) -> Iterator[Finding]:
    """The start of a session is a grid point."""
    grid = facts.plan.grid_minutes
    for row in np.flatnonzero(facts.sessions.start % grid != 0).tolist():
        yield facts.sessions.where(row), f"expected a start on the {grid}-minute grid"


@rule("HORIZON", "Sessions lie within the horizon.", "schedule")
def sessions_in_horizon(facts: Facts) -> Iterator[Finding]:
    """A session starts and ends between the first and the last midnight."""
    sessions = facts.sessions
    for row in np.flatnonzero((sessions.start < 0) | (sessions.end > facts.axis.end)).tolist():
        yield sessions.where(row), f"expected within {facts.clock.span(0, facts.axis.end)}"


@rule("DURATION", "A session lasts as long as its booking is planned to (R11).", "schedule")
def planned_durations(facts: Facts) -> Iterator[Finding]:
    """The planned minutes of session and booking agree."""
    sessions = facts.sessions
    rows = sessions.known
    planned = facts.case.bookings.duration_minutes[sessions.booking[rows]]
    found = sessions.table.duration_minutes[rows]
    for place in np.flatnonzero(planned != found).tolist():
        yield sessions.where(rows[place]), f"{found[place]} min, expected {planned[place]} as booked"
