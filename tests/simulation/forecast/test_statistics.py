"""The statistics against what was planted, exact formulas and hand-worked series.

They run in a process of their own, because they may not share one with OR-Tools.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import exp, lgamma, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("simulation forecast statistics")

ROOT = Path(__file__).resolve().parents[3]
TRIALS = 8


def figures(trials: int) -> dict[str, Any]:
    """What `oracles.py` finds."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation.forecast.oracles", str(trials)],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return figures(TRIALS)


def test_planted_effects_are_recovered(found: dict[str, Any]) -> None:
    """Nineteen effects under a wandering level: 95 % intervals hold 88 to 99 % of them, without bias."""
    recovery = found["recovery"]
    assert len(recovery["effects"]) == 19
    coverage = list(recovery["coverage"].values())
    assert 0.88 <= np.mean(coverage) <= 0.99, coverage
    # The mean of so many standardised errors has a standard deviation of about 1 / sqrt(TRIALS).
    assert all(abs(bias) <= 4.0 / TRIALS**0.5 for bias in recovery["bias"].values()), recovery["bias"]


@pytest.mark.soak
def test_planted_effects_are_recovered_in_full() -> None:
    """The same over 200 histories: each effect's 95 % intervals hold it in 85 to 98.5 % of them."""
    recovery = figures(200)["recovery"]
    assert all(0.85 <= share <= 0.985 for share in recovery["coverage"].values()), recovery["coverage"]
    assert all(abs(bias) <= 0.4 for bias in recovery["bias"].values()), recovery["bias"]


def test_a_shift_of_the_level_is_found(found: dict[str, Any]) -> None:
    """A fall by 35 % is dated within three days and followed; where there is none, none is found."""
    shifted = found["shifted"]
    assert len(shifted["shifts"]) == 1
    assert abs(shifted["shifts"][0] - shifted["at"]) <= 3
    assert abs(shifted["ratio"] - 1.0) <= 0.05
    assert shifted["calm"] == []


def test_missing_weeks_widen_the_prediction(found: dict[str, Any]) -> None:
    """Five unrecorded weeks leave the prediction near the truth, and less sure."""
    gap = found["gap"]
    assert abs(gap["ratio"] - 1.0) <= 0.08
    assert gap["spread"] > gap["spread_of_whole"]


def test_last_years_level_comes_back(found: dict[str, Any]) -> None:
    """A June that is 28 % busier each year is foreseen with two of them known, and not with none."""
    echo = found["echo"]
    assert echo["has_echo"] == [True, False]
    with_echo, without = echo["ratios"]
    assert abs(with_echo - 1.0) <= 0.08
    assert without <= 0.85


def test_effects_of_weekdays_alone_are_exact(found: dict[str, Any]) -> None:
    """With nothing but weekdays the maximum of the likelihood has a closed form."""
    exact = found["exact_effects"]
    assert exact["found"] == pytest.approx(exact["exact"], abs=1e-8)


def test_rare_effects_are_left_out(found: dict[str, Any]) -> None:
    """Neither days without any booking, whose logarithm has no bound, nor too few days make an effect."""
    rare = found["rare_effects"]
    assert rare["columns"] == [2, 3]
    others = 3.0 * (60 - 5 - 4) / (60 - 5)
    assert rare["value"] == pytest.approx([log(3.0 / others), log(others)], abs=1e-8)


def test_the_naive_forecast_by_hand(found: dict[str, Any]) -> None:
    """The last known day of each weekday; none for a weekday that is never open."""
    assert found["naive"]["mean"] == [11.0, 20.0, 33.0, 44.0, 55.0, 66.0, 0.0]


def probability_up_to(count: int, mean: float, spread: float) -> float:
    """Sum of negative binomial probabilities, from gamma functions."""
    size = 1.0 / spread
    chance = size / (size + mean)
    return sum(
        exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * log(chance) + k * log(1.0 - chance))
        for k in range(count + 1)
    )


def test_ends_of_intervals_are_quantiles(found: dict[str, Any]) -> None:
    """Each end is the least count whose probabilities add up to 5 % or 95 %, summed here."""
    rows = found["quantiles"]
    for mean, spread, (shown, low, high) in zip(rows["mean"], rows["spread"], rows["ends"], strict=True):
        assert shown == mean
        if mean == 0.0:
            assert (low, high) == (0.0, 0.0)
            continue
        for end, share in ((int(low), 0.05), (int(high), 0.95)):
            assert probability_up_to(end, mean, spread) >= share
            assert end == 0 or probability_up_to(end - 1, mean, spread) < share


def test_quarters_of_an_hour_keep_the_hours(found: dict[str, Any]) -> None:
    """Finer intervals add up to the hours; closed ones have none; without any history all are alike."""
    rows = found["intervals"]
    quarters = np.array(rows["quarters"])
    assert quarters.reshape(24, 4).sum(axis=1) == pytest.approx(rows["hours"], abs=1e-12)
    assert (quarters >= 0).all()
    cut = np.array(rows["cut"])
    assert cut.sum() == pytest.approx(1.0)
    assert not cut[:34].any()
    assert not cut[56:].any()
    assert rows["same"] == pytest.approx(rows["hours"], abs=1e-12)
    assert rows["none"][9:13] == [0.0, 0.5, 0.5, 0.0]


def test_parts_add_up_to_the_total(found: dict[str, Any]) -> None:
    """Series split the total exactly, and one whose share doubled a hundred days ago has its new share."""
    parts = found["parts"]
    assert parts["most_apart"] <= 1e-9
    assert parts["shares"] == pytest.approx([0.4, 0.598, 0.002], abs=0.02)


def test_the_rules_of_the_back_test(found: dict[str, Any]) -> None:
    """The geometric mean with its disagreement; origins four weeks apart; narrow intervals are widened."""
    rules = found["rules"]
    mean, spread = rules["combined"]
    assert mean == pytest.approx(6.0)
    assert spread == pytest.approx(0.2 + (log(4.0 / 9.0) / 2) ** 2)
    assert rules["origins"] == [372 - 28 * step for step in range(6)]
    # Half as wide as they should be, but for the Poisson part; two parts in eight stay with the model.
    assert 1.35 <= rules["factors"]["narrow"] <= 1.75
    assert 1.0 <= rules["factors"]["right"] <= 1.15
