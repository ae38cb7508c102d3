"""The simulated indicators: in which unit each is shown, and which ones are seen first."""

from __future__ import annotations

from dashboard.texts import Texts
from simulation import KPIS

MEAN_WAIT = "wait_mean"
ON_CARDS = ("wait_over_10", MEAN_WAIT, "occupancy")
"""Indicators that every reader sees first, in this order."""

SHOWN_IN_HOURS = ("idle", "overtime_minutes")
"""Minutes summed over all agents: too many to read as minutes."""


def kpi_value(name: str, value: float, texts: Texts) -> str:
    """A value of an indicator in its unit; an unknown indicator is a plain number."""
    if name in SHOWN_IN_HOURS:
        return texts.hours(value, 1)
    match KPIS[name].unit if name in KPIS else "":
        case "minutes":
            return texts.minutes(value)
        case "share":
            return texts.percent(value)
        case "sessions":
            return texts.integer(value)
        case "R$":
            return texts.money(value)
        case _:
            return texts.decimal(value, 2 if abs(value) < 10 else 1)
