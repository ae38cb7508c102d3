"""Starts to offer instead: such that all that is offered to all customers can be held together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.calendars import install_email_due
from data.model import Case, tokens
from optimizer.allocation.problem import span
from optimizer.binding import Kind
from optimizer.contacts.changes import Change
from optimizer.contacts.standing import Standing
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.wanted import Wanted

MOST_ALTERNATIVES = 3

APART_MINUTES = 60
"""Alternatives of one customer are so far from each other where there are such: starts five minutes apart are
no choice to somebody who can't come then."""


@dataclass(frozen=True)
class Alternative:
    """A start that is kept for one booking until it is too late to agree to it.

    Attributes:
        start: minute on the planning axis.
        agent_id: whose time is kept.
        answer_by: last minute to agree: then the link goes out (R4).
        install_email_due: last day for the e-mail with the instructions (R6).
        decided: it is what the repair has decided, and not only offered.
    """

    start: int
    agent_id: str
    answer_by: int
    install_email_due: date
    decided: bool = False


@dataclass
class Request:
    """A booking on the way to its alternatives.

    Attributes:
        window: starts left by rules, participants, opening hours, the proxy, and the moment, as bits.
        chosen: slots of `found`.
    """

    change: Change
    wanted: Wanted
    kind: Kind
    held: int
    window: int
    chosen: list[int] = field(default_factory=list)
    found: list[Alternative] = field(default_factory=list)


@dataclass(frozen=True)
class Offer:
    """What one customer is offered.

    Attributes:
        reason: of `NO_ALTERNATIVE_REASONS` when there are no alternatives; else empty.
        rules: rules that the booking breaks, when that is the reason.
        proxy_last_day: last day on which the proxy counts; None without a proxy.
    """

    alternatives: tuple[Alternative, ...] = ()
    reason: str = ""
    rules: tuple[str, ...] = ()
    proxy_last_day: date | None = None


