"""The rules on the start of one booking, one by one: which of them forbids a start, and which leave none.

Together they allow what `data.eligibility.start_windows` allows; that states all at once for many bookings,
this states each by itself, so that a rule can be named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data.calendars import opening_intervals
from data.eligibility.local_days import LocalDays
from data.eligibility.order import r02_earliest_start
from data.eligibility.proxy import r23_proxy_days
from data.model import Case
from data.model.columns import BoolArray, IntArray
from optimizer.allocation.problem import NOBODY, Problem

OPENING, LEAD_TIME, PROXY_AGE = "OPENING", "R2", "R23"
WINDOW, LOCAL_HOURS, FIXED_PIN = "WINDOW", "LOCAL-HOURS", "PIN"


@dataclass(frozen=True)
class StartRule:
    """One rule on the start of one booking.

    Attributes:
        code: which rule; the codes are the referee's.
        person: row of the participant whom it is about, or NOBODY.
        allows: over starts in minutes, whether the rule allows them.
    """

    code: str
    person: int
    allows: Callable[[IntArray], BoolArray]


def start_rules(problem: Problem, booking: int) -> tuple[StartRule, ...]:
    """The rules on the start of an eligible booking, those of the service before those of people."""
    fixed = bool(problem.fixed_slot[booking] != NOBODY)
    rules = [_opening(problem, booking)]
    if not fixed:
        rules.append(_lead_time(problem, booking))
    rules.append(_proxy_age(problem, booking))
    people = np.flatnonzero(problem.attending & (problem.booking_of == booking)).tolist()
    rules += [_window(problem, booking, person) for person in people]
    rules += [_local_hours(problem, booking, person) for person in people]
    if fixed:
        rules.append(_fixed_pin(problem, booking))
    return tuple(rules)


def forbidding(rules: Sequence[StartRule], start: int) -> tuple[StartRule, ...]:
    """The rules that forbid a start, in minutes."""
    at = np.array([start], dtype=np.int64)
    return tuple(rule for rule in rules if not rule.allows(at)[0])


def fewest_without_a_start(problem: Problem, rules: Sequence[StartRule]) -> tuple[StartRule, ...]:
    """Of rules that together leave no start on the grid, some that do so and of which each is needed.

    Raises:
        ValueError: when the rules leave a start.
    """
    minutes = np.arange(problem.slots, dtype=np.int64) * problem.grid
    allowed = [rule.allows(minutes) for rule in rules]
    needed = list(range(len(rules)))
    if np.logical_and.reduce(allowed).any():
        raise ValueError("the rules leave a start")
    for place in range(len(rules)):
        others = [allowed[other] for other in needed if other != place]
        if others and not np.logical_and.reduce(others).any():
            needed.remove(place)
    return tuple(rules[place] for place in needed)


def _opening(problem: Problem, booking: int) -> StartRule:
    """R4: the session lies within the opening hours of one day."""
    duration = int(problem.case.bookings.duration_minutes[booking])

    def allows(starts: IntArray) -> BoolArray:
        inside = np.zeros(len(starts), dtype=np.bool_)
        for opens, closes in _opening_hours(problem.case):
            inside |= (opens <= starts) & (starts + duration <= closes)
        return inside

    return StartRule(OPENING, NOBODY, allows)


@lru_cache(maxsize=4)
def _opening_hours(case: Case) -> tuple[tuple[int, int], ...]:
    return tuple(hours for hours in opening_intervals(case.plan) if hours is not None)


@lru_cache(maxsize=4)
def earliest_starts(case: Case) -> IntArray:
    """R2, over bookings: minute before which no session may start."""
    return r02_earliest_start(case)


@lru_cache(maxsize=4)
def proxy_days(case: Case) -> tuple[IntArray, IntArray]:
    """R23, over bookings: first and last day number on which the proxy permits a session."""
    return r23_proxy_days(case)


def _lead_time(problem: Problem, booking: int) -> StartRule:
    """R2: no earlier than the lead time after booking and planning."""
    earliest = int(earliest_starts(problem.case)[booking])
    return StartRule(LEAD_TIME, NOBODY, lambda starts: starts >= earliest)


def _proxy_age(problem: Problem, booking: int) -> StartRule:
    """R23: the proxy is issued and young enough on the day of the session."""
    first, last = (int(days[booking]) for days in proxy_days(problem.case))

    def allows(starts: IntArray) -> BoolArray:
        days = problem.case.axis.days_of(starts)
        return np.asarray((first <= days) & (days <= last), dtype=np.bool_)

    return StartRule(PROXY_AGE, NOBODY, allows)


def _window(problem: Problem, booking: int, person: int) -> StartRule:
    """A person's window holds the whole session (R13, R20, R22)."""
    people = problem.case.participants
    duration = int(problem.case.bookings.duration_minutes[booking])
    opens, closes = int(people.window_start[person]), int(people.window_end[person])
    return StartRule(WINDOW, person, lambda starts: (opens <= starts) & (starts + duration <= closes))


def _local_hours(problem: Problem, booking: int, person: int) -> StartRule:
    """A person's local hours of one day hold the whole session."""
    people = problem.case.participants
    duration = int(problem.case.bookings.duration_minutes[booking])
    opens, closes = int(people.daily_from[person]), int(people.daily_until[person])
    days = LocalDays.of(problem.case.axis, str(people.time_zone[person]))

    def allows(starts: IntArray) -> BoolArray:
        begins = np.searchsorted(days.end, starts, side="right")
        inside = np.zeros(len(starts), dtype=np.bool_)
        # A session that ends as the clocks change ends in the piece before, and as the next piece begins.
        for side in ("left", "right"):
            ends = np.searchsorted(days.end, starts + duration, side=side)
            first_clock = days.clock[begins] + starts - days.start[begins]
            last_clock = days.clock[ends] + starts + duration - days.start[ends]
            inside |= (
                (days.day[begins] == days.day[ends])
                & (opens <= first_clock)
                & (first_clock <= closes)
                & (opens <= last_clock)
                & (last_clock <= closes)
            )
        return inside

    return StartRule(LOCAL_HOURS, person, allows)


def _fixed_pin(problem: Problem, booking: int) -> StartRule:
    """A fixed pin allows the confirmed start only."""
    pinned = int(problem.fixed_slot[booking]) * problem.grid
    return StartRule(FIXED_PIN, NOBODY, lambda starts: starts == pinned)
