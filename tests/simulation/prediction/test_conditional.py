"""Conditional distributions: against quadrature, and against the unconditional draws of the engines."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import DayState, SessionNow, Status, planned_day
from data.model import Case, Scenario
from data.model.columns import FloatArray
from simulation.draws import Chances
from simulation.prediction.conditional_draws import ConditionalDraws
from simulation.prediction.lateness_left import lateness_beyond, lateness_cdf, lateness_quantile
from simulation.prediction.remaining_day import RemainingDays
from simulation.prediction.service_left import (
    CUT,
    DELAYED,
    PLAIN,
    cut_survival,
    delayed_survival,
    lognormal_beyond,
    minutes_given,
    survival,
)
from simulation.records import Outcome
from simulation.week import Week
from tests.simulation.weeks import scheduled

MINUTES = st.floats(0.5, 90.0)
SIGMA = st.floats(0.1, 1.0)


def integral(values: FloatArray, step: float) -> float:
    """Simpson's rule over an even number of steps."""
    return float(step / 3.0 * (values[0] + values[-1] + 4 * values[1:-1:2].sum() + 2 * values[2:-1:2].sum()))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(minutes=MINUTES, median=st.floats(5.0, 40.0), sigma=SIGMA)
def test_survival_functions_against_quadrature(minutes: float, median: float, sigma: float) -> None:
    """A part, uniform, of a lognormal time, and one with a uniform delay: both by integrating over it."""
    parts = np.linspace(0.0, 1.0, 4001)
    cut = [survival(minutes / u, median, sigma) if u > 0 else 0.0 for u in parts.tolist()]
    assert cut_survival(minutes, median, sigma) == pytest.approx(integral(np.array(cut), 1 / 4000), abs=2e-6)
    delays = np.linspace(3.0, 8.0, 401)
    delayed = [survival(minutes - v, median, sigma) for v in delays.tolist()]
    expected = integral(np.array(delayed), 5 / 400) / 5.0
    assert delayed_survival(minutes, median, sigma, 3.0, 8.0) == pytest.approx(expected, abs=2e-4)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    uniform=st.floats(1e-6, 1 - 1e-6),
    what=st.sampled_from((PLAIN, CUT, DELAYED)),
    lasted=st.floats(0.0, 60.0),
    sigma=SIGMA,
)
def test_lengths_invert_the_survival_function(uniform: float, what: int, lasted: float, sigma: float) -> None:
    """P(length > the one drawn, given that it is longer than so much) is the uniform number."""

    def surviving(minutes: float) -> float:
        if what == PLAIN:
            return float(survival(minutes, 20.0, sigma))
        if what == CUT:
            return float(cut_survival(minutes, 20.0, sigma))
        return float(delayed_survival(minutes, 20.0, sigma, 3.0, 8.0))

    before = surviving(lasted)
    if before > 1e-9:
        length = minutes_given(uniform, what, lasted, 20.0, sigma, (3.0, 8.0))
        assert length >= lasted
        assert surviving(length) == pytest.approx(uniform * before, rel=1e-4, abs=1e-10)


def test_a_certain_length_stays_certain() -> None:
    """Without variance the length is the median, or nothing is left of it."""
    assert lognormal_beyond(0.3, 10.0, 25.0, 0.0) == 25.0
    assert lognormal_beyond(0.3, 30.0, 25.0, 0.0) == 30.0
    assert [survival(m, 25.0, 0.0) for m in (-1.0, 24.0, 25.0)] == [1.0, 1.0, 0.0]
    assert cut_survival(5.0, 25.0, 0.0) == 0.8
    assert delayed_survival(30.0, 25.0, 0.0, 3.0, 8.0) == pytest.approx(0.6)
    assert delayed_survival(27.0, 25.0, 0.0, 3.0, 3.0) == 1.0


@settings(derandomize=True, deadline=None, max_examples=100)
@given(chance=st.floats(0.001, 0.999), late=st.floats(0.05, 0.95), minutes=st.floats(-20.0, 50.0))
def test_lateness_is_inverted(chance: float, late: float, minutes: float) -> None:
    """The quantile is the inverse of the distribution function, and conditional lateness lies beyond."""
    figures = (late, 3.0, 5.0, 0.8, 60.0)
    found = lateness_quantile(chance, *figures)
    assert lateness_cdf(found, *figures) == pytest.approx(max(chance, 0.0), abs=1e-9)
    assert minutes <= lateness_beyond(chance, minutes, 2, *figures) <= 60.0


def one_session(joint: bool = False) -> Case:
    """One session at 600, of one person or of two."""
    persons = {"B1": ["P1", "P2"] if joint else ["P1"]}
    return scheduled([("B1", "A1", 600, 25)], [("A1", 540, 800)], persons=persons)


