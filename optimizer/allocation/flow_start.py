"""A first plan from the arc flow, day by day: what can be put off waits for the next day if today is full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.allocation.arc_flow import ArcFlow, free_pieces, rounded_starts
from optimizer.allocation.budget import Budget
from optimizer.allocation.classes import classes_of_day
from optimizer.allocation.construct import CLOSE, construct, keep_confirmed
from optimizer.allocation.day_choice import chosen_days
from optimizer.allocation.decompose import bind_starts
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import WorkingPlan

RADIUS, NARROW_RADIUS = 24, 9
"""How far from the wish, in slots, the linear model offers starts: where there are few bookings, and many."""

MANY = 5_000
"""Bookings from which the narrow radius is enough: with many agents there is nearly always one nearby."""

LARGEST_SHARE = 0.5
"""Part of the work, or of the time, that is left, which the linear model of a day may take at most."""


@dataclass
class FlowStart:
    """Fills an empty plan (but for fixed pins) from the linear model of each day.

    Attributes:
        prices: (kinds, slots), what one more start of a kind would be worth, in minutes of deviation; zero on
            days without a linear model.
        days_solved: days whose linear model was solved.
    """

    plan: WorkingPlan
    budget: Budget
    tell: Callable[[float, str], None]
    prices: FloatArray = field(init=False)
    days_solved: int = 0

    def __post_init__(self) -> None:
        problem = self.plan.problem
        self.prices = np.zeros((len(problem.kinds[0]), problem.slots))

    def run(self) -> None:
        """Place what finds a place without moving anything; the rest stays unplaced."""
        problem = self.plan.problem
        bounds = _day_bounds(problem)
        keep_confirmed(self.plan)
        waiting = np.array(
            [b for b in problem.placeable.tolist() if b not in self.plan.sessions], dtype=np.int64
        )
        home = chosen_days(problem, waiting, np.array([low for low, _ in bounds] + [bounds[-1][1]]))
        left: IntArray = np.empty(0, dtype=np.int64)
        for day, (low, high) in enumerate(bounds):
            today = np.sort(np.concatenate((waiting[home == day], left)))
            if len(today):
                self.tell(day / len(bounds), f"day {day + 1} of {len(bounds)}: {len(today):,} bookings")
                self._fill(today, (low, high))
            left = np.array(
                [b for b in today.tolist() if b not in self.plan.sessions and _goes_on(problem, b, high)],
                dtype=np.int64,
            )
        self.tell(1.0, "placing what is left")
        construct(self.plan, problem.placeable.tolist(), CLOSE, self.budget, lambda *_: self.budget.poll())

    def _fill(self, bookings: IntArray, day: tuple[int, int]) -> None:
        """Place one day's bookings."""
        problem, budget = self.plan.problem, self.budget
        radius = NARROW_RADIUS if len(problem.placeable) >= MANY else RADIUS
        classes = classes_of_day(problem, bookings, day, radius)
        reach = int(problem.occupied.max(initial=0))
        pieces = free_pieces(self.plan, day[0], min(day[1] + reach, problem.slots))
        if not len(classes) or not len(pieces.start):
            return
        flow = ArcFlow(problem, pieces, classes)
        seconds = budget.seconds_left()
        if flow.work > LARGEST_SHARE * budget.work_left or (
            seconds is not None and flow.work > LARGEST_SHARE * seconds
        ):
            return
        solution = flow.solve(seconds, budget.poll)
        budget.work_used += flow.work
        if solution is None:
            budget.clock_is_up()
            return
        self.days_solved += 1
        self.prices[:, day[0] : day[1]] = solution.prices[:, day[0] : day[1]]
        bind_starts(self.plan, rounded_starts(classes, solution.placed), budget)
        stay = [
            b for b in bookings.tolist() if b not in self.plan.sessions and not _goes_on(problem, b, day[1])
        ]
        construct(self.plan, stay, CLOSE, budget, lambda *_: budget.poll())


def _day_bounds(problem: Problem) -> list[tuple[int, int]]:
    starts = [-(-minute // problem.grid) for minute in problem.case.axis.day_starts.tolist()]
    return list(pairwise(starts))


def _goes_on(problem: Problem, booking: int, slot: int) -> bool:
    """Whether the booking may start at this slot or later."""
    windows = problem.window(booking)
    return bool(windows) and windows[-1][1] >= slot
