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
    """Make the roster: duties with breaks that cover the demand within the labour rules.

    Where it is understaffed, understaffing.csv in the run says which resource is missing.
    """
    from optimizer.planning import judged_roster, reasons_of_new_roster, roster_summary
    from optimizer.solve_result import SolveLimits
    from pontual.commands.solving import solve_and_write
    from pontual.summaries import print_roster

    solve_and_write(
        folder,
        command="roster",
        what="Making the roster",
        limits=SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed),
        keep=(),
        solve=judged_roster,
        summarise=roster_summary,
        show=print_roster,
        as_json=as_json,
        explain=reasons_of_new_roster,
    )
