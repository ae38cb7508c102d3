"""What is planned, in the form that an engine reads: numbered sessions, duties and pools."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from data.calendars import opening_intervals
from data.eligibility import evaluate
from data.model import (
    SESSION_KINDS,
    Agents,
    BreakRule,
    Case,
    Duty,
    LabourRegime,
    regime_on,
    tokens,
)
from data.model.columns import BoolArray, FloatArray, IntArray, TextArray
from simulation.breaks import PlannedBreak, planned_breaks
from simulation.random_streams import KeyArray, stable_keys

NOBODY = -1
"""Stands for "no duty" and "no pool"."""


@dataclass(frozen=True)
class PlannedDuty:
    """One duty: minutes on the planning axis.

    Attributes:
        pool: number of the agent's pool, or NOBODY.
        skills: numbers of the agent's skills.
        breaks: in order of time, with what the labour regime demands of each.
        own_list: the sessions that the schedule gives to this duty, in order of appointment.
        work_minutes: what the law counts as work.
        hourly_cost: R$ for an hour worked.
        on_call: on standby: the agent may be called from `start` on, `end` is the latest end; see `standby`.
        break_rules: of the labour regime: what is due by the work of the duty.
    """

    agent_id: str
    pool: int
    skills: frozenset[int]
    start: float
    end: float
    breaks: tuple[PlannedBreak, ...]
    own_list: tuple[int, ...]
    work_minutes: int
    hourly_cost: float
    on_call: bool = False
    break_rules: tuple[BreakRule, ...] = ()


class Breaks(NamedTuple):
    """The breaks of all duties, numbered in order of duties and of time; columns of equal length.

    Attributes:
        duty: whose break it is.
        start: as planned, minutes on the planning axis.
    """

    duty: IntArray
    start: FloatArray
    is_meal: BoolArray


@dataclass(frozen=True, eq=False)
class OpenHours:
    """The hours in which the issuer is open, cut at full hours; arrays of equal length.

    Attributes:
        start, minutes: minutes on the planning axis, and length.
        hour: hour of the day.
    """

    start: FloatArray
    minutes: FloatArray
    hour: IntArray
    key: KeyArray

    @classmethod
    def of(cls, case: Case) -> OpenHours:
        """The open hours of a case."""
        cuts: list[tuple[int, int]] = []
        for opens, closes in filter(None, opening_intervals(case.plan)):
            while opens < closes:
                until = min(opens + 60 - case.axis.minute_of_day(opens) % 60, closes)
                cuts.append((opens, until))
                opens = until
        return cls(
            start=np.array([start for start, _ in cuts], dtype=np.float64),
            minutes=np.array([end - start for start, end in cuts], dtype=np.float64),
            hour=np.array([case.axis.minute_of_day(start) // 60 for start, _ in cuts], dtype=np.int64),
            key=stable_keys(("open hour", start) for start, _ in cuts),
        )

    @classmethod
    def none(cls) -> OpenHours:
        """Always closed."""
        nothing = np.zeros(0)
        return cls(nothing, nothing, nothing.astype(np.int64), nothing.astype(np.uint64))


@dataclass(frozen=True, eq=False)
class Week:
    """All sessions (numbered as in the schedule) and duties (numbered as in the roster) of a case.

    Session times are minutes; `skill`, `pool` and `duty` (the nominal agent's, NOBODY where the nominal agent
    has no duty at the appointment) are numbers. `companions` lists, for each session, the other sessions that
    share a required participant. `attendance_*` has one row for each required participant of a session. The
    last `overbooked` sessions are booked beyond the plan; see `overbooking`.
    """

    booking_id: TextArray
    kind: TextArray
    skill_name: TextArray
    appointed: FloatArray
    planned: FloatArray
    set_up: FloatArray
    wrap_up: FloatArray
    lead_days: FloatArray
    participants: IntArray
    hour: IntArray
    skill: IntArray
    pool: IntArray
    duty: IntArray
    companions: tuple[tuple[int, ...], ...]
    key: KeyArray
    attendance_session: IntArray
    attendance_key: KeyArray
    duties: tuple[PlannedDuty, ...]
    duty_key: KeyArray
    pools: tuple[tuple[int, ...], ...]
    grid_minutes: int
    open_hours: OpenHours = field(default_factory=OpenHours.none)
    overbooked: int = 0

    @classmethod
    def of(cls, case: Case) -> Week:
        """Number the sessions and duties of a case.

        Raises:
            ValueError: when the case has no sessions, or a session's booking or agent is not in the case.
        """
        if not len(case.sessions):
            raise ValueError("the case has no sessions: there is nothing to simulate")
        rows = _rows(case.bookings.position, case.sessions.booking_id, "booking")
        agent_rows = _rows(case.agents.position, case.sessions.agent_id, "agent")
        _rows(case.agents.position, case.duties.agent_id, "agent")
        eligibility = evaluate(case)
        kind = eligibility.kind[rows]
        policies = {name: case.plan.policy.kind(name) for name in SESSION_KINDS}
        appointed = case.sessions.starts_at
        skills = skills_of(case)
        pool_of_agent, pool_count = pools_of_agents(case.agents)
        duty = _duties_of_sessions(case)
        attendance_session, participant = _attendance(case, rows, eligibility.required)
        duties = _planned_duties(case, skills, pool_of_agent, duty)
        return cls(
            booking_id=case.sessions.booking_id,
            kind=kind,
            skill_name=case.bookings.skill[rows],
            appointed=appointed.astype(np.float64),
            planned=case.sessions.duration_minutes.astype(np.float64),
            set_up=np.array([policies[name].set_up_minutes for name in kind], dtype=np.float64),
            wrap_up=np.array([policies[name].wrap_up_minutes for name in kind], dtype=np.float64),
            lead_days=np.maximum(appointed - case.bookings.booked_at[rows], 0) / 1440.0,
            participants=np.bincount(attendance_session, minlength=len(rows)).astype(np.int64),
            hour=np.array([case.axis.minute_of_day(int(s)) // 60 for s in appointed], dtype=np.int64),
            skill=np.array([skills[name] for name in case.bookings.skill[rows]], dtype=np.int64),
            pool=pool_of_agent[agent_rows],
            duty=duty,
            companions=_companions(len(rows), attendance_session, participant),
            key=stable_keys((name,) for name in case.sessions.booking_id),
            attendance_session=attendance_session,
            attendance_key=stable_keys(
                (case.sessions.booking_id[session], person)
                for session, person in zip(attendance_session.tolist(), participant, strict=True)
            ),
            duties=duties,
            duty_key=stable_keys((planned.agent_id, int(planned.start)) for planned in duties),
            pools=tuple(
                tuple(number for number, planned in enumerate(duties) if planned.pool == pool)
                for pool in range(pool_count)
            ),
            grid_minutes=case.plan.grid_minutes,
            open_hours=OpenHours.of(case),
        )

    def __len__(self) -> int:
        return len(self.appointed)

    @cached_property
    def breaks(self) -> Breaks:
        """The breaks of all duties."""
        listed = [(number, planned) for number, duty in enumerate(self.duties) for planned in duty.breaks]
        return Breaks(
            duty=np.array([number for number, _ in listed], dtype=np.int64),
            start=np.array([planned.start for _, planned in listed], dtype=np.float64),
            is_meal=np.array([planned.kind == "meal" for _, planned in listed], dtype=np.bool_),
        )

    @cached_property
    def first_break(self) -> tuple[int, ...]:
        """By duty, the number of its first break among those of all duties."""
        return (0, *accumulate(len(duty.breaks) for duty in self.duties[:-1]))


def _rows(position: dict[str, int], names: TextArray, what: str) -> IntArray:
    if any(name not in position for name in names):
        raise ValueError(f"the schedule or the roster names a {what} that is not in the case")
    return np.array([position[name] for name in names], dtype=np.int64)


def skills_of(case: Case) -> dict[str, int]:
    """The numbers of all skills that agents have or bookings need, by name."""
    held = {skill for cell in set(case.agents.skills) for skill in tokens(cell)}
    return {name: number for number, name in enumerate(sorted(held | set(case.bookings.skill)))}


def pools_of_agents(agents: Agents) -> tuple[IntArray, int]:
    """The number of each agent's pool, NOBODY for agents without one, and how many pools there are."""
    names = {name: number for number, name in enumerate(sorted(set(agents.pool) - {""}))}
    return np.array([names.get(name, NOBODY) for name in agents.pool], dtype=np.int64), len(names)


