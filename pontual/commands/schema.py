"""`pontual schema`: JSON Schemas of the documents that programs exchange with Pontual."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help="request, result or message, or a schema by its full name."),
    ] = "",
) -> None:
    """Print the JSON Schema of a document; without a name, the documents that there are."""
    from data.batch.requests import REQUEST_SCHEMA, request_schema
    from data.batch.results import RESULT_SCHEMA, result_schema
    from pontual.console import print_json
    from pontual.outbox_documents import MESSAGE_SCHEMA, message_schema

    schemas = {
        "request": (REQUEST_SCHEMA, request_schema),
        "result": (RESULT_SCHEMA, result_schema),
        "message": (MESSAGE_SCHEMA, message_schema),
    }
    if not name:
        print_json({"schemas": {short: full for short, (full, _) in schemas.items()}})
        return
    for short, (full, schema) in schemas.items():
        if name in (short, full):
            print_json(schema())
            return
    raise typer.BadParameter(f"no such document; known are {', '.join(schemas)}")
