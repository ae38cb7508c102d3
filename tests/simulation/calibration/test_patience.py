"""Patience from those who left and those who were served first."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from data.files import SessionHistory
from data.model import Scenario
from data.model.columns import FloatArray
from simulation.calibration.patience import Waits, fit_patience, hazard, leaving_test
from simulation.calibration.results import Part
from tests.simulation.calibration.histories import TRUTH, played_history

MEDIAN, SIGMA = 9.0, 0.75
LOCOMOTIVES = (
    22.5, 37.5, 46.0, 48.5, 51.5, 53.0, 54.5, 57.5, 66.5, 68.0, 69.5, 76.5, 77.0, 78.5, 80.0, 81.5, 82.0,
    83.0, 84.0, 91.5, 93.5, 102.5, 107.0, 108.5, 112.5, 113.5, 116.0, 117.0, 118.5, 119.0, 120.0, 122.5,
    123.0, 127.5, 131.0, 132.5, 134.0,
)  # fmt: skip
"""Thousand miles to failure of 37 of 96 locomotive controls; the others ran 135 (Nelson & Schmee 1979,
Technometrics 21(1))."""


def history_of(left: FloatArray, served: FloatArray) -> SessionHistory:
    """All came in time; so many minutes later they left or the session began."""
    count = len(left) + len(served)
    appointed, nothing = 60.0 * np.arange(count), np.full(count, np.nan)
    waited = appointed + np.concatenate([left, served])
    gone = np.arange(count) < len(left)
    return SessionHistory(
        kind=np.full(count, "single", dtype=object),
        skill=np.full(count, "", dtype=object),
        planned=np.full(count, 25.0),
        participants=np.ones(count, dtype=np.int64),
        booked_at=appointed - 1440.0,
        appointed=appointed,
        arrived=appointed - 2.0,
        started=np.where(gone, np.nan, waited),
        ended=np.where(gone, waited, waited + 20.0),
        outcome=np.where(gone, "left", "fulfilled").astype(object),
        interrupted=nothing,
        hour=np.zeros(count, dtype=np.int64),
    )


def waits(count: int, seed: int, patience: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Customers whose turn comes after an exponential time: of those who left first, and of the others."""
    random = np.random.default_rng(seed)
    if patience is None:
        patience = MEDIAN * np.exp(SIGMA * random.normal(size=count))
    turn = random.exponential(10.0, size=count)
    return patience[patience < turn], turn[patience >= turn]


def values(found: Part) -> dict[str, float]:
    """By parameter."""
    return {estimate.parameter: estimate.value for estimate in found.estimates}


def test_a_published_example() -> None:
    """Locomotive controls, censored at 135: mean 2.2223 and deviation 0.3064 of the decimal logarithm."""
    found = values(fit_patience(history_of(np.array(LOCOMOTIVES), np.full(59, 135.0)), Scenario()))
    assert round(math.log10(found["patience_median"]), 4) == 2.2223
    assert round(found["patience_sigma"] / math.log(10.0), 4) == 0.3064


def test_the_likelihood_is_a_probability() -> None:
    """Leaving within a wait, and lasting it, add up to one; both agree with the library's normal."""
    normal = NormalDist(math.log(MEDIAN), SIGMA)
    step = 12.0 / 200_000
    times = step * (np.arange(200_000) + 0.5)
    each = [math.exp(Waits(np.array([t]), np.zeros(0)).log_likelihood(MEDIAN, SIGMA)) for t in (3.0, 9.0)]
    assert each == pytest.approx([normal.pdf(math.log(t)) / t for t in (3.0, 9.0)])
    lasts = math.exp(Waits(np.zeros(0), np.array([12.0])).log_likelihood(MEDIAN, SIGMA))
    leaves = float(np.exp(-((np.log(times / MEDIAN) / SIGMA) ** 2) / 2) @ (1.0 / times)) * step
    assert leaves / (SIGMA * math.sqrt(2.0 * math.pi)) + lasts == pytest.approx(1.0, abs=1e-6)
    assert hazard(np.array([12.0]), MEDIAN, SIGMA)[0] == pytest.approx(-math.log(lasts))


def test_who_is_served_counts() -> None:
    """The median of those who left is far too short; with the others' waits the truth is found."""
    left, served = waits(4000, 1)
    found = fit_patience(history_of(left, served), Scenario())
    assert np.median(left) < 0.75 * MEDIAN
    for estimate, truth in zip(found.estimates, (MEDIAN, SIGMA), strict=True):
        assert 2 * estimate.low - estimate.value <= truth <= 2 * estimate.high - estimate.value
        assert (estimate.events, estimate.trials) == (len(left), 4000)


