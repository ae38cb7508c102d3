"""Policies of the day: who serves whom next.

A policy sees the `Floor`, never what chance will bring, and answers two questions. It has no state of its
own, so that one object serves any number of replications. A policy that asks a solver fits the same protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from data.model import Scenario
from simulation.break_shifting import AfterSession, BreakShifting, break_shifting_of, may_begin
from simulation.floor import Floor
from simulation.standby import whom_to_call
from simulation.walk_up_rules import agent_for_walk_up, next_walk_up
from simulation.week import NOBODY

LONGEST_FOR_A_BREAK = 15.0
"""Minutes that a customer may be left waiting, so that a colleague serves without running over; the limit
after which customers are rebooked counts where it is shorter.

Left waiting for as long as an hour, customers of small pools wait longer than those of lists of one's own.
"""


class Step(Enum):
    """What an agent does next, other than attending to a session."""

    WAIT = "wait"
    TAKE_BREAK = "take_break"
    LEAVE = "leave"


class DayPolicy(Protocol):
    """The rules by which agents and sessions find each other, and when agents on standby are called."""

    @property
    def name(self) -> str:
        """A word for reports."""

    def next_step(self, floor: Floor, duty: int) -> Step | int:
        """What the free agent of a duty does now: a `Step`, or the number of the session to attend to.

        Attending means setting up unless that is done, and then serving if the customers are there. The
        engine asks when the agent becomes free, at the start of each break, at the end of the duty, when one
        of the agent's own sessions is given up, and when `whom_to_ask` names the agent.
        """

    def whom_to_ask(self, floor: Floor, session: int) -> int:
        """The idle duty whose agent may want this session, which can now be set up or served, or NOBODY.

        The session may be that of a walk-up (`Floor.walk_up`), who has no nominal agent.
        """

    def whom_to_call(self, floor: Floor, session: int) -> int:
        """The duty of an agent on standby to call now that this session's customer is there and nobody has
        taken it, or NOBODY."""


@dataclass(frozen=True)
class OwnList:
    """Each agent serves the sessions of the schedule in order of appointment, and nobody else's.

    The agent waits for the next customer of the list until the tolerance ends, even when a later one is
    there. A break comes after the sessions appointed before it, late if they run late, as far as
    `break_shifting` lets them run into it. Walk-ups are taken in the time that is left; see `walk_up_rules`.
    """

    name: str = "own_list"
    break_shifting: BreakShifting = AfterSession()

    def next_step(self, floor: Floor, duty: int) -> Step | int:
        """The head of the list, or the break that precedes it; a walk-up while there is neither."""
        return _or_walk_up(floor, duty, self._by_appointment(floor, duty))

    def _by_appointment(self, floor: Floor, duty: int) -> Step | int:
        session = floor.next_own(duty)
        pause = floor.next_break(duty)
        is_due = pause is not None and floor.now >= pause
        if pause is not None and (session == NOBODY or pause <= floor.appointed[session]):
            return Step.TAKE_BREAK if is_due else Step.WAIT
        if session == NOBODY:
            return Step.LEAVE if floor.now >= floor.ends[duty] else Step.WAIT
        if (floor.can_serve(session) or floor.can_set_up(session)) and may_begin(
            floor, self.break_shifting, duty, session
        ):
            return session
        return Step.TAKE_BREAK if is_due and not self.break_shifting.stays else Step.WAIT

    def whom_to_ask(self, floor: Floor, session: int) -> int:
        """The nominal agent; for walk-ups anybody."""
        if floor.walk_up[session]:
            return agent_for_walk_up(floor, session)
        duty = floor.nominal[session]
        return duty if duty in floor.idle else NOBODY

    def whom_to_call(self, floor: Floor, session: int) -> int:  # noqa: ARG002 - the protocol's arguments
        """Nobody: others can't serve the list."""
        return NOBODY


