"""Which scenario is the best, with a guarantee; and what can be said of every other one's rank.

**The best** is found by the procedure of Kim & Nelson (2001, ACM Trans. Model. Comput. Simul. 11, 251-273):
with the variances of paired differences of a first stage, scenarios are dropped once their sum falls behind
another's by more than a boundary that closes as replications are added. Where figures are normal and the
best is better than every other by the indifference zone or more, the one that is left is the best with the
confidence asked for at least, whatever correlation common random numbers make; where others are nearer, it is
one of these. It is looked at after blocks of replications here and not after each one; that drops later, and
never makes a wrong choice more likely.

**Ranks** are intervals: from 1 + how many are surely better to the number of scenarios less how many are
surely worse. *Surely* is by paired t intervals of all differences together at the confidence asked for
(Bonferroni), so that all rank intervals hold together (Mohamad, Goeman & van Zwet 2019, Stat. Probab. Lett.
155 show that for such simultaneous comparisons).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray
from simulation.distributions import student_t_quantile

CONFIDENCE = 0.95

_ROWS = 512
"""Scenarios compared with all others in one step: bounds the memory."""


@dataclass(frozen=True)
class Selection:
    """What the procedure of Kim and Nelson chose.

    Attributes:
        best: position of the scenario with the best mean of those left.
        left: positions of those not dropped, the best first; with one, it is chosen with the confidence.
        alike: positions of those whose figures are the best's in every replication.
        replications: of those left.
        decided: whether the procedure came to its end; else the replications that were allowed ran out, and
            the best, or one nearer to it than the indifference zone, is among `left` with the confidence.
    """

    best: int
    left: tuple[int, ...]
    alike: tuple[int, ...]
    replications: int
    decided: bool


More = Callable[[Sequence[int], int], FloatArray]
"""From positions and the number of a block to its values, shape (positions, replications of a block)."""


def select_best(
    first: FloatArray,
    more: More,
    indifference: float,
    most_blocks: int,
    confidence: float = CONFIDENCE,
) -> Selection:
    """The scenario with the least mean.

    Args:
        first: the first stage, shape (scenarios, replications), replications in common; two or more of each.
        more: further blocks of as many replications.
        indifference: a difference that does not matter, above 0, in the figure's unit.
        most_blocks: blocks in all, the first stage included.
        confidence: probability of a correct selection.

    Raises:
        ValueError: when there is no scenario, fewer than two replications, or no indifference zone.
    """
    count, stage = first.shape
    if count < 1 or stage < 2 or not indifference > 0.0 or not 0.5 < confidence < 1.0:
        raise ValueError("expected scenarios, two replications or more, and an indifference zone above 0")
    boundary = _Boundary(first, indifference, confidence)
    sums = first.sum(axis=1)
    alive, replications, block = np.arange(count), stage, 1
    history = [first]
    while True:
        alive = alive[boundary.kept(sums[alive], alive, replications)]
        means = sums[alive] / replications
        alive = alive[np.argsort(means, kind="stable")]
        decided = len(alive) == 1 or boundary.is_closed(alive, replications)
        if decided or block >= most_blocks:
            break
        found = more(alive.tolist(), block)
        for column in found.T:
            sums[alive] += column
            replications += 1
        history.append(_spread(found, alive, count))
        block += 1
    best = int(alive[0])
    equal = np.all([np.all(values == values[best], axis=1) for values in history], axis=0)
    alike = tuple(int(place) for place in np.flatnonzero(equal) if place != best)
    return Selection(best, tuple(alive.tolist()), alike, replications, decided)


def _spread(values: FloatArray, places: IntArray, count: int) -> FloatArray:
    """Values of some scenarios in the places of all."""
    found = np.full((count, values.shape[1]), np.nan)
    found[places] = values
    return found


class _Boundary:
    """By how much the sum of a scenario may fall behind another's, after so many replications."""

    def __init__(self, first: FloatArray, indifference: float, confidence: float) -> None:
        count, stage = first.shape
        freedom = stage - 1
        others = max(1, count - 1)
        eta = 0.5 * ((2.0 * (1.0 - confidence) / others) ** (-2.0 / freedom) - 1.0)
        self._squared = 2.0 * eta * freedom
        self._indifference = indifference
        self._centred = first - first.mean(axis=1, keepdims=True)
        self._freedom = freedom
        self._variance = (self._centred**2).sum(axis=1) / freedom

    def kept(self, sums: FloatArray, alive: IntArray, replications: int) -> BoolArray:
        """Which of those alive stay; always one at least."""
        kept = np.ones(len(alive), dtype=np.bool_)
        for rows in _chunks(len(alive)):
            reach = self._reach(alive[rows], alive, replications)
            kept[rows] = np.all(sums[rows, None] <= sums[None, :] + reach, axis=1)
        return kept

    def is_closed(self, alive: IntArray, replications: int) -> bool:
        """Whether the boundary has closed between all of those alive: the least mean then wins."""
        return all(
            bool(np.all(self._reach(alive[rows], alive, replications) <= 0.0)) for rows in _chunks(len(alive))
        )

    def _reach(self, some: IntArray, all_alive: IntArray, replications: int) -> FloatArray:
        """Shape (some, all); 0 where the boundary has closed."""
        squares = self._squares(some, all_alive)
        rest = self._squared * squares / self._indifference - self._indifference * replications
        return np.asarray(np.maximum(0.0, rest / 2.0))

    def _squares(self, some: IntArray, others: IntArray) -> FloatArray:
        """Sample variances of paired differences."""
        common = self._centred[some] @ self._centred[others].T / self._freedom
        squares = self._variance[some][:, None] + self._variance[others][None, :] - 2.0 * common
        return np.asarray(np.maximum(squares, 0.0))


