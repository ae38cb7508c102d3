"""Shift types, their successions and limits, and work over the horizon: rosters keep to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Agents, Case, Duties, ShiftLimits, ShiftTypes
from data.referee import judge_roster
from optimizer.roster import engine, solve_roster, team
from optimizer.roster.rules import RULES, DutyRule, shift_limit_rules
from optimizer.roster.shift_types import ShiftTypes as Types
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent
from tests.support.cases import contract as contract_row

QUICK = SolveLimits(work=5.0)
EARLY = {"shift_type": "early", "starts": 8 * HOUR, "minutes": 240}
LATE = {"shift_type": "late", "starts": 16 * HOUR, "minutes": 240, "not_followed_by": "early"}
NIGHT = {"shift_type": "night", "starts": 22 * HOUR, "minutes": 300, "not_followed_by": "early|late"}


def typed(
    rows: list[dict[str, Any]],
    days: int,
    types: list[dict[str, Any]] | None = None,
    limits: dict[str, int] | None = None,
    duties: list[dict[str, Any]] | None = None,
    **horizon: int,
) -> Case:
    """One agent with duties of these types, limits to types, and limits of work over the horizon."""
    built = problem(
        rows,
        [agent("A1", contract="own", sunday_off_every_weeks=7)],
        contracts=[contract_row("own", "CLT_8H", 480, 2640) | horizon],
        duties=duties or [],
        days=days,
    )
    return replace(
        built,
        shift_types=ShiftTypes.from_rows([EARLY, LATE, NIGHT] if types is None else types),
        shift_limits=ShiftLimits.from_rows(
            [{"contract_id": "own", "shift_type": t, "most": most} for t, most in (limits or {}).items()]
        ),
    )


def broken(built: Case) -> set[str]:
    """Rules that the roster made for a case breaks, by the referee."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    return {violation.rule for violation in judge_roster(built.with_roster(result.answer))}


def pinned(day: int, hour: int, minutes: int) -> dict[str, Any]:
    """A pinned duty from an hour of a day on."""
    start = DAY * day + HOUR * hour
    return {"agent_id": "A1", "starts_at": start, "ends_at": start + minutes, "pinned": True}


LATE_THEN_EARLY = [*demand(0, 16, 20), *demand(1, 8, 12)]
BINDING: list[tuple[str, Callable[[], Case]]] = [
    ("SUCCESSION", lambda: typed(LATE_THEN_EARLY, 2)),
    ("MAX-WORK", lambda: typed([*demand(0, 8, 12), *demand(1, 8, 12)], 2, max_horizon_minutes=479)),
    ("MAX-WORK", lambda: typed([*demand(0, 8, 12)], 1, types=[], max_horizon_minutes=200)),
    ("MIN-WORK", lambda: typed(demand(0, 8, 12), 2, min_horizon_minutes=300)),
    ("MIN-WORK", lambda: typed(demand(0, 8, 12), 3, types=[], min_horizon_minutes=900)),
]


@pytest.mark.parametrize(
    ("code", "build"), BINDING, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BINDING)]
)
def test_a_rule_binds(code: str, build: Callable[[], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """With all rules nothing is broken; without this one, it alone is."""
    built = build()
    assert broken(built) == set()
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != code))
    assert broken(built) == {code}


