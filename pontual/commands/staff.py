"""`pontual staff`: the cheapest mix of contracts and skills for a service target."""

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
    from optimizer.staffing.search import Staffing


def command(
    folder: PlanFolderArgument,
    target: ServiceTargetOption = None,
    source: ExpectedFromOption = "demand",
    shrinkage: ShrinkageOption = 0.0,
    replications: Annotated[
        int,
        typer.Option(
            "--replications",
            min=2,
            max=100_000,
            help="How many times to play each day to confirm the answer.",
        ),
    ] = 300,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for the mix (table) and a plan folder with these agents and a roster; must be new.",
        ),
    ] = None,
    workers: DayWorkersOption = 0,
    seed: SeedOption = 1,
    work: Annotated[
        float,
        typer.Option(
            "--work", min=0.1, help="Work for each roster, about seconds on one core; reproducible."
        ),
    ] = 10.0,
    keep_team: Annotated[
        bool, typer.Option("--keep-team", help="Nobody leaves: whom to hire besides.")
    ] = False,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the tables.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Find the cheapest mix of contracts and skills for a service target, with the hiring counts."""
    from dashboard.texts import Texts
    from data.files import write_folder
    from optimizer.requirement.requirement import Request
    from optimizer.solve_result import SolveLimits
    from optimizer.staffing.documents import staffing_document
    from optimizer.staffing.search import find_staffing
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.staffing_report import print_staffing

    request = Request(service_targets(target or [TARGET]), source, shrinkage, replications, seed)
    runs.refuse_to_overwrite(out)
    case = runs.read_case(folder)
    inputs = runs.scenario_from(case, scenario)
    limits = SolveLimits(work=work, gap=0.0, seed=seed)
    with expected_in(folder, source):
        found = runs.run_whole(
            "Staffing",
            lambda report: find_staffing(
                case,
                inputs,
                request,
                limits,
                keep_team=keep_team,
                workers=workers or os.cpu_count() or 1,
                progress=report,
            ),
        )
    document = staffing_document(found, keep_team)
    texts = Texts(language.value)
    if out is not None:
        write_folder(out, _files(found, document))
        document["folder"] = str(out)
    code = ExitCode.OK if found.answer is not None else ExitCode.NOT_GOOD_ENOUGH
    runs.finish(code, document, as_json, lambda: print_staffing(document, texts))


def _files(found: Staffing, document: Mapping[str, Any]) -> dict[str, bytes]:
    """The mix as document and table; and the plan folder with these agents and a roster, if there is one."""
    from data.files import case_files
    from optimizer.staffing.documents import staffing_csv

    files = {
        "staffing.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "staffing.csv": staffing_csv(document),
    }
    if found.answer is not None:
        files |= {f"plan/{name}": body for name, body in case_files(found.answer.attempt.case, "csv").items()}
    return files
