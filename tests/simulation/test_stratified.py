"""Replications whose chance is shared out evenly within batches."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from data.model import Scenario
from simulation import BATCH, Cause, HalfWidth, Player, SimpyEngine, compare, simulate, stable_keys, uniform
from simulation.kpis import RunningKpis
from simulation.random_streams import _affine, streams, uniform_at
from simulation.ratios import RunningQuantiles, RunningRatios
from tests.simulation.test_precision import SCENARIO, expected_wait, pairs_of_customers
from tests.simulation.weeks import certain, random_week, scheduled

KEYS = stable_keys((f"B{n}",) for n in range(2000))


def batch_of_numbers(batch: int, cause: Cause = Cause.DURATION) -> np.ndarray:
    """Numbers of one batch, shape (replications, keys)."""
    rows = [streams(3, batch * BATCH + place, stratified=True)[cause] for place in range(BATCH)]
    return np.array([[uniform_at(row, key) for key in KEYS] for row in rows])


def test_every_number_falls_once_into_each_part() -> None:
    """A Latin hypercube: in a batch each key meets each of 25 equal parts of the unit interval."""
    parts = np.floor(batch_of_numbers(2) * BATCH).astype(int)
    assert (np.sort(parts, axis=0) == np.arange(BATCH)[:, None]).all()


def test_pairs_of_replications_fall_anywhere() -> None:
    """Any two places of a batch are in each of the 600 pairs of unlike parts equally often, exactly.

    Over all factors and starts: this is what makes the variance that of random permutations.
    """
    for one, other in ((0, 1), (3, 17), (5, 24)):
        pairs = [
            tuple(int(_affine(*(np.uint64(v) for v in (factor, place, start)))) for place in (one, other))
            for factor, start in product(range(1, BATCH), range(BATCH))
        ]
        assert len(set(pairs)) == len(pairs) == BATCH * (BATCH - 1)
        assert all(first != second for first, second in pairs)


def test_each_number_is_uniform_and_keys_are_independent() -> None:
    """Over keys a replication's numbers are spread evenly, and neighbours show no pattern."""
    numbers = batch_of_numbers(0)
    for place in (0, 7, 24):
        ordered = np.sort(numbers[place])
        distance = np.max(np.abs(ordered - (np.arange(len(KEYS)) + 0.5) / len(KEYS)))
        assert distance * math.sqrt(len(KEYS)) < 1.95
        assert abs(np.corrcoef(numbers[place][:-1], numbers[place][1:])[0, 1]) < 4 / math.sqrt(len(KEYS))
    assert 0 < numbers.min() < numbers.max() < 1
    across = np.corrcoef(numbers[0], batch_of_numbers(1)[0])[0, 1]
    assert abs(across) < 4 / math.sqrt(len(KEYS))


def test_without_strata_numbers_are_those_of_the_arrays() -> None:
    """The compiled number of a plain row has the bits of `uniform`."""
    row = streams(3, 4)[Cause.LATE]
    assert [uniform_at(row, key) for key in KEYS[:50]] == uniform(3, 4, Cause.LATE, KEYS[:50]).tolist()


def test_a_rare_cause_comes_up_as_often_as_it_must() -> None:
    """Each of 30 customers stays away in exactly 5 replications of 25 where the probability is 0.2."""
    sessions = [(f"B{n}", "A1", 545 + 30 * n, 20) for n in range(30)]
    case = scheduled(sessions, [("A1", 540, 1440)])
    scenario = certain(no_show_single=0.2, pooled=False)
    result = simulate(case, scenario, 2 * BATCH, stratified=True)
    assert result.kpis["no_shows"] == pytest.approx((0.2, 0.2, 0.2))
    player = Player(case, scenario, stratified=True)
    away = np.sum([np.array(player.play(1, r).outcome) == 1 for r in range(BATCH)], axis=0)
    assert (away == 5).all()


def test_batches_are_the_observations() -> None:
    """Mean and interval are those of the batches' means; so are the groups'."""
    case = random_week(8, agents=6)
    result = simulate(case, replications=4 * BATCH, stratified=True, interval_minutes=1440)
    player = Player(case, Scenario(), stratified=True)
    waits = np.array([player.kpis(player.play(1, r))["wait_mean"] for r in range(4 * BATCH)])
    served = np.array([player.kpis(player.play(1, r))["served"] for r in range(4 * BATCH)])
    for found, values in ((result.kpis["wait_mean"], waits), (result.by_interval[0].kpis["served"], served)):
        means = values.reshape(4, BATCH).mean(axis=1)
        reach = 3.182446 * means.std(ddof=1) / 2
        assert found == pytest.approx((means.mean(), means.mean() - reach, means.mean() + reach), rel=1e-6)
    assert result.batch == BATCH


