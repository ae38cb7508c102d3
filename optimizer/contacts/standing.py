"""What is taken, now: agents' and customers' time by sessions, and by starts that were offered before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from data.day import CLOSED, OPEN, DayState, SessionNow, Status
from data.eligibility import evaluate
from data.model import MISSING, SESSION_KINDS, Case, SessionKind
from optimizer.binding import Team
from optimizer.contacts.changes import Change
from optimizer.contacts.customers_time import CustomersTime
from optimizer.contacts.free_agents import FreeAgents
from optimizer.contacts.roster_now import with_roster_now
from optimizer.offers.wanted import KnownBookings


class HeldPlace(NamedTuple):
    """A start that was offered for a booking, and that nobody else is offered until its time is over.

    Attributes:
        start, until: minutes on the planning axis.
    """

    booking_id: str
    agent_id: str
    start: int
    until: int


@dataclass(frozen=True)
class _Taken:
    """Time of an agent and of customers; minutes, half-open."""

    booking_id: str
    agent_id: str
    begins: float
    ends: float
    held_from: float
    held_until: float
    people: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What alternatives are sought in.

    Attributes:
        case: with the roster as it is now.
        concerned: the bookings of the changes, as something to be sold; pins are set aside.
        earliest: first minute at which an alternative may begin.
        proxy_last: for each concerned booking with a proxy, the last day number on which it counts (R23).
        pools: for each agent's name, the set of agents of the pool; empty without a pool.
    """

    case: Case
    concerned: KnownBookings
    agents: FreeAgents
    customers: CustomersTime
    earliest: int
    proxy_last: Mapping[str, int]
    pools: Mapping[str, int]


def standing_of(
    case: Case, state: DayState, changes: Collection[Change], held: Iterable[HeldPlace], now: float
) -> Standing:
    """The standing after decisions.

    Args:
        case: with the bookings that events have added.
        state: after the decisions.
        changes: what is decided about customers.
        held: offered before; what is over, or belongs to a booking that is offered something new, is dropped.
    """
    current = with_roster_now(case, state, now)
    names = {change.booking_id for change in changes}
    unbound = [session for session in state.sessions.values() if _is_unbound(case, session)]
    concerned = KnownBookings(_only(current, names | {session.booking_id for session in unbound}))
    agents = FreeAgents(Team.of(concerned.problem))
    customers = CustomersTime(concerned.problem.slots)
    grid, position = case.axis.grid_minutes, case.agents.position
    open_places = [place for place in held if place.until > now and place.booking_id not in names]
    for taken in _taken(case, state, open_places, now):
        agent = position.get(taken.agent_id)
        if agent is not None:
            agents.take(agent, floor(taken.begins / grid), ceil(taken.ends / grid))
        customers.hold(
            taken.people, taken.booking_id, floor(taken.held_from / grid), ceil(taken.held_until / grid)
        )
    for session in unbound:
        _bind(concerned, agents, session)
    return Standing(
        case=current,
        concerned=concerned,
        agents=agents,
        customers=customers,
        earliest=_earliest(case, state, now),
        proxy_last=_proxy_last(concerned.case),
        pools=_pools(case),
    )


def _is_unbound(case: Case, session: SessionNow) -> bool:
    """Whether a session is to be held, in the horizon, by whoever is free."""
    to_be_held = session.status in OPEN or session.status is Status.ELSEWHERE
    inside = 0 <= session.start < case.axis.end
    return to_be_held and inside and not session.agent_id and session.booking_id in case.bookings.position


def _bind(concerned: KnownBookings, agents: FreeAgents, session: SessionNow) -> None:
    """Occupy somebody who is free with a session that is nobody's yet, if there is such."""
    kind, start = concerned.terms.occupation(concerned.wanted(session.booking_id).kind), session.start
    slot = start // concerned.problem.grid
    agent = agents.choose(kind, slot)
    if agent is not None:
        agents.take(agent, slot - kind.set_up, slot - kind.set_up + kind.occupied)


def _only(case: Case, names: Collection[str]) -> Case:
    """The case with these bookings only."""
    rows = np.array([name in names for name in case.bookings.booking_id.tolist()], dtype=np.bool_)
    people = np.array([name in names for name in case.participants.booking_id.tolist()], dtype=np.bool_)
    return Case(
        plan=case.plan,
        agents=case.agents,
        contracts=case.contracts,
        bookings=case.bookings.take(rows),
        participants=case.participants.take(people),
        demand=case.demand,
        duties=case.duties,
        breaks=case.breaks,
    )


