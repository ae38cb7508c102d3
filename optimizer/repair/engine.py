"""One call that mends the day: pool by pool, those in which nothing is wrong left alone."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from data.day import CallStandby, DayState, Decision, Delay, MoveBreak, NewTime, Rebind, Rebook
from data.day.repaired import Disruption, Planned, RepairPlan
from data.files.added_bookings import with_added
from data.model import Case
from optimizer.budget import Budget
from optimizer.repair.day_facts import DayFacts
from optimizer.repair.draft import Draft, is_moved, is_new_time
from optimizer.repair.first_plan import as_it_stands
from optimizer.repair.options import delays, new_times
from optimizer.repair.pool_repair import repair_pool
from optimizer.repair.problem import DayProblem, PoolProblem, day_problem, engagements
from optimizer.solve_result import SolveLimits

WORK = 4.0
"""Work for one call where no limits are given."""

OUT_OF_REACH = "out_of_reach"
"""Nobody can hold the session today, whatever becomes of the others."""
NO_ROOM = "no_room"
"""Those who could hold it in time are needed by others."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Repair:
    """A repaired day.

    Attributes:
        disruption: what the repair does, in the pools that it touches.
        bounds: for each level, no repair that is as good at the levels before does less.
        touched: pools in which something was wrong; of agents without a pool, their names.
        bookings: the sessions of these pools that were still to be held.
        reasons: by booking, why it is rebooked: OUT_OF_REACH or NO_ROOM.
        stopped: whether the work or the time allowed ended the search before it was through.
        reproducible: whether the same call has the same answer (the clock did not stop it).
    """

    plan: RepairPlan
    disruption: Disruption
    bounds: Disruption
    touched: tuple[str, ...]
    bookings: frozenset[str]
    reasons: Mapping[str, str]
    seconds: float
    stopped: bool
    reproducible: bool


@dataclass
class _Plan:
    """The day's plan as pool after pool joins it."""

    decisions: list[Decision] = field(default_factory=list)
    sessions: dict[str, Planned] = field(default_factory=dict)
    breaks: dict[tuple[str, int], int] = field(default_factory=dict)

    def join(self, draft: Draft) -> None:
        """Add a pool."""
        problem = draft.problem
        for session, place in zip(problem.sessions, draft.placed, strict=True):
            if place is not None:
                self.sessions[session.booking_id] = Planned(problem.agents[place[0]].agent_id, place[1])
        for (agent, number), start in draft.breaks.items():
            time_of = problem.agents[agent]
            self.breaks[time_of.agent_id, time_of.breaks[number].place] = start


