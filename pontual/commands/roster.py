"""`pontual roster`: duties with breaks for every agent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.moments import moment_of
from pontual.options import (
    GapOption,
    JsonOption,
    PlanFolderArgument,
    SeedOption,
    ThreadsOption,
    TimeLimitOption,
    WorkOption,
)

if TYPE_CHECKING:
    from data.model import Case, Roster
    from data.progress import Progress
    from optimizer.solve_result import SolveLimits, SolveResult


def command(
    folder: PlanFolderArgument,
    replan: Annotated[
        bool,
        typer.Option(
            "--replan",
            help="The present duties are published: change few of them, and list the changes.",
        ),
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="INSTANT",
            help="With --replan: what began before is frozen, and notice counts from here; as_of of the plan "
            "when left out. Like 2026-11-30T09:00:00-03:00.",
        ),
    ] = None,
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
    from optimizer.planning.explaining_rosters import reasons_of_new_roster
    from optimizer.planning.judged_rosters import judged_roster
    from optimizer.planning.summaries import roster_summary
    from optimizer.solve_result import SolveLimits
    from pontual.commands.solving import solve_and_write
    from pontual.summaries import print_roster

    if now is not None and not replan:
        raise typer.BadParameter("--now goes with --replan", param_hint="--now")
    replanner = _Replanner(moment_of(now)) if replan else None
    solve_and_write(
        folder,
        command="roster",
        what="Making the roster",
        limits=SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed),
        keep=(),
        solve=judged_roster if replanner is None else replanner.solve,
        summarise=roster_summary,
        show=print_roster,
        as_json=as_json,
        explain=reasons_of_new_roster if replanner is None else replanner.report,
    )


class _Replanner:
    """Remembers the published roster from the solve to the report."""

    def __init__(self, now: datetime | None) -> None:
        self._now = now
        self._published: list[Case] = []

    def solve(self, case: Case, limits: SolveLimits, progress: Progress) -> tuple[Case, SolveResult[Roster]]:
        """Follow the duties of the case, which are published."""
        from dataclasses import replace

        from optimizer.planning.judged_rosters import judged_roster

        if self._now is not None:
            case = replace(case, plan=case.plan.model_copy(update={"as_of": self._now}))
        self._published = [case]
        return judged_roster(case, limits, progress, from_published=True)

    def report(
        self, planned: Case, limits: SolveLimits, progress: Progress
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """What changed, and who must be told; and which resource is missing."""
        from optimizer.planning.explaining_rosters import reasons_of_new_roster
        from optimizer.planning.replanning import reported_changes

        (published,) = self._published
        changes, tables = reported_changes(published, planned)
        reasons, more = reasons_of_new_roster(planned, limits, progress, published)
        return changes | reasons, tables | more
