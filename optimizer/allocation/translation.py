"""From a planning case to the allocation problem that solvers see."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np

from data.eligibility import Eligibility, evaluate, occupations, start_windows
from data.model import MISSING, Case, tokens
from data.model.columns import IntArray
from optimizer.allocation.problem import NOBODY, NOWHERE, Problem, Segments


def build_problem(case: Case) -> Problem:
    """Translate a planning case: rules, windows, duties, shared participants and pins."""
    eligibility = evaluate(case)
    windows = start_windows(case, eligibility)
    lengths = occupations(case, eligibility)
    bookings, agents, grid = case.bookings, case.agents, case.axis.grid_minutes
    skills = sorted({word for cell in agents.skills.tolist() for word in tokens(cell)})
    column = {skill: place for place, skill in enumerate(skills)}
    agent_skills = np.zeros((len(agents), len(skills)), dtype=bool)
    for row, cell in enumerate(agents.skills.tolist()):
        agent_skills[row, [column[word] for word in tokens(cell)]] = True
    return Problem(
        case=case,
        slots=-(-case.axis.end // grid),
        grid=grid,
        eligible=eligibility.eligible,
        broken=eligibility.broken,
        windows=windows,
        set_up=lengths.set_up // grid,
        occupied=lengths.occupied // grid,
        held=-(-bookings.duration_minutes // grid),
        skill=np.array([column.get(skill, NOBODY) for skill in bookings.skill.tolist()], dtype=np.int64),
        priority=bookings.priority,
        wish=bookings.preferred_start,
        people=_shared_people(case, eligibility),
        fixed_slot=_pinned_slots(case, "fixed"),
        fixed_agent=_pinned_agents(case, "fixed"),
        movable_slot=_pinned_slots(case, "movable"),
        movable_agent=_pinned_agents(case, "movable"),
        agent_skills=agent_skills,
        segments=_segments(case),
        attending=eligibility.required,
        booking_of=eligibility.booking_of,
        varies=np.asarray(eligibility.kind != "single", dtype=np.bool_),
    )


def _segments(case: Case) -> Segments:
    axis, agents = case.axis, case.agents
    midnight = cache(axis.midnight)  # few days, many duties
    rows: list[tuple[int, int, int, int, int]] = []
    for duty in case.roster.duties:
        row = agents.position[duty.agent_id]
        begins, ends = int(agents.credential_from[row]), int(agents.credential_until[row])
        earliest = 0 if begins == MISSING or begins <= 0 else midnight(begins)
        latest = axis.end if ends == MISSING else midnight(ends + 1)
        for start, end in duty.segments:
            first = -(-max(start, 0) // axis.grid_minutes)
            last = min(end, axis.end) // axis.grid_minutes
            if first < last:
                allowed = (-(-earliest // axis.grid_minutes), (latest - 1) // axis.grid_minutes)
                rows.append((row, first, last, *allowed))
    rows.sort()
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Segments(*(np.ascontiguousarray(table[:, place]) for place in range(5)))


def _pinned_slots(case: Case, pin: str) -> IntArray:
    """Start of each pin of this sort; NOWHERE where it is missing or off the grid."""
    start, grid = case.bookings.pinned_start, case.axis.grid_minutes
    slot = np.where((start != MISSING) & (start % grid == 0), start // grid, NOWHERE)
    return np.where(case.bookings.pin == pin, slot, NOBODY)


def _pinned_agents(case: Case, pin: str) -> IntArray:
    position = case.agents.position
    named = [position.get(name, NOWHERE) if name else NOBODY for name in case.bookings.pinned_agent.tolist()]
    return np.where(case.bookings.pin == pin, np.array(named, dtype=np.int64), NOBODY)


def _shared_people(case: Case, eligibility: Eligibility) -> tuple[tuple[int, ...], ...]:
    """People who must attend several eligible bookings, as small integers, for each booking."""
    attends: dict[str, dict[int, None]] = {}
    rows = np.flatnonzero(eligibility.required & eligibility.eligible[eligibility.booking_of])
    persons = case.participants.participant_id[rows].tolist()
    times = Counter(persons)
    for booking, person in zip(eligibility.booking_of[rows].tolist(), persons, strict=True):
        if times[person] > 1:
            attends.setdefault(person, {})[booking] = None
    people: dict[int, list[int]] = {}
    shared = (listed for listed in attends.values() if len(listed) > 1)
    for number, listed in enumerate(shared):
        for booking in listed:
            people.setdefault(booking, []).append(number)
    return tuple(tuple(people.get(booking, ())) for booking in range(len(case.bookings)))
