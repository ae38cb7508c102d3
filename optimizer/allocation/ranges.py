"""Runs of consecutive whole numbers, end to end in one array."""

from __future__ import annotations

import numpy as np

from data.model.columns import IntArray


def ranges(first: IntArray, counts: IntArray) -> IntArray:
    """first[0], first[0] + 1, ... (counts[0] of them), then the same for the next."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
