"""What is sold and held, and whether a further start can be sold beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from optimizer.allocation.problem import NOBODY, held_from, span
from optimizer.binding import Answer, Binder, Limits, Session, Team
from optimizer.offers.held_back import ORDINARY_FROM, HeldBack
from optimizer.offers.waiting_list import WaitingList
from optimizer.offers.wanted import KnownBookings, Wanted

HOUR = 60
COUNTING = Limits(chain=200, exhaustive=0)
"""Work for each further session where it is counted how many there could be."""


class Status(StrEnum):
    """How a booking has its start."""

    SOLD = "sold"
    HELD = "held"
    """The customer is choosing or paying; ends at a time."""
    PROPOSED = "proposed"
    """Held for a customer of the waiting list, who was asked; ends at a time."""


class Reason(StrEnum):
    """Why a start cannot be sold; the first that applies."""

    NOT_ELIGIBLE = "not_eligible"
    TOO_SOON = "too_soon"
    OUTSIDE_WINDOW = "outside_window"
    PARTICIPANT_BUSY = "participant_busy"
    NO_AGENT = "no_agent"
    HELD_BACK = "held_back"
    FULL = "full"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Placed:
    """A booking with a start.

    Attributes:
        start: slot.
        until: when a hold or proposal ends; None for what is sold.
        agent: agent to whom a fixed pin binds it, or NOBODY.
    """

    wanted: Wanted
    start: int
    status: Status
    until: datetime | None = None
    agent: int = NOBODY


@dataclass(frozen=True)
class Offers:
    """Starts that can be sold.

    Attributes:
        counts: for each start, how many such bookings could be sold together, from 1 on.
        at_least: starts at which there may be more than counted.
        undecided: starts that are not offered because it was not decided whether they can be sold.
    """

    counts: dict[int, int]
    at_least: tuple[int, ...]
    undecided: tuple[int, ...]


class OfferState:
    """Bookings with a start, the witness that all are placeable, and what limits further ones.

    Attributes:
        placed: bookings with a start, by surrogate.
        waiting: who waits for one.
        now: the present moment; it never goes back.
    """

    def __init__(self, known: KnownBookings, now: datetime, limits: Limits | None = None) -> None:
        self.known, self.terms, self.axis = known, known.terms, known.case.axis
        self.binder = Binder(Team.of(known.problem), limits)
        self.placed: dict[str, Placed] = {}
        self.waiting = WaitingList()
        self.now = now
        policy = known.case.plan.policy
        self._lead = timedelta(minutes=policy.lead_minutes)
        self._held_back: HeldBack | None = None
        if policy.held_back_share > 0:
            an_hour = HOUR // self.terms.grid
            self._held_back = HeldBack(self.binder.team, policy.held_back_share, an_hour)
        self._unbound: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._busy: dict[str, int] = {}

    def number_of(self, booking: str) -> int:
        """The number of a booking's session among those of the binder."""
        if booking not in self._numbers:
            self._numbers[booking] = len(self._names)
            self._names.append(booking)
        return self._numbers[booking]

    def session_of(self, wanted: Wanted, start: int, agent: int = NOBODY) -> Session:
        """The session that the booking has at a start."""
        return Session(self.terms.occupation(wanted.kind), start, agent)

    def minute(self, start: int) -> int:
        """Minute on the planning axis of a slot."""
        return start * self.terms.grid

    def earliest(self) -> int:
        """First slot that the lead time (R2) leaves; it counts from now or the moment of planning."""
        ready = max(self.now, self.known.case.plan.as_of) + self._lead
        minute = self.axis.minute_of(ready)
        if self.axis.instant_of(minute) < ready:
            minute += 1
        return -(-minute // self.terms.grid)

    def possible(self, wanted: Wanted) -> int:
        """Starts in the window, not too soon, at which no participant is elsewhere; as bits."""
        soon = span(max(0, self.earliest()), self.terms.slots - 1)
        return wanted.window & soon & self._all_free(wanted)

    def refusal(self, wanted: Wanted, start: int, limits: Limits | None = None) -> Reason | None:
        """Why the booking cannot have a start; None when it can. Its present start counts as given up."""
        with self.without(wanted.booking):
            return self._rule_against(wanted, start) or self._room_against(wanted, start, limits)

    def offers(self, wanted: Wanted) -> Offers:
        """All starts that the booking can have. Its present start counts as given up."""
        with self.without(wanted.booking):
            starts = 0 if wanted.broken else self.possible(wanted)
            return self.count(wanted, starts, {})

    def count(self, wanted: Wanted, starts: int, rooms: dict[Session, tuple[int, Answer]]) -> Offers:
        """How many bookings like this could be sold together, for each of these starts.

        Args:
            rooms: answers of the binder, to be used again; the state must be the same.
        """
        counts: dict[int, int] = {}
        at_least: list[int] = []
        undecided: list[int] = []
        while starts:
            start = (starts & -starts).bit_length() - 1
            starts &= starts - 1
            session = self.session_of(wanted, start)
            most = self._room_beside_held_back(wanted, session)
            if most < 1:
                continue
            if session not in rooms:
                rooms[session] = self.binder.room(session, len(self._names), COUNTING)
            count, answer = rooms[session]
            if count:
                counts[start] = min(count, most)
            if answer is Answer.UNDECIDED and count < most:
                (at_least if count else undecided).append(start)
        return Offers(counts, tuple(at_least), tuple(undecided))

    def place(self, placed: Placed, limits: Limits | None = None) -> bool:
        """Give a booking without a start this one; False when it can't be held, and nothing changes."""
        wanted = placed.wanted
        session = self.session_of(wanted, placed.start, placed.agent)
        number = self.number_of(wanted.booking)
        if self.binder.add(number, session, limits).answer is not Answer.YES:
            return False
        self.placed[wanted.booking] = placed
        self._count(placed, +1)
        return True

    def place_as_planned(self, placed: Placed, agent: int) -> bool:
        """The same, with a nominal agent, as long as this agent is free."""
        wanted = placed.wanted
        session = self.session_of(wanted, placed.start, placed.agent)
        if not self.binder.bind_as_planned(self.number_of(wanted.booking), session, agent):
            return False
        self.placed[wanted.booking] = placed
        self._count(placed, +1)
        return True

    def take_away(self, booking: str) -> Placed:
        """Take a booking's start away and return it.

        Raises:
            KeyError: when it has none.
        """
        placed = self.placed.pop(booking)
        if booking in self._unbound:
            self._unbound.remove(booking)
        else:
            self.binder.remove(self._numbers[booking])
        self._count(placed, -1)
        return placed

    def place_unbound(self, placed: Placed) -> None:
        """Give a booking a start without an agent for the moment, until :meth:`bind_all`."""
        self.placed[placed.wanted.booking] = placed
        self._unbound.add(placed.wanted.booking)
        self._count(placed, +1)

    def bind_all(self, limits: Limits) -> list[str]:
        """Find agents for bookings that have none; returns those for which there is none, as far as seen."""
        for booking in sorted(self._unbound):
            placed = self.placed[booking]
            session = self.session_of(placed.wanted, placed.start, placed.agent)
            if self.binder.add(self.number_of(booking), session, limits).answer is Answer.YES:
                self._unbound.remove(booking)
        return sorted(self._unbound)

    def agent_of(self, booking: str) -> str:
        """The nominal agent of a booking with a start; it may change with every sale."""
        return str(self.known.case.agents.agent_id[self.binder.witness.agent_of[self._numbers[booking]]])

    @contextmanager
    def without(self, booking: str) -> Iterator[None]:
        """The state as if a booking had no start; nothing happens when it has none."""
        placed = self.placed.get(booking)
        if placed is None:
            yield
            return
        with self.binder.trial():
            self.take_away(booking)
            try:
                yield
            finally:
                self.placed[booking] = placed
                self._count(placed, +1)

    def _rule_against(self, wanted: Wanted, start: int) -> Reason | None:
        if wanted.broken:
            return Reason.NOT_ELIGIBLE
        if start < max(0, self.earliest()):
            return Reason.TOO_SOON
        bit = 1 << start
        if not bit & wanted.window:
            return Reason.OUTSIDE_WINDOW
        if not bit & self._all_free(wanted):
            return Reason.PARTICIPANT_BUSY
        return None

    def _room_against(self, wanted: Wanted, start: int, limits: Limits | None) -> Reason | None:
        session = self.session_of(wanted, start)
        if not self.binder.witness.allowed(session):
            return Reason.NO_AGENT
        if self._room_beside_held_back(wanted, session) < 1:
            return Reason.HELD_BACK
        answer = self.binder.check(session, limits).answer
        if answer is Answer.UNDECIDED:
            return Reason.UNDECIDED
        return Reason.FULL if answer is Answer.NO else None

    def _room_beside_held_back(self, wanted: Wanted, session: Session) -> int:
        if self._held_back is None or wanted.priority < ORDINARY_FROM:
            return self.terms.slots * self.binder.team.agents
        return self._held_back.room(session)

    def _all_free(self, wanted: Wanted) -> int:
        """Starts at which no participant is in another session, as bits."""
        busy = 0
        for person in wanted.people:
            busy |= self._busy.get(person, 0)
        everything = span(0, self.terms.slots + self.terms.held(wanted.kind))
        return held_from(everything & ~busy, self.terms.held(wanted.kind)) if busy else everything

    def _count(self, placed: Placed, sign: int) -> None:
        """Count a booking in or out: its participants' time, and the capacity held back."""
        wanted = placed.wanted
        time = span(placed.start, placed.start + self.terms.held(wanted.kind) - 1)
        for person in wanted.people:
            busy = self._busy.get(person, 0)
            self._busy[person] = busy | time if sign > 0 else busy & ~time
        if self._held_back is not None and wanted.priority >= ORDINARY_FROM:
            self._held_back.count(self.session_of(wanted, placed.start), sign)
