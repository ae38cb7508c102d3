"""Replanning changes little: as little as brute force, nothing begun, and nothing at all without need."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.coverage import coverage, intervals_in_service
from data.generator import GeneratorSettings, generate
from data.model import Absences, Agents, Break, Case, Duty, Roster
from data.referee import judge_replanning, judge_roster, recount, recount_changes, recount_moved_breaks
from optimizer.roster import solve_roster
from optimizer.roster.menu import MenuMaker
from optimizer.roster.replanning import changes_of
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import Level, SolveLimits, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent

QUICK = SolveLimits(work=20.0)
FEW = {
    "contract_id": "few",
    "regime": "PART_TIME_30",
    "daily_minutes": 240,
    "weekly_minutes": 480,
    "hourly_cost": 1.0,
}


def away(case: Case, *rows: tuple[str, int, int]) -> Case:
    """The case with more absences: agent, start and end."""
    more = [{"agent_id": name, "starts_at": start, "ends_at": end} for name, start, end in rows]
    return replace(case, absences=Absences.from_rows([*case.absences.rows(), *more]))


def at_moment(case: Case, minute: int) -> Case:
    """The case planned at another moment."""
    return replace(case, plan=case.plan.model_copy(update={"as_of": case.axis.instant_of(minute)}))


def replanned(case: Case, limits: SolveLimits = QUICK) -> tuple[Case, dict[str, Level]]:
    """The case with the roster that follows its own, judged; and the levels by name."""
    result = solve_roster(case, limits, from_published=True)
    assert result.answer is not None
    planned = case.with_roster(result.answer)
    assert judge_roster(planned) == []
    assert judge_replanning(case, planned, changes_of(case, case.roster, planned.roster)) == []
    levels = {level.name: level for level in result.levels}
    assert levels["changes"].objective == recount_changes(case, planned)
    return planned, levels


def duty(name: str, day: int, hour: float, hours: float, breaks: tuple[Break, ...] = ()) -> Duty:
    """A duty of so many hours."""
    start = int(DAY * day + HOUR * hour)
    return Duty(name, start, start + int(HOUR * hours), breaks)


class Alternatives:
    """Every roster in which some days of agents hold another duty of the menus than the published one."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.required = np.zeros(case.axis.end // 15, dtype=np.int64)
        np.add.at(self.required, case.demand.starts_at // 15, case.demand.required)
        maker = MenuMaker(case)
        self.options: dict[tuple[str, int], list[Duty | None]] = {}
        self.published: dict[tuple[str, int], Duty | None] = {}
        for name, terms in zip(case.agents.agent_id.tolist(), terms_of_agents(case), strict=True):
            for day in range(case.axis.days):
                menu = maker.menu(terms, day)
                assert menu is not None
                key = name, day
                self.options[key] = [None]
                for place in range(len(menu.shape)):
                    shift, shape = menu.shifts[int(menu.shift_of[place])], menu.shapes[int(menu.shape[place])]
                    assert shape.breaks == ()
                    self.options[key].append(Duty(name, shift.start, shift.end))
                held = [d for d in case.roster.by_agent.get(name, ()) if case.axis.day_of(d.start) == day]
                self.published[key] = held[0] if held else None

    @cache  # noqa: B019 - lives as long as the test
    def service(self, option: Duty | None) -> np.ndarray[Any, Any]:
        """Intervals in service."""
        serving = np.zeros(len(self.required), dtype=np.int64)
        for first, last in intervals_in_service([] if option is None else [option], 15):
            serving[first:last] = 1
        return serving

    def fewest(self, under: int, over: int, forced: set[tuple[str, int]]) -> int:
        """Fewest changes with which at most so much is missing and in excess; `forced` days are off."""
        fixed = {key: option for key, option in self.published.items() if key not in forced}
        for count in range(len(fixed) + 1):
            for changed in itertools.combinations(sorted(fixed), count):
                stay = [option for key, option in fixed.items() if key not in changed]
                staying = sum(map(self.service, stay), np.zeros_like(self.required))
                for choice in itertools.product(*(self.options[key] for key in changed)):
                    total = sum(map(self.service, choice), staying)
                    missing = int(np.maximum(self.required - total, 0).sum())
                    excess = int(np.maximum(total - self.required, 0).sum())
                    if missing > under or excess > over:
                        continue
                    duties = [option for option in (*stay, *choice) if option is not None]
                    if not judge_roster(self.case.with_roster(Roster.of(duties))):
                        return count
        raise AssertionError("the roster found is among them")


@pytest.mark.parametrize("seed", range(8))
def test_as_few_changes_as_brute_force(seed: int) -> None:
    """Five agents on two days, two of them ill: no legal roster of the menus that covers as well changes
    less, and the bound is not above what brute force needs.
    """
    chance = np.random.default_rng(seed)
    rows = [
        {"starts_at": DAY * day + 9 * HOUR + 60 * hour + quarter, "skill": "a", "required": wanted}
        for day in range(2)
        for hour in range(6)
        for wanted in [int(chance.integers(1, 4))]
        for quarter in (0, 15, 30, 45)
    ]
    team = [agent(f"A{n}", "a", "few" if n < 4 else "fewer") for n in range(1, 6)]
    fewer = {**FEW, "contract_id": "fewer", "weekly_minutes": 240}
    built = problem(rows, team, contracts=[FEW, fewer], days=2, change_worth_minutes=60)
    first = solve_roster(built, QUICK)
    assert first.answer is not None
    published = built.with_roster(first.answer)
    lost = [published.roster.duties[int(n)] for n in chance.choice(len(published.duties), 2, replace=False)]
    forced = {(ill.agent_id, built.axis.day_of(ill.start)) for ill in lost}
    case = away(published, *((name, DAY * day, DAY * day + DAY) for name, day in sorted(forced)))
    planned, levels = replanned(case)
    counted, before = recount(planned), recount(published)
    fewest = Alternatives(case).fewest(counted.under, max(counted.over, before.over), forced)
    assert levels["changes"].bound <= fewest
    assert levels["changes"].objective == fewest >= 1


def test_the_one_who_is_off_takes_the_duty_over() -> None:
    """One duty a day, two agents: the other takes over, at one change, which is proven to be least."""
    built = problem(demand(0, 9, 13), [agent("A1", "pf", "few"), agent("A2", "pf", "few")], contracts=[FEW])
    case = away(built.with_roster(Roster.of([duty("A1", 0, 9, 4)])), ("A1", 0, DAY))
    planned, levels = replanned(case)
    assert planned.roster.duties == (duty("A2", 0, 9, 4),)
    assert (levels["changes"].objective, levels["changes"].bound, levels["changes"].gap) == (1, 1, 0.0)
    assert levels["under_plus_over"].objective == 0


@pytest.mark.parametrize(("price", "changes"), [(60, 0), (30, 1), (31, 0)])
def test_a_change_must_be_worth_it(price: int, changes: int) -> None:
    """The plan's price decides: half an hour is brought back only where a change need bring back no more."""
    team = [agent("A1", "pf", "few"), agent("A2", "pf", "few")]
    built = problem(demand(0, 9, 13), team, contracts=[FEW], change_worth_minutes=price)
    published = built.with_roster(Roster.of([duty("A1", 0, 9, 3.5), duty("A2", 0, 9, 4)]))
    planned, levels = replanned(away(published, ("A2", 0, DAY)))
    assert levels["changes"].objective == levels["changes"].bound == changes
    assert recount(planned).under == (0 if changes else 2)


def test_what_was_bad_before_may_stay() -> None:
    """A published roster that misses much and has much in excess is followed, not improved."""
    built = problem(demand(0, 9, 13), [agent("A1", "pf", "few"), agent("A2", "pf", "few")], contracts=[FEW])
    bad = built.with_roster(Roster.of([duty("A1", 0, 14, 4), duty("A2", 0, 15, 4)]))
    planned, levels = replanned(bad)
    assert planned.roster == bad.roster
    assert (levels["changes"].objective, levels["changes"].bound) == (0, 0)
    assert levels["under_plus_over"].objective == 48


def test_duties_that_a_new_rule_forbids_count_and_are_proven() -> None:
    """A credential that ends earlier takes a duty away: that is a change, and the bound sees it."""
    built = problem(demand(0, 9, 13) + demand(1, 9, 13), [agent("A1", "pf", "few")], contracts=[FEW], days=2)
    case = built.with_roster(Roster.of([duty("A1", 0, 9, 4), duty("A1", 1, 9, 4)]))
    ended = replace(case, agents=Agents.from_rows([agent("A1", "pf", "few", credential_until=0)]))
    planned, levels = replanned(ended)
    assert planned.roster.duties == (duty("A1", 0, 9, 4),)
    assert (levels["changes"].objective, levels["changes"].bound) == (1, 1)


def test_pins_stay_and_an_absence_takes_them_away() -> None:
    """A pinned duty stays where another would cover better; that of an absent agent goes, pinned or not."""
    built = problem(
        demand(0, 9, 13) + demand(0, 15, 19),
        [agent("A1", "pf", "few"), agent("A2", "pf", "few")],
        contracts=[FEW],
    )
    pinned = replace(duty("A1", 0, 9, 4), pinned=True)
    case = built.with_roster(Roster.of([pinned, duty("A2", 0, 15, 4)]))
    planned, _ = replanned(away(case, ("A2", 0, DAY)))
    assert planned.roster.duties == (pinned,)
    planned, levels = replanned(away(case, ("A1", 0, DAY)))
    assert {held.agent_id for held in planned.roster.duties} == {"A2"}
    assert levels["changes"].objective == levels["changes"].bound == 0


def test_what_has_begun_and_is_illegal_is_named() -> None:
    """Too little rest between duties that have begun can't be undone: infeasible, with the clash."""
    built = problem(demand(0, 9, 13) + demand(1, 9, 14), [agent("A1", "pf", "few")], contracts=[FEW], days=2)
    case = built.with_roster(Roster.of([duty("A1", 0, 18, 4), duty("A1", 1, 6, 4)]))
    result = solve_roster(at_moment(case, DAY + 12 * HOUR), QUICK, from_published=True)
    assert result.status is SolveStatus.INFEASIBLE
    assert any("CLT-66" in named for named in result.clash)
    planned, levels = replanned(at_moment(case, 12 * HOUR))
    assert levels["changes"].objective == levels["changes"].bound == 1
    assert len(planned.roster.duties) == 2


@cache
def planted(seed: int) -> Case:
    """A generated week with its planted roster, which is on no menu, as the published one."""
    return generate(GeneratorSettings(agents=10, days=3, load=0.8, seed=seed)).case


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2), st.integers(-DAY, 3 * DAY))
def test_nothing_changes_without_need(seed: int, now: int) -> None:
    """With the absences that were known, at any moment, the published roster stays as it is, proven."""
    case = at_moment(planted(seed), now)
    planned, levels = replanned(case)
    assert planned.roster == case.roster
    assert (levels["changes"].objective, levels["changes"].bound) == (0, 0)


