"""`pontual check`: let the referee judge a plan folder or a run folder."""

from __future__ import annotations

import typer

from pontual.options import JsonOption, PlanFolderArgument


def command(folder: PlanFolderArgument, as_json: JsonOption = False) -> None:
    """Judge the roster and the schedule against every hard rule; exit 1 when one is broken."""
    from data.files import PlanFolder
    from data.referee import judge
    from pontual.commands.runs import key_from_environment, warn_of_tables_passed_over
    from pontual.console import print_json, standard_output
    from pontual.exit_codes import ExitCode
    from pontual.violations import print_violations, violation_documents

    plan_folder = PlanFolder(folder)
    case = plan_folder.read(key_from_environment())
    warn_of_tables_passed_over(plan_folder)
    judged_folder = plan_folder.current_run() or plan_folder.path
    violations = violation_documents(judge(case))
    if as_json:
        print_json({"violations": violations, "duties": len(case.duties), "sessions": len(case.sessions)})
    else:
        print_violations(violations)
        judged = f"{len(case.duties)} duties and {len(case.sessions)} sessions"
        standard_output.print(f"{len(violations)} violations in {judged}")
        standard_output.print(f"Judged: {judged_folder}", markup=False)
        if not len(case.sessions) and not len(case.unplaced):
            standard_output.print("No schedule is there yet: only the roster was judged.")
    if violations:
        raise typer.Exit(int(ExitCode.VIOLATIONS))
