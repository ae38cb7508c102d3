"""The part of the relaxation that speaks of shift types: how many duties of each type, in fractions.

Where there is demand by shift type, every duty of every agent counts for it, so that what is in excess counts
as well as what is missing. Of the rules on the order of days those are kept that a sum over days can say.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from ortools.math_opt.python import mathopt

from data.night_hours import CLOCK_MINUTES
from optimizer.roster.rules import Terms
from optimizer.roster.shift_cover import ShiftRequirement

Worked = list[dict[int, mathopt.Variable]]
"""For each day, the duties of each type."""


class TypedDuties:
    """The duties of each type, group by group, and what they leave open of the demand by type."""

    def __init__(
        self, model: mathopt.Model, shifts: ShiftRequirement, interval_minutes: int, overtime_price: int
    ) -> None:
        self._model = model
        self._overtime_price = overtime_price
        self._overtime: list[mathopt.LinearExpression] = []
        self._shifts = shifts
        self._length = interval_minutes
        self._at_work: dict[tuple[int, int], list[mathopt.Variable]] = {}

    def add_group(
        self,
        terms: Terms,
        agents: int,
        starts: Sequence[mathopt.Variable],
        on_duty: Sequence[mathopt.LinearExpression],
    ) -> None:
        """Add agents on the same terms.

        Args:
            terms: of all of them.
            agents: how many they are.
            starts: duties started before each interval of the horizon.
            on_duty: duties of each day.
        """
        worked = [self._duties_of(day, starts, total) for day, total in enumerate(on_duty)]
        self._keep_to_work(terms, agents, worked)
        self._keep_to_limits(terms, agents, worked)
        self._keep_to_days(terms, agents, on_duty)

    def _duties_of(
        self, day: int, starts: Sequence[mathopt.Variable], total: mathopt.LinearExpression
    ) -> dict[int, mathopt.Variable]:
        """Every duty is of one type, and starts when the type does."""
        worked: dict[int, mathopt.Variable] = {}
        by_interval: dict[int, list[mathopt.Variable]] = {}
        for kind, start in self._shifts.starts(day):
            worked[kind] = self._model.add_variable(lb=0.0)
            by_interval.setdefault(start // self._length, []).append(worked[kind])
            self._at_work.setdefault((day, kind), []).append(worked[kind])
        for interval, begun in by_interval.items():
            self._model.add_linear_constraint(
                mathopt.fast_sum(begun) == starts[interval + 1] - starts[interval]
            )
        self._model.add_linear_constraint(mathopt.fast_sum(worked.values()) == total)
        return worked

    def _keep_to_work(self, terms: Terms, agents: int, worked: Worked) -> None:
        """MIN-WORK, MAX-WORK and the week's minutes; a duty works between its length, all of it
        at night, and that less a meal.
        """
        least, most, normal = [], [], []
        for day, today in enumerate(worked):
            meal = max((rule.meal_minutes_max for rule in terms.regimes[day].breaks), default=0)
            lengths = {kind: self._shifts.minutes(kind) for kind in today}
            counts = 1 + terms.regimes[day].night_rule / CLOCK_MINUTES
            work = {kind: max(lengths[kind] - meal, 0) for kind in today}
            least.append(mathopt.fast_sum(work[k] * v for k, v in today.items()))
            normal_work = terms.normal_minutes(day)
            normal.append(mathopt.fast_sum(min(work[k], normal_work) * v for k, v in today.items()))
            self._overtime += [
                self._overtime_price * -(-(work[k] - normal_work) // self._length) * v
                for k, v in today.items()
                if work[k] > normal_work
            ]
            most.append(mathopt.fast_sum(counts * lengths[k] * v for k, v in today.items()))
        add = self._model.add_linear_constraint
        if terms.max_horizon_minutes is not None:
            add(mathopt.fast_sum(least) <= terms.max_horizon_minutes * agents)
        if terms.min_horizon_minutes:
            add(mathopt.fast_sum(most) >= terms.min_horizon_minutes * agents)
        for day, weekday in enumerate(terms.weekdays):
            if day == 0 or weekday == 0:
                add(mathopt.fast_sum(normal[day : day - weekday + 7]) <= terms.week_limits[day] * agents)

    def _keep_to_limits(self, terms: Terms, agents: int, worked: Worked) -> None:
        """SHIFT-LIMIT, and SUCCESSION: an agent works a type, or the day after one that may not follow it."""
        add = self._model.add_linear_constraint
        for kind, most in terms.shift_limits:
            add(mathopt.fast_sum(today[kind] for today in worked if kind in today) <= most * agents)
        for before, after in pairwise(worked):
            for kind in before.keys() & terms.types_with_successors:
                barred = [after[other] for other in after if (kind, other) in terms.successions]
                add(before[kind] + mathopt.fast_sum(barred) <= agents)

    def _keep_to_days(self, terms: Terms, agents: int, on_duty: Sequence[mathopt.LinearExpression]) -> None:
        """CLT-67 and MAX-DAYS, in every window that is a day longer; MAX-WEEKENDS."""
        add = self._model.add_linear_constraint
        longest = max(regime.max_days_in_a_row for regime in terms.regimes)
        if terms.max_days_in_a_row is not None:
            longest = min(longest, terms.max_days_in_a_row)
        for first in range(terms.days - longest):
            add(mathopt.fast_sum(on_duty[first : first + longest + 1]) <= longest * agents)
        if terms.max_weekends is not None:
            weekends: dict[int, mathopt.Variable] = {}
            for day, weekday in enumerate(terms.weekdays):
                if weekday >= 5:
                    sunday = day + 6 - weekday
                    if sunday not in weekends:
                        weekends[sunday] = self._model.add_variable(lb=0.0)
                    add(on_duty[day] <= weekends[sunday])
            add(mathopt.fast_sum(weekends.values()) <= terms.max_weekends * agents)

    def cost(self) -> list[mathopt.LinearExpression]:
        """Agents missing and in excess of each day and type, and overtime, at their prices."""
        need, terms = self._shifts, list(self._overtime)
        for day, kind in np.argwhere((need.under_price > 0) | (need.over_price > 0)).tolist():
            under, over = self._model.add_variable(lb=0.0), self._model.add_variable(lb=0.0)
            at_work = mathopt.fast_sum(self._at_work.get((day, kind), ()))
            required = int(need.required[day, kind])
            self._model.add_linear_constraint(at_work - required == over - under)
            terms.append(int(need.under_price[day, kind]) * under + int(need.over_price[day, kind]) * over)
        return terms
