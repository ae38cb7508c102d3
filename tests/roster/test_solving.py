"""Limits, interruption, pins, reproducibility: what a solve promises besides a good roster."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.generator import GeneratorSettings, generate
from data.model import Breaks, Case, Duties, Roster
from data.referee import judge_roster
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent

ROOT = Path(__file__).resolve().parents[2]

PRINT_ROSTER = """
from data.generator import GeneratorSettings, generate
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits
case = generate(GeneratorSettings(agents=12, days=3, load=0.8, seed=4)).case
print(solve_roster(case, SolveLimits(work=2.0)).answer)
"""


@pytest.fixture(scope="module")
def week() -> Case:
    """A generated week of a dozen agents, with its planted roster."""
    return generate(GeneratorSettings(agents=12, days=6, load=0.8, seed=4)).case


def test_the_same_roster_whatever_the_hash_seed() -> None:
    """Two processes with different hash seeds print the same roster."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT_ROSTER],
            cwd=ROOT,
            env=dict(os.environ, PYTHONHASHSEED=seed),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    ]
    assert "Duty(" in printed[0]
    assert printed[0] == printed[1]


def test_the_planted_duties_are_not_read(week: Case) -> None:
    """Without the duties and breaks, or with the planted ones, the roster is the same."""
    without = replace(week, duties=Duties.empty(), breaks=Breaks.empty())
    limits = SolveLimits(work=1.0)
    with_them, without_them = solve_roster(week, limits), solve_roster(without, limits)
    assert len(week.duties) > 0
    assert with_them.answer == without_them.answer
    assert with_them.levels == without_them.levels


def test_pinned_duties_are_kept_as_they_are(week: Case) -> None:
    """Every fifth duty is pinned; the new roster holds each with its breaks, and obeys the law."""
    duties = week.roster.duties
    some = Roster.of(replace(duty, pinned=True) for duty in duties[::5])
    result = solve_roster(week.with_roster(some), SolveLimits(work=1.0))
    assert result.answer is not None
    assert set(some.duties) <= set(result.answer.duties)
    assert {duty for duty in result.answer.duties if duty.pinned} == set(some.duties)
    assert judge_roster(week.with_roster(result.answer)) == []


def test_breaks_of_other_duties_do_not_stick_to_a_pin() -> None:
    """A break after a pinned duty, of a duty that is gone, changes nothing."""
    pinned = {"agent_id": "A1", "starts_at": 9 * HOUR, "ends_at": 13 * HOUR, "pinned": True}
    stray = {"agent_id": "A1", "starts_at": DAY + 13 * HOUR, "ends_at": DAY + 14 * HOUR, "kind": "meal"}
    result = solve_roster(problem(demand(0, 9, 13), duties=[pinned], breaks=[stray], days=2))
    assert result.answer is not None
    assert result.answer.duties[0].breaks == ()


