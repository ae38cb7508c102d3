"""Simulated annealing of whole plans, compiled: hundreds of thousands of small moves a second."""

from optimizer.allocation.annealing.anneal import Annealing

__all__ = ["Annealing"]
