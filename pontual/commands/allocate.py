"""`pontual allocate`: a start and an agent for every booking that can have one."""

from __future__ import annotations

from functools import partial

from pontual.options import (
    AllocationEngineOption,
    GapOption,
    JsonOption,
    PlanFolderArgument,
    SeedOption,
    ThreadsOption,
    TimeLimitOption,
    WorkOption,
)


def command(
    folder: PlanFolderArgument,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    work: WorkOption = 60.0,
    gap: GapOption = None,
    threads: ThreadsOption = 1,
    engine: AllocationEngineOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Allocate the bookings to starts and agents of the current roster."""
    from optimizer.allocation import Engine
    from optimizer.planning.judged_allocations import judged_allocation
    from optimizer.planning.summaries import allocation_summary
    from optimizer.solve_result import SolveLimits
    from pontual.commands.solving import solve_and_write
    from pontual.summaries import print_allocation

    solve_and_write(
        folder,
        command="allocate",
        what="Allocating the bookings",
        limits=SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed),
        keep=("roster", "import-roster"),
        solve=partial(judged_allocation, engine=Engine(engine)),
        summarise=allocation_summary,
        show=print_allocation,
        as_json=as_json,
    )
