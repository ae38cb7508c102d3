"""The benchmarks of the roster: pyworkforce gets what is legal and whole, and is judged as it answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.roster.hidden_week import DAY, KINDS, hidden_week
from benchmarks.roster.planted import check_hidden
from benchmarks.roster.pyworkforce_week import judged, request, roster_from
from benchmarks.roster.shift_types import shift_types
from data.coverage import coverage
from data.model import Duty, Roster, regime_on
from data.referee import judge_roster

WEEK = hidden_week(20, 1)
MENUS = ("quarters", "hours")


@pytest.mark.parametrize("menu", MENUS)
def test_every_type_of_shift_is_legal_by_itself(menu):
    """The referee finds nothing in a roster of one duty, whatever the type."""
    case = hidden_week(len(KINDS), 3).case
    case = replace(case, absences=type(case.absences).empty())
    for row in case.contracts.rows():
        regime = regime_on(case.plan.labour, row["regime"], case.plan.first_day)
        agent = case.agents.agent_id[case.agents.contract_id.tolist().index(row["contract_id"])]
        types = shift_types(regime, row["daily_minutes"], row["weekly_minutes"], menu)
        assert types
        for shift in types[::7]:
            at = 3 * DAY
            breaks = tuple(replace(b, start=at + b.start, end=at + b.end) for b in shift.breaks)
            duty = Duty(agent, at + shift.start, at + shift.end, breaks)
            full = case.with_roster(Roster.of([duty]))
            assert judge_roster(full) == []
            in_service = coverage(full)
            served = in_service.starts[in_service.in_service > 0] - at
            assert served.tolist() == [15 * p for p, one in enumerate(shift.serves(96)) if one]


def test_shares_of_contracts_make_up_the_requirement():
    """What the groups are asked for adds up to what the week requires, wherever a shift can reach."""
    document, types = request(WEEK.case, "MinAbsDifference", "quarters", True, 10.0, 1)
    asked = np.sum([group["required"] for group in document["groups"]], axis=0)
    counted = coverage(WEEK.case)
    required = np.zeros(7 * 96, dtype=np.int64)
    required[counted.starts // 15] = counted.required_by_skill.sum(axis=1)
    assert np.array_equal(asked, required.reshape(7, 96))
    agents = [name for group in document["groups"] for name in group["agents"]]
    assert sorted(agents) == WEEK.case.agents.agent_id.tolist()
    assert sum(len(group["shifts"]) for group in document["groups"]) == len(types)
    for group in document["groups"]:
        for first, second in group["no_rest"][:50]:
            assert types[second].start + DAY - types[first].end < 36 * 60


def test_an_answer_becomes_duties_that_the_referee_judges():
    """Late after late, early after late: the second breaks the rest of 11 hours, and is counted."""
    _, types = request(WEEK.case, "MinAbsDifference", "quarters", False, 10.0, 1)
    own = {name: shift for name, shift in types.items() if name.startswith("TASK") is False}
    contract = "NR17-36h"
    agent = WEEK.case.agents.agent_id[WEEK.case.agents.contract_id.tolist().index(contract)]
    early = next(name for name, shift in own.items() if name.startswith(contract) and shift.start == 6 * 60)
    late = next(name for name, shift in own.items() if name.startswith(contract) and shift.start == 18 * 60)
    found = judged(WEEK.case, roster_from([[agent, 3, late], [agent, 4, early]], types))
    assert found["violations_by_code"] == Counter({"CLT-66": 1})
    assert found["under"] + found["over"] > 0
    assert judged(WEEK.case, Roster(()))["under"] == found["required"]


def test_a_week_whose_hidden_roster_is_not_exact_is_refused():
    """The optimum would not be known: one duty less, and the benchmark stops."""
    check_hidden(WEEK)
    with pytest.raises(RuntimeError, match="hidden roster"):
        check_hidden(replace(WEEK, roster=Roster(WEEK.roster.duties[1:])))
