"""The price of each rule: how much coverage comes back when it is left out, all others staying.

The roster is searched on from where it stands: once under all rules, and once without each rule, with the
same seed and the same limits, so that no rule is credited with what more search alone would find. A roster
that obeys all rules obeys fewer, so no price is negative. What the true price is, the bounds enclose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.coverage import coverage
from data.model import Case, Roster
from data.progress import Progress, no_progress
from optimizer.roster import best_coverage
from optimizer.roster.levels import staffing_cost
from optimizer.roster.rules import RULES, Rule
from optimizer.roster.run import EXACT_ENDS
from optimizer.roster.terms import terms_of_agents
from optimizer.roster_explanations.relaxations import Relaxation, relaxations
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus


@dataclass(frozen=True)
class Cover:
    """What a search reached; `objective` and `bound` in the unit of the first level of rosters.

    Attributes:
        under: agent-intervals missing.
        over: agent-intervals in excess.
        objective: under + over; where the case sets prices, what staffing costs.
        bound: no roster has a lower objective; 0 also where no better bound is known.
        exact: whether it is proven that the duties considered make no better roster.
    """

    under: int
    over: int
    objective: int
    bound: int
    exact: bool


@dataclass(frozen=True)
class RulePrice:
    """What one rule costs.

    Attributes:
        applies: whether the rule can bind any agent; if not, nothing was searched for and the price is 0.
        without: what was reached without the rule; not worse than with it.
        price: by how much the objective was found to be less.
        at_least: proven: the best rosters with and without the rule differ by no less.
        at_most: proven: and by no more.
        roster: the roster found without the rule; None where the roster under all rules is as good.
    """

    code: str
    applies: bool
    without: Cover
    price: int
    at_least: int
    at_most: int
    roster: Roster | None


@dataclass(frozen=True)
class RulePrices:
    """The prices of all rules.

    Attributes:
        all_rules: what was reached under all rules, and the roster found.
        prices: the dearest rule first.
        reproducible: whether no clock and no threads had a say in any of the searches.
        seconds: wall-clock time of all searches.
    """

    all_rules: Cover
    roster: Roster
    prices: tuple[RulePrice, ...]
    reproducible: bool
    seconds: float


def rule_prices(
    case: Case, limits: SolveLimits, progress: Progress = no_progress, rules: Sequence[Rule] = RULES
) -> RulePrices:
    """Price every rule for a case with its legal roster; the limits hold for each search by itself.

    Raises:
        KeyboardInterrupt: when the user stops a search.
    """
    known = relaxations(rules)
    terms = terms_of_agents(case)
    applying = [one for one in known if one.binds(case) and any(one.applies(own) for own in terms)]
    searches = len(applying) + 1

    def part(number: int, what: str) -> Progress:
        return lambda fraction, _doing: progress((number + fraction) / searches, what)

    base = best_coverage(case, limits, part(0, "all rules"), start=case.roster, rules=rules)
    roster = _answer(base, case.roster)
    reached = _cover(case, base, roster)
    given = coverage(case)
    # A roster made by hand may have duties that are not considered.
    if staffing_cost(case, case.roster) < reached.objective:
        roster, reached = (
            case.roster,
            Cover(given.under, given.over, staffing_cost(case, case.roster), reached.bound, exact=False),
        )
    seconds, reproducible = base.seconds, base.reproducible
    prices = [_without_effect(one, reached) for one in known if one not in applying]
    for number, relaxation in enumerate(applying, start=1):
        outcome = _search_without(
            relaxation, case, limits, part(number, f"without {relaxation.code}"), roster, rules
        )
        seconds, reproducible = seconds + outcome.seconds, reproducible and outcome.reproducible
        prices.append(_price(case, relaxation, reached, outcome))
    prices.sort(key=lambda price: -price.price)
    return RulePrices(reached, roster, tuple(prices), reproducible, seconds)


def _search_without(
    relaxation: Relaxation,
    case: Case,
    limits: SolveLimits,
    progress: Progress,
    start: Roster,
    rules: Sequence[Rule],
) -> SolveResult[Roster]:
    return best_coverage(
        relaxation.considered(case),
        limits,
        progress,
        start=start,
        rules=[rule for rule in rules if rule.code != relaxation.code],
        bound_by=None if relaxation.unbound is None else relaxation.unbound(case),
    )


def _answer(result: SolveResult[Roster], instead: Roster) -> Roster:
    if result.status is SolveStatus.INTERRUPTED:
        raise KeyboardInterrupt
    return instead if result.answer is None else result.answer


def _cover(case: Case, result: SolveResult[Roster], roster: Roster, *, bounded: bool = True) -> Cover:
    counted = coverage(case.with_roster(roster))
    bound = int(result.levels[0].bound) if result.levels and bounded else 0
    exact = result.limited_by in EXACT_ENDS
    return Cover(counted.under, counted.over, staffing_cost(case, roster), bound, exact)


def _without_effect(relaxation: Relaxation, reached: Cover) -> RulePrice:
    return RulePrice(relaxation.code, False, reached, 0, 0, 0, None)


def _price(case: Case, relaxation: Relaxation, reached: Cover, result: SolveResult[Roster]) -> RulePrice:
    found = _answer(result, Roster(()))
    cover = _cover(case, result, found, bounded=relaxation.unbound is not None)
    better = result.answer is not None and cover.objective < reached.objective
    if not better:
        cover = replace(reached, bound=min(cover.bound, reached.objective), exact=cover.exact)
    return RulePrice(
        code=relaxation.code,
        applies=True,
        without=cover,
        price=reached.objective - cover.objective,
        at_least=max(0, reached.bound - cover.objective),
        at_most=reached.objective - cover.bound,
        roster=found if better else None,
    )
