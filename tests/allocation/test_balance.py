"""The balancing step: better at the lower levels, never worse at those above, and the same every time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.eligibility import evaluate
from data.model import Agents, Case
from data.referee import judge_schedule
from optimizer.allocation import build_problem
from optimizer.allocation.balance import balance
from optimizer.allocation.construct import TIGHT, construct
from optimizer.allocation.levels import worth
from optimizer.allocation.lower_levels import LowerWorth, lower_worth, unfairness, unfairness_bound
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget, keep_on
from optimizer.solve_result import SolveLimits
from tests.allocation.brute_force import Lower, value_of
from tests.allocation.random_cases import random_day
from tests.support.cases import agent, booking, case, participant


def fresh(poll: Any = keep_on) -> Budget:
    """A budget that lasts."""
    return Budget(SolveLimits(work=60.0), poll)


def in_pools(seed: int) -> Case:
    """A day of 24 agents in three pools, some of whom have more than one skill, with joint sessions."""
    day = random_day(seed, agents=24, load=0.7)
    rows = day.agents.rows()
    agents = [row | {"pool": f"pool-{n % 3}"} for n, row in enumerate(rows)]
    company = np.arange(len(day.bookings)) % 4 == 0
    people = list(day.participants.rows())
    people += [
        row | {"participant_id": f"C-{row['booking_id']}", "role": "co_representative"}
        for row, joint in zip(people, company, strict=True)
        if joint
    ]
    bookings = replace(
        day.bookings,
        joint_clause=company,
        holder_type=np.where(company, "company", day.bookings.holder_type).astype(object),
    )
    return replace(
        day,
        agents=Agents.from_rows(agents),
        bookings=bookings,
        participants=type(day.participants).from_rows(people),
    )


def constructed(day: Case) -> WorkingPlan:
    """A plan by the constructive heuristic."""
    plan = WorkingPlan(build_problem(day))
    construct(plan, plan.problem.placeable.tolist(), TIGHT, fresh(), lambda *_: None)
    return plan


@pytest.mark.parametrize("seed", range(6))
def test_better_below_and_no_worse_above(seed: int) -> None:
    """On random days the plan stays lawful, the upper levels hold, the lower ones improve."""
    day = in_pools(seed)
    plan = constructed(day)
    before, upper = lower_worth(plan.problem, plan.sessions), worth(plan.problem, plan.sessions)
    balance(plan, fresh())
    after = lower_worth(plan.problem, plan.sessions)
    assert worth(plan.problem, plan.sessions) >= upper
    assert after > before
    assert after.fairness > 0.7 * before.fairness
    solved = day.with_schedule(schedule_of(plan))
    assert judge_schedule(solved) == []
    assert value_of(solved)[3:] == (after.back_to_back, after.fairness, after.order)
    again = constructed(day)
    balance(again, fresh())
    assert again.sessions == plan.sessions


def test_inversions_are_undone_where_nothing_else_is_lost() -> None:
    """Over random days without pools of unequal service, fewer joint sessions have a single one behind."""
    fewer = 0
    for seed in range(4):
        plan = constructed(in_pools(seed))
        before = lower_worth(plan.problem, plan.sessions).order
        balance(plan, fresh())
        fewer += lower_worth(plan.problem, plan.sessions).order - before
    assert fewer > 0


def two_agents(rows: list[dict[str, Any]], people: list[dict[str, Any]]) -> WorkingPlan:
    """Agents A1 and A2 from nine to noon, without breaks."""
    return WorkingPlan(
        build_problem(
            case(
                agents=[agent("A1"), agent("A2")],
                bookings=rows,
                participants=people,
                duties=[{"agent_id": name, "starts_at": 540, "ends_at": 720} for name in ("A1", "A2")],
            )
        )
    )


def alone(name: str) -> dict[str, Any]:
    """A participant of one booking, free all day."""
    return participant(name, f"P-{name}", 540, 720)


def placed(plan: WorkingPlan, places: list[Placement]) -> WorkingPlan:
    """The plan with these places of the first bookings."""
    for row, place in enumerate(places):
        plan.place(row, *place)
    return plan


def test_work_is_shared() -> None:
    """Four sessions of one agent become two and two, at their starts; a pin that names the agent stays."""
    names = ["B1", "B2", "B3", "B4"]
    pinned = {"pin": "movable", "pinned_start": 545, "pinned_agent": "A1"}
    rows = [booking(name, **(pinned if name == "B1" else {})) for name in names]
    plan = placed(two_agents(rows, [alone(name) for name in names]), [(109 + 6 * n, 0) for n in range(4)])
    assert lower_worth(plan.problem, plan.sessions) == LowerWorth(0, -120, 0)
    balance(plan, fresh())
    assert lower_worth(plan.problem, plan.sessions) == LowerWorth(0, 0, 0)
    assert [slot for slot, _ in (plan.sessions[n] for n in range(4))] == [109, 115, 121, 127]
    assert plan.sessions[0] == (109, 0)
    assert unfairness_bound(plan.problem, plan.sessions) == 0


def test_orders_of_one_holder_come_together() -> None:
    """Two orders of one holder without a wish end up back to back; with wishes apart they stay apart."""
    people = [participant(name, "P", 540, 720) for name in ("B1", "B2")]
    for wishes, pairs in (((-1, -1), 1), ((545, 660), 0)):
        rows = [
            booking(f"B{n}", **({} if wish < 0 else {"preferred_start": wish}))
            for n, wish in enumerate(wishes, start=1)
        ]
        plan = placed(two_agents(rows, people), [(109, 0), (132, 1)])
        balance(plan, fresh())
        assert lower_worth(plan.problem, plan.sessions).back_to_back == pairs


def test_the_single_session_goes_first() -> None:
    """Right behind a joint session a single one is worse than a joint one: agents change what follows."""
    names = ["J1", "J2", "S1", "S2"]
    joint = {"holder_type": "company", "joint_clause": True}
    rows = [booking(name, **(joint if name[0] == "J" else {})) for name in names]
    people = [alone(name) for name in names]
    people += [participant(name, f"C-{name}", 540, 720, "co_representative") for name in ("J1", "J2")]
    # J1 then S1 with A1, S2 then J2 with A2: handing over the second half puts J2 behind J1 and S1 behind S2.
    plan = placed(two_agents(rows, people), [(109, 0), (115, 1), (115, 0), (109, 1)])
    assert lower_worth(plan.problem, plan.sessions).order == -1
    balance(plan, fresh())
    assert lower_worth(plan.problem, plan.sessions) == LowerWorth(0, 0, 0)


def test_an_interrupt_leaves_a_lawful_plan_that_is_no_worse() -> None:
    """Stopped at any look at the budget, the plan is complete, lawful and no worse."""
    day = in_pools(1)
    for stop_at in (1, 2, 3):
        calls = 0

        def poll(stop_at: int = stop_at) -> None:
            nonlocal calls
            calls += 1
            if calls == stop_at:
                raise KeyboardInterrupt

        plan = constructed(day)
        count, before = len(plan.sessions), lower_worth(plan.problem, plan.sessions)
        try:
            balance(plan, fresh(poll))
        except KeyboardInterrupt:
            assert stop_at <= 2
        assert len(plan.answer) == count
        assert lower_worth(plan.problem, plan.answer) >= before
        assert judge_schedule(day.with_schedule(schedule_of(plan))) == []


def test_a_spent_budget_changes_nothing() -> None:
    """Without work left the plan stays as it is."""
    plan = constructed(in_pools(2))
    before = dict(plan.sessions)
    balance(plan, Budget(SolveLimits(work=0.0)))
    assert plan.sessions == before


def test_unfairness_is_exact() -> None:
    """On random loads it is what fractions say, and the bound by largest remainders is below all of them."""
    day = random_day(3, agents=7)
    problem = build_problem(day)
    random = np.random.default_rng(5)
    units = int(problem.occupied[problem.placeable].sum())
    everybody = {int(booking): (0, 0) for booking in problem.placeable}
    least = unfairness_bound(problem, everybody)
    assert least > 0
    lower = Lower(day, evaluate(day))
    for _ in range(200):
        loads = random.multinomial(units, problem.service / problem.service.sum())
        held = [(n, f"A{n:03d}", 0, 5 * int(load)) for n, load in enumerate(loads)]
        assert unfairness(problem, loads) == lower.unfairness(held)
        assert least <= unfairness(problem, loads)
