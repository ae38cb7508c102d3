"""The whole search, on a small day."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from data.model import Scenario
from optimizer.tuning.levers import Levers
from optimizer.tuning.search import Tuning, tune
from optimizer.tuning.settings import AS_BOOKED, Minutes
from optimizer.tuning.targets import Target
from tests.tuning.weeks import LIMITS, planned_day

LEVERS = Levers(
    single=(AS_BOOKED, Minutes(change=5)),
    joint=(AS_BOOKED,),
    capacities=(0.8, 1.0, 0.3),
    overbooking=(0.0, 0.05),
    single_first=(False,),
    overtime_prices=(None, 1.0),
    pool_sizes=(None, 100),
    standby=(0, 1),
)


@cache
def _tuned(target: str) -> Tuning:
    return tune(planned_day(), Scenario(), [Target.parse(target)], LEVERS, LIMITS, replications=30)


def test_frontier_and_choice() -> None:
    """Plans for the capacities that serve, others named; the choice meets the target with fewest hours."""
    found = _tuned("wait_over_10<=5%")
    assert [plan.plan.setting.capacity for plan in found.frontier] == [1.0, 0.8]
    assert found.not_served == (0.3,)
    assert found.chosen is not None
    hours = [plan.figures["agent_hours"].mean for plan in found.frontier if plan.meets]
    assert found.chosen.figures["agent_hours"].mean == min(hours)
    assert found.chosen.figures["wait_over_10"].high <= 0.05
    for plan in found.frontier:
        assert sorted(plan.plan.case.sessions.booking_id) == sorted(planned_day().sessions.booking_id)
        difference = plan.against_today["wait_over_10"]
        assert difference.mean == pytest.approx(
            plan.figures["wait_over_10"].mean - found.today.figures["wait_over_10"].mean
        )
    assert found.today.against_today["wait_mean"].mean == 0.0
    assert found.settings > 10
    assert found.played > 30 * 3


def test_a_target_nobody_meets() -> None:
    """Then nothing is chosen, and the frontier is told all the same."""
    targets, levers = [Target.parse("occupancy>=99%")], replace(LEVERS, capacities=(0.8,))
    found = tune(planned_day(), Scenario(), targets, levers, LIMITS, replications=10)
    assert found.chosen is None
    assert len(found.frontier) == 1


def test_the_same_search_twice() -> None:
    """Settings and figures are the same in another run."""
    again = tune(
        planned_day(), Scenario(), [Target.parse("wait_over_10<=5%")], LEVERS, LIMITS, replications=30
    )
    first = _tuned("wait_over_10<=5%")
    assert [plan.plan.setting for plan in again.frontier] == [plan.plan.setting for plan in first.frontier]
    assert [plan.figures for plan in again.frontier] == [plan.figures for plan in first.frontier]
    assert again.played == first.played


def test_nothing_to_reach_is_refused() -> None:
    """A search needs a target and an interval."""
    with pytest.raises(ValueError, match="expected a target"):
        tune(planned_day(), Scenario(), [], LEVERS, LIMITS)
    with pytest.raises(ValueError, match="two replications"):
        tune(planned_day(), Scenario(), [Target.parse("wait_mean<=1")], LEVERS, LIMITS, replications=1)


@pytest.mark.parametrize("calls", [0, 3, 40, 150])
def test_a_search_can_be_stopped_anywhere(calls: int) -> None:
    """It is heard often: in plans, in runs and in races; the interrupt comes out as it is."""
    told = 0

    def progress(fraction: float, _what: str) -> None:
        nonlocal told
        told += 1
        if told > calls:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(
            planned_day(),
            Scenario(),
            [Target.parse("wait_mean<=1")],
            LEVERS,
            LIMITS,
            replications=5,
            progress=progress,
        )


@pytest.mark.parametrize("largest", [None, 3, 6, 12, 500])
def test_usual_levers_keep_to_the_largest_pool(largest: int | None) -> None:
    """Sizes are those of today, the usual ones up to the largest, and the largest itself."""
    sizes = Levers.of(planned_day(), largest).pool_sizes
    made = [size for size in sizes if size is not None]
    assert sizes[0] is None
    assert max(made) == min(12, largest or 12)
    assert made == sorted(set(made))
