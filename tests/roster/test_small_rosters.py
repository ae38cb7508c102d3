"""Random small teams under all rules: the engine against a plain model that states every rule anew."""

from __future__ import annotations

from collections import Counter

import pytest

from data.model import MISSING, Case, Roster
from data.referee import judge_roster, recount
from optimizer.roster import engine, run, solve_roster
from optimizer.roster.rules import RULES
from optimizer.solve_result import SolveLimits, SolveResult
from tests.roster.small_cases import small_case
from tests.support.roster_oracle import RosterOracle

WORK = SolveLimits(work=3.0)
IN_THE_SAMPLE = range(25)
PROVEN = {"bound reached", "no better roster among the duties considered"}


def lawful(built: Case, result: SolveResult[Roster]) -> None:
    """The roster breaks no rule and keeps the pins, and its levels are what the referee counts."""
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    kept = {(duty.agent_id, duty.start, duty.end) for duty in result.answer.duties}
    assert {(d.agent_id, d.start, d.end) for d in built.roster.duties if d.pinned} <= kept
    counted = recount(planned)
    assert [level.objective for level in result.levels] == [
        counted.staffing_cost,
        counted.wishes_not_met,
        counted.unfair_shares,
        counted.start_shift_minutes,
    ]
    assert all(level.bound <= level.objective for level in result.levels)


def check(seed: int, proof: float) -> str:
    """Engine and oracle, which may work so long on each level, on one instance; how they compare.

    Both know the same duties. Where these make no roster but others might, the engine has no answer either,
    and does not call the instance infeasible.
    """
    built = small_case(seed)
    result = solve_roster(built, WORK)
    best = RosterOracle(built).solve(proof)
    assert (result.answer is not None) == best.feasible
    if not best.feasible:
        return "infeasible"
    lawful(built, result)
    proven = len(best.levels)
    found = [int(level.objective) for level in result.levels[:proven]]
    assert found >= best.levels
    if proven and result.limited_by in PROVEN:
        assert found[0] == best.levels[0]
    for place, level in enumerate(result.levels[:proven]):
        if found[:place] == best.levels[:place]:
            assert level.bound <= best.levels[place]
    if found == best.levels:
        return "equal" if proven == 3 else "not proven"
    return "worse"


@pytest.mark.parametrize("seed", IN_THE_SAMPLE)
def test_the_engine_is_as_good_as_the_plain_model(seed: int) -> None:
    """Lawful, never better than the best there is, as good in level 1 when it says so; bounds hold."""
    check(seed, proof=1.0)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(20))
def test_the_engine_is_as_good_as_the_plain_model_on_many(block: int) -> None:
    """The same on 1,000 instances, of which nearly all are equal in every level."""
    ends = Counter(check(seed, proof=5.0) for seed in range(1000 + 50 * block, 1050 + 50 * block))
    assert ends["equal"] + ends["infeasible"] >= 35, ends


@pytest.mark.soak
@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_binds_in_some_instance(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once one rule is taken from the engine, the referee finds it broken on some of 300 instances."""
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != code))
    for seed in range(2000, 2300):
        built = small_case(seed)
        result = solve_roster(built, SolveLimits(work=0.5))
        if result.answer is not None:
            found = {violation.rule for violation in judge_roster(built.with_roster(result.answer))}
            assert found <= {code}
            if found:
                return
    pytest.fail(f"{code} binds nowhere")


@pytest.mark.parametrize("seed", range(0, 25, 4))
def test_the_search_is_lawful_and_never_too_good(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CP-SAT: no rule broken, no level better than the best there is, and no worse than a little."""
    monkeypatch.setattr(run, "MOST_NUMBERS", 0)
    built = small_case(seed)
    result = solve_roster(built, SolveLimits(work=0.2))
    best = RosterOracle(built).solve(1.0)
    assert (result.answer is not None) == best.feasible
    if best.feasible:
        lawful(built, result)
        assert [int(level.objective) for level in result.levels[: len(best.levels)]] >= best.levels


@pytest.mark.parametrize("seed", range(1, 25, 5))
def test_bounds_hold_for_duties_that_the_engine_never_considers(seed: int) -> None:
    """The plain model with duties of any number of half hours: still nothing below the bound."""
    built = small_case(seed)
    result = solve_roster(built, SolveLimits(work=0.5))
    best = RosterOracle(built, anything=True).solve(1.0)
    if result.answer is not None and best.levels:
        assert result.levels[0].bound <= best.levels[0]


def test_the_instances_have_every_feature() -> None:
    """Among 200 instances each feature of rules, history and plan occurs often enough to matter."""
    cases = [small_case(seed) for seed in range(200)]
    limits = ("min_days_in_a_row", "max_days_in_a_row", "min_days_off_in_a_row", "max_weekends")
    history = (
        "days_worked_in_a_row", "sundays_worked_in_a_row", "days_worked_in_week", "minutes_worked_in_week",
        "weekly_rest_due", "weekend_days_worked", "late_duties_worked",
    )  # fmt: skip
    count = {name: sum((getattr(c.contracts, name) != MISSING).any() for c in cases) for name in limits}
    count |= {name: sum(getattr(c.agents, name).any() for c in cases) for name in history}
    count |= {
        regime: sum(regime in c.contracts.regime.tolist() for c in cases)
        for regime in ("CLT_8H", "NR17_6H", "PART_TIME_30", "SHIFT_12X36", "TASK")
    }
    count |= {
        "pins": sum(len(c.duties) > 0 for c in cases),
        "absences": sum(len(c.absences) > 0 for c in cases),
        "wishes": sum(len(c.wishes) > 0 for c in cases),
        "credentials": sum((c.agents.credential_until != MISSING).any() for c in cases),
        "overtime": sum((c.contracts.overtime_minutes > 0).any() for c in cases),
        "overtime before": sum((c.agents.overtime_worked_in_week > 0).any() for c in cases),
        "priced overtime": sum(c.is_priced for c in cases),
        "budget": sum(c.plan.work_minutes_budget is not None for c in cases),
        "two weeks": sum(c.plan.days > 7 for c in cases),
        "midnight": sum((c.demand.starts_at % 1440 == 23 * 60).any() for c in cases),
        "night": sum((c.demand.starts_at % 1440 >= 22 * 60).any() for c in cases),
        "a week begun": sum(c.plan.first_day.weekday() > 0 for c in cases),
        "a Sunday first": sum(c.plan.first_day.weekday() == 6 for c in cases),
    }
    assert min(count.values()) >= 10, count
