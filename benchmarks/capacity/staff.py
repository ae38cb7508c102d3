"""The cheapest mix of contracts and skills for the sample week.

`python -m benchmarks.capacity.staff [--work 5] [--replications 300] [--save]`

With P(wait > 10 minutes) <= 2 % in every period: the mix, its cost beside the bound, how its roster serves in
weeks that had no part in the search, and what becomes of it with one agent fewer of each class. The bookings
of the sample week are then allocated on the roster and played, as `pontual simulate` does.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

from benchmarks.provenance import record
from data.sample import load_sample
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.summaries import allocation_summary, simulation_summary
from optimizer.requirement.requirement import Request
from optimizer.requirement.service import ServiceTarget
from optimizer.solve_result import SolveLimits
from optimizer.staffing.documents import staffing_document
from optimizer.staffing.search import Answer, find_staffing
from simulation import scenario_of, simulate

TARGET = ServiceTarget.parse("wait_over_10<=2%")
PROCESSES = 2
WORK_OF_THE_WEEK = 60.0
"""For the allocation of its bookings."""


def run(work: float = 5.0, replications: int = 300, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    case = load_sample()
    begun, before = time.perf_counter(), time.process_time()
    found = find_staffing(
        case,
        scenario_of(case.plan.policy),
        Request((TARGET,), replications=replications),
        SolveLimits(work=work, gap=0.0),
        workers=PROCESSES,
        progress=_told,
    )
    result: dict[str, Any] = {
        "seconds": time.perf_counter() - begun,
        "processor_seconds_without_requirement": time.process_time() - before,
        "load_average": os.getloadavg()[0],
        "work": work,
        **staffing_document(found, keep_team=False),
    }
    for name, value in result.items():
        if name not in {"classes", "one_fewer"}:
            print(name, value)
    for row in (*result["classes"], *result["one_fewer"]):
        print(row, flush=True)
    if found.answer is not None:
        result["week"] = _week(found.answer, replications)
        print(result["week"], flush=True)
    if save:
        record("staff", result)
    return result


def _week(answer: Answer, replications: int) -> dict[str, Any]:
    """The sample week's bookings on the answer's roster."""
    planned, allocation = judged_allocation(answer.attempt.case, SolveLimits(work=WORK_OF_THE_WEEK, gap=0.0))
    played = simulate(planned, scenario_of(planned.plan.policy), replications=replications, seed=1)
    told = allocation_summary(planned, allocation)
    kpis = simulation_summary(played)["kpis"]
    return {
        "eligible": told["eligible"],
        "placed": told["placed"],
        "kpis": {name: kpis[name] for name in ("wait_mean", "wait_over_10", "rebooked_by_issuer")},
    }


def _told(_done: float, what: str) -> None:
    if what != _said[-1]:
        _said.append(what)
        print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


_said = [""]


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=float, default=5.0)
    parser.add_argument("--replications", type=int, default=300)
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args(arguments)
    result = run(chosen.work, chosen.replications, chosen.save)
    return 0 if result["service"] and not result["service"]["surely_missed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
