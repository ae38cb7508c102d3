"""The least that covering a requirement can cost, and a mix of agents for it, by the relaxation of rosters.

The relaxation of `optimizer.roster.bound` lets agents of a class be split and forgets where breaks lie, rest
and runs of days, so every legal roster that covers the requirement is one of its solutions. Here the number
of agents of each class is chosen, too. What is proven to be the least cost, no mix with such a roster is
below; the mix of the relaxation may have no roster, which only making one tells.

What an agent costs depends on the contract alone. So the cost is settled first, as if everybody had the most
skills; and then, with so many agents of each contract, the fewest skills are looked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from data.model import Case
from optimizer.roster.bound import Relaxation, joined_intervals, limits_of, may_work
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import RULES
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from optimizer.staffing.classes import AgentClass, Mix, staffed
from optimizer.watched import watched

AN_AGENT_CENTS = 1
"""What an agent costs more, so that of mixes at the same cost one with fewer agents is taken."""

NODES = 200
"""Nodes of the search for whole numbers of agents by contract."""

TOLERANCE = 1e-6

Watch = Callable[[], None]


class NoMixError(Exception):
    """No number of agents of the classes covers the requirement."""


@dataclass(frozen=True)
class CheapestMix:
    """A mix, and what no mix with a covering roster can cost less than.

    Attributes:
        mix: of the relaxation.
        bound_cents: cost of a week in centavos, proven.
    """

    mix: Mix
    bound_cents: int


class _Program:
    """The relaxation of some classes, whose numbers of agents are variables."""

    def __init__(
        self, case: Case, classes: Sequence[AgentClass], at_least: Sequence[int], whole: bool
    ) -> None:
        one_of_each = staffed(case, classes, (1,) * len(classes))
        requirement, terms = Requirement(one_of_each), terms_of_agents(one_of_each)
        starts, shifts = case.axis.day_starts, ShiftRequirement(one_of_each, ShiftTypes(one_of_each))
        relaxation = Relaxation(
            requirement, shifts, starts, joined_intervals(requirement, len(classes)), overtime_price=0
        )
        self.model, self._whole = relaxation.model, whole
        self.counts = [self.model.add_variable(lb=float(least), is_integer=whole) for least in at_least]
        for own, skill_set, count in zip(
            terms, requirement.class_of_agent.tolist(), self.counts, strict=True
        ):
            available = {day: count for day in range(own.days) if may_work(own, day, starts, RULES)}
            limits = limits_of(own, int(skill_set), requirement.interval_minutes, typed=False)
            relaxation.add_group(limits, count, available, (0, 0), own.weekdays)
        relaxation.cover_everything()

    def solve(self, watch: Watch) -> tuple[list[float], float] | None:
        """How many agents of each class, and the bound on the objective; None when there is no solution."""
        settings = (
            mathopt.SolveParameters(node_limit=NODES, relative_gap_tolerance=TOLERANCE)
            if self._whole
            else mathopt.SolveParameters(lp_algorithm=mathopt.LPAlgorithm.BARRIER)
        )
        outcome = watched(lambda: mathopt.solve(self.model, mathopt.SolverType.HIGHS, params=settings), watch)
        if outcome is None or not outcome.has_primal_feasible_solution():
            return None
        counts = [float(outcome.variable_values(count)) for count in self.counts]
        return counts, float(outcome.termination.objective_bounds.dual_bound)


def cheapest_mix(
    case: Case, classes: Sequence[AgentClass], at_least: Mix, watch: Watch = lambda: None
) -> CheapestMix:
    """Find the mix by the relaxation.

    Args:
        case: whose demand is to be covered.
        classes: to choose from.
        at_least: agents of each class who are there in any case.
        watch: called several times a second; may raise to give up.

    Raises:
        NoMixError: when the relaxation has no solution.
    """
    contracts = sorted({each.contract_id for each in classes})
    by_contract, bound = _by_contract(case, classes, at_least, watch)
    program = _Program(case, classes, at_least, whole=False)
    for contract in contracts:
        own = [n for each, n in zip(classes, program.counts, strict=True) if each.contract_id == contract]
        program.model.add_linear_constraint(mathopt.fast_sum(own) == by_contract[contract])
    program.model.minimize(
        mathopt.fast_sum(len(each.skills) * n for each, n in zip(classes, program.counts, strict=True))
    )
    return CheapestMix(_rounded(program, watch), bound)


def _by_contract(
    case: Case, classes: Sequence[AgentClass], at_least: Mix, watch: Watch
) -> tuple[dict[str, int], int]:
    """Agents of each contract at the least cost, whoever has a skill set having all that some class has
    besides; and the bound on the cost."""
    widest = [each for each in classes if not any(set(each.skills) < set(other.skills) for other in classes)]
    program = _Program(case, widest, [0] * len(widest), whole=True)
    for contract in {each.contract_id for each in classes}:
        there = sum(
            least for each, least in zip(classes, at_least, strict=True) if each.contract_id == contract
        )
        own = [n for each, n in zip(widest, program.counts, strict=True) if each.contract_id == contract]
        program.model.add_linear_constraint(mathopt.fast_sum(own) >= there)
    program.model.minimize(
        mathopt.fast_sum(
            (each.weekly_cents + AN_AGENT_CENTS) * n for each, n in zip(widest, program.counts, strict=True)
        )
    )
    found = program.solve(watch)
    if found is None:
        raise NoMixError
    counts, proven = found
    by_contract: dict[str, int] = {}
    for each, count in zip(widest, counts, strict=True):
        by_contract[each.contract_id] = by_contract.get(each.contract_id, 0) + round(count)
    # What agents cost more is at most this part of the cost of any mix.
    part = max(AN_AGENT_CENTS / each.weekly_cents if each.weekly_cents else math.inf for each in widest)
    return by_contract, max(0, math.ceil(proven * (1.0 - TOLERANCE) / (1.0 + part)))


def _rounded(program: _Program, watch: Watch) -> Mix:
    """Whole numbers: the class with the most of another agent gets the agent, and so on.

    Where that leaves too few for other classes, it goes without. What is left over at the end is rounded up.
    """
    found = program.solve(watch)
    if found is None:
        raise NoMixError
    counts = np.array(found[0])
    while True:
        parts = counts - np.floor(counts + TOLERANCE)
        if parts.max() <= 2.0 * TOLERANCE:
            break
        place = int(np.argmax(parts))
        variable = program.counts[place]
        before = variable.lower_bound, variable.upper_bound
        variable.lower_bound = math.ceil(counts[place] - TOLERANCE)
        found = program.solve(watch)
        if found is None:
            variable.lower_bound, variable.upper_bound = before[0], math.floor(counts[place] + TOLERANCE)
            found = program.solve(watch)
        if found is None:
            variable.upper_bound = before[1]
            break
        counts = np.array(found[0])
    return tuple(math.ceil(count - 2.0 * TOLERANCE) for count in counts.tolist())
