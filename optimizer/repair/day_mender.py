"""Mends a day that is looked at again and again: by foresight, and late enough to be sure.

A plan knows what is planned, not that customers won't come and that sessions end early; most of what a plan
would change now turns out to be unneeded. So of a repair only that is decided at once which customers don't
notice, or which the outlook says is needed; and where the plan still stands but customers are likely to be
served late, precautions are taken.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from data.day import (
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    carried_out,
)
from data.model import Case, Scenario
from optimizer.repair.engine import OUT_OF_REACH, Repair, Repairer
from optimizer.repair.foresight import Foreseen, Foresight
from optimizer.solve_result import SolveLimits
from simulation.policies import policy_of
from simulation.twin import knows

REVIEW_MINUTES = 10
"""From one look at a played day to the next."""

SURE = 0.5
"""Probability of being served late from which a customer is given another start."""

MANY = 4
"""Customers of a pool who would be lost to it: from then on its plan is made anew."""

SOON = 30
"""Minutes before a session or a break from which its agents hear of another plan for it."""

LIMITS = SolveLimits(work=0.4)
"""Of one repair of a played day."""


class DayMender:
    """Mends the days of a case (`simulation.mending.Mender`); what it decides depends on the state alone.

    Args:
        case: with roster and schedule.
        scenario: what happens on such days; default: DOMAIN 6.4.

    Raises:
        ValueError: when the twin does not know the policy that the scenario asks for.
    """

    def __init__(self, case: Case, scenario: Scenario | None = None) -> None:
        scenario = scenario or Scenario()
        policy = policy_of(scenario)
        if not knows(policy):
            raise ValueError(
                f"the twin does not know the policy {policy.name}, and cannot look ahead under it"
            )
        self._lead = case.plan.policy.link_lead_minutes
        self.repairer = Repairer(case)
        self._foresight = Foresight(case, scenario, policy)

    def foreseen(self, state: DayState, now: int) -> Foreseen:
        """The next hours of the day, and the precautions that are worth it."""
        return self._foresight.foreseen(self.repairer.facts(state), state, now)

    def decide(self, state: DayState) -> tuple[Decision, ...]:
        """What to change now of a day on which whoever of a pool is free serves next.

        Precautions; and where that leaves many customers of a pool without hope who can still be told, other
        times of a new plan, and rebookings (R15). Other pools are not planned anew: who serves whom decides
        itself.
        """
        now = math.ceil(state.now)
        foreseen = self.foreseen(state, now)
        decisions = [precaution.decision for precaution in foreseen.precautions]
        state = carried_out(state, decisions)
        lost = self._lost(state, now, foreseen.late)
        if lost:
            repair = self.repairer.repair(state, now, LIMITS, only=lost)
            decisions += [
                decision
                for decision in self.settled(state, now, repair, foreseen.late)
                if isinstance(decision, NewTime | Rebook) and decision.booking_id in lost
            ]
        return tuple(decisions)

    def _lost(self, state: DayState, now: int, late: Mapping[str, float]) -> set[str]:
        """Bookings of pools with many whose customers would be late for sure and can still be told."""
        facts, by_pool = self.repairer.facts(state), defaultdict[object, list[str]](list)
        for booking, probability in late.items():
            session = state.sessions[booking]
            if probability >= SURE and self._is_in_time(state, now, booking):
                by_pool[facts.pool.get(session.agent_id)].append(booking)
        return {booking for listed in by_pool.values() if len(listed) >= MANY for booking in listed}

    def settled(
        self, state: DayState, now: int, repair: Repair, late: Mapping[str, float]
    ) -> tuple[Decision, ...]:
        """The decisions of a repair that need not wait.

        Customers are told of another start when they would be served late more probably than not; and they
        are rebooked only where nobody can hold the session, and can still be told. As the plan is not
        carried out as a whole, the next one may be another: so agents are only told of what is near.

        Args:
            late: by booking, the probability of being served late; of bookings that are not in it, it is
                too early to tell.
        """

        def is_settled(decision: Decision) -> bool:
            match decision:
                case Rebind():
                    return state.sessions[decision.booking_id].start <= now + SOON
                case MoveBreak():
                    planned = state.agents[decision.agent_id].breaks[decision.place].start
                    return min(planned, decision.start) <= now + SOON
                case CallStandby():
                    return True
                case Delay() | NewTime():
                    return late.get(decision.booking_id, 0.0) >= SURE
                case Rebook():
                    booking = decision.booking_id
                    is_lost = repair.reasons[booking] == OUT_OF_REACH and late.get(booking, 0.0) >= SURE
                    return is_lost and self._is_in_time(state, now, booking)

        return tuple(decision for decision in repair.plan.decisions if is_settled(decision))

    def _is_in_time(self, state: DayState, now: int, booking: str) -> bool:
        """Whether the appointment is beyond the frozen time, so that the customer can still be told."""
        return state.sessions[booking].start >= now + self._lead
