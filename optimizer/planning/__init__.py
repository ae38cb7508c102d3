"""Pipelines that the command line and the dashboard share: solve, judge, summarise."""

from optimizer.planning.agents_needed import (
    IllegalSessionsError,
    NoSessionsError,
    agents_summary,
    judged_agents,
    judged_workers,
    workers_summary,
)
from optimizer.planning.explaining import UnknownBookingError, explained_bookings, explained_plan
from optimizer.planning.explaining_rosters import explained_roster, priced_rules, reasons_of_new_roster
from optimizer.planning.judged import (
    IllegalRosterError,
    NoRosterError,
    RefereeDisagreesError,
    judged_allocation,
    judged_roster,
)
from optimizer.planning.replanning import reported_changes
from optimizer.planning.summaries import (
    allocation_summary,
    comparison_summary,
    roster_summary,
    simulation_summary,
)
from optimizer.planning.week import PlannedWeek, plan_week

__all__ = [
    "IllegalRosterError",
    "IllegalSessionsError",
    "NoRosterError",
    "NoSessionsError",
    "PlannedWeek",
    "RefereeDisagreesError",
    "UnknownBookingError",
    "agents_summary",
    "allocation_summary",
    "comparison_summary",
    "explained_bookings",
    "explained_plan",
    "explained_roster",
    "judged_agents",
    "judged_allocation",
    "judged_roster",
    "judged_workers",
    "plan_week",
    "priced_rules",
    "reasons_of_new_roster",
    "reported_changes",
    "roster_summary",
    "simulation_summary",
    "workers_summary",
]
