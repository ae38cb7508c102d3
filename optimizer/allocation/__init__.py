"""Allocation: bookings to starts and agents, with a proven bound."""

from optimizer.allocation.engine import allocate
from optimizer.allocation.problem import Problem, build_problem

__all__ = ["Problem", "allocate", "build_problem"]
