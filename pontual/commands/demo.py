"""`pontual demo`: plan, judge and simulate the sample week, and write a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pontual.options import JsonOption, SeedOption

DEMO_WORK = 20.0
"""Work for each of roster and allocation: enough for a plan close to the bound, and no long wait."""


def command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Plan folder of the demonstration.")],
    seed: SeedOption = 1,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=10_000, help="How many times to play the week.")
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Plan the sample week from beginning to end and write the plan, calendars, KPIs and a report."""
    from data.exports import agent_calendars
    from data.files import CannotWriteError, write_case
    from data.model import RESULT_TABLES
    from data.referee import judge
    from data.sample import load_sample
    from optimizer.planning.summaries import allocation_summary, roster_summary, simulation_summary
    from optimizer.planning.week import plan_week
    from optimizer.solve_result import SolveLimits, SolveResult
    from pontual import __version__
    from pontual.commands import runs
    from pontual.console import standard_output
    from pontual.reports import KPI_DOCUMENT, kpi_document, report_documents
    from pontual.summaries import print_allocation, print_kpis, print_roster
    from simulation import scenario_of

    sample = load_sample()
    if not (out / "plan.json").is_file():
        write_case(out, sample)
    results: dict[str, dict[str, Any]] = {}
    with runs.open_for_a_run(out) as folder:
        case = folder.read(leave_out=RESULT_TABLES)
        if case.plan != sample.plan:
            raise CannotWriteError(f"cannot write {out}: it holds another planning case than the sample week")
        week, stopped_by = runs.run_interruptibly(
            "Planning the sample week",
            lambda report: plan_week(
                case,
                SolveLimits(work=DEMO_WORK, seed=seed),
                scenario=scenario_of(case.plan.policy),
                replications=replications,
                progress=report,
            ),
        )
        results["roster"] = roster_summary(week.case, week.roster)
        last: SolveResult[Any] = week.roster
        if week.allocation is not None:
            results["allocate"] = allocation_summary(week.case, week.allocation)
            last = week.allocation
        documents: dict[str, bytes] = {}
        if week.simulation is not None:
            violations = judge(week.case)
            results["check"] = {
                "violations": [{"rule": v.rule, "where": v.where, "what": v.what} for v in violations]
            }
            results["simulate"] = simulation_summary(week.simulation)
            calendars = agent_calendars(week.case)
            documents |= {f"calendars/{name}.ics": body for name, body in calendars.items()}
            documents[KPI_DOCUMENT] = kpi_document(results["simulate"], week.simulation)
            documents |= report_documents(week.case, results, week.simulation, __version__)
        document: dict[str, Any] = {**results, "version": __version__}
        if week.roster.answer is not None:
            document["run"] = str(runs.write_run(folder, week.case, "demo", results, documents))

    def summary() -> None:
        print_roster(results["roster"])
        if "allocate" in results:
            print_allocation(results["allocate"])
        if "simulate" in results:
            print_kpis(results["simulate"])
            run = Path(document["run"])
            standard_output.print(f"Referee: {len(results['check']['violations'])} violations", markup=False)
            standard_output.print(f"Report:  {run / 'report.html'}", markup=False)
            standard_output.print(f"         {run / 'report.en.html'} (English)", markup=False)

    runs.finish(runs.exit_code(last, None, stopped_by), document, as_json, summary)
