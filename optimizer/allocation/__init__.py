"""Allocation: bookings to starts and agents, with a proven bound."""

from optimizer.allocation.engine import Engine, allocate
from optimizer.allocation.problem import Problem, build_problem

__all__ = ["Engine", "Problem", "allocate", "build_problem"]
