"""What every solve returns, and the limits that it is given.

Solver values and objectives are read only where the status says that there is a plan: after INFEASIBLE,
CP-SAT reports zeros, and after UNKNOWN an objective without a solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SolveStatus(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NO_SOLUTION_IN_TIME = "no_solution_in_time"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class SolveLimits:
    """How long to search, and how.

    Attributes:
        seconds: wall-clock limit; None means that only the deterministic work limit stops the search.
        work: deterministic work limit that ends the search reproducibly; a unit takes about a second on one
            core, whatever engine spends it.
        gap: stop when this relative gap is proven; None means search on.
        threads: workers; more than one makes the answer depend on timing.
        seed: seed of every random choice.
    """

    seconds: float | None = None
    work: float = 60.0
    gap: float | None = None
    threads: int = 1
    seed: int = 1


@dataclass(frozen=True)
class Level:
    """One level of the lexicographic objective, with its proven bound.

    `gap` is a fraction; what it is a fraction of is documented where the level is computed. Objective and
    bound are in the units of the level's name; `sense` says in which direction it is optimised.
    """

    name: str
    objective: float
    bound: float
    gap: float
    sense: str = "minimise"


@dataclass(frozen=True)
class SolveResult(Generic[Answer]):
    """The outcome of a solve.

    Attributes:
        answer: the plan, or None where the status says that there is none.
        levels: the levels of the objective, most important first; empty without an answer.
        reproducible: whether the same input and seed give the same answer (the clock did not stop it).
        clash: names of items that cannot hold together, when infeasible.
        limited_by: what ended the search, in words.
    """

    status: SolveStatus
    answer: Answer | None
    levels: tuple[Level, ...]
    engine: str
    seconds: float
    reproducible: bool
    limited_by: str = ""
    clash: tuple[str, ...] = ()
