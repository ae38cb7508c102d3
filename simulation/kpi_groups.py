"""Key figures of groups of sessions: by interval of the day, and by skill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.model import Case, Scenario
from data.model.columns import FloatArray, IntArray
from simulation.agent_time import DAY, AgentAccounts, AgentTime, Clock
from simulation.kpis import KPIS, LONG_WAIT_MINUTES, ON_TIME_MINUTES, Kpi, displacements, mending_figures
from simulation.outcome_log import OutcomeLog
from simulation.ratios import RunningQuantiles, RunningRatios
from simulation.records import Outcome
from simulation.week import Week

INTERVAL_MINUTES = 60
"""Length of the intervals of the day unless something else is asked for."""

_QUANTILES = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_p95": 0.95}
_MENDING = ("told_delays", "new_times", "rebooked_ahead", "rebinds")
_RATIOS = tuple(name for name in KPIS if name not in _QUANTILES)


@dataclass(frozen=True, eq=False)
class KpiGroup:
    """The key figures of one interval of the day, or of one skill.

    Shares, means and quantiles are over all customers (or agents' minutes) of all replications together; sums
    are means over replications.

    Attributes:
        name: the skill, or when the interval begins (HH:MM by the wall clock of the service).
        sessions: appointed, in a replication.
        kpis: mean and 95 % interval of each figure of `simulation.KPIS`, in that order.
    """

    name: str
    sessions: float
    kpis: dict[str, Kpi]


class RunningGroups:
    """Figures by interval of the day and by skill, over replications in constant memory."""

    def __init__(
        self,
        case: Case,
        week: Week,
        scenario: Scenario,
        interval_minutes: int = INTERVAL_MINUTES,
        batch: int = 1,
    ) -> None:
        clock = Clock.of(case.axis, interval_minutes)
        self._week = week
        self._accounts = AgentAccounts(week, scenario, clock)
        interval = clock.at(week.appointed)
        times = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, DAY, interval_minutes)]
        self._clock = clock
        self._by_interval = _Family(times, interval, batch)
        self._by_skill = _Family(_skill_names(week, self._accounts.skills), week.skill, batch)

    def add(self, log: OutcomeLog) -> None:
        """Count one replication, whose log has activities."""
        flags, walk_ups = _flags(self._week, log), _walk_up_flags(log)
        arrived, like = np.array(log.walk_ups.arrived), np.array(log.walk_ups.like, dtype=np.int64)
        families = (self._by_interval, self._clock.at(arrived)), (self._by_skill, self._week.skill[like])
        for (family, group), time in zip(families, self._accounts.read(log), strict=True):
            family.add(flags, walk_ups, group, time)

    def by_interval(self) -> tuple[KpiGroup, ...]:
        """In order of the day; intervals without customers and without agents are left out."""
        return tuple(self._by_interval.summary())

    def by_skill(self) -> tuple[KpiGroup, ...]:
        """By name; skills without sessions are left out."""
        return tuple(group for group in self._by_skill.summary() if group.sessions)


class _Family:
    """Groups that share out all sessions."""

    def __init__(self, names: list[str], group: IntArray, batch: int) -> None:
        self._names, self._group = names, group
        self._sessions = self._count(np.ones(len(group)))
        self._ratios = RunningRatios((len(_RATIOS), len(names)), batch)
        self._waits = RunningQuantiles(len(names), batch)
        self._in_service = np.zeros(len(names))
        self._walk_ups = np.zeros(len(names))

    def _count(self, weights: FloatArray, group: IntArray | None = None) -> FloatArray:
        group = self._group if group is None else group
        return np.bincount(group, weights=weights, minlength=len(self._names)).astype(np.float64)

    def add(
        self,
        flags: dict[str, FloatArray],
        walk_ups: dict[str, FloatArray],
        group_of_walk_up: IntArray,
        time: AgentTime,
    ) -> None:
        counts = {name: self._count(values) for name, values in flags.items()}
        joined = {name: self._count(values, group_of_walk_up) for name, values in walk_ups.items()}
        served = counts["fulfilled"] + counts["rebooked_same_day"] + joined["walk_ups_served"]
        attending, once = counts["attending"], np.ones(len(self._names))
        self._in_service += time.in_service
        self._walk_ups += joined["walk_ups"]
        pairs = {
            "wait_mean": (counts["wait"], attending),
            "wait_over_5": (counts["over_5"], attending),
            "wait_over_10": (counts["over_10"], attending),
            "wait_beyond_original_over_10": (counts["over_10_beyond_original"], attending),
            "on_time_share": (counts["on_time"], attending),
            "served": (served, once),
            "overbooked": (counts["overbooked"], once),
            "occupancy": (time.busy, time.in_service),
            "idle": (time.in_service - time.busy, once),
            "overtime_minutes": (time.overtime, once),
            "standby_called": (time.called, once),
            "sessions_per_agent_hour": (served * 60.0, time.in_service),
            "cost": (time.cost, once),
            **{name: (counts[name], once) for name in _MENDING},
        } | {name: (count, once) for name, count in (*joined.items(), *time.breaks.items())}
        parts, wholes = zip(
            *(pairs[name] if name in pairs else (counts[name], self._sessions) for name in _RATIOS),
            strict=True,
        )
        self._ratios.add(np.array(parts), np.array(wholes))
        there = flags["attending"] > 0
        self._waits.add(self._group[there], flags["wait"][there])

    def summary(self) -> Iterable[KpiGroup]:
        ratios = self._ratios.estimates()
        quantiles = {name: self._waits.estimates(at) for name, at in _QUANTILES.items()}
        for place, name in enumerate(self._names):
            if self._sessions[place] or self._in_service[place] or self._walk_ups[place]:
                found = {
                    kpi: Kpi(*(float(column[row, place]) for column in ratios))
                    for row, kpi in enumerate(_RATIOS)
                } | {kpi: Kpi(*(float(column[place]) for column in q)) for kpi, q in quantiles.items()}
                yield KpiGroup(name, float(self._sessions[place]), {kpi: found[kpi] for kpi in KPIS})


def _flags(week: Week, log: OutcomeLog) -> dict[str, FloatArray]:
    """What is counted of each session."""
    wait, outcome = log.waits(), np.array(log.outcome)
    attending = ~np.isnan(wait)
    waited = np.where(attending, wait, 0.0)
    delay = np.where(attending, np.array(log.begun) - log.promised(week), np.nan)
    displaced = displacements(week, log)
    flags = {
        "attending": attending,
        "wait": waited,
        "over_5": waited > 5.0,
        "over_10": waited > LONG_WAIT_MINUTES,
        "over_10_beyond_original": log.waits_beyond_original(week) > LONG_WAIT_MINUTES,
        "on_time": delay <= ON_TIME_MINUTES,
        "displaced_by_issuer": displaced.by_issuer,
        "displaced_by_customer": displaced.by_customer,
        "overbooked": np.arange(len(week)) >= len(week) - week.overbooked,
        "fulfilled": outcome == Outcome.FULFILLED,
        "no_shows": outcome == Outcome.NO_SHOW,
        "cancelled": outcome == Outcome.CANCELLED,
        "left": outcome == Outcome.LEFT,
        "rebooked_by_issuer": outcome == Outcome.REBOOKED_BY_ISSUER,
        "rebooked_same_day": outcome == Outcome.REBOOKED_SAME_DAY,
        "failed_technical": outcome == Outcome.FAILED_TECHNICAL,
        "failed_documents": outcome == Outcome.FAILED_DOCUMENTS,
        **mending_figures(week, log),
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in flags.items()}


def _walk_up_flags(log: OutcomeLog) -> dict[str, FloatArray]:
    """What is counted of each walk-up."""
    outcome = np.array(log.walk_ups.outcome, dtype=np.int64)
    flags = {
        "walk_ups": outcome >= 0,
        "walk_ups_served": outcome == Outcome.WALK_UP_SERVED,
        "walk_ups_turned_away": outcome == Outcome.WALK_UP_TURNED_AWAY,
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in flags.items()}


def _skill_names(week: Week, count: int) -> list[str]:
    """Names by number; those of skills that no session asks for are not known, and not shown."""
    names = [""] * count
    for number, name in zip(week.skill.tolist(), week.skill_name.tolist(), strict=True):
        names[number] = name
    return names
