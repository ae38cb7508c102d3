"""From a generated case to the instance, and from a peer's placements back to a schedule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.allocation.peers.instance import NOBODY, Booking, Instance, Placement, Segment
from data.model import MISSING, Sessions, Unplaced
from data.model.schedule import Schedule
from optimizer.allocation import Problem
from optimizer.allocation.reasons import reason


def instance_of(name: str, problem: Problem) -> Instance:
    """The neutral instance of a problem: all bookings that have a possible start with some agent."""
    listed = problem.segments
    columns = (listed.agent, listed.start, listed.end, listed.earliest, listed.latest)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return Instance(
        name=name,
        grid=problem.grid,
        slots=problem.slots,
        segments=tuple(Segment(*row) for row in rows),
        bookings=tuple(_booking(problem, row) for row in problem.placeable.tolist()),
        skills_of=tuple(tuple(np.flatnonzero(has).tolist()) for has in problem.agent_skills),
    )


def _booking(problem: Problem, row: int) -> Booking:
    wish = int(problem.wish[row])
    return Booking(
        row=row,
        skill=int(problem.skill[row]),
        set_up=int(problem.set_up[row]),
        occupied=int(problem.occupied[row]),
        held=int(problem.held[row]),
        priority=int(problem.priority[row]),
        wish=NOBODY if wish == MISSING else wish,
        windows=tuple(problem.window(row)),
        people=tuple(problem.people[row]),
        fixed=bool(problem.fixed_slot[row] != NOBODY),
        fixed_agent=max(NOBODY, int(problem.fixed_agent[row])),
        movable=max(NOBODY, int(problem.movable_slot[row])),
        movable_agent=max(NOBODY, int(problem.movable_agent[row])),
    )


def schedule_of(
    problem: Problem, instance: Instance, placements: Sequence[Placement], reasons: Unplaced
) -> Schedule:
    """The schedule of a peer's placements.

    `reasons` has a row for every booking of the case; the rows of those left out are taken. The reasons are
    no work of the peers: whoever computes them, what the referee judges of a peer are its sessions.
    """
    case = problem.case
    placed = sorted(placements)
    rows = np.array([instance.bookings[booking].row for booking, _, _ in placed], dtype=np.int64)
    slots = np.array([slot for _, slot, _ in placed], dtype=np.int64)
    agents = np.array([agent for _, _, agent in placed], dtype=np.int64)
    sessions = Sessions(
        booking_id=case.bookings.booking_id[rows],
        agent_id=case.agents.agent_id[agents],
        starts_at=slots * problem.grid,
        duration_minutes=case.bookings.duration_minutes[rows],
    )
    left = np.setdiff1d(np.arange(problem.bookings), rows)
    return Schedule(sessions, reasons.take(left))


def reasons_of(problem: Problem) -> Unplaced:
    """For every booking of the case the reason that it has when it is left out, without alternatives."""
    return Unplaced.from_columns(
        {
            "booking_id": problem.case.bookings.booking_id,
            "reason": [reason(problem, row) for row in range(problem.bookings)],
            "rules": problem.broken,
        },
        problem.bookings,
    )
