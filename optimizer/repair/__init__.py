"""Mending the day: the least that must change, level by level, when the day does not go as planned."""

from optimizer.repair.engine import Repair, Repairer

__all__ = ["Repair", "Repairer"]
