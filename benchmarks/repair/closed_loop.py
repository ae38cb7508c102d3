"""Today's practice against late binding in pools: same agents, same bookings, same chance.

`python -m benchmarks.repair.closed_loop [--save]`

Today's practice: each agent serves the own list, early where both are there; nobody takes over. Against it
the same plan with the agents of a pool serving its customers, in pools as the plan has them (8 or so) and in
larger ones. Sessions that start more than 15 minutes late are rebooked by the issuer's cause. Planned minutes
of single sessions and loads vary; what is planned changes nothing in how long sessions last.

Each figure is the mean of 100 replications with its 99 % interval; ratios are today's over Pontual's, with
percentile intervals of a paired bootstrap over the replications (Efron & Tibshirani 1993, chapter 13), 99 %.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.repair.weeks import planned_week, scenario_for
from data.model.columns import FloatArray
from optimizer.tuning.capacity import with_pools_of
from simulation import Player

CELLS: Final = ((25, 0.85), *((minutes, load) for minutes in (20, 25, 30) for load in (0.7, 0.8, 0.9)))
POOLS: Final = (None, 16, 24, 48)
"""Largest pools; None: those of the plan."""

FIGURES: Final = ("rebooked_by_issuer", "wait_over_10", "wait_mean", "left", "served", "overtime_minutes")
PROMISED: Final = {"rebooked_by_issuer": 10.0, "wait_over_10": 5.0}
REPLICATIONS: Final = 100
SEED: Final = 20261126
RESAMPLES: Final = 2000
Z_99: Final = 2.626
"""Student's t at 99 %, 99 degrees of freedom."""


def run(save: bool = False) -> dict[str, Any]:
    """Plan, play, print and, if asked to, keep the table."""
    rows = [_row(minutes, load) for minutes, load in CELLS]
    result = {"replications": REPLICATIONS, "seed": SEED, "rows": rows}
    if save:
        print(record("closed_loop", result))
    return result


def _row(minutes: int, load: float) -> dict[str, Any]:
    case = planned_week(minutes, load)
    scenario = scenario_for(minutes)
    begun = time.perf_counter()
    today = played(Player(case, scenario.model_copy(update={"pooled": False})))
    row: dict[str, Any] = {
        "single_minutes": minutes,
        "load": load,
        "sessions": len(case.sessions),
        "not_placed": len(case.unplaced),
        "today": intervals(today),
        "pools": [],
    }
    for size in POOLS:
        pooled = with_pools_of(case, size)
        figures = played(Player(pooled, scenario))
        row["pools"].append(
            {
                "largest": size,
                "pools": len(set(pooled.agents.pool.tolist())),
                "figures": intervals(figures),
                "ratios": {name: ratio(today[name], figures[name]) for name in PROMISED},
            }
        )
        print_row(row, row["pools"][-1])
    row["seconds"] = round(time.perf_counter() - begun, 1)
    return row


def played(player: Player, replications: int = REPLICATIONS) -> dict[str, FloatArray]:
    """The figures of each replication."""
    kpis = [player.kpis(player.play(SEED, replication)) for replication in range(replications)]
    return {name: np.array([one[name] for one in kpis]) for name in FIGURES}


def intervals(figures: dict[str, FloatArray]) -> dict[str, dict[str, float]]:
    """Means and half-widths."""
    return {
        name: {
            "mean": float(values.mean()),
            "half_width": float(Z_99 * values.std(ddof=1) / np.sqrt(len(values))),
        }
        for name, values in figures.items()
    }


def ratio(today: FloatArray, pontual: FloatArray) -> dict[str, float]:
    """How many times less, with its interval."""
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, len(today), (RESAMPLES, len(today)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = today[drawn].mean(axis=1) / pontual[drawn].mean(axis=1)
        found = float(today.mean() / pontual.mean())
    low, high = np.nanquantile(ratios, (0.005, 0.995)).tolist()
    return {"ratio": found, "low": low, "high": high}


def print_row(row: dict[str, Any], pooled: dict[str, Any]) -> None:
    """One line of the table."""
    parts = [f"{row['single_minutes']} min, load {row['load']:.2f}, {pooled['pools']:>2} pools:"]
    for name, promised in PROMISED.items():
        before, after = row["today"][name]["mean"], pooled["figures"][name]["mean"]
        ratio = pooled["ratios"][name]
        verdict = "" if ratio["low"] >= promised else " (missed)" if ratio["ratio"] < promised else " (open)"
        parts.append(
            f"{name} {before:.4f} -> {after:.4f}, / {ratio['ratio']:.1f} "
            f"[{ratio['low']:.1f}, {ratio['high']:.1f}]{verdict}"
        )
    print("  ".join(parts), flush=True)


if __name__ == "__main__":
    run(save="--save" in sys.argv)
