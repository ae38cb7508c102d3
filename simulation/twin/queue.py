"""Events in SimPy's order: by moment, then priority, then the order in which they were set."""

from __future__ import annotations

from typing import Any

from simulation.twin.compiling import compiled

ARRIVAL, TOLERANCE_END, SET_UP, CLOCK, DUTY_START, RESUME, LIMIT, LOGIN, RETURN, APPOINTMENT = range(10)
"""What happens. SET_UP and APPOINTMENT: the set-up of a session may begin, and, without early starts, the
session. RESUME: the agent of a duty has ended an activity, or was called while idle."""

BY_NATURE, ARRIVING, GIVING_UP = 1, 2, 3
"""Priorities at the same moment, as in the SimPy engine; agents' own events come first."""

KIND_BITS = 4
"""An event is its subject, shifted by so much, and its kind."""

_PRIORITY_SHIFT = 48
_DYNAMIC = 1 << 40
"""Orders from here on belong to events that are set while the day runs."""


def key_of(priority: int, order: int) -> int:
    """What ranks events of the same moment."""
    return (priority << _PRIORITY_SHIFT) + order


@compiled
def put(floor: Any, moment: float, priority: int, kind: int, subject: int) -> None:
    """Set an event."""
    clock = floor.clock[0]
    time, queue = floor.queue_time, floor.queue
    key = (priority << _PRIORITY_SHIFT) + _DYNAMIC + clock.order
    place = clock.queued
    clock.order += 1
    clock.queued += 1
    while place > 0:
        parent = (place - 1) >> 1
        if time[parent] < moment or (time[parent] == moment and queue[parent, 0] < key):
            break
        time[place] = time[parent]
        queue[place, 0] = queue[parent, 0]
        queue[place, 1] = queue[parent, 1]
        place = parent
    time[place] = moment
    queue[place, 0] = key
    queue[place, 1] = (subject << KIND_BITS) + kind


@compiled
def drop_first(floor: Any) -> None:
    """Take the first event off the queue."""
    clock = floor.clock[0]
    time, queue = floor.queue_time, floor.queue
    clock.queued -= 1
    last = clock.queued
    moment, key, event = time[last], queue[last, 0], queue[last, 1]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        right = child + 1
        if right < last and (
            time[right] < time[child] or (time[right] == time[child] and queue[right, 0] < queue[child, 0])
        ):
            child = right
        if moment < time[child] or (moment == time[child] and key < queue[child, 0]):
            break
        time[place] = time[child]
        queue[place, 0] = queue[child, 0]
        queue[place, 1] = queue[child, 1]
        place = child
    time[place] = moment
    queue[place, 0] = key
    queue[place, 1] = event
