"""From bytes to a request: checked field by field, freed of personal data, with a hash of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from data.batch.requests import MODES, REQUEST, OfBooking, Request
from data.files import BadDataError, Problem
from data.files.checks import check_against_plan, check_references, check_rows
from data.files.json_rows import parse_json, read_json
from data.files.personal import read_order_number, read_tax_id
from data.files.plan_file import problem_of_field
from data.files.tables import ReadTable, interpret, table_bytes
from data.identity import SurrogateKey, masked
from data.model import Bookings, Participants, Plan, Table

FILE = "request"
"""How problems name the document."""

LONGEST_DOCUMENT = 256_000_000
"""Bytes."""

TableKind = TypeVar("TableKind", bound=Table)


@dataclass(frozen=True)
class ResolvedRequest:
    """A request in the terms of its plan, without personal data.

    Attributes:
        document: the same as JSON, always in the same form; read again, it is the same request.
        input_hash: SHA-256 of the document, hexadecimal.
        bookings, participants: that it brings along.
    """

    request: Request
    document: str
    input_hash: str
    bookings: Bookings
    participants: Participants


def parse_request(content: bytes) -> Request:
    """Read a request document.

    Raises:
        BadDataError: with every field that is wrong; values are never repeated.
    """
    if len(content) > LONGEST_DOCUMENT:
        raise _bad("", f"expected a document of at most {LONGEST_DOCUMENT:,} bytes")
    try:
        parse_json(content)
    except ValueError as error:
        raise _bad("", masked(str(error))) from None
    try:
        return REQUEST.validate_json(content.decode("utf-8-sig"))
    except ValidationError as error:
        raise BadDataError(_problem(entry) for entry in error.errors(include_url=False)) from None


def resolve(request: Request, plan: Plan, key: SurrogateKey | None) -> ResolvedRequest:
    """Put surrogates in the place of order numbers, CPF and CNPJ, and read the rows that come along.

    Args:
        key: the secret for surrogates; None: only surrogates are understood.

    Raises:
        BadDataError: with everything that is wrong; values that may be personal are not shown.
    """
    problems: list[Problem] = []
    changed: dict[str, Any] = {}
    if getattr(request, "items", None):
        changed["items"] = [
            _resolved(item, place, plan, key, problems)
            for place, item in enumerate(request.items)  # type: ignore[union-attr]
        ]
    bookings, participants = _tables(request, plan, key, problems)
    if problems:
        raise BadDataError(problems)
    if hasattr(request, "bookings"):
        changed |= {"bookings": _rows(bookings, plan), "participants": _rows(participants, plan)}
    plain = request.model_copy(update={**changed, "why": masked(request.why)})
    document = json.dumps(
        plain.model_dump(mode="json", by_alias=True),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    digest = hashlib.sha256(document.encode()).hexdigest()
    return ResolvedRequest(plain, document, digest, bookings, participants)


def _resolved(
    item: OfBooking, place: int, plan: Plan, key: SurrogateKey | None, problems: list[Problem]
) -> OfBooking:
    """The item with a surrogate in the place of order number and CPF or CNPJ."""
    if item.order_number is None or item.tax_id is None:
        return item
    if key is None:
        problems.append(
            _place(f"items[{place}].order_number", "expected a key (PONTUAL_KEY) to read it with")
        )
        return item
    found = []
    for name in ("order_number", "tax_id"):
        try:
            found.append(
                read_order_number(item.order_number, plan.policy.order_number_prefixes)
                if name == "order_number"
                else read_tax_id(item.tax_id, cpf_only=False)
            )
        except ValueError as error:
            problems.append(_place(f"items[{place}].{name}", str(error)))
    if len(found) < len(("order_number", "tax_id")):
        return item
    return item.model_copy(update={"booking": key.booking(*found), "order_number": None, "tax_id": None})


def _tables(
    request: Request, plan: Plan, key: SurrogateKey | None, problems: list[Problem]
) -> tuple[Bookings, Participants]:
    reads: dict[type[Table], ReadTable] = {}
    for kind in (Bookings, Participants):
        rows: Sequence[Mapping[str, Any]] = getattr(request, kind.TABLE, [])
        raw = read_json(json.dumps(rows).encode(), kind.TABLE, kind)
        reads[kind] = interpret(raw, kind, plan.axis, key, plan.policy.order_number_prefixes)
        check_rows(reads[kind], plan.axis)
        check_against_plan(reads[kind], plan)
    check_references(reads)
    found = [problem for read in reads.values() for problem in read.problems]
    problems += found
    bookings, people = (
        reads[kind].table() if not found else kind.empty() for kind in (Bookings, Participants)
    )
    assert isinstance(bookings, Bookings)  # noqa: S101 - read as such
    assert isinstance(people, Participants)  # noqa: S101 - read as such
    return bookings, people


def _rows(table: Table, plan: Plan) -> list[dict[str, Any]]:
    """The rows as a request carries them, each column in its one form."""
    rows: list[dict[str, Any]] = json.loads(table_bytes(table, plan.axis, "json"))
    return rows


def _problem(entry: Any) -> Problem:
    # Of a union, the first part of the place is the mode.
    place = entry["loc"]
    entry = entry | {"loc": place[1:] if place and place[0] in MODES else place}
    if entry["type"] in ("union_tag_not_found", "union_tag_invalid"):
        return _place("mode", f"expected one of {', '.join(MODES)}")
    if entry["type"] == "literal_error" and entry["loc"] == ("schema",):
        return _place("schema", "expected the name of the schema of requests (pontual schema)")
    found = problem_of_field(FILE, entry, hidden=True)
    return Problem(FILE, None, found.column, "", masked(found.expected))


def _place(column: str, expected: str) -> Problem:
    return Problem(FILE, None, column, "", expected)


def _bad(column: str, expected: str) -> BadDataError:
    return BadDataError([_place(column, expected)])
