"""Tails and tests of fit against printed tables, and against samples that follow the model."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.calibration.delays import fit_check, fit_delays
from simulation.calibration.maximum import NotIdentifiedError, maximum
from simulation.calibration.results import evenness
from simulation.calibration.rounding import resolution, spread
from simulation.calibration.shapes import anderson_darling
from simulation.calibration.tails import chi_square_above, normal_below, share_interval


@pytest.mark.parametrize(
    ("freedom", "value", "above"),
    [(1, 3.841459, 0.05), (2, 9.210340, 0.01), (5, 11.070498, 0.05), (10, 18.307038, 0.05),
     (19, 30.143527, 0.05), (30, 50.892181, 0.01), (7, 0.0, 1.0)],
)  # fmt: skip
def test_chi_square_table(freedom: int, value: float, above: float) -> None:
    """Printed critical values of the chi-square distribution."""
    assert chi_square_above(value, freedom) == pytest.approx(above, rel=1e-5)


@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0), (1, 20, 0.0013, 0.2487)],
)
def test_exact_interval_table(events: int, trials: int, low: float, high: float) -> None:
    """Printed intervals of Clopper and Pearson."""
    assert share_interval(events, trials) == pytest.approx((low, high), abs=6e-5)


def test_large_shares_do_not_overflow() -> None:
    """3 of a million: the interval of a Poisson mean of 3 is 0.6187 to 8.7673."""
    low, high = share_interval(3, 1_000_000)
    assert (1e6 * low, 1e6 * high) == pytest.approx((0.6187, 8.7673), rel=1e-3)


def test_normal_table() -> None:
    """Printed values, far down the tail too."""
    found = normal_below(np.array([0.0, 1.959964, -10.0]))
    assert found == pytest.approx([0.5, 0.975, 7.619853e-24], rel=1e-6)


def test_tests_of_fit_hold_their_level() -> None:
    """Of 400 samples that follow the model, each test doubts about one in twenty; others it finds out."""
    rng = np.random.default_rng(5)
    normal = [anderson_darling("", rng.normal(3, 2, 150)).p_value for _ in range(400)]
    even = [found.p_value for _ in range(400) if (found := evenness("", rng.random(300), 0))]
    for values in (normal, even):
        assert 0.02 < float(np.mean(np.array(values) < 0.05)) < 0.085
    assert anderson_darling("", rng.exponential(1, 150)).doubtful
    squeezed = evenness("", rng.random(300) ** 1.5, 0)
    assert squeezed is not None
    assert squeezed.doubtful


def test_maximum_is_the_closed_form() -> None:
    """Mean and deviation of a normal sample, with their textbook errors, from a far start."""
    sample = np.random.default_rng(6).normal(5.0, 2.0, 400)

    def log_likelihood(point: np.ndarray) -> float:
        scores = (sample - point[0]) / math.exp(point[1])
        return float(-0.5 * (scores**2).sum() - len(sample) * point[1])

    found = maximum(log_likelihood, np.array([-3.0, 2.0]))
    assert found.point == pytest.approx([sample.mean(), math.log(sample.std())], abs=1e-6)
    assert found.error == pytest.approx([sample.std() / 20, 1 / math.sqrt(800)], rel=1e-4)


@pytest.mark.parametrize("flat", [lambda x: float(x[0]), lambda x: -float(x[0] ** 2), lambda x: -math.inf])
def test_no_maximum_is_said(flat: object) -> None:
    """A likelihood that rises for ever, is flat one way, or is nought is refused."""
    with pytest.raises(NotIdentifiedError):
        maximum(flat, np.array([0.5, 0.5]))  # type: ignore[arg-type]


def test_range_of_delays_holds_the_truth() -> None:
    """Of 1,000 samples of 40 delays, 93 to 97 % of the intervals hold each end; the estimate is unbiased."""
    rng = np.random.default_rng(7)
    held, values = np.zeros(2), []
    for _ in range(1000):
        found = [e for e in fit_delays(rng.uniform(3.0, 8.0, 40)).estimates if e.method == "extremes"]
        if found:
            held += [e.low <= end <= e.high for e, end in zip(found, (3.0, 8.0), strict=True)]
            values.append([e.value for e in found])
    assert len(values) > 950
    assert ((held > 0.93 * len(values)) & (held < 0.97 * len(values))).all()
    assert np.mean(values, axis=0) == pytest.approx([3.0, 8.0], abs=0.02)


def test_uneven_delays_keep_mean_and_deviation() -> None:
    """Delays that are not even get the range with their mean, and a wild one does not set its end."""
    delays = np.concatenate([np.random.default_rng(8).normal(12.0, 1.0, 300), [90.0]])
    low, high = fit_delays(delays).estimates
    assert (low.method, high.method) == ("moments", "moments")
    assert (low.value + high.value) / 2 == pytest.approx(float(delays.mean()))
    assert high.value < 30.0


def test_the_check_is_the_median() -> None:
    """The minute of the check with an interval that holds the median of the distribution."""
    rng = np.random.default_rng(9)
    held = 0
    for _ in range(400):
        (found,) = fit_check(rng.exponential(1.0, 101)).estimates
        held += found.low <= math.log(2.0) <= found.high
    assert 0.92 <= held / 400 <= 0.985


def test_steps_of_records_are_seen() -> None:
    """Whole minutes, whole seconds, and neither."""
    assert resolution(np.array([3.0, 5.0])) == 1.0
    assert resolution(np.array([3.0, 5.0 + 7 / 60])) == 1 / 60
    assert resolution(np.array([3.0, 5.1234567])) == 0.0


def test_rounded_records_are_spread_within_their_step() -> None:
    """Whole minutes move by half a minute at most and fill it evenly; exact records stay."""
    whole = np.repeat([3.0, 4.0], 500)
    moved = spread(whole) - whole
    assert np.abs(moved).max() <= 0.5
    counts, _ = np.histogram(moved, bins=10, range=(-0.5, 0.5))
    assert np.abs(counts - 100).max() <= 3
    exact = np.array([3.0, 5.1234567])
    assert spread(exact).tolist() == exact.tolist()
