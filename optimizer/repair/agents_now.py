"""When each agent can work for the rest of the day, and where the breaks that are left may lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from data.day import AgentNow, DayState, SessionNow, Status
from data.model import BreakRule, Duty, LabourRegime
from optimizer.repair.day_facts import DayFacts

STANDBY_MINUTES = 240
"""Longest service of an agent on standby: no break is due in it (CLT 71)."""

NO_RULE = BreakRule(work_over=0, work_up_to=1)


@dataclass(frozen=True)
class PendingBreak:
    """A break that has not begun.

    Attributes:
        place: among the breaks of the duty, from 0.
        planned: its start as planned now.
        due: the earliest start without moving it: as planned, or when the agent comes free.
        minutes: its length.
        low, high: bounds of its start by law.
        slack: by how many minutes it may begin later than due and is not called moved.
        grid: starts of moved breaks are multiples of it.
    """

    place: int
    planned: int
    due: int
    minutes: int
    low: int
    high: int
    slack: int
    grid: int

    @cached_property
    def as_it_is(self) -> tuple[int, ...]:
        """Starts without moving it."""
        return tuple(t for t in range(self.due, self.due + self.slack + 1) if self.low <= t <= self.high)

    @cached_property
    def moved(self) -> tuple[int, ...]:
        """Other starts that the law allows."""
        first = -(-self.low // self.grid) * self.grid
        stay = range(self.due, self.due + self.slack + 1)
        return tuple(t for t in range(first, self.high + 1, self.grid) if t not in stay)

    def held_fast(self) -> PendingBreak:
        """The break where the law cannot be kept any more: as it falls due."""
        return replace(self, low=self.due, high=self.due, slack=0, grid=self.due + 1)


@dataclass(frozen=True)
class AgentTime:
    """The rest of an agent's day. Minutes on the planning axis.

    Attributes:
        free: from when on the agent can begin something.
        is_idle: at work and with nothing to do now: what was to be set up by now is.
        end: by when everything must be over.
        on_call: on standby, and not called: `free` to `end` is the service that a call would bring.
        longest_stretch, since: no time in service longer than this, the present one counted from `since`;
            None where the law cannot be kept whatever is done: then breaks are taken as they fall due.
    """

    agent_id: str
    skills: frozenset[str]
    free: int
    is_idle: bool
    end: int
    breaks: tuple[PendingBreak, ...] = ()
    on_call: bool = False
    longest_stretch: int | None = None
    since: int = 0


def agent_time(facts: DayFacts, agent: AgentNow, now: int, after_work: Mapping[str, int]) -> AgentTime | None:
    """The rest of an agent's day; None when there is nothing left of it.

    Args:
        after_work: by agent, when the session that runs, and the wrap-up of the one before, will be over.
    """
    skills = facts.skills.get(agent.agent_id)
    if skills is None or is_away(agent, now):
        return None
    if agent.start is None or agent.end is None:
        return _on_call(facts, agent, skills, now)
    free = max(now, agent.start, after_work.get(agent.agent_id, now))
    if agent.gone_until is not None:
        free = max(free, math.ceil(agent.gone_until))
    if agent.on_break_since is not None and agent.breaks_taken:
        current = agent.breaks[agent.breaks_taken - 1]
        free = max(free, math.ceil(agent.on_break_since + current.end - current.start))
    is_idle = free == now and agent.start <= now
    if free >= agent.end:
        return None
    breaks, since, stretch = _breaks(facts, agent, (agent.start, agent.end), free)
    return AgentTime(agent.agent_id, skills, free, is_idle, agent.end, breaks, False, stretch, since)


def is_away(agent: AgentNow, now: int) -> bool:
    """Whether the agent has gone and won't come back today; a return that has passed is not believed in."""
    return agent.gone_since is not None and (agent.gone_until is None or agent.gone_until <= now)


def _on_call(facts: DayFacts, agent: AgentNow, skills: frozenset[str], now: int) -> AgentTime | None:
    if agent.standby is None or agent.gone_since is not None:
        return None
    start = max(now + facts.policy.standby_delay_minutes, agent.standby[0])
    end = min(start + STANDBY_MINUTES, agent.standby[1])
    if start >= end:
        return None
    return AgentTime(agent.agent_id, skills, start, False, end, on_call=True)


