"""The list of all rules that the referee applies: each one function with a code and a statement.

A rule joins the list where it is defined, through the decorator :func:`rule`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from data.referee.facts import Facts
from data.referee.violation import Violation

Subject = Literal["roster", "schedule"]
Finding = tuple[str, str]
"""Where and what of one violation."""
Check = Callable[[Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A hard rule: its code, what it demands in one line, and the function that finds where it is broken."""

    code: str
    statement: str
    subject: Subject
    check: Check

    def violations(self, facts: Facts) -> list[Violation]:
        """Every place where the rule is broken."""
        return [Violation(self.code, where, what) for where, what in self.check(facts)]


RULES: dict[str, Rule] = {}
"""Every rule of the referee by its code, in the order in which they are judged."""


def rule(code: str, statement: str, subject: Subject) -> Callable[[Check], Check]:
    """Put a function into the list of rules.

    Raises:
        ValueError: when the code is taken.
    """

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"two rules are called {code}")
        RULES[code] = Rule(code, statement, subject, check)
        return check

    return register
