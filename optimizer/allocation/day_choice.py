"""Which day each booking is to be placed on, so that no day is asked for more than it holds.

A transport problem over whole days: bookings with the same skill and the same least deviation on each day are
one class, which sends the minutes that it occupies over its days to the sets of skills in service then. It
knows nothing of hours; the linear model of each day does.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.problem import Problem
from optimizer.distinct_rows import distinct_rows

FULL, LEEWAY = 0.88, 0.01
"""Share of a day's time in service that is asked for at most, or, on full weeks, so much more than of the
whole week; the rest is lost to breaks and odd gaps. Fuller days are nearer to the wishes, but on a week with
a load of 0.9 annealing then needed three times as many moves to place what was left over."""

NO_ROOM = 20_000
"""Minutes of deviation that exceeding a day costs: more than waiting a horizon long."""

NEVER = 1 << 40


def chosen_days(problem: Problem, bookings: IntArray, bounds: IntArray) -> IntArray:
    """Over these bookings: the day, at the least total deviation that the days have room for.

    Args:
        problem: the problem.
        bookings: placeable bookings.
        bounds: first slot of each day, and the slot after the last one.
    """
    days = len(bounds) - 1
    least = _least_deviation_by_day(problem, bookings, bounds)
    keys = np.concatenate((problem.skill[bookings][:, None], least), axis=1)
    classes, which = distinct_rows(keys)
    supply = np.zeros(len(classes), dtype=np.int64)
    np.add.at(supply, which, problem.occupied[bookings])
    flow = _transport(problem, classes, supply, bounds)
    chosen = np.zeros(len(bookings), dtype=np.int64)
    order = np.argsort(which, kind="stable")
    # Class after class, members fill the days one after the other; the middle of each decides.
    lengths = problem.occupied[bookings[order]]
    middle = np.cumsum(lengths) - lengths / 2
    chosen[order] = np.searchsorted(np.cumsum(flow), middle, side="right") - which[order] * days
    impossible = least[np.arange(len(bookings)), chosen] == NEVER
    chosen[impossible] = least[impossible].argmin(axis=1)
    return chosen


def _least_deviation_by_day(problem: Problem, bookings: IntArray, bounds: IntArray) -> IntArray:
    """(bookings, days): minutes from the wish to the nearest possible start of the day, or NEVER."""
    booking, first, last = problem.windows_of(bookings)
    wish = problem.wish[booking]
    nearest = np.clip((wish + problem.grid // 2) // problem.grid, first, last)
    away = np.where(wish == MISSING, 0, np.abs(nearest * problem.grid - wish))
    place = np.zeros(problem.bookings, dtype=np.int64)
    place[bookings] = np.arange(len(bookings))
    least = np.full((len(bookings), len(bounds) - 1), NEVER, dtype=np.int64)
    day = np.searchsorted(bounds, first, side="right") - 1
    np.minimum.at(least, (place[booking], day), away)
    return least


def _transport(problem: Problem, classes: IntArray, supply: IntArray, bounds: IntArray) -> IntArray:
    """(classes, days): slots of each class that go to each day."""
    days, sets = len(bounds) - 1, problem.skill_sets[0]
    skills = sets.shape[1]
    first_skill = len(classes)
    first_set = first_skill + skills * days
    sink = first_set + len(sets) * days
    service = _service_by_day(problem, bounds)
    total = int(supply.sum())
    room = (max(FULL, total / max(service.sum(), 1) + LEEWAY) * service).astype(np.int64)
    every_day = np.arange(days)
    row, day = np.nonzero(classes[:, 1:] < NEVER)
    network = min_cost_flow.SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(
        row, first_skill + classes[row, 0] * days + day, supply[row], classes[row, 1 + day]
    )
    free = np.zeros(days, dtype=np.int64)
    for number, has in enumerate(sets):
        at = first_set + number * days + every_day
        for skill in np.flatnonzero(has).tolist():
            from_skill = first_skill + skill * days + every_day
            network.add_arcs_with_capacity_and_unit_cost(from_skill, at, room[number], free)
        network.add_arcs_with_capacity_and_unit_cost(at, np.full(days, sink), room[number], free)
    beyond = np.arange(first_skill, first_set)
    network.add_arcs_with_capacity_and_unit_cost(
        beyond, np.full(len(beyond), sink), np.full(len(beyond), total), np.full(len(beyond), NO_ROOM)
    )
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[: len(classes)], supplies[sink] = supply, -total
    network.set_nodes_supplies(np.arange(sink + 1), supplies)
    if network.solve() != network.OPTIMAL:
        raise RuntimeError("a transport problem with room for everything has no solution")
    flow = np.zeros((len(classes), days), dtype=np.int64)
    flow[row, day] = network.flows(np.arange(len(row)))
    return flow


def _service_by_day(problem: Problem, bounds: IntArray) -> IntArray:
    """(sets of skills, days): slots in service, of segments that begin on the day."""
    sets, set_of = problem.skill_sets
    listed = problem.segments
    day = np.searchsorted(bounds, listed.start, side="right") - 1
    service = np.zeros((len(sets), len(bounds) - 1), dtype=np.int64)
    np.add.at(service, (set_of[listed.agent], day), listed.end - listed.start)
    return service
