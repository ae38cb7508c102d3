"""Limits that a contract sets to the length of duties and to the order of days worked and days off.

An empty cell is no limit. A duty belongs to the day on which it starts. Of the time before the horizon, the
days worked in a row count for the most days in a row; a run of days that touches an edge of the horizon is
never too short, for what lies beyond is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.model import MISSING
from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.registry import Finding, rule
from data.referee.violation import hours


def _limited(facts: Facts, column: str) -> tuple[IntArray, IntArray]:
    """Positions of the duties whose contract sets this limit, and the limit of each duty."""
    limit = facts.roster.contract_limit(column)
    return np.flatnonzero(facts.roster.judged & (limit != MISSING)), limit


@rule("MIN-DUTY", "A duty has no less work than its contract asks for.", "roster")
def shortest_duty(facts: Facts) -> Iterator[Finding]:
    """Presence less meals, night hours as CLT 73 counts them."""
    rows, limit = _limited(facts, "min_duty_minutes")
    sevenths = facts.roster.counted_sevenths
    for row in rows[sevenths[rows] < 7 * limit[rows]].tolist():
        yield facts.duty(row), f"{hours(sevenths[row] // 7)} of work, expected {hours(limit[row])} at least"


@rule("MAX-DUTY", "A duty has no more work than its contract allows for one.", "roster")
def longest_duty(facts: Facts) -> Iterator[Finding]:
    """Presence less meals, night hours as CLT 73 counts them."""
    rows, limit = _limited(facts, "max_duty_minutes")
    work = -(-facts.roster.counted_sevenths // 7)
    for row in rows[work[rows] > limit[rows]].tolist():
        yield facts.duty(row), f"{hours(work[row])} of work in one duty, expected {hours(limit[row])} at most"


@dataclass(frozen=True)
class _Runs:
    """Runs of days worked under a limit, by agent and day.

    Attributes:
        agent: of each run.
        first: first day of each run; `last` is its last one.
        began: first duty of each run.
        limit: of the run's contract.
    """

    agent: IntArray
    first: IntArray
    last: IntArray
    began: IntArray
    limit: IntArray


def _runs(facts: Facts, column: str) -> _Runs:
    rows, limit = _limited(facts, column)
    agent, day = facts.roster.agent[rows], facts.roster.day[rows]
    order = np.lexsort((facts.case.duties.starts_at[rows], agent))
    rows, agent, day = rows[order], agent[order], day[order]
    same = agent[1:] == agent[:-1]
    begins = np.r_[True, ~(same & (day[1:] - day[:-1] <= 1))][: len(rows)]
    first = np.flatnonzero(begins)
    last = np.r_[first[1:], len(rows)][: len(first)] - 1
    return _Runs(agent[first], day[first], day[last], rows[first], limit[rows[first]])


@rule("MIN-DAYS", "Days worked come in runs as long as the contract asks for.", "roster")
def fewest_days_in_a_row(facts: Facts) -> Iterator[Finding]:
    """A run that touches an edge of the horizon is long enough."""
    runs = _runs(facts, "min_days_in_a_row")
    length = runs.last - runs.first + 1
    inside = (runs.first > 0) & (runs.last < facts.plan.days - 1)
    for run in np.flatnonzero(inside & (length < runs.limit)).tolist():
        yield (
            facts.duty(runs.began[run]),
            f"{length[run]} days worked in a row from here, expected {runs.limit[run]} at least",
        )


@rule("MAX-DAYS", "No more days are worked in a row than the contract allows.", "roster")
def most_days_in_a_row(facts: Facts) -> Iterator[Finding]:
    """A run from the first day on continues the days worked before the horizon."""
    runs = _runs(facts, "max_days_in_a_row")
    before = facts.roster.of_agent("days_worked_in_a_row")[runs.began]
    length = runs.last - runs.first + 1 + np.where(runs.first == 0, before, 0)
    for run in np.flatnonzero(length > runs.limit).tolist():
        yield (
            facts.duty(runs.began[run]),
            f"{length[run]} days worked in a row in this run, expected {runs.limit[run]} at most",
        )


@rule("MIN-DAYS-OFF", "Days off come in runs as long as the contract asks for.", "roster")
def fewest_days_off_in_a_row(facts: Facts) -> Iterator[Finding]:
    """Days off between two runs of days worked; those before the first and after the last are enough."""
    runs = _runs(facts, "min_days_off_in_a_row")
    after = np.flatnonzero(runs.agent[1:] == runs.agent[:-1]) + 1
    off = runs.first[after] - runs.last[after - 1] - 1
    for place in np.flatnonzero(off < runs.limit[after]).tolist():
        run = int(after[place])
        yield (
            facts.duty(runs.began[run]),
            f"{off[place]} days off in a row before it, expected {runs.limit[run]} at least",
        )


@rule("MAX-WEEKENDS", "No more weekends are worked than the contract allows.", "roster")
def most_weekends(facts: Facts) -> Iterator[Finding]:
    """Weekends, Saturday and Sunday, with a duty on either day; those that have a day in the horizon.

    The Saturday before a horizon that begins on a Sunday was worked when the days worked in a row say so.
    """
    rows, limit = _limited(facts, "max_weekends")
    weekday = (facts.roster.day + facts.plan.first_day.weekday()) % 7
    rows = rows[weekday[rows] >= 5]
    saturday = facts.roster.day[rows] - (weekday[rows] - 5)
    order = np.lexsort((facts.case.duties.starts_at[rows], facts.roster.agent[rows]))
    rows, saturday = rows[order], saturday[order]
    agent = facts.roster.agent[rows]
    new = np.r_[True, (agent[1:] != agent[:-1]) | (saturday[1:] != saturday[:-1])][: len(rows)]
    rows, agent = rows[new], agent[new]
    place = np.arange(len(rows))
    began = np.r_[True, agent[1:] != agent[:-1]][: len(rows)]
    number = place - np.maximum.accumulate(np.where(began, place, 0)) + 1 if len(rows) else place
    # Saturday is day -1 of such a horizon: a duty on day 0 belongs to the weekend that has begun with it.
    begun = (facts.plan.first_day.weekday() == 6) & (facts.roster.of_agent("days_worked_in_a_row")[rows] > 0)
    first_day = saturday[new] == -1
    on_first = np.maximum.accumulate(np.where(first_day, place, -1)) if len(rows) else place
    goes_on = on_first >= np.maximum.accumulate(np.where(began, place, 0)) if len(rows) else began
    number = number + np.where(begun & ~goes_on, 1, 0)
    for entry in np.flatnonzero(number > limit[rows]).tolist():
        yield (
            facts.duty(rows[entry]),
            f"weekend {number[entry]} worked in the horizon, expected {limit[rows[entry]]} at most",
        )
