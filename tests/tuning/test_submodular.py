"""Least sets of submodular functions against all sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.tuning import submodular
from optimizer.tuning.submodular import all_sets, least_set


def _cut(seed: int, elements: int) -> submodular.SetFunction:
    """A cut of a random graph plus a concave function of the size plus weights: submodular."""
    dice = np.random.default_rng(seed)
    arcs = dice.integers(0, 5, (elements, elements)) * (dice.random((elements, elements)) < 0.4)
    weights = dice.integers(-12, 8, elements).astype(float)
    bend = float(dice.integers(0, 6))

    def function(sets: np.ndarray) -> np.ndarray:
        inside = sets.astype(float)
        crossing = np.einsum("si,ij,sj->s", inside, arcs.astype(float), 1.0 - inside)
        return crossing + inside @ weights + bend * np.sqrt(inside.sum(axis=1))

    return function


@pytest.mark.parametrize("elements", [1, 4, submodular.FEW, submodular.FEW + 1, 9, 11])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_no_set_is_worth_less(elements: int, seed: int) -> None:
    """The set found is worth the least of all sets, and the bound proves it."""
    function = _cut(seed, elements)
    values = function(all_sets(elements))
    values[0] = 0.0
    found = least_set(function, elements)
    assert found.value == pytest.approx(float(values.min()), abs=1e-7)
    assert found.bound == pytest.approx(found.value, abs=1e-6)
    assert float(function(found.members[np.newaxis, :])[0]) == pytest.approx(found.value, abs=1e-9)


def test_bound_is_below_every_set() -> None:
    """The bound holds for functions that are far from their least value at the empty set, too."""
    function = _cut(7, 13)
    found = least_set(function, 13)
    assert found.bound <= float(function(all_sets(13)[1:]).min()) + 1e-7
