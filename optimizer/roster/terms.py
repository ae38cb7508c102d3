"""Reading from a case what binds each agent."""

from __future__ import annotations

from data.calendars import holiday_name
from data.model import MISSING, Case, regime_on
from optimizer.roster.rules import Terms
from optimizer.roster.shift_types import ShiftTypes

LIMITS = (
    "min_duty_minutes",
    "max_duty_minutes",
    "min_days_in_a_row",
    "max_days_in_a_row",
    "min_days_off_in_a_row",
    "max_weekends",
    "min_horizon_minutes",
    "max_horizon_minutes",
)
"""Columns of contracts that limit duties and their sequence, where they are given."""


def terms_of_agents(case: Case) -> list[Terms]:
    """The terms of every agent, in the order of the table.

    Raises:
        LookupError: when the regime of an agent's contract has no version in force on a day of the horizon.
    """
    dates = [case.axis.date_of(day) for day in range(case.axis.days)]
    calendar = case.plan.calendar
    absences: dict[str, list[tuple[int, int]]] = {}
    for absence in case.absences.rows():
        absences.setdefault(absence["agent_id"], []).append((absence["starts_at"], absence["ends_at"]))
    contract_rows = [case.contracts.position[name] for name in case.agents.contract_id.tolist()]
    regimes = {
        name: tuple(regime_on(case.plan.labour, name, on) for on in dates)
        for name in sorted({case.contracts.regime[row] for row in contract_rows})
    }
    types = ShiftTypes(case)
    closed: dict[tuple[str, str], tuple[bool, ...]] = {}
    listed: list[Terms] = []
    for row, agent in zip(contract_rows, case.agents.rows(), strict=True):
        contract = case.contracts.row(row)
        place = (agent["state"], agent["city"])
        if place not in closed:
            closed[place] = tuple(
                not calendar.open_on_holidays
                and holiday_name(on, *place, calendar.holiday_overrides) is not None
                for on in dates
            )
        first, last = agent["credential_from"], agent["credential_until"]
        ended = agent["last_duty_end"]
        told = agent["days_worked_in_week"], agent["weekly_rest_due"]
        days_in_week, rest_due = week_before(told, agent["days_worked_in_a_row"], dates[0].weekday())
        listed.append(
            Terms(
                daily_minutes=contract["daily_minutes"],
                weekly_minutes=contract["weekly_minutes"],
                overtime_minutes=contract["overtime_minutes"],
                regimes=regimes[contract["regime"]],
                weekdays=tuple(on.weekday() for on in dates),
                closed=closed[place],
                credential_days=(
                    0 if first == MISSING else max(first, 0),
                    len(dates) - 1 if last == MISSING else min(last, len(dates) - 1),
                ),
                absences=tuple(sorted(absences.get(agent["agent_id"], ()))),
                sunday_off_every_weeks=agent["sunday_off_every_weeks"],
                last_duty_end=None if ended == MISSING else ended,
                days_worked_in_a_row=agent["days_worked_in_a_row"],
                sundays_worked_in_a_row=agent["sundays_worked_in_a_row"],
                days_worked_in_week=days_in_week,
                minutes_worked_in_week=agent["minutes_worked_in_week"] if dates[0].weekday() else 0,
                overtime_worked_in_week=agent["overtime_worked_in_week"] if dates[0].weekday() else 0,
                weekly_rest_due=rest_due,
                typed=types.any,
                successions=types.successions,
                shift_limits=types.limits(contract["contract_id"]),
                **{name: None if contract[name] == MISSING else contract[name] for name in LIMITS},
            )
        )
    return listed


def week_before(told: tuple[int, bool], in_a_row: int, weekday: int) -> tuple[int, bool]:
    """Days worked in the week in which the horizon begins, before it; and whether its rest is still due.

    With every day of that week worked it is, and so it is where the agents table says so.

    Args:
        told: the same as the agents table has it.
        in_a_row: days worked in a row up to the eve of the horizon.
        weekday: of the first day, 0 is Monday.
    """
    worked = max(told[0], min(in_a_row, weekday)) if weekday else 0
    return worked, told[1] or (weekday > 0 and worked >= weekday)