@dataclass(frozen=True)
class PoolLateBinding:
    """The agents of a pool serve the pool's sessions; the agent is bound when the customer is there.

    - Who is served next: of the customers who are there and whose skill the agent has, the one with the
      smallest max(appointment, arrival) (DOMAIN 6.4). Setting up for a customer who is not there yet comes
      second. The set-up is work on the booking's file: whoever of the pool does it, another can serve.
    - Who serves: the nominal agent if idle, else of the idle agents with the skill the one with the fewest
      skills, then with the least time to spare before the next break or the end of the duty.
    - Breaks come first: no agent begins what by planned minutes would run into the agent's next break, or
      past the end of the duty, as long as another agent of the pool on duty, idle or at work, could by
      planned minutes begin it within `LONGEST_FOR_A_BREAK`, and before the customer must be rebooked, and end
      it in time. When no such agent is left, the idle agent who would run over the least serves, as far as
      `break_shifting` lets sessions run into breaks; a break that falls due meanwhile starts late.
    - The nominal agent of a late customer stays, past the start of a break or the end of the duty, only while
      nobody else of the pool who has the skill is in service; past the start of a break, only if
      `break_shifting` has agents stay.
    - Agents without a pool work their own list.
    - Agents on standby are called when the expected wait is too long, see `standby`; unless `calls_standby`
      leaves that to somebody else.
    - Walk-ups, of any pool, are taken in the time that is left; see `walk_up_rules`.
    """

    own_list: OwnList = OwnList()
    name: str = "pool_late_binding"
    break_shifting: BreakShifting = AfterSession()
    calls_standby: bool = True

    def next_step(self, floor: Floor, duty: int) -> Step | int:
        """Break, customer who is there, end of duty, set-up, walk-up: in this order."""
        if floor.week.duties[duty].pool == NOBODY:
            return self.own_list.next_step(floor, duty)
        return _or_walk_up(floor, duty, self._by_appointment(floor, duty))

    def _by_appointment(self, floor: Floor, duty: int) -> Step | int:
        pause = floor.next_break(duty)
        break_is_due = pause is not None and floor.now >= pause
        if break_is_due and not self._is_needed(floor, duty):
            return Step.TAKE_BREAK
        session = self._longest_waiting(floor, duty)
        if session != NOBODY:
            return session
        if break_is_due or floor.now >= floor.ends[duty]:
            if (self.break_shifting.stays or not break_is_due) and self._is_needed(floor, duty):
                return Step.WAIT
            return Step.TAKE_BREAK if break_is_due else Step.LEAVE
        return self._next_set_up(floor, duty)

    def whom_to_ask(self, floor: Floor, session: int) -> int:
        """The nominal agent if idle and in time, else the best of the idle agents."""
        if floor.walk_up[session]:
            return agent_for_walk_up(floor, session)
        pool = floor.pool[session]
        if pool == NOBODY:
            return self.own_list.whom_to_ask(floor, session)
        nominal = floor.nominal[session]
        if nominal in floor.idle and floor.has_skill(nominal, session) and floor.fits(nominal, session):
            return nominal
        best, best_rank = NOBODY, (True, 0.0, 0)
        for duty in floor.idle_in_pool[pool]:
            if floor.has_skill(duty, session):
                spare = floor.spare(duty, session)
                if spare < 0 and not may_begin(floor, self.break_shifting, duty, session):
                    continue
                rank = (
                    (False, len(floor.week.duties[duty].skills) * 1e6 + spare, duty)
                    if spare >= 0
                    else (True, -spare, duty)
                )
                if best == NOBODY or rank < best_rank:
                    best, best_rank = duty, rank
        return best

    def whom_to_call(self, floor: Floor, session: int) -> int:
        """By the expected wait; see `standby`."""
        return whom_to_call(floor, session) if self.calls_standby else NOBODY

    def _longest_waiting(self, floor: Floor, duty: int) -> int:
        best, best_rank = NOBODY, (0.0, True, 0)
        for session in floor.waiting[floor.week.duties[duty].pool]:
            if floor.has_skill(duty, session):
                rank = (floor.ready[session], floor.nominal[session] != duty, session)
                if (best == NOBODY or rank < best_rank) and self._may_take(floor, duty, session):
                    best, best_rank = session, rank
        return best

    def _next_set_up(self, floor: Floor, duty: int) -> Step | int:
        best, best_rank = NOBODY, (0.0, True, 0)
        for session in floor.unprepared[floor.week.duties[duty].pool]:
            if floor.has_skill(duty, session):
                rank = (floor.appointed[session], floor.nominal[session] != duty, session)
                if (best == NOBODY or rank < best_rank) and self._may_take(floor, duty, session):
                    best, best_rank = session, rank
        return Step.WAIT if best == NOBODY else best

    def _may_take(self, floor: Floor, duty: int, session: int) -> bool:
        """Whether it fits, or may run over a break or the end of the duty."""
        return floor.fits(duty, session) or (
            may_begin(floor, self.break_shifting, duty, session) and self._may_run_over(floor, duty, session)
        )

    def _may_run_over(self, floor: Floor, duty: int, session: int) -> bool:
        """Whether nobody else could, by planned minutes, serve it in time and without running over."""
        latest = max(floor.ready[session], floor.now) + left_waiting(floor.scenario)
        return not any(
            other != duty
            and floor.has_skill(other, session)
            and (begins := floor.expected_free(other)) <= latest - floor.remaining_set_up(session)
            and floor.spare_from(other, session, begins) >= 0
            for other in floor.on_duty[floor.pool[session]]
        )

    def _is_needed(self, floor: Floor, duty: int) -> bool:
        """Whether a customer of the agent's own is still awaited, or there, whom nobody else could serve."""
        return any(
            floor.is_due(session)
            and floor.has_skill(duty, session)
            and not any(
                other != duty and floor.has_skill(other, session) and not floor.is_on_break(other)
                for other in floor.on_duty[floor.pool[session]]
            )
            for session in floor.open_own(duty)
        )


def _or_walk_up(floor: Floor, duty: int, step: Step | int) -> Step | int:
    """The step, or a walk-up instead of waiting."""
    if step is not Step.WAIT or not floor.waiting_walk_ups:
        return step
    session = next_walk_up(floor, duty)
    return Step.WAIT if session == NOBODY else session


def left_waiting(scenario: Scenario) -> float:
    """Minutes that customers are left waiting at most for a colleague who need not run over."""
    return min(scenario.rebooking_after, LONGEST_FOR_A_BREAK)


def policy_of(scenario: Scenario) -> DayPolicy:
    """The policy that a scenario asks for."""
    shifting = break_shifting_of(scenario)
    own_list = OwnList(break_shifting=shifting)
    return PoolLateBinding(own_list=own_list, break_shifting=shifting) if scenario.pooled else own_list
