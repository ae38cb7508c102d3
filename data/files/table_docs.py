"""The document of the tables, made from the declared columns, so that it can't go out of date."""

from __future__ import annotations

import inspect
import json
from typing import Any

from data.files.raw_table import personal_columns
from data.files.scenario_file import FORMAT, VERSION
from data.model import (
    INPUT_TABLES,
    REPORT_TABLES,
    REQUIRED_TABLES,
    RESULT_TABLES,
    Contacts,
    Scenario,
    Table,
    Understaffing,
)
from data.model.columns import (
    Choice,
    Column,
    Day,
    Flag,
    Instant,
    Instants,
    Integer,
    Kind,
    Number,
    Surrogate,
    Text,
    TimeOfDay,
    Tokens,
)

_INTRODUCTION = """\
# The tables of a plan folder

A plan folder holds `plan.json` and one file per table: `agents.csv`, `bookings.csv` and so on, or the
same as `.parquet` or `.json` (a list of objects, one a row). Never the same table twice. This document
is made from the columns that the program declares: `python -m data.files.table_docs > docs/tables.md`.

## How cells are written

| kind | we write | we also read |
|---|---|---|
| text | as it is; in CSV, text that a spreadsheet would take for a formula gets an apostrophe in front | |
| words | sorted, with <code>&#124;</code> between them | in any order |
| instant | `2026-11-30T08:00:00-03:00` | any offset or `Z`; without an offset, and as `30/11/2026 08:00`, \
it is wall time in Brasília (the zone in `plan.json`), refused where the clocks skipped or repeated it |
| date | `2026-11-30` | `30/11/2026` |
| time | `08:00`, up to `24:00` | `8:00`, `08:00:00` |
| flag | `true`, `false` | sim, não, verdadeiro, falso, yes, no, 1, 0, S, N, V, F, in either case |
| number | `28.5` | `28,5` and `1.234,50`: a comma is the decimal sign |
| whole number | `20` | `20.0` and `20,0`, as spreadsheets write whole numbers in a column with gaps |

We write CSV in UTF-8 without a byte order mark, with commas and RFC 4180 quoting. We also read UTF-8 and
UTF-16 with a byte order mark, Windows-1252 where it gives Portuguese text, semicolons and tabs, and
empty rows and unnamed empty columns at the end. Column order and the case of column names don't matter;
surrounding blanks are cut off. Column names that are not listed here are refused: a misspelt optional
column would otherwise vanish silently.

In Parquet, instants are timestamps with a zone, dates are `date32`, and the other columns have their
plain type; times and lists are strings. Strings are read in every column.

## Personal data

`booking_id` and `participant_id` are surrogates; a CPF or CNPJ in their place is refused. Where a secret
key is given, a file may carry `order_number` and `tax_id` instead of `booking_id`, and `cpf` instead of
`participant_id`: their check digits are verified and they become surrogates while they are read. A CPF
or CNPJ whose leading zeros a spreadsheet has cut off is completed when its check digits then fit one
kind of number only, because a wrong number would pass them once in a hundred times at most. What we
write holds surrogates.

## What is refused

Every problem of every file is listed at once, with file, row (as a spreadsheet shows it; the header is
row 1), column, value (masked where it is personal) and what was expected: undecodable text, NUL bytes,
cells that can't be read, rows with too many or too few cells, columns that are missing, unknown or there
twice, keys that are there twice, references to rows that don't exist, ends that are not after their
starts, pins without a start, demand off its intervals or outside the horizon, wishes that do not touch
the horizon, prices that differ within an interval, shift types of the same times, regimes of which
`plan.json` has no version. Rows that make sense but break a rule of eligibility or labour law are read:
`pontual check` names the rule.
"""


def tables_document() -> str:
    """docs/tables.md."""
    parts = [_INTRODUCTION]
    for title, kinds in (("Inputs", INPUT_TABLES), ("Results", RESULT_TABLES)):
        parts.append(f"\n## {title}\n")
        parts += [
            _section(kind, "required" if kind in REQUIRED_TABLES else "may be missing") for kind in kinds
        ]
    parts.append("\n## Explanations\n\nWritten into runs, and read by nobody but people and tools.\n")
    parts.append(_section(Understaffing, "by `pontual roster`"))
    parts += [_section(kind, "by `pontual roster --replan`") for kind in REPORT_TABLES]
    parts.append(_section(Contacts, "by the repair of a day"))
    parts.append(_scenario())
    return "".join(parts)


def _scenario() -> str:
    lines = [
        "\n## The scenario file\n\nWhat `pontual simulate --scenario` reads: a JSON object with `format` ",
        f"`{FORMAT}`, `version` {VERSION} and `parameters`, an object with any of these. Times are minutes, ",
        "probabilities fractions.\n\n| parameter | default | meaning |\n|---|---|---|\n",
    ]
    lines += [
        f"| `{name}` | {_default(field.default)} | {_cell(field.description or 'a word for reports')} |\n"
        for name, field in Scenario.model_fields.items()
    ]
    return "".join(lines)


def _default(value: Any) -> str:
    """A default as JSON has it; of like values in a list only one."""
    if isinstance(value, tuple):
        return f"{len(value)} times {value[0]:g}"
    return f"{value:.6g}" if isinstance(value, float) else json.dumps(value)


def _section(kind: type[Table], need: str) -> str:
    lines = [
        f"\n### `{kind.TABLE}` ({need})\n\n{inspect.cleandoc(kind.__doc__ or '')}\n\n",
        f"Key: {', '.join(f'`{name}`' for name in kind.key_columns())}.\n",
    ]
    personal = personal_columns(kind)
    if personal:
        names = ", ".join(f"`{name}`" for name in personal)
        lines.append(f"With a secret key, personal columns may stand in for surrogates: {names}.\n")
    lines.append("\n| column | kind | when empty | meaning |\n|---|---|---|---|\n")
    lines += [
        f"| `{c.name}` | {_cell(kind_text(c.kind))} | {_cell(_when_empty(c))} | {_cell(_meaning(c))} |\n"
        for c in kind.columns()
    ]
    return "".join(lines)


def kind_text(kind: Kind) -> str:
    """What a column holds, in words."""
    match kind:
        case Text():
            return "text"
        case Surrogate():
            return "surrogate"
        case Choice(options):
            return "one of " + ", ".join(f"`{option}`" for option in options if option)
        case Tokens(options):
            return "words" + (" out of " + ", ".join(f"`{option}`" for option in options) if options else "")
        case Integer(low, high):
            return f"whole number, {low} to {high}"
        case Number(low, high):
            return f"number, {low:,.0f} to {high:,.0f}"
        case Flag():
            return "flag"
        case Instant(floor):
            return "instant, seconds are cut off" if floor else "instant, whole minutes"
        case Day():
            return "date"
        case TimeOfDay():
            return "time"
        case Instants():
            return "instants, with | between them"


def _when_empty(column: Column) -> str:
    if not column.optional:
        return "refused"
    default: Any = column.default
    match column.kind:
        case Flag():
            return "true" if default else "false"
        case TimeOfDay() if default is not None:
            return f"{default // 60:02d}:{default % 60:02d}"
        case _:
            return (
                "no value"
                if default is None
                else f"{default:g}"
                if isinstance(default, float)
                else str(default)
            )


def _meaning(column: Column) -> str:
    return column.doc + (f"; in `{column.refers_to}`" if column.refers_to else "")


def _cell(text: str) -> str:
    return text.replace("|", "&#124;")


if __name__ == "__main__":
    print(tables_document(), end="")  # noqa: T201 - the document is this program's output
