"""What chance brings in one replication, drawn before the day begins.

Every engine and every policy meets the same draws, so that differences between them are their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model import Scenario
from data.model.columns import BoolArray, FloatArray
from simulation.distributions import exponential, lognormal, lognormal_of_mean
from simulation.random_streams import Cause, KeyArray, uniform
from simulation.records import Outcome
from simulation.week import Week

QUANTUM = 2.0**-20
"""Step of all drawn times, in minutes. Sums and differences of such times are exact in double precision, so
that event times do not depend on the order of additions, and two engines can agree to the last bit."""


@dataclass(frozen=True, eq=False)
class Draws:
    """One replication's chance; times are minutes, arrays run over sessions unless said otherwise.

    Attributes:
        arrival: when the last required participant logs in; inf when the customer does not come at all.
        patience: how long the customer waits beyond appointment and arrival.
        service: how long the session holds agent and customer once it has started.
        result: how the session ends once it has started (values of `Outcome`).
        absent: over duties, whether the agent does not come.
    """

    arrival: FloatArray
    patience: FloatArray
    service: FloatArray
    result: np.ndarray[tuple[int], np.dtype[np.int8]]
    absent: BoolArray


def draw(week: Week, scenario: Scenario, seed: int, replication: int) -> Draws:
    """The draws of one replication; a pure function of its arguments."""

    def chance(cause: Cause, keys: KeyArray) -> FloatArray:
        return uniform(seed, replication, cause, keys)

    comes = chance(Cause.NO_SHOW, week.key) >= no_show_probability(week, scenario)
    arrival = np.where(comes, week.appointed + _group_lateness(week, scenario, seed, replication), np.inf)
    patience = lognormal(chance(Cause.PATIENCE, week.key), scenario.patience_median, scenario.patience_sigma)
    duration = lognormal_of_mean(
        chance(Cause.DURATION, week.key), mean_durations(week, scenario), scenario.duration_sigma
    )
    failure = chance(Cause.FAILURE, week.key)
    fatal = failure < scenario.failure_rebook
    hitch = ~fatal & (failure < scenario.failure_rebook + scenario.failure_recoverable)
    span = scenario.failure_delay_high - scenario.failure_delay_low
    delay = scenario.failure_delay_low + span * chance(Cause.FAILURE_DELAY, week.key)
    moment = chance(Cause.FAILURE_MOMENT, week.key)
    service = np.where(fatal, duration * moment, duration + np.where(hitch, delay, 0.0))
    undocumented = chance(Cause.DOCUMENTS, week.key) < scenario.documents_missing
    undocumented &= ~fatal | (service > scenario.documents_check)
    service = np.where(undocumented, np.minimum(scenario.documents_check, service), service)
    result = np.where(
        undocumented,
        Outcome.FAILED_DOCUMENTS,
        np.where(fatal, Outcome.FAILED_TECHNICAL, Outcome.FULFILLED),
    ).astype(np.int8)
    return Draws(
        arrival=quantised(arrival),
        patience=quantised(patience),
        service=quantised(service),
        result=result,
        absent=chance(Cause.ABSENCE, week.duty_key) < scenario.agent_absence,
    )


def no_show_probability(week: Week, scenario: Scenario) -> FloatArray:
    """DOMAIN 6.4: higher where two or more must attend, and rising with the days since booking."""
    base = np.where(week.participants >= 2, scenario.no_show_joint, scenario.no_show_single)
    return np.asarray(np.minimum(base + scenario.no_show_per_lead_day * week.lead_days, 1.0))


def mean_durations(week: Week, scenario: Scenario) -> FloatArray:
    """Mean minutes of each session; see `Scenario` for how they follow the planned minutes."""
    return np.array(
        [
            scenario.mean_duration(kind, planned)
            for kind, planned in zip(week.kind, week.planned.tolist(), strict=True)
        ]
    )


def quantised(minutes: FloatArray) -> FloatArray:
    """Times rounded to the quantum."""
    return np.asarray(np.rint(minutes / QUANTUM) * QUANTUM)


def _group_lateness(week: Week, scenario: Scenario, seed: int, replication: int) -> FloatArray:
    """Lateness of each session's last participant (DOMAIN 6.4: the maximum); negative: all are early."""
    keys = week.attendance_key
    is_late = uniform(seed, replication, Cause.LATE, keys) < scenario.late_probability
    late = lognormal(
        uniform(seed, replication, Cause.LATENESS, keys), scenario.late_median, scenario.late_sigma
    )
    early = exponential(uniform(seed, replication, Cause.EARLINESS, keys), scenario.early_mean)
    each = np.where(is_late, np.minimum(late, scenario.late_cap), -early)
    latest = np.full(len(week), -np.inf)
    np.maximum.at(latest, week.attendance_session, each)
    return np.where(np.isfinite(latest), latest, 0.0)
