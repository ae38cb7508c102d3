"""Exact choice among enumerated tours: when all tours that could improve a roster are few, an integer program
over them finds the best roster, or proves that there is no better one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from optimizer.roster.columns.choices import Choices, Column
from optimizer.roster.columns.generation import Mixture
from optimizer.roster.columns.master import CellDemand
from optimizer.watched import watched

WORK_A_NODE = 5e-6
"""Deterministic work of a node of the search for each tour: about seconds."""

ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Exact:
    """The best tours found, None when no better ones were; and whether the search was complete."""

    columns: dict[int, Column] | None
    complete: bool
    work: float


def promising(
    agents: Iterable[Choices], mixture: Mixture, cost: float, most: int
) -> dict[int, list[Column]] | None:
    """Every tour that can be part of a roster of less than a cost; None when there are more than `most`.

    A roster with a tour costs at least the bound and what the tour's reduced cost is above the agent's least.
    """
    listed: dict[int, list[Column]] = {}
    left = most
    for choices in agents:
        slack = cost - mixture.bound - ROUNDING
        least = -mixture.reduced[choices.agent] - slack
        found = choices.within(mixture.worth, mixture.penalties[choices.agent], least, left)
        if found is None:
            return None
        listed[choices.agent] = found
        left -= len(found)
    return listed


def choose_exactly(
    columns: dict[int, list[Column]],
    demand: CellDemand,
    below: float,
    nodes: int,
    seconds: float | None,
    watch: Callable[[], None],
) -> Exact:
    """Choose one tour for each agent, at less than a cost."""
    if not all(columns.values()):
        return Exact(None, complete=True, work=0.0)
    model = mathopt.Model()
    rows = {}
    for cell in np.flatnonzero(demand.asked).tolist():
        required = float(demand.required[cell])
        row = model.add_linear_constraint(lb=required, ub=required)
        for sign, price in ((1.0, demand.under[cell]), (-1.0, demand.over[cell])):
            slack = model.add_variable(lb=0.0)
            row.set_coefficient(slack, sign)
            model.objective.set_linear_coefficient(slack, float(price))
        rows[cell] = row
    variables: list[tuple[mathopt.Variable, Column]] = []
    for listed in columns.values():
        share = model.add_linear_constraint(lb=1.0, ub=1.0)
        for column in listed:
            variable = model.add_binary_variable()
            share.set_coefficient(variable, 1.0)
            for cell in column.cells:
                if cell in rows:
                    rows[cell].set_coefficient(variable, 1.0)
            model.objective.set_linear_coefficient(variable, column.cost)
            variables.append((variable, column))
    settings = mathopt.SolveParameters(
        node_limit=nodes,
        time_limit=None if seconds is None else timedelta(seconds=max(seconds, 0.01)),
    )
    outcome = watched(lambda: mathopt.solve(model, mathopt.SolverType.HIGHS, params=settings), watch)
    if outcome is None:
        return Exact(None, complete=False, work=0.0)
    work = WORK_A_NODE * len(variables) * max(outcome.solve_stats.node_count, 1)
    reason = outcome.termination.reason
    complete = reason in {mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.INFEASIBLE}
    found = None
    if outcome.has_primal_feasible_solution():
        values = outcome.variable_values()
        found = {column.agent: column for variable, column in variables if values[variable] > 0.5}
        if demand.cost(found.values()) >= below:
            found = None
    return Exact(found, complete, work)
