"""The referee of repairs finds every fault that is put into a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from data.day import DayState, Delay, Rebind, Rebook, Status, planned_day
from data.day.repaired import Planned, RepairPlan
from data.model import Case
from data.referee.repair import REPAIR_RULES, judge_repair, recount_repair
from optimizer.repair import Repairer
from tests.support.planned_days import planned_day_case

NOW = 10 * 60


def state_of(case: Case) -> DayState:
    """Ten o'clock: what was to begin has ended, and an agent is gone."""
    state = planned_day(case, 0)
    for session in list(state.sessions.values()):
        if session.start < NOW:
            over = float(min(NOW, session.start + session.duration))
            state.put(replace(session, status=Status.ENDED, ended_at=over))
    state.agents["A003"] = replace(state.agents["A003"], gone_since=NOW - 5.0)
    return state


def first(plan: RepairPlan, state: DayState, agent: str) -> str:
    """The first session of an agent."""
    mine = [name for name, planned in plan.sessions.items() if planned.agent_id == agent]
    return min(mine, key=lambda name: plan.sessions[name].start)


def held(plan: RepairPlan, name: str, agent: str, start: int) -> RepairPlan:
    """The plan with a session elsewhere."""
    return replace(plan, sessions={**plan.sessions, name: Planned(agent, start)})


def lost(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A session is forgotten."""
    name = first(plan, state, "A000")
    return replace(plan, sessions={n: p for n, p in plan.sessions.items() if n != name})


def with_the_gone(plan: RepairPlan, state: DayState) -> RepairPlan:
    """The agent who is gone holds a session."""
    name = first(plan, state, "A001")
    return held(plan, name, "A003", plan.sessions[name].start)


def of_another_pool(plan: RepairPlan, state: DayState) -> RepairPlan:
    """An agent of the other pool holds a session."""
    name = first(plan, state, "A000")
    return held(plan, name, "A001", plan.sessions[name].start)


def too_early(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A session starts ten minutes before the customer was told to come."""
    name = first(plan, state, "A000")
    return held(plan, name, "A000", plan.sessions[name].start - 10)


def off_the_grid(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A delay is told to a minute that is no grid point."""
    name = first(plan, state, "A000")
    return held(plan, name, "A000", plan.sessions[name].start + 7)


def at_once(plan: RepairPlan, state: DayState) -> RepairPlan:
    """An agent holds two sessions at once."""
    one, other = sorted(
        (name for name in plan.sessions if plan.sessions[name].agent_id == "A000"),
        key=lambda name: plan.sessions[name].start,
    )[:2]
    return held(plan, other, "A000", plan.sessions[one].start)


def break_left_out(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A break is not taken."""
    key = next(key for key in plan.breaks if key[0] == "A000")
    return replace(plan, breaks={k: start for k, start in plan.breaks.items() if k != key})


def break_at_the_edge(plan: RepairPlan, state: DayState) -> RepairPlan:
    """The last break leaves too long a stretch of the duty, or is out of order."""
    key = max(key for key in plan.breaks if key[0] == "A000")
    return replace(plan, breaks={**plan.breaks, key: state.agents["A000"].start or 0})


def untold(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A decision is left out."""
    kept = [d for d in plan.decisions if not isinstance(d, Rebind | Delay | Rebook)]
    return replace(plan, decisions=tuple(kept))


def invented(plan: RepairPlan, state: DayState) -> RepairPlan:
    """A decision changes nothing."""
    name = first(plan, state, "A000")
    extra = Delay(booking_id=name, agent_id="A000", start=plan.sessions[name].start)
    return replace(plan, decisions=(*plan.decisions, extra))


MUTATIONS: list[tuple[str, Callable[[RepairPlan, DayState], RepairPlan]]] = [
    ("REPAIR-COMPLETE", lost),
    ("REPAIR-AGENT", with_the_gone),
    ("REPAIR-AGENT", of_another_pool),
    ("REPAIR-START", too_early),
    ("REPAIR-START", off_the_grid),
    ("REPAIR-OVERLAP", at_once),
    ("REPAIR-BREAK", break_left_out),
    ("REPAIR-BREAK", break_at_the_edge),
    ("REPAIR-DECISION", untold),
    ("REPAIR-DECISION", invented),
]


@pytest.mark.parametrize(("code", "mutate"), MUTATIONS, ids=lambda one: getattr(one, "__name__", one))
def test_each_fault_is_found(code: str, mutate: Callable[[RepairPlan, DayState], RepairPlan]) -> None:
    """The plan of the repair is faultless, and with the fault the rule that it breaks is named."""
    case = planned_day_case(4, 2)
    state = state_of(case)
    plan = Repairer(case).repair(state, NOW).plan
    assert plan.decisions
    assert judge_repair(case, state, NOW, plan) == []
    assert code in {found.rule for found in judge_repair(case, state, NOW, mutate(plan, state))}


def test_a_person_in_two_sessions_is_found() -> None:
    """REPAIR-PERSON: two agents hold sessions of one person at the same time."""
    case = planned_day_case(4, 2)
    state = state_of(case)
    plan = Repairer(case).repair(state, NOW).plan
    for name in (first(plan, state, "A000"), first(plan, state, "A001")):
        state.put(replace(state.sessions[name], participants=("P",)))
    assert "REPAIR-PERSON" in {found.rule for found in judge_repair(case, state, NOW, plan)}


def test_every_rule_has_its_fault() -> None:
    """No rule of the referee of repairs goes without a test."""
    assert {code for code, _ in MUTATIONS} | {"REPAIR-PERSON"} == set(REPAIR_RULES)


def test_the_recount_counts_what_is_decided() -> None:
    """The levels that the repair states are what the plan holds."""
    case = planned_day_case(4, 2)
    state = state_of(case)
    repair = Repairer(case).repair(state, NOW)
    counted = recount_repair(case, state, NOW, repair.plan, repair.bookings)
    assert counted == repair.disruption
    assert sum(counted.rebooked) == sum(isinstance(d, Rebook) for d in repair.plan.decisions)