@settings(max_examples=8, deadline=None)
@given(
    st.integers(0, 2),
    st.integers(-DAY, 3 * DAY),
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 3 * DAY), st.integers(30, 2 * DAY)),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[0],
    ),
)
def test_the_past_stays_and_the_absent_have_no_duty(
    seed: int, now: int, absences: Sequence[tuple[int, int, int]]
) -> None:
    """Whoever is absent from whenever: legal, nothing begun is touched, at the proven least or above, and
    followed again it stays as it is.
    """
    published = planted(seed)
    names = published.agents.agent_id.tolist()
    case = at_moment(
        away(published, *((names[who], start, start + length) for who, start, length in absences)), now
    )
    planned, levels = replanned(case)
    assert levels["changes"].bound <= levels["changes"].objective
    assert levels["under_plus_over"].bound <= levels["under_plus_over"].objective
    for held in planned.roster.duties:
        assert held.start >= now or held in case.roster.duties
        for absence in case.absences.rows():
            if absence["agent_id"] == held.agent_id:
                assert held.end <= absence["starts_at"] or absence["ends_at"] <= held.start
    again, levels = replanned(planned)
    assert again.roster == planned.roster
    assert levels["changes"].objective == levels["changes"].bound == 0


def test_the_same_seed_gives_the_same_roster() -> None:
    """Without a clock, two runs change the same."""
    case = away(planted(0), (str(planted(0).agents.agent_id[3]), DAY, 2 * DAY))
    assert solve_roster(case, QUICK, from_published=True).answer == replanned(case)[0].roster