class Alternatives:
    """Finds alternatives in a standing, and keeps what it has found.

    Everybody is offered a first start before anybody a second one, those first whose possible starts end
    first: a proxy that expires soon, or the last hours of a customer, cannot wait (R23 as a due date).
    """

    def __init__(self, standing: Standing, now: float) -> None:
        self._standing, self._now = standing, int(now)
        self._case: Case = standing.case
        self._grid = standing.case.axis.grid_minutes
        self._due: dict[int, date] = {}

    def offers(self, changes: Sequence[Change]) -> list[Offer]:
        """For each change, what is offered; for a delay only the last day of the proxy."""
        requests = [self._request(change) for change in changes]
        moved = [request for request in requests if request.change.kind != "delay"]
        queue = sorted(moved, key=lambda request: (request.window.bit_length(), request.change.contact_id))
        for count in range(1, MOST_ALTERNATIVES + 1):
            for request in queue:
                if len(request.found) < count:
                    self._offer_one_more(request)
        return [self._offer(request) for request in requests]

    def due(self, end: int) -> date:
        """Last day for the install e-mail of a session that ends at a minute (R6)."""
        day = self._case.axis.day_of(end)
        if day not in self._due:
            self._due[day] = install_email_due(self._case.axis.instant_of(end), self._case.plan)
        return self._due[day]

    def _request(self, change: Change) -> Request:
        known = self._standing.concerned
        wanted = known.wanted(change.booking_id) if change.booking_id in known else _unknown(change)
        first = -(-self._standing.earliest // self._grid)
        window = wanted.window & span(max(0, first), known.problem.slots - 1)
        if change.before % self._grid == 0 and change.before >= 0:
            window &= ~(1 << change.before // self._grid)
        kind, held = known.terms.occupation(wanted.kind), known.terms.held(wanted.kind)
        request = Request(change, wanted, kind, held, 0 if wanted.broken else window)
        if change.kind == "new_time" and change.after is not None:
            request.chosen.append(change.after // self._grid)
            request.found.append(self._alternative(request, change.after, change.agent_id, decided=True))
        return request

    def _offer_one_more(self, request: Request) -> None:
        """Keep the nearest start that is free, rather one that is apart from those offered already."""
        apart = APART_MINUTES // self._grid - 1
        near, same = 0, 0
        for slot in request.chosen:
            near |= span(max(0, slot - apart), slot + apart)
            same |= 1 << slot
        possible = self._possible(request)
        for starts in (possible & ~near, possible & near & ~same):
            if self._keep_nearest(request, starts):
                return

    def _possible(self, request: Request) -> int:
        agents, customers = self._standing.agents, self._standing.customers
        booking = request.change.booking_id
        together = customers.starts(request.wanted.people, booking, request.held)
        return request.window & together & agents.perhaps_free(request.kind)

    def _keep_nearest(self, request: Request, starts: int) -> bool:
        standing, change = self._standing, request.change
        pool = standing.pools.get(change.session.agent_id, 0)
        while starts:
            slot = nearest(starts, change.before / self._grid)
            agent = standing.agents.choose(request.kind, slot, rather=pool)
            if agent is not None:
                self._keep(request, slot, agent)
                return True
            starts &= ~(1 << slot)
        return False

    def _keep(self, request: Request, slot: int, agent: int) -> None:
        begin = slot - request.kind.set_up
        self._standing.agents.take(agent, begin, begin + request.kind.occupied)
        booking = request.change.booking_id
        self._standing.customers.hold(request.wanted.people, booking, slot, slot + request.held)
        request.chosen.append(slot)
        name = str(self._case.agents.agent_id[agent])
        request.found.append(self._alternative(request, slot * self._grid, name))

    def _alternative(self, request: Request, start: int, agent: str, *, decided: bool = False) -> Alternative:
        answer_by = max(self._now, start - self._case.plan.policy.link_lead_minutes)
        due = self.due(start + request.change.session.duration)
        return Alternative(start, agent, answer_by, due, decided)

    def _offer(self, request: Request) -> Offer:
        last = self._standing.proxy_last.get(request.change.booking_id)
        day = None if last is None else self._case.axis.date_of(last)
        if request.found or request.change.kind == "delay":
            return Offer(tuple(request.found), proxy_last_day=day)
        rules = tokens(request.wanted.broken)
        return Offer((), self._reason(request, rules, last), tuple(sorted(rules)), day)

    def _reason(self, request: Request, rules: Collection[str], proxy_last: int | None) -> str:
        """Why nothing is offered; the first of `NO_ALTERNATIVE_REASONS` that holds."""
        if request.change.booking_id not in self._standing.concerned:
            return "unknown_booking"
        if rules:
            return "not_eligible"
        if proxy_last is not None and proxy_last < self._case.axis.days:
            return "proxy_expires"
        if not request.window:
            return "no_common_window"
        booking = request.change.booking_id
        together = self._standing.customers.starts(request.wanted.people, booking, request.held)
        if not request.window & together:
            return "participant_busy"
        staffed = self._standing.agents.staffed(request.kind)
        return "capacity_full" if request.window & together & staffed else "no_skilled_agent"


def _unknown(change: Change) -> Wanted:
    """A session of which the plan has no booking, so that nothing can be offered for it."""
    session = change.session
    kind = KindOfBooking("", "single", session.duration, len(session.participants))
    return Wanted(session.booking_id, kind, session.participants)


def nearest(starts: int, to: float) -> int:
    """The slot of a set that is nearest to a moment in slots; of two, the later one."""
    pivot = int(to)
    later, sooner = starts >> pivot, starts & ((1 << pivot) - 1)
    if not later:
        return sooner.bit_length() - 1
    after = pivot + (later & -later).bit_length() - 1
    if not sooner:
        return after
    before = sooner.bit_length() - 1
    return after if after - to <= to - before else before
