"""Clashing sets against every roster: they clash, nothing in them is idle, and none is overlooked."""

from __future__ import annotations

import itertools
import string
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.model import MISSING, Absences, Agents, Case, Contracts, Duty, Roster
from optimizer.roster import solve_roster
from optimizer.roster.clash import ClashingSet, clash_documents, clashing_sets, sentence
from optimizer.roster.clash.items import Item, items_of, request_of
from optimizer.roster.clash.texts import CATALOGUES
from optimizer.roster.pins import pinned_duties
from optimizer.roster.rules import RULES
from optimizer.roster.terms import terms_of_agents
from optimizer.roster_explanations.texts import CATALOGUES as OTHER_CATALOGUES
from optimizer.solve_result import SolveStatus
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract


def pin(day: int, first: float = 9, hours: float = 4) -> dict[str, Any]:
    """A pinned duty of A017."""
    start = DAY * day + int(HOUR * first)
    return {"agent_id": "A017", "starts_at": start, "ends_at": start + int(HOUR * hours), "pinned": True}


def asked(
    pins: list[dict[str, Any]],
    days: int,
    limits: dict[str, int] | None = None,
    absences: Sequence[tuple[int, int]] = (),
    weekly: int = 2640,
    **history: int,
) -> Case:
    """A case of one agent with pins, on a contract with limits."""
    return problem(
        demand(0, 9, 13),
        [agent("A017", contract="own", **history)],
        absences=[{"agent_id": "A017", "starts_at": start, "ends_at": end} for start, end in absences],
        contracts=[contract("own", "CLT_8H", 480, weekly) | (limits or {})],
        duties=pins,
        days=days,
    )


def clashes_of(built: Case) -> tuple[ClashingSet, ...]:
    """The clashes of a case."""
    return clashing_sets(built, pinned_duties(built), terms_of_agents(built), RULES)


def without_facts(built: Case, kept: Collection[Item]) -> Case:
    """The case with those facts and limits only that are kept; other rules are left to `holds`."""
    codes = {item.code: item for item in kept}
    row = dict(next(iter(built.agents.rows())))
    blank = {
        "fact.last_duty_end": ("last_duty_end", MISSING),
        "fact.days_worked_in_a_row": ("days_worked_in_a_row", 0),
        "fact.sundays_worked_in_a_row": ("sundays_worked_in_a_row", 0),
        "fact.days_worked_in_week": ("days_worked_in_week", 0),
        "fact.minutes_worked_in_week": ("minutes_worked_in_week", 0),
        "fact.weekly_rest_due": ("weekly_rest_due", False),
        "fact.credential_from": ("credential_from", MISSING),
        "fact.credential_until": ("credential_until", MISSING),
    }
    row |= {column: value for code, (column, value) in blank.items() if code not in codes}
    spans = {(item.values["start"], item.values["end"]) for item in kept if item.code == "fact.absence"}
    absences = [r for r in built.absences.rows() if (r["starts_at"], r["ends_at"]) in spans]
    own = built.contracts.row(built.contracts.position["own"])
    if "limit.CF-7-XIII.contract" not in codes:
        own |= {"weekly_minutes": 10080}
    if "limit.CLT-58.contract" not in codes:
        own |= {"daily_minutes": 720}
    others = [r for r in built.contracts.rows() if r["contract_id"] != "own"]
    labour = tuple(
        regime.model_copy(
            update={
                "weekly_max_minutes": regime.weekly_max_minutes if "limit.CF-7-XIII.law" in codes else 10080,
                "daily_max_minutes": regime.daily_max_minutes if "limit.CLT-58.law" in codes else 1440,
            }
        )
        for regime in built.plan.labour
    )
    return replace(
        built,
        plan=built.plan.model_copy(update={"labour": labour}),
        agents=Agents.from_rows([row]),
        contracts=Contracts.from_rows([*others, own]),
        absences=Absences.from_rows(absences),
    )


