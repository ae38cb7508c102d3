"""What binds the rest of a day that is to be mended, stated anew: agents, breaks, sessions.

Minutes are whole: what has happened is rounded so that nobody is free before they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.day.records import AgentNow, DayState, SessionNow, Status
from data.model import SESSION_KINDS, Break, Case, KindPolicy, LabourRegime, regime_on, tokens
from data.referee.booking_facts import BookingFacts
from data.referee.calendar import ServiceCalendar
from data.referee.start_windows import StartWindows
from data.referee.violation import Clock

STANDBY_LONGEST = 240
UNKNOWN_OUTAGE = 10
END_GRACE = 5


@dataclass(frozen=True)
class Service:
    """When an agent can work from now on; `rested` tells that the agent has nothing to do at the moment."""

    start: int
    end: int
    rested: bool
    standby: bool


class RestOfDay:
    """The state of a day at a minute, and what follows from it."""

    def __init__(self, case: Case, state: DayState, now: int) -> None:
        self.case = case
        self.state = state
        self.now = now
        self.policy = case.plan.policy
        self.clock = Clock(case.axis)
        self.grid = case.plan.grid_minutes
        self._services: dict[str, Service | None] = {}

    @cached_property
    def _unpinned(self) -> Case:
        nowhere = np.full(len(self.case.bookings), "", dtype=object)
        return replace(self.case, bookings=replace(self.case.bookings, pin=nowhere))

    @cached_property
    def _bookings(self) -> BookingFacts:
        return BookingFacts(self._unpinned)

    @cached_property
    def _windows(self) -> StartWindows:
        return StartWindows(self.case.plan, self._bookings, ServiceCalendar(self.case.plan))

    # Sessions.

    def kind(self, session: SessionNow) -> KindPolicy:
        """Minutes before and after the session, by its kind."""
        row = self.case.bookings.position.get(session.booking_id)
        if row is not None:
            return self.policy.kind(SESSION_KINDS[int(self._bookings.kind[row])])
        return self.policy.joint if len(session.participants) >= 2 else self.policy.single

    def skill(self, session: SessionNow) -> str | None:
        """The skill that the session needs; None where its booking is in no table."""
        row = self.case.bookings.position.get(session.booking_id)
        return None if row is None else str(self.case.bookings.skill[row])

    def priority(self, session: SessionNow) -> int:
        """1 is the most urgent."""
        row = self.case.bookings.position.get(session.booking_id)
        return 5 if row is None else int(self.case.bookings.priority[row])

    def is_given_up(self, session: SessionNow) -> bool:
        """The customer has not come, and the tolerance for that is over."""
        return (
            session.status is Status.EXPECTED
            and session.start + self.policy.late_tolerance_minutes < self.now
        )

    def to_hold(self) -> dict[str, SessionNow]:
        """The sessions that a plan for the rest of the day must speak of."""
        return {
            name: session
            for name, session in self.state.sessions.items()
            if session.status in (Status.EXPECTED, Status.CONNECTED) and not self.is_given_up(session)
        }

    def somebody_waits(self, session: SessionNow) -> bool:
        """Whether the customer, or one of the participants, is there."""
        return session.status is Status.CONNECTED or len(session.connected) > 0

    def _waits_since(self, session: SessionNow) -> int:
        since = session.connected_at
        if session.status is not Status.CONNECTED or since is None or session.interrupted:
            return self.now
        return int(since // 1)

    def ready(self, session: SessionNow) -> int:
        """From when the session could be held as the customer knows it."""
        return max(session.start, self._waits_since(session))

    def latest(self, session: SessionNow) -> int:
        """Beyond this start the session is rebooked; delays count from the appointment, all together."""
        tolerance = self.policy.rebooking_after_minutes
        put_off = session.start - session.planned_start
        appointed = session.planned_start if 1 <= put_off <= tolerance else session.start
        return max(appointed, self._waits_since(session)) + tolerance

    def quiet_until(self, session: SessionNow) -> int:
        """Until when a start needs no message."""
        return min(self.ready(session) + self.policy.unnoticed_delay_minutes, self.latest(session))

    def first_start(self) -> int:
        """Nothing begins before now, or while the video platform does not work."""
        if self.state.platform_down_since is None:
            return self.now
        until = self.state.platform_down_until
        if until is None or not until > self.now:
            return self.now + UNKNOWN_OUTAGE
        return math.ceil(until)

    def may_be_agreed(self, session: SessionNow, start: int) -> str:
        """Why a new time today cannot be offered; empty when it can."""
        frozen = self.now + self.policy.link_lead_minutes
        if self.somebody_waits(session):
            return "the customer is connected"
        if session.start < frozen or start < frozen:
            return f"nothing before {self.clock.moment(frozen)} is given a new time"
        if start % self.grid:
            return "it is off the grid"
        row = self.case.bookings.position.get(session.booking_id)
        if row is None:
            return "the participants' windows are not known"
        axis = self.case.axis
        if axis.day_of(start) != self.state.day:
            return "it is on another day"
        one = np.array([row])
        _, first, last = self._windows.intervals(one)
        if not bool(((first <= start) & (start <= last)).any()):
            return "the participants, the opening hours or the lead time do not allow it"
        if not bool(self._windows.proxy_counts(one, np.array([start]))[0]):
            return "the proxy does not count on that day (R23)"
        return ""

    # Agents.

    def skills(self, agent: str) -> frozenset[str]:
        """What an agent can do."""
        row = self.case.agents.position.get(agent)
        return frozenset() if row is None else tokens(self.case.agents.skills[row])

    def same_pool(self, first: str, second: str) -> bool:
        """Whether two agents can take over each other's sessions."""
        rows = [self.case.agents.position.get(name) for name in (first, second)]
        if None in rows:
            return True
        pools = [self.case.agents.pool[row] for row in rows]
        return first == second or (pools[0] == pools[1] != "")

    def service(self, name: str) -> Service | None:
        """The rest of an agent's day; None when there is none."""
        if name not in self._services:
            self._services[name] = self._service(name)
        return self._services[name]

    def _service(self, name: str) -> Service | None:
        agent = self.state.agents.get(name)
        if agent is None or name not in self.case.agents.position:
            return None
        if agent.start is None or agent.end is None:
            return self._standby(agent)
        begins = max([self.now, agent.start, *self._held_up(agent)])
        if agent.gone_since is not None and (agent.gone_until is None or agent.gone_until <= self.now):
            return None
        if begins >= agent.end:
            return None
        return Service(begins, agent.end, begins == self.now and agent.start <= self.now, False)

    def _standby(self, agent: AgentNow) -> Service | None:
        if agent.standby is None or agent.gone_since is not None:
            return None
        opens, closes = agent.standby
        begins = max(opens, self.now + self.policy.standby_delay_minutes)
        ends = min(closes, begins + STANDBY_LONGEST)
        return Service(begins, ends, False, True) if begins < ends else None

    def _held_up(self, agent: AgentNow) -> Iterator[int]:
        """Ends of what keeps the agent from beginning something."""
        if agent.gone_until is not None:
            yield math.ceil(agent.gone_until)
        current = self.break_going_on(agent)
        if current is not None:
            yield current.end
        for session in self._begun.get(agent.agent_id, ()):
            wrap_up = self.kind(session).wrap_up_minutes
            if session.status is Status.RUNNING:
                yield self.runs_until(session) + wrap_up
            elif session.ended_at is not None:
                yield math.ceil(session.ended_at) + wrap_up

    @cached_property
    def _begun(self) -> dict[str, list[SessionNow]]:
        """By agent, the sessions that run or have ended."""
        found: dict[str, list[SessionNow]] = {}
        for session in self.state.sessions.values():
            if session.status in (Status.RUNNING, Status.ENDED):
                found.setdefault(session.agent_id, []).append(session)
        return found

    def runs_until(self, session: SessionNow) -> int:
        """The expected end of a running session."""
        if session.expected_end is not None:
            end = session.expected_end
        elif session.started_at is not None:
            end = session.started_at + session.duration
        else:
            end = float(self.now + session.duration)
        return max(self.now, math.ceil(end))

    @staticmethod
    def break_going_on(agent: AgentNow) -> Break | None:
        """The break that the agent is on, from its real start."""
        if agent.on_break_since is None or agent.breaks_taken == 0:
            return None
        plan = agent.breaks[agent.breaks_taken - 1]
        end = math.ceil(agent.on_break_since + (plan.end - plan.start))
        return Break(end - (plan.end - plan.start), end, plan.kind)

    def regime(self, agent: AgentNow) -> LabourRegime:
        """The labour regime of an agent on the day."""
        agents, contracts = self.case.agents, self.case.contracts
        contract = contracts.position[agents.contract_id[agents.position[agent.agent_id]]]
        on = self.case.axis.date_of(self.state.day)
        return regime_on(self.case.plan.labour, str(contracts.regime[contract]), on)

    # Breaks.

    def due(self, agent: AgentNow, service: Service) -> dict[int, int]:
        """By place, when each break that is left falls due if none is moved."""
        found, earliest = {}, service.start
        for place in range(agent.breaks_taken, len(agent.breaks)):
            pause = agent.breaks[place]
            found[place] = max(earliest, pause.start)
            earliest = found[place] + pause.end - pause.start
        return found

    def is_legal(self, agent: AgentNow, service: Service, starts: dict[int, int]) -> bool:
        """Whether breaks at these starts keep to the duty, its edges, their order, and the stretches."""
        duty_start = service.start if agent.start is None else agent.start
        regime = self.regime(agent)
        meals = sum(b.end - b.start for b in agent.breaks if b.kind == "meal")
        rule = None if agent.called else regime.break_rule(service.end - duty_start - meals)
        edge = 0 if rule is None else rule.edge_minutes
        since, earliest = duty_start, service.start
        if agent.breaks_taken:
            since = (self.break_going_on(agent) or agent.breaks[agent.breaks_taken - 1]).end
        for place, start in sorted(starts.items()):
            pause = agent.breaks[place]
            end = start + pause.end - pause.start
            if start < earliest or end > service.end or start - since > regime.max_stretch_minutes:
                return False
            if pause.kind == "pause" and (start < duty_start + edge or end > service.end - edge):
                return False
            since = earliest = end
        return not starts or service.end - since <= regime.max_stretch_minutes

    def has_legal_breaks(self, agent: AgentNow, service: Service) -> bool:
        """Whether any starts of the breaks that are left, late by no message or on the grid, are legal."""
        due = self.due(agent, service)
        if self.is_legal(agent, service, due):
            return True
        slack = self.policy.unnoticed_delay_minutes
        tried: list[dict[int, int]] = [{}]
        for place, falls_due in due.items():
            first = -(-service.start // self.grid) * self.grid
            starts = {*range(falls_due, falls_due + slack + 1), *range(first, service.end, self.grid)}
            before = agent.breaks[place - 1]
            length = before.end - before.start
            tried = [
                {**chosen, place: start}
                for chosen in tried
                for start in starts
                if place - 1 not in chosen or start >= chosen[place - 1] + length
            ]
        return any(self.is_legal(agent, service, chosen) for chosen in tried)
