"""The rest of the day as one small problem for each pool: who could hold which session, and from when."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.day import OPEN, DayState, SessionNow, Status
from data.day.repaired import rebooking_class
from optimizer.repair.agents_now import AgentTime, agent_time, ends_of_work, expected_end
from optimizer.repair.day_facts import UNKNOWN, DayFacts

OUTAGE_MINUTES = 10
"""How long the video platform is taken to stay down when nobody knows."""

END_GRACE_MINUTES = 5
"""By how much a session may run over the end of the duty of the agent who was to hold it anyway: variations
of up to five minutes are no overtime (CLT 58, paragraph 1)."""

NOBODY = -1


@dataclass(frozen=True)
class Wanted:
    """A session that is still to begin. Minutes on the planning axis.

    Attributes:
        told: the start that the customer knows.
        ready: the earliest start: as told; or now, where the customer is not there, or begins again.
        limit: the latest start; a later one is a rebooking.
        earliest: no start before: now, or when the video platform works again.
        slack: a start at most so many minutes after `ready` needs no message.
        minutes: planned, without set-up and wrap-up.
        nominal: position of the agent who is to hold it, or NOBODY.
        is_movable: whether a new time may be agreed: nobody is there, and the start is not frozen yet.
        movable_from: the earliest new time.
    """

    booking_id: str
    told: int
    ready: int
    limit: int
    earliest: int
    slack: int
    minutes: int
    set_up: int
    wrap_up: int
    skill: str
    rebooking_class: int
    nominal: int
    is_movable: bool
    movable_from: int
    participants: tuple[str, ...]

    def starts(self, grid: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Starts that need no message, and later ones, on the grid, that do."""
        last = min(self.ready + self.slack, self.limit)
        quiet = range(max(self.ready, self.earliest), last + 1)
        first = -(-max(self.ready + self.slack + 1, self.earliest) // grid) * grid
        return tuple(quiet), tuple(range(first, self.limit + 1, grid))

    def earliest_with(self, place: int, agent: AgentTime) -> int:
        """The earliest start with the agent at this place: set-up first, but for one who has had time."""
        set_up = 0 if place == self.nominal and agent.is_idle else self.set_up
        return max(self.ready, self.earliest, agent.free + set_up)

    def latest_with(self, place: int, agent: AgentTime) -> int:
        """The latest start with the agent at this place that does not end after the duty."""
        grace = END_GRACE_MINUTES if place == self.nominal else 0
        return agent.end + grace - self.wrap_up - self.minutes


@dataclass(frozen=True)
class PoolProblem:
    """Sessions and agents of one pool; agents are named by their position.

    Attributes:
        engaged: by participant, when they are in sessions that run, or in other pools: [start, end).
    """

    facts: DayFacts
    agents: tuple[AgentTime, ...]
    sessions: tuple[Wanted, ...]
    engaged: Mapping[str, tuple[tuple[int, int], ...]]

    def able(self, session: Wanted) -> Iterable[int]:
        """Agents with the skill."""
        if session.skill == UNKNOWN:
            return [] if session.nominal == NOBODY else [session.nominal]
        return self._able[session.skill]

    @cached_property
    def known_options(self) -> dict[tuple[str, int], list[Any]]:
        """What `optimizer.repair.options` has worked out."""
        return {}

    @cached_property
    def _able(self) -> dict[str, list[int]]:
        return {
            skill: [place for place, agent in enumerate(self.agents) if skill in agent.skills]
            for skill in {session.skill for session in self.sessions}
        }

    def is_engaged(self, session: Wanted, start: int) -> bool:
        """Whether a participant is in another session, outside this problem, if it starts then."""
        return any(
            begins < start + session.minutes and start < ends
            for person in session.participants
            for begins, ends in self.engaged.get(person, ())
        )

    def new_times(self, session: Wanted) -> list[int]:
        """Other starts of the day that could be agreed."""
        if not session.is_movable:
            return []
        first = max(session.movable_from, session.earliest)
        return [
            start
            for start in self.facts.starts_today(session.booking_id)
            if start >= first and not session.ready <= start <= session.limit
        ]


@dataclass(frozen=True)
class DayProblem:
    """The problems of a day's pools, in the order in which they are looked at, and who is not planned for.

    Attributes:
        awaited: bookings whose customers have not come within the tolerance.
    """

    facts: DayFacts
    agents: Mapping[tuple[str, str], tuple[AgentTime, ...]]
    sessions: Mapping[tuple[str, str], tuple[SessionNow, ...]]
    awaited: tuple[str, ...]
    state: DayState
    now: int

    def pool(self, key: tuple[str, str], engaged: Mapping[str, list[tuple[int, int]]]) -> PoolProblem:
        """The problem of one pool, the engagements of people elsewhere given."""
        agents = self.agents.get(key, ())
        place = {agent.agent_id: number for number, agent in enumerate(agents)}
        wanted = tuple(
            _wanted(self.facts, self.state, session, place.get(session.agent_id, NOBODY), self.now)
            for session in self.sessions[key]
        )
        people = {person for session in wanted for person in session.participants}
        return PoolProblem(
            self.facts,
            agents,
            wanted,
            {person: tuple(engaged[person]) for person in sorted(people) if engaged.get(person)},
        )


def day_problem(facts: DayFacts, state: DayState, now: int) -> DayProblem:
    """Split the rest of the day by pools."""
    after_work = ends_of_work(facts, state, now)
    agents: dict[tuple[str, str], list[AgentTime]] = {}
    for name in sorted(state.agents):
        time = agent_time(facts, state.agents[name], now, after_work)
        if time is not None:
            agents.setdefault(facts.pool[name], []).append(time)
    listed: dict[tuple[str, str], list[SessionNow]] = {}
    awaited, homeless = [], []
    for session in state.sessions.values():
        if session.status not in OPEN:
            continue
        if is_awaited(facts, session, now):
            awaited.append(session.booking_id)
        elif session.agent_id in facts.pool:
            listed.setdefault(facts.pool[session.agent_id], []).append(session)
        else:
            homeless.append(session)
    for session in sorted(homeless, key=_in_order):
        skill = facts.requirements(session).skill
        listed.setdefault(_home(skill, agents, listed), []).append(session)
    return DayProblem(
        facts,
        {key: tuple(times) for key, times in agents.items()},
        {key: tuple(sorted(listed[key], key=_in_order)) for key in sorted(listed)},
        tuple(sorted(awaited)),
        state,
        now,
    )


def is_awaited(facts: DayFacts, session: SessionNow, now: int) -> bool:
    """Whether the customer has not come within the tolerance: a no-show that nobody has declared yet."""
    late = now > session.start + facts.policy.late_tolerance_minutes
    return session.status is Status.EXPECTED and late


def _in_order(session: SessionNow) -> tuple[int, str]:
    return session.start, session.booking_id


def _home(
    skill: str,
    agents: Mapping[tuple[str, str], list[AgentTime]],
    listed: Mapping[tuple[str, str], list[SessionNow]],
) -> tuple[str, str]:
    """A pool for a session that nobody is to hold: where most agents with the skill have fewest sessions."""

    def spare(key: tuple[str, str]) -> tuple[float, tuple[str, str]]:
        able = sum(skill in agent.skills and not agent.on_call for agent in agents[key])
        return -able / (1 + len(listed.get(key, ()))), key

    return min(agents, key=spare, default=("pool", ""))


def _wanted(facts: DayFacts, state: DayState, session: SessionNow, nominal: int, now: int) -> Wanted:
    policy, asks = facts.policy, facts.requirements(session)
    since = now
    if session.status is Status.CONNECTED and not session.interrupted and session.connected_at is not None:
        since = math.floor(session.connected_at)
    frozen_until = now + policy.link_lead_minutes
    somebody_there = bool(session.connected) or session.status is Status.CONNECTED
    return Wanted(
        booking_id=session.booking_id,
        told=session.start,
        ready=max(session.start, since),
        limit=max(appointment(session, policy.rebooking_after_minutes), since)
        + policy.rebooking_after_minutes,
        earliest=max(now, works_again(state, now)),
        slack=policy.unnoticed_delay_minutes,
        minutes=session.duration,
        set_up=asks.set_up,
        wrap_up=asks.wrap_up,
        skill=asks.skill,
        rebooking_class=rebooking_class(somebody_there, asks.priority),
        nominal=nominal,
        is_movable=not somebody_there and session.start >= frozen_until,
        movable_from=frozen_until,
        participants=session.participants,
    )


def appointment(session: SessionNow, tolerance: int) -> int:
    """The start from which a delay counts: the planned one, where the start was only delayed since."""
    return session.planned_start if 0 < session.start - session.planned_start <= tolerance else session.start


def works_again(state: DayState, now: int) -> int:
    """When the video platform works; a return that has passed is not believed in."""
    if state.platform_down_since is None:
        return now
    until = state.platform_down_until
    return now + OUTAGE_MINUTES if until is None or until <= now else math.ceil(until)


def engagements(problem: DayProblem) -> dict[str, list[tuple[int, int]]]:
    """By participant, the sessions that run now."""
    found: dict[str, list[tuple[int, int]]] = {}
    for session in problem.state.sessions.values():
        if session.status is Status.RUNNING:
            for person in session.participants:
                found.setdefault(person, []).append((problem.now, expected_end(session, problem.now)))
    return found
