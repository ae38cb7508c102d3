"""`make bench`: every benchmark in turn; results with provenance go to `benchmarks/results/`."""

from __future__ import annotations

import os
import sys

from benchmarks.allocation import offers, smptsp
from benchmarks.allocation import scale as allocation_scale
from benchmarks.allocation.peers import side_by_side
from benchmarks.batch import latency
from benchmarks.capacity import requirement, staff, sweep
from benchmarks.contract import growth
from benchmarks.dashboard import pages, what_if
from benchmarks.generator import scale
from benchmarks.planning import sample_week
from benchmarks.planning_ahead import forecast
from benchmarks.repair import closed_loop, mended_weeks
from benchmarks.repair import events as repair_events
from benchmarks.roster import planted, public, pyworkforce_week, replanning
from benchmarks.simulation import common_random_numbers, middle_of_day, reference, speed, variance_reduction
from benchmarks.tuning import rules


def main() -> int:
    """Run all benchmarks and keep their results."""
    growth.run(save=True)
    scale.run(save=True)
    sample_week.run(save=True)
    smptsp.run(save=True)
    allocation_scale.run(save=True)
    side_by_side.run(save=True)
    offers.run(save=True)
    latency.run(save=True)
    repair_events.run(save=True)
    closed_loop.run(save=True)
    mended_weeks.run(save=True)
    planted.run(save=True)
    pyworkforce_week.run(save=True)
    replanning.run(save=True)
    reference.run(workers=os.cpu_count() or 1, save=True)
    common_random_numbers.run(save=True)
    variance_reduction.run(save=True)
    speed.run(save=True)
    middle_of_day.run(save=True)
    rules.run(save=True)
    forecast.run(save=True)
    requirement.run(save=True)
    staff.run(work=2.0, replications=200, save=True)
    sweep.run(save=True)
    what_if.run(save=True)
    pages.run(save=True)
    public.run(list(public.PUBLISHED), 600.0, public.DATA, save=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