def _duties_of_sessions(case: Case) -> IntArray:
    """The duty of the nominal agent that contains the appointment."""
    starts: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for number, duty in enumerate(case.roster.duties):
        starts.setdefault(duty.agent_id, []).append(duty.start)
        numbers.setdefault(duty.agent_id, []).append(number)
    found = []
    for agent, start in zip(case.sessions.agent_id, case.sessions.starts_at.tolist(), strict=True):
        place = bisect_right(starts.get(agent, []), start) - 1
        number = numbers[agent][place] if place >= 0 else NOBODY
        found.append(number if number >= 0 and start < case.roster.duties[number].end else NOBODY)
    return np.array(found, dtype=np.int64)


def _planned_duties(
    case: Case, skills: dict[str, int], pool_of_agent: IntArray, duty_of_session: IntArray
) -> tuple[PlannedDuty, ...]:
    own: list[list[int]] = [[] for _ in case.roster.duties]
    for session in np.argsort(case.sessions.starts_at, kind="stable").tolist():
        if duty_of_session[session] >= 0:
            own[duty_of_session[session]].append(session)
    return tuple(
        _planned_duty(case, duty, skills, pool_of_agent, tuple(listed))
        for duty, listed in zip(case.roster.duties, own, strict=True)
    )


def duties_in_one_pool(case: Case, skills: dict[str, int]) -> tuple[PlannedDuty, ...]:
    """The duties of a roster before anything is appointed, all in the pool 0.

    Args:
        case: with the roster.
        skills: numbers of skills by name; those left out don't count.
    """
    pool = np.zeros(len(case.agents), dtype=np.int64)
    known = {name: skills.get(name, NOBODY) for cell in set(case.agents.skills) for name in tokens(cell)}
    listed = (_planned_duty(case, duty, known, pool, ()) for duty in case.roster.duties)
    return tuple(replace(duty, skills=duty.skills - {NOBODY}) for duty in listed)


