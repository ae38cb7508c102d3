"""The usual appointment rules that tuned plans are held against."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tuning.appointment_rules import bailey_welch, mean_minutes, uniform
from data.referee import judge_schedule
from optimizer.tuning.plans import engine_schedule, finished_plan
from tests.tuning.weeks import LIMITS, workload


@pytest.mark.parametrize("minutes", [15, 20])
def test_a_uniform_grid_plans_the_same_for_all(minutes: int) -> None:
    """All sessions but confirmed ones are planned alike, and the plan is legal."""
    plan = finished_plan(workload(), uniform(minutes), engine_schedule(workload(), uniform(minutes), LIMITS))
    confirmed = set(workload().case.bookings.booking_id[workload().case.bookings.pin != ""])
    planned = {
        minutes
        for name, minutes in zip(
            plan.case.sessions.booking_id, plan.case.sessions.duration_minutes.tolist(), strict=True
        )
        if name not in confirmed
    }
    assert planned == {minutes}
    assert judge_schedule(plan.case) == []


def test_bailey_and_welch_give_two_the_first_start() -> None:
    """The same bookings, nobody later than on the grid, pairs at the first starts, and no other fault."""
    setting = uniform(mean_minutes(workload()))
    grid = finished_plan(workload(), setting, engine_schedule(workload(), setting, LIMITS))
    plan, share = bailey_welch(workload(), LIMITS)
    assert plan.case.sessions.booking_id.tolist() == grid.case.sessions.booking_id.tolist()
    assert np.all(plan.case.sessions.starts_at <= grid.case.sessions.starts_at)
    assert np.any(plan.case.sessions.starts_at < grid.case.sessions.starts_at)
    assert {found.rule for found in judge_schedule(plan.case)} == {"AGENT-OVERLAP"}
    places = list(zip(plan.case.sessions.agent_id, plan.case.sessions.starts_at.tolist(), strict=True))
    shared = [place for place in set(places) if places.count(place) > 1]
    assert shared
    assert max(places.count(place) for place in shared) == 2
    assert 0.0 < share <= 1.0


def test_the_mean_covers_what_a_session_takes() -> None:
    """The grid of the mean holds the mean session with set-up and wrap-up, and is not a step longer."""
    work = workload()
    single = work.case.plan.policy.single
    mean = np.mean(
        [work.scenario.mean_duration(k, b) for k, b in zip(work.kind, work.booked.tolist(), strict=True)]
    )
    takes = float(mean) + single.set_up_minutes + single.wrap_up_minutes
    occupied = single.occupation_minutes(mean_minutes(work), 5)
    assert takes <= occupied < takes + 5
