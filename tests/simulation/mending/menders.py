"""Menders for tests: one who never decides anything, and one who decides by lot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from data.day import (
    OPEN,
    AgentNow,
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    SessionNow,
    Status,
)
from data.model import Case, Scenario
from tests.simulation.test_twin import random_day


@dataclass(frozen=True)
class Idler:
    """Looks on."""

    def decide(self, state: DayState) -> Sequence[Decision]:
        return ()


class Gambler:
    """Makes legal decisions of every kind by lot; what it decides depends on nothing but the state.

    Args:
        boldness: chance of a decision about each session and each agent at each review.
    """

    def __init__(self, case: Case, seed: int, boldness: float = 0.05) -> None:
        agents = case.agents
        self._pool = dict(zip(agents.agent_id.tolist(), agents.pool.tolist(), strict=True))
        self._seed, self._boldness = seed, boldness
        self._day_end = case.axis.day_starts

    def decide(self, state: DayState) -> Sequence[Decision]:
        dice = Random(f"{self._seed} {state.day} {state.now}")
        sessions = [
            self._about(dice, state, session)
            for session in state.sessions.values()
            if session.status in OPEN and dice.random() < self._boldness
        ]
        agents = [
            decision
            for agent in state.agents.values()
            if dice.random() < self._boldness and (decision := _of_agent(dice, state, agent))
        ]
        return [*agents, *sessions]

    def _about(self, dice: Random, state: DayState, session: SessionNow) -> Decision:
        name, there = session.booking_id, session.status is Status.CONNECTED
        colleagues = [
            agent.agent_id
            for agent in state.agents.values()
            if (agent.start is not None or agent.standby is not None)
            and self._pool.get(agent.agent_id) == self._pool[session.agent_id]
        ]
        other = dice.choice(colleagues)
        soonest = math.ceil(state.now)
        end = int(self._day_end[state.day + 1]) - 1
        kind = dice.choice((Rebind, Delay, Delay, NewTime, Rebook))
        if kind is Rebook:
            return Rebook(booking_id=name)
        later = min(end, max(session.start, soonest) + dice.choice((0, 1, 5, 10)))
        if kind is Rebind or later < session.start:
            return Rebind(booking_id=name, agent_id=other)
        if kind is Delay or there:
            return Delay(booking_id=name, agent_id=dice.choice((session.agent_id, other)), start=later)
        return NewTime(
            booking_id=name, agent_id=other, start=min(end, soonest + dice.choice((0, 3, 30, 60, 200)))
        )


def _of_agent(dice: Random, state: DayState, agent: AgentNow) -> Decision | None:
    soonest = math.ceil(state.now)
    if agent.standby is not None and not agent.called:
        start = max(agent.standby[0], soonest) + dice.choice((0, 5, 20))
        end = min(agent.standby[1], start + dice.choice((30, 120, 600)))
        return CallStandby(agent_id=agent.agent_id, start=start, end=end) if start < end else None
    if agent.breaks_taken < len(agent.breaks):
        place = dice.randrange(agent.breaks_taken, len(agent.breaks))
        start = max(soonest, agent.breaks[place].start + dice.choice((-60, -10, 0, 5, 60)))
        return MoveBreak(agent_id=agent.agent_id, place=place, start=start)
    return None


def mendable_day(seed: int, most_agents: int) -> tuple[Case, Scenario]:
    """A random day without bookings beyond the plan: nobody mends what the plan does not have."""
    case, scenario = random_day(seed, most_agents=most_agents)
    return case, scenario.model_copy(update={"overbooking_share": 0.0, "overbooking_risk": 0.0})