@pytest.mark.parametrize("most", [0, 1, 2])
def test_a_limit_to_a_type_binds(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """SHIFT-LIMIT: three early duties are asked for, and so many are allowed."""
    built = typed([row for day in range(3) for row in demand(day, 8, 12)], 3, limits={"early": most})
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert len(result.answer.duties) == most
    assert broken(built) == set()
    if most:  # Duties of a type that is never allowed are not on offer to begin with.
        monkeypatch.setattr(team, "shift_limit_rules", lambda _: ())
        assert broken(built) == {"SHIFT-LIMIT"}


def test_every_duty_is_of_a_type() -> None:
    """Demand from 8:30 to 12:45 h is covered by the early type, which starts and ends sooner."""
    result = solve_roster(typed(demand(0, 8.5, 12.75), 1), QUICK)
    assert result.answer is not None
    (duty,) = result.answer.duties
    assert (duty.start, duty.end) == (8 * HOUR, 12 * HOUR)
    assert result.levels[0].objective == 3 + 2


def test_types_off_the_intervals_and_with_meals() -> None:
    """A type from 8:05 to 17:05 holds a meal; whole quarters of an hour in service are counted."""
    full = {"shift_type": "full", "starts": 8 * HOUR + 5, "minutes": 540}
    built = typed(demand(0, 8, 18), 1, types=[full])
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    (duty,) = result.answer.duties
    assert (duty.start, duty.end) == (485, 1025)
    assert duty.work_minutes <= 480
    assert judge_roster(built.with_roster(result.answer)) == []
    # 8:15 to 17:00 without an hour's meal on the quarters; the search states what the roster holds.
    assert result.levels[0].objective == 40 - (35 - 4)


def test_nights_pass_midnight_and_forbid_the_next_day() -> None:
    """Night after night is allowed, a night before an early or late duty is not."""
    rows = [*demand(0, 22, 27), *demand(1, 8, 12), *demand(1, 22, 27), *demand(2, 16, 20)]
    built = typed(rows, 4)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert [duty.start - DAY * n for n, duty in enumerate(result.answer.duties)] == [22 * HOUR, 22 * HOUR]
    assert judge_roster(built.with_roster(result.answer)) == []


@pytest.mark.parametrize(
    ("duties", "expected"),
    [
        ([pinned(0, 8, 235)], ["SHIFT-TYPE"]),
        ([pinned(0, 16, 240), pinned(1, 8, 240)], ["SUCCESSION"]),
        ([pinned(0, 8, 240), pinned(1, 8, 240)], ["SHIFT-LIMIT"]),
        ([pinned(0, 16, 240), pinned(1, 16, 240), pinned(2, 16, 240)], ["MAX-WORK"]),
    ],
)
def test_pins_that_break_a_rule_are_named(duties: list[dict[str, Any]], expected: list[str]) -> None:
    """Pinned duties of no type, in a forbidden succession, above a limit or above the most work."""
    built = typed([], 3, limits={"early": 1}, duties=duties, max_horizon_minutes=719)
    refused = solve_roster(built, QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    assert [re.findall(r"([A-Z-]+):", clash.removeprefix("A1: ")) for clash in refused.clash] == [expected]
    assert {violation.rule for violation in judge_roster(built)} == set(expected)


def test_work_that_cannot_be_had_is_named() -> None:
    """MIN-WORK asks for more than the days hold."""
    refused = solve_roster(typed([], 2, min_horizon_minutes=961), QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    least = "MIN-WORK: at least 961 min of work in the horizon by the contract"
    types = "SHIFT-TYPE: every duty is of a shift type"
    assert refused.clash == (f"A1: {types}; {least}",)


def kept_by_the_solver(built: Case) -> set[str]:
    """Codes of the rules, as the solver states them, that the duties of the agent break."""
    (own,) = terms_of_agents(built)
    types = Types(built)
    days = [built.axis.day_of(duty.start) for duty in built.roster.duties]
    shifts = {
        day: types.shift(duty, own.regimes[day]) for day, duty in zip(days, built.roster.duties, strict=True)
    }
    found = set()
    for rule in [*RULES, *shift_limit_rules(own)]:
        if isinstance(rule, DutyRule):
            kept = all(rule.keeps(own, shift) for shift in shifts.values())
        else:
            state: int | None = rule.begin(own)
            for day in range(own.days):
                state = None if state is None else rule.step(own, state, day, shifts.get(day))
            kept = state is not None
        found |= set() if kept else {rule.code}
    return found


@given(st.data())
def test_solver_referee_and_plain_words_agree(data: st.DataObject) -> None:
    """Whatever the duties, types and limits: three statements of the rules find the same ones broken."""
    days = data.draw(st.integers(1, 7))
    chosen = data.draw(
        st.lists(st.sampled_from(["", "early", "late", "night", "none"]), min_size=days, max_size=days)
    )
    times = {"early": (480, 240), "late": (960, 240), "night": (1320, 240), "none": (600, 235)}
    duties = [
        {
            "agent_id": "A1",
            "starts_at": DAY * day + times[kind][0],
            "ends_at": DAY * day + sum(times[kind]),
        }
        for day, kind in enumerate(chosen)
        if kind and (kind != "night" or day < days - 1)
    ]
    limits = data.draw(st.dictionaries(st.sampled_from(["early", "late", "night"]), st.integers(0, 4)))
    horizon = {
        name: data.draw(st.sampled_from([235, 240, 480, 700, 720, 960]))
        for name in data.draw(st.sets(st.sampled_from(["min_horizon_minutes", "max_horizon_minutes"])))
    }
    if data.draw(st.booleans()):
        built = typed([], days, [EARLY, LATE, NIGHT | {"minutes": 240}], limits, duties, **horizon)
    else:
        built = typed([], days, [], {}, duties, **horizon)
    if not duties:
        return
    expected = roster_faults(built, built.agents.row(0), built.roster.duties)
    assert {violation.rule for violation in judge_roster(built)} == expected
    assert kept_by_the_solver(built) == expected


def test_an_agent_without_duties_lacks_work() -> None:
    """MIN-WORK is broken by an agent who has no duty at all, once there is a roster."""
    built = typed([], 2, min_horizon_minutes=240)
    agents = Agents.from_rows([*built.agents.rows(), agent("A2")])
    duty = {"agent_id": "A2", "starts_at": 480, "ends_at": 720}
    idle = replace(built, agents=agents, duties=Duties.from_rows([duty]))
    (found,) = judge_roster(idle)
    assert (found.rule, found.where) == ("MIN-WORK", "agent A1")
    assert judge_roster(built) == []
