"""The number of replications: enough for the half-widths asked for, and intervals that keep their promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.model import Case, Scenario
from simulation import HalfWidth, simulate
from simulation.distributions import normal_quantile, student_t_quantile
from simulation.kpis import RunningKpis
from simulation.precision import LEAST_REPLICATIONS, StoppingRule
from tests.simulation.weeks import certain, random_week, scheduled

SIGMA = 0.5
SCENARIO = certain(
    duration_sigma=SIGMA, pooled=False, rebooking_after=1e4, patience_median=1e5, late_tolerance=60.0
)
"""Durations alone are left to chance, and nobody gives up."""


def pairs_of_customers() -> Case:
    """Eight agents with two customers each, 25 minutes apart, sessions of 20 planned minutes."""
    agents = [f"A{n}" for n in range(8)]
    sessions = [(f"B{n}{k}", a, 545 + 25 * k, 20) for n, a in enumerate(agents) for k in range(2)]
    return scheduled(sessions, [(a, 540, 700) for a in agents])


def expected_wait() -> float:
    """Half the mean excess of a lognormal session of mean 20 over the 17 minutes that it has.

    The second customer is served when the first has left and 3 minutes of wrap-up and 5 of set-up are over.
    """
    mean, room = 20.0, 17.0
    d1 = (math.log(mean / room) + SIGMA**2 / 2) / SIGMA
    below = [0.5 * math.erfc(-d / math.sqrt(2)) for d in (d1, d1 - SIGMA)]
    return (mean * below[0] - room * below[1]) / 2


def coverage(repetitions: int, first_seed: int, half_width: HalfWidth) -> tuple[float, float]:
    """How often the interval of the mean wait holds the exact mean, and the mean number of replications."""
    case, truth = pairs_of_customers(), expected_wait()
    held, played = 0, 0
    for seed in range(first_seed, first_seed + repetitions):
        result = simulate(case, SCENARIO, replications=5000, seed=seed, half_widths=[half_width])
        kpi = result.kpis["wait_mean"]
        assert kpi.high - kpi.mean <= half_width.allowed(kpi.mean)
        held += kpi.low <= truth <= kpi.high
        played += result.replications
    return held / repetitions, played / repetitions


@pytest.mark.parametrize("half_width", [HalfWidth("wait_mean", 0.4), HalfWidth("wait_mean", 0.15, True)])
def test_sequential_intervals_cover_an_exact_mean(half_width: HalfWidth) -> None:
    """50 runs of a day whose mean wait has a closed form: at least 44 of the intervals hold it."""
    held, played = coverage(50, 1, half_width)
    assert held >= 0.88
    assert played > 1.5 * LEAST_REPLICATIONS


@pytest.mark.soak
@pytest.mark.parametrize("half_width", [HalfWidth("wait_mean", 0.4), HalfWidth("wait_mean", 0.15, True)])
def test_sequential_intervals_cover_an_exact_mean_in_two_thousand_runs(half_width: HalfWidth) -> None:
    """2,000 runs with other seeds: 93 to 97 %."""
    assert 0.93 <= coverage(2000, 10_000, half_width)[0] <= 0.97


def rule_on_normal_numbers(repetitions: int, seed: int, half_width: float) -> float:
    """How often the rule's last interval holds the mean of normal numbers, 0."""
    chance, held = np.random.default_rng(seed), 0
    for _ in range(repetitions):
        running, rule = RunningKpis(), StoppingRule([HalfWidth("wait_mean", half_width)])
        numbers = normal_quantile(chance.uniform(size=400)).tolist()
        while not rule.is_met(running):
            running.add({"wait_mean": numbers.pop()})
        kpi = running.kpi("wait_mean")
        held += kpi.low <= 0.0 <= kpi.high
    return held / repetitions


def test_the_rule_covers_normal_means() -> None:
    """500 runs of about 60 normal numbers: 91 to 98 % of the intervals hold the mean."""
    assert 0.91 <= rule_on_normal_numbers(500, 3, 0.25) <= 0.98


@pytest.mark.soak
def test_the_rule_covers_normal_means_in_ten_thousand_runs() -> None:
    """10,000 runs, one of the wide and one of the narrow kind: 93.5 to 96 %."""
    for half_width in (0.35, 0.15):
        assert 0.935 <= rule_on_normal_numbers(10_000, 4, half_width) <= 0.96


