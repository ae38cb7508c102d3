"""Limits of work and rest (DOMAIN 3.1, 3.2); a duty belongs to the day on which it starts.

Rules apply to duties whose agent, contract and regime are known; `CONTRACT` and `DUTY-AGENT` report the
others. Of the time before the horizon, what the agents table tells counts: the end of the last duty, the days
and Sundays worked in a row, and what was worked in the week in which the horizon begins.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import MISSING
from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.registry import Finding, rule
from data.referee.violation import hours


@rule("CONTRACT", "Every agent on duty has a contract whose labour regime is in force.", "roster")
def regime_in_force(facts: Facts) -> Iterator[Finding]:
    """Without a regime the labour rules could not be applied."""
    roster = facts.roster
    for row in np.flatnonzero(~roster.judged & (roster.agent >= 0)).tolist():
        yield facts.duty(row), "the agent's contract names no labour regime in force on that day"


def _ordered(facts: Facts) -> IntArray:
    """Positions of the duties to be judged, by agent and start."""
    roster = facts.roster
    rows = np.flatnonzero(roster.judged)
    return rows[np.lexsort((facts.case.duties.starts_at[rows], roster.agent[rows]))]


def _work_in(
    facts: Facts,
    rows: IntArray,
    sevenths: IntArray,
    period: IntArray,
    limit: IntArray,
    before: IntArray | None = None,
) -> list[tuple[int, int, int]]:
    """Agents' periods with more work than the smallest limit of their duties: (last duty, work, limit).

    Limits are whole minutes, so rounding work up changes nothing.

    `sevenths` is what counts of each duty of the case, in sevenths of a minute, and `before` what each duty's
    agent has worked in its period before the horizon.
    """
    agent = facts.roster.agent[rows]
    order = np.lexsort((facts.case.duties.starts_at[rows], period, agent))
    if not len(order):
        return []
    agent, period = agent[order], period[order]
    first = np.flatnonzero(np.r_[True, (agent[1:] != agent[:-1]) | (period[1:] != period[:-1])])
    total = np.add.reduceat(sevenths[rows][order], first)
    if before is not None:
        total = total + 7 * before[order[first]]
    work = -(-total // 7)
    allowed = np.minimum.reduceat(limit[rows][order], first)
    last = np.r_[first[1:], len(order)] - 1
    over = work > allowed
    return list(
        zip(rows[order[last[over]]].tolist(), work[over].tolist(), allowed[over].tolist(), strict=True)
    )


@rule("CLT-58", "A day's work keeps to contract and regime, agreed overtime included.", "roster")
def work_of_a_day(facts: Facts) -> Iterator[Finding]:
    """CLT 58, CLT 59, NR-17 II: presence less meals, night hours as CLT 73 counts them."""
    roster, rows = facts.roster, _ordered(facts)
    overtime = np.minimum(
        roster.limit("overtime_daily_max_minutes"), roster.contract_limit("overtime_minutes")
    )
    limit = roster.normal_limit + overtime
    for row, work, allowed in _work_in(facts, rows, roster.counted_sevenths, roster.day[rows], limit):
        night = f", {hours(roster.night[row])} at night counted by CLT 73" if roster.night[row] else ""
        yield facts.duty(row), f"{hours(work)} of work on the day{night}, expected {hours(allowed)} at most"


def _week(facts: Facts, day: IntArray) -> IntArray:
    """Number of the week, Monday to Sunday, of each day."""
    return np.floor_divide(day + facts.plan.first_day.weekday(), 7)


def _before_in_week(facts: Facts, week: IntArray, worked: IntArray) -> IntArray:
    """What of `worked` belongs to the week of each duty: all in a first week that the horizon cuts."""
    cut_week = 0 if facts.plan.first_day.weekday() else -1
    return np.where(week == cut_week, worked, 0)


def _days_before(facts: Facts) -> IntArray:
    """Over duties: days that the agent has worked in the week in which the horizon begins, before it."""
    roster = facts.roster
    in_a_row = np.minimum(roster.of_agent("days_worked_in_a_row"), facts.plan.first_day.weekday())
    return np.maximum(roster.of_agent("days_worked_in_week"), in_a_row)


@rule("CF-7-XIII", "A week's work keeps to the contract and to the regime's weekly limit.", "roster")
def work_of_a_week(facts: Facts) -> Iterator[Finding]:
    """CF 7 XIII: Monday to Sunday, overtime of the days not counted; of a week that began before the horizon,
    what was worked then counts.
    """
    roster, rows = facts.roster, _ordered(facts)
    limit = np.minimum(roster.limit("weekly_max_minutes"), roster.contract_limit("weekly_minutes"))
    week = _week(facts, roster.day[rows])
    before = _before_in_week(facts, week, roster.of_agent("minutes_worked_in_week")[rows])
    normal = roster.counted_sevenths - roster.overtime_sevenths
    for row, work, allowed in _work_in(facts, rows, normal, week, limit, before):
        yield (
            facts.duty(row),
            (f"{hours(work)} of work in the week of this duty, expected {hours(allowed)} at most"),
        )


@rule("CLT-58A", "A week's overtime keeps to the regime's weekly limit, where it has one.", "roster")
def overtime_of_a_week(facts: Facts) -> Iterator[Finding]:
    """CLT 58-A: of part-time work, 6 hours from Monday to Sunday, those before the horizon included."""
    roster, rows = facts.roster, _ordered(facts)
    rows = rows[roster.overtime_sevenths[rows] > 0]
    limit = roster.limit("overtime_weekly_max_minutes")
    week = _week(facts, roster.day[rows])
    before = _before_in_week(facts, week, roster.of_agent("overtime_worked_in_week")[rows])
    for row, overtime, allowed in _work_in(facts, rows, roster.overtime_sevenths, week, limit, before):
        yield (
            facts.duty(row),
            (f"{hours(overtime)} of overtime in the week of this duty, expected {hours(allowed)} at most"),
        )


@rule("CLT-66", "Between two duties lies the regime's rest.", "roster")
def rest_between_duties(facts: Facts) -> Iterator[Finding]:
    """CLT 66: 11 hours (12x36: 36 hours), also from the last duty before the horizon."""
    duties, roster, rows = facts.case.duties, facts.roster, _ordered(facts)
    if not len(rows):
        return
    agent, start = roster.agent[rows], duties.starts_at[rows]
    first = np.r_[True, agent[1:] != agent[:-1]]
    low = min(int(duties.ends_at[rows].min()), int(start.min()))
    base = max(int(duties.ends_at[rows].max()), int(start.max())) - low + 1
    ended = np.maximum.accumulate(agent * base + (duties.ends_at[rows] - low)) - agent * base + low
    before = np.where(first, facts.case.agents.last_duty_end[agent], np.r_[0, ended[:-1]])
    rest, due = start - before, roster.limit("rest_between_duties_minutes")[rows]
    # Duties of one roster that overlap are reported as such, not as a negative rest.
    short = (rest < due) & np.where(first, before != MISSING, rest >= 0)
    for place in np.flatnonzero(short).tolist():
        yield (
            facts.duty(rows[place]),
            (
                f"{hours(rest[place])} of rest since a duty until {facts.clock.moment(before[place])}, "
                f"expected {hours(due[place])} at least"
            ),
        )


def _in_a_row(agent: IntArray, number: IntArray, history: IntArray, first_number: int) -> IntArray:
    """How many numbers in a row each entry ends; entries ordered by agent and number, none twice.

    A run that begins with `first_number` continues the agent's history.
    """
    goes_on = np.r_[False, (agent[1:] == agent[:-1]) & (number[1:] == number[:-1] + 1)]
    place = np.arange(len(agent))
    began = np.maximum.accumulate(np.where(goes_on, 0, place))
    return place - began + 1 + np.where(number[began] == first_number, history, 0)


def _days_worked(facts: Facts) -> IntArray:
    """Positions of the first duty of each agent's day worked, by agent and day."""
    rows, roster = _ordered(facts), facts.roster
    if not len(rows):
        return rows
    agent, day = roster.agent[rows], roster.day[rows]
    return rows[np.r_[True, (agent[1:] != agent[:-1]) | (day[1:] != day[:-1])]]


