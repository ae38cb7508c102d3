"""Entries of contact lists (docs/contacts.md), read from what `pontual live --json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.files.errors import BadDataError, Problem
from data.files.json_lines import line_problems
from data.files.json_rows import parse_json

Name = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=20_000)]
Channel = Literal["phone", "email"]


class _Part(BaseModel):
    # Lists say more than is needed here.
    model_config = ConfigDict(frozen=True, extra="ignore")


class ContactOption(_Part):
    """A start that the customer is offered."""

    start: AwareDatetime
    answer_by: AwareDatetime
    install_email_due: date
    decided: bool


class ContactWords(_Part):
    """What to say, for the issuer's mailing to fill in."""

    language: Name
    subject: Words
    email: Words
    phone: Words


class ContactEntry(_Part):
    """One customer to contact about one change."""

    contact_id: Name
    booking: Name
    change: Literal["delay", "new_time", "rebook"]
    by: AwareDatetime
    by_reason: Name
    priority: int = Field(ge=1, le=9)
    channel: Channel
    second_channel: Channel
    before: AwareDatetime
    after: AwareDatetime | None
    install_email_due: date | None
    alternatives: tuple[ContactOption, ...]
    no_alternative: Name | None
    proxy_last_day: date | None
    message: ContactWords


def read_contact_entries(file: str, lines: Iterable[bytes]) -> list[ContactEntry]:
    """The customers in the `contacts` of all objects, one object a line; whatever else they hold is left.

    Args:
        file: how errors name the source.
        lines: empty ones are passed over.

    Raises:
        BadDataError: with everything that is wrong, of all lines.
    """
    entries: list[ContactEntry] = []
    problems: list[Problem] = []
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        for found in _entries(file, row, line):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                entries.append(found)
    if problems:
        raise BadDataError(problems)
    return entries


def _entries(file: str, row: int, line: bytes) -> Iterator[ContactEntry | Problem]:
    try:
        document: Any = parse_json(line)
    except ValueError as error:
        yield Problem(file, row, "", "", str(error))
        return
    listed = document.get("contacts", []) if isinstance(document, dict) else None
    if not isinstance(listed, list):
        yield Problem(file, row, "contacts", "", "expected an object with a list of contacts")
        return
    for number, one in enumerate(listed, start=1):
        # Agents to tell stand among them.
        if isinstance(one, dict) and "notice_id" in one:
            continue
        try:
            yield ContactEntry.model_validate(one)
        except ValidationError as error:
            yield from line_problems(file, row, error, within=f"contacts.{number}")
