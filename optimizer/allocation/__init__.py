"""Allocation: bookings to starts and agents, with a proven bound."""

from typing import TYPE_CHECKING, Any

from optimizer.allocation.problem import Problem
from optimizer.allocation.translation import build_problem

if TYPE_CHECKING:
    from optimizer.allocation.engine import Engine, allocate

__all__ = ["Engine", "Problem", "allocate", "build_problem"]


def __getattr__(name: str) -> Any:
    # Solvers and compiled code take half a second to load; who sells single starts does without.
    if name in ("Engine", "allocate"):
        from optimizer.allocation import engine

        return getattr(engine, name)
    raise AttributeError(name)
