"""Breaks that a duty needs, and where in the duty they lie (DOMAIN 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model.columns import BoolArray, IntArray
from data.referee.facts import Facts
from data.referee.registry import Finding, rule
from data.referee.violation import hours


def _odd_breaks(facts: Facts, breaks: BoolArray, shortest: IntArray, longest: IntArray) -> IntArray:
    """How many of these breaks, per duty, are shorter or longer than the duty's limits."""
    roster = facts.roster
    rows = np.flatnonzero(breaks)
    duty, minutes = roster.duty_of_break[rows], roster.break_minutes[rows]
    odd = (minutes < shortest[duty]) | (minutes > longest[duty])
    return np.bincount(duty[odd], minlength=len(roster.duties)).astype(np.int64)


@rule("CLT-71", "A duty has one meal of the due length, or none where none is due.", "roster")
def meals(facts: Facts) -> Iterator[Finding]:
    """CLT 71; NR-17 II for its 20 minutes. What is due depends on the duty's work."""
    roster = facts.roster
    shortest, longest = roster.break_limit("meal_minutes_min"), roster.break_limit("meal_minutes_max")
    had, due = roster.per_duty(roster.is_meal), longest > 0
    odd = _odd_breaks(facts, roster.is_meal, shortest, longest)
    for row in np.flatnonzero(roster.judged & ((had != due) | (odd > 0))).tolist():
        expected = "no meal"
        if due[row]:
            span = f"{shortest[row]} to {longest[row]}"
            expected = f"one meal of {span if shortest[row] != longest[row] else shortest[row]} min"
        found = f"meals: {had[row]}" if had[row] != due[row] else "a meal of another length"
        yield facts.duty(row), f"{found} in {hours(roster.work[row])} of work, expected {expected}"


@rule("NR17-5.4", "A duty has the due number of paid pauses, each of the due length.", "roster")
def pauses(facts: Facts) -> Iterator[Finding]:
    """NR-17 II 5.4: two pauses of 10 minutes in 6 hours, one in a duty of up to 4."""
    roster = facts.roster
    due, minutes = roster.break_limit("pauses"), roster.break_limit("pause_minutes")
    had, odd = roster.per_duty(roster.is_pause), _odd_breaks(facts, roster.is_pause, minutes, minutes)
    for row in np.flatnonzero(roster.judged & ((had != due) | (odd > 0))).tolist():
        found = f"pauses: {had[row]}" if had[row] != due[row] else "a pause of another length"
        expected = f"{due[row]} of {minutes[row]} min" if due[row] else "no pause"
        yield facts.duty(row), f"{found} in {hours(roster.work[row])} of work, expected {expected}"


@rule("NR17-EDGE", "No pause lies in the first or the last minutes of a duty.", "roster")
def pauses_away_from_edges(facts: Facts) -> Iterator[Finding]:
    """NR-17 II 5.4.1: after the first 60 minutes and before the last 60 (by the regime's rule)."""
    roster, breaks, duties = facts.roster, facts.case.breaks, facts.case.duties
    rows = np.flatnonzero(roster.is_pause)
    duty = roster.duty_of_break[rows]
    edge = roster.break_limit("edge_minutes")[duty]
    near = (breaks.starts_at[rows] < duties.starts_at[duty] + edge) | (
        breaks.ends_at[rows] > duties.ends_at[duty] - edge
    )
    for place in np.flatnonzero(near).tolist():
        yield (
            facts.break_of(rows[place]),
            (
                f"the pause is within {edge[place]} min of an edge of its duty "
                f"{facts.clock.span(duties.starts_at[duty[place]], duties.ends_at[duty[place]])}"
            ),
        )


@rule("STRETCH", "Nobody is in service longer at a stretch than the regime allows.", "roster")
def stretches(facts: Facts) -> Iterator[Finding]:
    """Policy: the longest time in a duty without any break."""
    roster = facts.roster
    duty, start, end = roster.segments
    allowed = roster.limit("max_stretch_minutes")[duty]
    for place in np.flatnonzero(roster.judged[duty] & (end - start > allowed)).tolist():
        yield (
            facts.duty(duty[place]),
            (
                f"{hours(end[place] - start[place])} in service without a break "
                f"({facts.clock.span(start[place], end[place])}), expected {hours(allowed[place])} at most"
            ),
        )
