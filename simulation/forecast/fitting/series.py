"""The parts of the total: each series as a share of it that has effects and drifts.

Shares are predicted and the total is split by them, so that all adds up (top-down by forecast proportions;
Gross and Sohl 1990). A shift of the whole is in the total; here is what sets a series apart.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
import statsmodels.api as sm

from data.model.columns import FloatArray
from simulation.forecast.fitting.level import CLIP, LEVEL
from simulation.forecast.fitting.past import Past, Prediction
from simulation.forecast.fitting.regression import fit_effects, with_constant

LEAST_A_DAY: Final = 3.0
"""Bookings a day with which a series has effects of its own; with fewer it follows the total."""

LEAST_NOISE: Final = 1e-3
"""Relative noise of a share that is assumed at least; one of nearly everything has hardly any."""

HALF_LIFE: Final = 91.0
"""Days after which a past day counts half in the share of a series without effects of its own."""


def split(past: Past, counts: FloatArray, total: Prediction) -> list[Prediction]:
    """The prediction of each series; their means add up to the total's.

    Args:
        past: the days, with the total's counts.
        counts: of each past day and series.
        total: what is predicted of the total.
    """
    if counts.shape[1] == 1:
        return [total]
    found = [_share(past, counts[:, column]) for column in range(counts.shape[1])]
    whole = np.sum([share.mean for share in found], axis=0)
    return [Prediction(total.mean * share.mean / whole, total.spread + share.spread) for share in found]


def _share(past: Past, count: FloatArray) -> Prediction:
    """The share of a series in the total of each day to come, and its spread beyond the total's."""
    whole = past.count[: past.end]
    used = past.known & (whole > 0)
    if count[used].sum() < LEAST_A_DAY * used.sum():
        return _plain_share(past, count)
    padded = np.full(len(past.count), np.nan)
    padded[: past.end] = count
    series = past.of(padded)
    offset = np.log(np.where(used, whole, 1.0))
    effects = fit_effects(series, used, offset, np.ones(past.end))
    design = with_constant(past.effects)
    usual = np.exp(effects.on(design))
    relative = count / (usual[: past.end] * np.exp(offset)) - 1.0
    size = max(1.4826 * float(np.median(np.abs(relative[used]))), LEAST_NOISE)
    response = np.where(used, np.clip(relative, -CLIP * size, CLIP * size), np.nan)
    model = sm.tsa.UnobservedComponents(response, level=LEVEL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(disp=0, maxiter=100)
    ahead = fitted.get_forecast(len(past.count) - past.end)
    drifted = usual[past.end :] * np.exp(np.asarray(ahead.predicted_mean))
    drift = np.maximum(np.asarray(ahead.var_pred_mean) - float(fitted.params[0]), 0.0)
    return Prediction(drifted, effects.spread + drift + effects.variance_on(design[past.end :]))


def _plain_share(past: Past, count: FloatArray) -> Prediction:
    whole = past.count[: past.end]
    used = past.known
    weight = 0.5 ** ((past.end - np.arange(past.end)) / HALF_LIFE) * used
    bookings = float((weight * np.where(used, count, 0.0)).sum())
    share = bookings / float((weight * np.where(used, whole, 0.0)).sum())
    ahead = len(past.count) - past.end
    # A share of so few bookings has the relative variance of a weighted Poisson count.
    effective = bookings**2 / max(float((weight**2 * np.where(used, count, 0.0)).sum()), 1e-12)
    return Prediction(np.full(ahead, share), np.full(ahead, 1.0 / max(effective, 1.0)))
