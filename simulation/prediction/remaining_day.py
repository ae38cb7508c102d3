"""What of a day is still to come, as a week for the engines: open and running sessions, agents of the day."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from data.day import AgentNow, DayState, SessionNow, Status
from data.day.records import OPEN
from data.model import Case, tokens
from data.model.columns import FloatArray, IntArray
from simulation.breaks import PlannedBreak
from simulation.random_streams import stable_keys
from simulation.week import NOBODY, OpenHours, PlannedDuty, Week, pools_of_agents, skills_of


@dataclass(frozen=True, eq=False)
class RemainingDay:
    """The rest of a day.

    Attributes:
        week: sessions that are open or running, in the order of the state; the appointments are those that
            the customers know. Duties of the day as they are planned now, agents on standby who are called
            among them.
        sessions, agents: the same as the state has them.
        duty_of: number of the duty by agent.
        wrap_up: minutes, by booking, of sessions that have ended.
    """

    week: Week
    sessions: tuple[SessionNow, ...]
    agents: tuple[AgentNow, ...]
    duty_of: dict[str, int]
    wrap_up: dict[str, float]


class RemainingDays:
    """Makes the rest of a day from a state; what belongs to the case is worked out once."""

    def __init__(self, case: Case) -> None:
        self._case, self._week = case, Week.of(case)
        self._row = {name: row for row, name in enumerate(self._week.booking_id.tolist())}
        self._skills = skills_of(case)
        self._pools = pools_of_agents(case.agents)[0]
        self._duties_of: dict[str, list[PlannedDuty]] = {}
        for duty in self._week.duties:
            self._duties_of.setdefault(duty.agent_id, []).append(duty)

    def pool_of(self, agent_id: str) -> int:
        """Number of an agent's pool; NOBODY: none, or the agent is not known."""
        row = self._case.agents.position.get(agent_id)
        return NOBODY if row is None else int(self._pools[row])

    def pool_of_session(self, session: SessionNow) -> int:
        """Number of the pool of a session: of the agent whom the plan has, or who is to hold one that it
        does not have; NOBODY: none."""
        row = self._row.get(session.booking_id)
        return self.pool_of(session.agent_id) if row is None else int(self._week.pool[row])

    def of(self, state: DayState, pool: int | None = None, until: float = math.inf) -> RemainingDay:
        """The rest of the day that a state speaks of; of one pool only, and of appointments until then.

        Bookings that the plan does not have are joint when two or more must attend, judicial when their row
        says that the holder has died; one whose skill no agent has cannot be held.
        """
        known = self._case.agents.position
        agents = tuple(
            a
            for a in state.agents.values()
            if a.start is not None
            and a.agent_id in known
            and (pool is None or self._pools[known[a.agent_id]] == pool)
        )
        duties = [self._duty(state, agent) for agent in agents]
        duty_of = {agent.agent_id: number for number, agent in enumerate(agents)}
        sessions = tuple(
            s
            for s in state.sessions.values()
            if (s.status is Status.RUNNING or (s.status in OPEN and s.start <= until))
            and (pool is None or self.pool_of_session(s) == pool)
        )
        nominal = np.array([duty_of.get(s.agent_id, NOBODY) for s in sessions], dtype=np.int64)
        appointed = np.array([s.start for s in sessions], dtype=np.float64)
        own: list[list[int]] = [[] for _ in duties]
        for session in np.argsort(appointed, kind="stable").tolist():
            if nominal[session] != NOBODY:
                own[nominal[session]].append(session)
        duties = [replace(duty, own_list=tuple(listed)) for duty, listed in zip(duties, own, strict=True)]
        week = self._week_of(state, sessions, tuple(duties), appointed, nominal)
        kinds = self._case.plan.policy
        wrap_up = {
            s.booking_id: float(kinds.kind(self._kind(state, s)).wrap_up_minutes)
            for s in state.sessions.values()
            if s.status is Status.ENDED and s.agent_id in duty_of
        }
        return RemainingDay(week, sessions, agents, duty_of, wrap_up)

    def with_breaks_of(self, rest: RemainingDay, state: DayState) -> RemainingDay:
        """The same rest of a day, with the breaks as a state has them that differs in nothing else."""
        agents = tuple(state.agents[agent.agent_id] for agent in rest.agents)
        duties = tuple(
            duty if agent is before else replace(self._duty(state, agent), own_list=duty.own_list)
            for duty, agent, before in zip(rest.week.duties, agents, rest.agents, strict=True)
        )
        return replace(rest, week=replace(rest.week, duties=duties), agents=agents)

    def _week_of(
        self,
        state: DayState,
        sessions: tuple[SessionNow, ...],
        duties: tuple[PlannedDuty, ...],
        appointed: FloatArray,
        nominal: IntArray,
    ) -> Week:
        week, axis = self._week, self._case.axis
        rows = np.array([self._row.get(s.booking_id, NOBODY) for s in sessions], dtype=np.int64)
        known = rows != NOBODY
        kind = np.array([self._kind(state, s) for s in sessions], dtype=object)
        minutes = {name: self._case.plan.policy.kind(name) for name in set(kind.tolist())}
        skills = [self._skill_name(state, s) for s in sessions]
        attending = [(n, person) for n, s in enumerate(sessions) for person in s.participants]
        return Week(
            booking_id=np.array([s.booking_id for s in sessions], dtype=object),
            kind=kind,
            skill_name=np.array(skills, dtype=object),
            appointed=appointed,
            planned=np.array([s.duration for s in sessions], dtype=np.float64),
            set_up=np.array([minutes[name].set_up_minutes for name in kind], dtype=np.float64),
            wrap_up=np.array([minutes[name].wrap_up_minutes for name in kind], dtype=np.float64),
            lead_days=np.where(known, week.lead_days[rows], 0.0),
            participants=np.array([len(s.participants) for s in sessions], dtype=np.int64),
            hour=np.array([axis.minute_of_day(s.start) // 60 for s in sessions], dtype=np.int64),
            skill=np.array([self._skills.get(n, len(self._skills)) for n in skills], dtype=np.int64),
            pool=np.array([self.pool_of_session(s) for s in sessions], dtype=np.int64),
            duty=nominal,
            companions=_companions([s.participants for s in sessions]),
            key=stable_keys((s.booking_id,) for s in sessions),
            attendance_session=np.array([number for number, _ in attending], dtype=np.int64),
            attendance_key=stable_keys((sessions[number].booking_id, person) for number, person in attending),
            duties=duties,
            duty_key=stable_keys((duty.agent_id, int(duty.start)) for duty in duties),
            pools=tuple(
                tuple(number for number, duty in enumerate(duties) if duty.pool == pool)
                for pool in range(len(week.pools))
            ),
            grid_minutes=week.grid_minutes,
            open_hours=self._hours_left(state),
        )

    def _kind(self, state: DayState, session: SessionNow) -> str:
        row = self._row.get(session.booking_id)
        if row is not None:
            return str(self._week.kind[row])
        if state.added[session.booking_id].booking.get("holder_is_deceased"):
            return "judicial"
        return "joint" if len(session.participants) >= 2 else "single"

    def _skill_name(self, state: DayState, session: SessionNow) -> str:
        row = self._row.get(session.booking_id)
        if row is not None:
            return str(self._week.skill_name[row])
        return str(state.added[session.booking_id].booking.get("skill", ""))

    def _duty(self, state: DayState, agent: AgentNow) -> PlannedDuty:
        """The agent's duty as it is planned now."""
        if agent.start is None or agent.end is None:
            raise ValueError(f"agent {agent.agent_id} has no duty")
        for duty in self._duties_of.get(agent.agent_id, ()):
            if self._case.axis.day_of(int(duty.start)) == state.day:
                breaks = _breaks_now(duty, agent)
                return replace(duty, start=float(agent.start), end=float(agent.end), breaks=breaks)
        row = self._case.agents.position[agent.agent_id]
        contract = self._case.contracts.position[self._case.agents.contract_id[row]]
        return PlannedDuty(
            agent_id=agent.agent_id,
            pool=int(self._pools[row]),
            skills=frozenset(self._skills[name] for name in tokens(self._case.agents.skills[row])),
            start=float(agent.start),
            end=float(agent.end),
            breaks=(),
            own_list=(),
            work_minutes=agent.end - agent.start,
            hourly_cost=float(self._case.contracts.hourly_cost[contract]),
        )

    def _hours_left(self, state: DayState) -> OpenHours:
        hours, axis = self._week.open_hours, self._case.axis
        first, end = float(axis.day_starts[state.day]), float(axis.day_starts[state.day + 1])
        left = (hours.start >= first) & (hours.start < end)
        return OpenHours(hours.start[left], hours.minutes[left], hours.hour[left], hours.key[left])


def _breaks_now(duty: PlannedDuty, agent: AgentNow) -> tuple[PlannedBreak, ...]:
    """The breaks as they are planned now, with what the regime demands of them; of breaks that the plan does
    not have, nothing is known."""
    if len(agent.breaks) == len(duty.breaks):
        return tuple(
            replace(planned, start=float(now.start), minutes=float(now.end - now.start))
            for planned, now in zip(duty.breaks, agent.breaks, strict=True)
        )
    return tuple(
        PlannedBreak(
            start=float(now.start),
            minutes=float(now.end - now.start),
            kind=now.kind,
            earliest=-math.inf,
            latest=math.inf,
            longest_stretch=math.inf,
        )
        for now in agent.breaks
    )


def _companions(participants: list[tuple[str, ...]]) -> tuple[tuple[int, ...], ...]:
    """By session, the others that share a participant."""
    attended: dict[str, list[int]] = {}
    for number, people in enumerate(participants):
        for person in people:
            attended.setdefault(person, []).append(number)
    others: list[set[int]] = [set() for _ in participants]
    for listed in attended.values():
        for number in listed:
            others[number].update(n for n in listed if n != number)
    return tuple(tuple(sorted(found)) for found in others)