def _taken(case: Case, state: DayState, held: Iterable[HeldPlace], now: float) -> list[_Taken]:
    """Sessions of today that are open or run, those of other days, and places offered before.

    A session counts where the customer was told it is and where it will be: not before now, and a running
    one until its expected end.
    """
    first, end = int(case.axis.day_starts[state.day]), int(case.axis.day_starts[state.day + 1])
    lengths = _Lengths(case)
    taken = [
        _of_today(session, lengths, now)
        for session in state.sessions.values()
        if session.status is Status.ELSEWHERE or session.status not in CLOSED
    ]
    for booking, agent, start, minutes in zip(
        case.sessions.booking_id.tolist(),
        case.sessions.agent_id.tolist(),
        case.sessions.starts_at.tolist(),
        case.sessions.duration_minutes.tolist(),
        strict=True,
    ):
        if not first <= start < end:
            taken.append(lengths.taken(booking, agent, start, minutes))
    for place in held:
        row = case.bookings.position.get(place.booking_id)
        if row is not None:
            minutes = int(case.bookings.duration_minutes[row])
            taken.append(lengths.taken(place.booking_id, place.agent_id, place.start, minutes))
    return taken


class _Lengths:
    """How long sessions occupy agents, and whom they hold."""

    def __init__(self, case: Case) -> None:
        found = evaluate(case)
        self._case = case
        self._kinds: list[SessionKind] = found.kind.tolist()
        self._people: dict[str, list[str]] = {}
        rows = np.flatnonzero(found.required)
        for booking, person in zip(
            case.participants.booking_id[rows].tolist(),
            case.participants.participant_id[rows].tolist(),
            strict=True,
        ):
            self._people.setdefault(booking, []).append(person)

    def taken(self, booking: str, agent: str, start: int, minutes: int) -> _Taken:
        """The time of a session that begins as planned."""
        set_up, occupied = self.of(booking, minutes)
        people = tuple(self._people.get(booking, ()))
        begins = start - set_up
        return _Taken(booking, agent, begins, begins + occupied, start, start + minutes, people)

    def of(self, booking: str, minutes: int) -> tuple[int, int]:
        """Set-up and whole occupation in minutes; those of the longest kind for an unknown booking."""
        policy = self._case.plan.policy
        row, grid = self._case.bookings.position.get(booking), self._case.axis.grid_minutes
        kinds = [policy.kind(kind) for kind in (SESSION_KINDS if row is None else (self._kinds[row],))]
        return (
            max(kind.set_up_minutes for kind in kinds),
            max(kind.occupation_minutes(minutes, grid) for kind in kinds),
        )


def _of_today(session: SessionNow, lengths: _Lengths, now: float) -> _Taken:
    planned = lengths.taken(session.booking_id, session.agent_id, session.start, session.duration)
    if session.status is Status.ELSEWHERE:
        return planned
    if session.status is Status.RUNNING:
        began = session.start if session.started_at is None else session.started_at
        expected = began + session.duration if session.expected_end is None else session.expected_end
        late = max(expected, now) - planned.held_until
    else:
        late = max(0.0, now - session.start)
    late = max(0.0, late)
    return _Taken(
        session.booking_id,
        session.agent_id,
        planned.begins,
        planned.ends + late,
        planned.held_from,
        planned.held_until + late,
        session.participants,
    )


def _earliest(case: Case, state: DayState, now: float) -> int:
    """The lead time (R2) and the link (R4) count from now; a platform that is down starts nothing.

    Where nobody knows when it will work again, nothing more is offered today.
    """
    policy = case.plan.policy
    earliest = ceil(now) + max(policy.lead_minutes, policy.link_lead_minutes)
    if state.platform_down_since is None:
        return earliest
    up = state.platform_down_until
    tomorrow = int(case.axis.day_starts[state.day + 1])
    return max(earliest, tomorrow if up is None or up <= now else ceil(up))


def _proxy_last(case: Case) -> dict[str, int]:
    bookings, longest = case.bookings, case.plan.policy.proxy_longest_days
    return {
        name: issued + longest
        for name, issued, deceased in zip(
            bookings.booking_id.tolist(),
            bookings.proxy_issued_on.tolist(),
            bookings.holder_is_deceased.tolist(),
            strict=True,
        )
        if issued != MISSING and not deceased
    }


def _pools(case: Case) -> dict[str, int]:
    members: dict[str, int] = {}
    pools = case.agents.pool.tolist()
    for row, pool in enumerate(pools):
        members[pool] = members.get(pool, 0) | 1 << row
    return {
        agent: members[pool] if pool else 0
        for agent, pool in zip(case.agents.agent_id.tolist(), pools, strict=True)
    }
