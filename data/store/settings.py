"""Settings of the store as a whole: how long personal data is kept, and who invites customers."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, Problem
from data.files.errors import shown
from data.store.schema import SETTINGS

LONGEST_RETENTION_DAYS = 36_500
LONGEST_NAME = 200

_ADDRESS = re.compile(r"[\w.%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """What holds for all plans of a store; None: not set.

    Attributes:
        retention_days: personal data is kept so many days after the last day of a plan.
        organizer: the issuer's e-mail address, from which customers are invited.
        organizer_name: the issuer's name in invitations.
    """

    retention_days: int | None = None
    organizer: str | None = None
    organizer_name: str | None = None


def read_settings(connection: Connection) -> Settings:
    """The settings of a store."""
    values: dict[str, Any] = dict(connection.execute(sa.select(SETTINGS.c.name, SETTINGS.c.value)).all())  # type: ignore[arg-type]
    days = values.get("retention_days")
    return Settings(
        None if days is None else int(days), values.get("organizer"), values.get("organizer_name")
    )


def change_settings(connection: Connection, wanted: Settings) -> Settings:
    """Set what is not None, and leave the rest.

    Raises:
        BadDataError: with every value that can't be one.
    """
    problems = _problems(wanted)
    if problems:
        raise BadDataError(problems)
    for one in fields(Settings):
        value = getattr(wanted, one.name)
        if value is not None:
            connection.execute(sa.delete(SETTINGS).where(SETTINGS.c.name == one.name))
            connection.execute(sa.insert(SETTINGS).values(name=one.name, value=str(value)))
    return read_settings(connection)


def _problems(wanted: Settings) -> list[Problem]:
    found = []
    days, address, name = wanted.retention_days, wanted.organizer, wanted.organizer_name
    if days is not None and not 0 <= days <= LONGEST_RETENTION_DAYS:
        found.append(("retention_days", str(days), f"expected 0 to {LONGEST_RETENTION_DAYS} days"))
    if address is not None and not (_ADDRESS.fullmatch(address) and len(address) <= LONGEST_NAME):
        found.append(("organizer", shown(address), "expected the issuer's e-mail address"))
    if name is not None and not (name.isprintable() and name.strip() and len(name) <= LONGEST_NAME):
        found.append(("organizer_name", shown(name), f"expected a name of 1 to {LONGEST_NAME} characters"))
    return [Problem("settings", None, name, value, expected) for name, value, expected in found]
