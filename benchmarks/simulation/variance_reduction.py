"""Whether antithetic or stratified random numbers make the simulated means more exact.

`python -m benchmarks.simulation.variance_reduction [--replications 4000] [--seed 1] [--save]`

The busy day of 40 agents and 1,200 sessions on the twin, all features on. Two ways:

- antithetic pairs (Hammersley & Morton 1956): the second replication of each pair gets 1 - u for every u; or
  for those of the durations alone, all else being independent. The simulation has no such option: the chance
  is drawn here anew from uniform numbers that can be mirrored (left alone, they give the engine's own draws
  to the last bit, which is checked);
- stratified batches, the option of the simulation: a Latin hypercube of several thousand dimensions.

The figure is the variance of the mean of as many independent replications over that of the pair or batch:
above 1 it helps. Its interval is a percentile bootstrap over pairs or batches.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from data.model.columns import FloatArray
from simulation import BATCH, Cause, Draws, Outcome, Player, TwinEngine, Week, draw, policy_of, uniform
from simulation.distributions import exponential, lognormal
from simulation.draws import mean_durations, no_show_probability, quantised
from simulation.kpis import replication_kpis
from simulation.random_streams import KeyArray

REPLICATIONS: Final = 4000
RESAMPLES: Final = 1000
SHOWN: Final = ("wait_mean", "wait_over_10", "rebooked_by_issuer", "occupancy", "cost")
DURATIONS: Final = (Cause.DURATION, Cause.FAILURE_DELAY, Cause.FAILURE_MOMENT)

Numbers = Callable[[Cause, KeyArray], FloatArray]
"""Uniform numbers of one replication, one for each key."""


def drawn(week: Week, numbers: Numbers, base: Draws) -> Draws:
    """The engine's draws, from any uniform numbers; what is not drawn here is as in `base`."""
    s = ALL_FEATURES
    late = numbers(Cause.LATE, week.attendance_key) < s.late_probability
    lateness = np.where(
        late,
        np.minimum(
            lognormal(numbers(Cause.LATENESS, week.attendance_key), s.late_median, s.late_sigma), s.late_cap
        ),
        -exponential(numbers(Cause.EARLINESS, week.attendance_key), s.early_mean),
    )
    latest = np.full(len(week), -np.inf)
    np.maximum.at(latest, week.attendance_session, lateness)
    arrival = quantised(week.appointed + np.where(np.isfinite(latest), latest, 0.0))
    arrival[numbers(Cause.NO_SHOW, week.key) < no_show_probability(week, s)] = np.inf
    median = mean_durations(week, s) * np.exp(-s.duration_sigma * s.duration_sigma / 2.0)
    minutes = lognormal(numbers(Cause.DURATION, week.key), median, s.duration_sigma)
    failure = numbers(Cause.FAILURE, week.key)
    fails = failure < s.failure_rebook
    delayed = ~fails & (failure < s.failure_rebook + s.failure_recoverable)
    delay = s.failure_delay_low + (s.failure_delay_high - s.failure_delay_low) * numbers(
        Cause.FAILURE_DELAY, week.key
    )
    minutes = np.where(fails, minutes * numbers(Cause.FAILURE_MOMENT, week.key), minutes)
    minutes = np.where(delayed, minutes + delay, minutes)
    missing = (numbers(Cause.DOCUMENTS, week.key) < s.documents_missing) & (
        ~fails | (minutes > s.documents_check)
    )
    result = np.where(fails, Outcome.FAILED_TECHNICAL, Outcome.FULFILLED)
    return replace(
        base,
        arrival=arrival,
        patience=quantised(lognormal(numbers(Cause.PATIENCE, week.key), s.patience_median, s.patience_sigma)),
        service=quantised(np.where(missing, np.minimum(minutes, s.documents_check), minutes)),
        result=np.where(missing, Outcome.FAILED_DOCUMENTS, result).astype(np.int8),
        absent=numbers(Cause.ABSENCE, week.duty_key) < s.agent_absence,
    )


