"""The compiled twin of the SimPy engine: the same model, the same draws, the same times."""

from simulation.twin.engine import TwinEngine, knows

__all__ = ["TwinEngine", "knows"]
