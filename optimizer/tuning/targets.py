"""What a plan must reach, in words and in figures."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from optimizer.tuning.playing import PlanPlayer, mean_with_interval
from simulation import KPIS, Kpi

_FORM = re.compile(r"\s*(\w+)\s*(<=|>=)\s*([0-9.eE+-]+)\s*(%?)\s*")


@dataclass(frozen=True)
class Target:
    """A limit for the mean of a key figure.

    Attributes:
        kpi: one of `simulation.KPIS`.
        at_most: whether the figure must not exceed the limit; else it must not fall below.
        limit: in the figure's unit; shares from 0 to 1.
    """

    kpi: str
    at_most: bool
    limit: float

    @classmethod
    def parse(cls, text: str) -> Target:
        """From KPI<=VALUE, KPI>=VALUE, where shares may be given as P%.

        Raises:
            ValueError: when it is not of that form, names no key figure, or can't be reached by any plan.
        """
        form = _FORM.fullmatch(text)
        if form is None:
            raise ValueError(f"expected KPI<=VALUE or KPI>=VALUE, for example wait_over_10<=2%, got {text}")
        kpi, sign, number, percent = form.groups()
        if kpi not in KPIS:
            raise ValueError(f"no key figure is called {kpi}: expected one of {', '.join(KPIS)}")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0.0:
            raise ValueError(f"{kpi}: expected a limit of 0 or more, got {number}")
        is_share = KPIS[kpi].unit == "share"
        if percent and not is_share:
            raise ValueError(f"{kpi}: expected {KPIS[kpi].unit}, not a percentage, got {number}%")
        limit = value / 100.0 if percent else value
        if is_share and limit > 1.0:
            raise ValueError(f"{kpi}: expected a share from 0 to 1 or 0% to 100%, got {number}{percent}")
        return cls(kpi, sign == "<=", limit)

    def __str__(self) -> str:
        return f"{self.kpi}{'<=' if self.at_most else '>='}{self.limit:g}"

    def is_met_by(self, figure: Kpi) -> bool:
        """Whether the whole 95 % interval keeps the limit; without an interval, whether the mean does."""
        end = figure.high if self.at_most else figure.low
        end = figure.mean if math.isnan(end) else end
        return end <= self.limit if self.at_most else end >= self.limit

    def miss(self, values: FloatArray) -> FloatArray:
        """How far each value is from 0, or beyond the limit, in units of the limit; less is better."""
        scale = self.limit if self.limit > 0.0 else 1.0
        return np.asarray((values if self.at_most else np.maximum(self.limit - values, 0.0)) / scale)


def are_met(targets: Sequence[Target], player: PlanPlayer, replications: range) -> bool:
    """Whether a plan meets all targets, by its intervals over these replications."""
    return all(
        target.is_met_by(mean_with_interval(player.values(target.kpi, replications))) for target in targets
    )


OVERTIME_WEIGHT = 0.02
"""An hour of overtime for each hundred hours on duty, in units of a target: parts plans that do alike."""


def scores(targets: Sequence[Target], player: PlanPlayer, replications: range) -> FloatArray:
    """What a plan is raced by, in each replication; less is better.

    The sum of the figures in units of their limits, and a little for overtime.
    """
    total = np.zeros(len(replications))
    for target in targets:
        total += np.nan_to_num(target.miss(player.values(target.kpi, replications)))
    overtime = player.values("overtime_minutes", replications) / 60.0
    return total + OVERTIME_WEIGHT * 100.0 * overtime / player.values("agent_hours", replications)
