"""A first plan from the arc flow: a linear model for each day, of the bookings that are chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.allocation.arc_flow import ArcFlow, FlowSolution, free_pieces, rounded_starts
from optimizer.allocation.classes import classes_of_day, wished_nearby
from optimizer.allocation.construct import CLOSE, construct, keep_confirmed
from optimizer.allocation.day_choice import chosen_days
from optimizer.allocation.decompose import bind_starts
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.approximate_linear_program import WORK_A_NONZERO as WORK_OF_APPROXIMATING
from optimizer.approximate_linear_program import approximate_all
from optimizer.budget import Budget
from optimizer.linear_program import WORK_A_NONZERO, maximise_all

RADIUS, NARROW_RADIUS = 24, 9
"""How far from the wish, in slots, the linear models offer starts: where there are few bookings, and many."""

MANY = 5_000
"""Bookings from which the narrow radius is enough: with many agents there is nearly always one nearby."""

FAR = 600
"""Minutes from the wish from which a booking of a large plan is in no linear model: one by one, such bookings
find what is left of the day of their wish. With them in the models, a plan of 100,000 deviated a quarter more
in total."""

MOST_LEFT_OUT = 0.1
"""Share of a day's bookings that a coarse model may leave out; if it is more, priorities matter."""

LARGEST_SHARE = 0.5
"""Part of the work, or of the time, that is left, which the linear model of a day may take at most."""


@dataclass
class _Day:
    """The linear model of a day.

    Attributes:
        slots: its first slot, and the first slot after it.
        bookings: what is to be placed on it.
        coarse: whether the model is that of a large plan.
        found: its optimum; None before it is solved, and where there was not enough time.
    """

    slots: tuple[int, int]
    bookings: IntArray
    flow: ArcFlow
    coarse: bool
    found: FlowSolution | None = None

    @property
    def left_out(self) -> float:
        """Share of the model's bookings that its optimum does not place."""
        return 0.0 if self.found is None else 1.0 - self.found.placed.sum() / len(self.flow.classes.members)


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
        days = self._days()
        listed = f"{sum(len(day.flow.classes.members) for day in days):,} bookings of {len(days)} days"
        self.tell(0.0, f"linear models: {listed}")
        self._solve(days)
        for place, day in enumerate(days):
            if day.coarse and day.left_out > MOST_LEFT_OUT:
                fine = self._within_limits(day.bookings, day.slots, coarse=False)
                self._solve([fine] if fine else [])
                days[place] = fine if fine and fine.found else day
        for day in days:
            if day.found is None:
                budget.clock_is_up()
                continue
            self.days_solved += 1
            today = slice(*day.slots)
            self.prices[:, today] = day.found.prices[:, today]
            self.tell(self.days_solved / len(days), f"agents for the starts of day {self.days_solved}")
            bind_starts(self.plan, rounded_starts(day.flow.classes, day.found.placed), budget)
        self.tell(1.0, "placing what is left")
        construct(self.plan, problem.placeable.tolist(), CLOSE, budget, lambda *_: budget.poll())

    def _days(self) -> list[_Day]:
        """The days that have bookings, with their linear models, as far as the limits allow them."""
        problem = self.plan.problem
        edges = np.array([-(-minute // problem.grid) for minute in problem.case.axis.day_starts.tolist()])
        waiting = np.array(
            [b for b in problem.placeable.tolist() if b not in self.plan.sessions], dtype=np.int64
        )
        home = chosen_days(problem, waiting, edges)
        coarse = len(problem.placeable) >= MANY and _has_time_for_all(problem)
        listed = (
            self._within_limits(waiting[home == number], slots, coarse)
            for number, slots in enumerate(pairwise(edges.tolist()))
        )
        return [day for day in listed if day is not None]

    def _within_limits(self, bookings: IntArray, slots: tuple[int, int], coarse: bool) -> _Day | None:
        """A day and its linear model, whose work is booked; None where there is none, or it is too much."""
        budget = self.budget
        flow = self._flow(bookings, slots, coarse)
        if flow is None:
            return None
        work = (WORK_OF_APPROXIMATING if coarse else WORK_A_NONZERO) * flow.program.nonzeros
        seconds = budget.seconds_left()
        if work > LARGEST_SHARE * budget.work_left:
            return None
        if seconds is not None and work > LARGEST_SHARE * seconds:
            return None
        budget.work_used += work
        return _Day(slots, bookings, flow, coarse)

    def _flow(self, bookings: IntArray, slots: tuple[int, int], coarse: bool) -> ArcFlow | None:
        """The linear model of one day; None where there is nothing to place or nobody to take it."""
        problem = self.plan.problem
        if coarse:
            bookings = wished_nearby(problem, bookings, slots, FAR)
        radius = NARROW_RADIUS if len(problem.placeable) >= MANY else RADIUS
        classes = classes_of_day(problem, bookings, slots, radius, coarse=coarse)
        reach = int(problem.occupied.max(initial=0))
        pieces = free_pieces(self.plan, slots[0], min(slots[1] + reach, problem.slots))
        return ArcFlow(problem, pieces, classes) if len(classes) and len(pieces.start) else None

    def _solve(self, days: Sequence[_Day]) -> None:
        """Solve models of one sort: coarse ones roughly, fine ones exactly."""
        programs = [day.flow.program for day in days]
        solve_all = approximate_all if all(day.coarse for day in days) else maximise_all
        solutions = solve_all(programs, self.budget.seconds_left(), self.budget.poll)
        for day, solution in zip(days, solutions, strict=True):
            day.found = None if solution is None else day.flow.found(solution)


def _has_time_for_all(problem: Problem) -> bool:
    """Whether agents are in service for as long as all bookings take; if not, priorities matter."""
    service = problem.segments.end - problem.segments.start
    return bool(problem.occupied[problem.placeable].sum() <= service.sum())
