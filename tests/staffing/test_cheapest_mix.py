"""The least cost by the relaxation: exact where it is known, never above what trying all mixes finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model.plan import HolidayOverride
from data.referee import recount
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits
from optimizer.staffing.cheapest_mix import NoMixError, cheapest_mix
from optimizer.staffing.classes import classes_of, cost_of, staffed
from tests.staffing.small_teams import asking, hours, mixes, part_time


def test_a_planted_mix_is_found_and_proven() -> None:
    """Three agents side by side for four hours, without a break: three, at the cheaper contract."""
    case = asking({"pf": (3, 3, 3, 3, 0, 0)}, ("pf",), {"clt": 28.0, "nr17": 20.0})
    classes = classes_of(case)
    found = cheapest_mix(case, classes, (0,) * len(classes))
    assert {each.contract_id: count for each, count in zip(classes, found.mix, strict=True)} == {
        "clt": 0,
        "nr17": 3,
    }
    assert found.bound_cents == pytest.approx(3 * 20.0 * 36.0 * 100.0, rel=1e-4)
    assert found.bound_cents <= cost_of(classes, found.mix)


def test_nobody_has_more_skills_than_needed() -> None:
    """Two skills asked for side by side: agents with one skill each, though those with both cost no more."""
    case = asking({"pf": hours(2), "pj": hours(1)}, ("pf", "pj", "pf|pj"), {"clt": 28.0})
    classes = classes_of(case)
    found = cheapest_mix(case, classes, (0,) * len(classes))
    skills = sum(len(each.skills) * count for each, count in zip(classes, found.mix, strict=True))
    assert skills == sum(found.mix)


def test_one_agent_with_two_skills_is_cheaper_where_they_take_turns() -> None:
    """The skills are asked for one after the other: whoever has both is enough."""
    case = asking({"pf": (1, 1, 0, 0, 0, 0), "pj": (0, 0, 1, 1, 0, 0)}, ("pf", "pj", "pf|pj"), {"clt": 28.0})
    classes = classes_of(case)
    found = cheapest_mix(case, classes, (0,) * len(classes))
    assert {each.skills: count for each, count in zip(classes, found.mix, strict=True) if count} == {
        ("pf", "pj"): 1
    }


def test_whoever_is_there_stays() -> None:
    """Agents who are there in any case count, and are not replaced by cheaper ones."""
    case = asking({"pf": (2, 2, 2, 2, 0, 0)}, ("pf",), {"clt": 28.0, "nr17": 20.0})
    classes = classes_of(case)
    place = [each.contract_id for each in classes].index("clt")
    at_least = tuple(int(number == place) for number in range(len(classes)))
    found = cheapest_mix(case, classes, at_least)
    assert found.mix[place] == 1
    assert sum(found.mix) == 2


def test_a_closed_day_has_no_mix() -> None:
    """Where the agents' establishment keeps a holiday, nobody can be asked for."""
    case = asking({"pf": hours(1)}, ("pf",), {"clt": 28.0})
    closed = HolidayOverride(day=case.axis.date_of(0), scope="national", name="closed")
    calendar = case.plan.calendar.model_copy(update={"holiday_overrides": (closed,)})
    case = replace(case, plan=case.plan.model_copy(update={"calendar": calendar}))
    classes = classes_of(case)
    with pytest.raises(NoMixError):
        cheapest_mix(case, classes, (0,) * len(classes))


@pytest.mark.parametrize("seed", range(4))
def test_no_covering_mix_is_below_the_bound(seed: int) -> None:
    """All mixes of up to five agents, from the cheapest on: the first with a covering roster is not below."""
    chance = np.random.default_rng(seed)
    required = {skill: tuple(chance.integers(0, 2, 6).tolist()) for skill in ("pf", "pj")}
    case = part_time(asking(required, ("pf|pj",), {"clt": float(chance.integers(20, 40))}), 26.0)
    classes = classes_of(case)
    found = cheapest_mix(case, classes, (0,) * len(classes))
    for mix in mixes(classes, 5):
        planned, _ = judged_roster(staffed(case, classes, mix), SolveLimits(work=1.0, gap=0.0))
        if not recount(planned).under:
            assert found.bound_cents <= cost_of(classes, mix)
            break
    else:
        pytest.fail("five agents cover what at most two are asked for at once")
