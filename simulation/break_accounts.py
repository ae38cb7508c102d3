"""What became of the breaks of one replication: moved, broken by rule, skipped, and paid instead."""

from __future__ import annotations

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray
from simulation.breaks import BreakFault, least_meal
from simulation.outcome_log import OutcomeLog
from simulation.week import Week

LATE_BREAK_MINUTES = 5.0
"""A break is late when it starts more than this after its planned start."""


def break_figures(week: Week, scenario: Scenario, log: OutcomeLog) -> dict[str, FloatArray]:
    """The key figures of breaks, of each planned break; 0 for breaks of agents who never came."""
    delays, found = np.array(log.break_delays), np.array(log.break_faults, dtype=np.int64)
    figures = {
        "late_breaks": delays > LATE_BREAK_MINUTES,
        "break_minutes_moved": np.nan_to_num(np.abs(delays)),
        "breaks_broken": found != BreakFault.NONE,
        "breaks_at_edge": found & BreakFault.EDGE > 0,
        "breaks_after_long_stretch": found & BreakFault.STRETCH > 0,
        "breaks_skipped": found & BreakFault.SKIPPED > 0,
        "breaks_moved": np.zeros(len(delays)) if log.mending is None else log.mending.breaks_moved,
    }
    return {name: values.astype(np.float64) for name, values in figures.items()} | {
        "meals_not_granted_cost": _paid_instead(week, scenario, log, found & BreakFault.SKIPPED > 0)
    }


def _paid_instead(week: Week, scenario: Scenario, log: OutcomeLog, skipped: np.ndarray) -> FloatArray:
    """CLT 71 §4, R$ by break: what is paid for meals not granted, with the first meal that a duty skips."""
    paid = np.zeros(len(skipped))
    for number in np.flatnonzero(skipped & week.breaks.is_meal).tolist():
        duty = int(week.breaks.duty[number])
        of_duty = slice(week.first_break[duty], week.first_break[duty] + len(week.duties[duty].breaks))
        if not paid[of_duty].any():
            minutes = _suppressed_minutes(week, log, duty)
            paid[number] = scenario.meal_factor * minutes * week.duties[duty].hourly_cost / 60.0
    return paid


def _suppressed_minutes(week: Week, log: OutcomeLog, duty: int) -> float:
    """What the meals taken lack of the least meal due in the work done, by plan at most.

    Overtime is left out of the work: it raises no claim to a longer meal here.
    """
    planned, first = week.duties[duty], week.first_break[duty]
    taken = sum(
        log.break_minutes[first + place]
        for place, planned_break in enumerate(planned.breaks)
        if planned_break.kind == "meal"
    )
    work = min(float(planned.work_minutes), log.left_at[duty] - log.came_at[duty] - taken)
    return max(0.0, least_meal(planned.break_rules, work) - taken)
