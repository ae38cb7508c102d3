"""Bounds that hold for every schedule, computed without a search."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from ortools.graph.python import max_flow

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.problem import NOBODY, Problem

CELL_SLOTS = 6
"""Slots in a cell of the capacity relaxation: half an hour."""


def placed_bound(problem: Problem) -> int:
    """No schedule places more bookings than this.

    A booking without any possible (start, agent) is never placed. The others are bounded by capacity: time
    is cut into half-hour cells; a booking may be cut into pieces and spread over all cells that any of its
    possible occupations touches, over any agents with its skill, its windows' pieces and shared participants
    ignored. Every schedule is such a spreading, so if at most F of the N slots that all bookings need
    together can be served (a maximum flow), any schedule leaves out bookings of N - F slots or more, and the
    fewest bookings that make up as much are the longest ones.
    """
    placeable = problem.placeable
    if not len(placeable):
        return 0
    needed = problem.occupied[placeable]
    missing = int(needed.sum()) - _served_slots(problem)
    if missing <= 0:
        return len(placeable)
    longest_first = np.cumsum(np.sort(needed)[::-1])
    return len(placeable) - int(np.searchsorted(longest_first, missing) + 1)


def _served_slots(problem: Problem) -> int:
    """Slots of all placeable bookings together that in-service time can serve, everything cut at will."""
    cells = -(-problem.slots // CELL_SLOTS)
    classes: dict[tuple[int, tuple[int, ...]], int] = {}
    for booking in problem.placeable.tolist():
        key = (int(problem.skill[booking]), _cells_touched(problem, booking))
        classes[key] = classes.get(key, 0) + int(problem.occupied[booking])
    skill_sets, team = np.unique(problem.agent_skills, axis=0, return_inverse=True)
    capacity = _capacity(problem, np.asarray(team).reshape(-1), len(skill_sets), cells)

    skills = problem.agent_skills.shape[1]
    first_class = 2
    first_cell = first_class + len(classes)
    first_team = first_cell + skills * cells
    tails, heads, limits = [], [], []
    for number, ((skill, touched), slots) in enumerate(classes.items()):
        tails.append(0)
        heads.append(first_class + number)
        limits.append(slots)
        for cell in touched:
            tails.append(first_class + number)
            heads.append(first_cell + skill * cells + cell)
            limits.append(slots)
    for number, has in enumerate(skill_sets):
        for cell in np.flatnonzero(capacity[number]).tolist():
            node, limit = first_team + number * cells + cell, int(capacity[number, cell])
            for skill in np.flatnonzero(has).tolist():
                tails.append(first_cell + skill * cells + cell)
                heads.append(node)
                limits.append(limit)
            tails.append(node)
            heads.append(1)
            limits.append(limit)
    network = max_flow.SimpleMaxFlow()
    network.add_arcs_with_capacity(np.array(tails), np.array(heads), np.array(limits))
    if network.solve(0, 1) != network.OPTIMAL:
        return int(problem.occupied[problem.placeable].sum())
    return int(network.optimal_flow())


def _cells_touched(problem: Problem, booking: int) -> tuple[int, ...]:
    """Cells that some possible occupation of the booking touches."""
    set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
    touched: dict[int, None] = {}
    for first, last in problem.window(booking):
        low = max(0, first - set_up) // CELL_SLOTS
        high = min(problem.slots - 1, last - set_up + occupied - 1) // CELL_SLOTS
        touched.update(dict.fromkeys(range(low, high + 1)))
    return tuple(touched)


def _capacity(problem: Problem, team: IntArray, teams: int, cells: int) -> IntArray:
    """In-service slots of each skill set in each cell: (skill sets, cells)."""
    steps = np.zeros((teams, problem.slots + 1), dtype=np.int64)
    rows = team[problem.segments.agent]
    np.add.at(steps, (rows, problem.segments.start), 1)
    np.add.at(steps, (rows, problem.segments.end), -1)
    service = np.zeros((teams, cells * CELL_SLOTS), dtype=np.int64)
    service[:, : problem.slots] = np.cumsum(steps, axis=1)[:, :-1]
    capacity: IntArray = service.reshape(teams, cells, CELL_SLOTS).sum(axis=2)
    return capacity


def deviation_bound(problem: Problem, placed: Iterable[int]) -> int:
    """No schedule that places as many bookings of each priority deviates less in total, in minutes.

    Each booking deviates at least as much as the nearest of its starts with some skilled agent in service;
    of each priority the bookings with the least such deviation are counted, as many as are placed.
    """
    least: dict[int, list[int]] = {}
    for booking in problem.placeable.tolist():
        least.setdefault(int(problem.priority[booking]), []).append(least_deviation(problem, booking))
    counts: dict[int, int] = {}
    for booking in placed:
        counts[int(problem.priority[booking])] = counts.get(int(problem.priority[booking]), 0) + 1
    return sum(sum(sorted(least[priority])[:count]) for priority, count in counts.items())


def least_deviation(problem: Problem, booking: int) -> int:
    """Minutes from the wish to the nearest start at which some skilled agent is in service, or 0."""
    wish = int(problem.wish[booking])
    if wish == MISSING or int(problem.skill[booking]) == NOBODY:
        return 0
    starts = problem.startable(booking)
    return int(np.abs(starts * problem.grid - wish).min(initial=problem.slots * problem.grid + abs(wish)))
