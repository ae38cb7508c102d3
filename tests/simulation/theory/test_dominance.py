"""Orders of policies and schedules that theory knows, on the same draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.simulation.played_week import Chance, Player, Service, TextbookDay
from simulation import SimpyEngine
from simulation.distributions import lognormal_of_mean, normal_quantile
from simulation.random_streams import Cause
from simulation.theory.lattice import lognormal_sigma

DAYS = 10
SIGMA = lognormal_sigma(20.0, 8.0)
SESSIONS = Service(lambda c: lognormal_of_mean(c(Cause.DURATION, 0), 20.0, SIGMA), 20.0, 64.0)


def lateness(chance: Chance) -> np.ndarray:
    """Normal, a minute early in the mean."""
    return -1.0 + 5.0 * normal_quantile(chance(Cause.LATENESS, 0))


def day(slot: float, pool: int) -> TextbookDay:
    """Eight agents in pools of a size, ten rounds."""
    times = np.repeat(np.arange(10) * slot, max(pool, 1))
    return TextbookDay(
        times, SESSIONS, agents=pool, show=0.9, lateness=lateness, grace=10.0, copies=8 // max(pool, 1)
    )


def mean_waits(one: TextbookDay) -> list[float]:
    """Mean wait of each replication."""
    player = Player(one, SimpyEngine())
    return [float(np.nanmean(player.play(5, r).wait)) for r in range(DAYS)]


def test_longer_slots_wait_less() -> None:
    """Two minutes more a slot: nobody who is served waits longer, customer by customer, on the same draws."""
    before = Player(day(22.0, 0), SimpyEngine())
    after = Player(day(24.0, 0), SimpyEngine())
    fewer = 0
    for replication in range(DAYS):
        short, long = before.play(5, replication).wait, after.play(5, replication).wait
        assert np.array_equal(np.isnan(short), np.isnan(long))
        # Ends are quantised.
        assert np.nanmax(long - short) <= 1e-5
        fewer += int(np.nansum(long < short - 1.0))
    assert fewer > 20


def test_larger_pools_wait_no_longer_in_the_mean() -> None:
    """Own lists, pools of two, four and eight agents: each waits less than the one before."""
    waits = [float(np.mean(mean_waits(day(22.0, pool)))) for pool in (0, 2, 4, 8)]
    assert all(larger < 0.8 * smaller for smaller, larger in pairwise(waits))


def test_a_pool_of_one_is_a_list() -> None:
    """With one agent late binding binds nobody else: the mean differs by the order of who is there alone."""
    alone, listed = np.mean(mean_waits(day(22.0, 1))), np.mean(mean_waits(day(22.0, 0)))
    assert abs(alone - listed) < 0.05 * listed
