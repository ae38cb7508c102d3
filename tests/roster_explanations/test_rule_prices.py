"""Prices of rules against the best of all rosters, with and without each rule."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from data.coverage import coverage
from data.generator import GeneratorSettings, generate
from data.model import Case, Duty, Roster
from data.referee import judge_roster
from optimizer.planning.explaining_rosters import priced_rules
from optimizer.roster import best_coverage, solve_roster
from optimizer.roster.rules import RULES, DutyRule
from optimizer.roster_explanations import rule_prices
from optimizer.roster_explanations.relaxations import RELAXATIONS
from optimizer.roster_explanations.rule_prices import RulePrices
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import demand, problem
from tests.roster_explanations.tiny import objective, tiny_case, tours
from tests.support.cases import agent

QUICK = SolveLimits(work=6.0)
SAME_DUTIES = [one.code for one in RELAXATIONS if one.code in {rule.code for rule in RULES}]
SAME_DUTIES = [code for code in SAME_DUTIES if code not in {"CLT-58", "MIN-DUTY", "MAX-DUTY"}]
"""Rules without which the same duties are considered."""


def best(built: Case, ignoring: Collection[str] = ()) -> int:
    """Under + over of the best of all rosters, rules ignored apart."""
    listed = [_distinct(built, number, ignoring) for number in range(len(built.agents))]
    required = {skill: _required(built, skill) for skill in "ab"}
    skills = [set(cell.split("|")) for cell in built.agents.skills.tolist()]
    lowest = np.iinfo(np.int64).max
    for chosen in itertools.product(*listed):
        in_service = np.sum(chosen, axis=0)
        a, b, both = (
            sum(s for s, held in zip(chosen, skills, strict=True) if held == wanted)
            + np.zeros_like(in_service)
            for wanted in ({"a"}, {"b"}, {"a", "b"})
        )
        covered = np.minimum(
            np.minimum(a, required["a"]) + np.minimum(b, required["b"]) + both,
            np.minimum(required["a"], a + both) + np.minimum(required["b"], b + both),
        )
        covered = np.minimum(covered, required["a"] + required["b"])
        under_plus_over = required["a"] + required["b"] + in_service - 2 * covered
        lowest = min(lowest, int(under_plus_over.sum()))
    return lowest


def _required(built: Case, skill: str) -> np.ndarray:
    wanted = np.zeros(built.axis.end // 15, dtype=np.int64)
    rows = built.demand.skill == skill
    wanted[built.demand.starts_at[rows] // 15] = built.demand.required[rows]
    return wanted


def _distinct(built: Case, number: int, ignoring: Collection[str]) -> list[np.ndarray]:
    """The intervals in service of the agent's tours, each pattern once."""
    found: dict[bytes, np.ndarray] = {}
    for tour in tours(built, number, ignoring):
        service = np.zeros(built.axis.end // 15, dtype=np.int64)
        for duty in tour:
            for start, end in duty.segments:
                service[-(-start // 15) : end // 15] = 1
        found.setdefault(service.tobytes(), service)
    return list(found.values())


def two_days(seed: int) -> Case:
    """Two agents on a Saturday and a Sunday."""
    built = tiny_case(seed, agents=2, days=2)
    return replace(built, plan=built.plan.model_copy(update={"first_day": built.axis.date_of(1)}))


def priced(built: Case) -> RulePrices:
    """The prices of a case's rules, from the roster of the engine."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    return rule_prices(built.with_roster(result.answer), QUICK)


def check_against_all_rosters(seed: int) -> None:
    """Where the search is exact, prices are the differences of the best rosters; ranges hold them always."""
    built = two_days(seed)
    found = priced(built)
    with_all = best(built)
    assert found.all_rules.exact
    assert found.all_rules.objective == with_all
    compared = 0
    for price in found.prices:
        if price.code not in SAME_DUTIES:
            continue
        true = with_all - best(built, {price.code})
        assert price.at_least <= true <= price.at_most, price
        assert price.without.exact or not price.applies
        assert price.price == true, price
        compared += price.applies
    assert compared >= 4


@pytest.mark.parametrize("seed", range(8))
def test_prices_against_all_rosters(seed: int) -> None:
    """Every price of a small exact case is the difference of the best of all rosters."""
    check_against_all_rosters(seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(5))
def test_prices_against_all_rosters_at_length(block: int) -> None:
    """The same for 200 cases."""
    for seed in range(100 + 40 * block, 140 + 40 * block):
        check_against_all_rosters(seed)


def test_every_rule_has_a_relaxation() -> None:
    """No rule of the search is without one: a new rule says how it is left out, of the bound as well."""
    assert [rule.code for rule in RULES] == [one.code for one in RELAXATIONS][: len(RULES)]


def test_a_rule_left_out_loosens_what_the_bound_holds_for() -> None:
    """With every limit left out of the case as its relaxation says, the referee no longer misses the rule."""
    built = problem(
        demand(0, 9, 13),
        [agent("A1", credential_until=-1)],
        absences=[{"agent_id": "A1", "starts_at": 0, "ends_at": 1440}],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 780}],
    )
    for code in ("ABSENCE", "CAR"):
        (one,) = [one for one in RELAXATIONS if one.code == code]
        assert one.unbound is not None
        assert code in {fault.rule for fault in judge_roster(built)}
        assert code not in {fault.rule for fault in judge_roster(one.unbound(built))}


@pytest.fixture(scope="module")
def crowded() -> Case:
    """Ten agents with a fifth more demand than they can cover, and a roster."""
    case = generate(GeneratorSettings(agents=10, days=3, load=0.8, seed=4)).case
    more = np.ceil(1.2 * case.demand.required).astype(np.int64)
    case = replace(case, demand=replace(case.demand, required=more))
    result = solve_roster(case, SolveLimits(work=0.3))
    assert result.answer is not None
    return case.with_roster(result.answer)


def test_no_price_is_negative_and_the_referee_agrees(crowded: Case) -> None:
    """Three days of all regimes: prices in their proven ranges, and rosters that break one rule at most."""
    document = priced_rules(crowded, SolveLimits(work=0.3))
    assert document["reproducible"]
    prices = document["rules"]
    assert [price["price"] for price in prices] == sorted((p["price"] for p in prices), reverse=True)
    for price in prices:
        assert 0 <= price["price"] <= price["at_most"], price
        assert 0 <= price["at_least"] <= price["price"], price
        assert price["without"]["objective"] == document["all_rules"]["objective"] - price["price"]
    by_code = {price["rule"]: price for price in prices}
    assert by_code["ABSENCE"]["at_least"] > 0
    assert not by_code["MAX-WEEKENDS"]["applies"]


def test_a_search_begun_with_a_roster_loses_nothing(crowded: Case) -> None:
    """The roster that is there is kept or bettered, whatever little work is done; without work it is kept."""
    given = coverage(crowded)
    for work in (1e-6, 0.05):
        result = best_coverage(crowded, SolveLimits(work=work), start=crowded.roster)
        if result.answer is None:
            assert work < 0.01
            continue
        assert result.levels[0].objective <= given.under + given.over
        assert judge_roster(crowded.with_roster(result.answer)) == []


def test_a_roster_of_other_duties_is_not_lost() -> None:
    """A duty that no menu holds (from 9:05) is not thrown away for a worse roster."""
    rows = [{"starts_at": 555 + 15 * n, "skill": "pf", "required": 1} for n in range(14)]
    built = problem(rows, [agent("A1")], duties=[{"agent_id": "A1", "starts_at": 555, "ends_at": 555 + 210}])
    assert judge_roster(built) == []
    found = rule_prices(built, QUICK)
    assert found.roster == built.roster
    assert (found.all_rules.under, found.all_rules.over) == (0, 0)
    assert objective(built, found.roster.duties) == 0
    assert {price.price for price in found.prices} == {0}


def test_an_interrupt_ends_the_pricing(crowded: Case) -> None:
    """The user's interrupt is handed on."""

    def stop(_fraction: float, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rule_prices(crowded, SolveLimits(work=0.3), stop)


def test_a_rule_unknown_to_the_relaxations_is_priced_without_a_bound() -> None:
    """A rule that forbids Mondays: its price is found, and without it no better bound than 0 is stated."""
    no_mondays = DutyRule("NO-MONDAYS", lambda terms, shift: terms.weekdays[shift.day] != 0)
    built = problem(demand(0, 9, 13), [agent("A1")]).with_roster(Roster(()))
    found = rule_prices(built, QUICK, rules=(*RULES, no_mondays))
    (price,) = [price for price in found.prices if price.code == "NO-MONDAYS"]
    assert (price.price, price.at_least, price.at_most) == (16, 16, 16)
    assert found.prices[0] is price
    assert solve_roster(built).status is SolveStatus.OPTIMAL


@pytest.mark.parametrize("seed", range(3))
def test_the_budget_of_hours_has_a_price(seed: int) -> None:
    """Without an hour to spend all is missing; what comes back without the budget is what all rosters say."""
    built = two_days(seed)
    spent = replace(built, plan=built.plan.model_copy(update={"work_minutes_budget": 0}))
    required = int(built.demand.required.sum())
    price = {one.code: one for one in rule_prices(spent, QUICK).prices}["BUDGET"]
    assert price.applies
    assert price.price == required - best(built)
    assert price.at_least <= price.price <= price.at_most
    assert not {one.code: one for one in rule_prices(built, QUICK).prices}["BUDGET"].applies


def test_a_roster_that_meets_the_bound_is_not_searched_on() -> None:
    """Nobody is missing and nobody in excess: the price of every rule is 0, proven, with hardly any work."""
    built = problem(demand(0, 9, 13), [agent("A1"), agent("A2")])
    built = built.with_roster(Roster.of([Duty("A1", 540, 780, ())]))
    result = best_coverage(built, QUICK, start=built.roster)
    assert (result.status, result.limited_by) == (SolveStatus.OPTIMAL, "bound reached")
    assert result.answer is not None
    assert result.answer.duties == built.roster.duties
    assert {(one.price, one.at_most) for one in rule_prices(built, QUICK).prices} == {(0, 0)}
