"""The repair against a plain model of intervals, on small days that went wrong by chance."""

from __future__ import annotations

import pytest

from data.day import carry_out
from data.day.repaired import Disruption
from data.files.added_bookings import with_added
from data.referee.repair import judge_repair, recount_repair
from data.referee.rest_of_day import RestOfDay
from optimizer.repair import Repairer
from optimizer.repair.day_facts import DayFacts
from optimizer.repair.problem import day_problem
from tests.repair.small_cases import small_day
from tests.support.repair_oracle import best_disruption, engaged_elsewhere

QUICK, FULL = 25, 500


def check(seed: int) -> None:
    """The plan is legal, counts as stated, is proven, is the plain model's optimum, and leaves nothing."""
    case, state, now = small_day(seed)
    before = state.copy()
    repair = Repairer(case).repair(state, now)
    assert state == before
    case = with_added(case, state)
    assert judge_repair(case, state, now, repair.plan) == []
    assert recount_repair(case, state, now, repair.plan, repair.bookings) == repair.disruption
    assert repair.bounds == repair.disruption
    assert not repair.stopped

    problem = day_problem(DayFacts(case, 0), state, now)
    day = RestOfDay(case, state, now)
    best = Disruption()
    keys = list(problem.sessions)
    for place, key in enumerate(keys):
        if key[1] not in repair.touched:
            continue
        others = [
            (session, repair.plan.sessions[session.booking_id].start)
            for number, other in enumerate(keys)
            for session in problem.sessions[other]
            if (number < place or other[1] not in repair.touched)
            and session.booking_id in repair.plan.sessions
        ]
        others += [
            (session, max(session.start, now))
            for other in keys[place + 1 :]
            if other[1] in repair.touched
            for session in problem.sessions[other]
        ]
        pool = frozenset(a for a in case.agents.agent_id.tolist() if DayFacts(case, 0).pool[a] == key)
        sessions = list(problem.sessions[key])
        assert all(s.agent_id in pool or s.agent_id not in case.agents.position for s in sessions)
        elsewhere = engaged_elsewhere(state, now, others, day)
        best = best.plus(best_disruption(case, state, now, pool, sessions, elsewhere))
    assert repair.disruption == best

    for decision in repair.plan.decisions:
        assert carry_out(state, decision)
    assert Repairer(case).repair(state, now).plan.decisions == ()


@pytest.mark.parametrize("seed", range(QUICK))
def test_small_days(seed: int) -> None:
    """The disruption is, level by level, the proven optimum of the plain model."""
    check(seed)


@pytest.mark.soak
@pytest.mark.parametrize("batch", range(FULL // QUICK))
def test_many_small_days(batch: int) -> None:
    """The same, 500 times."""
    for seed in range(1000 + batch * QUICK, 1000 + (batch + 1) * QUICK):
        check(seed)
