"""Races and targets."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from optimizer.tuning.racing import race
from optimizer.tuning.targets import Target
from simulation import Kpi


def _noisy(spread: float, shared: float) -> Callable[[float, range], np.ndarray]:
    """Scores of a candidate that is its own mean, with noise of its own and noise that all share."""

    def score(mean: float, replications: range) -> np.ndarray:
        own = [np.random.default_rng((int(mean * 1000), r)).normal() for r in replications]
        common = [np.random.default_rng((9, r)).normal() for r in replications]
        return mean + spread * np.array(own) + shared * np.array(common)

    return score


def test_the_best_wins_and_the_bad_play_little() -> None:
    """With common noise far above the differences the best of ten is found, and the others drop out early."""
    candidates = [1.0 + 0.5 * n for n in range(10)]
    result = race(candidates, _noisy(0.05, 5.0), begin=0, first=8, most=64)
    assert result.ranking[0] == 1.0
    assert result.left == 1
    assert sorted(result.ranking) == candidates
    assert result.played == 80


def test_the_best_is_hardly_ever_rejected() -> None:
    """Of 200 races among near equals, the truly best is rejected in 5 % at most, but for chance."""
    lost = 0
    for trial in range(200):

        def score(mean: float, replications: range, trial: int = trial) -> np.ndarray:
            draws = [np.random.default_rng((trial, int(mean * 1000), r)).normal() for r in replications]
            return mean + np.array(draws)

        result = race([0.0, 0.1, 0.2, 0.3], score, begin=0, first=8, most=32)
        lost += 0.0 not in result.ranking[: result.left]
    assert lost <= 20


def test_equals_all_stay_in_their_order() -> None:
    """Candidates that never differ are ranked in the order given."""
    result = race(["a", "b", "c"], lambda _, replications: np.ones(len(replications)), begin=5)
    assert result.ranking == ("a", "b", "c")
    assert result.left == 3


def test_no_candidates_are_refused() -> None:
    """A race needs a candidate, and two replications for an interval."""
    with pytest.raises(ValueError, match="expected a candidate"):
        race([], lambda _, replications: np.ones(len(replications)), begin=0)
    with pytest.raises(ValueError, match="two replications"):
        race(["a"], lambda _, replications: np.ones(len(replications)), begin=0, first=1)


@pytest.mark.parametrize(
    ("text", "kpi", "at_most", "limit"),
    [
        ("wait_over_10<=2%", "wait_over_10", True, 0.02),
        (" wait_over_10 <= 0.02 ", "wait_over_10", True, 0.02),
        ("on_time_share>=95%", "on_time_share", False, 0.95),
        ("overtime_minutes<=120", "overtime_minutes", True, 120.0),
    ],
)
def test_targets_are_read(text: str, kpi: str, at_most: bool, limit: float) -> None:
    """A key figure, a sign and a limit; shares may be given in per cent."""
    target = Target.parse(text)
    assert (target.kpi, target.at_most) == (kpi, at_most)
    assert target.limit == pytest.approx(limit)
    assert Target.parse(str(target)) == target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wait_over_10", "expected KPI<=VALUE"),
        ("wait_over_10<2%", "expected KPI<=VALUE"),
        ("waits<=2%", "no key figure is called waits: expected one of wait_mean"),
        ("wait_over_10<=-1", "limit of 0 or more"),
        ("wait_over_10<=2", "share from 0 to 1"),
        ("wait_over_10<=101%", "share from 0 to 1"),
        ("wait_mean<=5%", "expected minutes, not a percentage"),
        ("wait_mean<=1e999", "limit of 0 or more"),
        ("wait_mean<=1e", "limit of 0 or more"),
    ],
)
def test_bad_targets_are_refused(text: str, expected: str) -> None:
    """What can't be read or reached is told with what was expected."""
    with pytest.raises(ValueError, match=expected):
        Target.parse(text)


def test_a_target_is_met_by_the_whole_interval() -> None:
    """The end of the interval decides, not the mean; the mean where there is no interval."""
    target = Target.parse("wait_over_10<=2%")
    assert target.is_met_by(Kpi(0.015, 0.011, 0.02))
    assert not target.is_met_by(Kpi(0.015, 0.009, 0.021))
    assert target.is_met_by(Kpi(0.02, math.nan, math.nan))
    floor = Target.parse("on_time_share>=90%")
    assert floor.is_met_by(Kpi(0.95, 0.9, 1.0))
    assert not floor.is_met_by(Kpi(0.95, 0.89, 1.0))