PIN_FAULTS: list[tuple[str, dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = [
    ("CLT-67", {"starts_at": 540, "ends_at": 780}, [], {"days_worked_in_a_row": 6}),
    ("CLT-66", {"starts_at": 540, "ends_at": 780}, [], {"last_duty_end": 0}),
    ("CAR", {"starts_at": 540, "ends_at": 780}, [], {"credential_until": -1}),
    ("CLT-71", {"starts_at": 540, "ends_at": 840}, [], {}),
    ("STRETCH", {"starts_at": 540, "ends_at": 1020}, [(555, 615, "meal")], {}),
    ("BREAK", {"starts_at": 540, "ends_at": 845}, [(530, 545, "meal")], {}),
    ("BREAK-GRID", {"starts_at": 540, "ends_at": 855}, [(661, 676, "meal")], {}),
    ("DUTY-GRID", {"starts_at": 541, "ends_at": 781}, [], {}),
    ("DUTY-HORIZON", {"starts_at": 1380, "ends_at": 1500}, [], {}),
    ("DUTY-ORDER", {"starts_at": 540, "ends_at": 540}, [], {}),
    ("NR17-5.4", {"starts_at": 540, "ends_at": 780}, [], {"contract_id": "nr17"}),
    ("NR17-EDGE", {"starts_at": 540, "ends_at": 780}, [(560, 570, "pause")], {"contract_id": "nr17"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "duty", "breaks", "changes"), PIN_FAULTS, ids=[code for code, *_ in PIN_FAULTS]
)
def test_a_pin_that_breaks_a_rule_is_named(
    code: str, duty: dict[str, Any], breaks: list[tuple[int, int, str]], changes: dict[str, Any]
) -> None:
    """A pinned duty that no roster may hold: infeasible, with the agent, the day and the rule."""
    built = problem(
        demand(0, 9, 13),
        [agent("A1") | changes],
        duties=[{"agent_id": "A1", "pinned": True} | duty],
        breaks=[{"agent_id": "A1", "starts_at": s, "ends_at": e, "kind": kind} for s, e, kind in breaks],
    )
    result = solve_roster(built)
    assert result.status is SolveStatus.INFEASIBLE
    assert result.answer is None
    assert result.levels == ()
    assert any(c.startswith("A1: pinned duty ") and f"; {code}: " in c for c in result.clash)


def test_two_pins_on_a_day_clash() -> None:
    """An agent has one duty a day."""
    duties = [
        {"agent_id": "A1", "starts_at": start, "ends_at": start + 120, "pinned": True}
        for start in (480, 1140)
    ]
    assert any(
        clash.endswith("DUTY-DAY: one duty a day at most")
        for clash in solve_roster(problem(demand(0, 8, 10), duties=duties)).clash
    )


def test_no_time_means_no_solution_and_no_values(week: Case) -> None:
    """When time is up before every agent has chosen once, the result says so and carries nothing."""
    result = solve_roster(week, SolveLimits(seconds=1e-6))
    assert result.status is SolveStatus.NO_SOLUTION_IN_TIME
    assert (result.answer, result.levels, result.limited_by) == (None, (), "time limit")
    assert not result.reproducible
    none = solve_roster(week, SolveLimits(work=0.0))
    assert (none.status, none.reproducible) == (SolveStatus.NO_SOLUTION_IN_TIME, True)


def test_a_time_limit_is_kept(week: Case) -> None:
    """A search with work without end is ended by the clock, with what it has."""
    result = solve_roster(week, SolveLimits(seconds=8.0, work=1e9))
    assert result.answer is not None
    assert result.limited_by in {"time limit", "bound reached"}


def test_the_search_stops_at_the_gap_asked_for(week: Case) -> None:
    """With a wide gap the search ends early, and says why."""
    result = solve_roster(week, SolveLimits(gap=0.5))
    assert result.limited_by == "gap reached"
    assert 0 < result.levels[0].gap <= 0.5


@pytest.mark.parametrize("after", [0, 3, 40, 200])
def test_an_interrupted_search_hands_over_what_it_has(week: Case, after: int) -> None:
    """Interrupted before the first round: no roster; later: a legal one."""
    calls = 0

    def progress(_fraction: float, _what: str) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt

    result = solve_roster(week, SolveLimits(), progress)
    assert result.status is SolveStatus.INTERRUPTED
    assert not result.reproducible
    if after < 12:
        assert result.answer is None
    if after == 200:
        assert result.answer is not None
        assert judge_roster(week.with_roster(result.answer)) == []


def test_an_interrupt_stops_cp_sat_too() -> None:
    """A small case is CP-SAT's; an interrupt there still gives the roster found before."""
    built = problem(demand(0, 8, 16, required=2), [agent("A1"), agent("A2")])

    def progress(_fraction: float, what: str) -> None:
        if what == "all agents choose at once":
            raise KeyboardInterrupt

    result = solve_roster(built, SolveLimits(), progress)
    assert result.answer is not None
    assert result.status in {SolveStatus.INTERRUPTED, SolveStatus.FEASIBLE}


def test_progress_goes_from_nothing_to_all(week: Case) -> None:
    """Fractions stay within 0 and 1, and never go back."""
    seen: list[float] = []
    solve_roster(week, SolveLimits(work=1.0), lambda fraction, _what: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[0] >= 0.0
    assert seen[-1] <= 1.0


def test_nobody_and_nothing() -> None:
    """No demand: nobody works. Nobody with the skill: all is missing, and the bound says so."""
    idle = solve_roster(problem([]))
    assert idle.status is SolveStatus.OPTIMAL
    assert idle.answer == Roster(())
    lost = solve_roster(problem(demand(0, 9, 13, skill="libras")))
    assert lost.status is SolveStatus.OPTIMAL
    assert lost.answer == Roster(())
    assert lost.levels[0].objective == lost.levels[0].bound == 16
