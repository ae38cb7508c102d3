"""The answer beside all mixes, tried one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Scenario
from data.progress import no_progress
from data.referee import judge_roster
from optimizer.requirement.asked_demand import required_demand
from optimizer.requirement.requirement import Request, day_tasks
from optimizer.requirement.roster_service import RosterJudge
from optimizer.requirement.service import ServiceTarget
from optimizer.solve_result import SolveLimits
from optimizer.staffing.attempts import Attempts, raised
from optimizer.staffing.classes import cost_of
from optimizer.staffing.search import CHECKS, Staffing, find_staffing
from tests.requirement.small_days import expecting
from tests.staffing.small_teams import mixes, with_costs

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("staffing search")

SCENARIO = Scenario(agent_absence=0.0)
REQUEST = Request((ServiceTarget.parse("wait_over_10<=5%"),), replications=100, with_worth=False)
LIMITS = SolveLimits(work=0.5, gap=0.0)
COSTS = {"clt": 28.0, "nr17": 29.5}
TEAM = ("pf", "pf|pj")
EXPECTED = {"pf": 1.5, "pj": 1.0}
MOST = 4


@pytest.fixture(scope="module")
def found() -> Staffing:
    """The answer for a day of fifteen bookings."""
    return find_staffing(with_costs(expecting(EXPECTED, TEAM), COSTS), SCENARIO, REQUEST, LIMITS)


def test_no_mix_that_meets_the_target_is_cheaper(found: Staffing) -> None:
    """All mixes of up to four agents, from the cheapest on: the first that meets the target costs as much."""
    case = with_costs(expecting(EXPECTED, TEAM), COSTS)
    asked = replace(case, demand=required_demand(case, found.requirement))
    judge = RosterJudge(day_tasks(case, SCENARIO, REQUEST, 1.0), found.requirement.days, 0.0)
    attempts = Attempts(asked, found.classes, judge, CHECKS * REQUEST.replications, LIMITS, no_progress)
    assert found.answer is not None
    cost = cost_of(found.classes, found.answer.attempt.mix)
    assert sum(found.answer.attempt.mix) <= MOST
    for mix in mixes(found.classes, MOST):
        if cost_of(found.classes, mix) >= cost:
            break
        attempt = attempts.attempt(mix)
        assert attempt is None or not attempt.service.is_kept


def test_the_answer_is_legal_and_confirmed(found: Staffing) -> None:
    """The referee finds nothing in the roster; no period surely misses; each class has its one fewer told."""
    answer = found.answer
    assert answer is not None
    assert not judge_roster(answer.attempt.case)
    assert not answer.service.is_missed
    assert len(answer.attempt.case.agents) == sum(answer.attempt.mix)
    assert [fewer.place for fewer in answer.one_fewer] == [
        place for place, count in enumerate(answer.attempt.mix) if count
    ]
    for fewer in answer.one_fewer:
        assert (fewer.verdict == "misses") == (fewer.service is not None and fewer.service.is_missed)
        assert fewer.attempt is None or fewer.attempt.missing >= fewer.missing_bound


def test_a_covering_answer_costs_no_less_than_the_bound(found: Staffing) -> None:
    """What is proven of covering rosters holds for the answer's, if it covers."""
    assert found.answer is not None
    assert found.bound_cents is not None
    if not found.answer.attempt.missing:
        assert cost_of(found.classes, found.answer.attempt.mix) >= found.bound_cents


def test_more_is_asked_for_only_where_the_target_is_missed(found: Staffing) -> None:
    """Raising adds to intervals beside the worst of a missed period, and to none where all are kept."""
    assert found.answer is not None
    demand, service = found.answer.attempt.case.demand, found.answer.service
    kept = not service.missed
    assert np.array_equal(raised(demand, service).required, demand.required) == kept


def test_whoever_stays_is_in_the_answer() -> None:
    """With the team kept, no class has fewer agents than today."""
    case = with_costs(expecting({"pf": 2.0}, ("pf", "pf", "pf", "pf")), COSTS)
    answer = find_staffing(case, SCENARIO, REQUEST, LIMITS, keep_team=True)
    assert answer.answer is not None
    for each, count in zip(answer.classes, answer.answer.attempt.mix, strict=True):
        assert count >= each.present
    assert answer.answer.one_fewer == ()
