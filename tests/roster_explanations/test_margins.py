"""Margins to the limits: the referee finds a rule broken just where a margin is negative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Break, Case, Duty, Roster
from data.referee import judge_roster
from optimizer.roster_explanations import Margin, rule_margins
from tests.dashboard.planned import planned_case
from tests.roster.small_cases import small_case
from tests.support import cases

RULES = {"CLT-58", "CF-7-XIII", "CLT-66", "CLT-67"}


def chance_roster(case: Case, seed: int) -> Case:
    """At most one duty a day of each agent, lawful or not."""
    chance = np.random.default_rng(seed)
    duties = []
    for agent in case.agents.agent_id.tolist():
        for day in range(case.axis.days):
            if chance.random() < 0.8:
                start = case.axis.at(day, 5 * int(chance.integers(60, 200)))
                length = 5 * int(chance.integers(24, 130))
                meal = Break(start + 60, start + 120, "meal")
                duties.append(Duty(agent, start, start + length, (meal,) if length > 360 else ()))
    return case.with_roster(Roster.of(duties))


def broken(case: Case) -> set[tuple[str, str]]:
    """Rules and agents that the referee names."""
    found = set()
    for violation in judge_roster(case):
        if violation.rule in RULES:
            found.add((violation.rule, violation.where.split(",")[0].removeprefix("agent ")))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_negative_margins_are_what_the_referee_finds(seed: int) -> None:
    case = chance_roster(small_case(seed), seed)
    negative = {(margin.rule, margin.agent_id) for margin in rule_margins(case) if margin.room < 0}
    assert negative == broken(case)


def test_a_planned_week_keeps_every_limit() -> None:
    margins = rule_margins(planned_case())
    assert {margin.rule for margin in margins} <= RULES
    assert min(margin.room for margin in margins) >= 0


def test_by_hand() -> None:
    """Eight hours of work on two days, from 8:00 to 17:00 and from 9:00: 16 h of rest between them."""
    case = cases.case(agents=[cases.agent("A1")], days=2)
    days = [
        Duty("A1", start, start + 540, (Break(start + 240, start + 300, "meal"),)) for start in (480, 1980)
    ]
    margins = {margin.rule: margin for margin in rule_margins(case.with_roster(Roster.of(days)))}
    assert margins["CLT-66"] == Margin("CLT-66", "A1", 1, 1980 - 1020, 660, at_least=True)
    assert margins["CLT-66"].room == 300
    assert not margins["CLT-66"].is_near
    assert (margins["CLT-58"].value, margins["CLT-58"].room) == (480, margins["CLT-58"].limit - 480)
    assert (margins["CLT-67"].value, margins["CLT-67"].unit) == (2, "days")
    assert margins["CF-7-XIII"].value == 960


def test_nobody_on_duty_has_no_margin() -> None:
    case = planned_case()
    assert rule_margins(replace(case, duties=case.duties.empty(), breaks=case.breaks.empty())) == []
