"""What becomes of customers in the next hours, and what would if something were decided.

Every question is answered with the same random numbers, so that two answers differ by what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.day import DayState, SessionNow
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

    def play(
        self,
        state: DayState,
        until: float,
        tolerance: float,
        pool: int | None,
        known: Chance | None = None,
        replications: int | None = None,
    ) -> tuple[Mapping[str, float], Chance]:
        """By booking, the probability of being served late or not at all; and what chance brings.

        Args:
            known: what chance brings, if that is known.
            replications: play only so many.
        """
        rest = self._days.of(state, pool, until)
        if not rest.sessions or not rest.agents:
            return dict.fromkeys((s.booking_id for s in rest.sessions), 1.0), Chance(rest, [])
        replications = replications or self._replications
        if known is None or not known.is_of(rest):
            chance = ConditionalDraws(rest, state.now, self._scenario)
            known = Chance(rest, [chance.draw(self._seed, number) for number in range(replications)])
        middle = MiddleOfDay.of(rest, state, state.now, self._scenario)
        count = len(rest.sessions)
        late = np.zeros(count)
        for draws in known.draws[:replications]:
            it = middle.play(self._scenario, draws, self._policy).sessions[:count]
            late += (it["wait"] > tolerance) | _LOST[it["outcome"]]
        late /= replications
        return dict(zip(rest.week.booking_id.tolist(), late.tolist(), strict=True)), known


class Chance:
    """What chance brings to sessions and agents that stand as they do."""

    def __init__(self, rest: RemainingDay, draws: list[Draws]) -> None:
        self._stands, self.draws = _stands(rest), draws

    def is_of(self, rest: RemainingDay) -> bool:
        """Whether it is the same where only breaks are others."""
        return _stands(rest) == self._stands


class Outlook:
    """The outlook from one state."""

    def __init__(
        self, outlooks: Outlooks, state: DayState, until: float, tolerance: float, pool: int | None
    ) -> None:
        self._outlooks, self._scope = outlooks, (until, tolerance, pool)
        self.late, self._chance = outlooks.play(state, *self._scope)

    def after(self, state: DayState, replications: int | None = None) -> Mapping[str, float]:
        """By booking, the probability of being served late or not at all, from a state that differs by what
        was decided; at a first glance with fewer replications."""
        return self._outlooks.play(state, *self._scope, self._chance, replications)[0]


def _stands(rest: RemainingDay) -> tuple[object, ...]:
    agents = tuple((a.agent_id, a.start, a.end, a.gone_since, a.gone_until) for a in rest.agents)
    return rest.sessions, agents