def holds(built: Case, kept: Collection[Item]) -> bool:
    """Whether any roster keeps these items, by trying all: other days off, or worked from some hour."""
    loose = without_facts(built, kept)
    row = next(iter(loose.agents.rows()))
    rules = {item.rule for item in kept if item.kind == "limit"}
    pins = [item.pin for item in kept if item.pin is not None]
    pinned = {built.axis.day_of(duty.start) for duty in pins}
    shortest = max(built.contracts.row(built.contracts.position["own"])["min_duty_minutes"], 5)
    fillers: list[list[Duty | None]] = []
    runs = {"MIN-DAYS", "MIN-DAYS-OFF"} & rules
    for day in range(built.axis.days):
        hours = range(1, 24, 2) if runs and day not in pinned else ()
        starts = [DAY * day + HOUR * hour for hour in hours]
        fillers.append([None, *(Duty("A017", start, start + shortest) for start in starts)])
    for chosen in itertools.product(*fillers):
        duties = [*pins, *(duty for duty in chosen if duty is not None)]
        overlap = sorted(duties, key=lambda duty: duty.start)
        if any(b.start < a.end for a, b in itertools.pairwise(overlap)) and len(duties) > len(pins):
            continue
        if not duties or not roster_faults(loose, row, duties) & rules:
            return True
    return False


def check(built: Case) -> None:
    """Every clash clashes and is irreducible; without clashes there is a roster, and the engine agrees."""
    found = clashes_of(built)
    request = request_of(built, 0, terms_of_agents(built)[0], pinned_duties(built)[0], RULES)
    assert holds(built, items_of(request)) is (not found)
    for clash in found:
        assert not holds(built, clash.items), sentence(clash, built.axis)
        for item in clash.items:
            rest = [other for other in clash.items if other is not item]
            assert holds(built, rest), (sentence(clash, built.axis), item)
    given_up = {clash.pins[-1] for clash in found}
    left = [duty for duty in pinned_duties(built)[0] if duty not in given_up]
    assert clashes_of(built.with_roster(Roster.of(left))) == ()


