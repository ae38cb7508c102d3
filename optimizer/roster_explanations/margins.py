"""How near a roster comes to the limits of labour law and contract, agent by agent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from data.model import Case, Duty
from data.night_hours import counted_work
from optimizer.roster.rules import Terms
from optimizer.roster.terms import terms_of_agents

NEAR = 0.05
"""Share of a limit that is left where it counts as near."""


@dataclass(frozen=True)
class Margin:
    """Where an agent comes nearest to the limit of a rule.

    Attributes:
        rule: code of the rule.
        day: number of the day whose duty does so.
        value: what the roster holds, in minutes or days.
        limit: what the rule allows.
        unit: of both.
        at_least: whether the limit is the least that is allowed, and not the most.
    """

    rule: str
    agent_id: str
    day: int
    value: int
    limit: int
    unit: Literal["minutes", "days"] = "minutes"
    at_least: bool = False

    @property
    def room(self) -> int:
        """What is left to the limit; negative where the rule is broken."""
        return self.value - self.limit if self.at_least else self.limit - self.value

    @property
    def is_near(self) -> bool:
        """Whether next to nothing is left."""
        return self.room <= NEAR * self.limit


@dataclass(frozen=True)
class _Worked:
    """A duty as the law counts it: minutes of work, those of overtime not among `normal`."""

    duty: Duty
    day: int
    work: int
    normal: int


def rule_margins(case: Case) -> list[Margin]:
    """The narrowest margin of every agent on duty, for each rule, in the order of agents and rules.

    The rules are those on the work of a day (CLT-58) and of a week (CF-7-XIII), the rest between duties
    (CLT-66) and the days in a row (CLT-67). The time before the horizon counts.

    Raises:
        LookupError: when the regime of an agent's contract has no version in force on a day of the horizon.
    """
    found: list[Margin] = []
    for agent_id, terms in zip(case.agents.agent_id.tolist(), terms_of_agents(case), strict=True):
        worked = [_worked(case, terms, duty) for duty in case.roster.by_agent.get(agent_id, ())]
        for rule in (_of_days, _of_weeks, _of_rests, _of_runs):
            margins = list(rule(agent_id, terms, worked))
            if margins:
                found.append(min(margins, key=lambda margin: margin.room))
    return found


def _worked(case: Case, terms: Terms, duty: Duty) -> _Worked:
    day = case.axis.day_of(duty.start)
    work = counted_work(case.axis, duty, terms.regimes[day])[1]
    return _Worked(duty, day, work, min(work, terms.normal_minutes(day)))


def _of_days(agent_id: str, terms: Terms, worked: list[_Worked]) -> Iterator[Margin]:
    for one in worked:
        limit = terms.normal_minutes(one.day) + terms.overtime_limit(one.day)
        yield Margin("CLT-58", agent_id, one.day, one.work, limit)


def _of_weeks(agent_id: str, terms: Terms, worked: list[_Worked]) -> Iterator[Margin]:
    weeks: dict[int, list[_Worked]] = {}
    for one in worked:
        weeks.setdefault((one.day + terms.weekdays[0]) // 7, []).append(one)
    for week, duties in weeks.items():
        before = terms.minutes_worked_in_week if week == 0 else 0
        last = duties[-1].day
        total = before + sum(one.normal for one in duties)
        yield Margin("CF-7-XIII", agent_id, last, total, terms.week_limits[last])


def _of_rests(agent_id: str, terms: Terms, worked: list[_Worked]) -> Iterator[Margin]:
    ended = terms.last_duty_end
    for one in worked:
        if ended is not None:
            due = terms.regimes[one.day].rest_between_duties_minutes
            yield Margin("CLT-66", agent_id, one.day, one.duty.start - ended, due, at_least=True)
        ended = one.duty.end


def _of_runs(agent_id: str, terms: Terms, worked: list[_Worked]) -> Iterator[Margin]:
    run, before = terms.days_worked_in_a_row, -1
    for one in worked:
        run = run + 1 if one.day == before + 1 else 1
        before = one.day
        limit = terms.regimes[one.day].max_days_in_a_row
        yield Margin("CLT-67", agent_id, one.day, run, limit, "days")
