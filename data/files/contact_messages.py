"""The texts for customers: those that Pontual carries, and an issuer's own in the plan folder."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from data.files.errors import BadDataError, MissingInputError, Problem, shown
from data.model.contact_messages import (
    FILLED,
    LIMITS,
    MAILING,
    NEEDED,
    OPTION,
    PARTS,
    ContactMessages,
    Message,
)

MESSAGES_FILE = "contact_messages.toml"
"""Of the issuer, in the plan folder; it stands in for the whole file that Pontual carries."""

CARRIED_FILE = "contact_messages.pt-BR.toml"

LONGEST_MINUTES = 7 * 1440


@cache
def default_contact_messages() -> ContactMessages:
    """The texts in Portuguese that Pontual carries."""
    content = files("data.policies").joinpath(CARRIED_FILE).read_bytes()
    return parse_contact_messages(content, CARRIED_FILE)


def read_contact_messages(folder: Path) -> ContactMessages:
    """The issuer's own texts where the plan folder has some, else those that Pontual carries.

    Raises:
        BadDataError: with every fault of the issuer's file.
        MissingInputError: when the file is there and can't be opened.
    """
    path = folder / MESSAGES_FILE
    if not path.exists():
        return default_contact_messages()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingInputError([path.name], error.strerror or "can't be read") from error
    return parse_contact_messages(content, path.name)


def parse_contact_messages(content: bytes, file: str) -> ContactMessages:
    """The texts of a TOML file.

    Raises:
        BadDataError: with every fault: what is missing, unknown, of the wrong type, or a placeholder that is
            not known in its place.
    """
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadDataError([Problem(file, None, "", "", "expected TOML in UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise BadDataError([Problem(file, None, "", "", f"expected TOML: {error}")]) from None
    problems = [Problem(file, None, *fault) for fault in _faults(document)]
    if problems:
        raise BadDataError(problems)
    return ContactMessages(
        **document["limits"],
        option=document[OPTION]["text"].strip(),
        messages={
            name: Message(**{part: document[name][part].strip() for part in PARTS})
            for name in FILLED
            if name != OPTION
        },
    )


_Fault = tuple[str, str, str]
"""Field, value as errors may show it, and what was expected."""


def _faults(document: Mapping[str, Any]) -> Iterator[_Fault]:
    tables = {"limits": LIMITS, OPTION: ("text",)} | {name: PARTS for name in FILLED if name != OPTION}
    for name in sorted(document.keys() - tables.keys()):
        yield shown(name), "", f"expected one of {', '.join(tables)}"
    for name, fields in tables.items():
        table = document.get(name, {})
        if not isinstance(table, dict):
            yield name, "", f"expected a table [{name}]"
            continue
        for field in sorted(table.keys() - set(fields)):
            yield f"{name}.{shown(field)}", "", f"expected one of {', '.join(fields)}"
        for field in fields:
            if field not in table:
                yield f"{name}.{field}", "", "is missing"
            elif name == "limits":
                yield from _faults_of_limit(f"{name}.{field}", table[field])
            else:
                yield from _faults_of_text(name, field, table[field])


def _faults_of_limit(place: str, value: Any) -> Iterator[_Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_MINUTES:
        yield place, shown(str(value)), f"expected whole minutes, 0 to {LONGEST_MINUTES}"


def _faults_of_text(name: str, field: str, text: Any) -> Iterator[_Fault]:
    place = f"{name}.{field}"
    if not isinstance(text, str) or not text.strip():
        yield place, "" if isinstance(text, str) else shown(str(text)), "expected a text that is not empty"
        return
    if field == "subject" and "\n" in text.strip():
        yield place, "", "expected a subject of one line"
    try:
        found = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        yield place, "", "expected each { with its }; one that is to be read is written {{ or }}"
        return
    known = FILLED[name] | MAILING
    for placeholder, form, conversion in found:
        if placeholder not in known or form or conversion:
            written = f"{{{placeholder}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
            listed = ", ".join(f"{{{one}}}" for one in sorted(known))
            yield place, shown(written), f"expected one of {listed}"
    needed = NEEDED.get(name)
    if needed and field != "subject" and needed not in {placeholder for placeholder, _, _ in found}:
        yield place, "", f"expected {{{needed}}} in the text"
