"""Effects of the calendar: a negative binomial regression of daily counts, log link (Hilbe 2011)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm

from data.model.columns import BoolArray, FloatArray, IntArray
from simulation.forecast.fitting.past import LEAST_BOOKINGS, LEAST_SUPPORT, Past, Prediction

HALF_LIFE = 180.0
"""Days after which a past day counts half in the regression with a straight trend."""

YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Effects:
    """Fitted effects.

    Attributes:
        columns: positions of the effects that could be estimated.
        value: of each of them, on the scale of logarithms.
        covariance: of the values.
        spread: squared relative noise of a day, beyond that of a Poisson count.
    """

    columns: IntArray
    value: FloatArray
    covariance: FloatArray
    spread: float

    def on(self, effects: FloatArray) -> FloatArray:
        """Sum of the effects on each day."""
        total: FloatArray = effects[:, self.columns] @ self.value
        return total

    def apart(self) -> tuple[float, Effects]:
        """The constant, which was estimated last, and the effects without it."""
        rest = Effects(self.columns[:-1], self.value[:-1], self.covariance[:-1, :-1], self.spread)
        return float(self.value[-1]), rest

    def variance_on(self, effects: FloatArray) -> FloatArray:
        """Squared standard error of that sum."""
        rows = effects[:, self.columns]
        variance: FloatArray = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return variance


def supported(past: Past, used: BoolArray) -> IntArray:
    """Positions of the effects that vary over the days used, and show on enough days and bookings."""
    rows, count = past.effects[: past.end][used], past.count[: past.end][used]
    shown = ((rows != 0).sum(axis=0) >= LEAST_SUPPORT) & (count @ (rows != 0) >= LEAST_BOOKINGS)
    varied = np.ptp(rows, axis=0) > 0 if len(rows) else shown
    return np.flatnonzero(shown & varied)


def fit_effects(past: Past, used: BoolArray, offset: FloatArray, weights: FloatArray) -> Effects:
    """Effects on the days used, given the logarithm of the level of each day, and last a constant.

    The dispersion is found by moments from a first Poisson regression, which is consistent whatever the
    dispersion (Gourieroux, Monfort and Trognon 1984).

    Args:
        past: the days.
        used: which of the past days enter.
        offset: logarithm of the level of each past day.
        weights: of each past day.

    Returns:
        The constant's position is that after the last effect.
    """
    columns = np.append(supported(past, used), past.effects.shape[1])
    design = with_constant(past.effects)[: past.end][used][:, columns]
    count, given, weight = past.count[: past.end][used], offset[used], weights[used]
    first = sm.GLM(count, design, family=sm.families.Poisson(), offset=given, var_weights=weight).fit()
    mean = first.fittedvalues
    spread = moment_spread(count, mean, weight, len(columns))
    family = sm.families.NegativeBinomial(alpha=max(spread, 1e-8))
    fitted = sm.GLM(count, design, family=family, offset=given, var_weights=weight).fit(
        start_params=first.params, scale=1.0
    )
    return Effects(columns, fitted.params, fitted.cov_params(), spread)


def with_constant(effects: FloatArray) -> FloatArray:
    """The effects of each day, and a constant as the last of them."""
    return np.column_stack([effects, np.ones(len(effects))])


def moment_spread(count: FloatArray, mean: FloatArray, weight: FloatArray, fitted: int) -> float:
    """Squared relative noise beyond Poisson: the moment estimator, with a correction for what was fitted."""
    free = max(1.0 - fitted / max(len(count), 1), 0.1)
    beyond = (weight * ((count - mean) ** 2 / free - mean)).sum()
    return float(max(beyond, 0.0) / max((weight * mean**2).sum(), 1e-12))


def steady_growth(past: Past) -> Prediction:
    """A level that grows at a constant rate, with the effects of the calendar; older days count less.

    The weights are those of discounted regression (Brown 1963).
    """
    days = np.arange(len(past.count), dtype=np.float64)
    effects = np.column_stack([past.effects, (days - past.end) / YEAR])
    growing = Past(past.weekday, past.count, effects, (*past.names, "growth"), past.season, past.end)
    weights = 0.5 ** ((past.end - days[: past.end]) / HALF_LIFE)
    found = fit_effects(growing, past.known, np.zeros(past.end), weights)
    ahead = with_constant(effects)[past.end :]
    return Prediction(np.exp(found.on(ahead)), found.spread + found.variance_on(ahead))
