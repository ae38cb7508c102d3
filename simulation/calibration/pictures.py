"""Fitted distributions beside what was observed, as shares by classes of equal width."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.calibration.rounding import resolution

DISTRIBUTIONS = (
    "lateness",
    "patience",
    "duration_single",
    "duration_joint",
    "duration_judicial",
    "failure_delay",
)
"""What a picture may be about."""

_MOST_CLASSES = 24
_SHOWN = (0.005, 0.995)
"""Quantiles between which a picture reaches; what lies beyond would make its classes wide."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One distribution.

    Attributes:
        about: one of DISTRIBUTIONS.
        edges: of the classes, rising, minutes; shape (classes + 1,).
        observed: share of the rows in each class; of patience, by the estimate of Kaplan & Meier (1958).
        model: the same of the fitted distribution.
        rows: that entered.
    """

    about: str
    edges: FloatArray
    observed: FloatArray
    model: FloatArray
    rows: int


def class_edges(minutes: FloatArray) -> FloatArray:
    """Edges of classes of a round width; halfway between the steps to which records are rounded."""
    step = resolution(minutes)
    low, high = np.quantile(minutes, _SHOWN).tolist()
    width = max(_round_up((high - low) / _MOST_CLASSES), step)
    first, last = math.floor((low + step / 2.0) / width), math.floor((high + step / 2.0) / width) + 1
    return np.asarray(width * np.arange(first, last + 1) - step / 2.0)


def picture(about: str, minutes: FloatArray, below: Callable[[float], float]) -> Picture:
    """Of observations without censoring.

    Args:
        about: one of DISTRIBUTIONS.
        minutes: observed, one or more.
        below: the fitted distribution function, the mean of it where rows have their own.
    """
    edges = class_edges(minutes)
    counts, _ = np.histogram(minutes, bins=edges)
    # A histogram's last class is closed: what lies on its upper edge belongs to the next.
    counts[-1] -= int((minutes == edges[-1]).sum())
    model = np.diff([below(edge) for edge in edges.tolist()])
    return Picture(about, edges, counts / len(minutes), model, len(minutes))


def _round_up(width: float) -> float:
    """The next of 1, 2 and 5 times a power of ten; a thousandth of a minute at least."""
    wanted = max(width, 1e-3)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(
        factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1.0 - 1e-12)
    )
