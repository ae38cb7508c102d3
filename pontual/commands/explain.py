"""`pontual explain`: why bookings are where they are, or are nowhere."""

from __future__ import annotations

from typing import Annotated

import typer

from pontual.options import (
    JsonOption,
    Language,
    PlanFolderArgument,
    SeedOption,
    TimeLimitOption,
    WorkOption,
)


def command(
    folder: PlanFolderArgument,
    bookings: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BOOKING_ID]...", help="Bookings to explain; without any, a table of all."),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the sentences.")
    ] = Language.ENGLISH,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    work: WorkOption = 20.0,
    as_json: JsonOption = False,
) -> None:
    """Explain the current schedule: unplaced bookings, and those not at their wish; nothing is written.

    The limits hold for each booking.
    """
    from data.files import PlanFolder
    from optimizer.planning import UnknownBookingError, explained_bookings, explained_plan
    from optimizer.solve_result import SolveLimits
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.explanations import print_explanations, print_overview

    limits = SolveLimits(seconds=time_limit, work=work, seed=seed)
    plan_folder = PlanFolder(folder)
    case = plan_folder.read(runs.key_from_environment())
    runs.warn_of_tables_passed_over(plan_folder)
    names = list(dict.fromkeys(bookings or ()))
    if not names:
        table, _ = runs.run_interruptibly(
            "Explaining the plan", lambda report: explained_plan(case, limits, language.value, report)
        )
        runs.finish(ExitCode.OK, table, as_json, lambda: print_overview(table))
        return
    try:
        document, _ = runs.run_interruptibly(
            "Explaining", lambda report: explained_bookings(case, names, limits, language.value, report)
        )
    except UnknownBookingError as error:
        raise typer.BadParameter(str(error)) from error
    runs.finish(ExitCode.OK, document, as_json, lambda: print_explanations(document))
