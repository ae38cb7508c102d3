"""`pontual explain`: why bookings are where they are, what a roster is missing, and what each rule costs."""

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
    roster: Annotated[
        bool,
        typer.Option(
            "--roster", help="Explain the roster: which resource is missing where it is understaffed."
        ),
    ] = False,
    rules: Annotated[
        bool,
        typer.Option("--rules", help="Price each rule of the roster: what comes back if it were left out."),
    ] = False,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the sentences.")
    ] = Language.ENGLISH,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    work: WorkOption = 20.0,
    as_json: JsonOption = False,
) -> None:
    """Explain the current schedule: unplaced bookings, and those not at their wish; nothing is written.

    With --roster or --rules, explain the current roster instead. The limits hold for each booking, and for
    each rule.
    """
    from optimizer.planning.explaining import UnknownBookingError, explained_bookings, explained_plan
    from optimizer.planning.explaining_rosters import explained_roster, priced_rules
    from optimizer.solve_result import SolveLimits
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.explanations import (
        print_explanations,
        print_overview,
        print_rule_prices,
        print_understaffing,
    )

    if sum((bool(bookings), roster, rules)) > 1:
        raise typer.BadParameter("give bookings, --roster or --rules, one of them")
    limits = SolveLimits(seconds=time_limit, work=work, seed=seed)
    case = runs.read_case(folder)
    if roster or rules:
        explain, show = (
            (priced_rules, print_rule_prices) if rules else (explained_roster, print_understaffing)
        )
        found, stopped_by = runs.run_interruptibly(
            "Pricing the rules" if rules else "Explaining the roster",
            lambda report: explain(case, limits, language.value, report),
        )
        runs.finish(runs.signal_code(stopped_by), found, as_json, lambda: show(found))
        return
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
