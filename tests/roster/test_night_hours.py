"""Night hours in rosters (CLT 73): they bind, duties fill what they leave, and pins count exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from data import night_hours
from data.model import Break, Case, Duty, Roster
from data.night_hours import night_work
from data.referee import judge_roster
from optimizer.planning.summaries import night_minutes
from optimizer.roster import menu, solve_roster
from optimizer.roster.menu import MenuMaker
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)


def nights(
    days: int, first: float, last: float, regime: str = "CLT_8H", daily: int = 480, **limits: Any
) -> Case:
    """Demand on some days between these hours, for one agent, and a day more."""
    budget = limits.pop("work_minutes_budget", None)
    own = contract("own", regime, daily, limits.pop("weekly_minutes", 2640)) | limits
    rows = [row for day in range(days) for row in demand(day, first, last)]
    agents = [agent("A1", contract="own", sunday_off_every_weeks=7)]
    return problem(rows, agents, contracts=[own], days=days + 1, work_minutes_budget=budget)


def broken(built: Case) -> set[str]:
    """Rules that the roster made for a case breaks, by the referee."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert result.answer.duties
    return {violation.rule for violation in judge_roster(built.with_roster(result.answer))}


BINDING: list[tuple[str, Callable[[], Case]]] = [
    ("CLT-58", lambda: nights(1, 21, 30)),
    ("CF-7-XIII", lambda: nights(5, 22, 26, daily=300, weekly_minutes=1200)),
    ("MAX-WORK", lambda: nights(2, 22, 26, daily=300, max_horizon_minutes=480)),
    ("MAX-DUTY", lambda: nights(1, 22, 27, max_duty_minutes=240)),
    ("BUDGET", lambda: nights(2, 22, 26, daily=300, work_minutes_budget=480)),
]


@pytest.mark.parametrize(("code", "build"), BINDING, ids=[code for code, _ in BINDING])
def test_night_hours_bind(code: str, build: Callable[[], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """With night hours nothing is broken; by the clock alone, this limit of work is."""
    built = build()
    assert broken(built) == set()
    for module in (menu, night_hours):
        monkeypatch.setattr(module, "counted_minutes", lambda _regime, work, _least, _most: (work, work))
    assert broken(built) == {code}


@pytest.mark.parametrize(
    ("regime", "most"), [("CLT_8H", 420), ("NR17_6H", 315), ("PART_TIME_30", 420), ("SHIFT_12X36", 660)]
)
def test_a_night_is_filled_to_the_minute(regime: str, most: int) -> None:
    """The longest duty from 22:00 on is a day's work by law: seven hours for eight, but in 12x36."""
    daily = {"NR17_6H": 360, "SHIFT_12X36": 660}.get(regime, 480)
    built = nights(1, 22, 36, regime, daily)
    (own,) = terms_of_agents(built)
    found = MenuMaker(built).menu(own, 0)
    assert found is not None
    by_clock = found.clock_work.tolist()
    assert max(c for c, s in zip(by_clock, found.shifts, strict=True) if s.start == 22 * HOUR) == most


def test_duties_fill_the_length_that_they_count_for() -> None:
    """Every duty of the menus counts, exactly, for no more than its work, and for at least its least work."""
    built = nights(2, 0, 24)
    (own,) = terms_of_agents(built)
    for day in range(2):
        found = MenuMaker(built).menu(own, day)
        assert found is not None
        for place, shift in enumerate(found.shifts):
            for duty in range(int(found.first[place]), int(found.first[place + 1])):
                shape = found.shapes[int(found.shape[duty])]
                breaks = tuple(
                    type(b)(shift.start + b.start, shift.start + b.end, b.kind) for b in shape.breaks
                )
                made = Duty("A1", shift.start, shift.end, breaks)
                exact = made.work_minutes + night_work(built.axis, made) / 7
                assert shift.least_work <= exact <= shift.work
                # A meal of up to 120 minutes may lie at night, and the grid has steps of five.
                assert exact > shift.work - 23


@pytest.mark.parametrize(("end", "by_law", "lawful"), [(1640, 477, True), (1650, 489, False)])
def test_pins_count_exactly(end: int, by_law: int, lawful: bool) -> None:
    """CLT-58: a pinned duty whose meal lies at night counts without it, where a new one would not be sure."""
    duty = {"agent_id": "A1", "starts_at": 19 * HOUR, "ends_at": end, "pinned": True}
    meal = {"agent_id": "A1", "starts_at": 23 * HOUR, "ends_at": 24 * HOUR, "kind": "meal"}
    built = problem(demand(2, 9, 13), [agent("A1")], duties=[duty], breaks=[meal], days=3)
    (held,) = built.roster.duties
    assert round(held.work_minutes + night_work(built.axis, held) / 7) == by_law
    result = solve_roster(built, QUICK)
    assert (result.status is not SolveStatus.INFEASIBLE) is lawful
    assert ("CLT-58" in {violation.rule for violation in judge_roster(built)}) is not lawful


def test_a_published_night_stays() -> None:
    """Replanning keeps a published duty that is lawful only because its meal lies at night."""
    meal = Break(23 * HOUR, 24 * HOUR, "meal")
    published = Roster.of([Duty("A1", 19 * HOUR, 1640, (meal,))])
    built = problem(demand(0, 19, 23) + demand(1, 0, 3.25), [agent("A1")], days=3).with_roster(published)
    result = solve_roster(built, QUICK, from_published=True)
    assert result.answer == published
    changes = next(level for level in result.levels if level.name == "changes")
    assert (changes.objective, changes.bound) == (0, 0)


def test_the_summary_has_the_night_of_each_agent() -> None:
    """Minutes by the clock at night, the meal left out; agents without any are not listed."""
    made = problem(demand(0, 19, 23), [agent("A1"), agent("A2")], days=3)
    meal = Break(23 * HOUR, 24 * HOUR, "meal")
    roster = Roster.of(
        [
            Duty("A1", 19 * HOUR, 27 * HOUR, (meal,)),
            Duty("A2", 9 * HOUR, 13 * HOUR),
            Duty("A1", 2880 + 120, 2880 + 360),
        ]
    )
    assert night_minutes(made.with_roster(roster)) == {"A1": 60 + 180 + 180}
