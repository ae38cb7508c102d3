"""What keeps an agent from a duty: for each shift of a day, the rules that it would break.

Two questions are asked of every shift: which rules it breaks beside the agent's other duties, and which it
breaks even if all of them but the pinned ones were given up. Rules are independent of each other, so they are
asked one by one, and the smallest set that any shift breaks is what has to be left out for one to be legal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.roster.rules import DutyRule, Rule, SequenceRule, Shift, Terms
from optimizer.roster_explanations.standing import RosterStanding

PINNED = "PIN"
"""Stands for the rule that a pinned duty stays."""

Codes = tuple[str, ...]
"""Codes of rules, in the order of the rules."""


@dataclass(frozen=True)
class ShiftObstacles:
    """The rules that one shift would break.

    Attributes:
        now: beside the agent's other duties.
        ever: beside the pinned ones alone; of rules that are kept by working less, so that no choice of
            other duties helps.
        runs: the same of rules that are kept by working more, so that further duties may help.
    """

    now: Codes
    ever: Codes
    runs: Codes


def obstacles(standing: RosterStanding, agent: int, day: int) -> list[ShiftObstacles]:
    """The obstacles of every shift of the agent's menu of a day, in the menu's order."""
    menu = standing.menu(agent, day)
    if menu is None:
        return []
    pinned = standing.pinned_shifts(agent)
    if day in pinned:
        return [ShiftObstacles((PINNED,), (PINNED,), ())] * len(menu.shifts)
    terms, rules = standing.terms[agent], standing.rules
    others = {other: shift for other, shift in standing.shifts(agent).items() if other != day}
    mending = [rule for rule in rules if isinstance(rule, SequenceRule) and rule.kept_by_working]
    lasting = [rule for rule in rules if rule not in mending]
    now = _broken(terms, rules, menu.shifts, others, day)
    ever = _broken(terms, lasting, menu.shifts, pinned, day)
    runs = _broken(terms, mending, menu.shifts, pinned, day)
    return [ShiftObstacles(*codes) for codes in zip(now, ever, runs, strict=True)]


def _broken(
    terms: Terms, rules: Sequence[Rule], shifts: Sequence[Shift], others: Mapping[int, Shift], day: int
) -> list[Codes]:
    """For each shift of a day, the rules that break when it is worked beside the others."""
    broken: list[list[str]] = [[] for _ in shifts]
    for rule in rules:
        kept = (
            [rule.keeps(terms, shift) for shift in shifts]
            if isinstance(rule, DutyRule)
            else _kept_in_sequence(terms, rule, shifts, others, day)
        )
        for codes, keeps in zip(broken, kept, strict=True):
            if not keeps:
                codes.append(rule.code)
    return [tuple(codes) for codes in broken]


def _kept_in_sequence(
    terms: Terms, rule: SequenceRule, shifts: Sequence[Shift], others: Mapping[int, Shift], day: int
) -> list[bool]:
    before = _walked(terms, rule, rule.begin(terms), range(day), others)
    if before is None:
        return [False] * len(shifts)
    known: dict[int, bool] = {}
    kept = []
    for shift in shifts:
        after = rule.step(terms, before, day, shift)
        if after is not None and after not in known:
            rest = range(day + 1, terms.days)
            known[after] = _walked(terms, rule, after, rest, others) is not None
        kept.append(after is not None and known[after])
    return kept


def _walked(
    terms: Terms, rule: SequenceRule, state: int, days: range, shifts: Mapping[int, Shift]
) -> int | None:
    """What a rule remembers after these days; None when one of them breaks it."""
    at: int | None = state
    for day in days:
        if at is None:
            return None
        at = rule.step(terms, at, day, shifts.get(day))
    return at


def smallest(listed: Iterable[Codes], order: Mapping[str, int]) -> Codes:
    """The smallest of some sets of rules; of equally small ones, the one whose rules come first."""
    return min(listed, key=lambda codes: (len(codes), [order.get(code, -1) for code in codes]))
