"""`pontual agents-needed`: how few agents could serve these sessions, or do these fixed tasks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pontual.options import GapOption, JsonOption, SeedOption, ThreadsOption, TimeLimitOption, WorkOption

if TYPE_CHECKING:
    from optimizer.solve_result import SolveLimits


def command(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE",
            help="Plan folder with sessions, or a run folder; or a file of fixed tasks (SMPTSP format).",
            show_default=False,
        ),
    ],
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    work: WorkOption = 60.0,
    gap: GapOption = None,
    threads: ThreadsOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Find the fewest agents who could serve the sessions as they stand; nothing is written."""
    from optimizer.solve_result import SolveLimits

    limits = SolveLimits(seconds=time_limit, work=work, gap=gap, threads=threads, seed=seed)
    if source.is_dir():
        _of_sessions(source, limits, as_json)
    else:
        _of_tasks(source, limits, as_json)


def _of_tasks(path: Path, limits: SolveLimits, as_json: bool) -> None:
    from data.files import read_smptsp
    from optimizer.planning.agents_needed import judged_workers, workers_summary
    from pontual.commands import runs
    from pontual.summaries import print_workers_needed

    tasks = read_smptsp(path)
    result, stopped_by = runs.run_interruptibly(
        "Looking for the fewest workers", lambda report: judged_workers(tasks, limits, report)
    )
    document = workers_summary(tasks, result)
    code = runs.exit_code(result, limits.gap, stopped_by)
    runs.finish(code, document, as_json, lambda: print_workers_needed(document))


def _of_sessions(folder: Path, limits: SolveLimits, as_json: bool) -> None:
    from optimizer.planning.agents_needed import agents_summary, judged_agents
    from pontual.commands import runs
    from pontual.summaries import print_agents_needed

    case = runs.read_case(folder)
    (changed, result), stopped_by = runs.run_interruptibly(
        "Looking for the fewest agents", lambda report: judged_agents(case, limits, report)
    )
    document = agents_summary(changed, result)
    code = runs.exit_code(result, limits.gap, stopped_by)
    runs.finish(code, document, as_json, lambda: print_agents_needed(document))
