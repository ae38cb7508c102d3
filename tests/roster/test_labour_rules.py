"""Every labour rule binds: a roster keeps it, and breaks it once that one rule is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from data.model import Case, LabourRegime
from data.policies import default_labour_regimes
from data.referee import judge_roster
from optimizer.roster import engine, solve_roster
from optimizer.roster.rules import RULES
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)


def regimes(**changes: object) -> tuple[LabourRegime, ...]:
    """The default regimes, the CLT ones with other limits."""
    return tuple(
        r.model_copy(update=changes) if r.regime == "CLT_8H" else r for r in default_labour_regimes()
    )


def week_minutes() -> Case:
    """Nine hours on six days are 48 hours of work; 44 are allowed."""
    return problem([row for day in range(6) for row in demand(day, 9, 18)], days=6)


def rest() -> Case:
    """An evening, and the morning after."""
    return problem(demand(0, 18, 22) + demand(1, 6, 10), days=2)


def rest_from_history() -> Case:
    """A morning after a duty that ended at 23:00 on the eve."""
    return problem(demand(0, 6, 10), [agent("A1", last_duty_end=-HOUR)])


def days_in_a_row() -> Case:
    """Four hours on each of eight days, from Tuesday on so that no week has more than six."""
    rows = [row for day in range(8) for row in demand(day, 9, 13)]
    return problem(rows, [agent("A1", sunday_off_every_weeks=3)], days=8, first_day=date(2026, 12, 1))


def days_in_a_row_from_history() -> Case:
    """One day after six days worked."""
    return problem(demand(0, 9, 13), [agent("A1", days_worked_in_a_row=6)])


WEDNESDAY, SUNDAY = date(2026, 12, 2), date(2026, 12, 6)


def week_minutes_from_history() -> Case:
    """A Wednesday of eight hours after 37 on Monday and Tuesday."""
    return problem(demand(0, 9, 18), [agent("A1", minutes_worked_in_week=2220)], first_day=WEDNESDAY)


def days_a_week_from_history() -> Case:
    """From Friday to Sunday after three days of a week that may have five."""
    rows = [row for day in range(3) for row in demand(day, 9, 13)]
    agents = [agent("A1", days_worked_in_week=3)]
    return problem(rows, agents, days=3, first_day=date(2026, 12, 4), labour=regimes(max_days_a_week=5))


def days_a_week_from_days_in_a_row() -> Case:
    """From Friday to Saturday after four days in a row, all of them of a week that may have five."""
    agents = [agent("A1", days_worked_in_a_row=4)]
    rows = demand(0, 9, 13) + demand(1, 9, 13)
    return problem(rows, agents, days=2, first_day=date(2026, 12, 4), labour=regimes(max_days_a_week=5))


def weekly_rest() -> Case:
    """Six days until Saturday at 22:00, and Monday from 6 h on: Sunday is off, but only for 32 hours."""
    rows = [row for day in range(6) for row in demand(day, 18, 22)] + demand(7, 6, 10)
    return problem(rows, days=8)


def weekly_rest_from_history() -> Case:
    """Monday from 6 h on, the weekly rest being due since Saturday at 22:00."""
    return problem(demand(0, 6, 10), [agent("A1", last_duty_end=-26 * HOUR, weekly_rest_due=True)])


def weekly_rest_of_a_week_begun() -> Case:
    """Saturday until 22:00 and Monday from 6 h on, after every day of the week from Monday to Friday."""
    rows = demand(0, 18, 22) + demand(2, 6, 10)
    return problem(rows, [agent("A1", days_worked_in_a_row=5)], days=3, first_day=date(2026, 12, 5))


def days_a_week() -> Case:
    """Four hours on six days where five days a week are allowed."""
    rows = [row for day in range(6) for row in demand(day, 9, 13)]
    return problem(rows, days=6, labour=regimes(max_days_a_week=5))


def sundays() -> Case:
    """Two Sundays, and every other one is to be off."""
    return problem(demand(6, 9, 13) + demand(13, 9, 13), days=14)


def sundays_from_history() -> Case:
    """A Sunday after one worked."""
    return problem(demand(6, 9, 13), [agent("A1", sundays_worked_in_a_row=1)], days=7)


def holiday() -> Case:
    """Christmas."""
    return problem(demand(0, 9, 13), first_day=date(2026, 12, 25))


def absence() -> Case:
    """Absent from 11 to 12 h on a day with demand from 9 to 13 h."""
    away = [{"agent_id": "A1", "starts_at": 11 * HOUR, "ends_at": 12 * HOUR}]
    return problem(demand(0, 9, 13), absences=away)


def credential_ends() -> Case:
    """The credential ends on the first of two days."""
    return problem(demand(0, 9, 13) + demand(1, 9, 13), [agent("A1", credential_until=0)], days=2)


def credential_begins() -> Case:
    """The credential begins on the second of two days."""
    return problem(demand(0, 9, 13) + demand(1, 9, 13), [agent("A1", credential_from=1)], days=2)


def overtime_of_a_week() -> Case:
    """Two days of nine hours, eight of them normal, in a week that may have an hour of overtime."""
    own = contract("own", "CLT_8H", 480, 2640) | {"overtime_minutes": 60}
    labour = regimes(overtime_weekly_max_minutes=60)
    rows = demand(0, 8, 18) + demand(1, 8, 18)
    return problem(rows, [agent("A1", contract="own")], contracts=[own], days=2, labour=labour)


def overtime_of_a_week_from_history() -> Case:
    """A Wednesday of nine hours after an hour of overtime."""
    own = contract("own", "CLT_8H", 480, 2640) | {"overtime_minutes": 60}
    agents = [agent("A1", contract="own", overtime_worked_in_week=60)]
    labour = regimes(overtime_weekly_max_minutes=60)
    return problem(demand(0, 8, 18), agents, contracts=[own], first_day=WEDNESDAY, labour=labour)


BINDING = [
    ("CLT-58A", overtime_of_a_week),
    ("CLT-58A", overtime_of_a_week_from_history),
    ("CF-7-XIII", week_minutes),
    ("CLT-66", rest),
    ("CLT-66", rest_from_history),
    ("CLT-67", days_in_a_row),
    ("CLT-67", days_in_a_row_from_history),
    ("LEI-605", days_a_week),
    ("CF-7-XIII", week_minutes_from_history),
    ("LEI-605", days_a_week_from_history),
    ("LEI-605", days_a_week_from_days_in_a_row),
    ("TST-110", weekly_rest),
    ("TST-110", weekly_rest_from_history),
    ("TST-110", weekly_rest_of_a_week_begun),
    ("LEI-10101", sundays),
    ("LEI-10101", sundays_from_history),
    ("CLT-70", holiday),
    ("ABSENCE", absence),
    ("CAR", credential_ends),
    ("CAR", credential_begins),
]


def broken(built: Case) -> set[str]:
    """Rules that the roster made for a case breaks, by the referee."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    return {violation.rule for violation in judge_roster(built.with_roster(result.answer))}


