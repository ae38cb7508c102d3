"""Repair in the loop: today's practice, pools alone, and pools whose days are mended every ten minutes.

`python -m benchmarks.repair.mended_weeks [--save]`

The week of `benchmarks.repair.closed_loop` with single sessions planned at 25 minutes and a load of 0.85, in
pools of 24, mended as by `pontual simulate --policy repair`: same agents, same bookings, same chance. The
replications that are mended are played by two processes. Intervals and ratios are those of `closed_loop`;
seconds are of the mended replications alone, once both processes have planned the week.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.synchronize import Barrier
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.repair.closed_loop import (
    FIGURES,
    PROMISED,
    REPLICATIONS,
    SEED,
    intervals,
    played,
    print_row,
    ratio,
)
from benchmarks.repair.weeks import planned_week, scenario_for
from optimizer.repair import REVIEW_MINUTES, DayMender
from optimizer.tuning.capacity import with_pools_of
from simulation import Mended, Player, policy_of

MINUTES, LOAD = 25, 0.85
POOLS: Final = (24,)
"""Largest pools."""

DECIDED: Final = (
    "told_delays",
    "new_times",
    "rebooked_ahead",
    "breaks_moved",
    "wait_beyond_original_over_10",
)
PROCESSES: Final = 2

_ready: Barrier


def run(save: bool = False, replications: int = REPLICATIONS) -> dict[str, Any]:
    """Play, print and, if asked to, keep the figures."""
    case, scenario = planned_week(MINUTES, LOAD), scenario_for(MINUTES)
    today = played(Player(case, scenario.model_copy(update={"pooled": False})), replications)
    rows = []
    for size in POOLS:
        pooled = with_pools_of(case, size)
        alone = played(Player(pooled, scenario), replications)
        context = multiprocessing.get_context("spawn")
        ready = context.Barrier(PROCESSES)
        with ProcessPoolExecutor(PROCESSES, context, _get_ready, (size, ready)) as pool:
            list(pool.map(_wait, range(PROCESSES)))
            begun = time.perf_counter()
            kpis = list(pool.map(_mended, [size] * replications, range(replications)))
            seconds = time.perf_counter() - begun
        figures = {name: np.array([one[name] for one in kpis]) for name in (*FIGURES, *DECIDED)}
        row: dict[str, Any] = {
            "single_minutes": MINUTES,
            "load": LOAD,
            "sessions": len(case.sessions),
            "largest": size,
            "pools": len(set(pooled.agents.pool.tolist())),
            "seconds": round(seconds, 1),
            "today": intervals(today),
            "alone": intervals(alone),
            "figures": intervals(figures),
            "ratios": {name: ratio(today[name], figures[name]) for name in PROMISED},
            "ratios_to_pools_alone": {name: ratio(alone[name], figures[name]) for name in PROMISED},
        }
        print_row(row, row)
        print(f"  {row['seconds']} s for {replications} replications; to pools alone:", end="")
        for name, found in row["ratios_to_pools_alone"].items():
            print(f"  {name} / {found['ratio']:.2f} [{found['low']:.2f}, {found['high']:.2f}]", end="")
        print(
            "\n  a week: " + ", ".join(f"{name} {figures[name].mean():.4g}" for name in DECIDED), flush=True
        )
        rows.append(row)
    result = {"replications": replications, "seed": SEED, "processes": PROCESSES, "rows": rows}
    if save:
        print(record("mended_weeks", result))
    return result


def _get_ready(size: int, ready: Barrier) -> None:
    """What a process does first."""
    global _ready
    _ready = ready
    _player(size)


def _wait(_: int) -> None:
    """Until all processes are ready."""
    _ready.wait()


def _mended(size: int, replication: int) -> dict[str, float]:
    """The key figures of one replication."""
    player = _player(size)
    return player.kpis(player.play(SEED, replication))


@cache
def _player(size: int) -> Player:
    """One for each process."""
    case, scenario = with_pools_of(planned_week(MINUTES, LOAD), size), scenario_for(MINUTES)
    return Player(case, scenario, Mended(policy_of(scenario), DayMender(case, scenario), REVIEW_MINUTES))


if __name__ == "__main__":
    run(save="--save" in sys.argv)
