"""Simulated indicators of groups of sessions: by interval of the day, and by skill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from dashboard.results.indicators import kpi_value
from dashboard.texts import Texts, skill_order
from simulation import KPIS, Kpi

IN_GROUPS = (
    "wait_mean",
    "wait_p90",
    "wait_over_10",
    "on_time_share",
    "displaced_by_issuer",
    "rebooked_by_issuer",
    "no_shows",
    "occupancy",
    "sessions_per_agent_hour",
    "cost",
)
"""Indicators that have a column where each group is a row."""

_UNITS = ("%", " min", " h")


class GroupEstimates(NamedTuple):
    """One group: sessions appointed in a simulated week, and its indicators by name."""

    sessions: float
    kpis: Mapping[str, Kpi]


def group_rows(groups: Mapping[str, GroupEstimates], texts: Texts) -> list[tuple[str, ...]]:
    """Groups: name, sessions, and the indicators of IN_GROUPS with their intervals."""
    return [
        (
            texts.label("skill", name),
            texts.decimal(group.sessions, 0),
            *(with_interval(kpi, group.kpis.get(kpi), texts) for kpi in IN_GROUPS),
        )
        for name, group in _in_order(groups)
    ]


def group_columns(
    groups: Mapping[str, GroupEstimates], texts: Texts
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names of the groups; and all indicators, with a value and its interval for each group."""
    listed = _in_order(groups)
    return [texts.label("skill", name) for name, _ in listed], [
        (texts.label("kpi", kpi), *(with_interval(kpi, group.kpis.get(kpi), texts) for _, group in listed))
        for kpi in KPIS
    ]


def with_interval(name: str, value: Kpi | None, texts: Texts) -> str:
    """A mean with its interval, the unit once; the mean alone where there is no interval."""
    value = value or Kpi(math.nan, math.nan, math.nan)
    mean = kpi_value(name, value.mean, texts)
    if not math.isfinite(value.low):
        return mean
    low, high = kpi_value(name, value.low, texts), kpi_value(name, value.high, texts)
    for unit in _UNITS:
        low, high = low.removesuffix(unit), high.removesuffix(unit)
    return texts.say("kpi_group.cell", mean=mean, low=low, high=high)


def _in_order(groups: Mapping[str, GroupEstimates]) -> list[tuple[str, GroupEstimates]]:
    """Skills in their usual order; times of the day are in order by name."""
    return [(name, groups[name]) for name in skill_order(groups)]
