"""A small case that is planned in earnest: its roster and schedule break no rule."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from data.files import PlanFolder, write_case
from data.generator import GeneratorSettings, generate
from data.model import RESULT_TABLES, Case
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits

LIMITS = SolveLimits(work=0.5)


@cache
def planned_case() -> Case:
    """Ten agents on two days; a few eligible bookings have no session, and alternatives."""
    made = generate(GeneratorSettings(agents=10, days=2, load=0.95, seed=1)).case
    rostered, _ = judged_roster(made, LIMITS)
    planned, _ = judged_allocation(rostered, SolveLimits(work=0.3))
    return planned


def planned_folder(folder: Path) -> Path:
    """A plan folder with the case's inputs, and its plan as the current run."""
    case = planned_case()
    bare = {kind.TABLE: kind.empty() for kind in RESULT_TABLES}
    write_case(folder, replace(case, **bare))
    PlanFolder(folder).write_run(case, {}, "allocate")
    return folder
