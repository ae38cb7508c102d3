"""How long a what-if takes, as the page asks for it.

`python -m benchmarks.dashboard.what_if [--save]`

Levers of the day: one scenario after the other, 100 replications each, paired with today's that are kept, on
a generated week of 40 agents and on the sample week; the twin is compiled and loaded before. A lever of the
plan on the sample week: today's plan and the scenario's made anew, side by side in processes of their own,
and both played; from the press of the button to the figures.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.provenance import record
from dashboard.app_pages.what_if_figures import REPLICATIONS, WORK
from dashboard.jobs import JobService, KeptResults, Work
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.sample import load_sample
from optimizer.allocation import allocate
from optimizer.planning.what_if import TODAYS, WhatIfInputs, differences, figures_of, plan_for
from optimizer.solve_result import SolveLimits
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting
from simulation import scenario_of

WEEK = GeneratorSettings(agents=40, days=6, load=0.85, seed=1)
DAY_LEVERS: dict[str, Any] = {
    "late_tolerance": 10,
    "no_show": "12%",
    "pool_size": 8,
    "standby_agents": 2,
}
PLAN_LEVER = SweepScenario("more", ((("demand",), Setting.of("+10%")),))
PATIENCE = 600.0
DAY_SECONDS, PLAN_SECONDS = 3.0, 60.0
"""What is demanded of both."""


def run(save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    result: dict[str, Any] = {
        "replications": REPLICATIONS,
        "work": WORK,
        "load_average": os.getloadavg()[0],
        "day": {
            "generated week": _day_levers(_planned(generate(WEEK).case)),
            "sample week": _day_levers(_planned(load_sample())),
        },
        "plan": _plan_lever(load_sample()),
    }
    for name, found in result["day"].items():
        print(name, found)
    print("plan", result["plan"])
    if save:
        print(record("what_if", result))
    return result


def _planned(case: Case) -> Case:
    """The case with sessions on its own roster."""
    answer = allocate(case, SolveLimits(work=5.0)).answer
    if answer is None:
        raise RuntimeError("no allocation on the planted roster")
    return case.with_schedule(answer)


def _inputs(case: Case) -> WhatIfInputs:
    return WhatIfInputs(case, scenario_of(case.plan.policy), REPLICATIONS, SolveLimits(work=WORK))


def _day_levers(case: Case) -> dict[str, Any]:
    """Seconds of each lever by the clock; today's figures are there."""
    inputs = _inputs(case)
    today = figures_of(inputs, TODAYS)
    seconds, processor = {}, []
    for name, value in DAY_LEVERS.items():
        begun, before = time.perf_counter(), _processor_seconds()
        differences(today, figures_of(inputs, SweepScenario("x", (((name,), Setting.of(value)),))))
        seconds[name] = round(time.perf_counter() - begun, 3)
        processor.append(_processor_seconds() - before)
    return {
        "agents": len(case.agents),
        "sessions": len(case.sessions),
        "seconds": seconds,
        "median": round(statistics.median(seconds.values()), 3),
        "longest": max(seconds.values()),
        "longest_processor_seconds": round(max(processor), 3),
    }


def _plan_lever(case: Case) -> dict[str, Any]:
    """Seconds from the press of the button to the figures of both."""
    with TemporaryDirectory() as folder:
        service = JobService(KeptResults(Path(folder)))
        begun, before = time.perf_counter(), _processor_seconds()
        inputs = _inputs(case)
        works = {each.name: Work(plan_for, (inputs, each)) for each in (TODAYS, PLAN_LEVER)}
        for work in works.values():
            service.start(work, "benchmark")
        while any(_is_under_way(service, work.key) for work in works.values()):
            if time.perf_counter() - begun > PATIENCE:
                raise RuntimeError("the plans take too long")
            time.sleep(0.05)
        planned = time.perf_counter() - begun
        today, more = (
            figures_of(inputs, each, service.result(works[each.name].key)) for each in (TODAYS, PLAN_LEVER)
        )
        seconds = time.perf_counter() - begun
    found = differences(today, more)
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(_processor_seconds() - before, 2),
        "of which planning": round(planned, 2),
        "wait_over_10": found["wait_over_10"]._asdict(),
        "not_placed": found["not_placed"].mean,
    }


def _processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _is_under_way(service: JobService, key: str) -> bool:
    job = service.job(key)
    return job is not None and job.under_way


if __name__ == "__main__":
    measured = run(save="--save" in sys.argv[1:])
    longest = max(found["longest"] for found in measured["day"].values())
    sys.exit(0 if longest <= DAY_SECONDS and measured["plan"]["seconds"] <= PLAN_SECONDS else 1)
