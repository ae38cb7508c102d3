"""A budget of hours is never exceeded, and spent where it covers most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.generator import GeneratorSettings, generate
from data.model import Case
from data.policies import default_labour_regimes
from data.referee import judge_roster, recount
from optimizer.roster import best_coverage, run, solve_roster
from optimizer.roster.bound import fewest_pauses
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)
HALF_DAY = contract("half", "CLT_8H", 240, 2640)


def with_budget(built: Case, minutes: int) -> Case:
    """The case with a budget of work."""
    return replace(built, plan=built.plan.model_copy(update={"work_minutes_budget": minutes}))


@pytest.mark.parametrize("most", [0, 10**9])
def test_the_budget_goes_where_most_is_missing(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days with demand for four, two and three hours, and hours for one duty of four or for two."""
    monkeypatch.setattr(run, "MOST_NUMBERS", most)
    rows = demand(0, 9, 13) + demand(1, 9, 11) + demand(2, 9, 12.5)
    built = problem(rows, [agent("A1", contract="half")], contracts=[HALF_DAY], days=3)
    for duties, days, missing in ((1, [0], 8 + 14), (2, [0, 2], 8 + 2)):
        result = solve_roster(with_budget(built, 240 * duties + 235), QUICK)
        assert result.answer is not None
        assert [duty.start // DAY for duty in result.answer.duties] == days
        assert result.levels[0].objective == missing
        assert result.levels[0].bound <= missing


def test_without_hours_nobody_works() -> None:
    """A budget of nothing: all is missing, and proven to be."""
    result = solve_roster(with_budget(problem(demand(0, 9, 13)), 0), QUICK)
    assert result.answer is not None
    assert result.answer.duties == ()
    assert (result.levels[0].objective, result.levels[0].bound) == (16, 16)
    assert result.status is SolveStatus.OPTIMAL


def test_the_bound_counts_what_the_budget_can_buy() -> None:
    """Two agents could cover all 32 intervals; 300 minutes are worth 20 of them, 300 of NR-17 only 19."""
    rows = demand(0, 9, 17)
    plain = problem(rows, [agent("A1"), agent("A2")])
    assert solve_roster(with_budget(plain, 300), QUICK).levels[0].bound == 12
    paused = problem(rows, [agent("A1", contract="nr17"), agent("A2", contract="nr17")])
    assert solve_roster(with_budget(paused, 300), QUICK).levels[0].bound == 13


def test_every_duty_of_nr17_has_a_pause() -> None:
    """The fewest pauses of a duty: 10 minutes under NR-17, none where the law asks for none."""
    fewest = {r.regime: fewest_pauses(r, r.daily_max_minutes) for r in default_labour_regimes()}
    assert fewest.pop("NR17_6H") == 10
    assert set(fewest.values()) == {0}


def test_pins_beyond_the_budget_are_named() -> None:
    """A pinned duty of four hours, and hours for less: infeasible, by the budget."""
    pin = {"agent_id": "A1", "starts_at": 9 * HOUR, "ends_at": 13 * HOUR, "pinned": True}
    built = problem(demand(0, 9, 13), duties=[pin])
    refused = solve_roster(with_budget(built, 235), QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    assert refused.clash == (
        "BUDGET: the duties that stay and those that must join them take 240 minutes of work, "
        "expected 235 at most",
    )
    kept = solve_roster(with_budget(built, 240), QUICK)
    assert kept.answer is not None
    assert len(kept.answer.duties) == 1


def test_least_work_beyond_the_budget_is_not_called_impossible() -> None:
    """Where work is due, other duties than those considered may take less: no roster, but no proof."""
    rows = [contract("own", "CLT_8H", 480, 2640) | {"min_horizon_minutes": 250}]
    built = problem(demand(0, 9, 18), [agent("A1", contract="own")], contracts=rows)
    refused = solve_roster(with_budget(built, 245), QUICK)
    assert refused.status is SolveStatus.NO_SOLUTION_IN_TIME
    assert "BUDGET" in (refused.limited_by or "")


def test_prices_of_rules_within_a_budget() -> None:
    """A roster that keeps to its hours is where the search without a rule begins."""
    built = with_budget(problem([*demand(0, 9, 18, required=2)], [agent("A1"), agent("A2")]), 600)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    better = best_coverage(built.with_roster(result.answer), QUICK, start=result.answer)
    assert better.answer is not None
    assert sum(duty.work_minutes for duty in better.answer.duties) <= 600


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_generated_team_within_its_hours(share: float) -> None:
    """Thirty agents of all contracts with a share of the hours that they would work: proven to be within 1 %
    of the requirement of the best, and what is left of the hours is less than a duty.
    """
    case = generate(GeneratorSettings(agents=30, days=6, load=0.8, seed=2)).case
    limits = SolveLimits(work=4.0)
    free = solve_roster(case, limits)
    assert free.answer is not None
    hours = sum(duty.work_minutes for duty in free.answer.duties)
    built = with_budget(case, int(share * hours))
    result = solve_roster(built, limits)
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    spent = sum(duty.work_minutes for duty in result.answer.duties)
    assert 0 <= int(share * hours) - spent < 240
    level, counted = result.levels[0], recount(planned)
    assert level.objective == counted.under + counted.over
    assert 0 <= level.gap <= 0.01
    assert result.reproducible


def test_without_the_row_the_budget_would_be_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The referee's rule alone stands between the free roster and a verdict without a fault."""
    built = problem(demand(0, 9, 17), days=1)
    free = solve_roster(built, QUICK)
    assert free.answer is not None
    tight = with_budget(built, 240)
    assert {v.rule for v in judge_roster(tight.with_roster(free.answer))} == {"BUDGET"}
    result = solve_roster(tight, QUICK)
    assert result.answer is not None
    assert judge_roster(tight.with_roster(result.answer)) == []
