"""Fitting named parameters: each on its own scale, some free and some held."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from data.model.columns import FloatArray
from simulation.calibration.maximum import NotIdentifiedError, maximum
from simulation.calibration.tails import CONFIDENCE
from simulation.distributions import normal_quantile_at

SPREAD = float(normal_quantile_at(0.5 + CONFIDENCE / 2.0))
"""Standard errors on each side of an estimate."""


class Scale(Enum):
    """How a parameter is made free of limits, so that its estimate is nearly normal."""

    SHARE = "logit"
    POSITIVE = "logarithm"
    PERCENT = "hundredfold"

    def free(self, value: float) -> float:
        """The parameter on the free scale."""
        match self:
            case Scale.SHARE:
                return math.log(value / (1.0 - value))
            case Scale.POSITIVE:
                return math.log(value)
            case Scale.PERCENT:
                return 100.0 * value

    def bounded(self, free: float) -> float:
        """The parameter itself."""
        match self:
            case Scale.SHARE:
                return 1.0 / (1.0 + math.exp(-free)) if free > -700.0 else 0.0
            case Scale.POSITIVE:
                return math.exp(min(free, 700.0))
            case Scale.PERCENT:
                return free / 100.0


@dataclass(frozen=True)
class Fitted:
    """Parameters at the highest likelihood.

    Attributes:
        values: all, the held ones too.
        intervals: 95 % intervals of the free ones.
    """

    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]


def fit(
    log_likelihood: Callable[[Mapping[str, float]], float],
    start: Mapping[str, float],
    free: Mapping[str, Scale],
) -> Fitted:
    """The highest likelihood over the free parameters; the others stay as at the start.

    Raises:
        NotIdentifiedError: when the data do not tell the free parameters.
    """
    if not free:
        return Fitted(dict(start), {})

    def placed(point: FloatArray) -> dict[str, float]:
        moved = {
            name: scale.bounded(place)
            for (name, scale), place in zip(free.items(), point.tolist(), strict=True)
        }
        return {**start, **moved}

    found = maximum(
        lambda point: log_likelihood(placed(point)),
        np.array([scale.free(start[name]) for name, scale in free.items()]),
    )
    low, high = placed(found.point - SPREAD * found.error), placed(found.point + SPREAD * found.error)
    return Fitted(placed(found.point), {name: (low[name], high[name]) for name in free})


def fit_what_is_told(
    fit_of: Callable[[dict[str, Scale]], Fitted],
    start: Mapping[str, float],
    free: Mapping[str, Scale],
    retreats: Collection[Collection[str]],
) -> tuple[Fitted, dict[str, Scale]]:
    """The fit of all that is free, or of what is left when the likelihood has no maximum in some of it.

    Args:
        fit_of: fits these free parameters.
        start: all parameters; they stay there when nothing can be fitted.
        free: what would be fitted.
        retreats: what to hold instead, in turn.

    Returns:
        The fit, and what was free in it.
    """
    for held in ((), *retreats):
        left = {name: scale for name, scale in free.items() if name not in held}
        try:
            return fit_of(left), left
        except NotIdentifiedError:
            continue
    return Fitted(dict(start), {}), {}
