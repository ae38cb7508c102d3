"""What becomes of customers in the next hours, and what would if something were decided.

Every question is answered with the same random numbers, so that two answers differ by what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.day import AgentNow, DayState, SessionNow
from data.model import Case, Scenario
from simulation.draws import Draws
from simulation.policies import OwnList, PoolLateBinding
from simulation.prediction.conditional_draws import ConditionalDraws
from simulation.prediction.remaining_day import RemainingDay, RemainingDays
from simulation.prediction.starting import MiddleOfDay
from simulation.records import Outcome

_LOST = np.isin(
    np.arange(len(Outcome)), (Outcome.REBOOKED_BY_ISSUER, Outcome.REBOOKED_SAME_DAY, Outcome.LEFT)
)
"""By outcome, whether a customer came and was not served."""


class Outlooks:
    """Looks ahead from any number of states of the days of one case.

    Args:
        policy: one that the twin knows.
        replications: how often the next hours are played.
        seed: of all random numbers.
    """

    def __init__(
        self,
        case: Case,
        scenario: Scenario,
        policy: PoolLateBinding | OwnList,
        replications: int,
        seed: int = 1,
    ) -> None:
        self._days, self._scenario, self._policy = RemainingDays(case), scenario, policy
        self._replications, self._seed = replications, seed

    def pool_of(self, agent_id: str) -> int:
        """Number of an agent's pool; NOBODY: none."""
        return self._days.pool_of(agent_id)

    def pool_of_session(self, session: SessionNow) -> int:
        """Number of the pool whose outlook has the session; NOBODY: none."""
        return self._days.pool_of_session(session)

    def of(self, state: DayState, until: float, tolerance: float, pool: int | None = None) -> Outlook:
        """The outlook of customers with appointments until then.

        Args:
            pool: of its customers only.
            tolerance: a customer who waits longer is served late.
        """
        return Outlook(self, state, until, tolerance, pool)

    def rest_of(self, state: DayState, until: float, pool: int | None) -> RemainingDay:
        """What is still to come, as far as it is looked at."""
        return self._days.of(state, pool, until)

    def with_breaks_of(self, rest: RemainingDay, state: DayState) -> RemainingDay:
        """The same with other breaks."""
        return self._days.with_breaks_of(rest, state)

    def chance_of(self, rest: RemainingDay, now: float, replications: int | None = None) -> list[Draws]:
        """What chance brings, by replication."""
        chance = ConditionalDraws(rest, now, self._scenario)
        return [chance.draw(self._seed, number) for number in range(replications or self._replications)]

    def play(
        self, rest: RemainingDay, state: DayState, draws: Sequence[Draws], tolerance: float
    ) -> Mapping[str, float]:
        """By booking, the probability of being served late or not at all."""
        middle = MiddleOfDay.of(rest, state, state.now, self._scenario)
        count = len(rest.sessions)
        late = np.zeros(count)
        for one in draws:
            it = middle.play(self._scenario, one, self._policy).sessions[:count]
            late += (it["wait"] > tolerance) | _LOST[it["outcome"]]
        late /= len(draws)
        return dict(zip(rest.week.booking_id.tolist(), late.tolist(), strict=True))


class Outlook:
    """The outlook from one state.

    Attributes:
        late: by booking, the probability of being served late or not at all.
    """

    def __init__(
        self, outlooks: Outlooks, state: DayState, until: float, tolerance: float, pool: int | None
    ) -> None:
        self._outlooks, self._state = outlooks, state
        self._until, self._tolerance, self._pool = until, tolerance, pool
        self._rest = outlooks.rest_of(state, until, pool)
        self._draws: list[Draws] = []
        if _can_be_played(self._rest):
            self._draws = outlooks.chance_of(self._rest, state.now)
        self.late = self._late(self._rest, state, self._draws)

    def after(self, state: DayState, replications: int | None = None) -> Mapping[str, float]:
        """The same from a state that differs by what was decided; with fewer replications: at a glance."""
        only_breaks = state.sessions == self._state.sessions and all(
            _differ_in_breaks(state.agents[agent.agent_id], agent) for agent in self._state.agents.values()
        )
        if only_breaks:
            rest = self._outlooks.with_breaks_of(self._rest, state)
            return self._late(rest, state, self._draws[:replications])
        rest = self._outlooks.rest_of(state, self._until, self._pool)
        draws = self._outlooks.chance_of(rest, state.now, replications) if _can_be_played(rest) else []
        return self._late(rest, state, draws)

    def _late(self, rest: RemainingDay, state: DayState, draws: Sequence[Draws]) -> Mapping[str, float]:
        if not draws:  # with nobody to serve them
            return dict.fromkeys((session.booking_id for session in rest.sessions), 1.0)
        return self._outlooks.play(rest, state, draws, self._tolerance)


def _can_be_played(rest: RemainingDay) -> bool:
    return bool(rest.sessions and rest.agents)


def _differ_in_breaks(agent: AgentNow, other: AgentNow) -> bool:
    """Whether an agent differs in nothing but breaks."""
    return agent is other or replace(agent, breaks=other.breaks) == other
