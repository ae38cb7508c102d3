"""A level that drifts, jumps and is sometimes not recorded, under the effects of the calendar.

Two parts are fitted in turn (backfitting; Hastie and Tibshirani 1990): the calendar's effects by a negative
binomial regression given the level, and the level by a structural time series model (Harvey 1989) of the
working responses given the effects. Its Kalman filter passes over days of which nothing is known. Sudden
shifts are found from the auxiliary residuals of the level (Harvey and Koopman 1992).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm

from data.model.columns import BoolArray, FloatArray
from simulation.forecast.fitting.past import LEAST_SUPPORT, Past, Prediction
from simulation.forecast.fitting.regression import Effects, fit_effects

PASSES = 3
MOST_SHIFTS = 3
SHIFT = 4.0
"""Standard errors of a day's change of the level beyond which it is taken for a sudden shift."""

FEWEST_BESIDE_A_SHIFT = 5
"""Known days before and after a shift."""

CLIP = 4.0
"""Robust standard deviations to which a day's deviation is cut in the working response."""

IRREGULAR = 8.0
"""Robust standard deviations beyond which a day says nothing about the level, such as a closure that the
calendar does not know."""

NEVER_IRREGULAR = 0.5
"""A day that is off by less than this share of its mean is never irregular."""

NEVER_IRREGULAR_AT_FIRST = 10.0
"""The same before the level is fitted, when days near a shift may be far off."""

LEAST_ECHO_DAYS = 182
"""Past days that have an echo, with which its strength can be estimated."""

LAST_YEAR = 364
"""52 weeks: the same weekday a year before."""

SMOOTHING = 15
MONTH = 28

LEVEL = "llevel"
"""A random walk seen with noise, in the words of statsmodels."""


@dataclass(frozen=True, eq=False)
class LocalLevel:
    """What the model of a drifting level found.

    Attributes:
        prediction: of the days to come.
        effects: of the calendar.
        shifts: positions of the first days after a sudden shift of the level.
        has_echo: whether last year's level takes part.
    """

    prediction: Prediction
    effects: Effects
    shifts: tuple[int, ...]
    has_echo: bool


def local_level(past: Past) -> Prediction:
    """The level is a random walk with sudden shifts, and follows last year's where that is known."""
    return fit_local_level(past).prediction


def fit_local_level(past: Past) -> LocalLevel:
    """The same, with what else was found."""
    level, used = first_level(past), past.known.copy()
    ones = np.ones(past.end)
    echo: FloatArray | None = None
    constant, effects = fit_effects(past, used, level, ones).apart()
    response, used = _working_response(past, effects, level + constant, first=True)
    state = _Kalman(past, None, []).fit(response, find_shifts=False)
    for _ in range(PASSES - 1):
        constant, effects = fit_effects(past, used, state.level, ones).apart()
        response, used = _working_response(past, effects, state.level + constant, first=False)
        echo = _echo(response, len(past.count))
        state = _Kalman(past, echo, state.shifts).fit(response, find_shifts=True)
    ahead = past.effects[past.end :]
    chance = float(np.exp(-state.level - effects.on(past.effects[: past.end]))[used].mean())
    spread = max(state.noise - chance, 0.0) + state.variance_ahead + effects.variance_on(ahead)
    prediction = Prediction(np.exp(state.ahead + effects.on(ahead)), spread)
    return LocalLevel(prediction, effects, tuple(sorted(state.shifts)), echo is not None)


def first_level(past: Past) -> FloatArray:
    """Logarithm of the mean of the four weeks around each past day, each weekday counting alike."""
    count = past.count[: past.end]
    usual = np.array([_mean(count[past.weekday[: past.end] == day]) for day in range(7)])
    relative = count / np.where(usual > 0, usual, 1.0)[past.weekday[: past.end]]
    known = np.isfinite(relative)
    window = np.ones(MONTH + 1)
    total = np.convolve(np.where(known, relative, 0.0), window, mode="same")
    number = np.convolve(known.astype(float), window, mode="same")
    good = (number >= min(LEAST_SUPPORT, number.max())) & (total > 0)
    days = np.arange(past.end)
    around = np.interp(days, days[good], (total[good] / number[good]))
    level: FloatArray = np.log(around * _mean(count))
    return level


def _mean(values: FloatArray) -> float:
    good = values[np.isfinite(values)]
    return float(good.mean()) if len(good) else 0.0