class Day:
    """The busy day, played from given uniform numbers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.week = Week.of(busy_day())
        self._engine, self._policy = TwinEngine(), policy_of(ALL_FEATURES)

    def independent(self, replication: int) -> Numbers:
        """The engine's own numbers."""
        return lambda cause, keys: uniform(self.seed, replication, cause, keys)

    def mirrored(self, replication: int, causes: Sequence[Cause]) -> Numbers:
        """1 - u of this replication for these causes; of the others independent numbers."""
        plain, other = self.independent(replication), self.independent(-1 - replication)
        return lambda cause, keys: 1.0 - plain(cause, keys) if cause in causes else other(cause, keys)

    def figures(self, numbers: Numbers) -> list[float]:
        """The key figures of one replication."""
        draws = drawn(self.week, numbers, draw(self.week, ALL_FEATURES, self.seed, 0))
        log = self._engine.run(self.week, ALL_FEATURES, draws, self._policy)
        kpis = replication_kpis(self.week, ALL_FEATURES, log)
        return [kpis[name] for name in SHOWN]

    def check(self) -> None:
        """Left alone, the numbers must give the engine's draws."""
        for replication in (0, 1):
            expected = draw(self.week, ALL_FEATURES, self.seed, replication)
            found = drawn(self.week, self.independent(replication), expected)
            for name in ("arrival", "patience", "service", "result", "absent"):
                np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def run(replications: int = REPLICATIONS, seed: int = 1, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    day = Day(seed)
    day.check()
    one = np.array([day.figures(day.independent(r)) for r in range(replications)])
    alone = one.var(axis=0, ddof=1)
    ways = {
        "antithetic, all causes": _pairs(day, one, tuple(Cause)),
        "antithetic, durations": _pairs(day, one, DURATIONS),
        f"stratified, batches of {BATCH}": _batches(day, replications),
    }
    result = {
        "replications": replications,
        "seed": seed,
        "ways": {
            name: {
                figure: _gain(means[:, place], alone[place] / size, seed)
                for place, figure in enumerate(SHOWN)
            }
            for name, (means, size) in ways.items()
        },
    }
    print(
        f"Variance of independent means over that of the way; {replications:,} replications; above 1: helps"
    )
    for name, figures in result["ways"].items():
        print(f"\n{name}")
        for figure, gain in figures.items():
            print(f"  {figure:<20}{gain['ratio']:>7.2f}   [{gain['low']:.2f} .. {gain['high']:.2f}]")
    if save:
        record("simulation_variance_reduction", result)
    return result


def _pairs(day: Day, one: FloatArray, causes: Sequence[Cause]) -> tuple[FloatArray, int]:
    other = np.array([day.figures(day.mirrored(r, causes)) for r in range(len(one) // 2)])
    return (one[: len(other)] + other) / 2.0, 2


def _batches(day: Day, replications: int) -> tuple[FloatArray, int]:
    """Means of the engine's own stratified batches."""
    player = Player(busy_day(), ALL_FEATURES, stratified=True)
    rows = []
    for replication in range(replications // BATCH * BATCH):
        kpis = player.kpis(player.play(day.seed, replication))
        rows.append([kpis[name] for name in SHOWN])
    return np.array(rows).reshape(-1, BATCH, len(SHOWN)).mean(axis=1), BATCH


def _gain(means: FloatArray, independent: float, seed: int) -> dict[str, float]:
    picks = np.random.default_rng(seed).integers(0, len(means), size=(RESAMPLES, len(means)))
    low, high = np.quantile(independent / means[picks].var(axis=1, ddof=1), (0.025, 0.975))
    return {
        "ratio": float(independent / means.var(ddof=1)),
        "low": float(low),
        "high": float(high),
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    run(asked.replications, asked.seed, asked.save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
