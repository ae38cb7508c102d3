"""The master program: which mixture of known tours meets the shift demand at the least cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.roster.columns.choices import Choices, Column

NO_TOUR = 1e6
"""Cost of leaving an agent without a tour, which only the first mixtures do."""

WORK_A_COLUMN = 2e-6
WORK_AN_ITERATION = 2e-5
"""Deterministic work of solving the program: about seconds."""

GOING_ON = pywraplp.MPSolverParameters()
GOING_ON.SetIntegerParam(pywraplp.MPSolverParameters.PRESOLVE, pywraplp.MPSolverParameters.PRESOLVE_OFF)
FRESH = pywraplp.MPSolverParameters()
FRESH.SetIntegerParam(
    pywraplp.MPSolverParameters.INCREMENTALITY, pywraplp.MPSolverParameters.INCREMENTALITY_OFF
)


class NoMixtureError(Exception):
    """Raised when roundings keep GLOP from an optimum."""


@dataclass(frozen=True, eq=False)
class CellDemand:
    """What is asked of each cell, a day and a shift type.

    Attributes:
        required: duties asked for; shape (cells,). It may be negative where others do more than is asked.
        under: price of a missing duty; shape (cells,).
        over: price of a duty too many; shape (cells,).
        asked: whether anything is asked of the cell; shape (cells,).
    """

    required: IntArray
    under: FloatArray
    over: FloatArray
    asked: BoolArray

    def left_by(self, columns: Iterable[Column]) -> CellDemand:
        """What these tours leave to be met."""
        left = self.required.copy()
        for column in columns:
            left[list(column.cells)] -= 1
        return CellDemand(left, self.under, self.over, self.asked)

    def cost(self, columns: Iterable[Column]) -> float:
        """Cost of tours: of their duties, of missing duties and of those too many."""
        listed = list(columns)
        left = np.where(self.asked, self.left_by(listed).required, 0)
        price = np.where(left > 0, self.under, -self.over)
        return float((left * price).sum()) + sum(column.cost for column in listed)


@dataclass(frozen=True, eq=False)
class Prices:
    """Dual values of the master program.

    Attributes:
        cost: of the mixture.
        worth: by how much one more duty would lower it; shape (cells,).
        agents: by how much it would rise with an agent more, for each agent.
        penalties: what a duty of a type costs an agent who is at the limit of the type.
        mixture: share of each column, in the order of `Master.columns`.
    """

    cost: float
    worth: FloatArray
    agents: Mapping[int, float]
    penalties: Mapping[tuple[int, int], float]
    mixture: FloatArray


class Master:
    """The program of some agents, who meet what the others leave.

    Attributes:
        columns: the known tours.
        fixed: agents whose tours are chosen for good.
    """

    def __init__(self, agents: Iterable[Choices], demand: CellDemand) -> None:
        self.agents = {choices.agent: choices for choices in agents}
        self.demand = demand
        self.columns: list[Column] = []
        self.fixed: dict[int, Column] = {}
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._infinity = self._solver.infinity()
        self._cells: dict[int, pywraplp.Constraint] = {}
        for cell in np.flatnonzero(demand.asked).tolist():
            required = float(demand.required[cell])
            row = self._solver.Constraint(required, required)
            for sign, price in ((1.0, demand.under[cell]), (-1.0, demand.over[cell])):
                row.SetCoefficient(self._variable(float(price)), sign)
            self._cells[cell] = row
        self._shares: dict[int, pywraplp.Constraint] = {}
        for agent in self.agents:
            self._shares[agent] = self._solver.Constraint(1.0, 1.0)
            self._shares[agent].SetCoefficient(self._variable(NO_TOUR), 1.0)
        self._limits: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._variables: list[pywraplp.Variable] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self.work = 0.0

    def _variable(self, cost: float) -> pywraplp.Variable:
        variable = self._solver.NumVar(0.0, self._infinity, "")
        self._solver.Objective().SetCoefficient(variable, cost)
        return variable

    def add(self, column: Column) -> bool:
        """Add a tour; False when it is known."""
        key = (column.agent, column.tour)
        if key in self._known:
            return False
        self._known.add(key)
        variable = self._variable(column.cost)
        for cell in column.cells:
            if cell in self._cells:
                self._cells[cell].SetCoefficient(variable, 1.0)
        self._shares[column.agent].SetCoefficient(variable, 1.0)
        choices = self.agents[column.agent]
        for (agent, of_type), row in self._limits.items():
            if agent == column.agent:
                row.SetCoefficient(variable, float(choices.count(column, of_type)))
        for of_type in choices.broken_limits(column):
            self._keep_limit(column.agent, of_type, (*self.columns, column), (*self._variables, variable))
        self.columns.append(column)
        self._variables.append(variable)
        return True

    def _keep_limit(
        self, agent: int, of_type: int, columns: Iterable[Column], variables: Iterable[pywraplp.Variable]
    ) -> None:
        """SHIFT-LIMIT, on average over an agent's share of tours; so exactly, once one tour is chosen."""
        if (agent, of_type) in self._limits:
            return
        choices = self.agents[agent]
        row = self._solver.Constraint(-self._infinity, float(dict(choices.late_limits)[of_type]))
        for column, variable in zip(columns, variables, strict=True):
            if column.agent == agent:
                row.SetCoefficient(variable, float(choices.count(column, of_type)))
        self._limits[agent, of_type] = row

    def fix(self, place: int) -> None:
        """Choose the tour at a place in `columns` for good."""
        self._variables[place].SetLb(1.0)
        self.fixed[self.columns[place].agent] = self.columns[place]

    def solve(self) -> Prices:
        """The best mixture, and its prices.

        Raises:
            NoMixtureError: when GLOP finds no optimum.
        """
        # GLOP goes on from the last optimum; where it loses its way, a fresh start finds the next.
        if all(self._solver.Solve(how) != pywraplp.Solver.OPTIMAL for how in (GOING_ON, FRESH)):
            raise NoMixtureError
        self.work += WORK_A_COLUMN * len(self.columns)
        self.work += WORK_AN_ITERATION * self._solver.iterations()
        worth = np.zeros(len(self.demand.required))
        for cell, row in self._cells.items():
            worth[cell] = row.dual_value()
        return Prices(
            cost=self._solver.Objective().Value(),
            worth=worth,
            agents={agent: row.dual_value() for agent, row in self._shares.items()},
            penalties={key: -min(row.dual_value(), 0.0) for key, row in self._limits.items()},
            mixture=np.array([variable.solution_value() for variable in self._variables]),
        )
