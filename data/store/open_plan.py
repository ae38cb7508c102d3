"""A plan within one transaction: what a request may ask of it before it decides what to change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from data.model import Case, Promise
from data.store import parts, plans, promises


@dataclass(frozen=True)
class OpenPlan:
    """A plan as one transaction sees it."""

    connection: Connection
    stored: plans.StoredPlan

    def case(self) -> Case:
        """The whole case."""
        return plans.case_of(self.connection, self.stored)

    def case_of_days(self, chosen: Iterable[int], bookings: Collection[str]) -> Case:
        """As much of the case as the selling of some days needs, and some bookings besides."""
        return parts.case_of_days(self.connection, self.stored, chosen, bookings)

    def days_of_sessions(self, bookings: Collection[str]) -> set[int]:
        """Days of the horizon on which these bookings have sessions."""
        return parts.days_of_sessions(self.connection, self.stored, bookings)

    def promises(self, bookings: Collection[str] | None) -> list[Promise]:
        """The promises that bind, and whatever there is of some bookings (None: of all)."""
        return promises.promises_of(self.connection, self.stored, bookings)
