"""The sample week from beginning to end: objective, proven bound and gap of each step, and its time.

`python -m benchmarks.planning.sample_week [--save]`

Peer in the same run: first come, first served on the planted roster, which moves nobody once placed.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from benchmarks.provenance import record
from data.generator import first_come_first_served
from data.model import Scenario
from data.referee import judge
from data.sample import load_sample
from optimizer.allocation import allocate
from optimizer.planning.summaries import allocation_summary, roster_summary, simulation_summary
from optimizer.planning.week import plan_week
from optimizer.solve_result import SolveLimits

REPLICATIONS = 20


def run(save: bool = False) -> dict[str, Any]:
    """Plan the sample week, and allocate its bookings on the planted roster beside the greedy peer."""
    case = load_sample()
    started = time.perf_counter()
    greedy = first_come_first_served(case)
    greedy_seconds = time.perf_counter() - started
    planted = allocate(case, SolveLimits())
    if planted.answer is None:
        raise RuntimeError(f"no allocation on the planted roster: {planted.status}")
    week = plan_week(case, SolveLimits(), scenario=Scenario(), replications=REPLICATIONS)
    if week.allocation is None or week.simulation is None:
        raise RuntimeError(f"no plan for the sample week: {week.roster.status}")
    result = {
        "planted_roster": {
            "first_come_first_served": {"placed": len(greedy), "seconds": round(greedy_seconds, 3)},
            "allocate": allocation_summary(case.with_schedule(planted.answer), planted),
        },
        "roster": roster_summary(week.case, week.roster),
        "allocate": allocation_summary(week.case, week.allocation),
        "simulate": simulation_summary(week.simulation),
        "violations": len(judge(week.case)),
    }
    for name in ("roster", "allocate"):
        step = result[name]
        print(
            f"{name:<10} objective {step['objective']:g}  bound {step['bound']:g}  gap {step['gap']:.3%}  "
            f"{step['seconds']:.1f} s"
        )
    print(f"planted roster: first come {len(greedy)}, allocate {len(planted.answer.sessions)} placed")
    if save:
        print(record("sample_week", result))
    return result


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