def test_when_the_time_is_up_the_published_roster_is_mended_at_least() -> None:
    """With no work to spend on changes, there is no roster, or a legal one without the absent."""
    case = away(planted(0), (str(planted(0).agents.agent_id[3]), 0, 3 * DAY))
    result = solve_roster(case, SolveLimits(work=1e-9), from_published=True)
    if result.answer is None:
        assert result.status is SolveStatus.NO_SOLUTION_IN_TIME
        return
    assert judge_roster(case.with_roster(result.answer)) == []


def test_moved_breaks_are_told_apart() -> None:
    """A duty with other breaks is a change of the kind breaks, counted, and counted by itself as well."""
    built = problem(demand(0, 9, 17), [agent("A1")])
    meal = (Break(12 * HOUR, 13 * HOUR, "meal"),)
    before = built.with_roster(Roster.of([duty("A1", 0, 9, 9, meal)]))
    later = (Break(13 * HOUR, 14 * HOUR, "meal"),)
    after = built.with_roster(Roster.of([duty("A1", 0, 9, 9, later)]))
    (row,) = changes_of(built, before.roster, after.roster).rows()
    assert (row["change"], row["by_absence"]) == ("breaks", False)
    assert recount_changes(before, after) == recount_moved_breaks(before, after) == 1
    assert coverage(before).required == coverage(after).required