class Repairer:
    """Mends the days of a case, as often as asked; what does not change is looked up once.

    Args:
        case: with the roster and the schedule.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: tuple[tuple[int, frozenset[str]], DayFacts] | None = None

    def facts(self, state: DayState) -> DayFacts:
        """The facts of the day, with the bookings that were added during it."""
        key = state.day, frozenset(state.added)
        if self._known is None or self._known[0] != key:
            self._known = key, DayFacts(with_added(self._case, state), state.day)
        return self._known[1]

    def repair(
        self,
        state: DayState,
        now: int,
        limits: SolveLimits | None = None,
        only: Collection[str] | None = None,
    ) -> Repair:
        """Mend the day as it stands at a minute of the planning axis; the state is not changed.

        Args:
            limits: default: WORK.
            only: mend pools with these bookings only.

        Pools are looked at one after the other. People with sessions in several pools are engaged, for one
        pool, where the others have put them, or were to have them.

        Raises:
            KeyboardInterrupt: when the search was interrupted.
            BadDataError: when a booking that the day has added can't be read.
        """
        begun = time.perf_counter()
        problem = day_problem(self.facts(state), state, now)
        budget = Budget(limits or SolveLimits(work=WORK))
        people = _People(problem)
        plan = _Plan()
        wrong = []
        for key in problem.sessions:
            standing = as_it_stands(problem.pool(key, people.engaged_outside(key)))
            is_meant = only is None or any(session.booking_id in only for session in problem.sessions[key])
            if standing.is_fine or not is_meant:
                plan.join(standing.draft)
                people.move(key, standing.draft)
            else:
                wrong.append(key)
        disruption = bounds = Disruption()
        concerned: set[str] = set()
        reasons: dict[str, str] = {}
        stopped = False
        for number, key in enumerate(wrong):
            standing = as_it_stands(problem.pool(key, people.engaged_outside(key)))
            answer = repair_pool(standing, now, budget, 1 / (len(wrong) - number))
            plan.join(answer.draft)
            people.move(key, answer.draft)
            plan.decisions += decided(answer.draft)
            disruption = disruption.plus(answer.draft.disruption())
            bounds = bounds.plus(Disruption(answer.bounds[:18], *answer.bounds[18:]))
            concerned |= {session.booking_id for session in answer.draft.problem.sessions}
            reasons |= _reasons(answer.draft)
            stopped |= answer.stopped
        return Repair(
            plan=RepairPlan(tuple(plan.decisions), plan.sessions, plan.breaks, problem.awaited),
            disruption=disruption,
            bounds=bounds,
            touched=tuple(key[1] for key in wrong),
            bookings=frozenset(concerned),
            reasons=reasons,
            seconds=time.perf_counter() - begun,
            stopped=stopped,
            reproducible=not budget.clock_stopped,
        )


class _People:
    """When participants are in sessions that run, or in sessions of several pools."""

    def __init__(self, problem: DayProblem) -> None:
        self._running = engagements(problem)
        shared: dict[str, dict[Key, list[tuple[int, int]]]] = {}
        for key, sessions in problem.sessions.items():
            for session in sessions:
                start = max(session.start, problem.now)
                for person in session.participants:
                    spans = shared.setdefault(person, {}).setdefault(key, [])
                    spans.append((start, start + session.duration))
        self._shared = {person: pools for person, pools in shared.items() if len(pools) > 1}

    def engaged_outside(self, key: Key) -> dict[str, list[tuple[int, int]]]:
        """By participant, when they are engaged outside a pool."""
        found = {person: list(spans) for person, spans in self._running.items()}
        for person, pools in self._shared.items():
            for other, spans in pools.items():
                if other != key:
                    found.setdefault(person, []).extend(spans)
        return found

    def move(self, key: Key, draft: Draft) -> None:
        """Take note of where a pool has put its sessions."""
        for pools in self._shared.values():
            if key in pools:
                pools[key] = []
        for session, place in zip(draft.problem.sessions, draft.placed, strict=True):
            for person in session.participants:
                if place is not None and person in self._shared:
                    self._shared[person][key].append((place[1], place[1] + session.minutes))


def decided(draft: Draft) -> Iterator[Decision]:
    """The decisions that make a plan of the present one, in the order in which they can be carried out."""
    problem = draft.problem
    called = sorted({place[0] for place in draft.placed if place and problem.agents[place[0]].on_call})
    for place in called:
        agent = problem.agents[place]
        yield CallStandby(agent_id=agent.agent_id, start=agent.free, end=agent.end)
    for (place, number), start in sorted(draft.breaks.items()):
        agent = problem.agents[place]
        if is_moved(agent, number, start):
            yield MoveBreak(agent_id=agent.agent_id, place=agent.breaks[number].place, start=start)
    for session, where in zip(problem.sessions, draft.placed, strict=True):
        if where is None:
            yield Rebook(booking_id=session.booking_id)
            continue
        agent_id, start = problem.agents[where[0]].agent_id, where[1]
        if is_new_time(session, start):
            yield NewTime(booking_id=session.booking_id, agent_id=agent_id, start=start)
        elif start > session.ready + session.slack:
            yield Delay(booking_id=session.booking_id, agent_id=agent_id, start=start)
        elif where[0] != session.nominal:
            yield Rebind(booking_id=session.booking_id, agent_id=agent_id)


def _reasons(draft: Draft) -> dict[str, str]:
    problem: PoolProblem = draft.problem
    return {
        session.booking_id: NO_ROOM if delays(problem, number) or new_times(problem, number) else OUT_OF_REACH
        for number, (session, place) in enumerate(zip(problem.sessions, draft.placed, strict=True))
        if place is None
    }