def test_the_run_ends_at_the_first_replication_that_is_enough() -> None:
    """Played on, the half-width at every earlier number of replications is too wide."""
    case, allowed = pairs_of_customers(), 0.4
    result = simulate(case, SCENARIO, 5000, half_widths=[HalfWidth("wait_mean", allowed)])
    before = simulate(case, SCENARIO, result.replications - 1).kpis["wait_mean"]
    assert result.replications > LEAST_REPLICATIONS
    assert before.high - before.mean > allowed
    assert result.kpis == simulate(case, SCENARIO, result.replications).kpis
    assert np.array_equal(result.waits, simulate(case, SCENARIO, result.replications).waits)


def test_the_cap_ends_a_run_and_says_so() -> None:
    """30 replications at most: the result has what was found, and that it is not enough."""
    case = random_week(8, agents=6)
    asked = [HalfWidth("wait_mean", 1e-6), HalfWidth("no_shows", 0.5)]
    result = simulate(case, replications=30, half_widths=asked)
    assert result.replications == 30
    wide, narrow = result.half_widths
    assert (wide.reached, narrow.reached) == (False, True)
    kpi = result.kpis["wait_mean"]
    assert wide.found == pytest.approx(kpi.high - kpi.mean)


def test_a_figure_without_chance_needs_the_least() -> None:
    """Its half-width is 0, absolute and relative, and a figure of mean 0 is no exception."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600)])
    for asked in (HalfWidth("wait_mean", 0.01, True), HalfWidth("served", 0.5)):
        assert simulate(case, certain(), 500, half_widths=[asked]).replications == LEAST_REPLICATIONS


def test_a_figure_without_values_runs_to_the_cap() -> None:
    """Nobody comes, so there is no mean wait and no interval of it."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600)])
    asked = [HalfWidth("wait_mean", 1.0)]
    result = simulate(case, certain(no_show_single=1.0), 40, half_widths=asked)
    assert result.replications == 40
    assert not result.half_widths[0].reached
    assert math.isnan(result.half_widths[0].found)


def test_relative_precision_is_laws() -> None:
    """A relative error of g asks for g / (1 + g) of the mean found."""
    assert HalfWidth("wait_mean", 0.1, True).allowed(-22.0) == pytest.approx(2.0)
    assert HalfWidth("wait_mean", 0.1).allowed(22.0) == 0.1


def test_half_widths_as_words() -> None:
    """KPI=VALUE and KPI=P%; what can't be read or can't be is an error that says so."""
    assert HalfWidth.parse("wait_mean=0.25") == HalfWidth("wait_mean", 0.25)
    assert HalfWidth.parse(" no_shows = 2% ") == HalfWidth("no_shows", 0.02, True)
    for text, said in (
        ("wait", "expected KPI=VALUE"),
        ("wait_mean=x", "expected KPI=VALUE"),
        ("waits=1", "no key figure is called waits"),
        ("wait_mean=0", "above 0"),
        ("wait_mean=inf", "above 0"),
    ):
        with pytest.raises(ValueError, match=said):
            HalfWidth.parse(text)


def test_progress_follows_the_rule() -> None:
    """It never passes 1, and near the end it is near 1."""
    told: list[float] = []
    simulate(
        pairs_of_customers(), SCENARIO, 5000,
        half_widths=[HalfWidth("wait_mean", 0.4)],
        progress=lambda fraction, what: told.append(fraction),
    )  # fmt: skip
    assert 0 <= min(told) <= max(told) <= 1
    assert told[-1] > 0.9


def test_student_t_is_used() -> None:
    """Two values of variance 2: the half-width is t(1) = 12.706."""
    running = RunningKpis()
    for value in (0.0, 2.0):
        running.add({"wait_mean": value})
    (found,) = StoppingRule([HalfWidth("wait_mean", 1.0)]).outcome(running)
    assert found.found == pytest.approx(student_t_quantile(0.975, 1))


def test_defaults_of_the_domain_are_played_until_narrow() -> None:
    """A realistic day under the default scenario reaches both half-widths that were asked for."""
    asked = [HalfWidth("wait_over_10", 0.01), HalfWidth("occupancy", 0.02, True)]
    result = simulate(random_week(8, agents=10), Scenario(), 2000, half_widths=asked)
    assert all(outcome.reached for outcome in result.half_widths)
    assert LEAST_REPLICATIONS <= result.replications < 2000
