"""The rest of the day is played many times from where it stands."""

from __future__ import annotations

import numpy as np

from data.day import DayState, Status
from data.model import Case, Scenario
from data.model.columns import FloatArray
from simulation.policies import OwnList, PoolLateBinding, policy_of
from simulation.prediction.conditional_draws import ConditionalDraws
from simulation.prediction.remaining_day import RemainingDay, RemainingDays
from simulation.prediction.results import Prediction, mean_rows, quantile_rows
from simulation.prediction.starting import MiddleOfDay
from simulation.records import Outcome
from simulation.twin import knows

REPLICATIONS = 200
_REBOOKED = (int(Outcome.REBOOKED_BY_ISSUER), int(Outcome.REBOOKED_SAME_DAY))


class Predictor:
    """Predicts any number of states of the days of one case.

    Args:
        case: with the plan of the days.
        scenario: what happens on the day; default: DOMAIN 6.4.
        policy: who serves whom next; default: what the scenario asks for.

    Raises:
        ValueError: when the twin does not know the policy.
    """

    def __init__(
        self,
        case: Case,
        scenario: Scenario | None = None,
        policy: PoolLateBinding | OwnList | None = None,
    ) -> None:
        self._scenario = scenario or Scenario()
        chosen = policy or policy_of(self._scenario)
        if not knows(chosen):
            raise ValueError(f"the twin does not know the policy {chosen.name}, and cannot predict under it")
        self._policy, self._days = chosen, RemainingDays(case)

    def predict(
        self,
        state: DayState,
        now: float | None = None,
        replications: int = REPLICATIONS,
        seed: int = 1,
        tolerance: float | None = None,
    ) -> Prediction:
        """What is still to come; a pure function of the state and the arguments.

        Nobody decides anything meanwhile: it is what happens if nothing is done. Nothing is known of walk-ups
        who are there now, nor whether agents are about to leave.

        Args:
            state: of one day; it is not changed.
            now: default: that of the state; not before it.
            replications: how often the rest of the day is played.
            seed: of all random numbers. The same numbers are met by every state of the day.
            tolerance: default: `rebooking_after` of the scenario.

        Raises:
            ValueError: when there is no replication to play, or `now` is before the state.
        """
        now = state.now if now is None else now
        if replications < 1:
            raise ValueError(f"expected one replication or more, got {replications}")
        if now < state.now:
            raise ValueError(f"the state is of {state.now:g} already: expected that or later, got {now:g}")
        tolerance = self._scenario.rebooking_after if tolerance is None else tolerance
        rest = self._days.of(state)
        if rest.sessions:
            begun, ended, late = self._play(rest, state, now, replications, seed, tolerance)
        else:
            begun, ended, late = (np.zeros((replications, 0)) for _ in range(3))
        return _prediction(rest, now, tolerance, begun, ended, late)

    def _play(
        self, rest: RemainingDay, state: DayState, now: float, replications: int, seed: int, tolerance: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        count = len(rest.sessions)
        begun, ended, late = (np.full((replications, count), np.nan) for _ in range(3))
        chance = ConditionalDraws(rest, now, self._scenario)
        middle = MiddleOfDay.of(rest, state, now, self._scenario)
        for replication in range(replications):
            floor = middle.play(self._scenario, chance.draw(seed, replication), self._policy)
            it = floor.sessions[:count]
            in_time = np.isnan(it["rebooked_at"])
            begun[replication] = np.where(in_time, it["begun"], np.nan)
            ended[replication] = np.where(in_time & ~np.isnan(it["begun"]), it["ended"], np.nan)
            late[replication] = (it["wait"] > tolerance) | np.isin(it["outcome"], _REBOOKED)
        return begun, ended, late


def predicted(
    case: Case,
    state: DayState,
    now: float | None = None,
    scenario: Scenario | None = None,
    replications: int = REPLICATIONS,
    seed: int = 1,
    tolerance: float | None = None,
) -> Prediction:
    """`Predictor.predict` of one state, under the policy that the scenario asks for."""
    return Predictor(case, scenario).predict(state, now, replications, seed, tolerance)


def _prediction(
    rest: RemainingDay,
    now: float,
    tolerance: float,
    begun: FloatArray,
    ended: FloatArray,
    late: FloatArray,
) -> Prediction:
    is_running = np.array([s.status is Status.RUNNING for s in rest.sessions], dtype=np.bool_)
    starts = np.where(is_running, np.nan, begun)
    start_p10, start_p50, start_p90 = quantile_rows(starts, (0.1, 0.5, 0.9))
    end_p10, end_p50, end_p90 = quantile_rows(ended, (0.1, 0.5, 0.9))
    return Prediction(
        now=now,
        tolerance=tolerance,
        replications=len(begun),
        booking_id=rest.week.booking_id,
        agent_id=np.array([s.agent_id for s in rest.sessions], dtype=object),
        is_running=is_running,
        start=rest.week.appointed,
        held=np.where(is_running, 1.0, np.mean(~np.isnan(begun), axis=0)),
        start_mean=mean_rows(starts),
        start_p10=start_p10,
        start_p50=start_p50,
        start_p90=start_p90,
        late=np.where(is_running, 0.0, late.mean(axis=0)),
        end_mean=mean_rows(ended),
        end_p10=end_p10,
        end_p50=end_p50,
        end_p90=end_p90,
        starts=starts,
    )
