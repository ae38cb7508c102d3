"""`pontual allocate`: a start and an agent for every booking that can have one."""

from __future__ import annotations

from pontual.options import (
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
    as_json: JsonOption = False,
) -> None:
    """Allocate the bookings to starts and agents of the current roster."""
    from data.files import PlanFolder
    from data.model import Sessions, Unplaced
    from optimizer.planning import allocation_summary, judged_allocation
    from optimizer.solve_result import SolveLimits
    from pontual.commands import runs
    from pontual.summaries import print_allocation

    plan_folder = PlanFolder(folder)
    case = plan_folder.read(runs.key_from_environment(), leave_out=(Sessions, Unplaced))
    limits = SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed)
    (planned, result), stopped_by = runs.run_interruptibly(
        "Allocating the bookings", lambda report: judged_allocation(case, limits, report)
    )
    document = allocation_summary(planned, result)
    if result.answer is not None:
        results = runs.earlier_results(plan_folder, keep=("roster",)) | {"allocate": document}
        run = runs.write_run(plan_folder, planned, "allocate", results)
        document["run"] = str(run)
    code = runs.exit_code(result, gap, stopped_by)
    runs.finish(code, document, as_json, lambda: print_allocation(document))
