"""Bounds that hold for every schedule, computed without a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from ortools.graph.python import max_flow

from data.model import MISSING
from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.allocation.best_gains import best_gains
from optimizer.allocation.classes import KEPT_WORTH, worth_of_priorities
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import Placement

SCALE = 1024
"""Prices are counted in so many parts of a minute."""

FAR = 1 << 40
"""Further than any deviation."""

CELL_SLOTS = 6
"""Slots in a cell of the capacity relaxation: half an hour."""

ROUNDING = 1e-9
"""Slots; for the rounding of a share of a whole number."""


def placed_bound(problem: Problem) -> int:
    """No schedule places more bookings than this.

    A booking without any possible (start, agent) is never placed. The others are bounded by capacity: time
    is cut into half-hour cells; a booking may be cut into pieces and spread over all cells that any of its
    possible occupations touches, over any agents with its skill, its windows' pieces and shared participants
    ignored. Every schedule is such a spreading, so if at most F of the N slots that all bookings need
    together can be served (a maximum flow), any schedule leaves out bookings of N - F slots or more, and the
    fewest bookings that make up as much are the longest ones.
    """
    return most_of(problem, problem.placeable)


def most_of(problem: Problem, bookings: IntArray, cell_slots: int = CELL_SLOTS, usable: float = 1.0) -> int:
    """No schedule places more of these (placeable) bookings; see `placed_bound`.

    Args:
        problem: the problem.
        bookings: the bookings.
        cell_slots: slots in a cell.
        usable: the share of the time in service of each set of skills and cell that they may use.
    """
    if not len(bookings):
        return 0
    needed = problem.occupied[bookings]
    missing = int(needed.sum()) - _served_slots(problem, bookings, cell_slots, usable)
    if missing <= 0:
        return len(bookings)
    longest_first = np.cumsum(np.sort(needed)[::-1])
    return len(bookings) - int(np.searchsorted(longest_first, missing) + 1)


def _served_slots(problem: Problem, bookings: IntArray, cell_slots: int, usable: float) -> int:
    """Slots of these bookings together that in-service time can serve, everything cut at will."""
    cells = -(-problem.slots // cell_slots)
    classes = _alike(problem, bookings, cell_slots)
    skill_sets, team = problem.skill_sets
    capacity = _capacity(problem, team, len(skill_sets), cells, cell_slots)
    if usable < 1:
        capacity = np.ceil(usable * capacity - ROUNDING).astype(np.int64)

    skills = problem.agent_skills.shape[1]
    first_class = 2
    first_cell = first_class + len(classes)
    first_team = first_cell + skills * cells
    tails, heads, limits = [], [], []
    for number, ((skill, spans), slots) in enumerate(classes.items()):
        tails.append(0)
        heads.append(first_class + number)
        limits.append(slots)
        touched = (range(low, high + 1) for low, high in spans)
        for cell in dict.fromkeys(chain.from_iterable(touched)):
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
        return int(problem.occupied[bookings].sum())
    return int(network.optimal_flow())


def _alike(
    problem: Problem, bookings: IntArray, cell_slots: int
) -> dict[tuple[int, tuple[tuple[int, int], ...]], int]:
    """Slots needed together by (placeable) bookings of one skill whose possible occupations touch the same
    cells: for each window the first and the last one."""
    booking, first, last = problem.windows_of(bookings)
    begin = first - problem.set_up[booking]
    end = last - problem.set_up[booking] + problem.occupied[booking]
    low = np.maximum(begin, 0) // cell_slots
    high = np.minimum(end, problem.slots) - 1
    spans = list(zip(low.tolist(), (high // cell_slots).tolist(), strict=True))
    begins = np.flatnonzero(np.diff(booking, prepend=NOBODY))
    ends = [*begins[1:].tolist(), len(booking)]
    owner = booking[begins]
    classes: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
    for skill, slots, begun, ended in zip(
        problem.skill[owner].tolist(), problem.occupied[owner].tolist(), begins.tolist(), ends, strict=True
    ):
        key = skill, tuple(spans[begun:ended])
        classes[key] = classes.get(key, 0) + slots
    return classes


def _capacity(problem: Problem, team: IntArray, teams: int, cells: int, cell_slots: int) -> IntArray:
    """In-service slots of each skill set in each cell: (skill sets, cells)."""
    steps = np.zeros((teams, problem.slots + 1), dtype=np.int64)
    rows = team[problem.segments.agent]
    np.add.at(steps, (rows, problem.segments.start), 1)
    np.add.at(steps, (rows, problem.segments.end), -1)
    service = np.zeros((teams, cells * cell_slots), dtype=np.int64)
    service[:, : problem.slots] = np.cumsum(steps, axis=1)[:, :-1]
    capacity: IntArray = service.reshape(teams, cells, cell_slots).sum(axis=2)
    return capacity


@dataclass(frozen=True)
class Prices:
    """Prices of starts from the arc flow, and the bound on every schedule that they prove.

    Attributes:
        of_start: (kinds, slots), in 1/1024 minutes of deviation, never negative.
    """

    of_start: IntArray

    @classmethod
    def of(cls, problem: Problem, prices: FloatArray) -> Prices:
        """Prices rounded so that all that follows is exact."""
        return cls(np.rint(prices[:, : problem.slots] * SCALE).astype(np.int64))

    def deviation_bound(self, problem: Problem, sessions: Mapping[int, Placement]) -> int:
        """No schedule that is as good at the levels above deviates less in total, in minutes.

        Weak duality: whatever the prices, a schedule's worth W = sum of (worth of being placed, plus the
        worth of a kept confirmation, less the deviation) is at most what the bookings could gain at these
        prices plus what the segments could earn: each booking takes its best start or none, each segment its
        best sequence of sessions (Geoffrion 1974, Lagrangean relaxation of the linking rows). A schedule
        with the same placed bookings of each priority and the same number of kept confirmations therefore
        deviates at least by its worth without deviation less that sum. Integers throughout, so nothing is
        lost to rounding.
        """
        worth = worth_of_priorities(problem)
        placed = np.fromiter(sessions, dtype=np.int64, count=len(sessions))
        pinned = placed[problem.movable_slot[placed] >= 0].tolist()
        kept = sum(problem.keeps_confirmation(booking, *sessions[booking]) for booking in pinned)
        total = int(worth[placed].sum()) + KEPT_WORTH * kept
        least = SCALE * total - self._gains_of_bookings(problem, worth) - self._earnings(problem)
        return max(0, -(-least // SCALE))

    def _gains_of_bookings(self, problem: Problem, worth: IntArray) -> int:
        """What each booking gains at its best start, added up."""
        return int(
            best_gains(
                *problem.windows_of(problem.placeable),
                problem.kinds[1],
                problem.wish,
                MISSING,
                problem.grid,
                worth,
                problem.movable_slot,
                KEPT_WORTH,
                SCALE,
                self.of_start,
                served_starts(problem),
            )
        )

    def _earnings(self, problem: Problem) -> int:
        """What each segment earns with its best sequence of sessions, added up.

        For each set of skills, `best[e, t]` is the most that can be earned from slot t to a segment's end e.
        """
        sets, set_of = problem.skill_sets
        listed = problem.segments
        total = 0
        for number, skills in enumerate(sets):
            own = np.flatnonzero(set_of[listed.agent] == number)
            if not len(own):
                continue
            ends, which = np.unique(listed.end[own], return_inverse=True)
            earned = self._by_length(problem, skills)
            low = int(listed.start[own].min())
            best = np.full((len(ends), problem.slots + 1), -1, dtype=np.int64)
            best[np.arange(len(ends)), ends] = 0
            reach = int((listed.end[own] - listed.start[own]).max())
            for slot in range(int(ends[-1]) - 1, low - 1, -1):
                rows = slice(*np.searchsorted(ends, (slot + 1, slot + reach + 1)).tolist())
                now = best[rows, slot + 1].copy()
                for length, prices in earned:
                    if slot + length <= problem.slots and prices[slot] > 0:
                        then = best[rows, slot + length]
                        np.maximum(now, np.where(then >= 0, then + prices[slot], -1), out=now)
                best[rows, slot] = now
            total += int(best[which.reshape(-1), listed.start[own]].sum())
        return total

    def _by_length(self, problem: Problem, skills: BoolArray) -> list[tuple[int, IntArray]]:
        """For each length of an occupation, the most that one earns by the slot at which it begins."""
        found: dict[int, IntArray] = {}
        for kind, (skill, set_up, occupied) in enumerate(problem.kinds[0].tolist()):
            if skills[skill]:
                earns = np.zeros(problem.slots, dtype=np.int64)
                earns[: problem.slots - set_up] = self.of_start[kind, set_up:]
                found[occupied] = np.maximum(found.get(occupied, 0), earns)
        return sorted(found.items())


def deviation_bound(problem: Problem, placed: Iterable[int]) -> int:
    """No schedule that places as many bookings of each priority deviates less in total, in minutes.

    Each booking deviates at least as much as the nearest of its starts with some skilled agent in service;
    of each priority the bookings with the least such deviation are counted, as many as are placed.
    """
    placeable = problem.placeable
    least = least_deviations(problem)[placeable]
    priority = problem.priority[placeable]
    chosen = problem.priority[np.fromiter(placed, dtype=np.int64)]
    total = 0
    for level in np.unique(chosen).tolist():
        total += int(np.sort(least[priority == level])[: int((chosen == level).sum())].sum())
    return total


def served_starts(problem: Problem) -> BoolArray:
    """(kinds, slots): whether some agent could hold a session of the kind that starts then, were all free."""
    rows = [problem.agents_in_service(*kind) > 0 for kind in problem.kinds[0].tolist()]
    return np.array(rows, dtype=np.bool_).reshape(len(rows), problem.slots)


def least_deviations(problem: Problem) -> IntArray:
    """Over bookings: minutes from the wish to the nearest start that some skilled agent could serve, or 0."""
    served = served_starts(problem)
    slots = np.arange(problem.slots)
    before = np.maximum.accumulate(np.where(served, slots, -FAR), axis=1)
    after = np.minimum.accumulate(np.where(served, slots, FAR)[:, ::-1], axis=1)[:, ::-1]
    booking, first, last = problem.windows_of(problem.placeable)
    kind, wish = problem.kinds[1][booking], problem.wish[booking]
    low = before[kind, np.clip(wish // problem.grid, first, last)]
    high = after[kind, np.clip(-(-wish // problem.grid), first, last)]
    least = np.full(problem.bookings, FAR)
    np.minimum.at(least, booking, np.where(low >= first, np.abs(low * problem.grid - wish), FAR))
    np.minimum.at(least, booking, np.where(high <= last, np.abs(high * problem.grid - wish), FAR))
    return np.where(problem.wish == MISSING, 0, least)
