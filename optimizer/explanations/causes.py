"""Why a booking cannot start at a certain time: proven causes, the most binding first.

A cause of a rule on starts, of service or of fixed pins holds whatever the rest of the plan is. That somebody
is in another session, or that the agents' time is taken, holds for the plan as it stands; what it would cost
to change that is another question (`optimizer.explanations.price`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from data.calendars import opening_intervals
from optimizer.allocation.pins import fixed_pins, needed
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.start_rules import (
    FIXED_PIN,
    LEAD_TIME,
    LOCAL_HOURS,
    OPENING,
    PROXY_AGE,
    WINDOW,
    StartRule,
    earliest_starts,
    forbidding,
    proxy_days,
    start_rules,
)
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.explanations.standing import Standing
from optimizer.solve_result import SolveStatus

Values = Mapping[str, str | int]

NAMED = 8
"""Sessions named in one cause at most; of the others the number is said."""


@dataclass(frozen=True)
class Cause:
    """One cause.

    Attributes:
        code: key of its sentence in the catalogue.
        rule: the rule behind it, by the referee's code.
        values: what the sentence names.
        bookings: ids of the bookings that stand in the way, if any.
        lasting: whether it holds whatever the rest of the plan is.
    """

    code: str
    rule: str
    values: Values
    bookings: tuple[str, ...] = ()
    lasting: bool = True


def why_not(standing: Standing, booking: int, slot: int, budget: Budget) -> tuple[Cause, ...]:
    """Why an eligible booking is not at a start: all rules that forbid it, or else the first of the others.

    Empty when nothing stands in the way: an able agent is free and so is everybody who must attend.
    """
    ruled_out = (*forbidden_starts(standing, booking, slot), *nobody_in_service(standing, booking, slot))
    if ruled_out:
        return ruled_out
    pinned = taken_by_fixed_pins(standing, booking, slot, budget)
    return pinned or (
        *kept_confirmation(standing, booking, slot),
        *people_in_other_sessions(standing, booking, slot),
        *agents_taken(standing, booking, slot),
    )


def forbidden_starts(standing: Standing, booking: int, slot: int) -> tuple[Cause, ...]:
    """The rules on starts that forbid this one."""
    rules = forbidding(start_rules(standing.problem, booking), slot * standing.problem.grid)
    return tuple(_WORDS[rule.code](standing, booking, rule, slot) for rule in rules)


def forbidden_by(standing: Standing, booking: int, rule: StartRule) -> Cause:
    """What a rule asks of every start of the booking."""
    of_rule = _WORDS[rule.code](standing, booking, rule, 0)
    values = {name: value for name, value in of_rule.values.items() if name != "span"}
    code = of_rule.code.replace("start.", "rule.")
    if rule.code == OPENING:
        values["hours"] = _hours(standing)
    return Cause(code, rule.code, values)


def _hours(standing: Standing) -> str:
    """The opening hours of the horizon."""
    hours = [interval for interval in opening_intervals(standing.problem.case.plan) if interval is not None]
    return ", ".join(standing.moments.span(*interval) for interval in hours)


def _opening(standing: Standing, booking: int, _rule: StartRule, slot: int) -> Cause:
    return Cause("start.opening", OPENING, {"span": _session(standing, booking, slot)})


def _lead_time(standing: Standing, booking: int, _rule: StartRule, _slot: int) -> Cause:
    earliest = int(earliest_starts(standing.problem.case)[booking])
    return Cause("start.lead_time", LEAD_TIME, {"earliest": standing.moments.moment(earliest)})


def _proxy_age(standing: Standing, booking: int, _rule: StartRule, _slot: int) -> Cause:
    first, last = (int(days[booking]) for days in proxy_days(standing.problem.case))
    days = {"first": standing.moments.day(first), "last": standing.moments.day(last)}
    return Cause("start.proxy_age", PROXY_AGE, days)


def _window(standing: Standing, booking: int, rule: StartRule, slot: int) -> Cause:
    people, zone = standing.problem.case.participants, _zone(standing, rule.person)
    opens, closes = int(people.window_start[rule.person]), int(people.window_end[rule.person])
    values = {
        "person": str(people.participant_id[rule.person]),
        "zone": zone,
        "window": standing.moments.span(opens, closes, zone),
        "span": _session(standing, booking, slot, zone),
    }
    return Cause("start.window", WINDOW, values)


def _local_hours(standing: Standing, booking: int, rule: StartRule, slot: int) -> Cause:
    people, zone = standing.problem.case.participants, _zone(standing, rule.person)
    values = {
        "person": str(people.participant_id[rule.person]),
        "zone": zone,
        "opens": standing.moments.clock(int(people.daily_from[rule.person])),
        "closes": standing.moments.clock(int(people.daily_until[rule.person])),
        "span": _session(standing, booking, slot, zone),
    }
    return Cause("start.local_hours", LOCAL_HOURS, values)


def _fixed(standing: Standing, booking: int, _rule: StartRule, _slot: int) -> Cause:
    pinned = int(standing.problem.fixed_slot[booking]) * standing.problem.grid
    return Cause("start.fixed", FIXED_PIN, {"start": standing.moments.moment(pinned)})


_WORDS: Mapping[str, Callable[[Standing, int, StartRule, int], Cause]] = MappingProxyType(
    {
        OPENING: _opening,
        LEAD_TIME: _lead_time,
        PROXY_AGE: _proxy_age,
        WINDOW: _window,
        LOCAL_HOURS: _local_hours,
        FIXED_PIN: _fixed,
    }
)


def _zone(standing: Standing, person: int) -> str:
    return str(standing.problem.case.participants.time_zone[person])


def _session(standing: Standing, booking: int, slot: int, zone: str = "") -> str:
    """When the customer would be held."""
    start = slot * standing.problem.grid
    return standing.moments.span(
        start, start + int(standing.problem.case.bookings.duration_minutes[booking]), zone
    )


def _busy(standing: Standing, booking: int, slot: int) -> str:
    """When the agent would be occupied."""
    begin, end = (edge * standing.problem.grid for edge in standing.occupation(booking, slot))
    return standing.moments.span(begin, end)


def nobody_in_service(standing: Standing, booking: int, slot: int) -> tuple[Cause, ...]:
    """SKILL, DUTY, BREAK-CROSSED, CAR-SESSION: no agent with the skill is in service for the occupation."""
    problem = standing.problem
    skill = str(problem.case.bookings.skill[booking])
    if problem.skill[booking] == NOBODY:
        return (Cause("agents.no_skill", "SKILL", {"skill": skill}),)
    if standing.able_segments(booking, slot):
        return ()
    values = {"skill": skill, "span": _busy(standing, booking, slot)}
    return (Cause("agents.not_in_service", "DUTY", values),)


def kept_confirmation(standing: Standing, booking: int, slot: int) -> tuple[Cause, ...]:
    """PIN: the booking is where it was confirmed, which the objective puts before every wish."""
    problem = standing.problem
    confirmed = int(problem.movable_slot[booking])
    placement = standing.plan.sessions.get(booking)
    if (
        placement is None
        or confirmed in (NOBODY, slot)
        or not problem.keeps_confirmation(booking, *placement)
    ):
        return ()
    start = standing.moments.moment(confirmed * problem.grid)
    return (Cause("start.confirmed", FIXED_PIN, {"start": start}, lasting=False),)


def taken_by_fixed_pins(standing: Standing, booking: int, slot: int, budget: Budget) -> tuple[Cause, ...]:
    """PIN: fixed pins that leave neither an able agent nor the people at this start, as few as explain it.

    Decided by a model of those pins alone that could touch the question, so it holds for every plan.
    """
    problem = standing.problem
    if _some_agent_without_pins(standing, booking, slot):
        return ()
    pins, segments = _near(standing, booking, slot)
    empty = WorkingPlan(problem)

    def cannot_hold(chosen: Iterable[int]) -> bool:
        together = [*sorted(chosen), booking]
        model = SessionModel(empty, segments, together, required=frozenset(together))
        model.hold(booking, slot)
        return budget.solve(model.model, budget.limits.work).status is SolveStatus.INFEASIBLE

    if not pins or not cannot_hold(pins):
        return ()
    found = sorted(needed(pins, cannot_hold))
    values = {"sessions": _told(standing, found)}
    return (Cause("agents.pinned", FIXED_PIN, values, tuple(standing.name(other) for other in found)),)


def _some_agent_without_pins(standing: Standing, booking: int, slot: int) -> bool:
    """Whether the pins as they stand leave an able agent and the people, which settles the question."""
    problem = standing.problem
    if any(problem.fixed_slot[other] != NOBODY for other in standing.sessions_of_its_people(booking, slot)):
        return False
    agents = (problem.segments.rows[segment][0] for segment in standing.able_segments(booking, slot))
    return any(
        all(problem.fixed_slot[o] == NOBODY for o in standing.sessions_in_the_way(booking, slot, agent))
        for agent in agents
    )


def _near(standing: Standing, booking: int, slot: int) -> tuple[list[int], list[int]]:
    """Fixed pins whose occupation touches this one, or one that does, and so on; and the segments then."""
    problem = standing.problem
    left = {
        other: standing.occupation(other, int(problem.fixed_slot[other]))
        for other in fixed_pins(problem)
        if other != booking
    }
    low, high = standing.occupation(booking, slot)
    near: list[int] = []
    while True:
        touching = [other for other, (begin, end) in left.items() if begin < high and low < end]
        if not touching:
            listed = problem.segments
            return near, np.flatnonzero((listed.start < high) & (low < listed.end)).tolist()
        for other in touching:
            begin, end = left.pop(other)
            low, high = min(low, begin), max(high, end)
        near += touching


def people_in_other_sessions(standing: Standing, booking: int, slot: int) -> tuple[Cause, ...]:
    """PARTICIPANT-OVERLAP: somebody who must attend is in another session then."""
    causes = []
    for other in standing.sessions_of_its_people(booking, slot):
        both = sorted(standing.people_of(booking) & standing.people_of(other))
        at = standing.plan.sessions[other][0]
        values = {
            "person": both[0],
            "other": standing.name(other),
            "span": _session(standing, other, at),
        }
        causes.append(
            Cause("people.elsewhere", "PARTICIPANT-OVERLAP", values, (standing.name(other),), lasting=False)
        )
    return tuple(causes)


def agents_taken(standing: Standing, booking: int, slot: int) -> tuple[Cause, ...]:
    """AGENT-OVERLAP: every able agent has another session then."""
    problem = standing.problem
    agents = [problem.segments.rows[segment][0] for segment in standing.able_segments(booking, slot)]
    in_the_way: list[int] = []
    for agent in agents:
        found = standing.sessions_in_the_way(booking, slot, agent)
        if not found:
            return ()
        in_the_way += found
    values: Values = {
        "agents": len(agents),
        "skill": str(problem.case.bookings.skill[booking]),
        "span": _busy(standing, booking, slot),
        "sessions": _told(standing, in_the_way),
    }
    ids = tuple(standing.name(other) for other in in_the_way)
    return (Cause("agents.taken", "AGENT-OVERLAP", values, ids, lasting=False),)


def _told(standing: Standing, bookings: list[int]) -> str:
    """Sessions with their start and agent; the first few only when there are many."""
    words = []
    for booking in bookings[:NAMED]:
        slot, agent = standing.plan.sessions[booking]
        start = standing.moments.moment(slot * standing.problem.grid)
        words.append(f"{standing.name(booking)} ({start}, {standing.agent(agent)})")
    more = [f"+{len(bookings) - NAMED}"] if len(bookings) > NAMED else []
    return ", ".join(words + more)
