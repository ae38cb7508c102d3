"""What common random numbers save when the staffing of a busy day changes by one agent.

`python -m benchmarks.simulation.common_random_numbers [--pairs 2000] [--seed 1] [--save]`

The same day of 40 agents and 1,200 sessions is played with and without one agent more, all features on.
Paired: both on the same chance. Independent: the day with one agent more on another seed. The ratio of the
variances of the difference says how many times as many replications independent draws would take for the same
interval; its own interval is a percentile bootstrap over the replications (Efron & Tibshirani 1993, chapter
13), seeded.

Days on which no agent is absent are shown as well: the absences are chance that both share. Whether more
could be had there is asked in two ways that owe nothing to our engine. `most` is what the best of all
couplings of the two days would reach, the k-th smallest figure of one with the k-th smallest of the other
(Hoeffding 1940; Fréchet 1951): it needs the results. And the customers of the same day go through one queue
without skills and breaks, whose waits are an exact recursion, with about as many agents as make them wait as
long.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from benchmarks.simulation.plain_queue import plain_day, waits_by_recursion
from data.model import Scenario
from data.model.columns import FloatArray
from simulation import Player, draw

PAIRS: Final = 2000
SHOWN: Final = (
    "wait_mean", "wait_p90", "wait_over_5", "wait_over_10", "on_time_share", "rebooked_by_issuer",
    "occupancy", "overtime_minutes",
)  # fmt: skip
FLOORS: Final = {"wait_mean": 5.0, "wait_over_10": 2.5}
"""The least ratio that is promised on days with all features."""

ALL_THERE: Final = ALL_FEATURES.model_copy(update={"agent_absence": 0.0})
LONGER: Final = ALL_THERE.model_copy(update={"duration_mean": 1.1 * ALL_THERE.duration_mean})
DAYS: Final = (
    ("one pool", 1, ALL_FEATURES),
    ("four pools", 4, ALL_FEATURES),
    ("one pool, nobody absent", 1, ALL_THERE),
    ("one pool, nobody absent, sessions a tenth longer", 1, LONGER),
    ("four pools, nobody absent", 4, ALL_THERE),
)
QUEUES: Final = (36, 35, 34, 33)
"""Agents of the plain queue, before one is added."""

QUEUE_FIGURES: Final = ("wait_mean", "wait_over_10")
RARE_SKILLS: Final = ("joint", "judicial")
"""Those of a fifth of the agents."""

OTHER_SEED: Final = 1_000_003
RESAMPLES: Final = 1000


def run(pairs: int = PAIRS, seed: int = 1, save: bool = False) -> dict[str, Any]:
    """Play, print and, if asked to, keep the ratios."""
    cases = [_staffing(*day, pairs, seed) for day in DAYS] + _plain_queues(pairs, seed)
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
        "long_waits": _long_waits(base, pairs, seed),
        "figures": {
            name: _compared(one[:, place], other[:, place], apart[:, place], seed)
            for place, name in enumerate(SHOWN)
        },
    }


def _long_waits(player: Player, pairs: int, seed: int) -> dict[str, float]:
    """A day's customers who came, those who waited over ten minutes, and those of them who few can serve."""
    rare = np.isin(player.week.skill_name.astype(str), RARE_SKILLS)
    counts = np.zeros(3)
    for replication in range(pairs):
        waits = player.play(seed, replication).waits()
        counts += [np.isfinite(waits).sum(), (waits > 10.0).sum(), (waits[rare] > 10.0).sum()]
    return dict(zip(("customers", "over_10", "over_10_rare_skills"), (counts / pairs).tolist(), strict=True))


def _plain_queues(pairs: int, seed: int) -> list[dict[str, Any]]:
    """One agent more for the customers of the first day, in one queue."""
    week = Player(busy_day(), ALL_THERE).week
    sizes = sorted({*QUEUES, *(size + 1 for size in QUEUES)})
    found: dict[tuple[int, int], FloatArray] = {}
    for of_seed in (seed, OTHER_SEED + seed):
        rows: dict[int, list[list[float]]] = {size: [] for size in sizes}
        for replication in range(pairs):
            day = plain_day(week, draw(week, ALL_THERE, of_seed, replication), ALL_THERE.late_tolerance)
            for size in sizes:
                waits = waits_by_recursion(day._replace(agents=size))
                rows[size].append([float(waits.mean()), float((waits > 10.0).mean())])
        found |= {(of_seed, size): np.array(of_size) for size, of_size in rows.items()}
    return [
        {
            "day": f"plain queue of {size}, exact recursion",
            "all_features": False,
            "figures": {
                name: _compared(
                    found[seed, size][:, place],
                    found[seed, size + 1][:, place],
                    found[OTHER_SEED + seed, size + 1][:, place],
                    seed,
                )
                for place, name in enumerate(QUEUE_FIGURES)
            },
        }
        for size in QUEUES
    ]


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
    apart_variance = one.var(ddof=1) + other.var(ddof=1)
    return {
        "first": float(one.mean()),
        "second": float(other.mean()),
        "difference": float(paired.mean()),
        "half_width_paired": float(1.96 * paired.std(ddof=1) / np.sqrt(len(paired))),
        "half_width_independent": float(1.96 * independent.std(ddof=1) / np.sqrt(len(paired))),
        "variance_ratio": float(ratio),
        "low": float(low),
        "high": float(high),
        "by_sum_of_variances": float(apart_variance / paired.var(ddof=1)),
        "correlation": float(np.corrcoef(one, other)[0, 1]),
        "most": float(apart_variance / (np.sort(other) - np.sort(one)).var(ddof=1)),
    }


def _print(result: dict[str, Any]) -> None:
    print(f"Variance of a difference, independent over paired; {result['pairs']:,} pairs")
    for case in result["cases"]:
        print(f"\nOne agent more: {case['day']}")
        if "long_waits" in case:
            long = case["long_waits"]
            print(
                f"before: {long['over_10']:.1f} of {long['customers']:.0f} customers wait over 10 minutes, "
                f"{long['over_10_rare_skills']:.1f} of them for {' or '.join(RARE_SKILLS)}"
            )
        print(
            f"{'figure':<20}{'before':>9}{'difference':>12}{'± paired':>10}{'± indep.':>10}"
            f"{'correl.':>9}{'most':>9}{'ratio':>8}   95 %"
        )
        for name, found in case["figures"].items():
            floor = FLOORS.get(name) if case["all_features"] else None
            said = (
                ""
                if floor is None
                else f"   promised {floor}: {'kept' if found['low'] >= floor else 'MISSED'}"
            )
            print(
                f"{name:<20}{found['first']:>9.4f}{found['difference']:>12.4f}"
                f"{found['half_width_paired']:>10.4f}{found['half_width_independent']:>10.4f}"
                f"{found['correlation']:>9.3f}{found['most']:>9.1f}{found['variance_ratio']:>8.1f}"
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
