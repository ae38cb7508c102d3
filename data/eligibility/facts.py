"""What the rules look at: the bookings of a case, with their participants counted by role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.eligibility.attendance import kind_of_session, required_participants
from data.model import MISSING, Bookings, Case, Participants, ServicePolicy
from data.model.columns import BoolArray, IntArray, TextArray


@dataclass(frozen=True, eq=False)
class BookingFacts:
    """Bookings and participants as the rules read them.

    Arrays over bookings have one entry a booking, in the order of `bookings`; arrays over participants have
    one a row of `participants`.

    Attributes:
        booking_of: over participants, the row of the booking that each belongs to.
        cnh_counts_from: day number of the earliest CNH that counts (R7), or None for any.
    """

    bookings: Bookings
    participants: Participants
    policy: ServicePolicy
    days: int
    booking_of: IntArray
    cnh_counts_from: int | None

    @classmethod
    def of(cls, case: Case) -> BookingFacts:
        """The facts of a case.

        Raises:
            ValueError: when a participant's booking is not in the table of bookings.
        """
        issued_from = case.plan.policy.cnh_issued_from
        return cls(
            bookings=case.bookings,
            participants=case.participants,
            policy=case.plan.policy,
            days=case.plan.days,
            booking_of=_booking_of(case.bookings, case.participants),
            cnh_counts_from=None if issued_from is None else case.axis.day_number(issued_from),
        )

    def has_role(self, role: str) -> BoolArray:
        """Over participants: who has this role."""
        return np.asarray(self.participants.role == role, dtype=np.bool_)

    def count(self, chosen: BoolArray) -> IntArray:
        """Over bookings: how many of the chosen participants each has."""
        return np.bincount(self.booking_of[chosen], minlength=len(self.bookings)).astype(np.int64)

    @cached_property
    def is_company(self) -> BoolArray:
        """Over bookings: the certificate is a company's (PJ)."""
        return np.asarray(self.bookings.holder_type == "company", dtype=np.bool_)

    @cached_property
    def proxy_given(self) -> BoolArray:
        """Over bookings: a public proxy is given, that is, its date is."""
        return np.asarray(self.bookings.proxy_issued_on != MISSING, dtype=np.bool_)

    @cached_property
    def holders(self) -> IntArray:
        """Over bookings: number of holders listed."""
        return self.count(self.has_role("holder"))

    @cached_property
    def co_representatives(self) -> IntArray:
        """Over bookings: number of co-representatives listed."""
        return self.count(self.has_role("co_representative"))

    @cached_property
    def proxies(self) -> IntArray:
        """Over bookings: number of people listed as proxy (*responsável legal*)."""
        return self.count(self.has_role("proxy"))

    @cached_property
    def court_representatives(self) -> IntArray:
        """Over bookings: number of representatives of a holder who has died."""
        return self.count(self.has_role("court_representative"))

    @cached_property
    def required(self) -> BoolArray:
        """Over participants: who must attend."""
        return required_participants(self)

    @cached_property
    def kind(self) -> TextArray:
        """Over bookings: judicial, joint or single."""
        return kind_of_session(self)


def _booking_of(bookings: Bookings, participants: Participants) -> IntArray:
    position = bookings.position
    rows = [position.get(name, -1) for name in participants.booking_id.tolist()]
    found = np.array(rows, dtype=np.int64).reshape(len(participants))
    if len(found) and found.min() < 0:
        raise ValueError(f"participants: row {int(found.argmin())} belongs to no booking of the case")
    return found
