"""The roster as it is now: today's duties as the day has made them, those of other days as planned."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from data.day import AgentNow, DayState
from data.model import Case, Duty, Roster


def with_roster_now(case: Case, state: DayState, now: float) -> Case:
    """The case with today's duties as they are now; the schedule is left as it is.

    Breaks are where they have been moved to. Who has gone is on duty again from the expected return on, or
    not at all today. Agents on standby who were called are left out: they were called for sessions that need
    them, and serve a few hours without a break.
    """
    first, end = int(case.axis.day_starts[state.day]), int(case.axis.day_starts[state.day + 1])
    others = [duty for duty in case.roster.duties if not first <= duty.start < end]
    today = [duty for agent in state.agents.values() if (duty := _duty(agent, now)) is not None]
    duties, breaks = Roster.of([*others, *today]).to_tables()
    return replace(case, duties=duties, breaks=breaks)


def _duty(agent: AgentNow, now: float) -> Duty | None:
    if agent.start is None or agent.end is None or agent.called:
        return None
    start = agent.start
    if agent.gone_since is not None:
        back = agent.gone_until
        start = agent.end if back is None or back <= now else max(start, ceil(back))
    if start >= agent.end:
        return None
    return Duty(
        agent.agent_id,
        start,
        agent.end,
        tuple(b for b in agent.breaks if start < b.end and b.start < agent.end),
    )
