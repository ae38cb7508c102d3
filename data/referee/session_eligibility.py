"""No session for a booking that breaks a rule of eligibility: R1 to R26 as rules on the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from data.referee.eligibility import ELIGIBILITY, EligibilityRule
from data.referee.facts import Facts
from data.referee.registry import Check, Finding, rule


def _no_session_breaks(code: str, broken: EligibilityRule) -> Check:
    def check(facts: Facts) -> Iterator[Finding]:
        for row in facts.sessions.rows_of_bookings(facts.broken[code]):
            yield facts.sessions.where(row), broken.broken

    return check


for _code, _rule in ELIGIBILITY.items():
    # R23 depends on the session's date: `session_windows` judges it there.
    if _code != "R23":
        rule(_code, _rule.statement, "schedule")(_no_session_breaks(_code, _rule))
