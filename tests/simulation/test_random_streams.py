"""Counter-based random numbers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from simulation import Cause, stable_key, stable_keys, uniform

KEYS = stable_keys((f"B{n}",) for n in range(20_000))


def kolmogorov(values: np.ndarray) -> float:
    """Largest distance from the uniform distribution, times the root of the sample size."""
    ordered, count = np.sort(values), len(values)
    steps = np.arange(count + 1) / count
    distance = max(np.max(steps[1:] - ordered), np.max(ordered - steps[:-1]))
    return float(distance * np.sqrt(count))


@pytest.mark.parametrize("cause", Cause)
def test_each_stream_is_uniform(cause: Cause) -> None:
    """Kolmogorov-Smirnov at 0.1 % for each cause (critical value 1.95)."""
    assert kolmogorov(uniform(1, 0, cause, KEYS)) < 1.95


def test_successive_keys_are_as_good_as_hashed_ones() -> None:
    """Neither counters as keys nor high bits alone show a pattern."""
    counters = np.arange(20_000, dtype=np.uint64)
    values = uniform(1, 0, Cause.DURATION, counters)
    assert kolmogorov(values) < 1.95
    assert kolmogorov(uniform(1, 0, Cause.DURATION, counters << np.uint64(44))) < 1.95
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4 / np.sqrt(len(values))


def test_streams_are_uncorrelated() -> None:
    """Correlations between causes, replications and seeds look like those of independent numbers."""
    streams = [uniform(1, 0, cause, KEYS) for cause in Cause]
    streams += [uniform(1, replication, Cause.DURATION, KEYS) for replication in (1, 2, 3, 1000)]
    streams += [uniform(seed, 0, Cause.DURATION, KEYS) for seed in (0, 2, 3, -1, 2**63)]
    correlations = np.corrcoef(streams)
    np.fill_diagonal(correlations, 0.0)
    assert np.max(np.abs(correlations)) < 4.5 / np.sqrt(len(KEYS))


def test_pairs_fill_the_square() -> None:
    """Two causes of one key fall evenly into the cells of a 20 x 20 grid (chi-square within 5 sigma)."""
    first, second = uniform(7, 3, Cause.LATE, KEYS), uniform(7, 3, Cause.LATENESS, KEYS)
    counts = np.histogram2d(first, second, bins=20, range=[[0, 1], [0, 1]])[0]
    expected = len(KEYS) / 400
    chi_square = float(np.sum((counts - expected) ** 2 / expected))
    assert abs(chi_square - 399) < 5 * np.sqrt(2 * 399)


def test_numbers_lie_inside_the_open_interval() -> None:
    """0 and 1 never come up, so that quantiles are finite."""
    values = uniform(1, 0, Cause.PATIENCE, np.arange(1_000_000, dtype=np.uint64))
    assert values.min() > 0
    assert values.max() < 1


def test_a_number_depends_on_its_own_key_only() -> None:
    """Order and company of the keys change nothing."""
    values = uniform(5, 2, Cause.NO_SHOW, KEYS)
    assert np.array_equal(uniform(5, 2, Cause.NO_SHOW, KEYS[::-1])[::-1], values)
    assert np.array_equal(uniform(5, 2, Cause.NO_SHOW, KEYS[100:101]), values[100:101])


def test_numbers_never_change() -> None:
    """The values are part of stored results: a release that changed them would break them all."""
    keys = np.array([0, 1, stable_key("B1"), 2**64 - 1], dtype=np.uint64)
    assert stable_key("B1", "P1") != stable_key("B1P", "1") != stable_key("B1P1")
    assert [f"{key:016x}" for key in (stable_key("B1"), stable_key("A1", 540))] == GOLDEN_KEYS
    assert uniform(1, 0, Cause.LATE, keys).tolist() == GOLDEN_UNIFORMS


def test_keys_do_not_depend_on_the_hash_seed() -> None:
    """Another process with another PYTHONHASHSEED makes the same keys."""
    code = "from simulation import stable_key; print(stable_key('B1', 'P1', 540))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "12345")
    }
    assert seen == {f"{stable_key('B1', 'P1', 540)}\n"}


GOLDEN_KEYS = ["e2373e7f92b941e3", "fe677f38ab634c5f"]
GOLDEN_UNIFORMS = [0.45645326977316775, 0.3963102963027047, 0.41392966687959437, 0.7922116131119565]
