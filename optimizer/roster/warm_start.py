"""Beginning a search with a roster that is there already."""

from __future__ import annotations

import numpy as np

from data.coverage import intervals_in_service
from data.model import Case, Duty, Roster
from optimizer.roster.search import Tour
from optimizer.roster.team import DayChoice, Team
from optimizer.roster.tours import OFF


def tours_of(case: Case, team: Team, roster: Roster) -> dict[int, Tour]:
    """The tour of each agent that is nearest to the agent's duties, where it breaks no rule.

    A duty stands for the one on the day's menu that has as much work and differs in the fewest intervals in
    service; a duty of a length that the menu does not have becomes a day off.
    """
    found: dict[int, Tour] = {}
    for agent, (name, pattern) in enumerate(zip(team.names, team.patterns, strict=True)):
        by_day = {case.axis.day_of(duty.start): duty for duty in roster.by_agent.get(name, ())}
        tour = tuple(
            _nearest(choice, by_day.get(day), team.requirement.interval_minutes)
            for day, choice in enumerate(pattern.choices)
        )
        if pattern.allows(tour):
            found[agent] = tour
    return found


def _nearest(choice: DayChoice, duty: Duty | None, length: int) -> int:
    if choice.pinned is not None:
        return 0
    menu = choice.menu
    if menu is None or duty is None:
        return OFF
    allowed = np.flatnonzero((menu.clock_work == duty.work_minutes) & (choice.kind_of_shift != OFF))
    if not len(allowed):
        return OFF
    wanted = np.zeros(menu.service.shape[1], dtype=np.int8)
    for first, last in intervals_in_service([duty], length):
        wanted[max(first - menu.when.start, 0) : max(last - menu.when.start, 0)] = 1
    duties = np.flatnonzero(np.isin(menu.shift_of, allowed))
    differing = (menu.service[duties] != wanted).sum(axis=1)
    ends = np.array([(shift.start - duty.start) ** 2 for shift in menu.shifts], dtype=np.int64)
    return int(duties[np.lexsort((ends[menu.shift_of[duties]], differing))[0]])