@pytest.mark.parametrize(("code", "build"), BINDING, ids=lambda value: getattr(value, "__name__", value))
def test_a_rule_binds(code: str, build: Callable[[], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """With all rules nothing is broken; without this one, it alone is."""
    built = build()
    assert broken(built) == set()
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != code))
    assert broken(built) == {code}


def test_a_day_is_no_longer_than_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """CLT-58: no duty is planned beyond the contract's day, and a longer pinned one is refused."""
    contract = {
        "contract_id": "short",
        "regime": "CLT_8H",
        "daily_minutes": 300,
        "weekly_minutes": 1500,
        "hourly_cost": 1.0,
    }
    long = {"agent_id": "A1", "starts_at": 9 * HOUR, "ends_at": 18 * HOUR, "pinned": True}
    meal = {"agent_id": "A1", "starts_at": 13 * HOUR, "ends_at": 14 * HOUR, "kind": "meal"}
    agents = [agent("A1", contract="short")]
    free = solve_roster(problem(demand(0, 9, 18), agents, contracts=[contract]), QUICK)
    assert free.answer is not None
    assert {duty.work_minutes for duty in free.answer.duties} == {300}
    pinned = problem(demand(0, 9, 18), agents, contracts=[contract], duties=[long], breaks=[meal])
    refused = solve_roster(pinned, QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    assert len(refused.clash) == 1
    assert "; CLT-58: " in refused.clash[0]
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != "CLT-58"))
    assert solve_roster(pinned, QUICK).answer is not None


def test_twelve_hours_then_thirty_six() -> None:
    """12x36: every second day at most, by the rest of 36 hours."""
    contract = {
        "contract_id": "12x36",
        "regime": "SHIFT_12X36",
        "daily_minutes": 720,
        "weekly_minutes": 2880,
        "hourly_cost": 1.0,
    }
    rows = [row for day in range(6) for row in demand(day, 7, 20)]
    built = problem(rows, [agent("A1", contract="12x36")], contracts=[contract], days=6)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    days = [duty.start // DAY for duty in result.answer.duties]
    assert days
    assert all(later - earlier >= 2 for earlier, later in pairwise(days))
    assert judge_roster(built.with_roster(result.answer)) == []
