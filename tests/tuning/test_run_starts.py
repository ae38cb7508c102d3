"""Starts of a run by descent over sets: against brute force, published optima, and properties."""

from __future__ import annotations

import json
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.allowances import DayPrices, sample_average_allowances
from optimizer.tuning.grid_descent import GridLimits, descend_on_grid
from optimizer.tuning.run_sample import RunPrices, RunSample, sample_places
from optimizer.tuning.run_starts import Run, best_pool_starts, best_starts, rising
from simulation.theory.phase_type import PhaseType
from simulation.theory.pooled_schedule import PooledDay
from simulation.theory.static_schedule import Prices, StaticDay

CASES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parents[1] / "simulation" / "theory" / "reference_cases.json").read_text()
    )["cases"]
}


def _random_run(seed: int, sessions: int, slots: int) -> Run:
    """A run with lateness, absence, set-up, wrap-up and windows, few slots wide."""
    dice = np.random.default_rng(seed)
    shape = (7, sessions)
    weight = dice.random(shape[0])
    low = np.sort(dice.integers(0, slots // 2, sessions))
    high = np.minimum(np.maximum.accumulate(low + dice.integers(1, slots, sessions)), slots)
    return Run(
        sample=RunSample(
            service=dice.lognormal(2.6, 0.5, shape),
            lateness=np.where(dice.random(shape) < 0.4, dice.exponential(5.0, shape), -3.0),
            comes=dice.random(shape) < 0.85,
            weight=weight / weight.sum(),
            set_up=np.full(sessions, 5.0),
            wrap_up=np.full(sessions, 3.0),
            tolerance=15.0,
        ),
        prices=RunPrices(*dice.choice([0.0, 0.3, 1.0, 2.0], 4).tolist()),
        begin=0.0,
        end=5.0 * slots,
        grid=5.0,
        limits=GridLimits(low, high, dice.integers(0, 2, sessions - 1)),
    )


def _everything(limits: GridLimits) -> np.ndarray:
    """All points within the limits."""
    ranges = [range(a, b + 1) for a, b in zip(limits.low.tolist(), limits.high.tolist(), strict=True)]
    points = np.array(list(product(*ranges)), dtype=np.int64)
    return points[limits.excess(points) == 0]


@given(seed=st.integers(0, 100_000), sessions=st.integers(2, 4))
@settings(max_examples=60, deadline=None)
def test_descent_finds_the_best_of_all_starts(seed: int, sessions: int) -> None:
    """For a fixed sample no legal starts on the grid cost less than those found, whatever the first step."""
    run = _random_run(seed, sessions, 7)
    points = _everything(run.limits)
    if not len(points):
        return
    costs = run.costs(points)
    for step in (1, 4):
        found = best_starts(run, points[seed % len(points)], step)
        assert found.cost == pytest.approx(float(costs.min()), rel=1e-9, abs=1e-9)
        assert found.slack == 0.0
        assert run.limits.allow(found.point)


@given(seed=st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_cost_is_discretely_convex(seed: int) -> None:
    """f(p) + f(q) >= f of the middle rounded up + f of the middle rounded down, for any two points."""
    run = _random_run(seed, 4, 9)
    pairs = np.random.default_rng(seed).integers(-3, 12, (2, 200, 4))
    summed = pairs.sum(axis=0)
    up, down = (summed + 1) // 2, summed // 2
    costs = run.costs
    assert np.all(costs(pairs[0]) + costs(pairs[1]) >= costs(up) + costs(down) - 1e-9)
    excess = run.limits.excess
    assert np.all(excess(pairs[0]) + excess(pairs[1]) >= excess(up) + excess(down))


@pytest.mark.parametrize("seed", range(4))
def test_long_run_is_the_linear_programme(seed: int) -> None:
    """With ten sessions of whole minutes the descent over sets and the linear programme agree."""
    durations = np.random.default_rng(seed).integers(8, 40, (60, 10)).astype(np.float64)
    exact = sample_average_allowances(durations, DayPrices(1.0, 0.4, 1.5), planned_end=210.0)
    sample = RunSample.punctual(durations)
    run = Run(sample, RunPrices(1.0, 0.4, 1.5), 0.0, 210.0, 1.0, rising(10, 400))
    found = best_starts(run, np.arange(10, dtype=np.int64) * 20, 16)
    assert exact is not None
    assert found.cost == pytest.approx(exact.cost, abs=1e-6)
    assert found.slack == pytest.approx(0.0, abs=1e-5)


def test_more_time_never_costs_more() -> None:
    """For the same sample the optimum falls, or stays, as the planned end and the windows widen."""
    dice = np.random.default_rng(5)
    sample = RunSample.punctual(dice.lognormal(3.0, 0.3, (200, 6)))
    prices = RunPrices(waiting=1.0, idle=0.0, overtime=2.0)
    costs = [
        best_starts(
            Run(sample, prices, 0.0, 5.0 * last + 25.0, 5.0, rising(6, last)), np.zeros(6, dtype=np.int64), 4
        ).cost
        for last in range(12, 40, 4)
    ]
    assert all(a >= b - 1e-9 for a, b in pairwise(costs))
    assert costs[0] > costs[-1] + 1.0


def test_published_sample_average() -> None:
    """B18: the allowances of five scenarios cost 3.7 (absolute tolerance of the reference)."""
    case = CASES["B18"]
    given_ = case["parameters"]
    sample = RunSample.punctual(np.array(given_["scenarios"]))
    prices = RunPrices(given_["cw"], given_["ci"], given_["co"])
    run = Run(sample, prices, 0.0, given_["T"], 1.0, rising(4, 20))
    found = best_starts(run, np.array([0, 4, 8, 12]))
    assert found.cost == pytest.approx(case["value"], abs=case["tolerance"])


def test_published_due_dates() -> None:
    """B19: Begen and Queyranne's appointments, all outcomes as the sample; the planned end is a last job."""
    case = CASES["B19"]
    pmfs: list[dict[int, float]] = [
        {1: 0.2, 2: 0.5, 4: 0.3},
        {1: 0.4, 3: 0.6},
        {2: 0.7, 5: 0.3},
        {1: 0.5, 2: 0.5},
    ]
    outcomes = list(product(*(pmf.items() for pmf in pmfs)))
    service = np.array([[float(minutes) for minutes, _ in outcome] + [0.0] for outcome in outcomes])
    weight = np.array([np.prod([chance for _, chance in outcome]) for outcome in outcomes])
    sample = RunSample.punctual(service, weight)
    prices = RunPrices(waiting=case["parameters"]["o"], idle=case["parameters"]["u"])
    found = best_starts(Run(sample, prices, 0.0, np.inf, 1.0, rising(5, 20)), np.zeros(5, dtype=np.int64))
    cost, appointments = case["value"]
    assert found.cost == pytest.approx(cost, abs=case["tolerance"])
    assert found.point.tolist() == appointments


def _exact_day(case: dict[str, Any]) -> tuple[StaticDay, Prices, float]:
    """The day of a published case, with prices, and how often to count idle time in its cost."""
    given_ = case["parameters"]
    count = given_["n"]
    if "omega" in given_:
        variation = given_.get("SCV", 1.0)
        service = PhaseType.exponential(1.0) if variation == 1.0 else PhaseType.two_moment_fit(1.0, variation)
        return StaticDay([service] * count), Prices(1.0 - given_["omega"], given_["omega"]), 0.0
    service = PhaseType.exponential(1.0).if_present(given_["p"])
    # Here the agent's whole time until the end is priced: idle time and, in the mean, p of each customer.
    return (
        StaticDay([service] * count),
        Prices(given_["cw"], given_["cs"]),
        given_["cs"] * given_["p"] * count,
    )


@pytest.mark.parametrize("name", ["A20", "B06", "B07"])
def test_published_schedules(name: str) -> None:
    """The descent, given exact expectations, ends at the published optimum, within its stated tolerance."""
    _agrees(name)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["A01", "A02", "A16", "A17", "A19", "B09", "B10"])
def test_published_schedules_of_ten(name: str) -> None:
    """The same for ten customers."""
    _agrees(name)


def _agrees(name: str) -> None:
    case = CASES[name]
    day, prices, constant = _exact_day(case)
    fine = _steps_of_a_unit(case)

    def costs(points: np.ndarray) -> np.ndarray:
        return np.array([_cost_beyond(day, point / fine, prices) for point in points])

    start = np.arange(len(day), dtype=np.int64) * fine
    found = descend_on_grid(costs, start, rising(len(day), 3 * fine * len(day)), fine)
    value, tolerance = case["value"], case["tolerance"]
    times = found.point / fine
    if isinstance(value, float):
        assert found.cost + constant == pytest.approx(value, abs=max(tolerance, 1e-7))
    elif isinstance(value[1], list):
        assert found.cost + constant == pytest.approx(value[0], abs=tolerance)
        assert np.diff(times) == pytest.approx(value[1], abs=tolerance)
    else:
        assert times == pytest.approx(value, abs=tolerance)


def _steps_of_a_unit(case: dict[str, Any]) -> int:
    """A power of 2: steps fine enough for the tolerance of times; a cost is flat at its minimum."""
    needed = 4.0 / case["tolerance"] ** 0.5 if isinstance(case["value"], float) else 1.5 / case["tolerance"]
    return 1 << int(np.ceil(np.log2(needed)))


def _cost_beyond(day: StaticDay, times: np.ndarray, prices: Prices) -> float:
    """The exact cost, of times that don't rise, too: who is appointed before the one before waits for it."""
    rising_times = np.maximum.accumulate(np.maximum(times, 0.0))
    more = prices.waiting * float(day.shows @ (rising_times - times))
    return day.evaluate(rising_times, prices).cost + more


@pytest.mark.parametrize(("name", "omega"), [("A01", 0.5), ("A08", 0.5)])
def test_sampled_schedules_are_nearly_optimal(name: str, omega: float) -> None:
    """Starts from a sample of 2,000 cost, by the exact model, within 0.5 % of the published optimum."""
    case = CASES[name]
    count = case["parameters"]["n"]
    quantiles = -np.log1p(-(sample_places(2_000, count, seed=3) + 0.5) / 2_000)
    sample = RunSample.punctual(quantiles)
    run = Run(sample, RunPrices(1.0 - omega, omega), 0.0, np.inf, 0.05, rising(count, 80 * count))
    found = best_starts(run, np.arange(count, dtype=np.int64) * 20, 16)
    day = StaticDay([PhaseType.exponential(1.0)] * count)
    exact = day.evaluate(found.point * 0.05, Prices(1.0 - omega, omega)).cost
    assert case["value"] - 1e-6 <= exact <= 1.005 * case["value"]
    rounded = np.rint(day.optimise(Prices(1.0 - omega, omega)).times / 0.05).astype(np.int64)
    assert found.cost <= float(run.costs(rounded[np.newaxis, :])[0]) + 1e-9


@pytest.mark.parametrize("name", ["B12", "B13"])
def test_two_sessions_are_the_news_vendor(name: str) -> None:
    """The published slot of two customers, to the minute thousandth, from evenly spaced quantiles."""
    from simulation.distributions import normal_quantile

    case = CASES[name]
    given_ = case["parameters"]
    sigma = np.sqrt(np.log1p((given_["sd"] / given_["mean"]) ** 2))
    middle = np.log(given_["mean"]) - sigma**2 / 2.0
    normal = normal_quantile((np.arange(100_000) + 0.5) / 100_000)
    service = np.column_stack([np.exp(middle + sigma * normal), np.zeros(100_000)])
    prices = RunPrices(1.0 - given_["omega"], given_["omega"])
    run = Run(RunSample.punctual(service), prices, 0.0, np.inf, 0.0005, rising(2, 100_000))
    found = best_starts(run, np.array([0, 20_000]), 8192)
    assert found.point[1] * 0.0005 == pytest.approx(case["value"], abs=case["tolerance"])


def test_pool_of_three() -> None:
    """E07: starts for a pool of three from a sample cost, by the exact model, within 1 % of the optimum."""
    case = CASES["E07"]
    given_ = case["parameters"]
    quantiles = -np.log1p(-(sample_places(2_000, given_["n"], seed=1) + 0.5) / 2_000)
    prices = RunPrices(given_["cw"], given_["cs"])
    found = best_pool_starts(
        RunSample.punctual(quantiles),
        prices,
        given_["s"],
        0.05,
        rising(given_["n"], 200),
        np.zeros(given_["n"], dtype=np.int64),
        4,
    )
    day = PooledDay(given_["s"], given_["n"])
    exact = day.evaluate(found.point * 0.05, given_["cw"], given_["cs"]).cost
    assert case["value"][0] - 1e-5 <= exact <= 1.01 * case["value"][0]


@pytest.mark.parametrize("seed", range(5))
def test_small_pools_by_brute_force(seed: int) -> None:
    """For a pool of two the search ends at no point that a joint shift improves, close to the best of all."""
    dice = np.random.default_rng(seed)
    sample = RunSample.punctual(dice.lognormal(2.8, 0.4, (8, 4)))
    prices, limits = RunPrices(1.0, 0.5), rising(4, 8)
    found = best_pool_starts(sample, prices, 2, 5.0, limits, np.zeros(4, dtype=np.int64), 2)
    best = float(sample.pool_costs(_everything(limits) * 5.0, prices, 2, np.inf).min())
    assert best - 1e-9 <= found.cost <= 1.05 * best


@pytest.mark.parametrize(
    "bad",
    [
        lambda: RunPrices(-1.0, 1.0),
        lambda: RunSample.punctual(np.zeros((0, 3))),
        lambda: RunSample.punctual(np.full((2, 3), -1.0)),
        lambda: RunSample.punctual(np.ones((2, 3)), np.array([0.5, 0.6])),
        lambda: descend_on_grid(lambda p: p[:, 0] * 1.0, np.array([9, 0]), rising(2, 5)),
        lambda: descend_on_grid(lambda p: p[:, 0] * 1.0, np.array([0, 0]), rising(2, 5), 3),
    ],
)
def test_bad_arguments_are_refused(bad: Any) -> None:
    """Negative prices and services, no session, odd probabilities, starts outside, steps of three."""
    with pytest.raises(ValueError, match="expected"):
        bad()
