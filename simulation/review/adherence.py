"""How agents kept to their duties, as far as events tell.

Events tell who was not there, sessions and breaks. They do not tell when agents logged out, set-ups and
wrap-ups, what agents did between sessions, nor why somebody was gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from simulation.review.facts import AgentFact, DayFacts
from simulation.review.figures import breaks_not_taken, late_breaks


class Adherence(NamedTuple):
    """An agent over the days reviewed; minutes are those of duties, breaks included.

    Attributes:
        duties: of the plan, and services from standby.
        absences: duties to which the agent did not come.
        late: duties to which the agent came late, and by how many minutes in all.
        gone_minutes: minutes of the duties in which the agent was not there, all of these included.
        breaks: planned; of them late ones, those not taken, and by how many minutes breaks were moved.
        sessions: held; of them those that the plan gave to others.
        minutes_after_duty: minutes of sessions after the end of the duty.
    """

    agent_id: str
    duties: int
    duty_minutes: int
    absences: int
    late: int
    late_minutes: float
    gone_minutes: float
    breaks: int
    late_breaks: int
    breaks_not_taken: int
    break_minutes_moved: float
    sessions: int
    of_others: int
    minutes_after_duty: float

    @property
    def presence(self) -> float:
        """Share of the duties' minutes in which the agent was there."""
        return 1.0 - self.gone_minutes / self.duty_minutes


def adherence(days: Iterable[DayFacts]) -> tuple[Adherence, ...]:
    """One row for each agent with a duty, by name."""
    found: dict[str, Adherence] = {}
    for day in days:
        for agent in day.agents.values():
            row = _of_a_day(day, agent)
            before = found.get(agent.agent_id)
            found[agent.agent_id] = row if before is None else _added(before, row)
    return tuple(found[name] for name in sorted(found))


def _of_a_day(day: DayFacts, agent: AgentFact) -> Adherence:
    held = [s for s in day.sessions.values() if s.agent == agent.agent_id and not math.isnan(s.began)]
    delay = agent.login_delay
    moved = [abs(one.began - one.planned.start) for one in agent.breaks if not math.isnan(one.began)]
    ends = [s.ended for s in held if not math.isnan(s.ended)]
    return Adherence(
        agent_id=agent.agent_id,
        duties=1,
        duty_minutes=agent.end - agent.start,
        absences=int(not agent.came),
        late=int(delay > 0.0),
        late_minutes=0.0 if math.isnan(delay) else delay,
        gone_minutes=math.fsum(until - since for since, until in agent.gone),
        breaks=len(agent.breaks),
        late_breaks=late_breaks(agent),
        breaks_not_taken=breaks_not_taken(agent),
        break_minutes_moved=math.fsum(moved),
        sessions=len(held),
        of_others=sum(s.planned_agent != agent.agent_id for s in held),
        minutes_after_duty=max(0.0, max(ends, default=0.0) - agent.end),
    )


def _added(one: Adherence, other: Adherence) -> Adherence:
    counts = (a + b for a, b in zip(one[1:], other[1:], strict=True))
    return Adherence._make((one.agent_id, *counts))
