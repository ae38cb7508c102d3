"""Capacity held back: the guarantee of the offers holds after an allocation, and nothing changes without."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from data.model import Case
from data.referee import judge_schedule
from optimizer.allocation import allocate, build_problem
from optimizer.allocation.engine import Engine
from optimizer.allocation.held_back import hold_back, placed_bound_beside
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.binding import Kind, Session, Team
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.allocation.random_cases import random_day, tiny_random_case
from tests.offers.test_held_back import spreads
from tests.referee.legal_case import with_policy
from tests.support.cases import agent, booking, case, participant

SHARES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2))


def ordinary_sessions(solved: Case) -> tuple[Team, list[Session]]:
    """The team, and the sessions of priority 2 to 9 as the offers see them."""
    problem = build_problem(solved)
    sessions = []
    for row in solved.sessions.rows():
        b = solved.bookings.position[row["booking_id"]]
        if problem.priority[b] > 1:
            kind = Kind(int(problem.skill[b]), int(problem.set_up[b]), int(problem.occupied[b]))
            sessions.append(Session(kind, row["starts_at"] // problem.grid))
    return Team.of(problem), sessions


def some_urgent(day: Case, seed: int) -> Case:
    """A fifth of the bookings has priority 1."""
    rng = random.Random(seed)
    priority = np.array([rng.choice([1, 5, 5, 5, 9]) for _ in range(len(day.bookings))], dtype=np.int64)
    return replace(day, bookings=replace(day.bookings, priority=priority))


@pytest.mark.parametrize("share", SHARES, ids=str)
@pytest.mark.parametrize("engine", [Engine.ARC_FLOW, Engine.CP_SAT])
def test_the_guarantee_of_the_offers_holds(share: Fraction, engine: Engine) -> None:
    """After every engine the ordinary minutes of each hour spread over what the share leaves, by a flow."""
    for seed in range(3):
        small = engine is Engine.CP_SAT
        day = some_urgent(tiny_random_case(seed) if small else random_day(seed), seed)
        day = with_policy(day, held_back_share=float(share))
        result = allocate(day, SolveLimits(work=2.0), engine=engine)
        assert result.answer is not None
        solved = day.with_schedule(result.answer)
        assert judge_schedule(solved) == []
        team, sessions = ordinary_sessions(solved)
        assert spreads(team, sessions, share, 12)
        assert all(level.gap >= 0 for level in result.levels)


def test_priority_1_uses_what_is_held_back() -> None:
    """Half of two agents' time is withheld: ordinary bookings have the other half, urgent ones all."""
    names = [f"B{n}" for n in range(8)]

    def placed(priority: int) -> int:
        day = case(
            agents=[agent("A1"), agent("A2")],
            bookings=[booking(name, priority=priority) for name in names],
            participants=[participant(name, f"P{name}", 540, 660) for name in names],
            duties=[{"agent_id": name, "starts_at": 540, "ends_at": 660} for name in ("A1", "A2")],
        )
        result = allocate(with_policy(day, held_back_share=0.5))
        assert result.answer is not None
        assert result.levels[0].bound >= len(result.answer.sessions)
        return len(result.answer.sessions)

    assert placed(priority=5) == 4
    assert placed(priority=1) == 8


def test_pieces_are_as_long_as_the_share_and_no_longer() -> None:
    """Of each set of skills and hour exactly the share is withheld, rounded up to slots."""
    for seed in range(6):
        day = with_policy(random_day(seed), held_back_share=0.25)
        whole = build_problem(day)
        held = hold_back(WorkingPlan(whole)).problem
        sets, set_of = whole.skill_sets
        service = np.zeros((len(sets), 24), dtype=np.int64)
        withheld = np.zeros((len(sets), 24), dtype=np.int64)
        for row, start, end, _, _ in held.segments.rows:
            for slot in range(start, end):
                key = set_of[held.person[row]], slot // 12
                service[key] += 1
                withheld[key] += row >= whole.agents
        assert (withheld == -(-service // 4)).all()
        assert service.sum() == (whole.segments.end - whole.segments.start).sum()


def test_fixed_pins_stay_and_nothing_is_added_to_their_excess() -> None:
    """Pins that alone take more than the share leaves are kept, lawfully; ordinary bookings get no more."""
    rows = [booking(f"B{n}", pin="fixed", pinned_start=545 + 30 * n) for n in range(4)]
    rows += [booking("C1"), booking("C2", priority=1)]
    day = case(
        agents=[agent("A1"), agent("A2")],
        bookings=rows,
        participants=[participant(row["booking_id"], f"P{n}", 540, 660) for n, row in enumerate(rows)],
        duties=[{"agent_id": name, "starts_at": 540, "ends_at": 660} for name in ("A1", "A2")],
    )
    for share, expected in ((0.5, 5), (0.75, 5), (0.0, 6), (0.25, 6)):
        policy = with_policy(day, held_back_share=share)
        result = allocate(policy)
        assert result.answer is not None
        assert len(result.answer.sessions) == expected, share
        assert judge_schedule(policy.with_schedule(result.answer)) == []
        unplaced = dict(zip(result.answer.unplaced.booking_id, result.answer.unplaced.reason, strict=True))
        assert unplaced == ({} if expected == 6 else {"C1": "capacity_full"})


def test_without_a_share_nothing_changes() -> None:
    """A share of 0 leaves the very same plan on the very same problem."""
    problem = build_problem(random_day(1))
    plan = WorkingPlan(problem)
    assert hold_back(plan) is plan
    assert plan.problem.whole is None


def test_an_optimum_is_not_claimed_for_one_choice_of_pieces() -> None:
    """The exact model proves nothing beyond its own pieces: optimal is only what meets the bounds."""
    seen = set()
    for seed in range(20):
        day = with_policy(tiny_random_case(seed), held_back_share=0.5)
        result = allocate(day)
        seen.add(result.status)
        meets = all(level.objective == level.bound for level in result.levels)
        assert meets or result.status is SolveStatus.FEASIBLE
    assert seen == {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}


def test_the_bound_beside_what_is_held_back() -> None:
    """The bound on the placed bookings falls with the share, down to fixed and urgent ones."""
    day = random_day(2, load=1.2)
    bounds = [
        placed_bound_beside(build_problem(with_policy(day, held_back_share=share)))
        for share in (0.0, 0.25, 0.5, 0.99)
    ]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < bounds[0] / 10
