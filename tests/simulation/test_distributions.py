"""Quantiles and distributions."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import Cause, stable_keys, uniform
from simulation.distributions import (
    MANY_FREEDOM,
    _student_t_below,
    exponential,
    lognormal,
    lognormal_of_mean,
    normal_quantile,
    student_t_quantile,
)

UNIFORMS = uniform(3, 0, Cause.DURATION, stable_keys((n,) for n in range(200_000)))


@settings(derandomize=True, deadline=None)
@given(st.floats(min_value=1e-300, max_value=1 - 1e-16, exclude_max=True))
def test_normal_quantile_agrees_with_the_standard_library(probability: float) -> None:
    """Every branch of the vectorised quantile equals the scalar one of `statistics`."""
    expected = statistics.NormalDist().inv_cdf(probability)
    assert normal_quantile(np.array([probability]))[0] == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (5, 2.5706), (9, 2.2622), (10, 2.2281),
     (19, 2.0930), (30, 2.0423), (60, 2.0003), (120, 1.9799), (1000, 1.9623)],
)  # fmt: skip
def test_student_t_quantiles_of_the_tables(freedom: int, quantile: float) -> None:
    """97.5 % points, as printed in every table of Student's t."""
    assert student_t_quantile(0.975, freedom) == pytest.approx(quantile, abs=5.1e-5)


@pytest.mark.parametrize("probability", [0.9, 0.975, 0.995, 0.9999])
def test_student_t_series_continues_the_exact_quantiles(probability: float) -> None:
    """Where the series takes over, and beyond, it inverts the exact distribution to nine digits."""
    for freedom in (MANY_FREEDOM + 1, MANY_FREEDOM + 2, 1000):
        quantile = student_t_quantile(probability, freedom)
        assert _student_t_below(quantile, freedom) == pytest.approx(probability, abs=1e-12)


def test_student_t_refuses_nonsense() -> None:
    """No degrees of freedom, and probabilities outside [0.5, 1), are errors."""
    for probability, freedom in ((0.975, 0), (0.4, 3), (1.0, 3)):
        with pytest.raises(ValueError, match="freedom"):
            student_t_quantile(probability, freedom)


def test_durations_of_the_domain() -> None:
    """DOMAIN 6.4: mean 22.0 and sigma 0.2704 give P10 15, median 21.2, P90 30 and SD 6.1."""
    durations = lognormal_of_mean(UNIFORMS, 22.0, 0.2704)
    p10, p50, p90 = np.quantile(durations, (0.1, 0.5, 0.9))
    assert (p10, p50, p90) == pytest.approx((15.0, 21.2, 30.0), abs=0.1)
    assert float(np.mean(durations)) == pytest.approx(22.0, abs=0.05)
    assert float(np.std(durations)) == pytest.approx(6.1, abs=0.05)


def test_medians_and_means() -> None:
    """The lognormal has the median asked for, the exponential the mean, and the median ln 2 times it."""
    assert np.median(lognormal(UNIFORMS, 5.0, 0.8)) == pytest.approx(5.0, rel=0.01)
    assert np.mean(exponential(UNIFORMS, 3.0)) == pytest.approx(3.0, rel=0.01)
    assert np.median(exponential(UNIFORMS, 3.0)) == pytest.approx(3.0 * math.log(2), rel=0.01)


def test_without_spread_there_is_one_value() -> None:
    """Sigma 0 gives the median itself, and a mean of 0 gives 0."""
    assert lognormal(UNIFORMS[:100], 7.0, 0.0).tolist() == [7.0] * 100
    assert exponential(UNIFORMS[:100], 0.0).tolist() == [0.0] * 100


FRESH = """
import numpy as np
from simulation.distributions import (
    exponential, exponential_at, lognormal, lognormal_at, normal_quantile, normal_quantile_at,
)
from simulation.draws import quantised, quantised_at

one = np.array([0.3])
assert normal_quantile(one)[0] == normal_quantile_at(0.3)
assert lognormal(one, 5.0, 0.5)[0] == lognormal_at(0.3, 5.0, 0.5)
assert exponential(one, 4.0)[0] == exponential_at(0.3, 4.0)
assert quantised(one)[0] == quantised_at(0.3)
"""


def test_arrays_first_on_a_fresh_machine(tmp_path: Path) -> None:
    """With nothing compiled on disk yet, a function may be called on an array before it is on a number."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", FRESH], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
