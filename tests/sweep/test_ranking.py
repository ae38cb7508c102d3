"""The guarantee of the choice, on planted configurations whose best is known; ranks and dominance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from optimizer.sweep.ranking import ranks, select_best, surely_dominated, undominated

SCENARIOS, STAGE, ZONE = 8, 20, 0.5


class Planted:
    """Normal figures with common random numbers: scenario 0 is better than all others by the zone exactly,
    which is the hardest case (slippage), or others lie farther off."""

    def __init__(self, seed: int, correlation: float, slippage: bool) -> None:
        self._random = np.random.default_rng(seed)
        gap = np.full(SCENARIOS, ZONE) if slippage else ZONE * np.arange(SCENARIOS)
        gap[0] = 0.0
        self._mean = 10.0 + gap
        self._sigma = self._random.uniform(0.5, 2.0, SCENARIOS)
        self._correlation = correlation
        self.order = self._random.permutation(SCENARIOS)
        self.blocks = [self._draw()]

    def _draw(self) -> np.ndarray:
        shared = self._random.standard_normal(STAGE)
        own = self._random.standard_normal((SCENARIOS, STAGE))
        noise = math.sqrt(self._correlation) * shared + math.sqrt(1.0 - self._correlation) * own
        return (self._mean[:, None] + self._sigma[:, None] * noise)[self.order]

    @property
    def best(self) -> int:
        """Where the best is."""
        return int(np.flatnonzero(self.order == 0)[0])

    def more(self, positions: Sequence[int], block: int) -> np.ndarray:
        """Further replications."""
        while len(self.blocks) <= block:
            self.blocks.append(self._draw())
        return self.blocks[block][list(positions)]


def share_of_correct_choices(trials: int, correlation: float, slippage: bool, confidence: float) -> float:
    """Of so many planted sets."""
    right = 0
    for seed in range(trials):
        planted = Planted(seed, correlation, slippage)
        found = select_best(planted.blocks[0], planted.more, ZONE, 10_000, confidence)
        assert found.decided
        right += found.best == planted.best
    return right / trials


CASES = [
    (correlation, slippage, confidence)
    for correlation in (0.0, 0.8)
    for slippage in (True, False)
    for confidence in (0.75, 0.95)
]


@pytest.mark.parametrize(("correlation", "slippage", "confidence"), CASES)
def test_the_choice_is_correct_as_often_as_is_claimed(
    correlation: float, slippage: bool, confidence: float
) -> None:
    """40 planted sets each: no fewer right choices than the claim, but for chance (three sigmas)."""
    _keeps_its_claim(40, correlation, slippage, confidence)


@pytest.mark.soak
@pytest.mark.parametrize(("correlation", "slippage", "confidence"), CASES)
def test_the_choice_is_correct_as_often_as_is_claimed_in_many_trials(
    correlation: float, slippage: bool, confidence: float
) -> None:
    """The same with 1,000 planted sets each."""
    _keeps_its_claim(1_000, correlation, slippage, confidence)


def _keeps_its_claim(trials: int, correlation: float, slippage: bool, confidence: float) -> None:
    error = math.sqrt(confidence * (1.0 - confidence) / trials)
    assert share_of_correct_choices(trials, correlation, slippage, confidence) >= confidence - 3.0 * error


def test_the_smallest_mean_alone_does_not_keep_the_claim() -> None:
    """What the procedure is for: taking the least mean of the first stage is wrong far more often."""
    planted = [Planted(seed, 0.0, slippage=True) for seed in range(100)]
    right = np.mean([int(np.argmin(p.blocks[0].mean(axis=1))) == p.best for p in planted])
    assert right < 0.8


def test_who_is_in_the_zone_may_be_chosen_and_nobody_else() -> None:
    """With a better one just inside the zone, the choice is one of the two."""
    for seed in range(20):
        planted = Planted(seed, 0.5, slippage=False)
        planted._mean[1] = planted._mean[0] + 0.1 * ZONE
        planted.blocks = [planted._draw()]
        found = select_best(planted.blocks[0], planted.more, ZONE, 10_000)
        assert planted.order[found.best] in (0, 1)


def test_fewer_replications_than_it_takes_leave_it_undecided() -> None:
    """Then those that may be the best are told, and the best is among them."""
    planted = Planted(3, 0.0, slippage=True)
    found = select_best(planted.blocks[0], planted.more, 0.02, 2)
    assert not found.decided
    assert len(found.left) > 1
    assert planted.best in found.left
    assert found.replications == 2 * STAGE


def test_scenarios_that_never_differ_are_told() -> None:
    """A lever without any effect makes copies; the first of them is chosen, and the others are alike."""
    values = np.random.default_rng(1).normal(10.0, 1.0, (3, 30))
    values[2] = values[0] = values[1] - 1.0
    found = select_best(values, lambda _positions, _block: values, 0.5, 1)
    assert (found.best, found.alike, found.decided) == (0, (2,), True)


def test_one_scenario_is_the_best() -> None:
    """Without others there is nothing to compare."""
    found = select_best(np.ones((1, 5)), lambda _positions, _block: np.ones((1, 5)), 0.1, 3)
    assert (found.best, found.left, found.decided) == (0, (0,), True)


@pytest.mark.parametrize("zone", [0.0, -1.0, math.nan])
def test_a_zone_must_be_above_nothing(zone: float) -> None:
    """Without it the procedure has no end."""
    with pytest.raises(ValueError, match="indifference"):
        select_best(np.zeros((2, 5)), lambda _positions, _block: np.zeros((2, 5)), zone, 2)


def test_intervals_of_ranks_hold_the_true_ranks_together() -> None:
    """In 300 planted sets all true ranks lie in their intervals in 95 % at least (Bonferroni: nearly all)."""
    held = 0
    for seed in range(300):
        planted = Planted(seed, 0.6, slippage=False)
        found = ranks(planted.blocks[0])
        true = 1 + planted.order
        held += bool(np.all((found.low <= true) & (true <= found.high)))
    assert held / 300 >= 0.95


def test_ranks_against_plain_comparisons_one_by_one() -> None:
    """The same as from t intervals of each pair, written out."""
    from simulation.distributions import student_t_quantile

    values = np.random.default_rng(4).normal(np.arange(6)[:, None] * 0.8, 1.0, (6, 25))
    found = ranks(values)
    quantile = student_t_quantile(1.0 - 0.05 / (6 * 5), 24)
    for one in range(6):
        better = worse = 0
        for other in range(6):
            difference = values[one] - values[other]
            reach = quantile * difference.std(ddof=1) / 5.0
            better += bool(difference.mean() > reach)
            worse += bool(difference.mean() < -reach)
        assert (found.low[one], found.high[one]) == (1 + better, 6 - worse)


def test_the_frontier_by_brute_force() -> None:
    """A scenario is on it if no other costs less and serves as well, or serves better and costs as little."""
    random = np.random.default_rng(2)
    for _ in range(50):
        cost, service = random.integers(0, 6, (2, 12)).astype(float)
        expected = [
            not np.any((cost <= c) & (service <= s) & ((cost < c) | (service < s)))
            for c, s in zip(cost, service, strict=True)
        ]
        assert undominated(cost, service).tolist() == expected


def test_surely_dominated_needs_sure_differences() -> None:
    """Twice the cost and worse service is surely worse; a difference within chance is not."""
    random = np.random.default_rng(5)
    noise = random.normal(0.0, 1.0, (3, 40))
    cost = np.array([10.0, 20.0, 10.1])[:, None] + noise
    service = np.array([5.0, 9.0, 5.05])[:, None] + noise[::-1]
    assert surely_dominated(cost, service).tolist() == [False, True, False]
    equal = np.tile(cost[:1], (3, 1))
    assert surely_dominated(equal, service).tolist() == [False, True, False]
