"""Bookings that an event of the day brings, read with the same checks as those of files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from data.day import DayState
from data.files.checks import check_against_plan, check_references, check_rows
from data.files.errors import BadDataError, Problem, shown
from data.files.json_rows import read_json
from data.files.tables import ReadTable, interpret
from data.model import Bookings, Case, Participants, Table

EVENT_FILE = "event"
"""How errors name where the rows came from."""


def read_added(
    case: Case, booking: Mapping[str, Any], participants: Sequence[Mapping[str, Any]]
) -> tuple[Bookings, Participants]:
    """The tables of one booking and those who must attend.

    Raises:
        BadDataError: with everything that is wrong.
    """
    reads = {
        Bookings: _read(case, Bookings, [booking]),
        Participants: _read(case, Participants, participants),
    }
    problems = [problem for read in reads.values() for problem in read.problems]
    if not problems:
        check_references(dict(reads))
        problems = [problem for read in reads.values() for problem in read.problems]
    if not problems and booking["booking_id"] in case.bookings.position:
        problems = [
            Problem(EVENT_FILE, None, "booking_id", shown(str(booking["booking_id"])), "expected a new one")
        ]
    if problems:
        raise BadDataError(problems)
    bookings, people = reads[Bookings].table(), reads[Participants].table()
    assert isinstance(bookings, Bookings)  # noqa: S101 - read as such
    assert isinstance(people, Participants)  # noqa: S101 - read as such
    return bookings, people


def with_added(case: Case, state: DayState) -> Case:
    """The case with the bookings that events of the day have added; they were read without a fault before."""
    for added in state.added.values():
        if str(added.booking["booking_id"]) not in case.bookings.position:
            bookings, people = read_added(case, added.booking, added.participants)
            case = replace(
                case,
                bookings=case.bookings.followed_by(bookings),
                participants=case.participants.followed_by(people),
            )
    return case


def _read(case: Case, kind: type[Table], rows: Sequence[Mapping[str, Any]]) -> ReadTable:
    raw = read_json(json.dumps([dict(row) for row in rows]).encode(), EVENT_FILE, kind)
    read = interpret(raw, kind, case.axis, None, case.plan.policy.order_number_prefixes)
    if not read.problems:
        check_rows(read, case.axis)
        check_against_plan(read, case.plan)
    return read
