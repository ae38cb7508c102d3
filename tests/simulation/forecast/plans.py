"""Plans to forecast for."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.model import Calendar, Plan, default_as_of
from data.policies import default_labour_regimes, default_service_policies


def plan_from(first_day: date, days: int = 28, interval: int = 60, **calendar: Any) -> Plan:
    """A plan with the default policies, in São Paulo."""
    return Plan(
        schema="pontual/plan@1.0",
        first_day=first_day,
        days=days,
        as_of=default_as_of(first_day),
        demand_interval_minutes=interval,
        calendar=Calendar(**calendar),
        service=default_service_policies(),
        labour=default_labour_regimes(),
    )
