"""`pontual import-roster`: a roster from the table of duties of an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pontual.options import JsonOption, PlanFolderArgument


def command(
    folder: PlanFolderArgument,
    workbook: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.xlsx",
            help="Workbook of export-roster, edited or not, or a table with its columns.",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Take over a roster from an Excel workbook and judge it; exit 1 when it breaks a hard rule.

    The sheet Duties (Jornadas) has the columns Agent, Date, Start, End and Breaks (Agente, Data, Início, Fim,
    Intervalos), one duty a row; breaks look like: meal 12:00-13:00; pause 15:00-15:10.
    """
    from data.model import RESULT_TABLES
    from data.referee import judge_roster, recount
    from data.workbooks import read_roster_workbook
    from pontual.commands import runs
    from pontual.console import print_summary
    from pontual.exit_codes import ExitCode
    from pontual.summaries import coverage_rows
    from pontual.violations import print_violations, violation_documents

    with runs.open_for_a_run(folder) as plan_folder:
        case = plan_folder.read(runs.key_from_environment(), leave_out=RESULT_TABLES)
        planned = case.with_roster(read_roster_workbook(workbook, case))
        counted = recount(planned)
        document: dict[str, Any] = {
            "agents": len(planned.agents),
            "duties": len(planned.duties),
            "required": counted.required,
            "covered": counted.covered,
            "under": counted.under,
            "over": counted.over,
            "violations": violation_documents(judge_roster(planned)),
        }
        results = {"import-roster": document}
        document["run"] = str(runs.write_run(plan_folder, planned, "import-roster", results))
    violations = document["violations"]

    def summary() -> None:
        print_violations(violations)
        print_summary(
            "Imported roster",
            [
                ("Agents", f"{document['agents']:,}"),
                *coverage_rows(document),
                ("Violations", f"{len(violations):,}"),
                ("Run folder", document["run"]),
            ],
        )

    runs.finish(ExitCode.VIOLATIONS if violations else ExitCode.OK, document, as_json, summary)
