"""Key figures of one replication, and their means with confidence intervals over replications."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data.model import Scenario
from data.model.columns import BoolArray, IntArray
from simulation.break_accounts import break_figures
from simulation.distributions import student_t_quantile
from simulation.outcome_log import OutcomeLog
from simulation.records import Outcome
from simulation.week import Week

ON_TIME_MINUTES = 5.0
"""A session is on time when it starts at most this much after its appointment: one step of the grid."""

LONG_WAIT_MINUTES = 10.0


class Kpi(NamedTuple):
    """A mean over replications with its 95 % confidence interval (Student's t).

    `low` and `high` are nan when fewer than two replications have a value; `mean` too, when none has.
    """

    mean: float
    low: float
    high: float


class KpiDefinition(NamedTuple):
    """What a key figure counts, and in which unit."""

    unit: str
    meaning: str


KPIS: dict[str, KpiDefinition] = {
    "wait_mean": KpiDefinition("minutes", "mean wait of attending customers"),
    "wait_p50": KpiDefinition("minutes", "median wait of attending customers"),
    "wait_p90": KpiDefinition("minutes", "90th percentile of the wait of attending customers"),
    "wait_p95": KpiDefinition("minutes", "95th percentile of the wait of attending customers"),
    "wait_over_5": KpiDefinition("share", "attending customers who wait over 5 minutes"),
    "wait_over_10": KpiDefinition("share", "attending customers who wait over 10 minutes"),
    "wait_beyond_original_over_10": KpiDefinition(
        "share",
        "attending customers who wait over 10 minutes beyond the appointment of the plan, wherever it was "
        "moved during the day",
    ),
    "on_time_share": KpiDefinition(
        "share",
        "attending customers whose session starts at most 5 minutes after the appointment, "
        "whoever causes a delay",
    ),
    "displaced_by_issuer": KpiDefinition(
        "share",
        "of all sessions, those that start over 5 minutes after the appointment, for the most part because "
        "the issuer lets the customer wait",
    ),
    "displaced_by_customer": KpiDefinition(
        "share",
        "of all sessions, those that start over 5 minutes after the appointment, for the most part because "
        "the customer is late",
    ),
    "served": KpiDefinition("sessions", "sessions fulfilled, those of walk-ups and same-day rebookings too"),
    "fulfilled": KpiDefinition("share", "of all sessions, those fulfilled as appointed"),
    "no_shows": KpiDefinition("share", "of all sessions, those whose customers do not come in time"),
    "cancelled": KpiDefinition("share", "of all sessions, those whose customers cancel at short notice"),
    "left": KpiDefinition("share", "of all sessions, those whose customers lose patience"),
    "rebooked_by_issuer": KpiDefinition(
        "share", "of all sessions, those that the issuer cannot start in time and rebooks to another day"
    ),
    "rebooked_same_day": KpiDefinition(
        "share", "of all sessions, those that the issuer cannot start in time and fulfils later that day"
    ),
    "told_delays": KpiDefinition("delays", "delays that customers are told during the day"),
    "new_times": KpiDefinition("sessions", "new times on the same day that customers are told"),
    "rebooked_ahead": KpiDefinition(
        "sessions",
        "sessions rebooked to another day before they could come to nothing; part of `rebooked_by_issuer`",
    ),
    "rebinds": KpiDefinition("sessions", "sessions given to another agent during the day"),
    "failed_technical": KpiDefinition("share", "of all sessions, those that a technical failure ends"),
    "failed_documents": KpiDefinition("share", "of all sessions, those that missing documents end"),
    "overbooked": KpiDefinition("sessions", "sessions booked beyond the plan; shares count them, too"),
    "walk_ups": KpiDefinition("customers", "customers without an appointment"),
    "walk_ups_served": KpiDefinition("customers", "customers without an appointment who are served"),
    "walk_ups_turned_away": KpiDefinition(
        "customers", "customers without an appointment for whom no agent has time, or who do not wait"
    ),
    "occupancy": KpiDefinition("share", "of the minutes in service, set-up, session and wrap-up"),
    "idle": KpiDefinition("minutes", "minutes in service without work, of all agents"),
    "standby_called": KpiDefinition("agents", "agents on standby who are called"),
    "overtime_minutes": KpiDefinition("minutes", "minutes after the end of duties, of all agents"),
    "late_breaks": KpiDefinition("breaks", "breaks that start more than 5 minutes late"),
    "break_minutes_moved": KpiDefinition(
        "minutes", "minutes by which breaks start late, summed over all breaks"
    ),
    "breaks_broken": KpiDefinition("breaks", "breaks skipped, or taken against a labour rule"),
    "breaks_at_edge": KpiDefinition(
        "breaks", "breaks taken in the first or last minutes of the duty that are closed to them"
    ),
    "breaks_after_long_stretch": KpiDefinition(
        "breaks", "breaks that start after more minutes in service than the regime allows at a stretch"
    ),
    "breaks_skipped": KpiDefinition("breaks", "breaks not taken, as they would have ended after the duty"),
    "breaks_moved": KpiDefinition("breaks", "breaks that are moved to another time during the day"),
    "meals_not_granted_cost": KpiDefinition(
        "R$", "paid for what is lacking of the least meal due (CLT 71 §4); part of the cost"
    ),
    "sessions_per_agent_hour": KpiDefinition("sessions per hour", "sessions fulfilled per hour in service"),
    "cost": KpiDefinition(
        "R$",
        "work of the agents who come, at the contract's hourly cost, overtime, and meals not granted",
    ),
}
"""The key figures, in the order of reports.

Attending customers are those who are there before the tolerance ends. Their wait counts from the later of
appointment and arrival to the start, or until they leave or are rebooked. Where appointments are moved during
the day, the appointment is the last that the customer was told with notice. Minutes in service are those from
the agent's log-in until the agent leaves, less the breaks; absent agents have none and cost nothing, agents
who log in late cost as planned, agents on standby from log-in to the end of their service.
"""


def replication_kpis(week: Week, scenario: Scenario, log: OutcomeLog) -> dict[str, float]:
    """The key figures of one replication; nan where there is nothing to count."""
    wait = log.waits()
    attending = ~np.isnan(wait)
    attended = wait[attending]
    outcome = np.array(log.outcome)
    shares = {kind: float(np.mean(outcome == kind)) for kind in Outcome}
    delay = (np.array(log.begun) - log.promised(week))[attending]
    beyond = log.waits_beyond_original(week)[attending]
    p50, p90, p95 = np.quantile(attended, (0.5, 0.9, 0.95)) if len(attended) else (math.nan,) * 3
    walk_up = np.array(log.walk_ups.outcome)
    walk_ups_served = int(np.count_nonzero(walk_up == Outcome.WALK_UP_SERVED))
    in_their_session = np.isin(outcome, (Outcome.FULFILLED, Outcome.REBOOKED_SAME_DAY))
    served = int(np.count_nonzero(in_their_session)) + walk_ups_served
    displaced = displacements(week, log)
    time = _agent_time(week, scenario, log)
    breaks = {name: float(values.sum()) for name, values in break_figures(week, scenario, log).items()}
    return {
        "wait_mean": _share(float(attended.sum()), len(attended)),
        "wait_p50": float(p50),
        "wait_p90": float(p90),
        "wait_p95": float(p95),
        "wait_over_5": _share(np.count_nonzero(attended > 5.0), len(attended)),
        "wait_over_10": _share(np.count_nonzero(attended > LONG_WAIT_MINUTES), len(attended)),
        "wait_beyond_original_over_10": _share(np.count_nonzero(beyond > LONG_WAIT_MINUTES), len(attended)),
        "on_time_share": _share(np.count_nonzero(delay <= ON_TIME_MINUTES), len(attended)),
        "displaced_by_issuer": float(np.mean(displaced.by_issuer)),
        "displaced_by_customer": float(np.mean(displaced.by_customer)),
        "served": float(served),
        "fulfilled": shares[Outcome.FULFILLED],
        "no_shows": shares[Outcome.NO_SHOW],
        "cancelled": shares[Outcome.CANCELLED],
        "left": shares[Outcome.LEFT],
        "rebooked_by_issuer": shares[Outcome.REBOOKED_BY_ISSUER],
        "rebooked_same_day": shares[Outcome.REBOOKED_SAME_DAY],
        "failed_technical": shares[Outcome.FAILED_TECHNICAL],
        "failed_documents": shares[Outcome.FAILED_DOCUMENTS],
        "overbooked": float(week.overbooked),
        "walk_ups": float(len(walk_up)),
        "walk_ups_served": float(walk_ups_served),
        "walk_ups_turned_away": float(np.count_nonzero(walk_up == Outcome.WALK_UP_TURNED_AWAY)),
        "occupancy": _share(time.busy, time.in_service),
        "idle": time.in_service - time.busy,
        "standby_called": float(time.called),
        "overtime_minutes": time.overtime,
        **{name: float(values.sum()) for name, values in mending_figures(week, log).items()},
        **breaks,
        "sessions_per_agent_hour": _share(served * 60.0, time.in_service),
        "cost": time.cost + breaks["meals_not_granted_cost"],
    }


def mending_figures(week: Week, log: OutcomeLog) -> dict[str, IntArray]:
    """How often something was decided during the day, by session."""
    if log.mending is None:
        return dict.fromkeys(
            ("told_delays", "new_times", "rebooked_ahead", "rebinds"), np.zeros(len(week), dtype=np.int64)
        )
    found = log.mending
    return {
        "told_delays": found.delays,
        "new_times": found.new_times,
        "rebooked_ahead": found.rebooked,
        "rebinds": found.rebinds,
    }


class Displacements(NamedTuple):
    """Sessions that start late, by cause; one value for each session."""

    by_issuer: BoolArray
    by_customer: BoolArray


def displacements(week: Week, log: OutcomeLog) -> Displacements:
    """Sessions that start over ON_TIME_MINUTES after the appointment, by the greater part of the delay.

    The delay is the customer's lateness, and then the wait for the issuer; equal parts are the issuer's.
    """
    delay = np.array(log.begun) - log.promised(week)
    late = delay > ON_TIME_MINUTES
    waited = np.array(log.wait) * 2.0 >= delay
    return Displacements(late & waited, late & ~waited)


class _AgentTime(NamedTuple):
    in_service: float
    busy: float
    overtime: float
    cost: float
    called: int


def _agent_time(week: Week, scenario: Scenario, log: OutcomeLog) -> _AgentTime:
    begun, left = np.array(log.came_at), np.array(log.left_at)
    came = ~np.isnan(left)
    end, work, hourly = (
        np.array([getattr(duty, name) for duty in week.duties], dtype=np.float64)
        for name in ("end", "work_minutes", "hourly_cost")
    )
    on_call = np.array([duty.on_call for duty in week.duties], dtype=np.bool_)
    end = np.where(on_call, np.array(log.ends), end)
    work = np.where(on_call, end - begun, work)
    overtime = np.where(came, left - end, 0.0)
    in_service = np.where(came, left - begun - np.array(log.on_break), 0.0)
    paid_hours = np.where(came, work + scenario.overtime_factor * overtime, 0.0) / 60.0
    return _AgentTime(
        in_service=float(in_service.sum()),
        busy=float(sum(log.busy)),
        overtime=float(overtime.sum()),
        cost=float((paid_hours * hourly).sum()),
        called=int(np.count_nonzero(on_call & came)),
    )


def _share(part: float | np.signedinteger, whole: float) -> float:
    return float(part) / whole if whole else math.nan


class RunningKpis:
    """Means and variances of the key figures in constant memory (Welford 1962).

    Args:
        batch: replications that depend on each other and count as one, by their mean; 1: all are independent.
    """

    def __init__(self, batch: int = 1) -> None:
        self._batch = batch
        self._waiting: list[dict[str, float]] = []
        self._count = dict.fromkeys(KPIS, 0)
        self._mean = dict.fromkeys(KPIS, 0.0)
        self._squares = dict.fromkeys(KPIS, 0.0)

    @property
    def observations(self) -> int:
        """Batches counted: the most that a figure had a value in."""
        return max(self._count.values())

    def add(self, values: dict[str, float]) -> None:
        """Count one replication; a nan is left out."""
        if self._batch > 1:
            self._waiting.append(values)
            if len(self._waiting) < self._batch:
                return
            values = _means(self._waiting)
            self._waiting = []
        for name, value in values.items():
            if not math.isnan(value):
                self._count[name] += 1
                change = value - self._mean[name]
                self._mean[name] += change / self._count[name]
                self._squares[name] += change * (value - self._mean[name])

    def summary(self) -> dict[str, Kpi]:
        """The means with their 95 % intervals."""
        return {name: self.kpi(name) for name in KPIS}

    def variance(self, name: str) -> float:
        """Of one observation; nan with fewer than two values."""
        return self._squares[name] / (self._count[name] - 1) if self._count[name] >= 2 else math.nan

    def kpi(self, name: str) -> Kpi:
        """The mean of one figure with its 95 % interval."""
        count, mean = self._count[name], self._mean[name]
        if count < 2:
            return Kpi(mean if count else math.nan, math.nan, math.nan)
        error = math.sqrt(self.variance(name) / count)
        half_width = student_t_quantile(0.975, count - 1) * error
        return Kpi(mean, mean - half_width, mean + half_width)


def _means(replications: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of the values that there are."""
    known = {name: [r[name] for r in replications if not math.isnan(r[name])] for name in replications[0]}
    return {name: math.fsum(values) / len(values) if values else math.nan for name, values in known.items()}
