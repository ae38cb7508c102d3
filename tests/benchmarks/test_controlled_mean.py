"""Means with control variates: what they are without controls, and that intervals hold with them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.simulation.controlled_mean import ControlledMean
from simulation.distributions import student_t_quantile


def collected(observed: np.ndarray, controls: np.ndarray) -> ControlledMean:
    """Added in two parts."""
    mean = ControlledMean(controls.shape[1])
    half = len(observed) // 2
    mean.add(observed[:half], controls[:half])
    mean.add(observed[half:], controls[half:])
    return mean


def test_without_controls_it_is_the_mean() -> None:
    """Mean, standard error and Student's interval as in any textbook; what is not there is left out."""
    observed = np.array([3.0, np.nan, 5.0, 10.0])
    found = collected(observed, np.zeros((4, 0))).estimate()
    assert (found.mean, found.observations, found.freedom) == (6.0, 3, 2)
    assert found.error == pytest.approx(np.std([3, 5, 10], ddof=1) / np.sqrt(3))
    assert found.half_width(0.05) == pytest.approx(student_t_quantile(0.975, 2) * found.error)
    with pytest.raises(ValueError, match="two observations"):
        collected(np.array([1.0, np.nan]), np.zeros((2, 0))).estimate()


def test_controls_explain_what_they_can() -> None:
    """With a control that carries 24 parts in 25 of the variance the error falls to a fifth."""
    random = np.random.default_rng(1)
    control, rest = random.normal(size=(2, 5000))
    controls = np.column_stack([control, 2.0 * control, random.normal(size=5000)])
    plain = collected(7.0 + np.sqrt(24.0) * control + rest, np.zeros((5000, 0))).estimate()
    better = collected(7.0 + np.sqrt(24.0) * control + rest, controls).estimate()
    assert better.error == pytest.approx(plain.error / 5.0, rel=0.05)
    assert abs(better.mean - 7.0) < 4.0 * better.error


def test_few_observations_go_without_controls() -> None:
    """With fewer than ten observations a control the plain mean is taken."""
    random = np.random.default_rng(2)
    found = collected(random.normal(size=15), random.normal(size=(15, 2))).estimate()
    assert found.freedom == 14


def test_intervals_hold() -> None:
    """Of 1,000 intervals at 95 %, as many miss as should, for skew data and a square as control."""
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(1000):
        x = random.normal(size=200)
        observed = np.exp(0.5 * x) + 0.3 * random.normal(size=200)
        found = collected(observed, np.column_stack([x, x**2 - 1.0])).estimate()
        missed += abs(found.mean - np.exp(0.125)) > found.half_width(0.05)
    assert 25 <= missed <= 80
