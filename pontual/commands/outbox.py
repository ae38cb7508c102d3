"""`pontual outbox`: messages for customers, handed to the issuer's mailer and acknowledged by it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pontual.moments import moment_of
from pontual.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from data.store import Message, Settings

app = typer.Typer(no_args_is_help=True, help="Hand messages for customers to the issuer's mailer.")

LONGEST_CLAIM_SECONDS = 86_400


@app.command("take")
def take(
    store: StoreOption,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many messages at most.")] = 100,
    seconds: Annotated[
        int,
        typer.Option(
            "--seconds",
            min=1,
            max=LONGEST_CLAIM_SECONDS,
            help="How long they are the caller's; those not acknowledged go to the next one then.",
        ),
    ] = 600,
) -> None:
    """Take messages that are due: one JSON document a line, for a mailer to send and acknowledge."""
    from data.store import Store

    opened = Store(store)
    settings = opened.settings()
    _print_lines(opened.claim_messages(limit, seconds), settings)


@app.command("ack")
def ack(
    keys: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="Ids of messages; - reads them from standard input, one a line."
        ),
    ],
    store: StoreOption,
    as_json: JsonOption = False,
) -> None:
    """Say that messages were sent; saying it again changes nothing."""
    from data.store import Store
    from pontual.console import print_json, say, standard_output

    named = [key for one in keys for key in (sys.stdin.read().split() if one == "-" else [one])]
    done = Store(store).acknowledge_messages(named)
    if as_json:
        counts = {"acknowledged": len(done.acknowledged), "repeated": len(done.repeated)}
        print_json(counts | {"unknown": list(done.unknown)})
        return
    standard_output.print(f"Acknowledged {len(done.acknowledged)}, {len(done.repeated)} more before.")
    for key in done.unknown:
        say(f"Unknown: {key}; perhaps it was erased meanwhile")


@app.command("list")
def list_(
    store: StoreOption,
    state: Annotated[
        Literal["waiting", "sent", "superseded", "withdrawn", "all"],
        typer.Option("--state", help="Which messages."),
    ] = "waiting",
    since: Annotated[
        str | None, typer.Option("--since", metavar="INSTANT", help="Only those written since.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many messages at most.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Look at messages, due or not, in the order in which they are due; nobody claims them."""
    from data.store import STATES, Store
    from pontual.console import print_table

    opened = Store(store)
    states = STATES if state == "all" else (state,)
    found = opened.messages(since=moment_of(since), states=states, limit=limit)
    if as_json:
        _print_lines(found, opened.settings())
        return
    rows = [
        (
            f"{one.due_at:%Y-%m-%d %H:%M}",
            one.kind.replace("_", " "),
            one.state,
            one.booking_id,
            "" if one.before is None else f"{one.before:%Y-%m-%d %H:%M}",
            "" if one.after is None else f"{one.after:%Y-%m-%d %H:%M}",
        )
        for one in found
    ]
    print_table("Messages", ("due", "what", "state", "booking", "from", "to"), rows)


def _print_lines(messages: list[Message], settings: Settings) -> None:
    from pontual.outbox_documents import message_document

    for message in messages:
        document = message_document(message, settings)
        sys.stdout.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
