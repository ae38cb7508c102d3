"""Days and hours on which an agent cannot be on duty: holidays, absences, credentials."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model.columns import BoolArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule


def _holidays_by_place(facts: Facts) -> tuple[list[dict[int, str]], BoolArray]:
    """For each agent: the holidays of the establishment by day number; and whether there are any."""
    agents = facts.case.agents
    places: dict[tuple[str, str], dict[int, str]] = {}
    listed = []
    for place in zip(agents.state.tolist(), agents.city.tolist(), strict=True):
        if place not in places:
            found = facts.calendar.holidays_of(*place)
            places[place] = {facts.axis.day_number(on): name for on, name in found.items()}
        listed.append(places[place])
    return listed, np.array([bool(days) for days in listed], dtype=np.bool_)


@rule("CLT-70", "No duty on a holiday of the agent's establishment.", "roster")
def no_duty_on_holidays(facts: Facts) -> Iterator[Finding]:
    """CLT 70, 75-B: unless the regime is exempt or the plan opens on holidays."""
    if facts.plan.calendar.open_on_holidays or not len(facts.case.duties):
        return
    roster = facts.roster
    by_agent, any_holiday = _holidays_by_place(facts)
    bound = roster.judged & (roster.limit("holiday_rule") > 0)
    bound[bound] = any_holiday[roster.agent[bound]]
    for row in np.flatnonzero(bound).tolist():
        name = by_agent[roster.agent[row]].get(int(roster.day[row]))
        if name is not None:
            yield facts.duty(row), f"{name} is a holiday of the agent's establishment, expected no duty"


@rule("ABSENCE", "No duty during an absence.", "roster")
def no_duty_during_absences(facts: Facts) -> Iterator[Finding]:
    """A duty shares no minute with an absence of its agent."""
    duties, absences = facts.case.duties, facts.case.absences
    found = facts.absences.touching(facts.roster.agent, duties.starts_at, duties.ends_at)
    for row in np.flatnonzero(found != NONE).tolist():
        away = facts.clock.span(absences.starts_at[found[row]], absences.ends_at[found[row]])
        yield facts.duty(row), f"the agent is absent {away}"


@rule("CAR", "The agent's credential is valid on the day of the duty.", "roster")
def credential_on_duty(facts: Facts) -> Iterator[Finding]:
    """Only agents in the register of agents (CAR) are rostered (DOMAIN 2.2)."""
    roster = facts.roster
    rows = np.flatnonzero(roster.agent != NONE)
    valid = roster.credential_valid(roster.agent[rows], roster.day[rows])
    for row in rows[~valid].tolist():
        yield facts.duty(row), "the agent's credential (CAR) is not valid on that day"
