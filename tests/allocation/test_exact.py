"""The exact path against brute force, and what must hold between related cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Agents, Case, Duties
from data.referee import judge_schedule, recount
from optimizer.allocation import allocate, build_problem
from optimizer.allocation.adjacency import back_to_back_bound
from optimizer.allocation.levels import Proof, is_proven_optimal
from optimizer.allocation.lower_levels import unfairness_bound
from optimizer.solve_result import SolveStatus
from tests.allocation.brute_force import best_value, stated, value_of
from tests.allocation.random_cases import tiny_random_case
from tests.support.cases import agent, booking, participant
from tests.support.cases import case as case_of


def most_placed(case: Case) -> int:
    """The most bookings that any schedule places, whatever their priorities."""
    alike = replace(case.bookings, priority=np.full(len(case.bookings), 5, dtype=np.int64))
    return sum(best_value(replace(case, bookings=alike))[0])


def _agrees_with_brute_force(seed: int) -> None:
    case = tiny_random_case(seed)
    result = allocate(case)
    assert result.answer is not None
    solved = case.with_schedule(result.answer)
    found = value_of(solved)
    assert found == best_value(case)
    assert result.status is SolveStatus.OPTIMAL
    assert [level.objective for level in result.levels] == stated(found)
    assert all(level.bound == level.objective and level.gap == 0 for level in result.levels[1:])
    count = result.levels[0]
    most = most_placed(case)
    assert count.bound >= most
    if len(set(case.bookings.priority.tolist())) == 1:
        assert count.bound == count.objective == most
    assert judge_schedule(solved) == []
    counted = recount(solved)
    lower = [counted.back_to_back, counted.unfairness_minutes, counted.order_inversions]
    assert lower == stated(found)[3:]
    _bounds_hold(solved, -found[2], found[3], -found[4])


def _bounds_hold(solved: Case, deviation: int, most_pairs: int, least_unfairness: int) -> None:
    """What the bounds say without the exact model is on the right side of the optimum."""
    problem = build_problem(solved)
    agents = solved.agents.position
    sessions = {
        solved.bookings.position[row["booking_id"]]: (row["starts_at"] // 5, agents[row["agent_id"]])
        for row in solved.sessions.rows()
    }
    assert back_to_back_bound(problem, sessions, deviation) >= most_pairs
    assert unfairness_bound(problem, sessions) <= least_unfairness


@pytest.mark.parametrize("block", range(8))
def test_equals_brute_force(block: int) -> None:
    """On 200 random tiny cases every level equals the best of all schedules, proven, the referee agreeing."""
    for seed in range(25 * block, 25 * (block + 1)):
        _agrees_with_brute_force(seed)


def test_an_urgent_booking_that_costs_two_others() -> None:
    """The urgent one is placed, proven; the count's bound is a bound on the count, and says two."""
    bookings = [
        booking("B1", duration=30, priority=1),
        booking("B2", duration=15),
        booking("B3", duration=15),
    ]
    people = [participant(row["booking_id"], f"P{n}", 480, 720) for n, row in enumerate(bookings)]
    duties = [{"agent_id": "A1", "starts_at": 540, "ends_at": 590}]
    urgent = case_of(agents=[agent("A1")], bookings=bookings, participants=people, duties=duties)
    result = allocate(urgent)
    assert result.answer is not None
    assert result.answer.sessions.booking_id.tolist() == ["B1"]
    assert result.status is SolveStatus.OPTIMAL
    assert (result.levels[0].objective, result.levels[0].bound) == (1, 2)

    problem = build_problem(urgent)
    sessions = {row: (slot, 0) for row, slot in ((1, 0), (2, 0))}
    levels = tuple(replace(level, objective=2.0, bound=2.0) for level in result.levels)
    assert not is_proven_optimal(problem, sessions, levels, Proof())


@pytest.mark.soak
def test_equals_brute_force_on_many() -> None:
    """The same on 3,000 other random cases."""
    for seed in range(1_000, 4_000):
        _agrees_with_brute_force(seed)


def _with_another_agent(case: Case, twin_of: int) -> Case:
    extra = Agents.from_rows([*case.agents.rows(), case.agents.row(twin_of) | {"agent_id": "Z"}])
    own = case.agents.agent_id[twin_of]
    duties = [*case.duties.rows()]
    duties += [row | {"agent_id": "Z"} for row in duties if row["agent_id"] == own]
    return replace(case, agents=extra, duties=Duties.from_rows(duties))


def test_more_agents_never_place_fewer() -> None:
    """Another agent never makes the placed bookings fewer, priority by priority."""
    gained = 0
    for seed in range(60):
        case = tiny_random_case(seed)
        larger = _with_another_agent(case, 0)
        fewer, more = allocate(case), allocate(larger)
        assert fewer.answer is not None
        assert more.answer is not None
        before = value_of(case.with_schedule(fewer.answer))[0]
        after = value_of(larger.with_schedule(more.answer))[0]
        assert after >= before
        gained += after > before
    assert gained > 0


def test_wider_windows_never_place_fewer() -> None:
    """Participants who have longer time never make the placed bookings fewer."""
    for seed in range(40):
        case = tiny_random_case(seed)
        people = replace(case.participants, window_end=case.participants.window_end + 15)
        narrow, wide = allocate(case), allocate(replace(case, participants=people))
        assert narrow.answer is not None
        assert wide.answer is not None
        assert value_of(case.with_schedule(wide.answer))[0] >= value_of(case.with_schedule(narrow.answer))[0]


def test_shifted_names_change_nothing() -> None:
    """Renaming bookings and agents in order leaves the value of the schedule as it was."""
    for seed in range(20):
        case = tiny_random_case(seed)
        renamed = replace(
            case,
            bookings=replace(
                case.bookings, booking_id=np.array([f"x{b}" for b in case.bookings.booking_id], dtype=object)
            ),
            participants=replace(
                case.participants,
                booking_id=np.array([f"x{b}" for b in case.participants.booking_id], dtype=object),
            ),
        )
        first, second = allocate(case), allocate(renamed)
        assert [level.objective for level in first.levels] == [level.objective for level in second.levels]