def _planned_duty(
    case: Case, duty: Duty, skills: dict[str, int], pool_of_agent: IntArray, own_list: tuple[int, ...]
) -> PlannedDuty:
    agent = case.agents.position[duty.agent_id]
    contract = case.contracts.position[case.agents.contract_id[agent]]
    regime = _regime(case, str(case.contracts.regime[contract]), duty)
    return PlannedDuty(
        agent_id=duty.agent_id,
        pool=int(pool_of_agent[agent]),
        skills=frozenset(skills[name] for name in tokens(case.agents.skills[agent])),
        start=float(duty.start),
        end=float(duty.end),
        breaks=planned_breaks(duty, regime),
        own_list=own_list,
        work_minutes=duty.work_minutes,
        hourly_cost=float(case.contracts.hourly_cost[contract]),
        break_rules=regime.breaks if regime else (),
    )


def _regime(case: Case, name: str, duty: Duty) -> LabourRegime | None:
    """The regime in force on the day of the duty, if one is."""
    try:
        return regime_on(case.plan.labour, name, case.axis.date_of(case.axis.day_of(duty.start)))
    except LookupError:
        return None


def _attendance(case: Case, rows: IntArray, required: np.ndarray) -> tuple[IntArray, list[str]]:
    """The session and the person of each required attendance, in order of sessions."""
    session_of = {case.bookings.booking_id[row]: session for session, row in enumerate(rows.tolist())}
    listed = [
        (session_of[booking], person)
        for booking, person, needed in zip(
            case.participants.booking_id, case.participants.participant_id, required, strict=True
        )
        if needed and booking in session_of
    ]
    listed.sort()
    return np.array([session for session, _ in listed], dtype=np.int64), [person for _, person in listed]


def _companions(count: int, sessions: IntArray, persons: list[str]) -> tuple[tuple[int, ...], ...]:
    attended: dict[str, list[int]] = {}
    for session, person in zip(sessions.tolist(), persons, strict=True):
        attended.setdefault(person, []).append(session)
    others: list[set[int]] = [set() for _ in range(count)]
    for listed in attended.values():
        if len(listed) > 1:
            for session in listed:
                others[session].update(s for s in listed if s != session)
    return tuple(tuple(sorted(found)) for found in others)
