"""Explanations of one plan: why a booking is where it is, or is nowhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.eligibility import RULES
from data.model import MISSING, tokens
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.reasons import reason
from optimizer.allocation.start_rules import fewest_without_a_start, start_rules
from optimizer.budget import Budget
from optimizer.explanations.causes import Cause, Values, forbidden_by, why_not
from optimizer.explanations.price import Price, find_price, is_shut_out, must_displace
from optimizer.explanations.standing import Standing

COMPETITORS = 10
"""Sessions named as competitors at most: those nearest to the wish, or to the windows' beginning."""


@dataclass(frozen=True)
class Explanation:
    """Why one booking is where it is, or is nowhere.

    Attributes:
        booking: its row.
        reason: of `data.model.schedule.UNPLACED_REASONS`; empty when it is placed.
        wished_slot: start of the grid nearest to its wish, or NOBODY without a wish.
        causes: what proves the reason; or why it is not at its wish, empty when it is or could be.
        free_place: start and agent that it could have while all others stay, if there are such.
        price: the best change found that gives it its wish, or any place; None where no change can.
        impossible: whether it is proven that fixed sessions leave it no place in any plan.
        displaces: whether it is proven that every such plan leaves out some booking that is placed now.
        competitors, competing: ids of sessions in its windows with able agents, the nearest; and how many.
        alternatives: minutes of the nearest starts still free, when it is not placed.
    """

    booking: int
    reason: str
    wished_slot: int
    causes: tuple[Cause, ...] = ()
    free_place: tuple[int, int] | None = None
    price: Price | None = None
    impossible: bool = False
    displaces: bool = False
    competitors: tuple[str, ...] = ()
    competing: int = 0
    alternatives: tuple[int, ...] = ()


def explain(standing: Standing, booking: int, budget: Budget) -> Explanation:
    """Explain one booking; the budget limits what is proven, not what is said."""
    if booking in standing.plan.sessions:
        return _explain_placed(standing, booking, budget)
    return _explain_unplaced(standing, booking, budget)


def _explain_placed(standing: Standing, booking: int, budget: Budget) -> Explanation:
    wished = standing.wished_slot(booking)
    if not standing.misses_wish(booking):
        return Explanation(booking, "", wished, off_the_grid(standing, booking))
    causes = why_not(standing, booking, wished, budget)
    off_grid = off_the_grid(standing, booking)
    if any(cause.lasting for cause in causes):
        return Explanation(booking, "", wished, (*causes, *off_grid))
    return Explanation(
        booking,
        "",
        wished,
        (*causes, *off_grid),
        displaces=must_displace(standing, booking, wished, budget),
        price=find_price(standing, booking, wished, budget),
    )


def off_the_grid(standing: Standing, booking: int) -> tuple[Cause, ...]:
    """GRID: the wish itself is no start of the planning grid."""
    problem, wish = standing.problem, int(standing.problem.wish[booking])
    if wish == MISSING or wish % problem.grid == 0:
        return ()
    nearest = standing.moments.moment(standing.wished_slot(booking) * problem.grid)
    return (Cause("start.off_grid", "GRID", {"grid": problem.grid, "nearest": nearest}),)


def _explain_unplaced(standing: Standing, booking: int, budget: Budget) -> Explanation:
    problem = standing.problem
    why = reason(problem, booking)
    wished = standing.wished_slot(booking)
    alternatives = standing.alternatives.of(booking)
    if why != "capacity_full":
        return Explanation(booking, why, wished, _proof(standing, booking, why), alternatives=alternatives)
    there = _competitors(standing, booking)
    free = standing.free_start(booking)
    price = find_price(standing, booking, NOBODY, budget)
    return Explanation(
        booking,
        why,
        wished,
        () if free else (_all_taken(standing, booking, len(there)),),
        free_place=free,
        displaces=not free and must_displace(standing, booking, NOBODY, budget),
        price=price,
        impossible=price is None and is_shut_out(standing, booking, budget),
        competitors=tuple(standing.name(other) for other in there[:COMPETITORS]),
        competing=len(there),
        alternatives=alternatives,
    )


def _proof(standing: Standing, booking: int, why: str) -> tuple[Cause, ...]:
    """What proves a reason that no plan could change."""
    if why == "not_eligible":
        return broken_rules(standing.problem, booking)
    if why == "no_skilled_agent":
        return (_nobody_in_its_windows(standing, booking),)
    rules = fewest_without_a_start(standing.problem, start_rules(standing.problem, booking))
    return tuple(forbidden_by(standing, booking, rule) for rule in rules)


def broken_rules(problem: Problem, booking: int) -> tuple[Cause, ...]:
    """The rules of eligibility that the booking breaks."""
    broken = tokens(str(problem.broken[booking]))
    return tuple(
        Cause(f"eligibility.{rule.code}", rule.code, {"title": rule.title})
        for rule in RULES
        if rule.code in broken
    )


def _nobody_in_its_windows(standing: Standing, booking: int) -> Cause:
    """SKILL, DUTY: at no start in the windows is an able agent in service for the whole occupation."""
    problem = standing.problem
    skill = str(problem.case.bookings.skill[booking])
    if problem.skill[booking] == NOBODY:
        return Cause("agents.no_skill", "SKILL", {"skill": skill})
    values: Values = {
        "skill": skill,
        "agents": int(problem.agent_skills[:, int(problem.skill[booking])].sum()),
        "minutes": int(problem.occupied[booking]) * problem.grid,
        "starts": _starts(standing, booking),
    }
    return Cause("agents.none_in_windows", "DUTY", values)


def _all_taken(standing: Standing, booking: int, competing: int) -> Cause:
    """AGENT-OVERLAP: at each start in the windows every able agent, or one of its people, has a session."""
    problem = standing.problem
    values: Values = {
        "skill": str(problem.case.bookings.skill[booking]),
        "minutes": int(problem.occupied[booking]) * problem.grid,
        "starts": _starts(standing, booking),
        "sessions": competing,
    }
    return Cause("agents.all_taken", "AGENT-OVERLAP", values, lasting=False)


def _starts(standing: Standing, booking: int) -> str:
    """The possible starts of a booking, whoever is in service."""
    grid = standing.problem.grid
    return ", ".join(
        standing.moments.span(first * grid, last * grid) for first, last in standing.problem.window(booking)
    )


def _competitors(standing: Standing, booking: int) -> list[int]:
    """Sessions that take time which the booking could have, those nearest to its wish first."""
    problem = standing.problem
    found = []
    for other in standing.neighbourhoods.sessions_in(standing.neighbourhoods.hosts(booking).tolist()):
        slot, agent = standing.plan.sessions[other]
        low, high = standing.occupation(other, slot)
        before, after = standing.occupation(booking, 0)
        bits = problem.window_bits(booking) & problem.agent_start_bits(agent, -before, after - before)
        first, last = low - after + 1, high - before - 1
        if bits >> max(first, 0) & ((1 << max(0, last - max(first, 0) + 1)) - 1):
            found.append(other)
    wish = int(problem.wish[booking])
    target = problem.window(booking)[0][0] * problem.grid if wish == MISSING else wish
    away = [abs(standing.plan.sessions[other][0] * problem.grid - target) for other in found]
    return [found[place] for place in np.argsort(away, kind="stable").tolist()]
