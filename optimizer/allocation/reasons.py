"""Why bookings are left out, each reason proven by an empty set; and the nearest starts still free."""

from __future__ import annotations

import numpy as np

from data.calendars import opening_intervals
from data.eligibility.order import r02_earliest_start
from data.eligibility.proxy import r23_proxy_days
from data.model import MISSING, Sessions, Unplaced
from data.model.columns import BoolArray, IntArray
from data.model.schedule import Schedule
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import WorkingPlan

ALTERNATIVES = 3
"""Alternative starts named at most."""

MOST_WITH_ALTERNATIVES = 5_000
"""Unplaced bookings, in the order of the table, for which alternatives are looked up; a plan that leaves out
more was stopped early."""


def reason(problem: Problem, booking: int) -> str:
    """The reason of a booking without a session; see `data.model.schedule.UNPLACED_REASONS`."""
    if not problem.eligible[booking]:
        return "not_eligible"
    if not problem.window(booking):
        return "proxy_expires" if problem.windows.without_proxy[booking] else "no_common_window"
    options = (problem.whole or problem).options
    return "no_skilled_agent" if options[booking] == 0 else "capacity_full"


class Alternatives:
    """Starts that could still be offered when the plan stands.

    An alternative lies within the opening hours, the lead time and the proxy's dates, a skilled agent is free
    for the whole occupation, and no required participant is in another session; it may lie outside the
    customer's windows. Each is free by itself, not all of all bookings together.
    """

    def __init__(self, plan: WorkingPlan) -> None:
        self.plan = plan
        self.problem = plan.problem
        case = plan.problem.case
        self._opening = [hours for hours in opening_intervals(case.plan) if hours is not None]
        self._earliest = r02_earliest_start(case)
        self._proxy_from, self._proxy_until = r23_proxy_days(case)
        self._minutes = np.arange(plan.problem.slots) * plan.problem.grid
        self._days = case.axis.days_of(self._minutes)
        self._latest_window, self._earliest_end = self._common_windows()
        self._free: dict[tuple[int, int, int], IntArray] = {}

    def of(self, booking: int) -> tuple[int, ...]:
        """The nearest alternatives in minutes: to the wish, else to the common window of those who attend."""
        problem = self.problem
        if not problem.eligible[booking]:
            return ()
        starts = self._free_starts(booking)
        starts = starts[self._minutes[starts] >= self._earliest[booking]]
        days = self._days[starts]
        starts = starts[(self._proxy_from[booking] <= days) & (days <= self._proxy_until[booking])]
        minutes = self._minutes[starts]
        starts = starts[self._open(minutes, int(problem.case.bookings.duration_minutes[booking]))]
        if problem.people[booking]:
            alone = self.plan.unattended(booking)
            starts = starts[[bool(alone >> slot & 1) for slot in starts.tolist()]]
        minutes = self._minutes[starts]
        nearest = minutes[np.lexsort((minutes, self._distance(booking, minutes)))[:ALTERNATIVES]]
        return tuple(sorted(nearest.tolist()))

    def _free_starts(self, booking: int) -> IntArray:
        """Slots at which some skilled agent is free for the booking's whole occupation."""
        problem = self.problem
        skill = int(problem.skill[booking])
        kind = (skill, int(problem.set_up[booking]), int(problem.occupied[booking]))
        if kind not in self._free:
            bits = 0
            for agent in problem.skilled_agents[skill] if skill != NOBODY else ():
                bits |= self.plan.free_starts(agent, *kind[1:])
            self._free[kind] = np.array(
                [slot for slot in range(bits.bit_length()) if bits >> slot & 1], dtype=np.int64
            )
        return self._free[kind]

    def _open(self, minutes: IntArray, duration: int) -> BoolArray:
        inside = np.zeros(len(minutes), dtype=np.bool_)
        for opens, closes in self._opening:
            inside |= (opens <= minutes) & (minutes + duration <= closes)
        return inside

    def _distance(self, booking: int, minutes: IntArray) -> IntArray:
        wish = int(self.problem.wish[booking])
        if wish != MISSING:
            return np.abs(minutes - wish)
        low = int(self._latest_window[booking])
        high = max(
            low, int(self._earliest_end[booking] - self.problem.case.bookings.duration_minutes[booking])
        )
        return np.maximum(0, np.maximum(low - minutes, minutes - high))

    def _common_windows(self) -> tuple[IntArray, IntArray]:
        """Over bookings: the latest window start and the earliest window end of those who must attend."""
        people, rows = self.problem.case.participants, self.problem.attending
        low = np.full(self.problem.bookings, -(2**40), dtype=np.int64)
        high = np.full(self.problem.bookings, 2**40, dtype=np.int64)
        np.maximum.at(low, self.problem.booking_of[rows], people.window_start[rows])
        np.minimum.at(high, self.problem.booking_of[rows], people.window_end[rows])
        return low, high


def schedule_of(plan: WorkingPlan) -> Schedule:
    """The schedule: sessions in the order of the bookings, and the others with reasons and alternatives."""
    problem = plan.problem
    bookings, agents = problem.case.bookings, problem.case.agents
    rows = np.array(sorted(plan.sessions), dtype=np.int64)
    where = np.array([plan.sessions[row] for row in rows.tolist()], dtype=np.int64).reshape(-1, 2)
    sessions = Sessions(
        booking_id=bookings.booking_id[rows],
        agent_id=agents.agent_id[problem.person[where[:, 1]]],
        starts_at=where[:, 0] * problem.grid,
        duration_minutes=bookings.duration_minutes[rows],
    )
    missing = [booking for booking in range(problem.bookings) if booking not in plan.sessions]
    alternatives = Alternatives(plan)
    unplaced = Unplaced.from_columns(
        {
            "booking_id": bookings.booking_id[missing],
            "reason": [reason(problem, booking) for booking in missing],
            "rules": problem.broken[missing],
            "alternatives": [
                alternatives.of(booking) if place < MOST_WITH_ALTERNATIVES else ()
                for place, booking in enumerate(missing)
            ],
        },
        len(missing),
    )
    return Schedule(sessions, unplaced)
