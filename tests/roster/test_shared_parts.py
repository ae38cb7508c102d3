"""What agents share, and what is compiled, against plain restatements."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.roster import bound as bound_module
from optimizer.roster import solve_roster
from optimizer.roster.bound import joined_intervals, understaffing_bound
from optimizer.roster.menu import MenuMaker
from optimizer.roster.pins import pinned_duties
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import RULES, SequenceRule, Shift
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import assemble_team, what_binds
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, tour_graph, tour_graphs
from optimizer.solve_result import SolveLimits
from tests.roster.week import DAY, demand, problem
from tests.support.cases import agent

SEQUENCE = [rule for rule in RULES if isinstance(rule, SequenceRule)]


@given(
    st.lists(st.tuples(st.integers(-1200, -1), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=4)
)
def test_agents_alike_but_for_their_history_get_the_graphs_they_would_get_alone(
    histories: list[tuple[int, int, int]],
) -> None:
    """Of every history, the same tours are legal in the shared graph as in one compiled for it alone."""
    (terms,) = terms_of_agents(problem(demand(0, 9, 17), days=4))
    alike = [
        replace(terms, last_duty_end=end, days_worked_in_a_row=run, sundays_worked_in_a_row=sundays)
        for end, run, sundays in histories
    ]
    kinds = [
        [Shift(day, DAY * day + start, DAY * day + start + 540, 480) for start in (0, 300, 840)]
        for day in range(4)
    ]
    shared = tour_graphs(alike, kinds, [False] * 4, SEQUENCE)
    for own, graph in zip(alike, shared, strict=True):
        alone = tour_graph(own, kinds, [False] * 4, SEQUENCE)
        assert graph is not None
        assert alone is not None
        for tour in product((OFF, 0, 1, 2), repeat=4):
            assert graph.allows(tour) == alone.allows(tour)


@given(st.integers(0, 2**32 - 1))
def test_a_duty_is_worth_the_sum_of_its_intervals(seed: int) -> None:
    """Sums over pieces equal those over single intervals, and each shift has the value of its best duty."""
    case = problem(demand(0, 6, 22), [agent("A1", contract="nr17")])
    menu = MenuMaker(case).menu(terms_of_agents(case)[0], 0)
    assert menu is not None
    values = (
        np.random.default_rng(seed).integers(-3, 4, len(Requirement(case).per_interval)).astype(np.float32)
    )
    each, best = menu.shift_values(values)
    expected = menu.service.astype(np.int64) @ values[menu.when].astype(np.int64)
    assert np.array_equal(each, expected)
    assert np.array_equal(best, np.maximum.reduceat(expected, menu.first[:-1]))
    extra = np.random.default_rng(seed).random(len(menu.shape), dtype=np.float32)
    assert np.allclose(menu.shift_values(values, extra)[0], expected + extra)


def test_a_menu_is_in_service_where_its_shapes_are() -> None:
    """Each duty of a menu serves exactly the whole intervals between its breaks."""
    case = problem(demand(0, 8, 20))
    menu = MenuMaker(case).menu(terms_of_agents(case)[0], 0)
    assert menu is not None
    assert list(menu.shifts) == sorted(set(menu.shifts), key=lambda s: (s.start, s.end, s.work))
    for duty in range(0, len(menu.shape), 97):
        shift, shape = menu.shifts[menu.shift_of[duty]], menu.shapes[menu.shape[duty]]
        served = {
            minute // 15
            for start, end in shape.segments()
            for minute in range(shift.start + start, shift.start + end)
            if shift.start + start <= minute // 15 * 15 and minute // 15 * 15 + 15 <= shift.start + end
        }
        assert served == set((np.flatnonzero(menu.service[duty]) + menu.when.start).tolist())


def test_an_absence_or_a_holiday_bars_only_its_own_day_and_agent() -> None:
    """Agents of one contract share kinds and graph; an absence takes shifts of its day from one of them."""
    rows = [row for day in range(3) for row in demand(day, 8, 20)]
    away = [{"agent_id": "A2", "starts_at": DAY, "ends_at": 2 * DAY}]
    case = problem(rows, [agent("A1"), agent("A2"), agent("A3", state="DF")], away, days=3)
    one, two, three = assemble_team(case, pinned_duties(case), RULES, lambda: None).patterns
    assert one.graph.layers[1:] == two.graph.layers[1:] == three.graph.layers[1:]
    free = [
        [int((choice.kind_of_shift != OFF).sum()) for choice in each.choices] for each in (one, two, three)
    ]
    assert min(free[0]) > 0
    assert free[1] == [free[0][0], 0, free[0][2]]
    assert free[2] == [0, *free[0][1:]]  # 30 November is a holiday of the Federal District


@given(st.integers(1, 7), st.integers(0, 9), st.booleans())
def test_terms_without_idle_history_bind_as_before(every: int, run: int, week: bool) -> None:
    """What is left of Sundays worked before bars the same Sundays."""
    case = problem(demand(0, 9, 17), days=7 if week else 14)
    (terms,) = terms_of_agents(case)
    terms = replace(terms, sunday_off_every_weeks=every, sundays_worked_in_a_row=run)
    rule = next(rule for rule in SEQUENCE if rule.code == "LEI-10101")
    sundays = [day for day, weekday in enumerate(terms.weekdays) if weekday == 6]

    def legal(own: Any) -> set[tuple[bool, ...]]:
        found = set()
        for works in product((False, True), repeat=len(sundays)):
            state: int | None = rule.begin(own)
            for day, on_duty in zip(sundays, works, strict=True):
                shift = Shift(day, DAY * day + 540, DAY * day + 780, 240) if on_duty else None
                state = None if state is None else rule.step(own, state, day, shift)
            if state is not None:
                found.add(works)
        return found

    assert legal(what_binds(terms, 0)) == legal(terms)


@pytest.mark.parametrize(("most", "joined"), [(1, 4), (100, 2), (10**6, 1)])
def test_intervals_taken_as_one_keep_the_bound_valid(
    most: int, joined: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many intervals are taken as one, no roster beats the bound; fewer make it no weaker."""
    rows = (
        demand(0, 8, 10.25, 5) + demand(0, 10.25, 18, 2) + demand(1, 9.25, 20, 1) + demand(1, 11, 12, 2, "pj")
    )
    case = problem(rows, [agent("A1"), agent("A2", contract="nr17"), agent("A3", "pj", "part")], days=2)
    requirement, terms = Requirement(case), terms_of_agents(case)
    shifts = ShiftRequirement(case, ShiftTypes(case))

    def bound() -> int:
        return understaffing_bound(
            requirement, shifts, terms, case.axis.day_starts, RULES, None, lambda: None
        )

    finest = bound()
    monkeypatch.setattr(bound_module, "MOST_ROWS", most)
    assert joined_intervals(requirement, groups=2) == joined
    result = solve_roster(case, SolveLimits(work=2.0))
    assert 0 < bound() <= finest <= result.levels[0].objective
