"""Overtime: work of a day beyond the normal day of contract and regime (CLT 58, CLT 59; DOMAIN 3.1)."""

from __future__ import annotations

from collections import Counter

from data.model import Case, Roster, regime_on
from data.night_hours import counted_work


def overtime_of_days(case: Case, roster: Roster) -> dict[str, list[int]]:
    """Minutes of overtime of each agent's days, for agents with any, in the order of their first duties.

    A day on which no version of the regime is in force has none.
    """
    found: dict[str, list[int]] = {}
    for name, duties in roster.by_agent.items():
        contract = case.contracts.row(
            case.contracts.position[case.agents.contract_id[case.agents.position[name]]]
        )
        work: Counter[int] = Counter()
        normal: dict[int, int] = {}
        for duty in duties:
            day = case.axis.day_of(duty.start)
            try:
                regime = regime_on(case.plan.labour, contract["regime"], case.axis.date_of(day))
            except LookupError:
                continue
            work[day] += counted_work(case.axis, duty, regime)[1]
            normal[day] = min(contract["daily_minutes"], regime.daily_max_minutes)
        overtime = [minutes - normal[day] for day, minutes in work.items() if minutes > normal[day]]
        if overtime:
            found[name] = overtime
    return found


def overtime_costs(case: Case, roster: Roster) -> dict[str, int]:
    """Price of each agent's overtime, begun intervals of a day counted whole, for agents with any."""
    length, price = case.plan.demand_interval_minutes, case.plan.overtime_price
    return {
        name: price * sum(-(-minutes // length) for minutes in listed)
        for name, listed in overtime_of_days(case, roster).items()
    }