@rule("CLT-67", "No more days are worked in a row than the regime allows.", "roster")
def days_in_a_row(facts: Facts) -> Iterator[Finding]:
    """CLT 67: a day off at the latest after six days, those before the horizon included."""
    rows, roster = _days_worked(facts), facts.roster
    if not len(rows):
        return
    run = _in_a_row(roster.agent[rows], roster.day[rows], roster.of_agent("days_worked_in_a_row")[rows], 0)
    allowed = roster.limit("max_days_in_a_row")[rows]
    for place in np.flatnonzero(run > allowed).tolist():
        yield (
            facts.duty(rows[place]),
            (f"day {run[place]} worked in a row, expected {allowed[place]} at most"),
        )


@rule("LEI-605", "A week has the regime's days off.", "roster")
def days_a_week(facts: Facts) -> Iterator[Finding]:
    """Lei 605/49: six days at most from Monday to Sunday, those before the horizon included."""
    rows, roster = _days_worked(facts), facts.roster
    agent, week = roster.agent[rows], _week(facts, roster.day[rows])
    place = np.arange(len(rows))
    new = np.r_[True, (agent[1:] != agent[:-1]) | (week[1:] != week[:-1])][: len(rows)]
    worked = place - np.maximum.accumulate(np.where(new, place, 0)) + 1 if len(rows) else place
    worked = worked + _before_in_week(facts, week, _days_before(facts)[rows])
    allowed = roster.limit("max_days_a_week")[rows]
    for entry in np.flatnonzero(worked > allowed).tolist():
        yield (
            facts.duty(rows[entry]),
            (f"day {worked[entry]} worked in its week, expected {allowed[entry]} at most"),
        )


@rule("LEI-10101", "Sundays off come as often as the agent is due.", "roster")
def sundays_off(facts: Facts) -> Iterator[Finding]:
    """Lei 10.101/2000 6, CLT 386: with one Sunday off in every n weeks, fewer than n are worked in a row."""
    rows, roster = _days_worked(facts), facts.roster
    weekday = (roster.day[rows] + facts.plan.first_day.weekday()) % 7
    rows = rows[(weekday == 6) & (roster.limit("sunday_rule")[rows] > 0)]
    if not len(rows):
        return
    week = _week(facts, roster.day[rows])
    run = _in_a_row(roster.agent[rows], week, roster.of_agent("sundays_worked_in_a_row")[rows], 0)
    every = roster.of_agent("sunday_off_every_weeks")[rows]
    for place in np.flatnonzero(run >= every).tolist():
        yield (
            facts.duty(rows[place]),
            (f"Sunday {run[place]} worked in a row, expected one Sunday off in every {every[place]} weeks"),
        )
