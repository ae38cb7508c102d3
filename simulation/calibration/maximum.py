"""The maximum of a likelihood of a few parameters, and how sure it is (Fisher's observed information).

Newton's method with differences for derivatives: the likelihoods here are smooth, have up to about ten
parameters, and are cheap. scipy's optimisers would do the same, but bring a solver of their own along that
cannot live in one process with the planning's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray

LogLikelihood = Callable[[FloatArray], float]
"""Of the parameters on a scale on which each is free and moves by about 1; -inf where it can't be."""

_STEP = 1e-4
_TURNS = 100
_SHORTEST = 2.0**-30
_ENOUGH = 1e-10
"""Likelihood still to be gained, by the quadratic model, at which the search ends."""


class NotIdentifiedError(ArithmeticError):
    """The likelihood has no maximum inside, or is flat: the data do not tell the parameters."""


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is highest.

    Attributes:
        point: the parameters.
        error: standard errors of each: the roots of the diagonal of the inverse observed information.
        value: the log-likelihood.
    """

    point: FloatArray
    error: FloatArray
    value: float


def maximum(log_likelihood: LogLikelihood, start: FloatArray) -> Maximum:
    """Climb from a point at which the likelihood is finite.

    Raises:
        NotIdentifiedError: when there is no maximum, or no curvature there.
    """
    point = np.array(start, dtype=np.float64)
    value = log_likelihood(point)
    if not np.isfinite(value):
        raise NotIdentifiedError("the search starts where the likelihood is nought")
    for _ in range(_TURNS):
        slope, curvature = _derivatives(log_likelihood, point, value)
        move = _uphill(slope, curvature)
        gain = 0.5 * float(slope @ move)
        share = 1.0
        while share > _SHORTEST and not log_likelihood(point + share * move) >= value:
            share /= 2.0
        if share > _SHORTEST:
            point = point + share * move
            value = log_likelihood(point)
        if gain < _ENOUGH or share <= _SHORTEST:
            break
    else:
        raise NotIdentifiedError("the likelihood keeps rising")
    slope, curvature = _derivatives(log_likelihood, point, value)
    try:
        np.linalg.cholesky(-curvature)
    except np.linalg.LinAlgError:
        raise NotIdentifiedError("the likelihood is flat") from None
    covariance = np.linalg.inv(-curvature)
    if float(slope @ covariance @ slope) > 1e-4:
        raise NotIdentifiedError("the likelihood is highest at a limit")
    return Maximum(point, np.sqrt(np.diag(covariance)), value)


def _uphill(slope: FloatArray, curvature: FloatArray) -> FloatArray:
    """Newton's step, bent towards the gradient as far as it takes to climb (Levenberg 1944)."""
    unit = np.eye(len(slope))
    weight = 0.0
    while True:
        bent = weight * unit - curvature
        try:
            np.linalg.cholesky(bent)
        except np.linalg.LinAlgError:
            weight = max(2.0 * weight, 1e-3 * float(np.abs(curvature).max()), 1e-6)
            if not np.isfinite(weight):
                raise NotIdentifiedError("the likelihood has no derivatives") from None
            continue
        step = np.linalg.solve(bent, slope)
        return np.asarray(step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300)))


def _derivatives(
    log_likelihood: LogLikelihood, point: FloatArray, value: float
) -> tuple[FloatArray, FloatArray]:
    """Gradient and matrix of second derivatives by central differences."""
    count = len(point)
    moves = _STEP * np.eye(count)
    ahead = np.array([log_likelihood(point + move) for move in moves])
    behind = np.array([log_likelihood(point - move) for move in moves])
    curvature = np.diag((ahead - 2.0 * value + behind) / _STEP**2)
    for first in range(count):
        for second in range(first):
            both, across = moves[first] + moves[second], moves[first] - moves[second]
            mixed = (
                log_likelihood(point + both)
                - log_likelihood(point + across)
                - log_likelihood(point - across)
                + log_likelihood(point - both)
            )
            curvature[first, second] = curvature[second, first] = mixed / (4.0 * _STEP**2)
    if not np.isfinite(curvature).all():
        raise NotIdentifiedError("the likelihood is highest at a limit")
    return (ahead - behind) / (2.0 * _STEP), curvature
