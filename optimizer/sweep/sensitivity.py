"""Which lever matters most: shares of the variance over a design, and effects in the figure's unit.

The mean of the figure is fitted over the scenarios of the design by main effects: one value for each level
of a lever that has levels, a polynomial (Legendre, up to the third degree) for one that has a range. In a
full factorial design that is the analysis of variance. A lever's share is the variance of its fitted effect
over the design, relative to the variance of the figure's mean over the design: the first-order index of
Sobol (2001, Math. Comput. Simul. 55), estimated by regression. What main effects do not explain is told as
the rest: levers that work together, and what the polynomial misses.

Chance in the means makes shares too large and unsure: both is answered by the jackknife over groups of
replications (Quenouille 1956; Tukey 1958), which all scenarios have in common.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from data.model.columns import FloatArray
from optimizer.sweep.designs import Changes, Choices, Levels, Range
from optimizer.sweep.levers import Path
from optimizer.sweep.values import Setting
from simulation import Kpi
from simulation.distributions import student_t_quantile

GROUPS = 20
"""Of the jackknife; fewer replications are left out one by one."""

DEGREE = 3
PLACES = 11
"""At which the effect of a range is looked at."""

_LEVEL = 0.95


@dataclass(frozen=True)
class LeverEffect:
    """What one lever does, averaged over the others.

    Attributes:
        path: the lever.
        share: of the variance over the design, with its 95 % interval.
        least_at, most_at: what it is set to where the figure is least and most.
        effect: by how much the figure is more there than here, with its 95 % interval; those of all levers
            hold together.
    """

    path: Path
    share: Kpi
    least_at: Setting
    most_at: Setting
    effect: Kpi


@dataclass(frozen=True)
class Sensitivity:
    """Effects by share, the largest first; and the share that main effects do not explain."""

    effects: tuple[LeverEffect, ...]
    rest: Kpi


def sensitivity(
    design: Mapping[Path, Choices], points: Sequence[Changes], values: FloatArray
) -> Sensitivity | None:
    """The effects of the levers of a design on a figure; None where the points are too few to part them.

    Args:
        design: levers and what they are set to.
        points: the scenarios.
        values: shape (points, replications), replications in common.
    """
    count, replications = values.shape
    degree = DEGREE
    while degree > 1 and _all_terms(design, degree) > (count - 1) // 2:
        degree -= 1
    if _all_terms(design, degree) > count - 1 or replications < 2:
        return None
    blocks = {path: _basis(choices, path, points, degree) for path, choices in design.items()}
    matrix = np.hstack([np.ones((count, 1)), *blocks.values()])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return None
    solved = np.linalg.pinv(matrix)
    rows = _rows(blocks)
    coefficients = solved @ values
    shares = _jackknifed(values, lambda means: _shares(means, solved, blocks, rows))
    level = 1.0 - (1.0 - _LEVEL) / len(design)
    effects = [
        _effect(path, choices, coefficients[rows[path]], degree, share, level)
        for (path, choices), share in zip(design.items(), shares, strict=False)
    ]
    return Sensitivity(tuple(sorted(effects, key=lambda effect: -effect.share.mean)), shares[-1])


def _all_terms(design: Mapping[Path, Choices], degree: int) -> int:
    return sum(_terms(choices, degree) for choices in design.values())


def _terms(choices: Choices, degree: int) -> int:
    return degree if isinstance(choices, Range) else len(choices.values) - 1


def _basis(choices: Choices, path: Path, points: Sequence[Changes], degree: int) -> FloatArray:
    """The terms of a lever at the points, each with the mean 0; shape (points, terms)."""
    settings = [point[path] for point in points]
    columns = _terms_at(choices, settings, degree)
    return np.asarray(columns - columns.mean(axis=0))


def _terms_at(choices: Choices, settings: Sequence[Setting], degree: int) -> FloatArray:
    if isinstance(choices, Levels):
        place = {str(value): number for number, value in enumerate(choices.values)}
        found = np.zeros((len(settings), len(choices.values)))
        found[np.arange(len(settings)), [place[str(setting)] for setting in settings]] = 1.0
        return found[:, 1:]
    low, high = float(choices.low.value), float(choices.high.value)
    at = np.array([2.0 * (float(setting.value) - low) / (high - low) - 1.0 for setting in settings])
    return np.asarray(legendre.legvander(at, degree)[:, 1:])


def _rows(blocks: Mapping[Path, FloatArray]) -> dict[Path, slice]:
    """Where the coefficients of each lever are, behind the mean."""
    found, begin = {}, 1
    for path, block in blocks.items():
        found[path] = slice(begin, begin + block.shape[1])
        begin += block.shape[1]
    return found


def _shares(
    means: FloatArray, solved: FloatArray, blocks: Mapping[Path, FloatArray], rows: Mapping[Path, slice]
) -> FloatArray:
    """Of each lever, and of what is not explained."""
    total = float(means.var())
    if total <= 0.0:
        return np.zeros(len(blocks) + 1)
    coefficients = solved @ means
    fitted = [block @ coefficients[rows[path]] for path, block in blocks.items()]
    left = means - means.mean() - np.sum(fitted, axis=0)
    return np.array([*(float(part.var()) / total for part in fitted), float(left.var()) / total])


def _jackknifed(values: FloatArray, estimate: Callable[[FloatArray], FloatArray]) -> list[Kpi]:
    """Estimates from the means, less their bias, with intervals; within 0 and 1, as shares are."""
    replications = values.shape[1]
    groups = np.array_split(np.arange(replications), min(GROUPS, replications))
    whole, total = estimate(values.mean(axis=1)), values.sum(axis=1)
    without = np.array(
        [estimate((total - values[:, group].sum(axis=1)) / (replications - len(group))) for group in groups]
    )
    count = len(groups)
    found = count * whole - (count - 1) * without.mean(axis=0)
    error = np.sqrt((count - 1) / count * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    reach = student_t_quantile(0.5 + _LEVEL / 2.0, count - 1) * error
    bounded = (np.clip(part, 0.0, 1.0).tolist() for part in (found, found - reach, found + reach))
    return [Kpi(*ends) for ends in zip(*bounded, strict=True)]


def _effect(
    path: Path, choices: Choices, coefficients: FloatArray, degree: int, share: Kpi, level: float
) -> LeverEffect:
    """The effect between the settings where the fitted figure is least and most."""
    settings = _looked_at(choices)
    at = _terms_at(choices, settings, degree) @ coefficients
    means = at.mean(axis=1)
    least, most = int(np.argmin(means)), int(np.argmax(means))
    difference = at[most] - at[least]
    error = float(difference.std(ddof=1)) / math.sqrt(len(difference))
    reach = student_t_quantile(0.5 + level / 2.0, len(difference) - 1) * error
    mean = float(difference.mean())
    return LeverEffect(path, share, settings[least], settings[most], Kpi(mean, mean - reach, mean + reach))


def _looked_at(choices: Choices) -> list[Setting]:
    if isinstance(choices, Levels):
        return list(choices.values)
    return list(choices.levels(PLACES).values)