def conditional(
    case: Case, state: DayState, now: float, scenario: Scenario, count: int
) -> dict[str, FloatArray]:
    """Draws of the one session, given the state."""
    chance = ConditionalDraws(RemainingDays(case).of(state), now, scenario)
    drawn = [chance.draw(7, r) for r in range(count)]
    names = ("arrival", "cancelled_at", "patience", "service", "result")
    return {name: np.array([getattr(d, name)[0] for d in drawn], dtype=np.float64) for name in names}


@cache
def unconditional(joint: bool, scenario: Scenario, count: int) -> dict[str, FloatArray]:
    """Draws of the one session, given nothing."""
    chances = Chances.of(Week.of(one_session(joint)), scenario)
    drawn = [chances.draw(8, r) for r in range(count)]
    names = ("arrival", "cancelled_at", "patience", "service", "result")
    return {name: np.array([getattr(d, name)[0] for d in drawn], dtype=np.float64) for name in names}


def assert_same_distribution(one: FloatArray, other: FloatArray) -> None:
    """Two samples, inf among them: the two-sample Kolmogorov-Smirnov distance at 1 in 10,000."""
    assert min(len(one), len(other)) > 300
    both = np.sort(np.concatenate([one, other]))
    below = [np.searchsorted(np.sort(sample), both, side="right") / len(sample) for sample in (one, other)]
    limit = 2.23 * math.sqrt(1 / len(one) + 1 / len(other))
    assert float(np.abs(below[0] - below[1]).max()) < limit


ROUGH = Scenario(
    late_probability=0.4, no_show_single=0.2, cancellation_probability=0.3, cancellation_notice_median=30.0
)


@pytest.mark.parametrize("now", [540.0, 590.0, 599.0, 604.0, 612.0])
@pytest.mark.parametrize("joint", [False, True])
def test_awaited_customers_are_those_who_have_not_come_yet(now: float, joint: bool) -> None:
    """Drawn given that nobody has come or cancelled: as the draws that are left of many more."""
    case = one_session(joint)
    given_now = conditional(case, planned_day(case, 0), now, ROUGH, 2000)
    at_all = unconditional(joint, ROUGH, 25_000)
    left = (at_all["arrival"] > now) & (at_all["cancelled_at"] > now)
    for name in ("arrival", "cancelled_at"):
        assert_same_distribution(given_now[name], at_all[name][left])
    assert (np.isfinite(given_now["cancelled_at"]) <= np.isinf(given_now["arrival"])).all()
    assert min(given_now["arrival"].min(), given_now["cancelled_at"].min()) >= now


def with_session(case: Case, **changes: object) -> DayState:
    """The planned day with its session changed."""
    state = planned_day(case, 0)
    known = state.sessions["B1"]
    fields = {name: getattr(known, name) for name in known.__slots__} | changes
    state.put(SessionNow(**fields))
    return state


BREAKING = Scenario(failure_rebook=0.2, failure_recoverable=0.2, documents_missing=0.2)


@pytest.mark.parametrize("lasted", [0.5, 4.0, 6.0, 20.0, 32.0])
def test_running_sessions_are_those_that_have_lasted_so_long(lasted: float) -> None:
    """Lengths and results as those of the draws that are longer."""
    case = one_session()
    state = with_session(case, status=Status.RUNNING, started_at=600.0, connected=("P1",), connected_at=598.0)
    given_now = conditional(case, state, 600.0 + lasted, BREAKING, 2000)
    at_all = unconditional(False, BREAKING, 25_000)
    left = at_all["service"] > lasted
    assert_same_distribution(given_now["service"], at_all["service"][left])
    for result in (Outcome.FAILED_DOCUMENTS, Outcome.FAILED_TECHNICAL):
        share, true = np.mean(given_now["result"] == result), np.mean(at_all["result"][left] == result)
        assert abs(share - true) < 4 * math.sqrt(max(true, 0.001) / 2000) + 0.01


def test_customers_who_wait_are_those_who_have_not_left() -> None:
    """The patience of a customer who has waited for 12 minutes."""
    case = one_session()
    state = with_session(case, status=Status.CONNECTED, connected=("P1",), connected_at=603.0)
    given_now = conditional(case, state, 615.0, Scenario(), 2000)
    patience = unconditional(False, Scenario(), 20_000)["patience"]
    assert_same_distribution(given_now["patience"], patience[patience > 12.0])


def test_what_cannot_be_lasts_a_little_longer() -> None:
    """A session that has lasted longer than its distribution allows is not over yet, and then soon is."""
    case = one_session()
    scenario = Scenario(duration_sigma=0.0, failure_rebook=0.0, failure_recoverable=0.0)
    state = with_session(case, status=Status.RUNNING, started_at=600.0, connected=("P1",), connected_at=598.0)
    assert set(conditional(case, state, 640.0, scenario, 20)["service"]) == {45.0}