@dataclass(frozen=True, eq=False)
class Ranks:
    """Of each scenario, what is sure of its rank (1 is the least mean), and how it differs from the first.

    Attributes:
        mean: over replications.
        low, high: of the rank.
        difference, reach: from the first scenario, and half the width of its interval; all of them together
            hold with the confidence.
    """

    mean: FloatArray
    low: IntArray
    high: IntArray
    difference: FloatArray
    reach: FloatArray


def ranks(values: FloatArray, confidence: float = CONFIDENCE) -> Ranks:
    """Ranks by the least mean, from paired comparisons of all with all.

    Args:
        values: shape (scenarios, replications), replications in common; two or more of each.
        confidence: of all intervals together.
    """
    count = len(values)
    mean = values.mean(axis=1)
    low, high = np.ones(count, dtype=np.int64), np.full(count, count, dtype=np.int64)
    for rows, reach in _reaches(values, confidence):
        gap = mean[rows, None] - mean[None, :]
        low[rows] += np.count_nonzero(gap > reach, axis=1)
        high[rows] -= np.count_nonzero(gap < -reach, axis=1)
        if rows[0] == 0:
            first = reach[0]
    return Ranks(mean, low, high, mean - mean[0], first)


def surely_dominated(cost: FloatArray, service: FloatArray, confidence: float = CONFIDENCE) -> BoolArray:
    """Scenarios to which another is surely preferable: less of one figure, and no more of the other.

    Args:
        cost, service: shape (scenarios, replications); less is better of both.
        confidence: of both figures together.
    """
    each = 1.0 - (1.0 - confidence) / 2.0
    count = len(cost)
    less_of_one = np.zeros((count, count), dtype=np.bool_)
    no_more = np.ones((count, count), dtype=np.bool_)
    for values in (cost, service):
        mean = values.mean(axis=1)
        for rows, reach in _reaches(values, each):
            gap = mean[rows, None] - mean[None, :]
            less_of_one[rows] |= gap > reach
            # Equal in every replication is surely no more; a difference that is not sure says nothing.
            no_more[rows] &= (gap > reach) | ((gap == 0.0) & (reach == 0.0))
    return np.asarray((less_of_one & no_more).any(axis=1))


def undominated(cost: FloatArray, service: FloatArray) -> BoolArray:
    """Scenarios to which no other is preferable by its means; shape of both: (scenarios,)."""
    found = np.zeros(len(cost), dtype=np.bool_)
    best = math.inf
    order = np.lexsort((service, cost))
    for place in order.tolist():
        if service[place] < best:
            found[place], best = True, float(service[place])
    # Those that are equal to one on the frontier are on it, too.
    on = {(float(cost[place]), float(service[place])) for place in np.flatnonzero(found)}
    return np.array(
        [pair in on for pair in zip(cost.tolist(), service.tolist(), strict=True)], dtype=np.bool_
    )


def _reaches(values: FloatArray, confidence: float) -> Iterator[tuple[IntArray, FloatArray]]:
    """Half-widths of the intervals of all differences, by rows; shape (rows, scenarios)."""
    count, replications = values.shape
    pairs = max(1, count * (count - 1) // 2)
    quantile = student_t_quantile(1.0 - (1.0 - confidence) / (2.0 * pairs), replications - 1)
    for rows in _chunks(count):
        spread = np.stack([(values[row] - values).std(axis=1, ddof=1) for row in rows.tolist()])
        yield rows, np.asarray(quantile * spread / math.sqrt(replications))


def _chunks(count: int) -> list[IntArray]:
    return np.split(np.arange(count), range(_ROWS, count, _ROWS))
