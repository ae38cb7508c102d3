"""What common random numbers save when the staffing of a busy day changes by one agent.

`python -m benchmarks.simulation.common_random_numbers [--pairs 2000] [--seed 1] [--save]`

The same day of 40 agents and 1,200 sessions is played with and without one agent more, all features on.
Paired: both on the same chance. Independent: the day with one agent more on another seed. The ratio of the
variances of the difference says how many times as many replications independent draws would take for the same
interval; its own interval is a percentile bootstrap over the replications (Efron & Tibshirani 1993, chapter
13), seeded. A day on which no agent is absent is shown as well: the absences are chance that both share.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from data.model import Scenario
from data.model.columns import FloatArray
from simulation import Player

PAIRS: Final = 2000
SHOWN: Final = (
    "wait_mean", "wait_p90", "wait_over_5", "wait_over_10", "on_time_share", "rebooked_by_issuer",
    "occupancy", "overtime_minutes",
)  # fmt: skip
FLOORS: Final = {"wait_mean": 5.0, "wait_over_10": 2.5}
"""The least ratio that is promised on days with all features."""

DAYS: Final = (
    ("one pool", 1, ALL_FEATURES),
    ("four pools", 4, ALL_FEATURES),
    ("one pool, nobody absent", 1, ALL_FEATURES.model_copy(update={"agent_absence": 0.0})),
)
OTHER_SEED: Final = 1_000_003
RESAMPLES: Final = 1000


def run(pairs: int = PAIRS, seed: int = 1, save: bool = False) -> dict[str, Any]:
    """Play, print and, if asked to, keep the ratios."""
    cases = [_staffing(*day, pairs, seed) for day in DAYS]
    result = {"pairs": pairs, "seed": seed, "cases": cases}
    _print(result)
    if save:
        record("simulation_common_random_numbers", result)
    return result


def _staffing(what: str, pools: int, scenario: Scenario, pairs: int, seed: int) -> dict[str, Any]:
    """One agent more in the first pool."""
    base = Player(busy_day(pools=pools), scenario)
    more = Player(busy_day(pools=pools, spare=1), scenario)
    one, other = _figures(base, pairs, seed), _figures(more, pairs, seed)
    apart = _figures(more, pairs, OTHER_SEED + seed)
    return {
        "day": what,
        "all_features": scenario == ALL_FEATURES,
        "figures": {
            name: _compared(one[:, place], other[:, place], apart[:, place], seed)
            for place, name in enumerate(SHOWN)
        },
    }


def _figures(player: Player, pairs: int, seed: int) -> FloatArray:
    """The key figures of each replication, shape (pairs, figures)."""
    rows = []
    for replication in range(pairs):
        kpis = player.kpis(player.play(seed, replication))
        rows.append([kpis[name] for name in SHOWN])
    return np.array(rows)


def _compared(one: FloatArray, other: FloatArray, apart: FloatArray, seed: int) -> dict[str, float]:
    paired, independent = other - one, apart - one
    ratio = independent.var(ddof=1) / paired.var(ddof=1)
    picks = np.random.default_rng(seed).integers(0, len(one), size=(RESAMPLES, len(one)))
    resampled = independent[picks].var(axis=1, ddof=1) / paired[picks].var(axis=1, ddof=1)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return {
        "difference": float(paired.mean()),
        "half_width_paired": float(1.96 * paired.std(ddof=1) / np.sqrt(len(paired))),
        "half_width_independent": float(1.96 * independent.std(ddof=1) / np.sqrt(len(paired))),
        "variance_ratio": float(ratio),
        "low": float(low),
        "high": float(high),
        "by_sum_of_variances": float((one.var(ddof=1) + other.var(ddof=1)) / paired.var(ddof=1)),
    }


def _print(result: dict[str, Any]) -> None:
    print(f"Variance of a difference, independent over paired; {result['pairs']:,} pairs")
    for case in result["cases"]:
        print(f"\nOne agent more: {case['day']}")
        print(f"{'figure':<20}{'difference':>12}{'± paired':>10}{'± indep.':>10}{'ratio':>8}   95 %")
        for name, found in case["figures"].items():
            floor = FLOORS.get(name) if case["all_features"] else None
            said = (
                ""
                if floor is None
                else f"   promised {floor}: {'kept' if found['low'] >= floor else 'MISSED'}"
            )
            print(
                f"{name:<20}{found['difference']:>12.4f}{found['half_width_paired']:>10.4f}"
                f"{found['half_width_independent']:>10.4f}{found['variance_ratio']:>8.1f}"
                f"   {found['low']:.1f} to {found['high']:.1f}{said}"
            )


def main() -> int:
    """The command; fails if a promise is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    result = run(asked.pairs, asked.seed, asked.save)
    kept = all(
        case["figures"][name]["low"] >= floor
        for case in result["cases"]
        if case["all_features"]
        for name, floor in FLOORS.items()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
