"""Every rule is found broken when it is, and by no other rule in its stead."""

from __future__ import annotations

import pytest

from data.model import Sessions, Unplaced
from data.referee import RULES, judge, judge_roster, judge_schedule
from tests.referee.legal_case import legal_case, with_rows
from tests.referee.mutations import MUTATIONS


def test_the_legal_case_is_accepted():
    """A roster and a schedule with every feature break no rule."""
    assert judge(legal_case()) == []


def test_every_rule_has_a_mutation():
    """No rule is listed without an edit that breaks it, and no edit is for a rule that is gone."""
    assert set(MUTATIONS) == set(RULES)


@pytest.mark.parametrize("code", MUTATIONS)
def test_the_mutation_is_reported(code: str):
    """The edit breaks its rule, and nothing else but what it cannot help breaking."""
    found = judge(MUTATIONS[code].edit(legal_case()))
    assert {violation.rule for violation in found} == {code} | MUTATIONS[code].also


@pytest.mark.parametrize("code", MUTATIONS)
def test_without_the_rule_the_mutation_goes_unreported(code: str, monkeypatch: pytest.MonkeyPatch):
    """Taking the rule out of the referee lets its mutation pass: the test above would fail."""
    monkeypatch.delitem(RULES, code)
    found = judge(MUTATIONS[code].edit(legal_case()))
    assert {violation.rule for violation in found} == MUTATIONS[code].also


@pytest.mark.parametrize("code", MUTATIONS)
def test_a_rule_belongs_to_the_roster_or_to_the_schedule(code: str):
    """The roster's and the schedule's verdicts share nothing, and together are the whole verdict."""
    case = MUTATIONS[code].edit(legal_case())
    judges = {"roster": judge_roster, "schedule": judge_schedule}
    assert code in {violation.rule for violation in judges[RULES[code].subject](case)}
    assert judge(case) == judge_roster(case) + judge_schedule(case)


def test_every_rule_is_one_function_with_a_statement():
    """Codes and statements are unique, and no two rules share a function."""
    assert all(code == rule.code for code, rule in RULES.items())
    assert all(rule.statement.endswith(".") and "\n" not in rule.statement for rule in RULES.values())
    assert len({rule.statement for rule in RULES.values()}) == len(RULES)
    assert len({id(rule.check) for rule in RULES.values()}) == len(RULES)


def test_an_empty_schedule_misses_no_booking():
    """Without sessions and unplaced rows only the roster is judged; with one of them every booking counts."""
    case = with_rows(with_rows(legal_case(), Sessions, []), Unplaced, [])
    assert judge(case) == []
    assert judge_schedule(case) == []
    started = with_rows(case, Sessions, legal_case().sessions.rows()[:1])
    lost = [violation for violation in judge(started) if violation.rule == "BOOKING-LOST"]
    assert len(lost) == len(case.bookings) - 1


def test_violations_say_who_when_and_what():
    """A planner reads the booking, the agent, the time in Brasília and what was expected."""
    (found,) = judge(MUTATIONS["SKILL"].edit(legal_case()))
    assert found.where == "booking administrator, agent A1, Sat 2026-11-28 13:05"
    assert found.what == "the agent lacks the skill joint"
    (rest,) = judge(MUTATIONS["CLT-66"].edit(legal_case()))
    assert rest.where == "agent A1, duty Sat 2026-11-28 08:00-17:00"
    assert rest.what == "10 h 55 min of rest since a duty until Fri 2026-11-27 21:05, expected 11 h at least"


def test_text_of_unknown_bookings_is_not_repeated():
    """What stands in the place of a surrogate may be a CPF, so the row is named instead."""
    case = MUTATIONS["SESSION-UNKNOWN"].edit(legal_case())
    (found,) = judge(case)
    assert "ghost" not in found.where + found.what
    assert found.where.startswith("row 11 of sessions, agent A1")
