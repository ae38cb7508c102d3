"""`pontual offers`: which starts can still be sold, as a table or answered one by one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.moments import moment_of
from pontual.options import JsonOption, PlanFolderArgument

if TYPE_CHECKING:
    from optimizer.offers import OffersOfKind
    from optimizer.offers.desk import Desk


def command(
    folder: PlanFolderArgument,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="Answer requests, one JSON object a line, until the input ends (docs/offers.md)."
        ),
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="INSTANT",
            help="The present moment, with offset. [default: of planning; with --follow the clock's]",
        ),
    ] = None,
    priority: Annotated[
        int, typer.Option("--priority", min=1, max=9, help="Of whom is asking; 1 may use what is held back.")
    ] = 5,
    as_json: JsonOption = False,
) -> None:
    """Tell which starts can still be sold such that everything sold stays placeable."""
    from data.files import MissingInputError, PlanFolder
    from data.files.journal import open_journal, read_journal
    from data.files.plan_folder import RUN_FILE
    from optimizer.offers import (
        JOURNAL_FILE,
        LONGEST_LINE,
        SCHEMA,
        Service,
        UnplaceableError,
        offer_table,
        open_desk,
    )
    from pontual.commands.follow import follow_lines
    from pontual.commands.runs import key_from_environment, warn_of_tables_passed_over
    from pontual.console import print_json, say
    from pontual.exit_codes import ExitCode

    if follow and (folder / RUN_FILE).is_file():
        raise typer.BadParameter(f"{folder} is a run; give the plan folder that it belongs to")
    if follow and as_json:
        raise typer.BadParameter("--follow answers in JSON anyway; leave --json out")
    moment = moment_of(now)
    plan_folder = PlanFolder(folder)
    key = key_from_environment()
    case = plan_folder.read(key)
    warn_of_tables_passed_over(plan_folder)
    if not len(case.duties):
        raise MissingInputError([f"duties in {folder}; make them first: pontual roster"])
    path = Path(folder) / JOURNAL_FILE
    try:
        if follow:
            with open_journal(path, SCHEMA) as journal:
                begun = moment or datetime.now(UTC)
                desk = open_desk(case, read_journal(path, SCHEMA), begun, key, journal.add)
                clock = (lambda: moment) if moment is not None else (lambda: datetime.now(UTC))
                code = follow_lines(
                    Service(desk, clock, told=moment is not None).answer, sys.stdin.buffer, LONGEST_LINE
                )
            if code is not ExitCode.OK:
                raise typer.Exit(int(code))
            return
        desk = open_desk(case, read_journal(path, SCHEMA), moment or case.plan.as_of)
    except UnplaceableError as error:
        say(f"These cannot all be held by the roster: {'; '.join(error.bookings)}")
        raise typer.Exit(int(ExitCode.INFEASIBLE)) from None
    desk.end_holds()
    table = offer_table(desk.state, desk.state.known.kinds, priority)
    if as_json:
        print_json(_document(desk, table, priority))
    else:
        _print(desk, table)


def _document(desk: Desk, table: Sequence[OffersOfKind], priority: int) -> dict[str, Any]:
    from optimizer.offers.events import moment

    state = desk.state
    return {
        "schema": "pontual/offers@1.0",
        "now": state.now.isoformat(),
        "priority": priority,
        "sold": sum(placed.until is None for placed in state.placed.values()),
        "held": sum(placed.until is not None for placed in state.placed.values()),
        "waiting": len(state.waiting),
        "kinds": [
            {
                **row.kind._asdict(),
                "starts": [
                    {"start": moment(state, start), "count": count, "exact": start not in row.offers.at_least}
                    for start, count in row.offers.counts.items()
                ],
                "undecided": [moment(state, start) for start in row.offers.undecided],
            }
            for row in table
        ],
    }


SHOWN = 6
"""Starts of a kind that the table names; `--json` has all."""


def _print(desk: Desk, table: Sequence[OffersOfKind]) -> None:
    from rich.table import Table

    from pontual.console import standard_output

    state = desk.state
    shown = Table(title=f"Starts that can still be sold, {len(state.placed):,} being sold or held", box=None)
    for name in ("skill", "session", "min", "people", "starts", "undecided", "first (how many)"):
        shown.add_column(
            name, justify="right" if name in ("min", "people", "starts", "undecided") else "left"
        )
    several = state.known.case.plan.days > 1
    for row in table:
        first = [
            f"{state.axis.instant_of(state.minute(start)):{'%d/%m %H:%M' if several else '%H:%M'}} ({count})"
            for start, count in list(row.offers.counts.items())[:SHOWN]
        ]
        kind, offers = row.kind, row.offers
        shown.add_row(
            kind.skill, kind.session, str(kind.duration_minutes), str(kind.participants),
            str(len(offers.counts)), str(len(offers.undecided)), " ".join(first),
        )  # fmt: skip
    standard_output.print(shown)
