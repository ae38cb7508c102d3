"""The requirement beside exact formulas, and the curve of a week of 200 agents.

`python -m benchmarks.capacity.requirement [--replications 1000] [--save]`

- **Walk-ins alone**: the fewest agents that the search finds for M/M/c and M/M/c+M, beside Erlang C and
  Erlang A; and the share who wait too long with that many and with one fewer, beside the exact one.
- **A week of 200 agents**: seconds for the requirement with P(wait > 10 minutes) <= 2 % in every period, by 2
  processes; then each day is played again with another seed, which had no part in it, and each interval's
  period compared with the target, as found and with one agent fewer in that interval.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from typing import Any

import numpy as np

from benchmarks.capacity.walk_in_limits import QUEUES, Limit, limit
from benchmarks.provenance import record
from data.generator import GeneratorSettings, generate
from data.model.columns import IntArray
from optimizer.requirement.days import Workers
from optimizer.requirement.played_day import DayPlayer
from optimizer.requirement.requirement import (
    DayRequirement,
    DayTask,
    Request,
    day_tasks,
    find_requirement,
    misses,
    shares_with_intervals,
)
from optimizer.requirement.search import DaySearch
from optimizer.requirement.service import ServiceTarget
from optimizer.requirement.worth import worth_of
from simulation import scenario_of

AGENTS, DAYS, LOAD = 200, 6, 0.85
TARGET = ServiceTarget.parse("wait_over_10<=2%")
SEED, OTHER_SEED = 1, 2_026
PROCESSES = 2


def run(replications: int = 1_000, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    result = {"walk_ins": _walk_ins(), "week": _week(replications)}
    if save:
        record("requirement", result)
    return result


def _walk_ins() -> list[dict[str, Any]]:
    rows = []
    for seed, queue in enumerate(QUEUES, start=1):
        rows.append(_limit_row(limit(queue, 300, effort=2, seed=seed)))
        print(rows[-1], flush=True)
    return rows


def _limit_row(found: Limit) -> dict[str, Any]:
    return {
        "queue": found.queue.name,
        "target": f"P(wait > {found.queue.longest:g}) <= {found.queue.share:g}",
        "found": found.found,
        "exact": found.exact,
        "with_so_many": {"exact": found.shares[0][0], **found.shares[0][1]._asdict()},
        "with_one_fewer": {"exact": found.shares[1][0], **found.shares[1][1]._asdict()},
        "agrees": found.agrees,
    }


def _week(replications: int) -> dict[str, Any]:
    case = generate(GeneratorSettings(agents=AGENTS, days=DAYS, load=LOAD, seed=1)).case
    scenario = scenario_of(case.plan.policy)
    request = Request((TARGET,), seed=SEED, with_worth=False)
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    found = find_requirement(case, scenario, request, PROCESSES)
    seconds = time.perf_counter() - begun
    processor = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    again = Request((TARGET,), seed=OTHER_SEED, replications=replications)
    tasks = day_tasks(case, scenario, again, found.present)
    rows = Workers(PROCESSES).map(
        confirm_day, list(zip(tasks, found.days, strict=True)), lambda _done, _what: None
    )
    result = {
        "agents": AGENTS,
        "bookings": len(case.bookings),
        "target": str(TARGET),
        "processes": PROCESSES,
        "seconds": seconds,
        "processor_seconds": processor,
        "load_average": os.getloadavg()[0],
        "confirming_replications": replications,
        "days": rows,
    }
    print({name: value for name, value in result.items() if name != "days"})
    for row in rows:
        print({name: value for name, value in row.items() if name != "curve"})
    return result


def confirm_day(pair: tuple[DayTask, DayRequirement], watch: Any) -> dict[str, Any]:
    """Play one day with another seed, as found and with one agent fewer in each interval."""
    task, day = pair
    player = DayPlayer(day.frame, task.customers, task.scenario, OTHER_SEED)
    search = DaySearch(player, (TARGET,), day.load, watch=watch)
    counts = search.measure(day.staffing, 0, task.request.replications)
    shares = shares_with_intervals(search.periods.sums(counts.bad), search.periods.sums(counts.whole))
    all_, missed, surely = misses(shares, (TARGET.most_bad,))
    worth = worth_of(search, day.staffing, counts, begin=0)
    return {
        "agent_hours": float(day.staffing.sum()) * day.frame.length / 60.0,
        "erlang_c_hours": float(day.formulas.erlang_c.sum()) * day.frame.length / 60.0,
        "erlang_a_hours": float(day.formulas.erlang_a.sum()) * day.frame.length / 60.0,
        "load_hours": float(day.load.busy.sum()) * day.frame.length / 60.0,
        "periods": all_,
        "mean_above_target": missed,
        "interval_above_target": surely,
        "worst": max(share.mean for share in shares[0]),
        "intervals": int((day.staffing > 0).sum()),
        "one_fewer_breaks": int(worth.breaks.sum()),
        "played": day.played,
        "curve": _listed(day.staffing),
    }


def _listed(staffing: IntArray) -> list[int]:
    return [int(agents) for agents in np.asarray(staffing)]


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1_000)
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args(arguments)
    result = run(chosen.replications, chosen.save)
    agree = all(row["agrees"] for row in result["walk_ins"])
    return 0 if agree and not any(row["interval_above_target"] for row in result["week"]["days"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
