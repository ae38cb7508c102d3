"""A small planned day, and sweeps of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from data.executors import open_executor
from data.model import Case, Scenario
from data.progress import Progress, no_progress
from optimizer.solve_result import SolveLimits
from optimizer.sweep.analysis import Question
from optimizer.sweep.playing import SweepInputs
from optimizer.sweep.reading import read_scenarios
from optimizer.sweep.scenarios import SweepSpecification
from optimizer.sweep.store import SweepFolder
from optimizer.sweep.sweep import Swept, sweep
from tests.tuning.weeks import planned_day

DAY = """
design: factorial
levers:
  late_tolerance: [5, 15]
  no_show: [3%, 15%]
  pool_size: [own_list, 4]
  standby_agents: [0, 1]
scenarios:
  - {name: platform down, outage: {from: "10:00", minutes: 45}}
"""


@cache
def day() -> Case:
    """Twelve agents with a plan."""
    return planned_day()


def specification(folder: Path, text: str = DAY, case: Case | None = None) -> SweepSpecification:
    """What a file with this text asks for."""
    path = folder / "scenarios.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenarios(path, case or day(), Scenario(), 1)


def swept(
    folder: Path,
    asked: SweepSpecification,
    workers: int = 0,
    dask: str = "",
    replications: int = 6,
    question: Question | None = None,
    progress: Progress = no_progress,
    case: Case | None = None,
) -> Swept:
    """The sweep in a folder."""
    limits = SolveLimits(work=0.5, seed=3)
    inputs = SweepInputs(case or day(), Scenario(), asked.scenarios, asked.changes_plan, replications, limits)
    with open_executor(workers, dask) as executor:
        return sweep(inputs, asked, question or Question(), SweepFolder(folder), executor, progress)
