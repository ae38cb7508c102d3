"""Arc flow over duty segments: a linear model whose size hardly grows with the number of bookings.

A duty cut at its breaks gives segments. Agents with the same skills form one network over the grid points of
a day: every free piece of a segment sends one unit from its first to its last point, along idle arcs (t, t+1)
and, for each kind of session, arcs (t, t + occupation). Bookings are grouped into classes; `y[class, start]`
counts the bookings of a class that start there, and for each kind and start no more bookings may start than
arcs of that kind leave:

    maximise    sum gain[class, start] * y[class, start]
    subject to  sum_start y[class, start]              <=  bookings in the class
                sum_class y[class, start]              <=  sum_sets arcs[set, kind, start]   (price >= 0)
                flow in = flow out at every grid point of every set of skills

Units of one set of skills may change places where they meet, so the model is a relaxation of one network for
each segment; on a day of 200 agents at a load of 0.9 its bound on the deviation was 34,621 minutes where that
of one network a segment was 34,646, with 6,029 rows instead of 28,795.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.allocation.classes import BookingClasses
from optimizer.allocation.problem import NOBODY, Problem, runs, span
from optimizer.allocation.ranges import ranges
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.linear_program import LinearProgram, LinearSolution

GOLDEN_RATIO = 0.6180339887498949
"""Offsets of its multiples spread evenly over the classes."""

ROUNDING = 1e-6


@dataclass(frozen=True)
class FreePieces:
    """Free runs of agents within segments, half-open in slots, with the set of skills of each."""

    skill_set: IntArray
    start: IntArray
    end: IntArray


def free_pieces(plan: WorkingPlan, low: int, high: int) -> FreePieces:
    """What no session occupies between two slots."""
    _, set_of = plan.problem.skill_sets
    within = span(low, high - 1)
    rows = [
        (int(set_of[agent]), first, last + 1)
        for agent, start, end, _, _ in plan.problem.segments.rows
        if start < high and end > low
        for first, last in runs(plan.free[agent] & span(start, end - 1) & within)
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return FreePieces(table[:, 0], table[:, 1], table[:, 2])


@dataclass(frozen=True)
class FlowSolution:
    """A fractional optimum.

    Attributes:
        placed: over columns of the classes, how many bookings start there.
        prices: (kinds, slots), what one more start of a kind at a slot would be worth; never negative.
    """

    placed: FloatArray
    prices: FloatArray


class ArcFlow:
    """The linear model of one stretch of time."""

    def __init__(self, problem: Problem, pieces: FreePieces, classes: BookingClasses) -> None:
        self.problem = problem
        self.pieces = pieces
        self.classes = classes
        self.program = LinearProgram()
        self._link = np.full((len(problem.kinds[0]), problem.slots + 1), NOBODY, dtype=np.int64)
        self._add_networks()
        self._columns = self._add_bookings()

    def _add_networks(self) -> None:
        """Conservation of flow, idle arcs and session arcs of each set of skills."""
        problem, pieces = self.problem, self.pieces
        sets, _ = problem.skill_sets
        for number in np.unique(pieces.skill_set).tolist():
            own = pieces.skill_set == number
            steps = np.zeros(problem.slots + 1, dtype=np.int64)
            np.add.at(steps, pieces.start[own], 1)
            np.add.at(steps, pieces.end[own], -1)
            active = np.cumsum(steps) > 0
            points = np.flatnonzero(active | (steps != 0))
            node = np.full(problem.slots + 1, NOBODY, dtype=np.int64)
            node[points] = self.program.add_rows(steps[points], steps[points], len(points))
            at = np.flatnonzero(active)
            self._add_arcs(node[at], node[at + 1])
            self._add_session_arcs(own, node, sets[number])

    def _add_session_arcs(self, own: IntArray, node: IntArray, skills: IntArray) -> None:
        for kind, (skill, set_up, occupied) in enumerate(self.problem.kinds[0].tolist()):
            if not skills[skill]:
                continue
            begins = self._possible_begins(own, occupied)
            begins = begins[begins + set_up < self.problem.slots]
            arcs = self._add_arcs(node[begins], node[begins + occupied])
            rows = self._linking_rows(kind, begins + set_up)
            self.program.add_entries(rows, arcs, -1.0)

    def _possible_begins(self, own: IntArray, occupied: int) -> IntArray:
        """Slots from which some piece is long enough."""
        first, last = self.pieces.start[own], self.pieces.end[own] - occupied
        fits = first <= last
        steps = np.zeros(self.problem.slots + 2, dtype=np.int64)
        np.add.at(steps, first[fits], 1)
        np.add.at(steps, last[fits] + 1, -1)
        return np.flatnonzero(np.cumsum(steps) > 0)

    def _add_arcs(self, tails: IntArray, heads: IntArray) -> IntArray:
        arcs = self.program.add_columns(len(tails))
        self.program.add_entries(tails, arcs, 1.0)
        self.program.add_entries(heads, arcs, -1.0)
        return arcs

    def _linking_rows(self, kind: int, starts: IntArray) -> IntArray:
        rows = self._link[kind]
        missing = starts[rows[starts] == NOBODY]
        rows[missing] = self.program.add_rows(-np.inf, 0.0, len(missing))
        linked: IntArray = rows[starts]
        return linked

    def _add_bookings(self) -> IntArray:
        """The columns y; those without any arc to start on are left out (numbered NOBODY)."""
        classes, program = self.classes, self.program
        rows = program.add_rows(-np.inf, classes.sizes.astype(np.float64), len(classes))
        link = self._link[classes.kind[classes.owner], classes.start]
        some = link != NOBODY
        numbers = np.full(len(link), NOBODY, dtype=np.int64)
        numbers[some] = program.add_columns(int(some.sum()), classes.gain[some])
        program.add_entries(link[some], numbers[some], 1.0)
        program.add_entries(rows[classes.owner[some]], numbers[some], 1.0)
        return numbers

    def found(self, solution: LinearSolution) -> FlowSolution:
        """What an optimum of `program` says about bookings and prices."""
        placed = np.zeros(len(self._columns))
        some = self._columns != NOBODY
        placed[some] = solution.values[self._columns[some]]
        prices = np.zeros(self._link.shape)
        linked = self._link != NOBODY
        prices[linked] = np.maximum(solution.prices[self._link[linked]], 0.0)
        return FlowSolution(placed, prices)


def rounded_starts(classes: BookingClasses, placed: FloatArray) -> dict[int, int]:
    """A start for as many bookings as the flow places: a systematic sample of each class.

    Along the starts of a class the placed bookings add up; a comb with teeth one booking apart, laid at an
    offset of its own for each class, picks a start at each tooth. Whole numbers are picked exactly, and over
    many classes the picks follow the flow start by start, so that no hour is asked for too much.
    """
    placed = np.maximum(placed, 0.0)
    reached = np.cumsum(placed)
    bounds = np.searchsorted(classes.owner, np.arange(len(classes) + 1))
    base = np.concatenate(([0.0], reached))[bounds]
    offset = (np.arange(len(classes)) + 1) * GOLDEN_RATIO % 1.0
    teeth = np.ceil(np.diff(base) - offset - ROUNDING)
    counts = np.clip(teeth, 0, classes.sizes).astype(np.int64)
    owner = np.repeat(np.arange(len(classes)), counts)
    number = ranges(np.zeros(len(classes), dtype=np.int64), counts)
    column = np.searchsorted(reached, base[owner] + offset[owner] + number, side="right")
    column = np.clip(column, bounds[owner], bounds[owner + 1] - 1)
    members = classes.members[classes.offsets[owner] + number]
    return dict(zip(members.tolist(), classes.start[column].tolist(), strict=True))
