"""Why a booking cannot start at a time: every cause against the referee and against exhaustive search."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from data.model import Bookings, Case, Participants, Schedule, Sessions, Unplaced
from optimizer.allocation import allocate, build_problem
from optimizer.allocation.start_rules import fewest_without_a_start, start_rules
from optimizer.budget import Budget
from optimizer.explanations import Standing
from optimizer.explanations.causes import (
    agents_taken,
    forbidden_starts,
    nobody_in_service,
    people_in_other_sessions,
    taken_by_fixed_pins,
    why_not,
)
from optimizer.solve_result import SolveLimits
from tests.allocation.random_cases import random_day, tiny_random_case
from tests.explanations.forced import SERVICE, STARTS, faults_of_one_session
from tests.explanations.pins_by_search import can_hold, random_pins
from tests.support.cases import agent, booking, case, participant


def _standing(of: Case, work: float = 5.0) -> Standing:
    result = allocate(of, SolveLimits(work=work))
    assert result.answer is not None
    return Standing.of(of.with_schedule(result.answer))


def _odd_case(seed: int) -> Case:
    """A tiny case in which people live in many zones, have short days, and wishes lie anywhere."""
    rng = random.Random(seed)
    tiny = tiny_random_case(seed)
    rows = tiny.participants.rows()
    for row in rows:
        zone = rng.choice(["America/Sao_Paulo", "America/Noronha", "America/Manaus", "America/Rio_Branco"])
        row |= {
            "time_zone": zone,
            "daily_from": 60 * rng.randint(6, 9),
            "daily_until": 60 * rng.randint(10, 20),
        }
    orders = tiny.bookings.rows()
    for order in orders:
        order |= {"booked_at": rng.choice([-4000, 500])}
    return replace(tiny, participants=Participants.from_rows(rows), bookings=Bookings.from_rows(orders))


def test_rules_one_by_one_are_the_windows() -> None:
    """The starts that all single rules allow are those of the windows; a fewest set is empty and minimal."""
    without = 0
    cases = [_odd_case(seed) for seed in range(120)] + [random_day(seed) for seed in range(2)]
    for odd in cases:
        problem = build_problem(odd)
        minutes = np.arange(problem.slots) * problem.grid
        for row in np.flatnonzero(problem.eligible).tolist():
            rules = start_rules(problem, row)
            allowed = np.logical_and.reduce([rule.allows(minutes) for rule in rules])
            bits = problem.window_bits(row)
            assert allowed.tolist() == [bool(bits >> slot & 1) for slot in range(problem.slots)]
            if allowed.any():
                with pytest.raises(ValueError, match="leave a start"):
                    fewest_without_a_start(problem, rules)
                continue
            without += 1
            fewest = fewest_without_a_start(problem, rules)
            assert not np.logical_and.reduce([rule.allows(minutes) for rule in fewest]).any()
            for left_out in fewest:
                others = [rule.allows(minutes) for rule in fewest if rule is not left_out]
                assert not others or np.logical_and.reduce(others).any()
    assert without > 20


def test_lasting_causes_are_what_the_referee_objects_to() -> None:
    """Of many starts, the rules named are those that the referee finds broken by a session then."""
    seen: set[str] = set()
    for seed in range(6):
        odd = _odd_case(seed)
        standing = Standing.of(odd)
        agents = odd.agents.agent_id.tolist()
        for row in np.flatnonzero(standing.problem.eligible).tolist():
            if standing.problem.fixed_slot[row] >= 0:
                continue
            for slot in range(84, 156, 4):
                start = slot * standing.problem.grid
                faults = {name: faults_of_one_session(odd, row, start, name) for name in agents}
                expected = STARTS & faults[agents[0]]
                named = {cause.rule for cause in forbidden_starts(standing, row, slot)}
                assert named == expected, (seed, row, slot)
                nobody = all(faults[name] & SERVICE for name in agents)
                assert bool(nobody_in_service(standing, row, slot)) is nobody, (seed, row, slot)
                seen |= named | ({"SERVICE"} if nobody else set())
    assert seen >= {"R2", "WINDOW", "LOCAL-HOURS", "SERVICE"}


def test_fixed_pins_in_the_way_are_proven_and_minimal() -> None:
    """Pins are the cause exactly where no choice of agents serves them with the booking; none is spare."""
    blocked = free = 0
    for seed in range(150):
        pins = random_pins(seed)
        names = pins.bookings.booking_id.tolist()
        if not can_hold(pins, names):
            continue
        asked = len(names) - 1
        rows = pins.bookings.rows()
        rows[asked] |= {"pin": "", "pinned_start": -(2**62), "pinned_agent": ""}
        del rows[asked]["pinned_start"]
        loose = replace(pins, bookings=Bookings.from_rows(rows))
        standing = _standing(loose)
        for slot in range(110, 130, 2):
            if forbidden_starts(standing, asked, slot) or nobody_in_service(standing, asked, slot):
                continue
            forced = [*rows]
            forced[asked] = rows[asked] | {"pin": "fixed", "pinned_start": slot * 5}
            with_it = replace(pins, bookings=Bookings.from_rows(forced))
            found = taken_by_fixed_pins(standing, asked, slot, Budget(SolveLimits(work=5)))
            assert bool(found) is not can_hold(with_it, names), (seed, slot)
            free += not found
            for cause in found:
                blocked += 1
                assert cause.lasting
                assert not can_hold(with_it, [*cause.bookings, names[asked]])
                for spare in cause.bookings:
                    kept = [name for name in cause.bookings if name != spare]
                    assert can_hold(with_it, [*kept, names[asked]])
    assert blocked > 20
    assert free > 20


def _overlaps(standing: Standing, row: int, slot: int, agent_row: int) -> bool:
    """Whether the agent or somebody who attends is in another session of the case then."""
    of = standing.problem.case
    sessions = [s for s in of.sessions.rows() if s["booking_id"] != of.bookings.booking_id[row]]
    name = of.bookings.booking_id[row]
    more = {
        "booking_id": name,
        "agent_id": of.agents.agent_id[agent_row],
        "starts_at": slot * 5,
        "duration_minutes": int(of.bookings.duration_minutes[row]),
    }
    from data.referee import judge_schedule

    judged = of.with_schedule(Schedule(Sessions.from_rows([*sessions, more]), Unplaced.empty()))
    return any(fault.rule in ("AGENT-OVERLAP", "PARTICIPANT-OVERLAP") for fault in judge_schedule(judged))


def test_nothing_in_the_way_means_that_the_referee_agrees() -> None:
    """Without causes some able agent could take the session beside all others; else none could."""
    both = [0, 0]
    for seed in range(12):
        standing = _standing(tiny_random_case(seed))
        for row in np.flatnonzero(standing.problem.eligible).tolist():
            for slot in range(108, 132, 2):
                if forbidden_starts(standing, row, slot) or nobody_in_service(standing, row, slot):
                    continue
                causes = (*people_in_other_sessions(standing, row, slot), *agents_taken(standing, row, slot))
                able = [
                    standing.problem.segments.rows[segment][0]
                    for segment in standing.able_segments(row, slot)
                ]
                possible = any(not _overlaps(standing, row, slot, who) for who in able)
                assert possible is not bool(causes), (seed, row, slot)
                both[possible] += 1
    assert min(both) > 20


def test_causes_of_a_day_made_by_hand() -> None:
    """Each cause is told where it is true, with names, local times and the session in the way."""
    rows = [
        booking("B-fixed", pin="fixed", pinned_start=600, pinned_agent="A1", preferred_start=630),
        booking("B-pinned", preferred_start=600),
        booking("B-west", preferred_start=570),
        booking("B-skill", "libras", preferred_start=900),
        booking("B-moved", pin="movable", pinned_start=650, preferred_start=700),
    ]
    people = [participant(row["booking_id"], f"P-{row['booking_id']}", 540, 720) for row in rows]
    people[2] |= {"time_zone": "America/Rio_Branco"}
    people[3] |= {"window_end": 1200}
    day = case(
        agents=[agent("A1", "pf"), agent("A2", "libras")],
        bookings=rows,
        participants=people,
        duties=[{"agent_id": name, "starts_at": 540, "ends_at": 780} for name in ("A1", "A2")],
    )
    standing = _standing(day)

    def told(row: int) -> list[tuple[str, str]]:
        slot = standing.wished_slot(row)
        causes = why_not(standing, row, slot, Budget(SolveLimits(work=5)))
        return [(cause.code, str(sorted(cause.values.items()))) for cause in causes]

    assert [code for code, _ in told(0)] == ["start.fixed"]
    assert [code for code, _ in told(1)] == ["agents.pinned"]
    assert "B-fixed (2026-11-30 10:00, A1)" in told(1)[0][1]
    assert [code for code, _ in told(2)] == ["start.local_hours"]
    assert "2026-11-30 07:30-07:50" in told(2)[0][1]
    assert [code for code, _ in told(3)] == ["agents.not_in_service"]
    assert told(4)[0][0] == "start.confirmed"
