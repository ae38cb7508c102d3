"""Records in whole minutes or seconds: seen, and for tests of fit spread within their step.

Estimates hardly mind rounding to the minute, but a test takes the heaps at whole minutes for a bad fit.
"""

from __future__ import annotations

import numpy as np

from data.model.columns import FloatArray

_GRIDS = (1.0, 1.0 / 60.0)
"""Minutes to which records are rounded, coarsest first."""

_GOLDEN = (5.0**0.5 - 1.0) / 2.0


def resolution(minutes: FloatArray) -> float:
    """The step to which all of these are rounded: a minute, a second, or none (0)."""
    for grid in _GRIDS:
        if float(np.abs(minutes - np.rint(minutes / grid) * grid).max(initial=0.0)) < 1e-5:
            return grid
    return 0.0


def spread(minutes: FloatArray) -> FloatArray:
    """The same, each moved within its step, evenly over the step."""
    return np.asarray(minutes + resolution(minutes) * (even_places(len(minutes)) - 0.5))


def even_places(count: int) -> FloatArray:
    """So many numbers spread evenly over (0, 1): multiples of the golden ratio."""
    return np.asarray(np.modf(_GOLDEN * np.arange(1, count + 1))[0])
