"""The plan changes while the twin plays; as in `simulation.simpy_changes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from data.model.columns import IntArray
from simulation.plays import (
    BreakMoved,
    Called,
    Change,
    GivenUp,
    PlatformDown,
    PlatformUp,
    Rebound,
    Retimed,
)
from simulation.records import Outcome
from simulation.twin.compiling import compiled
from simulation.twin.deciding import is_awaited, on_opportunity, reconsider
from simulation.twin.endings import close
from simulation.twin.floor import THERE, place
from simulation.twin.layout import END_OPEN, FIRST_OPEN, START, TwinFloor
from simulation.twin.play import call
from simulation.twin.queue import (
    APPOINTMENT,
    ARRIVAL,
    ARRIVING,
    CLOCK,
    GIVING_UP,
    SET_UP,
    TOLERANCE_END,
    put,
)
from simulation.week import NOBODY, Week

_REBOOKED_BY_ISSUER = int(Outcome.REBOOKED_BY_ISSUER)
_MOST_EVENTS = 3
"""Events that one change sets, at most."""


def change(week: Week, floor: TwinFloor, changes: Sequence[Change]) -> TwinFloor:
    """The floor after changes of the plan at this moment; arrays that belong to the layout are copied."""
    floor = _with_room(floor, _MOST_EVENTS * len(changes))
    sessions: dict[int, None] = {}
    duties: dict[int, None] = {}
    for made in changes:
        match made:
            case Rebound():
                duties |= dict.fromkeys((int(floor.sessions["nominal"][made.session]), made.duty))
                floor.sessions["nominal"][made.session] = made.duty
                sessions[made.session] = None
            case Retimed():
                retime(floor, *made)
                sessions[made.session] = None
                duties[int(floor.sessions["nominal"][made.session])] = None
            case GivenUp():
                close(floor, made.session, _REBOOKED_BY_ISSUER)
                duties[int(floor.sessions["nominal"][made.session])] = None
            case BreakMoved():
                number = int(floor.duties["first_break"][made.duty]) + made.place
                floor = floor._replace(breaks=floor.breaks.copy())
                floor.breaks[number, START] = made.start
                put(floor, made.start, ARRIVING, CLOCK, made.duty)
                duties[made.duty] = None
            case Called():
                if not floor.duties["absent"][made.duty]:
                    floor.duties["end"][made.duty] = min(floor.duties["end"][made.duty], made.end)
                    call(floor, made.duty, made.start)
            case PlatformDown() | PlatformUp():
                _platform_changed(floor, isinstance(made, PlatformDown))
    if sessions:
        floor = _ordered_anew(week, floor)
    settle(floor, np.array(list(sessions), dtype=np.int64), np.array(list(duties), dtype=np.int64))
    return floor


def _platform_changed(floor: TwinFloor, is_down: bool) -> None:
    """Those who are there may be served now, or may not any more."""
    floor.clock["down"] = is_down
    there = np.flatnonzero((floor.sessions["state"] == THERE) & ~floor.sessions["taken"])
    place_anew(floor, there, not is_down)


@compiled
def place_anew(floor: Any, sessions: IntArray, are_offered: bool) -> None:
    """Put all of these where they belong; then offer each, if they are to be offered."""
    for session in sessions:
        place(floor, session)
    if are_offered:
        for session in sessions:
            on_opportunity(floor, session)


@compiled
def retime(
    floor: Any, session: int, appointed: float, promised: float, put_off: float, arrival: float
) -> None:
    """A session that has not begun has another appointment."""
    it, clock = floor.sessions[session], floor.clock[0]
    it.appointed, it.promised = appointed, promised
    if is_awaited(floor, session):
        it.ready, it.put_off = appointed, put_off
        it.arrival = arrival
        tolerated = appointed + clock.tolerance
        if not it.cancelled_at <= tolerated:
            it.cancelled_at = np.inf
            if arrival <= tolerated:
                put(floor, arrival, ARRIVING, ARRIVAL, session)
                if arrival < appointed and not clock.early:
                    put(floor, appointed, ARRIVING, APPOINTMENT, session)
            else:
                put(floor, tolerated, GIVING_UP, TOLERANCE_END, session)
    else:
        if it.state == THERE:
            it.ready = max(it.ready, appointed)
        if not clock.early:
            put(floor, appointed, ARRIVING, APPOINTMENT, session)
    if appointed - it.set_up > clock.now:
        put(floor, appointed - it.set_up, ARRIVING, SET_UP, session)


@compiled
def settle(floor: Any, sessions: IntArray, duties: IntArray) -> None:
    """Sessions that changed are offered, and then agents decide anew."""
    for session in sessions:
        on_opportunity(floor, session)
    for duty in duties:
        reconsider(floor, duty)


def _with_room(floor: TwinFloor, events: int) -> TwinFloor:
    """The queue holds so many events more than it was made for."""
    return floor._replace(
        queue_time=np.concatenate([floor.queue_time, np.empty(events)]),
        queue=np.concatenate([floor.queue, np.empty((events, 2), dtype=np.int64)]),
    )


def _ordered_anew(week: Week, floor: TwinFloor) -> TwinFloor:
    """Appointments or nominal agents have changed: the lists of agents and pools follow."""
    sessions, duties = floor.sessions[: len(week)], floor.duties
    by_duty = _in_order(sessions["appointed"], sessions["nominal"])
    by_pool = _in_order(sessions["appointed"], week.pool)
    ends = np.cumsum(np.bincount(sessions["nominal"][by_duty], minlength=len(duties)))
    duties["end_own"], duties["first_open"][0], duties["first_open"][1:] = ends, 0, ends[:-1]
    floor.counts[FIRST_OPEN] = len(by_duty) + floor.first[0]
    floor.counts[END_OPEN, :-1] = floor.counts[FIRST_OPEN, 1:]
    floor.counts[END_OPEN, -1] = floor.counts[FIRST_OPEN, -1]
    return floor._replace(own=np.concatenate([by_duty, by_pool]))


def _in_order(appointed: Any, group: IntArray) -> IntArray:
    """The sessions that have a group, by group and appointment."""
    order = np.lexsort((appointed, group)).astype(np.int64)
    return np.asarray(order[group[order] != NOBODY])
