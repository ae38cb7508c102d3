"""A first plan from the arc flow: a linear model for each day, of the bookings that are chosen for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.allocation.arc_flow import ArcFlow, free_pieces, rounded_starts
from optimizer.allocation.classes import classes_of_day
from optimizer.allocation.construct import CLOSE, construct, keep_confirmed
from optimizer.allocation.day_choice import chosen_days
from optimizer.allocation.decompose import bind_starts
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.linear_program import maximise_all

RADIUS, NARROW_RADIUS = 24, 9
"""How far from the wish, in slots, the linear models offer starts: where there are few bookings, and many."""

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
        problem, budget = self.plan.problem, self.budget
        keep_confirmed(self.plan)
        days, flows = self._flows()
        listed = f"{sum(len(flow.classes.members) for flow in flows):,} bookings of {len(flows)} days"
        self.tell(0.0, f"linear models: {listed}")
        solutions = maximise_all([flow.program for flow in flows], budget.seconds_left(), budget.poll)
        for (low, high), flow, solution in zip(days, flows, solutions, strict=True):
            if solution is None:
                budget.clock_is_up()
                continue
            found = flow.found(solution)
            self.days_solved += 1
            self.prices[:, low:high] = found.prices[:, low:high]
            self.tell(self.days_solved / len(days), f"agents for the starts of day {self.days_solved}")
            bind_starts(self.plan, rounded_starts(flow.classes, found.placed), budget)
        self.tell(1.0, "placing what is left")
        construct(self.plan, problem.placeable.tolist(), CLOSE, budget, lambda *_: budget.poll())

    def _flows(self) -> tuple[list[tuple[int, int]], list[ArcFlow]]:
        """The days that have bookings, and their linear models as far as the limits allow them."""
        problem, budget = self.plan.problem, self.budget
        edges = np.array([-(-minute // problem.grid) for minute in problem.case.axis.day_starts.tolist()])
        waiting = np.array(
            [b for b in problem.placeable.tolist() if b not in self.plan.sessions], dtype=np.int64
        )
        home = chosen_days(problem, waiting, edges)
        days, flows = [], []
        for number, day in enumerate(pairwise(edges.tolist())):
            flow = self._flow(waiting[home == number], day)
            seconds = budget.seconds_left()
            if flow is None or flow.work > LARGEST_SHARE * budget.work_left:
                continue
            if seconds is not None and flow.work > LARGEST_SHARE * seconds:
                continue
            budget.work_used += flow.work
            days.append(day)
            flows.append(flow)
        return days, flows

    def _flow(self, bookings: IntArray, day: tuple[int, int]) -> ArcFlow | None:
        """The linear model of one day; None where there is nothing to place or nobody to take it."""
        problem = self.plan.problem
        radius = NARROW_RADIUS if len(problem.placeable) >= MANY else RADIUS
        classes = classes_of_day(problem, bookings, day, radius)
        reach = int(problem.occupied.max(initial=0))
        pieces = free_pieces(self.plan, day[0], min(day[1] + reach, problem.slots))
        return ArcFlow(problem, pieces, classes) if len(classes) and len(pieces.start) else None
