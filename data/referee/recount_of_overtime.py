"""What overtime costs, counted anew from the duties."""

from __future__ import annotations

from data.referee.roster_facts import RosterFacts


def overtime_cost(roster: RosterFacts) -> int:
    """Overtime of each agent's day (CLT 59), whole minutes, by begun demand intervals at its price."""
    plan = roster.case.plan
    return plan.overtime_price * int((-(-roster.overtime_minutes // plan.demand_interval_minutes)).sum())
