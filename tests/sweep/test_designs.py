"""Designs of experiments: all combinations, and points that fill the space."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.sweep.designs import (
    Levels,
    Range,
    combinations,
    full_factorial,
    latin_hypercube,
    latin_hypercube_design,
)
from optimizer.sweep.values import Setting


def levels(*values: object) -> Levels:
    """A lever with these values."""
    return Levels(tuple(Setting.of(value) for value in values))


def test_a_full_factorial_design_has_every_combination_once() -> None:
    """As many as the product of the levels."""
    levers = {("a",): levels(1, 2, 3), ("b", "c"): levels("x", "y"), ("d",): levels("+5%", "+10%")}
    found = full_factorial(levers)
    assert len(found) == combinations(levers) == 12
    seen = {tuple(str(point[path]) for path in levers) for point in found}
    assert seen == set(itertools.product("123", "xy", ("+5%", "+10%")))


@given(points=st.integers(2, 60), dimensions=st.integers(1, 6), seed=st.integers(0, 1000))
def test_each_stratum_of_each_dimension_has_one_point(points: int, dimensions: int, seed: int) -> None:
    """That is what makes a hypercube Latin; and the seed makes it."""
    sample = latin_hypercube(points, dimensions, seed)
    assert sample.shape == (points, dimensions)
    assert np.array_equal(np.sort((sample * points).astype(int), axis=0).T, [range(points)] * dimensions)
    assert np.array_equal(sample, latin_hypercube(points, dimensions, seed))


def test_the_sample_fills_space_better_than_chance() -> None:
    """Its closest points are farther apart than those of 20 plain Latin hypercubes are in the mean."""

    def closest(sample: np.ndarray) -> float:
        gaps = np.linalg.norm(sample[:, None] - sample[None, :], axis=2)
        return float(gaps[np.triu_indices(len(sample), 1)].min())

    random = np.random.default_rng(9)
    plain = [
        (np.column_stack([random.permutation(30) for _ in range(3)]) + random.random((30, 3))) / 30
        for _ in range(20)
    ]
    assert closest(latin_hypercube(30, 3, 1)) > np.mean([closest(sample) for sample in plain])


def test_values_of_a_design_lie_in_their_ranges_and_levels_come_equally_often() -> None:
    """Whole numbers between whole ends, shares between shares, each level as often as the others."""
    levers = {
        ("whole",): Range(Setting.of(5), Setting.of(9)),
        ("part",): Range(Setting.of("3%"), Setting.of("15%")),
        ("change",): Range(Setting.of("-20%"), Setting.of("+20%")),
        ("word",): levels("a", "b", "c"),
    }
    found = latin_hypercube_design(levers, 30, 4)
    whole = [point["whole",].value for point in found]
    assert {value: whole.count(value) for value in whole} == dict.fromkeys(range(5, 10), 6)
    assert all(0.03 <= point["part",].value <= 0.15 for point in found)
    assert all(point["change",].kind == "relative" and abs(point["change",].value) <= 0.2 for point in found)
    words = [point["word",].value for point in found]
    assert {word: words.count(word) for word in words} == {"a": 10, "b": 10, "c": 10}


def test_a_range_needs_steps_to_be_combined() -> None:
    """A full factorial design has levels; steps make them of a range, both ends among them."""
    wide = Range(Setting.of(5), Setting.of(20))
    with pytest.raises(ValueError, match="from, to and steps"):
        full_factorial({("a",): wide})
    assert [setting.value for setting in wide.levels(4).values] == [5, 10, 15, 20]
