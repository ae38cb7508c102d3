"""`pontual demo`: plan, judge and simulate the sample week, and write a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    from data.files import CannotWriteError, PlanFolder, write_case
    from data.model import RESULT_TABLES, Scenario
    from data.sample import load_sample
    from optimizer.planning import allocation_summary, plan_week, roster_summary, simulation_summary
    from optimizer.solve_result import SolveLimits
    from pontual import __version__
    from pontual.commands import runs
    from pontual.console import standard_output
    from pontual.exit_codes import ExitCode
    from pontual.reports import KPI_DOCUMENT, kpi_document, report_documents
    from pontual.summaries import print_allocation, print_kpis, print_roster

    sample = load_sample()
    if not (out / "plan.json").is_file():
        write_case(out, sample)
    folder = PlanFolder(out)
    case = folder.read(leave_out=RESULT_TABLES)
    if case.plan != sample.plan:
        raise CannotWriteError(f"cannot write {out}: it holds another planning case than the sample week")
    week, stopped_by = runs.run_interruptibly(
        "Planning the sample week",
        lambda report: plan_week(
            case,
            SolveLimits(work=DEMO_WORK, seed=seed),
            scenario=Scenario(),
            replications=replications,
            progress=report,
        ),
    )
    results: dict[str, dict[str, object]] = {"roster": roster_summary(week.case, week.roster)}
    code = runs.exit_code(week.roster, None, stopped_by)
    if week.allocation is not None:
        results["allocate"] = allocation_summary(week.case, week.allocation)
        code = runs.exit_code(week.allocation, None, stopped_by)
    documents: dict[str, bytes] = {}
    if week.simulation is not None:
        results["check"] = {
            "violations": [{"rule": v.rule, "where": v.where, "what": v.what} for v in week.violations]
        }
        results["simulate"] = simulation_summary(week.simulation, "simpy", week.simulation_seconds)
        if week.violations:
            code = ExitCode.INTERNAL
        documents |= {f"calendars/{name}.ics": body for name, body in agent_calendars(week.case).items()}
        documents[KPI_DOCUMENT] = kpi_document(results["simulate"], week.simulation)
        documents |= report_documents(week.case, results, week.simulation, __version__)
    run = runs.write_run(folder, week.case, "demo", results, documents)
    document = {**results, "version": __version__, "run": str(run)}

    def summary() -> None:
        print_roster(results["roster"])
        if "allocate" in results:
            print_allocation(results["allocate"])
        if "simulate" in results:
            print_kpis(results["simulate"])
            standard_output.print(f"Referee: {len(week.violations)} violations", markup=False)
            standard_output.print(f"Report:  {run / 'report.html'}", markup=False)
            standard_output.print(f"         {run / 'report.en.html'} (English)", markup=False)

    runs.finish(code, document, as_json, summary)
