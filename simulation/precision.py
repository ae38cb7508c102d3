"""How many replications: as many as the intervals need to become as narrow as was asked for.

The sequential procedure for terminating simulations (Law, Simulation Modeling and Analysis, 5th ed.,
9.4.1): replications are added one by one until t(n - 1, 97.5 %) * S(n) / sqrt(n) is at most the half-width
asked for (Chow & Robbins 1965, Ann. Math. Stat. 36), or at most g / (1 + g) of the size of the mean for a
relative error of g (Nádas 1969, Ann. Math. Stat. 40). The intervals cover 95 % as the half-width goes to
zero; so that they do nearly so for wide ones too, the rule is first asked after LEAST_REPLICATIONS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.kpis import KPIS, Kpi, RunningKpis

LEAST_REPLICATIONS = 20
"""Played before the rule is asked: with fewer, a variance that is small by chance would end the run.
Stratified, so many batches."""

MOST_REPLICATIONS = 10_000
"""Ends a run whose intervals stay wide, unless something else is asked for."""


@dataclass(frozen=True)
class HalfWidth:
    """A half-width asked for.

    Attributes:
        kpi: one of KPIS.
        value: in the figure's unit; if relative, as a share of the mean.
    """

    kpi: str
    value: float
    relative: bool = False

    def __post_init__(self) -> None:
        if self.kpi not in KPIS:
            raise ValueError(f"no key figure is called {self.kpi}: expected one of {', '.join(KPIS)}")
        if not (math.isfinite(self.value) and self.value > 0):
            raise ValueError(f"{self.kpi}: expected a half-width above 0, got {self.value:g}")

    @classmethod
    def parse(cls, text: str) -> HalfWidth:
        """From KPI=VALUE in the figure's unit, or KPI=P%, of the mean.

        Raises:
            ValueError: when it is not of that form, or asks for what can't be.
        """
        kpi, equals, value = (part.strip() for part in text.partition("="))
        relative = value.endswith("%")
        try:
            number = float(value.removesuffix("%"))
        except ValueError:
            number = math.nan
        if not equals or math.isnan(number):
            raise ValueError(f"expected KPI=VALUE or KPI=P%, got {text}")
        return cls(kpi, number / 100.0 if relative else number, relative)

    def allowed(self, mean: float) -> float:
        """The half-width at which the rule is content, in the figure's unit."""
        return self.value / (1.0 + self.value) * abs(mean) if self.relative else self.value


@dataclass(frozen=True)
class ReachedHalfWidth:
    """What became of a half-width asked for; `found` is in the figure's unit, nan if there is no interval."""

    asked: HalfWidth
    found: float
    reached: bool


class StoppingRule:
    """Says when all half-widths asked for are reached."""

    def __init__(self, asked: Sequence[HalfWidth]) -> None:
        self._asked = tuple(asked)

    def is_met(self, running: RunningKpis) -> bool:
        """Whether the run may end."""
        return running.observations >= LEAST_REPLICATIONS and all(r.reached for r in self.outcome(running))

    def outcome(self, running: RunningKpis) -> tuple[ReachedHalfWidth, ...]:
        """Each half-width, as it is now."""
        return tuple(_outcome(asked, running.kpi(asked.kpi)) for asked in self._asked)

    def fraction(self, running: RunningKpis) -> float:
        """About how much of the replications needed have been played: widths shrink with their root."""
        done = 1.0
        for outcome in self.outcome(running):
            allowed = outcome.asked.allowed(running.kpi(outcome.asked.kpi).mean)
            if not outcome.reached:
                done = min(done, (allowed / outcome.found) ** 2 if outcome.found > 0 else 0.0)
        return done


def _outcome(asked: HalfWidth, kpi: Kpi) -> ReachedHalfWidth:
    found = kpi.high - kpi.mean
    return ReachedHalfWidth(asked, found, found <= asked.allowed(kpi.mean))
