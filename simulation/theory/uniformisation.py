"""Markov chains in continuous time over a span, by uniformisation (Jensen 1953): only positive terms."""

from __future__ import annotations

import math

import numpy as np

from data.model.columns import FloatArray


def poisson_probabilities(mean: float) -> FloatArray:
    """P(N = 0), P(N = 1), ... of a Poisson number, up to where the rest is below rounding.

    Args:
        mean: >= 0.

    Raises:
        ValueError: when the mean is negative or not finite.
    """
    if not 0.0 <= mean < math.inf:
        raise ValueError(f"expected a mean of 0 or more, got {mean}")
    if mean == 0.0:
        return np.ones(1)
    count = np.arange(math.ceil(mean + 10.0 * math.sqrt(mean) + 30.0))
    logarithms = np.concatenate([[0.0], np.cumsum(np.log(count[1:]))])
    return np.asarray(np.exp(count * math.log(mean) - mean - logarithms))


def advanced(vector: FloatArray, generator: FloatArray, span: float) -> FloatArray:
    """`vector @ expm(generator * span)`, of a row vector.

    Args:
        vector: shape (n,).
        generator: shape (n, n): off-diagonal rates >= 0, rows with a sum of 0 or less.
        span: time, >= 0.
    """
    rate = float(np.max(-np.diag(generator), initial=0.0))
    if rate == 0.0 or span == 0.0:
        return vector
    step = np.eye(len(generator)) + generator / rate
    return _mixed(vector, step, poisson_probabilities(rate * span))


def advanced_column(vector: FloatArray, generator: FloatArray, span: float) -> FloatArray:
    """`expm(generator * span) @ vector`, of a column: expectations after the span, by state before it."""
    rate = float(np.max(-np.diag(generator), initial=0.0))
    if rate == 0.0 or span == 0.0:
        return vector
    step = np.eye(len(generator)) + generator / rate
    return _mixed(vector, np.ascontiguousarray(step.T), poisson_probabilities(rate * span))


def _mixed(vector: FloatArray, step: FloatArray, weights: FloatArray) -> FloatArray:
    total = weights[0] * vector
    for weight in weights[1:].tolist():
        vector = vector @ step
        total = total + weight * vector
    return np.asarray(total)
