"""`pontual plan`: from past bookings to a checked plan and its key figures, in one call."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.progress import Progress
from pontual.options import (
    DayWorkersOption,
    JsonOption,
    Language,
    ScenarioOption,
    SeedOption,
    ServiceTargetOption,
    ShrinkageOption,
    WorkOption,
)
from pontual.targets import TARGET, service_targets

if TYPE_CHECKING:
    from optimizer.planning.ahead import PlannedAhead
    from simulation.forecast.foreseeing import Foreseen


def command(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Plan folder whose horizon is planned.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="New plan folder to write: demand, roster, sessions."),
    ],
    history: Annotated[
        Path | None,
        typer.Option(
            "--history", metavar="FILE", help="Past bookings as for forecast; else the folder's history."
        ),
    ] = None,
    target: ServiceTargetOption = None,
    shrinkage: ShrinkageOption = 0.0,
    scenario: ScenarioOption = None,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many times to play the plan.")
    ] = 300,
    work: WorkOption = 20.0,
    workers: DayWorkersOption = 0,
    seed: SeedOption = 1,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the summary.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Forecast, agents required, roster, sessions and simulated key figures, in one call and one folder."""
    from dashboard.texts import Texts
    from data.files import (
        BadDataError,
        PlanFolder,
        Problem,
        write_folder,
    )
    from data.model import RESULT_TABLES, Demand
    from optimizer.planning.ahead import plan_ahead
    from optimizer.requirement.requirement import NothingExpectedError, Request
    from optimizer.solve_result import SolveLimits
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.planning_report import planning_document, print_planning
    from simulation.forecast import UNCHANGED
    from simulation.forecast.foreseeing import LOAD, foresee

    request = Request(
        service_targets(target or [TARGET]),
        shrinkage=shrinkage,
        replications=replications,
        seed=seed,
        with_worth=False,
    )
    runs.refuse_to_overwrite(out)
    case = PlanFolder(folder).read(runs.key_from_environment(), leave_out=(*RESULT_TABLES, Demand))
    inputs = runs.scenario_from(case, scenario)
    foreseen, _ = runs.run_interruptibly(
        "Forecasting", lambda report: foresee(case, history, UNCHANGED, LOAD, report)
    )

    def work_on(report: Progress) -> PlannedAhead | None:
        try:
            return plan_ahead(
                foreseen.case,
                inputs,
                request,
                SolveLimits(work=work, seed=seed),
                workers=workers or os.cpu_count() or 1,
                progress=report,
            )
        except KeyboardInterrupt:
            return None

    try:
        found, stopped_by = runs.run_interruptibly("Planning", work_on)
    except NothingExpectedError as error:
        name = history.name if history is not None else "history"
        raise BadDataError([Problem(name, None, "", "", str(error))]) from error
    if found is None:
        raise typer.Exit(int(runs.signal_code(stopped_by)))
    document = planning_document(foreseen.document, found)
    if found.week is not None and found.week.roster.answer is not None:
        write_folder(out, _files(foreseen, found, document))
        document["folder"] = str(out)
    code = ExitCode.NOT_GOOD_ENOUGH
    if found.week is not None:
        code = runs.exit_code(found.week.allocation or found.week.roster, None, stopped_by)
    runs.finish(code, document, as_json, lambda: print_planning(document, Texts(language.value)))


def _files(foreseen: Foreseen, found: PlannedAhead, document: dict[str, Any]) -> dict[str, bytes]:
    """The plan folder, with the tables of the forecast and the requirement, and the document of each step."""
    from data.files import case_files
    from optimizer.requirement.documents import requirement_csv
    from pontual.commands.runs import RESULT_DOCUMENT
    from pontual.reports import KPI_DOCUMENT, kpi_document
    from simulation.forecast.documents import forecast_files

    assert found.week is not None  # noqa: S101 - asked before
    files = case_files(found.week.case, "csv")
    files |= forecast_files(foreseen.forecast, foreseen.case.plan, document["forecast"])
    files["requirement.csv"] = requirement_csv(document["requirement"])
    if found.week.simulation is not None:
        files[KPI_DOCUMENT] = kpi_document(document["simulate"], found.week.simulation)
    files[RESULT_DOCUMENT] = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    return files
