"""Pipelines that the command line and the dashboard share: solve, judge, summarise."""

from optimizer.planning.judged import (
    IllegalRosterError,
    NoRosterError,
    RefereeDisagreesError,
    judged_allocation,
    judged_roster,
)
from optimizer.planning.summaries import allocation_summary, roster_summary, simulation_summary
from optimizer.planning.week import PlannedWeek, plan_week

__all__ = [
    "IllegalRosterError",
    "NoRosterError",
    "PlannedWeek",
    "RefereeDisagreesError",
    "allocation_summary",
    "judged_allocation",
    "judged_roster",
    "plan_week",
    "roster_summary",
    "simulation_summary",
]