def random_request(seed: int) -> Case:
    """Up to five pins on five days from a Friday, with history, an absence and limits."""
    chance = np.random.default_rng(seed)
    days, runs = 5, bool(chance.random() < 0.4)
    pins = [
        pin(day, 2 * int(chance.integers(3, 8)), 4 if chance.random() < 0.95 else 5)
        for day in sorted(
            chance.choice(days, int(chance.integers(3 if runs else 1, 6)), replace=False).tolist()
        )
    ]
    limits: dict[str, int] = {}
    for name, high in (("max_days_in_a_row", 4), ("max_weekends", 2), ("max_duty_minutes", 241)):
        if chance.random() < (0.05 if high > 100 else 0.3):
            limits[name] = int(chance.integers(high // 2, high))
    if runs and chance.random() < 0.7:
        limits["min_days_in_a_row"] = int(chance.integers(2, 4))
    if runs and chance.random() < 0.7:
        limits["min_days_off_in_a_row"] = int(chance.integers(2, 4))
    history: dict[str, int] = {"sunday_off_every_weeks": int(chance.integers(1, 4))}
    if chance.random() < 0.5:
        history["sundays_worked_in_a_row"] = int(chance.integers(1, 3))
    if chance.random() < 0.5:
        history["days_worked_in_a_row"] = int(chance.integers(1, 6))
    if chance.random() < 0.4:
        history["days_worked_in_week"] = int(chance.integers(1, 5))
        history["minutes_worked_in_week"] = 60 * int(chance.integers(0, 25))
        history["weekly_rest_due"] = bool(chance.random() < 0.5)
    if chance.random() < 0.4:
        history["last_duty_end"] = int(chance.integers(-8, 0)) * HOUR
    if chance.random() < 0.3:
        history["credential_until"] = int(chance.integers(0, days))
    absences = [(DAY * 2 + 8 * HOUR, DAY * 2 + 12 * HOUR)] if chance.random() < 0.3 else []
    weekly = int(chance.choice([480, 900, 2640]))
    built = asked(pins, days, limits, absences, weekly, **history)
    return replace(built, plan=built.plan.model_copy(update={"first_day": built.axis.date_of(4)}))


@pytest.mark.parametrize("seed", range(16))
def test_clashes_against_every_roster(seed: int) -> None:
    """Random requests: every clash clashes and every item in it is needed, by trying all rosters."""
    check(random_request(seed))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_clashes_against_every_roster_at_length(block: int) -> None:
    """The same for 1,000 requests."""
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        check(random_request(seed))


@pytest.mark.parametrize("seed", [1, 3, 8, 12])
def test_no_smaller_set_clashes(seed: int) -> None:
    """Of all sets of two pins or more with one item less than a clash of several pins, none clashes."""
    built = random_request(seed)
    terms, pins = terms_of_agents(built)[0], pinned_duties(built)[0]
    for clash in clashes_of(built):
        if len(clash.pins) == 1 or len(clash.items) > 5:
            continue
        assert clash.smallest
        request = request_of(built, 0, terms, pins, RULES)
        items = items_of(request)
        for kept in itertools.combinations(items, len(clash.items) - 1):
            left = request
            for item in items:
                if item not in kept:
                    left = item.leave_out(left)
            alone = [item for item in kept if item.kind == "pin"]
            assert len(alone) < 2 or left.is_possible()


def test_a_third_sunday_in_a_row_is_told_in_words() -> None:
    """The pin on a Sunday, the two Sundays worked before, and the rule, in both languages."""
    built = asked([pin(6)], 7, sundays_worked_in_a_row=2, sunday_off_every_weeks=3)
    (clash,) = clashes_of(built)
    assert clash.rules == ("LEI-10101",)
    assert sentence(clash, built.axis) == (
        "A017: pinned duty Sunday 2026-12-06 09:00-13:00; 2 Sunday(s) worked in a row before the horizon; "
        "LEI-10101: one Sunday off in every 3 week(s)"
    )
    assert sentence(clash, built.axis, "pt-BR") == (
        "A017: jornada fixada domingo 2026-12-06 09:00-13:00; "
        "2 domingo(s) seguido(s) trabalhado(s) antes do horizonte; "
        "LEI-10101: um domingo de folga a cada 3 semana(s)"
    )
    result = solve_roster(built)
    assert (result.status, result.clash) == (SolveStatus.INFEASIBLE, (sentence(clash, built.axis),))
    (document,) = clash_documents([clash], built.axis)
    assert [item["kind"] for item in document["items"]] == ["pin", "fact", "limit"]
    assert document["items"][0]["start"] == "2026-12-06T09:00:00-03:00"
    assert document["smallest"] is True


def test_the_tighter_of_two_limits_is_named() -> None:
    """Three pins of 4 h clash with 10 h a week by the contract; the regime's 44 h are not in the way."""
    (clash,) = clashes_of(asked([pin(0), pin(1), pin(3)], 7, weekly=600))
    assert [item.code for item in clash.items] == ["pin", "pin", "pin", "limit.CF-7-XIII.contract"]


def test_each_rule_that_a_pin_breaks_alone_is_told() -> None:
    """A pin off the grid during an absence: one clash with the grid, one with the absence."""
    built = asked([pin(0, 9.05)], 7, absences=[(0, DAY)])
    assert [clash.rules for clash in clashes_of(built)] == [("DUTY-GRID",), ("ABSENCE",)]


def test_pins_that_can_be_kept_are_no_clash() -> None:
    """A single pinned day whose contract asks for two in a row is joined by another, however late."""
    assert clashes_of(asked([pin(2, 19)], 5, {"min_days_in_a_row": 2})) == ()
    assert clashes_of(asked([], 5)) == ()


def test_both_languages_say_the_same_things() -> None:
    """The catalogues of rosters have the same keys with the same placeholders, and a text for each rule."""
    for catalogues in (CATALOGUES, OTHER_CATALOGUES):
        english, portuguese = catalogues["en"], catalogues["pt-BR"]
        assert english.keys() == portuguese.keys()
        for key, text in english.items():
            assert _placeholders(text) == _placeholders(portuguese[key]), key
    for rule in RULES:
        assert any(key.split(".", 1)[1].startswith(rule.code) for key in CATALOGUES["en"] if "." in key)
        assert f"why.{rule.code}" in OTHER_CATALOGUES["en"]
        assert f"rule.{rule.code}" in OTHER_CATALOGUES["en"]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
