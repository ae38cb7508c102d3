"""Mending the day: the least that must change, level by level, when the day does not go as planned."""

from optimizer.repair.day_mender import REVIEW_MINUTES, DayMender
from optimizer.repair.engine import Repair, Repairer
from optimizer.repair.foresight import Foreseen, Precaution

__all__ = ["REVIEW_MINUTES", "DayMender", "Foreseen", "Precaution", "Repair", "Repairer"]
