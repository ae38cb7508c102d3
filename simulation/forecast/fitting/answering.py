"""A whole task: the back-test picks a model, which predicts the total; series and intervals follow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import PchipInterpolator

from data.model.columns import FloatArray, IntArray
from simulation.forecast.fitting.backtest import (
    Fold,
    back_test,
    error_of,
    picked,
    predictions_of,
    width_factor,
)
from simulation.forecast.fitting.level import fit_local_level
from simulation.forecast.fitting.past import Past, Prediction
from simulation.forecast.fitting.quantiles import with_interval
from simulation.forecast.fitting.series import split
from simulation.forecast.horizon import back_test_days
from simulation.forecast.messages import Answer, Task

DAY_MINUTES = 1440


def answer_of(task: Task, told: Callable[[float], None]) -> Answer:
    """Do the task.

    Args:
        task: what is asked.
        told: is given the fraction done.
    """
    end, factor = int(task.past), float(task.factor)
    count = np.full(len(task.weekday), np.nan)
    count[:end] = task.count.sum(axis=1)
    past = Past(task.weekday, count, task.effects, tuple(task.names.tolist()), task.season, end)
    folds = back_test(past, back_test_days(end, int(task.asked[-1])), lambda done: told(0.8 * done))
    models = list(folds[0].predictions)
    name = picked(past, folds)
    factors = {model: width_factor(past, folds, model) for model in models}
    total = predictions_of(past)[name].wider(factors[name])
    level = fit_local_level(past)
    told(0.9)
    at = task.asked - end
    series = [_taken(part, at, factor) for part in split(past, task.count, total)]
    total = _taken(total, at, factor)
    shown = [column for column in level.effects.columns.tolist() if column < len(past.names)]
    return Answer(
        models=models,
        picked=name,
        origins=np.array([fold.end for fold in folds]),
        errors=np.array([[error_of(past, [fold], model) for model in models] for fold in folds]),
        coverages=np.array(
            [[_coverage(past, fold, model, factors[model]) for model in models] for fold in folds]
        ),
        width_factor=np.array(factors[name]),
        total=with_interval(total.mean, total.spread),
        days=np.stack([with_interval(part.mean, part.spread) for part in series], axis=1),
        slots=_slots(task, series),
        effects=[past.names[column] for column in shown],
        effect_values=np.column_stack([level.effects.value, np.sqrt(np.diag(level.effects.covariance))]),
        shifts=np.array(level.shifts, dtype=np.int64),
        has_echo=np.array(level.has_echo),
    )


def _taken(prediction: Prediction, at: IntArray, factor: float) -> Prediction:
    """Of some days only, and with the what-if's factor."""
    return Prediction(factor * prediction.mean[at], prediction.spread[at])


def _coverage(past: Past, fold: Fold, model: str, factor: float) -> float:
    """Share of the held-back days that lie inside the 90 % intervals."""
    found, at = fold.predictions[model].wider(factor), fold.days - fold.end
    interval = with_interval(found.mean[at], found.spread[at])
    count = past.count[fold.days]
    return float(((interval[:, 1] <= count) & (count <= interval[:, 2])).mean()) if len(at) else np.nan


def _slots(task: Task, series: list[Prediction]) -> FloatArray:
    """Mean and interval of each series in each interval of each asked day."""
    minutes = int(task.slot_minutes)
    parts = []
    for column, part in enumerate(series):
        shares = np.array(
            [
                finer(task.profile[day, :, column], minutes, int(task.opens[day]), int(task.closes[day]))
                for day in range(len(task.asked))
            ]
        )
        spread = np.broadcast_to((part.spread + float(task.profile_spread[column]))[:, None], shares.shape)
        parts.append(with_interval(part.mean[:, None] * shares, spread))
    return np.stack(parts, axis=2)


def finer(shares: FloatArray, minutes: int, opens: int, closes: int) -> FloatArray:
    """Shares of a day's intervals as those of intervals of another length, of which only open ones count.

    The shares add up along a monotone cubic through the edges (Fritsch and Carlson 1980), so that each old
    interval keeps its bookings and the new ones follow the rise and fall around them.
    """
    edges = np.linspace(0.0, DAY_MINUTES, len(shares) + 1)
    along = PchipInterpolator(edges, np.concatenate([[0.0], np.cumsum(shares)]))
    starts = np.arange(0, DAY_MINUTES, minutes)
    found = np.maximum(np.diff(along(np.append(starts, DAY_MINUTES))), 0.0)
    found[(starts < opens) | (starts >= closes)] = 0.0
    total = found.sum()
    even = ((starts >= opens) & (starts < closes)).astype(np.float64)
    result: FloatArray = found / total if total > 0.0 else even / even.sum()
    return result
