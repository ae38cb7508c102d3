"""Allowances by linear programming against brute force and closed form."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimizer.allowances import DayPrices, sample_average_allowances
from optimizer.allowances.sample_average import cost_of
from simulation.theory.allowances import lognormal_allowance

PRICES = DayPrices(waiting=1.0, idle=1.0, overtime=1.5)


@pytest.mark.parametrize("seed", range(8))
def test_whole_minutes_by_brute_force(seed: int) -> None:
    """With whole durations the optimum is whole (Begen & Queyranne 2011): it is the best of all those."""
    random = np.random.default_rng(seed)
    durations = random.integers(1, 7, (5, 4)).astype(np.float64)
    found = sample_average_allowances(durations, PRICES, planned_end=14.0)
    assert found is not None
    everything = (np.array(minutes, dtype=np.float64) for minutes in product(range(8), repeat=3))
    best = min(cost_of(minutes, durations, PRICES, 14.0) for minutes in everything)
    assert found.cost == pytest.approx(best, abs=1e-9)
    assert found.bound == pytest.approx(found.cost, abs=1e-7)


def test_two_sessions_are_the_news_vendor() -> None:
    """With many scenarios the allowance is the quantile of the first duration."""
    random = np.random.default_rng(3)
    durations = random.lognormal(2.5, 0.4, (4000, 2))
    # Overtime long after: no price of the end.
    found = sample_average_allowances(durations, DayPrices(3.0, 1.0, 1.0), planned_end=1e4)
    mean = float(np.exp(2.5 + 0.08))
    exact = lognormal_allowance(mean, mean * float(np.sqrt(np.expm1(0.16))), 3.0, 1.0)
    assert found is not None
    assert found.minutes[0] == pytest.approx(float(np.quantile(durations[:, 0], 0.75)), abs=0.01)
    assert found.minutes[0] == pytest.approx(exact, rel=0.03)


def test_out_of_time() -> None:
    """Where the time is not enough there is no answer."""
    durations = np.random.default_rng(1).lognormal(3.0, 0.3, (2000, 12))
    assert sample_average_allowances(durations, PRICES, 250.0, seconds=0.001) is None


@pytest.mark.parametrize(
    ("durations", "prices"),
    [
        (np.ones((3, 1)), PRICES),
        (-np.ones((3, 2)), PRICES),
        (np.ones((3, 2)), DayPrices(0.0, 1.0, 1.0)),
    ],
)
def test_bad_arguments_are_refused(durations: np.ndarray, prices: DayPrices) -> None:
    """One session, negative durations and free waits are no problem to solve."""
    with pytest.raises(ValueError, match="expected"):
        sample_average_allowances(durations, prices, 10.0)
