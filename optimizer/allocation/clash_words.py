"""Clashes in words: each item by itself with its times and agents, then why they cannot hold together."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import MISSING, Duty
from optimizer.allocation.moments import Moments
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.start_rules import (
    FIXED_PIN,
    LOCAL_HOURS,
    OPENING,
    PROXY_AGE,
    WINDOW,
    StartRule,
    forbidding,
    start_rules,
)

NAMED = 5
"""Agents or bookings listed by name at most; of the others the number is said."""


def duties_clash(problem: Problem, first: Duty, second: Duty) -> tuple[str, ...]:
    """Two duties of one agent that overlap."""
    moments = Moments(problem.case.axis)
    both = moments.span(second.start, min(first.end, second.end))
    duties = [f"{duty.agent_id}: duty {moments.span(duty.start, duty.end)}" for duty in (first, second)]
    return (*duties, f"an agent is on one duty at a time, and {first.agent_id} would be on both {both}")


def pins_clash(problem: Problem, bookings: Sequence[int]) -> tuple[str, ...]:
    """Fixed pins each of which could hold alone, but not all together."""
    able = {booking: _able_agents(problem, booking) for booking in bookings}
    pins = [_pin(problem, booking, able[booking]) for booking in bookings]
    return (*pins, _why_not_together(problem, bookings, able))


def pin_fails_alone(problem: Problem, alone: Sequence[int]) -> tuple[str, ...]:
    """The first fixed pin that cannot hold even alone, and how many more there are."""
    booking, others = alone[0], list(alone[1:])
    ids = problem.case.bookings.booking_id
    why = _why_not_alone(problem, booking)
    if others:
        named = _listed([str(name) for name in ids[others].tolist()])
        why += f" (nor can these hold alone: {named})"
    return (f"{ids[booking]}: {_told_pin(problem, booking)}", why)


def _told_pin(problem: Problem, booking: int) -> str:
    """What the pin asks for, as the tables have it."""
    bookings, moments = problem.case.bookings, Moments(problem.case.axis)
    start = int(bookings.pinned_start[booking])
    agent = str(bookings.pinned_agent[booking])
    when = "at no start that is told" if start == MISSING else f"at {moments.moment(start)}"
    return f"fixed {when}" + (f" with {agent}" if agent else "")


def _pin(problem: Problem, booking: int, able: Sequence[int]) -> str:
    low, high = _occupation(problem, booking)
    moments = Moments(problem.case.axis)
    who = _listed([str(name) for name in problem.case.agents.agent_id[list(able)].tolist()], "or")
    busy = f"who is occupied {moments.hours(low, high)}"
    with_whom = f", {busy}" if problem.case.bookings.pinned_agent[booking] else f", by {who}, {busy}"
    return f"{problem.case.bookings.booking_id[booking]}: {_told_pin(problem, booking)}{with_whom}"


def _why_not_together(problem: Problem, bookings: Sequence[int], able: dict[int, tuple[int, ...]]) -> str:
    """The one person, the one agent, or the few agents that they all need."""
    moments = Moments(problem.case.axis)
    if len(bookings) == 2:
        person = _person_of_both(problem, *bookings)
        if person:
            starts = [int(problem.fixed_slot[b]) * problem.grid for b in bookings]
            ends = [
                s + int(problem.case.bookings.duration_minutes[b])
                for s, b in zip(starts, bookings, strict=True)
            ]
            return f"{person} must attend both, which overlap {moments.span(max(starts), min(ends))}"
    agents = sorted({agent for listed in able.values() for agent in listed})
    named = _listed([str(name) for name in problem.case.agents.agent_id[agents].tolist()])
    spans = [_occupation(problem, booking) for booking in bookings]
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    if len(agents) < len(bookings) and low < high:
        return f"they overlap on {named} {moments.span(low, high)}"
    return f"they cannot be spread over {named} without an overlap"


def _person_of_both(problem: Problem, first: int, second: int) -> str:
    """Somebody who must attend two sessions at once, or nothing."""
    starts, held = problem.fixed_slot, problem.held
    if starts[first] >= starts[second] + held[second] or starts[second] >= starts[first] + held[first]:
        return ""
    people, attending = problem.case.participants.participant_id, problem.attending
    of = [set(people[attending & (problem.booking_of == b)].tolist()) for b in (first, second)]
    return str(min(of[0] & of[1], default=""))


def _why_not_alone(problem: Problem, booking: int) -> str:
    """Why no session can be at a pinned start: the start itself, a rule, or the agents."""
    case, slot = problem.case, int(problem.fixed_slot[booking])
    start = int(case.bookings.pinned_start[booking])
    if start == MISSING:
        return "a fixed pin needs a pinned_start"
    if slot < 0:
        return f"a session starts on the {problem.grid}-minute grid"
    rules = [rule for rule in forbidding(start_rules(problem, booking), start) if rule.code != FIXED_PIN]
    if rules:
        return "; ".join(_rule(problem, booking, rule) for rule in rules)
    return _why_no_agent(problem, booking)


def _rule(problem: Problem, booking: int, rule: StartRule) -> str:
    case, moments = problem.case, Moments(problem.case.axis)
    duration = int(case.bookings.duration_minutes[booking])
    start = int(case.bookings.pinned_start[booking])
    people, person = case.participants, rule.person
    if rule.code == OPENING:
        return f"{OPENING}: the service is not open {moments.span(start, start + duration)}"
    if rule.code == PROXY_AGE:
        return f"{PROXY_AGE}: the proxy is not in force on the day"
    if rule.code == WINDOW:
        window = moments.span(int(people.window_start[person]), int(people.window_end[person]))
        return f"{WINDOW}: {people.participant_id[person]} is available {window} only"
    zone = str(people.time_zone[person])
    daily = (
        f"{moments.clock(int(people.daily_from[person]))}-{moments.clock(int(people.daily_until[person]))}"
    )
    return (
        f"{LOCAL_HOURS}: {people.participant_id[person]} is available {daily} in {zone} only, "
        f"where the session would be {moments.span(start, start + duration, zone)}"
    )


def _why_no_agent(problem: Problem, booking: int) -> str:
    """Nobody has the skill, the agent named lacks it, or they are not in service for the whole occupation."""
    case, moments = problem.case, Moments(problem.case.axis)
    skill, agent = str(case.bookings.skill[booking]), str(case.bookings.pinned_agent[booking])
    column = int(problem.skill[booking])
    busy = moments.span(*_occupation(problem, booking))
    if column == NOBODY:
        return f"no agent has the skill {skill}"
    if not agent:
        return f"no agent with the skill {skill} is in service {busy}"
    row = int(problem.fixed_agent[booking])
    if row < 0:
        return f"there is no agent {agent}"
    if not problem.agent_skills[row, column]:
        return f"{agent} lacks the skill {skill}"
    low, high = (minute // problem.grid for minute in _occupation(problem, booking))
    rows = [problem.segments.rows[segment] for segment in problem.segments_of(row)]
    if any(start <= low and high <= end for _, start, end, _, _ in rows):
        return f"the credential of {agent} is not valid on that day"
    return (
        f"{agent} is not in service {busy} (set-up and wrap-up included): {_service(problem, row, booking)}"
    )


def _service(problem: Problem, agent: int, booking: int) -> str:
    """When an agent is in service on the day of a pin."""
    axis, moments = problem.case.axis, Moments(problem.case.axis)
    day = axis.day_of(int(problem.fixed_slot[booking]) * problem.grid)
    rows = [problem.segments.rows[segment] for segment in problem.segments_of(agent)]
    pieces = [
        moments.span(start * problem.grid, end * problem.grid)
        for _, start, end, _, _ in rows
        if axis.day_of(start * problem.grid) == day
    ]
    return f"in service {_listed(pieces)}" if pieces else "not in service on that day"


def _able_agents(problem: Problem, booking: int) -> tuple[int, ...]:
    slot = int(problem.fixed_slot[booking])
    kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
    return tuple(
        sorted(agent for agent in problem.allowed_agents(booking) if problem.may_start(agent, slot, *kind))
    )


def _occupation(problem: Problem, booking: int) -> tuple[int, int]:
    """When the agent of a fixed pin is occupied, in minutes."""
    begin = int(problem.fixed_slot[booking] - problem.set_up[booking])
    return begin * problem.grid, (begin + int(problem.occupied[booking])) * problem.grid


def _listed(names: Sequence[str], joined: str = "and") -> str:
    """Names in a row, the first few only when there are many."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} {joined} {len(names) - NAMED} more"
    return f" {joined} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
