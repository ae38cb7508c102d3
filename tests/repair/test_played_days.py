"""Repairs along played days, of pools that are decided part by part."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from data.day import DayState, Rebook, Status, carry_out, planned_day
from data.day.happenings import happen
from data.day.repaired import Disruption
from data.model import Case
from data.referee.repair import judge_repair, recount_repair
from optimizer.repair import Repair, Repairer, pool_repair
from optimizer.repair.model import flat
from optimizer.solve_result import SolveLimits
from tests.support.planned_days import day_with_events, planned_day_case

NOON = 12 * 60


def mended(case: Case, state: DayState, now: int) -> Repair:
    """A repair that the referee has nothing against, and that counts as it states."""
    repair = Repairer(case).repair(state, now)
    assert judge_repair(case, state, now, repair.plan) == []
    assert recount_repair(case, state, now, repair.plan, repair.bookings) == repair.disruption
    assert all(bound >= 0 for bound in flat(repair.bounds))
    return repair


@pytest.mark.parametrize("seed", range(3))
def test_a_day_mended_as_it_goes(seed: int) -> None:
    """Every plan on the way is legal, and once carried out it leaves nothing to mend."""
    case, events = day_with_events(seed, agents=6)
    state = planned_day(case, 0)
    decided = 0
    for event in events:
        happen(case.axis, state, event)
        if event.number % 25 == 0:
            now = math.ceil(state.now)
            for decision in mended(case, state, now).plan.decisions:
                assert carry_out(state, decision)
                decided += 1
            assert Repairer(case).repair(state, now).plan.decisions == ()
    assert decided


def gone(seed: int, agents: int, share: float) -> tuple[Case, DayState, int]:
    """A day on which some agents are gone for an hour; of the sessions so far nothing is left."""
    dice = random.Random(seed)
    case = planned_day_case(agents, standby=1)
    now = 9 * 60 + dice.randint(0, 60)
    state = planned_day(case, 0)
    for session in list(state.sessions.values()):
        if session.start <= now:
            state.put(replace(session, status=Status.ENDED, ended_at=now - 5.0))
    for name in dice.sample([f"A{n:03}" for n in range(agents)], round(share * agents)):
        state.agents[name] = replace(state.agents[name], gone_since=now - 1.0, gone_until=now + 60.0)
    return case, state, now


@pytest.mark.parametrize("seed", range(4))
def test_bounds_hold_for_the_whole_pool(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decided all at once, a pool is never better than the bounds that were found part by part."""
    case, state, now = gone(seed, 4, 0.25)
    parts = mended(case, state, now)
    assert len(parts.bookings) > pool_repair.SMALL
    monkeypatch.setattr(pool_repair, "SMALL", 1000)
    whole = Repairer(case).repair(state, now, SolveLimits(work=100.0))
    assert whole.bounds == whole.disruption
    for best, found, bound in zip(
        flat(whole.disruption), flat(parts.disruption), flat(parts.bounds), strict=True
    ):
        assert bound <= best <= found
        if best < found:
            break


def test_a_storm() -> None:
    """A quarter of 24 agents gone for an hour: each session is held or in a decision with a reason."""
    case, state, now = gone(1, 24, 0.25)
    repair = mended(case, state, now)
    rebooked = {d.booking_id for d in repair.plan.decisions if isinstance(d, Rebook)}
    open_now = {s.booking_id for s in state.sessions.values() if s.status is Status.EXPECTED}
    assert open_now == repair.plan.sessions.keys() | rebooked
    assert rebooked == repair.reasons.keys()


def test_the_same_call_has_the_same_answer() -> None:
    """Plan, levels and bounds are the same, whatever was asked of the repairer before."""
    case, state, now = gone(2, 8, 0.25)
    first = Repairer(case)
    first.repair(state, now + 30)
    one, two = first.repair(state, now), Repairer(case).repair(state, now)
    assert one.plan == two.plan
    assert (one.disruption, one.bounds, one.stopped) == (two.disruption, two.bounds, two.stopped)
    assert one.reproducible


def test_without_work_the_first_plan_stands() -> None:
    """A call that may not search has a legal answer, and says that it was stopped."""
    case, state, now = gone(3, 8, 0.25)
    repair = Repairer(case).repair(state, now, SolveLimits(work=0.0))
    assert judge_repair(case, state, now, repair.plan) == []
    assert repair.stopped
    assert repair.disruption != Disruption()
