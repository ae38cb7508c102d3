"""Sweeps: how long many scenarios take, and that neither kills nor lost workers change their table.

`python -m benchmarks.capacity.sweep [--save] [--workers 2] [--scale 1.0]`

- *day*: 1,000 scenarios of the day's levers (tolerance, no-show, pools, standby) in a space-filling design,
  200 replications each of a day of 40 agents and 1,200 sessions.
- *plan*: 50 scenarios that change the plan (demand, contracts, planned minutes) of a generated day of 40
  agents, each with a roster and an allocation of its own, 200 replications each.
- *kills*: `pontual sweep` in a process of its own, killed at random moments and begun again until it ends.
- *dask*: a scheduler and two workers on loopback, one killed half-way, beside one process.

Beside the wall time stands the processor time of all processes: on a machine that does other work too, half
of it is what two cores take that have nothing else to do. `--scale` takes fewer scenarios.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.capacity.loopback_cluster import cluster
from benchmarks.provenance import record
from benchmarks.simulation.busy_day import busy_day
from data.executors import open_executor
from data.files import write_case
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.progress import Progress, no_progress
from optimizer.solve_result import SolveLimits
from optimizer.sweep.analysis import Question
from optimizer.sweep.playing import SweepInputs
from optimizer.sweep.reading import read_scenarios
from optimizer.sweep.store import RESULTS, SweepFolder
from optimizer.sweep.sweep import Swept, sweep
from simulation import scenario_of

ROOT = Path(__file__).resolve().parents[2]
REPLICATIONS = 200
DAY_POINTS, PLAN_POINTS, KILL_POINTS, DASK_POINTS = 1_000, 50, 60, 100
KILLS = 5
WORK = 5.0

DAY_LEVERS = """
  late_tolerance: {from: 5, to: 20}
  no_show: {from: 3%, to: 15%}
  pool_size: [own_list, 4, 8, 10, 20, 40]
  standby_agents: [0, 1, 2]
"""

PLAN_LEVERS = """
  demand: {from: -20%, to: +20%}
  contracts: {CLT-44h: {daily_minutes: [360, 420, 480]}}
  buffer_minutes: {single: [0, 5], joint: [0, 5]}
  no_show: {from: 3%, to: 15%}