def ends_of_work(facts: DayFacts, state: DayState, now: int) -> dict[str, int]:
    """By agent, when the session that runs will be over, wrap-up included, or the wrap-up of the last one."""
    ends: dict[str, int] = {}
    for session in state.sessions.values():
        if session.status is Status.RUNNING:
            over: float = expected_end(session, now)
        elif session.status is Status.ENDED and session.ended_at is not None:
            over = session.ended_at
        else:
            continue
        until = math.ceil(over) + facts.requirements(session).wrap_up
        if until > ends.get(session.agent_id, now):
            ends[session.agent_id] = until
    return ends


def expected_end(session: SessionNow, now: int) -> int:
    """When a running session will be over: as its agent expects, else as planned; never before now."""
    if session.expected_end is not None:
        return max(now, math.ceil(session.expected_end))
    begun = now if session.started_at is None else session.started_at
    return max(now, math.ceil(begun + session.duration))


def _breaks(
    facts: DayFacts, agent: AgentNow, duty: tuple[int, int], free: int
) -> tuple[tuple[PendingBreak, ...], int, int | None]:
    """The breaks left, since when the agent has been in service, and the longest stretch."""
    regime = facts.regime(agent.agent_id)
    since, end = duty
    if agent.breaks_taken:
        last = agent.breaks[agent.breaks_taken - 1]
        since = last.end
        if agent.on_break_since is not None:
            since = math.ceil(agent.on_break_since + last.end - last.start)
    pending: list[PendingBreak] = []
    at, slack = free, facts.policy.unnoticed_delay_minutes
    edge = _edge(agent, duty, regime)
    for place in range(agent.breaks_taken, len(agent.breaks)):
        planned = agent.breaks[place]
        minutes = planned.end - planned.start
        due = max(at, planned.start)
        low, high = free, end - minutes
        if planned.kind == "pause":
            low, high = max(low, duty[0] + edge), high - edge
        pending.append(PendingBreak(place, planned.start, due, minutes, low, high, slack, facts.grid))
        at = due + minutes
    longest = regime.max_stretch_minutes
    if _is_legal_as_due(pending, since, end, longest) or _can_be_legal(pending, since, end, longest):
        return tuple(pending), since, longest
    return tuple(pause.held_fast() for pause in pending), since, None


def _edge(agent: AgentNow, duty: tuple[int, int], regime: LabourRegime) -> int:
    """No pause in the first and in the last so many minutes of the duty."""
    work = Duty(agent.agent_id, *duty, agent.breaks).work_minutes
    return 0 if agent.called else (regime.break_rule(work) or NO_RULE).edge_minutes


def are_legal(agent: AgentTime, starts: Sequence[int]) -> bool:
    """Whether the law is kept when the breaks that are left begin then; not where it can't be kept at all."""
    if agent.longest_stretch is None:
        return False
    since = agent.since
    for number, (pause, start) in enumerate(zip(agent.breaks, starts, strict=True)):
        is_after = number == 0 or start >= since
        if not pause.low <= start <= pause.high or not is_after or start - since > agent.longest_stretch:
            return False
        since = start + pause.minutes
    return agent.end - since <= agent.longest_stretch


def _is_legal_as_due(breaks: Sequence[PendingBreak], since: int, end: int, longest: int) -> bool:
    """Whether the law is kept when each break begins as it falls due."""
    for pause in breaks:
        if not pause.low <= pause.due <= pause.high or pause.due - since > longest:
            return False
        since = pause.due + pause.minutes
    return not breaks or end - since <= longest


def _can_be_legal(breaks: Sequence[PendingBreak], since: int, end: int, longest: int) -> bool:
    """Whether the breaks have starts, in their order, with no stretch between them longer than allowed."""
    ends = {since}
    for number, pause in enumerate(breaks):
        ends = {
            start + pause.minutes
            for start in pause.as_it_is + pause.moved
            for before in ends
            if (number == 0 or start >= before) and start - before <= longest
        }
    return any(end - over <= longest for over in ends)