def _working_response(
    past: Past, effects: Effects, level: FloatArray, *, first: bool
) -> tuple[FloatArray, BoolArray]:
    """What each past day says of the level's logarithm, nan where nothing; and which days are regular.

    The response is that of the logarithmic link, linear in the count, so that its mean is not biased.
    """
    mean = np.exp(level + effects.on(past.effects[: past.end]))
    relative = past.count[: past.end] / mean - 1.0
    known = past.known
    scale = 1.4826 * float(np.median(np.abs(relative[known] - np.median(relative[known]))))
    # A count has the standard deviation of a Poisson count at least.
    size = np.maximum(scale, 1.0 / np.sqrt(mean))
    tolerated = NEVER_IRREGULAR_AT_FIRST if first else NEVER_IRREGULAR
    regular = known & (np.abs(relative) <= np.maximum(IRREGULAR * size, tolerated))
    cut = relative if first else np.clip(relative, -CLIP * size, CLIP * size)
    return np.where(regular, level + cut, np.nan), regular


def _echo(response: FloatArray, days: int) -> FloatArray | None:
    """The level of 52 weeks before each day, smoothed; None where it shows on too few past days.

    Certificates of one year are renewed after a year, so that last year's level comes back. Days before the
    first echo have that one's value, which says nothing of them.
    """
    end = len(response)
    if end < LAST_YEAR + LEAST_ECHO_DAYS:
        return None
    known = np.isfinite(response)
    filled = np.interp(np.arange(end), np.flatnonzero(known), response[known])
    half = SMOOTHING // 2
    padded = np.pad(filled, half, mode="edge")
    smooth = np.convolve(padded, np.ones(SMOOTHING) / SMOOTHING, mode="valid")
    at = np.clip(np.arange(days) - LAST_YEAR, 0, end - 1)
    echo: FloatArray = smooth[at] - smooth.mean()
    return echo


@dataclass(frozen=True, eq=False)
class _State:
    """The level of each past day and of those to come, as logarithms, with the shifts that were found."""

    level: FloatArray
    ahead: FloatArray
    variance_ahead: FloatArray
    noise: float
    shifts: list[int]


class _Kalman:
    """The structural model of the level with the given shifts."""

    def __init__(self, past: Past, echo: FloatArray | None, shifts: list[int]) -> None:
        self._past, self._shifts = past, list(shifts)
        slow = [past.season[:, column] for column in range(past.season.shape[1])]
        shown = [column for column in slow if (column[: past.end][past.known] != 0).sum() >= LEAST_SUPPORT]
        self._slow = shown + ([echo] if echo is not None else [])

    def fit(self, response: FloatArray, *, find_shifts: bool) -> _State:
        """The model at its maximum likelihood."""
        found = self._maximum(response)
        while find_shifts and len(self._shifts) < MOST_SHIFTS:
            shift = self._largest_shift(found, response)
            if shift is None:
                break
            self._shifts.append(shift)
            found = self._maximum(response)
        return self._state(found)

    def _regressors(self) -> FloatArray | None:
        days = np.arange(len(self._past.count))
        steps = [(days >= shift).astype(float) for shift in self._shifts]
        columns = [*self._slow, *steps]
        return np.column_stack(columns) if columns else None

    def _maximum(self, response: FloatArray) -> Any:
        regressors = self._regressors()
        past = None if regressors is None else regressors[: self._past.end]
        model = sm.tsa.UnobservedComponents(response, level=LEVEL, exog=past)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.fit(disp=0, maxiter=100)

    def _largest_shift(self, found: Any, response: FloatArray) -> int | None:
        smoothed = found.smoother_results
        moved = smoothed.smoothed_state_disturbance[0]
        variance = found.filter_results.state_cov[0, 0, 0] - smoothed.smoothed_state_disturbance_cov[0, 0]
        good = variance > 1e-12
        size = np.where(good, np.abs(moved) / np.sqrt(np.where(good, variance, 1.0)), 0.0)
        known = np.cumsum(np.isfinite(response))
        beside = (known >= FEWEST_BESIDE_A_SHIFT) & (known[-1] - known >= FEWEST_BESIDE_A_SHIFT)
        taken = [shift - 1 for shift in self._shifts]
        beside[taken] = False
        size = np.where(beside, size, 0.0)
        largest = int(np.argmax(size))
        return largest + 1 if size[largest] > SHIFT else None

    def _state(self, found: Any) -> _State:
        regressors, end = self._regressors(), self._past.end
        names = list(found.model.param_names)
        noise = float(found.params[names.index("sigma2.irregular")])
        level = found.smoother_results.smoothed_state[0].copy()
        count = len(self._past.count) - end
        ahead = found.get_forecast(count, exog=None if regressors is None else regressors[end:])
        if regressors is not None:
            level += regressors[:end] @ found.params[-regressors.shape[1] :]
        variance = np.maximum(np.asarray(ahead.var_pred_mean) - noise, 0.0)
        return _State(level, np.asarray(ahead.predicted_mean), variance, noise, self._shifts)
