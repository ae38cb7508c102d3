"""Fixed tasks to the fewest workers (SMPTSP) on the published instances, beside published results.

`python -m benchmarks.allocation.smptsp [--save]`

The instances (a subset of Krishnamoorthy, Ernst & Baatar 2012 and of Smet et al. 2014) are not part of the
repository: they are looked for in `shared/reference/smptsp` beside the checkout. Published columns are from
its `published_results.csv`: the overlap bound, SAT (Mayer-Eichberger 2013, 1,800 s), CPLEX 11.2, the
heuristic of 2012, and their seconds. Ours: one thread, the default work limit, and a clock of 60 s. `cpu` are
seconds of processor time, `seconds` those of the clock. The referee judges every assignment.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.provenance import record
from data.files import read_smptsp
from optimizer.planning.agents_needed import judged_workers
from optimizer.solve_result import SolveLimits

INSTANCES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "smptsp"
CLOCK = 60.0
COLUMNS = ("instance", "tasks", "workers", "objective", "bound", "gap", "seconds", "cpu")
PUBLISHED = ("overlap_lb", "sat_ub_1800s", "cplex_obj", "cplex_s", "heur_W", "heur_s")


def measure(published: dict[str, str], path: Path) -> dict[str, Any]:
    """Solve one instance."""
    tasks = read_smptsp(path)
    worked = time.process_time()
    result = judged_workers(tasks, SolveLimits(seconds=CLOCK))
    if result.answer is None:
        raise RuntimeError(f"no assignment for {path.name}: {result.status}")
    level = result.levels[0]
    return {
        "instance": published["instance"],
        "tasks": tasks.tasks,
        "workers": tasks.workers,
        "objective": level.objective,
        "bound": level.bound,
        "gap": round(level.gap, 5),
        "seconds": round(result.seconds, 2),
        "cpu": round(time.process_time() - worked, 2),
        "status": result.status.value,
        "limited_by": result.limited_by,
        "published": {name: published[name] for name in PUBLISHED},
    }


def run(save: bool = False) -> dict[str, Any]:
    """Solve all instances and print the table; nothing to do where they are not at hand."""
    listed = INSTANCES / "published_results.csv"
    if not listed.is_file():
        print(f"no instances in {INSTANCES}")
        return {}
    with listed.open(encoding="utf-8", newline="") as handle:
        published = list(csv.DictReader(handle))
    print("  ".join(f"{name:>12}" for name in (*COLUMNS[1:], *PUBLISHED)) + "  instance")
    rows = []
    for known in published:
        folder = INSTANCES if known["set"].startswith("KEB") else INSTANCES / "smet"
        row = measure(known, folder / f"{known['instance']}.dat")
        rows.append(row)
        cells = [str(row[name]) for name in COLUMNS[1:]] + [known[name] or "-" for name in PUBLISHED]
        print("  ".join(f"{cell:>12}" for cell in cells) + f"  {row['instance']}", flush=True)
    result = {"clock": CLOCK, "instances": rows}
    if save:
        print(record("allocation_smptsp", result))
    return result


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
