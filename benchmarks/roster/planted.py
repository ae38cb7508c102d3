"""Planted weeks: how far from a hidden legal roster the engine ends, which covers the requirement exactly.

`python -m benchmarks.roster.planted [--sizes 50 200 ...] [--seconds 60] [--threads 1] [--seed 1] [--save]`

The engine gets the requirement, the agents, their history and absences, and never the hidden duties. Each
size is solved in a process of its own, whose peak memory and time are its own, and the referee judges the
result. The hidden roster has under + over = 0, so whatever the engine leaves is its own loss. Each size is
solved twice: until 1 % is proven, which tells how cost grows with size, and until the time is up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.provenance import record
from benchmarks.roster.hidden_week import HiddenWeek, hidden_week
from data.coverage import coverage
from data.referee import judge_roster
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits

SIZES: Final = (50, 200, 500, 1000, 2000)
SECONDS: Final = {50: 40.0, 200: 60.0, 500: 90.0, 1000: 200.0, 2000: 450.0}
"""Wall-clock limits; 60 s for 200 agents and ten minutes for 2,000 are the most that is allowed."""

TARGET: Final = 0.01
"""(under + over - bound) / required, at most."""

NO_LIMIT: Final = 1e9
"""Of deterministic work: the clock ends the search."""

ROOT: Final = Path(__file__).resolve().parents[2]


def check_hidden(week: HiddenWeek) -> None:
    """Make sure that the hidden roster is legal and covers the requirement exactly.

    Raises:
        RuntimeError: when it does not, so that the optimum would not be known.
    """
    planted = week.case.with_roster(week.roster)
    counted, broken = coverage(planted), judge_roster(planted)
    if counted.under or counted.over or broken:
        raise RuntimeError(f"the hidden roster is not what it should be: {counted.under=} {broken[:3]=}")


def solve_one(agents: int, seed: int, seconds: float, gap: float | None, threads: int) -> dict[str, Any]:
    """Solve one planted week in this process, until a gap is proven if one is given, and judge the result."""
    week = hidden_week(agents, seed)
    check_hidden(week)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, used = time.perf_counter(), time.process_time()
    result = solve_roster(
        week.case, SolveLimits(seconds=seconds, work=NO_LIMIT, gap=gap, threads=threads, seed=seed)
    )
    elapsed, used = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if result.answer is None:
        raise RuntimeError(f"no roster for {agents} agents: {result.status}")
    solved = week.case.with_roster(result.answer)
    counted, level = coverage(solved), result.levels[0]
    broken = Counter(violation.rule for violation in judge_roster(solved))
    return {
        "agents": agents,
        "seed": seed,
        "seconds_allowed": seconds,
        "seconds": round(elapsed, 2),
        "cpu_seconds": round(used, 2),
        "peak_mb": round(peak / 1024),
        "peak_before_solving_mb": round(before / 1024),
        "required": counted.required,
        "under": counted.under,
        "over": counted.over,
        "bound": level.bound,
        "gap": round((counted.under + counted.over - level.bound) / counted.required, 6),
        "duties": len(result.answer.duties),
        "duties_hidden": len(week.roster.duties),
        "violations": sum(broken.values()),
        "violations_by_code": dict(broken),
        "status": result.status.value,
        "limited_by": result.limited_by,
        "reproducible": result.reproducible,
        "levels": {each.name: [each.objective, each.bound] for each in result.levels},
    }


def in_a_process(agents: int, seed: int, seconds: float, gap: float | None, threads: int) -> dict[str, Any]:
    """Solve one planted week in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.roster.planted", "--one", "--sizes", str(agents)]
    command += ["--seed", str(seed), "--seconds", str(seconds), "--threads", str(threads)]
    command += [] if gap is None else ["--gap", str(gap)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{agents} agents: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


HEADER: Final = (
    f"{'agents':>6}{'s to 1 %':>9}{'cpu s':>7}"
    f"{'s':>8}{'cpu s':>8}{'MB':>7}{'required':>10}{'under':>7}{'over':>7}{'bound':>7}"
    f"{'gap':>9}{'viol.':>6}  ended by"
)


def row_of(found: dict[str, Any]) -> str:
    """One line of the printed table."""
    return (
        f"{found['agents']:>6}{found['to_target']['seconds']:>9.1f}{found['to_target']['cpu_seconds']:>7.1f}"
        f"{found['seconds']:>8.1f}{found['cpu_seconds']:>8.1f}{found['peak_mb']:>7}"
        f"{found['required']:>10,}{found['under']:>7}{found['over']:>7}{found['bound']:>7.0f}"
        f"{found['gap']:>9.3%}{found['violations']:>6}  {found['limited_by']}"
    )


def run(
    sizes: tuple[int, ...] = SIZES,
    seed: int = 1,
    seconds: float | None = None,
    threads: int = 1,
    *,
    save: bool = False,
) -> dict[str, Any]:
    """Solve every size, print the table, and keep it if asked to."""
    print(HEADER, flush=True)
    rows = []
    for agents in sizes:
        load = os.getloadavg()[0]
        allowed = seconds or SECONDS.get(agents, 0.3 * agents)
        near = in_a_process(agents, seed, allowed, TARGET, threads)
        found = in_a_process(agents, seed, allowed, None, threads) | {
            "load_before": round(load, 2),
            "to_target": {
                key: near[key] for key in ("seconds", "cpu_seconds", "peak_mb", "gap", "violations")
            },
        }
        rows.append(found)
        print(row_of(found), flush=True)
    result = {
        "claim": "(under + over - bound) / required <= 1 %, no rule broken",
        "held": all(row["gap"] <= TARGET and not row["violations"] for row in rows),
        "growth": [
            {
                "agents": f"{first['agents']} -> {second['agents']}",
                "times_the_agents": round(second["agents"] / first["agents"], 2),
                "times_the_cpu_seconds_to_target": round(
                    second["to_target"]["cpu_seconds"] / first["to_target"]["cpu_seconds"], 2
                ),
                "times_the_memory": round(second["peak_mb"] / first["peak_mb"], 2),
            }
            for first, second in pairwise(rows)
        ],
        "sizes": rows,
    }
    print("held" if result["held"] else "missed")
    if save:
        print(record("roster_planted", result))
    return result


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="wall-clock limit of each size")
    parser.add_argument("--gap", type=float, help="with --one: stop when this gap is proven")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--one", action="store_true", help="solve one size here and print its figures")
    given = parser.parse_args()
    if given.one:
        seconds = given.seconds or SECONDS.get(given.sizes[0], 0.3 * given.sizes[0])
        print(json.dumps(solve_one(given.sizes[0], given.seed, seconds, given.gap, given.threads)))
        return 0
    found = run(tuple(given.sizes), given.seed, given.seconds, given.threads, save=given.save)
    return 0 if found["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
