"""`pontual requirement`: agents by interval and skill for a service target, found by simulation."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.options import (
    DayWorkersOption,
    ExpectedFromOption,
    JsonOption,
    Language,
    PlanFolderArgument,
    ScenarioOption,
    SeedOption,
    ServiceTargetOption,
    ShrinkageOption,
)
from pontual.targets import TARGET, expected_in, service_targets

if TYPE_CHECKING:
    from dashboard.texts import Texts
    from data.model import Case
    from optimizer.requirement.requirement import Requirement


def command(
    folder: PlanFolderArgument,
    target: ServiceTargetOption = None,
    source: ExpectedFromOption = "demand",
    shrinkage: ShrinkageOption = 0.0,
    replications: Annotated[
        int,
        typer.Option(
            "--replications", min=2, max=100_000, help="How many times to play each day to confirm it."
        ),
    ] = 300,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for the requirement (table, plot) and a plan folder that asks for it; must be new.",
        ),
    ] = None,
    workers: DayWorkersOption = 0,
    seed: SeedOption = 1,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the tables and the plot.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Find the agents needed in each interval for a service target, by simulation."""
    from dashboard.texts import Texts
    from data.files import write_folder
    from optimizer.requirement.documents import requirement_document
    from optimizer.requirement.requirement import Request, find_requirement
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.requirement_report import print_requirement

    request = Request(service_targets(target or [TARGET]), source, shrinkage, replications, seed)
    runs.refuse_to_overwrite(out)
    case = runs.read_case(folder)
    inputs = runs.scenario_from(case, scenario)
    processes = workers or os.cpu_count() or 1
    with expected_in(folder, source):
        found = runs.run_whole(
            "Requirement", lambda report: find_requirement(case, inputs, request, processes, report)
        )
    document = requirement_document(found, case)
    texts = Texts(language.value)
    if out is not None:
        write_folder(out, _files(found, case, document, texts))
        document["folder"] = str(out)
    code = ExitCode.OK if found.is_reached else ExitCode.NOT_GOOD_ENOUGH
    runs.finish(code, document, as_json, lambda: print_requirement(document, texts))


def _files(found: Requirement, case: Case, document: Mapping[str, Any], texts: Texts) -> dict[str, bytes]:
    """The requirement as document, table and plot; and the plan folder that asks for it, if it was found."""
    from dataclasses import replace

    from dashboard.charts import requirement_chart
    from dashboard.report.image_files import png_file, svg_file
    from data.files import case_files
    from optimizer.requirement.asked_demand import required_demand
    from optimizer.requirement.documents import requirement_csv

    chart = requirement_chart(document, case.axis, texts)
    files = {
        "requirement.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "requirement.csv": requirement_csv(document),
        "requirement.svg": svg_file(chart),
        "requirement.png": png_file(chart),
    }
    if found.is_reached:
        asked = replace(case, demand=required_demand(case, found))
        files |= {f"plan/{name}": body for name, body in case_files(asked, "csv").items()}
    return files
