"""Planted weeks: a hidden legal roster covers the requirement exactly, and the engine comes within 1 %."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.roster.hidden_week import KINDS, hidden_week
from data.coverage import coverage
from data.model import REGIMES
from data.referee import judge_roster
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hidden_roster_is_legal_and_covers_the_requirement_exactly(seed):
    """Under + over of the hidden roster is 0 and the referee finds nothing, so the optimum is 0."""
    week = hidden_week(60, seed)
    planted = week.case.with_roster(week.roster)
    counted = coverage(planted)
    assert (counted.under, counted.over, judge_roster(planted)) == (0, 0, [])
    assert counted.required > 5_000


def test_the_hidden_roster_mixes_every_regime_and_keeps_to_no_menu():
    """All regimes work in it, at night too; breaks lie off the quarters, and meals have odd lengths."""
    week = hidden_week(200, 1)
    regime = {row["contract_id"]: row["regime"] for row in week.case.contracts.rows()}
    of_agent = dict(
        zip(week.case.agents.agent_id.tolist(), week.case.agents.contract_id.tolist(), strict=True)
    )
    assert {regime[of_agent[duty.agent_id]] for duty in week.roster.duties} == set(REGIMES)
    assert {kind.contract for kind in KINDS} == {of_agent[duty.agent_id] for duty in week.roster.duties}
    assert any(duty.start // 1440 < duty.end // 1440 for duty in week.roster.duties)
    breaks = [pause for duty in week.roster.duties for pause in duty.breaks]
    assert sum(pause.start % 15 != 0 for pause in breaks) > len(breaks) / 2
    assert len({pause.end - pause.start for pause in breaks if pause.kind == "meal"}) > 10
    assert len(week.case.absences) == 10
    assert any(week.case.agents.days_worked_in_a_row > 0)


def test_a_planted_week_of_fifty_agents_is_met_within_one_percent():
    """(under + over - bound) / required is at most 1 %, and no rule is broken."""
    week = hidden_week(50, 1)
    result = solve_roster(week.case, SolveLimits(work=6.0))
    assert result.answer is not None
    solved = week.case.with_roster(result.answer)
    counted = coverage(solved)
    assert Counter(violation.rule for violation in judge_roster(solved)) == Counter()
    assert result.levels[0].objective == counted.under + counted.over
    assert result.levels[0].bound == 0
    assert counted.under + counted.over <= 0.01 * counted.required
    assert result.reproducible
