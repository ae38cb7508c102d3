"""The events of a day from a file: one JSON object a line, every bad line named with its row."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from data.day.events import EVENT, SCHEMA, BookingAdded, Event
from data.files.added_bookings import read_added
from data.files.errors import BadDataError, MissingInputError, Problem, shown
from data.files.json_lines import line_problems
from data.files.json_rows import parse_json
from data.model import Case


def read_day_events(path: Path, case: Case) -> list[Event]:
    """The events of a file, in the order of its lines; the first line may name the schema.

    Empty lines are passed over. The bookings that events add are read with the checks of the plan's tables.

    Raises:
        BadDataError: with everything that is wrong, of all lines.
        MissingInputError: when the file is not there, or can't be opened.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise MissingInputError([path.name], error.strerror or "can't be read") from error
    events: list[Event] = []
    problems: list[Problem] = []
    for row, line in enumerate(lines, start=1):
        if line.strip():
            found = read_event_line(path.name, row, line, case)
            problems += found if isinstance(found, list) else ()
            events += () if found is None or isinstance(found, list) else (found,)
    if problems:
        raise BadDataError(problems)
    return events


def read_event_line(file: str, row: int, line: bytes, case: Case) -> Event | list[Problem] | None:
    """The event of a line, or what is wrong with it; None for the heading."""
    try:
        document = parse_json(line)
    except ValueError as error:
        return [Problem(file, row, "", "", str(error))]
    if row == 1 and isinstance(document, dict) and "schema" in document:
        if document["schema"] == SCHEMA:
            return None
        return [Problem(file, row, "schema", shown(str(document["schema"])), f"expected {SCHEMA}")]
    try:
        event = EVENT.validate_python(document)
    except ValidationError as error:
        return list(line_problems(file, row, error))
    if isinstance(event, BookingAdded):
        try:
            read_added(case, event.booking, event.participants)
        except BadDataError as error:
            return [Problem(file, row, p.column, p.value, p.expected) for p in error.problems]
    return event
