"""`pontual outbox`: messages for customers, handed to the issuer's mailer and acknowledged by it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
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


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the plan.", show_default=False)],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="What pontual live --json printed; - reads standard input.",
            show_default=False,
        ),
    ],
    store: StoreOption,
    as_json: JsonOption = False,
) -> None:
    """Add the contact list of a day that is followed: whom to tell of what was decided (docs/contacts.md)."""
    from data.files import MissingInputError
    from data.files.contact_entries import read_contact_entries
    from data.store import Run, Store
    from pontual.console import print_json, standard_output
    from pontual.order_names import account

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise MissingInputError([file.name], error.strerror or "can't be read") from error
    entries = read_contact_entries(file.name, content.split(b"\n"))
    done = Store(store).add_contacts(name, entries, Run("outbox add", who=account()))
    if as_json:
        print_json(done)
    else:
        standard_output.print(f"Added {done['contacts']} contacts, {done['known']} known before.")


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
