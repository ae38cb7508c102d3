"""What the simulation expects of the days that are reviewed: the plan played many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from data.model import Case, Scenario
from data.model.columns import BoolArray, IntArray
from data.progress import Progress, no_progress
from simulation.replications import Player
from simulation.review.figures import FIGURES, played_figures

REPLICATIONS = 200
COVERAGE = 0.95


class Expected(NamedTuple):
    """A figure as the simulation expects it: its mean, and the range of 95 % of the replications."""

    mean: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a day like this one is not unusual; a figure that is not known never is."""
        return not (value < self.low or value > self.high)


def expected_figures(
    case: Case,
    scenario: Scenario,
    days: Sequence[int],
    replications: int = REPLICATIONS,
    seed: int = 1,
    progress: Progress = no_progress,
) -> tuple[dict[str, Expected], list[dict[str, Expected]]]:
    """The figures of days of the plan, together and day by day, if the scenario holds and nobody mends it.

    Args:
        days: numbers in the horizon, each with sessions.
        progress: told after each replication.
    """
    player = Player(_only(case, days), scenario)
    week = player.week
    session_day = _days_of(case, week.appointed)
    duty_day = _days_of(case, np.array([duty.start for duty in week.duties], dtype=np.float64))
    is_duty = np.array([not duty.on_call for duty in week.duties], dtype=np.bool_)
    groups = [(np.ones(len(week), dtype=np.bool_), is_duty)]
    groups += [(session_day == day, is_duty & (duty_day == day)) for day in days]
    found: list[list[dict[str, float]]] = [[] for _ in groups]
    for replication in range(replications):
        log = player.play(seed, replication)
        for figures, (sessions, duties) in zip(found, groups, strict=True):
            figures.append(played_figures(week, log, sessions, duties))
        progress((replication + 1) / replications, "")
    whole, *each = [_summary(figures) for figures in found]
    return whole, each


def _summary(replications: Sequence[dict[str, float]]) -> dict[str, Expected]:
    """Empirical quantiles; nan where no replication has a value."""
    tail = (1.0 - COVERAGE) / 2.0
    summary = {}
    for name in FIGURES:
        values = np.array([figures[name] for figures in replications])
        values = values[~np.isnan(values)]
        if len(values):
            low, high = np.quantile(values, (tail, 1.0 - tail), method="closest_observation")
            summary[name] = Expected(float(values.mean()), float(low), float(high))
        else:
            summary[name] = Expected(np.nan, np.nan, np.nan)
    return summary


def _only(case: Case, days: Sequence[int]) -> Case:
    """The case with sessions and duties of these days alone."""

    def on(minutes: IntArray) -> BoolArray:
        return np.isin(_days_of(case, minutes), days)

    return replace(
        case,
        sessions=case.sessions.take(on(case.sessions.starts_at)),
        duties=case.duties.take(on(case.duties.starts_at)),
        breaks=case.breaks.take(_on_duties(case, days)),
    )


def _on_duties(case: Case, days: Sequence[int]) -> BoolArray:
    """Breaks of duties that start on these days, past midnight too."""
    kept = {
        (duty.agent_id, planned.start)
        for duty in case.roster.duties
        if case.axis.day_of(duty.start) in days
        for planned in duty.breaks
    }
    pairs = zip(case.breaks.agent_id.tolist(), case.breaks.starts_at.tolist(), strict=True)
    return np.array([pair in kept for pair in pairs], dtype=np.bool_)


def _days_of(case: Case, minutes: IntArray | np.ndarray) -> IntArray:
    return np.searchsorted(case.axis.day_starts, minutes, side="right") - 1
