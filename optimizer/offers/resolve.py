"""From a request's words to what they mean in the planning case: surrogates, kinds, slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from data.batch.fields import TimeWindow
from data.files.personal import read_order_number, read_tax_id
from data.identity import SurrogateKey
from data.model import SessionKind
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.requests import (
    Changing,
    Check,
    GetStatus,
    Hold,
    ListOffers,
    RequestError,
    Wait,
)
from optimizer.offers.state import OfferState
from optimizer.offers.wanted import ORDINARY, Wanted

OfBooking = Check | ListOffers | GetStatus | Changing
Described = Check | ListOffers | Hold | Wait

NAMELESS = ""
"""Stands for the booking of a request that names none: a kind is asked about."""


class Resolver:
    """Reads requests in the light of a planning case.

    Args:
        key: the secret for order numbers and CPF or CNPJ; None: only surrogates are understood.
    """

    def __init__(self, state: OfferState, key: SurrogateKey | None) -> None:
        self._state = state
        self._key = key

    def booking(self, request: OfBooking) -> str:
        """The surrogate of the booking.

        Raises:
            RequestError: when none is named, or it is named badly; the message shows no value.
        """
        name = self.asked_for(request)
        if name == NAMELESS:
            raise RequestError("bad_request", "expected booking, or order_number and tax_id", "booking")
        return name

    def asked_for(self, request: OfBooking) -> str:
        """The surrogate of the booking, or NAMELESS.

        Raises:
            RequestError: when it is named badly.
        """
        if request.order_number is None and request.tax_id is None:
            return request.booking or NAMELESS
        if request.booking is not None:
            raise RequestError("bad_request", "expected booking or order_number, not both", "booking")
        if request.order_number is None or request.tax_id is None:
            missing = "order_number" if request.order_number is None else "tax_id"
            raise RequestError("bad_request", "order_number and tax_id go together", missing)
        if self._key is None:
            raise RequestError("bad_request", "no key for order numbers is set (PONTUAL_KEY)", "order_number")
        prefixes = self._state.known.case.plan.policy.order_number_prefixes
        try:
            number = read_order_number(request.order_number, prefixes)
        except ValueError as error:
            raise RequestError("bad_request", str(error), "order_number") from None
        try:
            return self._key.booking(number, read_tax_id(request.tax_id, cpf_only=False))
        except ValueError as error:
            raise RequestError("bad_request", str(error), "tax_id") from None

    def wanted(self, request: Described) -> Wanted:
        """What the request wants to be sold.

        Raises:
            RequestError: when it is not said, or contradicts what the plan folder says of the booking.
        """
        name = self.booking(request) if isinstance(request, Hold | Wait) else self.asked_for(request)
        if name in self._state.known:
            known = self._state.known.wanted(name)
            for field in ("skill", "duration_minutes", "session", "participants"):
                if getattr(request, field) is not None:
                    raise RequestError("bad_request", "the plan folder says it of this booking", field)
            return known if request.priority is None else _with_priority(known, request.priority)
        return self._described(name, request)

    def slot(self, start: datetime) -> int:
        """The slot of a start.

        Raises:
            RequestError: when it is not on the grid.
        """
        axis, grid = self._state.axis, self._state.terms.grid
        minute = axis.minute_of(start)
        if minute % grid or axis.instant_of(minute) != start:
            raise RequestError("bad_request", f"expected a start on the {grid}-minute grid", "start")
        return minute // grid

    def window(self, windows: Sequence[TimeWindow], duration_minutes: int) -> int:
        """Starts of sessions that lie in one of the windows, as bits."""
        axis, terms = self._state.axis, self._state.terms
        bits = []
        for window in windows:
            first = axis.minute_of(window.earliest)
            first += axis.instant_of(first) < window.earliest
            bits.append(terms.between(first, axis.minute_of(window.ends_by) - duration_minutes))
        return reduce(or_, bits, 0)

    def _described(self, name: str, request: Described) -> Wanted:
        state = self._state
        if request.skill is None or request.duration_minutes is None:
            missing = "skill" if request.skill is None else "duration_minutes"
            raise RequestError("bad_request", "needed for a booking that is not in the plan folder", missing)
        if request.skill not in state.terms.skill_numbers:
            raise RequestError("bad_request", "expected a skill that agents or bookings have", "skill")
        people: tuple[str, ...] = ()
        attending = 1
        if isinstance(request.participants, int):
            attending = request.participants
        elif request.participants is not None:
            people = tuple(dict.fromkeys(request.participants))
            attending = len(people)
        if attending < 1:
            raise RequestError("bad_request", "expected one participant or more", "participants")
        session: SessionKind = request.session or ("single" if attending == 1 else "joint")
        if (session == "joint") != (attending > 1) and session != "judicial":
            raise RequestError("bad_request", "joint sessions have two participants or more", "session")
        limits = state.known.case.plan.policy.kind(session)
        if not limits.shortest_minutes <= request.duration_minutes <= limits.longest_minutes:
            span = f"{limits.shortest_minutes} to {limits.longest_minutes}"
            raise RequestError("bad_request", f"expected {span} minutes (R11)", "duration_minutes")
        kind = KindOfBooking(request.skill, session, request.duration_minutes, attending)
        window = state.terms.open_starts(request.duration_minutes)
        return Wanted(name, kind, people, request.priority or ORDINARY, window)


def _with_priority(wanted: Wanted, priority: int) -> Wanted:
    return Wanted(wanted.booking, wanted.kind, wanted.people, priority, wanted.window, wanted.broken)
