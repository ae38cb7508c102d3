"""The service floor at one moment: what agents and a coordinator can see, and so what a policy may use."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import numpy as np

from data.model import Scenario
from simulation.breaks import PlannedBreak
from simulation.walk_ups import WalkUps
from simulation.week import NOBODY, Week


class SessionState(IntEnum):
    """Where a session stands."""

    EXPECTED = 0
    HELD = 1
    THERE = 2
    IN_SESSION = 3
    CLOSED = 4


class Floor:
    """State of sessions and duties; the engine changes it, policies read it.

    Walk-ups have numbers after those of the sessions; they have no nominal agent, no pool and no companions,
    and their appointment is their arrival.

    Attributes:
        now: minutes on the planning axis.
        platform_is_down: whether no session may begin.
        pool, companions: of the week, by session.
        appointed, nominal: of the week at first, by session; they change when the plan is mended.
        promised: the appointment that the wait counts from: the last that the customer was told with notice.
        state: where each session stands; HELD is a session one of whose participants another session holds.
        ready: the later of appointment and arrival, once all participants are there.
        put_off: by how much the customer was told to come later than was promised, before coming.
        waits_since: once all participants are there, the later of the promise and of the moment at which they
            would have been there without being put off; the wait and `rebooking_after` count from it.
        there_since: the later of promise and arrival; patience counts from it.
        prepared: whether the set-up is done.
        taken: whether an agent attends to the session now (sets up or serves).
        walk_up: whether the customer comes, or has come back after a rebooking, without an appointment.
        idle: duties whose agents are in service with nothing to do; `idle_in_pool` the same by pool.
        on_duty: by pool, duties whose agents have come and not left, on breaks too.
        ends: by duty, its end; of agents on standby who are called, the end of their service.
        on_call, coming: by pool, duties on standby whose agents can still be called, and are on their way.
        waiting_walk_ups: walk-ups not taken that can be served now.
        waiting: by pool, other sessions not taken that can be served now.
        unprepared: by pool, sessions not taken and not waiting whose set-up may begin.
        own: by duty, the sessions whose nominal agent is the duty's, in order of appointment.
        breaks: by duty, its breaks as they are planned now, and those past as they were planned last.
        on_break_since: by duty, when the break began, while the agent is on one.
        breaks_past: by duty, how many of its breaks have begun or were skipped.
        in_service_since: by duty, when the agent logged in or came back from the last break.
    """

    def __init__(self, week: Week, scenario: Scenario, walk_ups: WalkUps) -> None:
        duties, pools, extra = len(week.duties), len(week.pools), len(walk_ups)
        count = len(week) + extra
        self.week = week
        self.scenario = scenario
        self.now = 0.0
        self.platform_is_down = False
        self.appointed: list[float] = week.appointed.tolist() + walk_ups.arrival.tolist()
        self.nominal: list[int] = week.duty.tolist() + [NOBODY] * extra
        self.pool: list[int] = week.pool.tolist() + [NOBODY] * extra
        self.companions = week.companions + ((),) * extra
        self.state = [SessionState.EXPECTED] * count
        self.ready = list(self.appointed)
        self.promised = list(self.appointed)
        self.put_off = [0.0] * count
        self.waits_since = list(self.appointed)
        self.there_since = list(self.appointed)
        self.prepared = [False] * count
        self.taken = [False] * count
        self.walk_up = [session >= len(week) for session in range(count)]
        self.idle: set[int] = set()
        self.idle_in_pool: list[set[int]] = [set() for _ in range(pools)]
        self.on_duty: list[set[int]] = [set() for _ in range(pools)]
        self.ends = [duty.end for duty in week.duties]
        self.on_call: list[set[int]] = [set() for _ in range(pools)]
        self.coming: list[set[int]] = [set() for _ in range(pools)]
        self.waiting_walk_ups: set[int] = set()
        self.waiting: list[set[int]] = [set() for _ in range(pools)]
        self.unprepared: list[set[int]] = [set() for _ in range(pools)]
        self.own = [list(duty.own_list) for duty in week.duties]
        self.breaks = [list(duty.breaks) for duty in week.duties]
        self.on_break_since = [0.0] * duties
        self.breaks_past = [0] * duties
        self.in_service_since = [0.0] * duties
        self.free_at = [0.0] * duties
        self.on_break = [False] * duties
        self._first_open = [0] * duties
        self._skill: list[int] = _with(week.skill, walk_ups)
        self.set_up: list[float] = _with(week.set_up, walk_ups)
        self.wrap_up: list[float] = _with(week.wrap_up, walk_ups)
        self._after_start: list[float] = _with(week.planned + week.wrap_up, walk_ups)
        self._longest_set_up = float(week.set_up.max())
        self._sessions_of_pool = self._by_appointment(week.pool.tolist(), pools)
        self._first_open_of_pool = [0] * pools

    # What a policy may ask.

    def can_serve(self, session: int) -> bool:
        """Whether nobody attends to it, all customers are there, and it may start (early, if allowed; not in
        an outage)."""
        return (
            not self.taken[session]
            and not self.platform_is_down
            and self.state[session] is SessionState.THERE
            and (
                self.scenario.allow_early_start
                or self.now >= self.appointed[session]
                or self.walk_up[session]
            )
        )

    def can_set_up(self, session: int) -> bool:
        """Whether its set-up is still to be done, and its planned time has come."""
        return (
            not self.taken[session]
            and not self.prepared[session]
            and not self.walk_up[session]
            and self.state[session] <= SessionState.THERE
            and self.now >= self.appointed[session] - self.set_up[session]
        )

    def is_due(self, session: int) -> bool:
        """Whether the appointment has come and the session is still open."""
        return self.appointed[session] <= self.now and self.is_open(session)

    def is_open(self, session: int) -> bool:
        """Whether the appointment is still to be kept: the session has not begun and is not given up."""
        return self.state[session] <= SessionState.THERE and not self.walk_up[session]

    def has_skill(self, duty: int, session: int) -> bool:
        """Whether the agent of the duty has the session's skill."""
        return self._skill[session] in self.week.duties[duty].skills

    def has_skill_of(self, other: int, session: int) -> bool:
        """Whether another session needs the same skill."""
        return self._skill[other] == self._skill[session]

    def is_on_break(self, duty: int) -> bool:
        """Whether the agent is on a break."""
        return self.on_break[duty]

    def next_break(self, duty: int) -> float | None:
        """Planned start of the duty's next break."""
        planned = self.coming_break(duty)
        return None if planned is None else planned.start

    def coming_break(self, duty: int) -> PlannedBreak | None:
        """The duty's next break."""
        breaks, past = self.breaks[duty], self.breaks_past[duty]
        return breaks[past] if past < len(breaks) else None

    def next_own(self, duty: int) -> int:
        """The first session of the duty's own list that is not closed, nor now a walk-up, or NOBODY."""
        listed, place = self.own[duty], self._first_open[duty]
        while place < len(listed) and self._has_lost_its_turn(listed[place]):
            place += 1
        self._first_open[duty] = place
        return listed[place] if place < len(listed) else NOBODY

    def open_own(self, duty: int) -> Iterator[int]:
        """Sessions of the duty's own list whose appointment has come and which have not begun."""
        if self.next_own(duty) == NOBODY:
            return
        listed = self.own[duty]
        for place in range(self._first_open[duty], len(listed)):
            session = listed[place]
            if self.appointed[session] > self.now:
                return
            if self.is_open(session):
                yield session

    def own_due_before(self, duty: int, moment: float) -> bool:
        """Whether the set-up of an open session of the duty's own list must begin before this moment."""
        self.next_own(duty)
        listed = self.own[duty]
        return any(
            self.is_open(session) and self.latest_set_up(session) < moment
            for session in listed[self._first_open[duty] :]
        )

    def open_of_pool(self, pool: int, moment: float) -> Iterator[int]:
        """Open sessions of the pool that nobody attends to and whose set-up must begin before this moment."""
        listed, place = self._sessions_of_pool[pool], self._first_open_of_pool[pool]
        while place < len(listed) and self._has_lost_its_turn(listed[place]):
            place += 1
        self._first_open_of_pool[pool] = place
        for session in listed[place:]:
            if self.appointed[session] - self._longest_set_up >= moment:
                return
            if self.is_open(session) and not self.taken[session] and self.latest_set_up(session) < moment:
                yield session

    def latest_set_up(self, session: int) -> float:
        """When what is left of the set-up must begin for a start at the appointment."""
        return self.appointed[session] - self.remaining_set_up(session)

    def is_covered(self, session: int) -> bool:
        """Whether the nominal agent, by planned minutes, comes free in time for the session."""
        duty = self.nominal[session]
        if duty == NOBODY:
            return False
        plan = self.week.duties[duty]
        if self.now < plan.start:
            free = plan.start
        elif duty in self.on_duty[plan.pool]:
            free = self.expected_free(duty)
        else:
            return False
        return free <= max(self.latest_set_up(session), self.now)

    def _has_lost_its_turn(self, session: int) -> bool:
        return self.state[session] is SessionState.CLOSED or self.walk_up[session]

    def remaining_set_up(self, session: int) -> float:
        """Minutes of set-up still to be done."""
        return 0.0 if self.prepared[session] else self.set_up[session]

    def expected_free(self, duty: int) -> float:
        """When the agent will be free by planned minutes; never before now."""
        return self.now if duty in self.idle else max(self.now, self.free_at[duty])

    def spare(self, duty: int, session: int) -> float:
        """Minutes left before the next break or the end of the duty if the agent began it now, as planned."""
        return self.spare_from(duty, session, self.now)

    def spare_from(self, duty: int, session: int, begins: float) -> float:
        """The same for an agent who begins it (its set-up, unless that is done) later."""
        limit = self.next_break(duty)
        if limit is None:
            limit = self.ends[duty]
        return limit - self.planned_end(session, begins)

    def fits(self, duty: int, session: int) -> bool:
        """Whether, begun now and lasting as planned, it ends before the next break or the end of duty."""
        return self.spare(duty, session) >= 0

    def planned_end(self, session: int, begins: float) -> float:
        """End of the wrap-up, by planned minutes, when an agent begins it at `begins`."""
        starts = begins + self.remaining_set_up(session)
        if self.state[session] is not SessionState.THERE:
            starts = max(starts, self.appointed[session])
        return starts + self._after_start[session]

    def has_clock_event(self, duty: int) -> bool:
        """Whether a break of the duty is planned to begin now, or the duty ends now."""
        return self.now == self.ends[duty] or any(b.start == self.now for b in self.breaks[duty])

    # What the engine does.

    def order_anew(self) -> None:
        """Appointments or nominal agents have changed: the lists of agents and pools follow."""
        count = len(self.week)
        self.own = self._by_appointment(self.nominal[:count], len(self.own))
        self._first_open = [0] * len(self.own)
        self._sessions_of_pool = self._by_appointment(self.week.pool.tolist(), len(self._sessions_of_pool))
        self._first_open_of_pool = [0] * len(self._sessions_of_pool)

    def _by_appointment(self, group: list[int], groups: int) -> list[list[int]]:
        """The sessions of each group in order of appointment."""
        listed: list[list[int]] = [[] for _ in range(groups)]
        for session in sorted(range(len(group)), key=self.appointed.__getitem__):
            if group[session] != NOBODY:
                listed[group[session]].append(session)
        return listed

    def set_idle(self, duty: int) -> None:
        """The agent has nothing to do."""
        self.idle.add(duty)
        pool = self.week.duties[duty].pool
        if pool != NOBODY:
            self.idle_in_pool[pool].add(duty)

    def set_busy(self, duty: int) -> None:
        """The agent is no longer idle."""
        self.idle.discard(duty)
        pool = self.week.duties[duty].pool
        if pool != NOBODY:
            self.idle_in_pool[pool].discard(duty)

    def take(self, duty: int, session: int) -> None:
        """The agent attends to the session."""
        there = self.state[session] is SessionState.THERE
        self.free_at[duty] = (
            self.planned_end(session, self.now) if there else self.now + self.remaining_set_up(session)
        )
        self.taken[session] = True
        self.place(session)

    def release(self, session: int) -> None:
        """Nobody attends to the session any longer: it is set up, and its customers are not there."""
        self.taken[session] = False
        self.place(session)

    def place(self, session: int) -> None:
        """Put the session among the waiting, the unprepared, or neither, as its state has it."""
        pool = self.pool[session]
        if pool != NOBODY:
            self.waiting[pool].discard(session)
            self.unprepared[pool].discard(session)
        if self.walk_up[session]:
            self.waiting_walk_ups.discard(session)
            if self.can_serve(session):
                self.waiting_walk_ups.add(session)
        elif pool == NOBODY:
            return
        elif self.can_serve(session):
            self.waiting[pool].add(session)
        elif self.can_set_up(session):
            self.unprepared[pool].add(session)


def _with(of_sessions: np.ndarray, walk_ups: WalkUps) -> list[Any]:
    """A property of the sessions, and of the walk-ups, who have it from the sessions that they resemble."""
    return list(np.concatenate([of_sessions, of_sessions[walk_ups.like]]).tolist())
