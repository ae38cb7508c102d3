"""Whether duties and breaks are well formed: known agents, on the grid, in the horizon, not overlapping."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import BREAK_KINDS
from data.referee.facts import Facts
from data.referee.intervals import NONE, Intervals
from data.referee.registry import Finding, rule


@rule("DUTY-AGENT", "Every duty is an agent's of the case.", "roster")
def duties_of_known_agents(facts: Facts) -> Iterator[Finding]:
    """The agent of a duty is in agents."""
    for row in np.flatnonzero(facts.roster.agent == NONE).tolist():
        yield facts.duty(row), "no such agent in agents"


@rule("DUTY-ORDER", "Every duty ends after it starts.", "roster")
def duties_end_after_start(facts: Facts) -> Iterator[Finding]:
    """A duty has a length."""
    duties = facts.case.duties
    for row in np.flatnonzero(duties.ends_at <= duties.starts_at).tolist():
        yield facts.duty(row), "the duty ends no later than it starts"


@rule("DUTY-GRID", "Duties start and end on the planning grid.", "roster")
def duties_on_grid(facts: Facts) -> Iterator[Finding]:
    """Both ends of a duty are grid points."""
    duties, grid = facts.case.duties, facts.plan.grid_minutes
    for row in np.flatnonzero((duties.starts_at % grid != 0) | (duties.ends_at % grid != 0)).tolist():
        yield facts.duty(row), f"expected times on the {grid}-minute grid"


@rule("DUTY-HORIZON", "Duties lie within the horizon.", "roster")
def duties_in_horizon(facts: Facts) -> Iterator[Finding]:
    """A duty starts and ends between the first and the last midnight."""
    duties, end = facts.case.duties, facts.axis.end
    for row in np.flatnonzero((duties.starts_at < 0) | (duties.ends_at > end)).tolist():
        yield facts.duty(row), f"expected within {facts.clock.span(0, end)}"


@rule("DUTY-DAY", "An agent starts one duty a day at most.", "roster")
def one_duty_a_day(facts: Facts) -> Iterator[Finding]:
    """No second duty that starts on the same day."""
    roster = facts.roster
    order = np.lexsort((facts.case.duties.starts_at, roster.day, roster.agent))
    agent, day = roster.agent[order], roster.day[order]
    again = (agent[1:] == agent[:-1]) & (day[1:] == day[:-1]) & (agent[1:] != NONE)
    for row in order[1:][again].tolist():
        yield facts.duty(row), "the agent starts another duty on the same day, expected one at most"


@rule("DUTY-OVERLAP", "Duties of an agent do not overlap.", "roster")
def duties_do_not_overlap(facts: Facts) -> Iterator[Finding]:
    """No duty begins before an earlier one of the same agent has ended."""
    duties = facts.case.duties
    for row, other in zip(*(rows.tolist() for rows in facts.roster.spans.clashes()), strict=True):
        held = facts.clock.span(duties.starts_at[other], duties.ends_at[other])
        yield facts.duty(row), f"overlaps the agent's duty {held}"


@rule("BREAK", "Every break is a meal or a pause, and lies within one duty of its agent.", "roster")
def breaks_in_duties(facts: Facts) -> Iterator[Finding]:
    """No break dangles outside the duties, however little of it."""
    breaks = facts.case.breaks
    for row in np.flatnonzero(facts.roster.duty_of_break == NONE).tolist():
        yield facts.break_of(row), "the break lies in no duty of the agent"
    for row in np.flatnonzero(~np.isin(breaks.kind, BREAK_KINDS)).tolist():
        yield facts.break_of(row), f"expected one of {', '.join(BREAK_KINDS)}"
    for row in np.flatnonzero(breaks.ends_at <= breaks.starts_at).tolist():
        yield facts.break_of(row), "the break ends no later than it starts"


@rule("BREAK-GRID", "Breaks start and end on the planning grid.", "roster")
def breaks_on_grid(facts: Facts) -> Iterator[Finding]:
    """Both ends of a break are grid points."""
    breaks, grid = facts.case.breaks, facts.plan.grid_minutes
    for row in np.flatnonzero((breaks.starts_at % grid != 0) | (breaks.ends_at % grid != 0)).tolist():
        yield facts.break_of(row), f"expected times on the {grid}-minute grid"


@rule("BREAK-OVERLAP", "Breaks of an agent do not overlap.", "roster")
def breaks_do_not_overlap(facts: Facts) -> Iterator[Finding]:
    """No break begins before an earlier one of the same agent has ended."""
    breaks = facts.case.breaks
    spans = Intervals(facts.roster.break_agent, breaks.starts_at, breaks.ends_at)
    for row, other in zip(*(rows.tolist() for rows in spans.clashes()), strict=True):
        held = facts.clock.span(breaks.starts_at[other], breaks.ends_at[other])
        yield facts.break_of(row), f"overlaps the agent's {breaks.kind[other]} {held}"
