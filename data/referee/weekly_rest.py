"""The weekly rest: 24 hours, and the 11 hours between two duties on top (CLT 66, 67; TST, Súmula 110)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.model import MISSING
from data.referee.facts import Facts
from data.referee.registry import Finding, rule
from data.referee.violation import hours

FREE = 2**40
"""Minutes of free time that has no beginning or no end within what is known."""


@dataclass(frozen=True)
class _FreeTime:
    """Free time of an agent around days off.

    Attributes:
        first_day: first day off in it, and `last_day` the last one; days before the horizon are negative.
        minutes: from the end of a duty to the start of the next.
        until: position of the duty that ends it; None where nothing does in the horizon.
        long_enough: whether it lasts as long as the regime asks for on the day on which it ends.
    """

    first_day: int
    last_day: int
    minutes: int
    until: int | None
    long_enough: bool


def _free_times(facts: Facts, rows: list[int]) -> list[_FreeTime]:
    """An agent's free times around days off, in order; `rows` are the agent's duties in order of time."""
    duties, roster, agents = facts.case.duties, facts.roster, facts.case.agents
    needed = roster.limit("weekly_rest_minutes")
    agent = int(roster.agent[rows[0]])
    ended = int(agents.last_duty_end[agent])
    since = -FREE if ended == MISSING else ended
    # The eve is off where no days in a row lead up to it; how far back the days off go does not matter.
    next_day = 0 if agents.days_worked_in_a_row[agent] > 0 else -1
    found = []
    for row in rows:
        day, start = int(roster.day[row]), int(duties.starts_at[row])
        if day > next_day:
            free = start - since
            found.append(_FreeTime(next_day, day - 1, free, row, free >= needed[row]))
        since, next_day = int(duties.ends_at[row]), day + 1
    found.append(_FreeTime(next_day, facts.axis.days + 6, FREE, None, True))
    return found


@rule("TST-110", "Each week has a day off within 24 hours of rest and the 11 hours of a night's.", "roster")
def weekly_rest(facts: Facts) -> Iterator[Finding]:
    """CLT 66 and 67, TST Súmula 110: 35 hours free around one day off of each week, Monday to Sunday.

    What follows the horizon is free. Of a week that the horizon cuts, a day off before it was the rest unless
    the agents table says that the rest is still due, or that all of its days were worked.
    """
    roster = facts.roster
    needed = roster.limit("weekly_rest_minutes")
    rows = np.flatnonzero(roster.judged)
    rows = rows[np.lexsort((facts.case.duties.starts_at[rows], roster.agent[rows]))]
    for held in np.split(rows, np.flatnonzero(np.diff(roster.agent[rows])) + 1) if len(rows) else []:
        own = held.tolist()
        if not needed[own].any():
            continue
        free = _free_times(facts, own)
        by_day = {int(roster.day[row]): row for row in own}
        for monday, sunday in _weeks(facts, int(roster.agent[own[0]])):
            around = [f for f in free if f.first_day <= sunday and f.last_day >= monday]
            if any(f.long_enough for f in around):
                continue
            # The duty on Sunday leaves no day off to come; a day off on Sunday is ended by the next duty.
            last = by_day.get(sunday, around[-1].until if around else None)
            if last is not None and needed[last]:
                most = max((f.minutes for f in around), default=0)
                best = f"{hours(most)} free around a day off" if most else "no day off"
                week = facts.clock.day(monday)
                yield (
                    facts.duty(last),
                    f"{best} in the week of {week}, expected {hours(needed[last])} at least",
                )


def _weeks(facts: Facts, agent: int) -> Iterator[tuple[int, int]]:
    """First and last day of each week whose rest lies in the horizon or in free time that leads into it."""
    weekday, agents = facts.plan.first_day.weekday(), facts.case.agents
    worked = max(
        int(agents.days_worked_in_week[agent]), min(int(agents.days_worked_in_a_row[agent]), weekday)
    )
    due = bool(agents.weekly_rest_due[agent])
    if weekday == 0:
        if due:
            yield -7, -1
        yield 0, 6
    elif due or worked >= weekday:
        yield -weekday, 6 - weekday
    for sunday in range(13 - weekday, facts.axis.days + 6, 7):
        yield sunday - 6, sunday
