"""The public employee-shift-scheduling instances, solved by the same engine through the public model.

`python -m benchmarks.roster.public [--instances 1,2,3] [--seconds 600] [--data FOLDER] [--save]`

Each instance runs in a process of its own, on one thread. What is published stands beside what is found:
Gurobi, ejection chain and branch and price of Curtois & Qu 2014, the integer program with variable
neighbourhood search of Rahimian, Akartunalı & Levine 2017, best known as of October 2023.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.provenance import record
from benchmarks.roster.public_instances import read_instance
from data.referee import judge_roster, recount
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits

DATA = Path(__file__).resolve().parents[3] / "shared" / "reference" / "shift-scheduling"
"""Where the instances lie beside a clone, unless `--data` says otherwise."""

PUBLISHED: dict[int, tuple[int, int, int, int, int | None]] = {
    1: (607, 607, 607, 607, 607),
    2: (828, 828, 923, 828, 828),
    3: (1001, 1001, 1003, 1001, 1001),
    4: (1716, 1716, 1719, 1716, 1716),
    5: (1143, 1143, 1439, 1143, 1160),
    6: (1950, 1950, 2344, 1950, 1952),
    7: (1056, 1056, 1284, 1056, 1058),
    8: (1300, 8995, 2529, 1364, 1308),
    10: (4631, 4631, 4999, 4631, 4631),
    12: (4040, 4045, 5611, 4042, 4046),
    14: (1278, 1482, 2542, 1281, None),
    16: (3225, 3521, 4343, 3306, 3323),
}
"""Best known; and in 10 minutes Gurobi, ejection chain, integer program with neighbourhood search; branch and
price."""

UNLIMITED = 1e6
"""Work limit that the clock always comes before."""


def solve(number: int, seconds: float, data: Path) -> dict[str, Any]:
    """Solve an instance within a time limit, and have the referee judge and recount the roster."""
    started = time.perf_counter()
    case = read_instance(data / f"Instance{number}.txt")
    result = solve_roster(case, SolveLimits(seconds=seconds, work=UNLIMITED))
    if result.answer is None:
        raise RuntimeError(f"no roster for instance {number}: {result.status}")
    planned = case.with_roster(result.answer)
    level = result.levels[0]
    if recount(planned).staffing_cost != level.objective:
        raise RuntimeError(f"instance {number}: the referee counts {recount(planned).staffing_cost}")
    best, gurobi, ejection, neighbourhoods, priced = PUBLISHED[number]
    return {
        "instance": number,
        "cost": level.objective,
        "bound": level.bound,
        "best_known": best,
        "above_best_known": level.objective / best - 1.0,
        "violations": len(judge_roster(planned)),
        "seconds": round(time.perf_counter() - started, 1),
        "limited_by": result.limited_by,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "gurobi_10_min": gurobi,
        "ejection_chain_10_min": ejection,
        "ip_vns_10_min": neighbourhoods,
        "branch_and_price": priced,
    }


def run(numbers: list[int], seconds: float, data: Path, save: bool) -> list[dict[str, Any]]:
    """Solve instances one after the other, each in a process of its own."""
    print(
        f"{'#':>3} {'cost':>7} {'bound':>7} {'best':>7} {'above':>7} {'broken':>6} {'seconds':>8} "
        f"{'Gurobi':>7} {'ejection':>8} {'IP+VNS':>7} {'B&P':>6}  ended by"
    )
    rows = []
    for number in numbers:
        command = [sys.executable, "-m", "benchmarks.roster.public", "--one", str(number)]
        command += ["--seconds", str(seconds), "--data", str(data)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append(row)
        print(
            f"{row['instance']:>3} {row['cost']:>7,} {row['bound']:>7,} {row['best_known']:>7,} "
            f"{row['above_best_known']:>7.2%} {row['violations']:>6} {row['seconds']:>8} "
            f"{row['gurobi_10_min']:>7,} {row['ejection_chain_10_min']:>8,} {row['ip_vns_10_min']:>7,} "
            f"{row['branch_and_price'] or '-':>6}  {row['limited_by']}",
            flush=True,
        )
    if save:
        print(record("roster_public", {"seconds": seconds, "instances": rows}))
    return rows


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", default=",".join(str(n) for n in PUBLISHED))
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--one", type=int)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    if given.one is not None:
        print(json.dumps(solve(given.one, given.seconds, given.data)))
    else:
        run([int(n) for n in given.instances.split(",")], given.seconds, given.data, given.save)


if __name__ == "__main__":
    main()
