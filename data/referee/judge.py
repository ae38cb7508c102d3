"""The verdict: every rule applied to a case."""

from __future__ import annotations

from data.model import Case
from data.referee.facts import Facts
from data.referee.registry import RULES, Subject
from data.referee.violation import Violation


def _judged(facts: Facts, subject: Subject) -> list[Violation]:
    return [v for rule in RULES.values() if rule.subject == subject for v in rule.violations(facts)]


def judge_roster(case: Case) -> list[Violation]:
    """Every hard rule that the duties and breaks of a case break, in the order of the rules."""
    return _judged(Facts(case), "roster")


def judge_schedule(case: Case) -> list[Violation]:
    """Every hard rule that the sessions and unplaced bookings break, in the order of the rules.

    A schedule that is entirely empty (no sessions, no unplaced rows) has not been made yet: nothing is
    judged.
    """
    return _judged(Facts(case), "schedule") if _has_schedule(case) else []


def judge(case: Case) -> list[Violation]:
    """Every hard rule that the roster and the schedule of a case break.

    Tables edited by hand may hold anything of the columns' types: unknown agents and bookings, duplicates,
    times off the grid or outside the horizon are violations, never exceptions. A schedule that is entirely
    empty (no sessions, no unplaced rows) has not been made yet: then only the roster is judged, and no
    booking is missed.
    """
    facts = Facts(case)
    found = _judged(facts, "roster")
    return found + _judged(facts, "schedule") if _has_schedule(case) else found


def _has_schedule(case: Case) -> bool:
    return len(case.sessions) > 0 or len(case.unplaced) > 0