def test_too_few_leavers() -> None:
    """With 19 the base stays and the report says why; with 20 there are intervals."""
    left, served = waits(200, 2)
    for count in (19, 20):
        found = fit_patience(history_of(left[:count], served), Scenario(patience_median=33.0))
        assert bool(found.estimates) == (count == 20)
        reasons = {kept.parameter: kept.reason for kept in found.kept}
        if count == 19:
            reason = "19 rows speak of it; expected at least 20"
            assert reasons == {"patience_median": reason, "patience_sigma": reason}


def test_a_patience_that_is_the_same_for_all() -> None:
    """All who left did so after the same wait: the likelihood has no maximum, and the base stays."""
    found = fit_patience(history_of(np.full(40, 8.0), np.full(100, 3.0)), Scenario())
    assert not found.estimates
    assert {kept.reason for kept in found.kept} == {"the rows do not tell it: the likelihood has no maximum"}


def test_rows_that_say_nothing() -> None:
    """No-shows, and rebookings and sessions without a wait, change nothing; a rebooking after a wait does."""
    left, served = waits(500, 3)
    history = history_of(left, np.concatenate([served, np.zeros(3), [30.0] * 4]))
    plain = fit_patience(history_of(left, served), Scenario())
    outcome = history.outcome.copy()
    outcome[-4:] = "no_show"
    started = history.started.copy()
    started[-4:] = np.nan
    quiet = replace(history, outcome=outcome, started=started)
    assert values(fit_patience(quiet, Scenario())) == values(plain)
    outcome = outcome.copy()
    outcome[-4:] = "rebooked_by_issuer"
    ended = history.ended.copy()
    ended[-4:] = history.started[-4:]
    longer = fit_patience(replace(quiet, outcome=outcome, ended=ended), Scenario())
    assert longer.estimates[0].trials == plain.estimates[0].trials + 4
    assert values(longer)["patience_median"] > values(plain)["patience_median"]


def test_the_wait_counts_from_the_later_of_both() -> None:
    """Who comes seven minutes late and leaves at the same moment has waited seven minutes less."""
    left, served = waits(300, 4)
    history = history_of(left + 7.0, served + 7.0)
    late = replace(history, arrived=history.appointed + 7.0)
    expected = values(fit_patience(history_of(left, served), Scenario()))
    assert values(fit_patience(late, Scenario())) == pytest.approx(expected, rel=1e-6)


def test_whole_minutes() -> None:
    """Rounded to the minute, some leave after none: nearly the same is found, and the test holds."""
    patience = MEDIAN * np.exp(1.2 * np.random.default_rng(8).normal(size=3000))
    left, served = waits(3000, 5, patience)
    exact, rounded = (
        fit_patience(history_of(*each), Scenario())
        for each in ((left, served), (np.rint(left), np.rint(served)))
    )
    assert (np.rint(left) == 0).any()
    assert values(rounded) == pytest.approx(values(exact), rel=0.04)
    assert not rounded.fits[0].doubtful


def test_the_test_of_fit() -> None:
    """Under the model its p-values are spread about evenly; two kinds of customers are pointed out."""
    small, tiny = 0, 0
    for seed in range(300):
        found = leaving_test(Waits(*waits(800, 1000 + seed)), MEDIAN, SIGMA)
        assert found is not None
        small, tiny = small + (found.p_value < 0.2), tiny + (found.p_value < 0.01)
    # Two degrees of freedom are taken for fitted parameters, and nothing was fitted: a little too strict.
    assert 40 <= small <= 115
    assert tiny <= 15
    random = np.random.default_rng(6)
    two_kinds = np.where(random.random(3000) < 0.5, 3.0, 25.0) * np.exp(0.1 * random.normal(size=3000))
    (fit,) = fit_patience(history_of(*waits(3000, 7, two_kinds)), Scenario()).fits
    assert fit.doubtful
    assert leaving_test(Waits(np.full(12, 3.0), np.full(5, 2.0)), MEDIAN, SIGMA) is None


def test_played_customers_are_found_again() -> None:
    """A week as the engine plays it, with rebookings: both figures within four standard errors."""
    found = fit_patience(played_history(TRUTH, 5000, 77), Scenario())
    assert {estimate.parameter for estimate in found.estimates} == {"patience_median", "patience_sigma"}
    for estimate in found.estimates:
        truth = getattr(TRUTH, estimate.parameter)
        assert 2 * estimate.low - estimate.value <= truth <= 2 * estimate.high - estimate.value
