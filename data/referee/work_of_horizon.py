"""What a contract asks for, and allows, of work over the whole horizon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import MISSING
from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule
from data.referee.violation import hours


def _work_and_limit(facts: Facts, column: str) -> tuple[IntArray, IntArray, IntArray]:
    """Agents whose contract sets this limit, their work over the horizon in sevenths of a minute, and the
    limit in minutes. Work is presence less meals, night hours as the law counts them.
    """
    roster = facts.roster
    known = roster.agent != NONE
    counted = roster.counted_sevenths[known]
    sevenths = np.bincount(roster.agent[known], weights=counted, minlength=len(facts.case.agents))
    agents = np.flatnonzero(roster.contract != NONE)
    limit = getattr(facts.case.contracts, column)[roster.contract[agents]]
    set_by = limit != MISSING
    return agents[set_by], sevenths[agents[set_by]].astype(np.int64), limit[set_by]


@rule("MIN-WORK", "Every agent has the work over the horizon that the contract asks for.", "roster")
def enough_work(facts: Facts) -> Iterator[Finding]:
    """An agent without duties has no work; where nobody has duties there is no roster to judge."""
    if not len(facts.case.duties):
        return
    for agent, sevenths, limit in zip(*_work_and_limit(facts, "min_horizon_minutes"), strict=True):
        if sevenths < 7 * limit:
            what = f"{hours(sevenths // 7)} of work in the horizon, expected {hours(limit)} at least"
            yield f"agent {facts.case.agents.agent_id[agent]}", what


@rule("MAX-WORK", "No agent has more work over the horizon than the contract allows.", "roster")
def little_enough_work(facts: Facts) -> Iterator[Finding]:
    """Over the whole horizon, whatever the days."""
    for agent, sevenths, limit in zip(*_work_and_limit(facts, "max_horizon_minutes"), strict=True):
        if sevenths > 7 * limit:
            what = f"{hours(-(-sevenths // 7))} of work in the horizon, expected {hours(limit)} at most"
            yield f"agent {facts.case.agents.agent_id[agent]}", what