"""


def run(scale: float = 1.0, workers: int = 2, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    replications = REPLICATIONS
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        result = {
            "replications": replications,
            "workers": workers,
            "day": _timed(folder, "day", _busy(), DAY_LEVERS, DAY_POINTS, scale, replications, workers),
            "plan": _timed(
                folder, "plan", _generated(), PLAN_LEVERS, PLAN_POINTS, scale, replications, workers
            ),
            "kills": _kills(folder, scale, replications, workers),
            "dask": _dask(folder, scale, replications),
        }
    _print(result)
    if save:
        record("capacity_sweep", result)
    return result


def _busy() -> Case:
    return busy_day(40, 4)


def _generated() -> Case:
    return generate(GeneratorSettings(agents=40, days=1, load=0.85, seed=1)).case


def _file(folder: Path, name: str, levers: str, points: int) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"design: latin_hypercube\npoints: {points}\nlevers:{levers}", encoding="utf-8")
    return path


def _swept(
    folder: Path,
    case: Case,
    scenarios: Path,
    replications: int,
    workers: int = 0,
    dask: str = "",
    progress: Progress = no_progress,
) -> Swept:
    base = scenario_of(case.plan.policy)
    specification = read_scenarios(scenarios, case, base, 1)
    inputs = SweepInputs(
        case,
        base,
        specification.scenarios,
        specification.changes_plan,
        replications,
        SolveLimits(work=WORK),
    )
    with open_executor(workers, dask) as executor:
        return sweep(inputs, specification, Question(), SweepFolder(folder), executor, progress)


def _timed(
    folder: Path,
    name: str,
    case: Case,
    levers: str,
    points: int,
    scale: float,
    replications: int,
    workers: int,
) -> dict[str, Any]:
    """A sweep from its file to its table, ranks and effects."""
    scenarios = _file(folder, name, levers, max(4, round(scale * points)))
    began, processor, load = time.perf_counter(), _processor_seconds(), os.getloadavg()[0]
    found = _swept(folder / name, case, scenarios, replications, workers)
    seconds = time.perf_counter() - began
    document = found.document
    effects = document["effects"].get(document["figure"])
    return {
        "scenarios": document["scenarios"],
        "with_figures": document["with_figures"],
        "sessions": len(case.sessions) or None,
        "seconds": round(seconds, 1),
        "processor_seconds": round(_processor_seconds() - processor, 1),
        "load_before": round(load, 1),
        "table_megabytes": round((folder / name / RESULTS).stat().st_size / 1e6, 1),
        "best": document["best"],
        "frontier": len(document["frontier"]),
        "effects": effects,
    }


def _kills(folder: Path, scale: float, replications: int, workers: int) -> dict[str, Any]:
    """The command, killed at random moments, against the command left alone."""
    plan = folder / "busy"
    write_case(plan, _busy())
    scenarios = _file(folder, "kills", DAY_LEVERS, max(8, round(scale * KILL_POINTS)))

    def command(out: str) -> subprocess.Popen[bytes]:
        arguments = ["sweep", plan, "--scenarios", scenarios, "--out", folder / out, "--workers", workers]
        arguments += ["--replications", replications]
        return subprocess.Popen(
            [sys.executable, "-m", "pontual", *map(str, arguments)],
            env=dict(os.environ, PYTHONPATH=str(ROOT)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    began = time.perf_counter()
    if command("alone").wait():
        raise RuntimeError("the sweep that was left alone failed")
    whole = time.perf_counter() - began
    dice, kept = random.Random(1), []
    for _ in range(KILLS):
        process = command("killed")
        try:
            process.wait(3.0 + dice.random() * 0.5 * whole)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        kept.append(SweepFolder(folder / "killed").scenarios_kept())
    if command("killed").wait():
        raise RuntimeError("the sweep that was killed did not go on")
    same = [
        (folder / "alone" / name).read_bytes() == (folder / "killed" / name).read_bytes()
        for name in (RESULTS, "sweep.json", "ranking.csv", "effects.csv")
    ]
    return {"kills": KILLS, "scenarios_kept_after_each": kept, "same_bytes": all(same)}


def _dask(folder: Path, scale: float, replications: int) -> dict[str, Any]:
    """Two workers of which one is lost half-way, beside one process."""
    case = _busy()
    scenarios = _file(folder, "dask", DAY_LEVERS, max(8, round(scale * DASK_POINTS)))
    one = _seconds(lambda: _swept(folder / "one", case, scenarios, replications, workers=1))
    with cluster(folder) as found:
        both = _seconds(lambda: _swept(folder / "both", case, scenarios, replications, dask=found.address))

        def kill(done: float, _what: str) -> None:
            if done >= 0.5 and found.workers[0].poll() is None:
                found.kill_one()

        lost = _seconds(
            lambda: _swept(folder / "lost", case, scenarios, replications, dask=found.address, progress=kill)
        )
        killed = found.workers[0].poll() is not None
    tables = [(folder / name / RESULTS).read_bytes() for name in ("one", "both", "lost")]
    return {
        "one_process_seconds": one,
        "two_workers_seconds": both,
        "one_killed_half_way_seconds": lost,
        "worker_was_killed": killed,
        "same_bytes": len(set(tables)) == 1,
    }


def _processor_seconds() -> float:
    """Of this process, and of those that it has started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


def _print(result: dict[str, Any]) -> None:
    for name in ("day", "plan"):
        row = result[name]
        print(
            f"{name}: {row['scenarios']} scenarios x {result['replications']} replications in "
            f"{row['seconds']:g} s ({row['processor_seconds']:g} s of a processor) with {result['workers']} "
            f"processes; {row['with_figures']} with figures"
        )
    kills, dask = result["kills"], result["dask"]
    kept = kills["scenarios_kept_after_each"]
    print(f"killed {kills['kills']} times, kept {kept}: same {kills['same_bytes']}")
    print(
        f"Dask: one process {dask['one_process_seconds']:g} s, two workers {dask['two_workers_seconds']:g} "
        f"s, one of them killed half-way {dask['one_killed_half_way_seconds']:g} s: same {dask['same_bytes']}"
    )


def main() -> int:
    """Read the options and run."""
    options = argparse.ArgumentParser()
    options.add_argument("--save", action="store_true")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--scale", type=float, default=1.0)
    asked = options.parse_args()
    run(asked.scale, asked.workers, asked.save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
