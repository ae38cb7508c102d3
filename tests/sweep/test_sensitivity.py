"""Which lever matters most: planted functions whose shares are known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.sweep.designs import Choices, Levels, Range, full_factorial, latin_hypercube_design
from optimizer.sweep.sensitivity import Sensitivity, sensitivity
from optimizer.sweep.values import Setting

A, B, C = ("a",), ("b",), ("c",)
UNIT = Range(Setting.of(0.0), Setting.of(1.0))


def by_lever(found: Sensitivity | None) -> dict[tuple[str, ...], float]:
    """Shares."""
    assert found is not None
    return {effect.path: effect.share.mean for effect in found.effects}


def levels(*values: object) -> Levels:
    """A lever with these values."""
    return Levels(tuple(Setting.of(value) for value in values))


def test_shares_of_a_full_factorial_design_are_those_of_the_analysis_of_variance() -> None:
    """y = 3 a + b + a b over a, b in {-1, 1}: variances 9, 1 and 1 of 11."""
    levers: dict[tuple[str, ...], Choices] = {A: levels(-1, 1), B: levels(-1, 1), C: levels("x", "y", "z")}
    points = full_factorial(levers)
    means = np.array([3.0 * p[A].value + p[B].value + p[A].value * p[B].value for p in points])
    values = np.repeat(means[:, None], 8, axis=1)
    found = sensitivity(levers, points, values)
    shares = by_lever(found)
    assert (shares[A], shares[B], shares[C]) == pytest.approx((9 / 11, 1 / 11, 0.0))
    assert found is not None
    assert found.rest.mean == pytest.approx(1 / 11)
    strongest = found.effects[0]
    assert (strongest.path, str(strongest.least_at), str(strongest.most_at)) == (A, "-1", "1")
    assert strongest.effect.mean == pytest.approx(6.0)


def test_shares_over_ranges_are_sobols_first_order_indices() -> None:
    """y = 4 a + b^2 over the unit cube: variances 16/12 and 4/45, exactly; the hypercube comes near."""
    levers: dict[tuple[str, ...], Choices] = {A: UNIT, B: UNIT, C: UNIT}
    points = latin_hypercube_design(levers, 200, 3)
    means = np.array([4.0 * p[A].value + p[B].value ** 2 for p in points])
    shares = by_lever(sensitivity(levers, points, np.repeat(means[:, None], 6, axis=1)))
    total = 16 / 12 + 4 / 45
    assert shares[A] == pytest.approx(16 / 12 / total, abs=0.02)
    assert shares[B] == pytest.approx(4 / 45 / total, abs=0.02)
    assert shares[C] == pytest.approx(0.0, abs=0.001)


def test_chance_is_taken_out_and_intervals_hold_the_truth() -> None:
    """With so much noise that the means alone would tell of levers without effect: of 60 sets the intervals
    hold the true share in nine tenths at least, and shares are not too large in the mean."""
    levers: dict[tuple[str, ...], Choices] = {A: levels(-1, 1), B: levels(-1, 1)}
    points = full_factorial(levers) * 4
    means = np.array([float(p[A].value) for p in points])
    held, told = 0, []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(0.0, 4.0, (len(points), 60))
        found = sensitivity(levers, points, means[:, None] + noise)
        assert found is not None
        share = {effect.path: effect.share for effect in found.effects}
        held += share[A].low <= 1.0 <= share[A].high or share[A].high > 0.99
        told.append(share[B].mean)
    assert held >= 54
    assert np.mean(told) < 0.03


def test_paired_effects_are_exact_where_chance_is_common() -> None:
    """Noise that all scenarios share does not widen the interval of an effect."""
    levers: dict[tuple[str, ...], Choices] = {A: levels(0, 1), B: levels(0, 1)}
    points = full_factorial(levers)
    means = np.array([2.0 * float(p[A].value) for p in points])
    shared = np.random.default_rng(1).normal(0.0, 50.0, 40)
    found = sensitivity(levers, points, means[:, None] + shared[None, :])
    assert found is not None
    effect = found.effects[0].effect
    assert (effect.low, effect.mean, effect.high) == pytest.approx((2.0, 2.0, 2.0))


def test_too_few_points_tell_nothing() -> None:
    """Three scenarios can't part three levers."""
    levers: dict[tuple[str, ...], Choices] = {A: UNIT, B: UNIT, C: UNIT}
    points = latin_hypercube_design(levers, 3, 1)
    assert sensitivity(levers, points, np.random.default_rng(1).normal(size=(3, 5))) is None
