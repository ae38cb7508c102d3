"""`pontual health`: whether a store can be reached and is kept up, for schedulers and probes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from data.store.figures import Figures

CLOCK_MINUTES = 5
"""Clocks of machines that write to one store may differ by so much."""

Minutes = int | None


def command(
    store: StoreOption,
    run_within: Annotated[
        Minutes,
        typer.Option("--run-within", min=1, metavar="MINUTES", help="Something must have written since."),
    ] = None,
    sent_within: Annotated[
        Minutes,
        typer.Option("--sent-within", min=1, metavar="MINUTES", help="No message may be late by more."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a store can be reached and is kept up: exit code 0, or 75 and what is wrong.

    A store of another version ends with 65, none at all with 66.
    """
    from data.store import Store
    from data.store.upgrade import newest_version
    from pontual.commands.runs import finish
    from pontual.exit_codes import ExitCode

    opened = Store(store)
    figures = opened.figures()
    problems = _problems(figures, run_within, sent_within)
    document = _document(figures, opened.database.name, newest_version(), problems)
    code = ExitCode.TRY_AGAIN if problems else ExitCode.OK
    finish(code, document, as_json, lambda: _print(document))


def _problems(figures: Figures, run_within: Minutes, sent_within: Minutes) -> list[str]:
    found = []
    last, mailers = figures.last_run, figures.mailers
    age = None if last is None else (figures.now - last.recorded_at).total_seconds() / 60
    if run_within is not None and (age is None or age > run_within):
        found.append(f"nothing has written within {run_within} minutes")
    if age is not None and age < -CLOCK_MINUTES:
        found.append(
            "the last run lies in the future: the clock was put back, or that of another machine is ahead"
        )
    if sent_within is not None and mailers.oldest_due_at is not None:
        late = (figures.now - mailers.oldest_due_at).total_seconds() / 60
        if late > sent_within:
            found.append(f"{mailers.due} messages are due, one for {late:.0f} minutes")
    return found


def _document(figures: Figures, store: str, version: str, problems: list[str]) -> dict[str, Any]:
    last, mailers = figures.last_run, figures.mailers
    return {
        "healthy": not problems,
        "problems": problems,
        "store": store,
        "version": version,
        "now": figures.now.isoformat(),
        "pending_requests": figures.pending_requests,
        "expired_holds": figures.expired_holds,
        "plans": len({plan for plan, _ in figures.plans}),
        "last_run": None
        if last is None
        else {
            "command": last.command,
            "recorded_at": last.recorded_at.isoformat(),
            "age_seconds": int((figures.now - last.recorded_at).total_seconds()),
        },
        "outbox": {
            "waiting": sum(count for (_, state), count in mailers.messages.items() if state == "waiting"),
            "due": mailers.due,
            "oldest_due_at": None if mailers.oldest_due_at is None else mailers.oldest_due_at.isoformat(),
        },
    }


def _print(document: dict[str, Any]) -> None:
    from pontual.console import print_summary, say

    last, outbox = document["last_run"], document["outbox"]
    rows = [
        ("Store", document["store"]),
        ("Version", document["version"]),
        ("Last run", "none" if last is None else f"{last['command']}, {last['age_seconds']:,} seconds ago"),
        ("Requests pending", f"{document['pending_requests']:,}"),
        ("Holds expired", f"{document['expired_holds']:,}"),
        ("Messages waiting", f"{outbox['waiting']:,}"),
        ("Messages due", f"{outbox['due']:,}"),
    ]
    print_summary("Healthy" if document["healthy"] else "Not healthy", rows)
    for problem in document["problems"]:
        say(problem)
