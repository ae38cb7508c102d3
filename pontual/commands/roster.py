"""`pontual roster`: duties with breaks for every agent."""

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
    """Make the roster: duties with breaks that cover the demand within the labour rules."""
    from data.files import PlanFolder
    from data.model import Sessions, Unplaced
    from optimizer.planning import judged_roster, roster_summary
    from optimizer.solve_result import SolveLimits
    from pontual.commands import runs
    from pontual.summaries import print_roster

    plan_folder = PlanFolder(folder)
    case = plan_folder.read(runs.key_from_environment(), leave_out=(Sessions, Unplaced))
    limits = SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed)
    (planned, result), stopped_by = runs.run_interruptibly(
        "Making the roster", lambda report: judged_roster(case, limits, report)
    )
    document = roster_summary(planned, result)
    if result.answer is not None:
        run = runs.write_run(plan_folder, planned, "roster", {"roster": document})
        document["run"] = str(run)
    code = runs.exit_code(result, gap, stopped_by)
    runs.finish(code, document, as_json, lambda: print_roster(document))
