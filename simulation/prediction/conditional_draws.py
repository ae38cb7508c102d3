"""What chance may still bring, given what is known: the draws of the rest of a day.

What has not been touched by the day so far is drawn as ever, from the same random numbers. What is known
conditions the rest:

- a running session has lasted so long (`service_left`);
- a customer who is awaited has neither come nor cancelled until now (`lateness_left`): no-shows and
  cancellations become more, or less, probable with time;
- a customer who is there has not left yet: the patience is longer than the wait so far;
- an agent who has been missing since the start of the duty is absent, or later than so;
- an agent who went later comes back when it was told, or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numba import njit

from data.day import AgentNow, Status
from data.model import Scenario
from data.model.columns import BoolArray, FloatArray, IntArray
from simulation.distributions import lognormal_at
from simulation.draws import QUANTUM, Chances, Draws, quantised_at
from simulation.prediction.lateness_left import lateness_beyond, lateness_cdf
from simulation.prediction.remaining_day import RemainingDay
from simulation.prediction.service_left import lognormal_beyond, minutes_given, survival, what_happens
from simulation.random_streams import Cause, KeyArray, streams, uniform_at
from simulation.records import Outcome
from simulation.walk_ups import WalkUps

AWAITED, THERE, RUNNING = range(3)
"""Where a session of the rest of a day stands."""

UNKNOWN_MINUTES = 5.0
"""What is left of a session that has lasted longer than its distribution allows."""

_INSTANT = QUANTUM / 2.0
"""What happens now is still to come: customers who come just now are not there yet."""

_NO_SHOW, _LATENESS, _PATIENCE = int(Cause.NO_SHOW), int(Cause.LATENESS), int(Cause.PATIENCE)
_DURATION, _FAILURE, _DOCUMENTS = int(Cause.DURATION), int(Cause.FAILURE), int(Cause.DOCUMENTS)
_CANCELLATION, _NOTICE = int(Cause.CANCELLATION), int(Cause.NOTICE)
_ABSENCE, _LOGIN_LATENESS = int(Cause.ABSENCE), int(Cause.LOGIN_LATENESS)
_FULFILLED, _FAILED_TECHNICAL = int(Outcome.FULFILLED), int(Outcome.FAILED_TECHNICAL)
_FAILED_DOCUMENTS = int(Outcome.FAILED_DOCUMENTS)


class ConditionalDraws:
    """The chances of the rest of a day, from which any number of replications can be drawn."""

    def __init__(self, rest: RemainingDay, now: float, scenario: Scenario) -> None:
        self._chances, self._now = Chances.of(rest.week, scenario), now
        self._key, self._duty_key = rest.week.key, rest.week.duty_key
        self._stands = np.array([_stands(s.status) for s in rest.sessions], dtype=np.int64)
        since = [s.connected_at if s.connected_at is not None else now for s in rest.sessions]
        self._there_since = np.array(since, dtype=np.float64)
        self._waited = np.maximum(0.0, now - np.maximum(rest.week.appointed, self._there_since))
        begun = [now if s.started_at is None else s.started_at for s in rest.sessions]
        self._lasted = np.maximum(0.0, now - np.array(begun, dtype=np.float64))
        missing = [max(1, len(set(s.participants) - set(s.connected))) for s in rest.sessions]
        self._missing = np.array(missing, dtype=np.int64)
        self._gone = np.array([a.gone_since is not None for a in rest.agents], dtype=np.bool_)
        self._never_came = np.array([_never_came(a) for a in rest.agents], dtype=np.bool_)
        self._back_at = np.array(
            [np.inf if a.gone_until is None else max(now, a.gone_until) for a in rest.agents],
            dtype=np.float64,
        )
        self._duty_start = np.array([duty.start for duty in rest.week.duties], dtype=np.float64)

    def draw(self, seed: int, replication: int) -> Draws:
        """One replication; the log-in delay of agents who are missing counts from now."""
        draws, rows = self._chances.draw(seed, replication), streams(seed, replication)
        _condition_sessions(
            rows,
            self._key,
            self._stands,
            self._now,
            self._chances.week.appointed,
            self._missing,
            self._there_since,
            self._waited,
            self._lasted,
            self._chances.no_show,
            self._chances.late,
            self._chances.median_duration,
            self._chances.figures,
            draws.arrival,
            draws.cancelled_at,
            draws.patience,
            draws.service,
            draws.result,
        )
        _condition_agents(
            rows,
            self._duty_key,
            self._now,
            self._duty_start,
            self._gone,
            self._never_came,
            self._back_at,
            self._chances.figures,
            draws.absent,
            draws.login_delay,
        )
        return replace(draws, walk_ups=_from_now(draws.walk_ups, self._now))


def _stands(status: Status) -> int:
    if status is Status.RUNNING:
        return RUNNING
    return THERE if status is Status.CONNECTED else AWAITED


def _never_came(agent: AgentNow) -> bool:
    """Whether an agent has been missing from the start of the duty on."""
    return agent.gone_since is not None and agent.start is not None and agent.gone_since <= agent.start


def _from_now(walk_ups: WalkUps, now: float) -> WalkUps:
    """Those who have not come yet; of those who have, nothing is told."""
    if not len(walk_ups):
        return walk_ups
    coming = walk_ups.arrival >= now
    return WalkUps(
        walk_ups.like[coming],
        walk_ups.arrival[coming],
        walk_ups.patience[coming],
        walk_ups.service[coming],
        walk_ups.result[coming],
    )


@njit(cache=True)
def _condition_sessions(
    rows: KeyArray,
    keys: KeyArray,
    stands: IntArray,
    now: float,
    appointed: FloatArray,
    missing: IntArray,
    there_since: FloatArray,
    waited: FloatArray,
    lasted: FloatArray,
    no_show: FloatArray,
    late: FloatArray,
    median: FloatArray,
    figures: Any,
    arrival: FloatArray,
    cancelled_at: FloatArray,
    patience: FloatArray,
    service: FloatArray,
    result: Any,
) -> None:
    """Overwrite the draws of sessions that the day has touched."""
    for session in range(len(keys)):
        key = keys[session]
        if stands[session] == AWAITED:
            notice = _notice(rows, key, now, appointed[session], missing[session], no_show[session],
                             late[session], figures)  # fmt: skip
            arrival[session], cancelled_at[session] = np.inf, np.inf
            if notice >= 0.0:
                cancelled_at[session] = max(now, quantised_at(appointed[session] - notice))
            else:
                arrival[session] = max(
                    now, _arrival(rows, key, now, appointed[session], missing[session], no_show[session],
                                  late[session], figures)
                )  # fmt: skip
            continue
        arrival[session], cancelled_at[session] = there_since[session], np.inf
        if stands[session] == THERE:
            if waited[session] > 0.0:
                patience[session] = quantised_at(
                    lognormal_beyond(
                        1.0 - uniform_at(rows[_PATIENCE], key),
                        waited[session],
                        figures.patience_median,
                        figures.patience_sigma,
                    )
                )
        else:
            service[session], result[session] = _service(rows, key, lasted[session], median[session], figures)


@njit(cache=True)
def _notice(
    rows: KeyArray,
    key: np.uint64,
    now: float,
    appointed: float,
    missing: int,
    no_show: float,
    late: float,
    figures: Any,
) -> Any:
    """How long before the appointment the customer cancels, given that neither that nor the arrival has
    happened; -1: not at all."""
    cancels = figures.cancellation_probability
    if cancels <= 0.0 or appointed <= now:
        return -1.0
    median, sigma = figures.cancellation_notice_median, figures.cancellation_notice_sigma
    shorter = 1.0 - survival(appointed - now, median, sigma)
    comes_later = no_show + (1.0 - no_show) * _still_coming(now - appointed, missing, late, figures)
    later = cancels * shorter
    if uniform_at(rows[_CANCELLATION], key) * (later + (1.0 - cancels) * comes_later) >= later:
        return -1.0
    chance = uniform_at(rows[_NOTICE], key) * shorter
    return min(appointed - now, lognormal_at(chance, median, sigma)) if chance > 0.0 else 0.0


@njit(cache=True)
def _still_coming(minutes: float, missing: int, late: float, figures: Any) -> Any:
    """P(the last of those missing comes `minutes` or more after the appointment)."""
    known = lateness_cdf(
        minutes - _INSTANT,
        late,
        figures.early_mean,
        figures.late_median,
        figures.late_sigma,
        figures.late_cap,
    )
    return 1.0 - known**missing


@njit(cache=True)
def _arrival(
    rows: KeyArray,
    key: np.uint64,
    now: float,
    appointed: float,
    missing: int,
    no_show: float,
    late: float,
    figures: Any,
) -> Any:
    """When the customer comes who has not come yet, or inf."""
    coming = (1.0 - no_show) * _still_coming(now - appointed, missing, late, figures)
    if uniform_at(rows[_NO_SHOW], key) * (no_show + coming) < no_show or coming <= 0.0:
        return np.inf
    return quantised_at(
        appointed
        + lateness_beyond(
            uniform_at(rows[_LATENESS], key),
            now - appointed - _INSTANT,
            missing,
            late,
            figures.early_mean,
            figures.late_median,
            figures.late_sigma,
            figures.late_cap,
        )
    )


@njit(cache=True)
def _service(rows: KeyArray, key: np.uint64, lasted: float, median: float, figures: Any) -> Any:
    """Length and result of a session that has lasted so long."""
    sigma, delay = figures.duration_sigma, (figures.failure_delay_low, figures.failure_delay_high)
    probabilities = (figures.failure_rebook, figures.failure_recoverable)
    what = what_happens(uniform_at(rows[_FAILURE], key), lasted, median, sigma, probabilities, delay)
    if what < 0:
        return quantised_at(lasted + UNKNOWN_MINUTES), _FULFILLED
    minutes = minutes_given(1.0 - uniform_at(rows[_DURATION], key), what, lasted, median, sigma, delay)
    ending = _FAILED_TECHNICAL if what == 1 else _FULFILLED
    if (
        lasted < figures.documents_check
        and uniform_at(rows[_DOCUMENTS], key) < figures.documents_missing
        and (ending == _FULFILLED or minutes > figures.documents_check)
    ):
        minutes, ending = min(minutes, figures.documents_check), _FAILED_DOCUMENTS
    return quantised_at(minutes), ending


@njit(cache=True)
def _condition_agents(
    rows: KeyArray,
    keys: KeyArray,
    now: float,
    start: FloatArray,
    gone: BoolArray,
    never_came: BoolArray,
    back_at: FloatArray,
    figures: Any,
    absent: BoolArray,
    login_delay: FloatArray,
) -> None:
    """Overwrite the draws of agents whose duty has begun; the delay of those missing counts from now."""
    for duty in range(len(keys)):
        if gone[duty]:
            absent[duty], login_delay[duty] = not np.isfinite(back_at[duty]), back_at[duty] - now
            if never_came[duty] and absent[duty]:
                missed = now - start[duty]
                absent[duty], login_delay[duty] = _missing_agent(rows, keys[duty], missed, figures)
        elif start[duty] < now:
            absent[duty], login_delay[duty] = False, 0.0


@njit(cache=True)
def _missing_agent(rows: KeyArray, key: np.uint64, missed: float, figures: Any) -> Any:
    """Whether an agent who is so late is absent, and if not, when he logs in, from now."""
    median, sigma = figures.login_late_median, figures.login_late_sigma
    beyond = survival(missed, median, sigma) if missed < figures.login_late_cap else 0.0
    late = (1.0 - figures.agent_absence) * figures.login_late_probability * beyond
    whole = figures.agent_absence + late
    if late <= 0.0 or uniform_at(rows[_ABSENCE], key) * whole < figures.agent_absence:
        return True, 0.0
    minutes = lognormal_beyond(1.0 - uniform_at(rows[_LOGIN_LATENESS], key), missed, median, sigma)
    return False, max(0.0, quantised_at(min(minutes, figures.login_late_cap) - missed))
