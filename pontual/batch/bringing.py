"""Bookings that a request brings along, beside those that the plan has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from data.batch.reading import ResolvedRequest
from data.files import BadDataError, Problem
from data.files.errors import shown
from data.model import Bookings, Case, Participants


def brought(resolved: ResolvedRequest, leaving_out: Collection[str] = ()) -> tuple[Bookings, Participants]:
    """The bookings that come along, with their participants, but for some."""
    bookings, people = resolved.bookings, resolved.participants
    if not leaving_out:
        return bookings, people
    listed = sorted(leaving_out)
    return (
        bookings.take(~np.isin(bookings.booking_id, listed)),
        people.take(~np.isin(people.booking_id, listed)),
    )


def with_brought(case: Case, bookings: Bookings, participants: Participants) -> Case:
    """The case with bookings in the place of those with their keys, or below the others.

    Raises:
        BadDataError: when a pin names an agent whom the plan does not have.
    """
    if not len(bookings):
        return case
    problems = [
        Problem("bookings", row, "pinned_agent", shown(agent), "expected an agent of the plan")
        for row, agent in enumerate(bookings.pinned_agent.tolist(), start=2)
        if agent and agent not in case.agents.position
    ]
    if problems:
        raise BadDataError(problems)
    replaced = bookings.booking_id
    others = case.participants.take(~np.isin(case.participants.booking_id, replaced))
    return replace(
        case,
        bookings=_in_their_places(case.bookings, bookings),
        participants=others.followed_by(participants),
    )


def _in_their_places(table: Bookings, new: Bookings) -> Bookings:
    """Rows that are there already keep their place, so that the order of the plan stays."""
    below = [n for n, name in enumerate(new.booking_id.tolist()) if name not in table.position]
    order = list(range(len(table)))
    for n, name in enumerate(new.booking_id.tolist()):
        if name in table.position:
            order[table.position[name]] = len(table) + n
    both = table.followed_by(new)
    return both.take(np.array([*order, *(len(table) + n for n in below)], dtype=np.int64))
