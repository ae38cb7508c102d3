"""A bound on understaffing that holds for every legal roster, not only for those that the search looks at.

A linear relaxation: agents with the same skills and the same limits form a group. Over a day a group's duties
are a flow of starts; an agent can be in service only in the longest presence after the start, for no more
intervals than a day's work less its pauses gives, and within the days and minutes of the week; overtime comes
on top, at its price. Where breaks lie, rest, runs of days and overstaffing are left out, and agents may be
split, so no legal roster has less under + over than this. What demand by shift type adds is in
`optimizer.roster.bound_of_types`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise

import numpy as np
from ortools.math_opt.python import mathopt

from data.model import LabourRegime
from data.model.columns import IntArray
from optimizer.roster.bound_of_types import TypedDuties
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import DutyRule, Rule, Shift, Terms
from optimizer.roster.shapes import GRID
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.watched import watched

HOUR = 60

MOST_ROWS = 1_500
"""Groups of agents times intervals with demand; of more, intervals of an hour are taken as one."""

NO_PRICE = 2**40
"""Of intervals without demand: more than any price."""

TOLERANCE = 1e-5
"""Relative; taken off the optimum of the relaxation before it is rounded up."""


@dataclass(frozen=True)
class Limits:
    """What the relaxation keeps of an agent's terms.

    Attributes:
        skill_set: as numbered by the requirement.
        intervals_a_duty: most demand intervals in service in a duty of each day, overtime not counted.
        overtime: most overtime of each day, in intervals, begun ones counted whole.
        presence: longest presence of a duty of each day, minutes.
        pauses: fewest minutes of pauses, which are work, in a duty of each day.
        intervals_a_week: the same in a week, for each day of the week.
        days_a_week: most days worked in the week of each day.
        intervals_a_horizon: most demand intervals in service over the horizon; None for no limit.
        terms: the terms as they are, where there is demand by shift type.
    """

    skill_set: int
    intervals_a_duty: tuple[int, ...]
    overtime: tuple[int, ...]
    presence: tuple[int, ...]
    pauses: tuple[int, ...]
    intervals_a_week: tuple[int, ...]
    days_a_week: tuple[int, ...]
    intervals_a_horizon: int | None
    terms: Terms | None


def longest_presence(regime: LabourRegime, work: int) -> int:
    """The longest time between start and end of a duty that may hold this much work."""
    return work + max((r.meal_minutes_max for r in regime.breaks if r.work_over < work), default=0)


@cache
def normal_service(regime: LabourRegime, normal_minutes: int, longest_duty: int) -> int:
    """The most minutes in service of a duty, its overtime taken off."""
    normal = min(normal_minutes, longest_duty)
    lengths = (*range(normal, longest_duty, GRID), longest_duty)
    most: int = max(normal + longest_service(regime, work) - work for work in lengths)
    return most


def longest_service(regime: LabourRegime, work: int) -> int:
    """The most minutes in service of a duty: work less pauses, which a shorter duty may have fewer of."""
    ends = {work, *(min(work, rule.work_up_to) for rule in regime.breaks)}
    due = [(w, regime.break_rule(w)) for w in sorted(ends)]
    return max(w - (rule.pauses * rule.pause_minutes if rule else 0) for w, rule in due)


@cache
def fewest_pauses(regime: LabourRegime, duty_minutes: int) -> int:
    """The fewest minutes of pauses of a duty with this much work or less."""
    due = [regime.break_rule(work) for work in range(GRID, duty_minutes + GRID, GRID)]
    return min(rule.pauses * rule.pause_minutes if rule else 0 for rule in due)


def understaffing_bound(
    requirement: Requirement,
    shifts: ShiftRequirement,
    terms: Sequence[Terms],
    day_starts: IntArray,
    rules: Sequence[Rule],
    seconds: float | None,
    watch: Callable[[], None],
    budget: int | None = None,
    overtime_price: int = 0,
) -> int:
    """Agent-intervals that no legal roster can cover, and shift demand that none can meet, at their prices,
    and the overtime that pays.

    0 when the relaxation could not be solved in time.

    Args:
        requirement: the demand, and who has which skills.
        shifts: the demand by shift type.
        terms: of the agents.
        day_starts: first minute of each day, and the end of the last one.
        rules: of which those on single duties are looked at.
        seconds: wall-clock limit; None for none.
        watch: called several times a second; may raise to give up.
        budget: minutes of work of all duties together; None for no limit.
        overtime_price: price of overtime as long as an interval.
    """
    available: dict[Limits, Counter[int]] = {}
    count: Counter[Limits] = Counter()
    used: dict[Limits, tuple[int, int]] = {}
    for own, skill_set in zip(terms, requirement.class_of_agent.tolist(), strict=True):
        if skill_set or shifts.any:
            limits = limits_of(own, int(skill_set), requirement.interval_minutes, typed=shifts.any)
            count[limits] += 1
            days = available.setdefault(limits, Counter())
            days.update(day for day in range(own.days) if may_work(own, day, day_starts, rules))
            before = used.get(limits, (0, 0))
            own_before = _used(own, limits, requirement.interval_minutes)
            used[limits] = (before[0] + own_before[0], before[1] + own_before[1])
    weekdays = terms[0].weekdays if terms else ()
    joined = 1 if shifts.any else joined_intervals(requirement, len(count))
    relaxation = Relaxation(requirement, shifts, day_starts, joined, overtime_price)
    for limits in sorted(count, key=repr):
        relaxation.add_group(limits, count[limits], available[limits], used[limits], weekdays)
    if budget is not None:
        relaxation.add_budget(budget)
    return relaxation.solve(seconds, watch)


def joined_intervals(requirement: Requirement, groups: int) -> int:
    """How many intervals to take as one, at most an hour of them: as few as keep the model small.

    Summing the rows of some intervals can only loosen them, so the bound stays valid.
    """
    in_an_hour = HOUR // requirement.interval_minutes
    rows = groups * int((requirement.per_interval > 0).sum())
    sizes = [joined for joined in range(1, in_an_hour + 1) if in_an_hour % joined == 0]
    return next((joined for joined in sizes if rows <= MOST_ROWS * joined), sizes[-1])


def limits_of(terms: Terms, skill_set: int, length: int, *, typed: bool) -> Limits:
    """What the relaxation keeps of an agent's terms, for demand intervals of this length."""
    horizon = terms.max_horizon_minutes
    weekly = tuple(
        min(terms.weekly_minutes, of_week(terms, day, "weekly_max_minutes")) // length
        for day in range(terms.days)
    )
    return Limits(
        skill_set=skill_set,
        intervals_a_duty=tuple(
            normal_service(regime, terms.normal_minutes(day), terms.longest_duty(day)) // length
            for day, regime in enumerate(terms.regimes)
        ),
        overtime=tuple(-(-terms.overtime_limit(day) // length) for day in range(terms.days)),
        presence=tuple(longest_presence(r, terms.longest_duty(day)) for day, r in enumerate(terms.regimes)),
        pauses=tuple(fewest_pauses(r, terms.longest_duty(day)) for day, r in enumerate(terms.regimes)),
        intervals_a_week=weekly,
        days_a_week=tuple(of_week(terms, day, "max_days_a_week") for day in range(terms.days)),
        intervals_a_horizon=None if horizon is None else horizon // length,
        terms=terms if typed else None,
    )


def _used(terms: Terms, limits: Limits, length: int) -> tuple[int, int]:
    """Intervals and days of the first week that the time before the horizon has used up."""
    weekly = min(terms.weekly_minutes, of_week(terms, 0, "weekly_max_minutes"))
    left = max(weekly - terms.minutes_worked_in_week, 0) // length
    return (
        limits.intervals_a_week[0] - left,
        min(terms.days_worked_in_week, limits.days_a_week[0]),
    )


def of_week(terms: Terms, day: int, limit: str) -> int:
    """The loosest value of a limit in the week of a day."""
    monday = day - terms.weekdays[day]
    return int(max(getattr(regime, limit) for regime in terms.regimes[max(monday, 0) : monday + 7]))


def may_work(terms: Terms, day: int, day_starts: IntArray, rules: Sequence[Rule]) -> bool:
    """Whether the rules on single duties leave a minute of the day at which a duty could start.

    Of which shift type it would be is left open.
    """
    checks = [rule for rule in rules if isinstance(rule, DutyRule)]
    starts, work = range(int(day_starts[day]), int(day_starts[day + 1]), GRID), terms.min_duty_minutes or 0
    return any(
        all(rule.keeps(terms, Shift(day, start, start + GRID, work, type=0)) for rule in checks)
        for start in starts
    )


class Relaxation:
    """The linear model; groups are added one by one. How many agents a group has may be a variable.

    Attributes:
        model: the program, which has no objective yet.
    """

    def __init__(
        self,
        requirement: Requirement,
        shifts: ShiftRequirement,
        day_starts: IntArray,
        joined: int,
        overtime_price: int,
    ) -> None:
        self._requirement = requirement
        self._joined = joined
        self._length = joined * requirement.interval_minutes
        self._edges = day_starts.tolist()
        first = np.arange(0, len(requirement.per_interval), joined)
        inside = requirement.per_interval - requirement.outside
        self._inside: IntArray = np.add.reduceat(inside, first, axis=1)
        self._asked = np.flatnonzero(np.add.reduceat(requirement.per_interval, first)).tolist()
        # Where prices differ, the least of those taken as one keeps the bound valid.
        price = np.where(requirement.per_interval > 0, requirement.under_price, NO_PRICE)
        self._price: IntArray = np.minimum.reduceat(price, first)
        self.model = mathopt.Model()
        self._types = TypedDuties(self.model, shifts, self._length, overtime_price)
        self._overtime_price = 0 if shifts.any else overtime_price  # there, it is counted duty by duty
        self._overtime: list[mathopt.Variable] = []
        self._service: list[dict[int, list[mathopt.Variable]]] = [{} for _ in range(requirement.classes)]
        self._pauses: list[mathopt.LinearBase] = []

    def add_group(
        self,
        limits: Limits,
        agents: mathopt.LinearTypes,
        available: Mapping[int, mathopt.LinearTypes],
        used: tuple[int, int],
        weekdays: tuple[int, ...],
    ) -> None:
        """Add agents who share skills and limits.

        `available` says how many may work on each day, and `used` how many intervals and days of the first
        week all of them together have worked before the horizon.
        """
        fine = self._requirement.interval_minutes
        model, days = self.model, len(weekdays)
        starts = self._cumulated_starts(available, days)
        by_day: list[list[mathopt.Variable]] = [[] for _ in range(days)]
        for interval in self._asked:
            today = bisect_right(self._edges, interval * self._length) - 1
            for day in range(max(today - 1, 0), today + 1):
                low = (interval * self._length + fine - limits.presence[day]) // self._length
                first, last = self._edges[day] // self._length, self._edges[day + 1] // self._length
                low, high = max(low, first), min(interval + 1, last)
                if low < high:
                    served = model.add_variable(lb=0.0)
                    model.add_linear_constraint(served <= self._joined * (starts[high] - starts[low]))
                    by_day[day].append(served)
                    self._service[limits.skill_set].setdefault(interval, []).append(served)
        on_duty = [
            starts[self._edges[day + 1] // self._length] - starts[self._edges[day] // self._length]
            for day in range(days)
        ]
        self._pauses += [minutes * duties for minutes, duties in zip(limits.pauses, on_duty, strict=True)]
        if limits.terms is not None:
            self._types.add_group(limits.terms, agents, starts, on_duty)
        totals = [mathopt.fast_sum(served) for served in by_day]
        overtime = self._overtime_of(limits, on_duty)
        if limits.intervals_a_horizon is not None:
            model.add_linear_constraint(mathopt.fast_sum(totals) <= limits.intervals_a_horizon * agents)
        for day in range(days):
            model.add_linear_constraint(
                totals[day] <= limits.intervals_a_duty[day] * on_duty[day] + overtime[day]
            )
            if day == 0 or weekdays[day] == 0:
                week = range(day, min(day - weekdays[day] + 7, days))
                intervals, worked = used if day == 0 else (0, 0)
                model.add_linear_constraint(
                    mathopt.fast_sum(totals[d] - overtime[d] for d in week)
                    <= limits.intervals_a_week[day] * agents - intervals
                )
                model.add_linear_constraint(
                    mathopt.fast_sum(on_duty[d] for d in week) <= limits.days_a_week[day] * agents - worked
                )

    def _overtime_of(
        self, limits: Limits, on_duty: Sequence[mathopt.LinearExpression]
    ) -> list[mathopt.LinearTypes]:
        """CLT-59: overtime of each day, in intervals."""
        overtime: list[mathopt.LinearTypes] = []
        for most, duties in zip(limits.overtime, on_duty, strict=True):
            if not most:
                overtime.append(0.0)
                continue
            worked = self.model.add_variable(lb=0.0)
            self.model.add_linear_constraint(worked <= most * duties)
            self._overtime.append(worked)
            overtime.append(worked)
        return overtime

    def _cumulated_starts(
        self, available: Mapping[int, mathopt.LinearTypes], days: int
    ) -> list[mathopt.Variable]:
        """Duties started before each interval: differences of these are the duties started in between."""
        model = self.model
        starts = [model.add_variable(lb=0.0) for _ in range(self._edges[-1] // self._length + 1)]
        for before, after in pairwise(starts):
            model.add_linear_constraint(after - before >= 0)
        for day in range(days):
            first, last = self._edges[day] // self._length, self._edges[day + 1] // self._length
            model.add_linear_constraint(starts[last] - starts[first] <= available.get(day, 0))
        return starts

    def add_budget(self, budget: int) -> None:
        """Time in service and pauses are work, of which there may be no more than this, in minutes."""
        served = [v for by_interval in self._service for listed in by_interval.values() for v in listed]
        self.model.add_linear_constraint(
            self._requirement.interval_minutes * mathopt.fast_sum(served) + mathopt.fast_sum(self._pauses)
            <= budget
        )

    def cover_everything(self) -> None:
        """Ask that nothing be missing."""
        for interval in self._asked:
            self._cover(interval, 0.0)

    def _cover(self, interval: int, under: mathopt.LinearTypes) -> None:
        """Ore: for each set of skills, those in service and those missing are as many as asked."""
        for inside, meets in zip(self._inside[:, interval].tolist(), self._requirement.meets.T, strict=True):
            if inside > 0:
                serving = [v for c in np.flatnonzero(meets) for v in self._service[c].get(interval, ())]
                self.model.add_linear_constraint(under + mathopt.fast_sum(serving) >= inside)

    def solve(self, seconds: float | None, watch: Callable[[], None]) -> int:
        """The least cost of what the relaxation lacks, rounded up."""
        model = self.model
        missing = self._types.cost()
        missing += [self._overtime_price * worked for worked in self._overtime]
        for interval in self._asked:
            under = model.add_variable(lb=0.0)
            missing.append(int(self._price[interval]) * under)
            self._cover(interval, under)
        model.minimize(mathopt.fast_sum(missing))
        limit = None if seconds is None else timedelta(seconds=max(seconds, 0.01))
        settings = mathopt.SolveParameters(time_limit=limit, lp_algorithm=mathopt.LPAlgorithm.BARRIER)
        outcome = watched(lambda: mathopt.solve(model, mathopt.SolverType.HIGHS, params=settings), watch)
        if outcome is None or outcome.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return 0
        found = float(outcome.objective_value())
        return max(0, math.ceil(found - TOLERANCE * (1.0 + abs(found))))
