"""What chance brings in one replication, drawn before the day begins.

Every engine and every policy meets the same draws, so that differences between them are their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit, vectorize

from data.model import Scenario
from data.model.columns import BoolArray, FloatArray, IntArray
from simulation.distributions import exponential_at, lognormal_at
from simulation.random_streams import Cause, KeyArray, streams, uniform_at
from simulation.records import Outcome
from simulation.walk_ups import WalkUps, walk_up_arrivals
from simulation.week import Week

QUANTUM = 2.0**-20
"""Step of all drawn times, in minutes. Sums and differences of such times are exact in double precision, so
that event times do not depend on the order of additions, and two engines can agree to the last bit."""

_LATE, _LATENESS, _EARLINESS = int(Cause.LATE), int(Cause.LATENESS), int(Cause.EARLINESS)
_NO_SHOW, _PATIENCE, _DURATION = int(Cause.NO_SHOW), int(Cause.PATIENCE), int(Cause.DURATION)
_FAILURE, _FAILURE_DELAY = int(Cause.FAILURE), int(Cause.FAILURE_DELAY)
_FAILURE_MOMENT, _DOCUMENTS = int(Cause.FAILURE_MOMENT), int(Cause.DOCUMENTS)
_ABSENCE = int(Cause.ABSENCE)
_CANCELLATION, _NOTICE = int(Cause.CANCELLATION), int(Cause.NOTICE)
_RETURN, _RETURN_DELAY = int(Cause.RETURN), int(Cause.RETURN_DELAY)
_WALK_UP, _WALK_UP_LIKE = int(Cause.WALK_UP), int(Cause.WALK_UP_LIKE)
_LOGIN_LATE, _LOGIN_LATENESS = int(Cause.LOGIN_LATE), int(Cause.LOGIN_LATENESS)
_FULFILLED, _FAILED_TECHNICAL = int(Outcome.FULFILLED), int(Outcome.FAILED_TECHNICAL)
_FAILED_DOCUMENTS = int(Outcome.FAILED_DOCUMENTS)


@dataclass(frozen=True, eq=False)
class Draws:
    """One replication's chance; times are minutes, arrays run over sessions unless said otherwise.

    Attributes:
        arrival: when the last required participant logs in; inf when the customer does not come at all.
        cancelled_at: when the customer cancels; inf when the customer does not.
        patience: how long the customer waits beyond appointment and arrival.
        service: how long the session holds agent and customer once it has started.
        result: how the session ends once it has started (values of `Outcome`).
        return_after: how long after a rebooking by the issuer the customer comes back; inf: not that day.
        absent: over duties, whether the agent does not come.
        login_delay: over duties, how long after the duty's start its agent logs in.
        walk_ups: customers without an appointment.
    """

    arrival: FloatArray
    cancelled_at: FloatArray
    patience: FloatArray
    service: FloatArray
    result: np.ndarray[tuple[int], np.dtype[np.int8]]
    return_after: FloatArray
    absent: BoolArray
    login_delay: FloatArray
    walk_ups: WalkUps


class _Figures(NamedTuple):
    """What the compiled draws need of a scenario; see there."""

    late_median: float
    late_sigma: float
    late_cap: float
    early_mean: float
    patience_median: float
    patience_sigma: float
    duration_sigma: float
    cancellation_probability: float
    cancellation_notice_median: float
    cancellation_notice_sigma: float
    same_day_return: float
    return_delay_low: float
    return_delay_high: float
    failure_rebook: float
    failure_recoverable: float
    failure_delay_low: float
    failure_delay_high: float
    documents_missing: float
    documents_check: float
    agent_absence: float
    login_late_probability: float
    login_late_median: float
    login_late_sigma: float
    login_late_cap: float


@dataclass(frozen=True, eq=False)
class Chances:
    """The chances of a week under a scenario, from which any number of replications can be drawn.

    Attributes:
        no_show: by session, that the customer does not come at all.
        late: by session, that one of its participants logs in late.
        median_duration: by session, minutes.
        usual_median: the same at the hours of the day whose factor is 1.
        walk_up_rate: by open hour, walk-ups per hour.
        walk_up_factor: by open hour, on the duration.
        like: sessions in the order in which walk-ups resemble them.
        figures: the same for all sessions.
    """

    week: Week
    no_show: FloatArray
    late: FloatArray
    median_duration: FloatArray
    usual_median: FloatArray
    walk_up_rate: FloatArray
    walk_up_factor: FloatArray
    like: IntArray
    figures: _Figures

    @classmethod
    def of(cls, week: Week, scenario: Scenario) -> Chances:
        """The chances of a week under a scenario."""
        from_mean = math.exp(-scenario.duration_sigma * scenario.duration_sigma / 2.0)
        by_hour = np.array(scenario.duration_by_hour)
        usual = _usual_durations(week, scenario)
        rates = scenario.walk_ups_per_hour * np.array(scenario.walk_ups_by_hour)
        return cls(
            week=week,
            no_show=no_show_probability(week, scenario),
            late=late_probability(week, scenario),
            median_duration=mean_durations(week, scenario) * from_mean,
            usual_median=usual * from_mean,
            walk_up_rate=rates[week.open_hours.hour],
            walk_up_factor=by_hour[week.open_hours.hour],
            like=_in_order_of_likeness(week),
            figures=_Figures(*(float(getattr(scenario, name)) for name in _Figures._fields)),
        )

    def draw(self, seed: int, replication: int, stratified: bool = False) -> Draws:
        """The draws of one replication; a pure function of week, scenario and arguments."""
        week, constants = self.week, streams(seed, replication, stratified)
        patience, service, result = _draw_sessions(constants, week.key, self.median_duration, self.figures)
        arrival = _draw_arrivals(
            constants,
            week.key,
            self.no_show,
            self.late,
            week.appointed,
            week.attendance_session,
            week.attendance_key,
            self.figures,
        )
        cancelled_at = _draw_cancellations(constants, week.key, week.appointed, self.figures)
        arrival[np.isfinite(cancelled_at)] = np.inf
        return Draws(
            arrival=arrival,
            cancelled_at=cancelled_at,
            patience=patience,
            service=service,
            result=result,
            return_after=_draw_returns(constants, week.key, self.figures),
            absent=_draw_absences(constants, week.duty_key, self.figures),
            login_delay=_draw_login_delays(constants, week.duty_key, self.figures),
            walk_ups=self._draw_walk_ups(constants) if self.walk_up_rate.any() else WalkUps.none(),
        )

    def _draw_walk_ups(self, constants: KeyArray) -> WalkUps:
        hours = self.week.open_hours
        hour, key, moment = walk_up_arrivals(
            constants[_WALK_UP], hours.key, hours.start, hours.minutes, self.walk_up_rate
        )
        like = self.like[_draw_places(constants, key, len(self.like))]
        median = self.usual_median[like] * self.walk_up_factor[hour]
        patience, service, result = _draw_sessions(constants, key, median, self.figures)
        return WalkUps(like, quantised(moment), patience, service, result)


def _in_order_of_likeness(week: Week) -> IntArray:
    """The sessions of the plan, those alike beside each other."""
    planned = slice(len(week) - week.overbooked)
    keys = (week.key, week.planned, week.kind.astype(str), week.skill)
    return np.lexsort([key[planned] for key in keys]).astype(np.int64)


def draw(week: Week, scenario: Scenario, seed: int, replication: int) -> Draws:
    """The draws of one replication; a pure function of its arguments."""
    return Chances.of(week, scenario).draw(seed, replication)


def no_show_probability(week: Week, scenario: Scenario) -> FloatArray:
    """DOMAIN 6.4: higher where two or more must attend, and rising with the days since booking; times the
    factor of the hour."""
    base = np.where(week.participants >= 2, scenario.no_show_joint, scenario.no_show_single)
    factor = np.array(scenario.no_show_by_hour)[week.hour]
    return np.asarray(np.minimum((base + scenario.no_show_per_lead_day * week.lead_days) * factor, 1.0))


def late_probability(week: Week, scenario: Scenario) -> FloatArray:
    """That a participant of each session logs in late: the same for all, times the factor of the hour."""
    factor = np.array(scenario.late_by_hour)[week.hour]
    return np.asarray(np.minimum(scenario.late_probability * factor, 1.0))


def mean_durations(week: Week, scenario: Scenario) -> FloatArray:
    """Mean minutes of each session, at its hour of the day."""
    factor = np.array(scenario.duration_by_hour)[week.hour]
    return np.asarray(_usual_durations(week, scenario) * factor)


def _usual_durations(week: Week, scenario: Scenario) -> FloatArray:
    """Mean minutes of each session at an hour whose factor is 1; see `Scenario` for how they follow the
    planned minutes."""
    sessions = list(zip(week.kind, week.planned.tolist(), strict=True))
    usual = {session: scenario.mean_duration(*session) for session in set(sessions)}
    return np.array([usual[session] for session in sessions])


@njit(cache=True)
def quantised_at(minutes: float) -> Any:
    """A time rounded to the quantum."""
    return np.rint(minutes / QUANTUM) * QUANTUM


def _each_quantised(minutes: float) -> Any:
    """A function of its own, as in `distributions`."""
    return quantised_at(minutes)


_quantised = vectorize(cache=True)(_each_quantised)  # type: ignore[no-untyped-call]  # numba does not type it


def quantised(minutes: FloatArray) -> FloatArray:
    """`quantised_at` of each."""
    return np.asarray(_quantised(minutes))


@njit(cache=True)
def _draw_arrivals(
    constants: KeyArray,
    keys: KeyArray,
    no_show: FloatArray,
    late: FloatArray,
    appointed: FloatArray,
    attendance_session: IntArray,
    attendance_key: KeyArray,
    figures: _Figures,
) -> Any:
    """The appointment plus the lateness of the last participant (DOMAIN 6.4: the maximum), or inf."""
    latest = np.full(len(keys), -np.inf)
    for place in range(len(attendance_session)):
        key, session = attendance_key[place], attendance_session[place]
        latest[session] = max(latest[session], _lateness(constants, key, late[session], figures))
    for session in range(len(keys)):
        if uniform_at(constants[_NO_SHOW], keys[session]) < no_show[session]:
            latest[session] = np.inf
        else:
            lateness = latest[session] if np.isfinite(latest[session]) else 0.0
            latest[session] = quantised_at(appointed[session] + lateness)
    return latest


@njit(cache=True)
def _lateness(constants: KeyArray, key: np.uint64, probability: float, figures: _Figures) -> Any:
    """Of one participant; negative: early."""
    if uniform_at(constants[_LATE], key) < probability:
        late = lognormal_at(uniform_at(constants[_LATENESS], key), figures.late_median, figures.late_sigma)
        return min(late, figures.late_cap)
    return -exponential_at(uniform_at(constants[_EARLINESS], key), figures.early_mean)


@njit(cache=True)
def _draw_cancellations(constants: KeyArray, keys: KeyArray, appointed: FloatArray, figures: _Figures) -> Any:
    """When each customer cancels, or inf."""
    moment = np.full(len(keys), np.inf)
    for session in range(len(keys)):
        key = keys[session]
        if uniform_at(constants[_CANCELLATION], key) < figures.cancellation_probability:
            notice = lognormal_at(
                uniform_at(constants[_NOTICE], key),
                figures.cancellation_notice_median,
                figures.cancellation_notice_sigma,
            )
            moment[session] = quantised_at(appointed[session] - notice)
    return moment


@njit(cache=True)
def _draw_sessions(
    constants: KeyArray,
    keys: KeyArray,
    median_duration: FloatArray,
    figures: _Figures,
) -> Any:
    """Patience, time of service and result of each session."""
    patience, service = np.empty(len(keys)), np.empty(len(keys))
    result = np.empty(len(keys), np.int8)
    for session in range(len(keys)):
        key = keys[session]
        patience[session] = quantised_at(
            lognormal_at(
                uniform_at(constants[_PATIENCE], key), figures.patience_median, figures.patience_sigma
            )
        )
        minutes = lognormal_at(
            uniform_at(constants[_DURATION], key), median_duration[session], figures.duration_sigma
        )
        ending = _FULFILLED
        failure = uniform_at(constants[_FAILURE], key)
        if failure < figures.failure_rebook:
            ending = _FAILED_TECHNICAL
            minutes *= uniform_at(constants[_FAILURE_MOMENT], key)
        elif failure < figures.failure_rebook + figures.failure_recoverable:
            span = figures.failure_delay_high - figures.failure_delay_low
            minutes += figures.failure_delay_low + span * uniform_at(constants[_FAILURE_DELAY], key)
        if uniform_at(constants[_DOCUMENTS], key) < figures.documents_missing and (
            ending == _FULFILLED or minutes > figures.documents_check
        ):
            ending = _FAILED_DOCUMENTS
            minutes = min(minutes, figures.documents_check)
        service[session] = quantised_at(minutes)
        result[session] = ending
    return patience, service, result


@njit(cache=True)
def _draw_absences(constants: KeyArray, keys: KeyArray, figures: _Figures) -> Any:
    """Whether the agent of each duty does not come."""
    absent = np.empty(len(keys), np.bool_)
    for duty in range(len(keys)):
        absent[duty] = uniform_at(constants[_ABSENCE], keys[duty]) < figures.agent_absence
    return absent


@njit(cache=True)
def _draw_login_delays(constants: KeyArray, keys: KeyArray, figures: _Figures) -> Any:
    """How late the agent of each duty logs in; nothing for those who are on time."""
    delay = np.zeros(len(keys))
    for duty in range(len(keys)):
        if uniform_at(constants[_LOGIN_LATE], keys[duty]) < figures.login_late_probability:
            late = lognormal_at(
                uniform_at(constants[_LOGIN_LATENESS], keys[duty]),
                figures.login_late_median,
                figures.login_late_sigma,
            )
            delay[duty] = quantised_at(min(late, figures.login_late_cap))
    return delay


@njit(cache=True)
def _draw_returns(constants: KeyArray, keys: KeyArray, figures: _Figures) -> Any:
    """How long after a rebooking each customer comes back, or inf."""
    after = np.full(len(keys), np.inf)
    span = figures.return_delay_high - figures.return_delay_low
    for session in range(len(keys)):
        if uniform_at(constants[_RETURN], keys[session]) < figures.same_day_return:
            chance = uniform_at(constants[_RETURN_DELAY], keys[session])
            after[session] = quantised_at(figures.return_delay_low + span * chance)
    return after


@njit(cache=True)
def _draw_places(constants: KeyArray, keys: KeyArray, count: int) -> Any:
    """A place below `count` for each walk-up, all equally likely."""
    places = np.empty(len(keys), np.int64)
    for customer in range(len(keys)):
        places[customer] = int(uniform_at(constants[_WALK_UP_LIKE], keys[customer]) * count)
    return places
