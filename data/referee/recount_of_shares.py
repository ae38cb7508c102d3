"""How evenly weekend days, late duties and wishes not met are shared, counted from the tables alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import ceil, floor

from data.model import tokens
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.recount_of_wishes import wishes_lost


def unfair_shares(facts: Facts) -> int:
    """What agents who are alike have beyond their mean, rounded up, or lack to it, rounded down.

    Alike are agents with the same skills in demand, one at least, the same regime and the same hours a week.
    Counted are duties on a Saturday or Sunday, duties that end after the plan's hour, both with those before
    the horizon, and, among agents who have wishes, the number of wishes not met.
    """
    case, plan = facts.case, facts.plan
    duties, agent_of, day_of = case.duties, facts.roster.agent.tolist(), facts.roster.day.tolist()
    weekends = Counter(dict(enumerate(case.agents.weekend_days_worked.tolist())))
    lates = Counter(dict(enumerate(case.agents.late_duties_worked.tolist())))
    hour = plan.late_duties_end_after
    for agent, day, end in zip(agent_of, day_of, duties.ends_at.tolist(), strict=True):
        if agent != NONE and 0 <= day < plan.days:
            weekends[agent] += (day + plan.first_day.weekday()) % 7 >= 5
            lates[agent] += end > facts.axis.at(day, 60 * hour.hour + hour.minute)
    position = case.agents.position
    lost = Counter(position.get(row["agent_id"], NONE) for row in wishes_lost(case, facts.roster))
    wishing = {position.get(name, NONE) for name in case.wishes.agent_id.tolist()}
    total = 0
    for group in _alike(facts):
        total += _away_from_mean([weekends[agent] for agent in group])
        total += _away_from_mean([lates[agent] for agent in group])
        total += _away_from_mean([lost[agent] for agent in group if agent in wishing])
    return total


def _alike(facts: Facts) -> list[list[int]]:
    case = facts.case
    asked = frozenset(case.demand.skill.tolist())
    groups: dict[tuple[frozenset[str], str, int], list[int]] = defaultdict(list)
    for agent, (cell, row) in enumerate(
        zip(case.agents.skills.tolist(), facts.roster.contract.tolist(), strict=True)
    ):
        skills = tokens(cell) & asked
        if skills and row != NONE:
            contracts = case.contracts
            groups[skills, contracts.regime[row], int(contracts.weekly_minutes[row])].append(agent)
    return list(groups.values())


def _away_from_mean(counts: list[int]) -> int:
    if not counts:
        return 0
    mean = Fraction(sum(counts), len(counts))
    return sum(max(count - ceil(mean), floor(mean) - count, 0) for count in counts)
