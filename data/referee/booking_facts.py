"""Who must attend each booking, what kind of session it is, and how long it occupies an agent."""

from __future__ import annotations

from functools import cached_property
from itertools import repeat

import numpy as np

from data.model import MISSING, SESSION_KINDS, Case
from data.model.columns import BoolArray, IntArray, TextArray, numbered
from data.referee.intervals import NONE

SINGLE, JOINT, JUDICIAL = (SESSION_KINDS.index(name) for name in ("single", "joint", "judicial"))


def positions_of(keys: TextArray, known: dict[str, int]) -> IntArray:
    """Position of each key, or `NONE` where it is not known."""
    return np.fromiter(map(known.get, keys.tolist(), repeat(NONE)), dtype=np.int64, count=len(keys))


class BookingFacts:
    """What follows from bookings, participants and the service policy; arrays over bookings unless said."""

    def __init__(self, case: Case) -> None:
        self.table = case.bookings
        self.people = case.participants
        self.policy = case.plan.policy
        self.grid = case.plan.grid_minutes

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def owner(self) -> IntArray:
        """Booking of each participant row."""
        return positions_of(self.people.booking_id, self.table.position)

    def _count(self, role: str) -> IntArray:
        rows = self.owner[(self.people.role == role) & (self.owner != NONE)]
        return np.bincount(rows, minlength=len(self.table)).astype(np.int64)

    @cached_property
    def holders(self) -> IntArray:
        """How many holders are listed."""
        return self._count("holder")

    @cached_property
    def co_representatives(self) -> IntArray:
        """How many co-representatives are listed."""
        return self._count("co_representative")

    @cached_property
    def proxies(self) -> IntArray:
        """How many proxies (people) are listed."""
        return self._count("proxy")

    @cached_property
    def court_representatives(self) -> IntArray:
        """How many representatives named by a court are listed."""
        return self._count("court_representative")

    @property
    def deceased(self) -> BoolArray:
        """The holder has died."""
        return self.table.holder_is_deceased

    @cached_property
    def company(self) -> BoolArray:
        """The certificate is a company's (PJ)."""
        return np.asarray(self.table.holder_type == "company", dtype=np.bool_)

    @cached_property
    def proxy_given(self) -> BoolArray:
        """A proxy (the deed) has been presented."""
        return np.asarray(self.table.proxy_issued_on != MISSING, dtype=np.bool_)

    @cached_property
    def partners_must_attend(self) -> BoolArray:
        """R19 before R20: joint clause, unless the holder is administrator or, by policy, a proxy stands in.

        Nobody stands beside a holder who has died but the representative of the court.
        """
        must = self.table.joint_clause & ~self.table.holder_is_administrator & ~self.deceased
        if self.policy.proxy_replaces_co_representatives:
            must &= ~(self.proxy_given & (self.proxies > 0))
        return must

    @cached_property
    def required(self) -> BoolArray:
        """Over participant rows: the person must attend."""
        known = self.owner != NONE
        booking = np.where(known, self.owner, 0)
        if not len(self.table):
            return np.zeros(len(self.people), dtype=np.bool_)
        role = self.people.role
        living = (
            (role == "holder")
            | ((role == "proxy") & self.proxy_given[booking])
            | ((role == "co_representative") & self.partners_must_attend[booking])
        )
        needed = np.where(self.deceased[booking], role == "court_representative", living)
        return np.asarray(known & needed.astype(np.bool_), dtype=np.bool_)

    @cached_property
    def required_rows(self) -> IntArray:
        """Positions of the required participant rows, in order of booking."""
        rows = np.flatnonzero(self.required)
        return rows[np.argsort(self.owner[rows], kind="stable")]

    @cached_property
    def _bounds(self) -> IntArray:
        return np.searchsorted(self.owner[self.required_rows], np.arange(len(self.table) + 1))

    def attendance(self, bookings: IntArray) -> tuple[IntArray, IntArray]:
        """Pairs (position in `bookings`, participant row) for everybody who must attend these bookings."""
        first = self._bounds[bookings]
        count = self._bounds[bookings + 1] - first
        entry = np.repeat(np.arange(len(bookings)), count)
        within = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
        return entry, self.required_rows[np.repeat(first, count) + within]

    @cached_property
    def kind(self) -> IntArray:
        """Position in `SESSION_KINDS`."""
        attending = np.diff(self._bounds)
        return np.where(self.deceased, JUDICIAL, np.where(attending >= 2, JOINT, SINGLE)).astype(np.int64)

    def by_kind(self, minutes_of: str) -> IntArray:
        """A number of the policy for each kind of session, in order of `SESSION_KINDS`."""
        return np.array([getattr(self.policy.kind(k), minutes_of) for k in SESSION_KINDS], dtype=np.int64)

    @cached_property
    def set_up(self) -> IntArray:
        """Minutes of the agent before the start."""
        return self.by_kind("set_up_minutes")[self.kind]

    def occupied(self, kind: IntArray, duration: IntArray) -> IntArray:
        """Set-up + duration + wrap-up in minutes, rounded up to the grid as one sum."""
        total = self.by_kind("set_up_minutes")[kind] + duration + self.by_kind("wrap_up_minutes")[kind]
        return -(-total // self.grid) * self.grid

    @cached_property
    def person(self) -> IntArray:
        """Over participant rows: a number for the person, the same in all bookings."""
        return numbered(self.people.participant_id)[0]
