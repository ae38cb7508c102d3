"""Rolling origins: each model predicts months that are past as if they were yet to come (Tashman 2000)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.model.columns import FloatArray, IntArray
from simulation.forecast.fitting.level import local_level
from simulation.forecast.fitting.naive import seasonal_naive
from simulation.forecast.fitting.past import Past, Prediction
from simulation.forecast.fitting.regression import steady_growth
from simulation.forecast.horizon import LEAST_BEFORE, LEAST_KNOWN

BASELINE: Final = "seasonal_naive"
COMBINED: Final = "combined"

Model = Callable[[Past], Prediction]
MODELS: Final[Mapping[str, Model]] = {
    BASELINE: seasonal_naive,
    "steady_growth": steady_growth,
    "local_level": local_level,
}
"""What is fitted; the combination is made of the last two."""

STEP: Final = 28
MOST_FOLDS: Final = 6
NORMAL_95: Final = 1.6448536269514722
"""95 % quantile of the standard normal distribution: half the width of a 90 % interval."""

TRUST: Final = 2.0
"""How many origins the models' own intervals weigh, against what the back-test says of their width."""

WIDEST: Final = 3.0
"""Intervals are never made narrower than the model's own: a few calm months promise no calm."""


@dataclass(frozen=True, eq=False)
class Fold:
    """One origin.

    Attributes:
        end: days that were past at the origin.
        days: positions of the held-back days of which the count is known.
        predictions: by model, of all days from the origin on.
    """

    end: int
    days: IntArray
    predictions: Mapping[str, Prediction]

    def errors(self, past: Past, model: str) -> tuple[FloatArray, FloatArray]:
        """What was predicted too much on each held-back day, and the standard deviation claimed for it."""
        found = self.predictions[model]
        at = self.days - self.end
        return found.mean[at] - past.count[self.days], found.deviation[at]


def predictions_of(past: Past) -> dict[str, Prediction]:
    """The prediction of each model, and the combination's."""
    found = {name: model(past) for name, model in MODELS.items()}
    found[COMBINED] = combined(found["steady_growth"], found["local_level"])
    return found


def combined(first: Prediction, second: Prediction) -> Prediction:
    """The geometric mean of two predictions, whose errors are taken for fully correlated.

    Combinations do well out of sample (Bates and Granger 1969; Clemen 1989). What the two differ by is added
    to the spread.
    """
    mean = np.sqrt(first.mean * second.mean)
    half = 0.5 * np.log(np.maximum(first.mean, 1e-12) / np.maximum(second.mean, 1e-12))
    return Prediction(mean, 0.5 * (first.spread + second.spread) + half**2)


def origins(past: Past, horizon: int) -> list[int]:
    """Moments of the past from which a whole horizon can be compared, the latest first."""
    moments = [past.end - horizon - step * STEP for step in range(MOST_FOLDS)]
    return [
        moment for moment in moments if moment >= LEAST_BEFORE and past.known[:moment].sum() >= LEAST_KNOWN
    ]


def back_test(past: Past, horizon: int, told: Callable[[float], None]) -> list[Fold]:
    """Predictions of all models at each origin, of so many days."""
    moments = origins(past, horizon)
    folds = []
    for number, end in enumerate(moments):
        until = past.until(end)
        days = np.arange(end, min(end + horizon, past.end))
        folds.append(Fold(end, days[np.isfinite(past.count[days])], predictions_of(until)))
        told((number + 1) / len(moments))
    return folds


def error_of(past: Past, folds: list[Fold], model: str) -> float:
    """Mean over the origins of the absolute errors of a horizon, as a share of its bookings."""
    shares = []
    for fold in folds:
        error, _ = fold.errors(past, model)
        shares.append(float(np.abs(error).sum() / max(past.count[fold.days].sum(), 1.0)))
    return float(np.mean(shares))


def picked(past: Past, folds: list[Fold]) -> str:
    """The model with the least error; the earliest of equals."""
    names = list(folds[0].predictions)
    return min(names, key=lambda name: error_of(past, folds, name))


def width_factor(past: Past, folds: list[Fold], model: str) -> float:
    """By how much the model's relative errors must grow for 90 % intervals to hold 90 % of the days.

    At each origin, the 90 % quantile of the standardised errors over that of the normal distribution; of
    these the median, so that a month in which the world changed does not widen all intervals for ever.
    """
    factors = []
    for fold in folds:
        error, deviation = fold.errors(past, model)
        if len(error):
            factors.append(float(np.quantile(np.abs(error) / deviation, 0.9)) / NORMAL_95)
    seen = len(factors)
    if not seen:
        return 1.0
    factor = (TRUST + seen * float(np.median(factors))) / (TRUST + seen)
    return float(np.clip(factor, 1.0, WIDEST))