def test_engines_agree_on_stratified_chance() -> None:
    """SimPy and the twin give the same figures."""
    case = random_week(5, agents=3)
    twin, simpy = (
        simulate(case, replications=BATCH, stratified=True, engine=e) for e in (None, SimpyEngine())
    )
    assert repr(twin.kpis) == repr(simpy.kpis)


def test_a_value_that_is_missing_is_left_out_of_its_batch() -> None:
    """The mean is of the values that there are; a batch without any does not count."""
    running = RunningKpis(batch=2)
    for value in (1.0, math.nan, 3.0, 5.0, math.nan, math.nan):
        running.add({"wait_mean": value})
    assert running.observations == 2
    assert running.kpi("wait_mean").mean == 2.5


def test_groups_take_batches_as_clusters() -> None:
    """Ratios and quantiles of batches equal those of the batches' customers taken together."""
    dice = np.random.default_rng(1)
    waits = [dice.exponential(5.0, size=4) for _ in range(6)]
    ratios, quantiles = (
        (RunningRatios((1,), 3), RunningRatios((1,))),
        (RunningQuantiles(1, 3), RunningQuantiles(1)),
    )
    for listed in waits:
        ratios[0].add(np.array([listed.sum()]), np.array([4.0]))
        quantiles[0].add(np.zeros(4, dtype=np.int64), listed)
    for together in (np.concatenate(waits[:3]), np.concatenate(waits[3:])):
        ratios[1].add(np.array([together.sum()]), np.array([12.0]))
        quantiles[1].add(np.zeros(12, dtype=np.int64), together)
    for one, other in ((ratios[0].estimates(), ratios[1].estimates()), (q.estimates(0.9) for q in quantiles)):
        assert np.allclose(one, other)


def coverage(repetitions: int, first_seed: int) -> float:
    """How often intervals of 12 batches hold the exact mean wait."""
    case, truth, held = pairs_of_customers(), expected_wait(), 0
    player = Player(case, SCENARIO, stratified=True)
    for seed in range(first_seed, first_seed + repetitions):
        running = RunningKpis(BATCH)
        for replication in range(12 * BATCH):
            running.add(player.kpis(player.play(seed, replication)))
        kpi = running.kpi("wait_mean")
        held += kpi.low <= truth <= kpi.high
    return held / repetitions


def test_stratified_intervals_cover_an_exact_mean() -> None:
    """20 runs of a day whose mean wait has a closed form: at least 17 of the intervals hold it."""
    assert coverage(20, 1) >= 0.85


@pytest.mark.soak
def test_stratified_intervals_cover_an_exact_mean_in_two_thousand_runs() -> None:
    """2,000 runs with other seeds: 93.5 to 96.5 %."""
    assert 0.935 <= coverage(2000, 10_000) <= 0.965


def test_means_are_more_exact() -> None:
    """A busy week: the interval of the mean wait is narrower than of as many independent replications."""
    case = random_week(8, agents=10, pools=1, fullness=0.95)
    plain, even = (simulate(case, replications=20 * BATCH, stratified=s).kpis for s in (False, True))
    for name in ("wait_mean", "no_shows", "cost"):
        assert even[name].high - even[name].low < 0.75 * (plain[name].high - plain[name].low)
        assert even[name].low < plain[name].high
        assert plain[name].low < even[name].high


def test_the_rule_ends_with_a_whole_batch() -> None:
    """20 batches are the least; a run ends with a batch."""
    asked = [HalfWidth("wait_mean", 5.0)]
    result = simulate(pairs_of_customers(), SCENARIO, 40 * BATCH, half_widths=asked, stratified=True)
    assert result.replications == 20 * BATCH


def test_batches_must_be_whole() -> None:
    """A number of replications that is no multiple of 25 is an error, for one scenario and for two."""
    case = random_week(8, agents=3)
    with pytest.raises(ValueError, match="whole batches of 25 replications, got 30"):
        simulate(case, replications=30, stratified=True)
    with pytest.raises(ValueError, match="got 30"):
        compare(Player(case, stratified=True), Player(case, stratified=True), replications=30)
    with pytest.raises(ValueError, match="alike"):
        compare(Player(case, stratified=True), Player(case), replications=BATCH)
