"""Somebody mends the plan while the day is played: the state that is shown, and what decisions lead to."""

from simulation.mending.mender import Mended, Mender
from simulation.mending.reviews import Reviews

__all__ = ["Mended", "Mender", "Reviews"]
