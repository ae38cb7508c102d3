"""What keeps an agent from a duty: for each shift of a day, the rules that it would break.

Two questions are asked of every shift: which rules it breaks beside the agent's other duties, and which it
breaks even if all of them but the pinned ones were given up. Rules are independent of each other, so they are
asked one by one, and the smallest set that any shift breaks is what has to be left out for one to be legal.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, IntArray
from optimizer.roster.menu import DayMenu
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


@dataclass(frozen=True, eq=False)
class DayObstacles:
    """What one agent's shifts of a day break, seen from the intervals of the day's menu.

    Attributes:
        first: the interval of the horizon of the first column of `covers`.
        distinct: the obstacles of the shifts, each once.
        covers: whether a shift with these obstacles can be in service in an interval; (distinct, intervals).
    """

    first: int
    distinct: tuple[ShiftObstacles, ...]
    covers: BoolArray

    def at(self, interval: int) -> list[ShiftObstacles]:
        """The obstacles of the shifts that can be in service in an interval."""
        column = interval - self.first
        if not 0 <= column < self.covers.shape[1]:
            return []
        return [self.distinct[place] for place in np.flatnonzero(self.covers[:, column]).tolist()]


class Obstacles:
    """Finds the obstacles of agents, day by day; what holds for all on equal terms is found once."""

    def __init__(self, standing: RosterStanding) -> None:
        self._standing = standing
        rules = standing.rules
        self._mending = [rule for rule in rules if isinstance(rule, SequenceRule) and rule.kept_by_working]
        self._lasting = [rule for rule in rules if rule not in self._mending]
        self._served: dict[int, BoolArray] = {}
        self._alike: dict[tuple[Terms, int], Alike] = {}
        self._known: dict[Hashable, list[tuple[Codes, Codes]]] = {}

    def of_day(self, agent: int, day: int) -> DayObstacles | None:
        """The obstacles of an agent's shifts that start on a day; None when no duty is of use on it."""
        menu = self._standing.menu(agent, day)
        if menu is None:
            return None
        place: dict[ShiftObstacles, int] = {}
        which = [place.setdefault(one, len(place)) for one in self._of_shifts(agent, day, menu)]
        covers = np.zeros((len(place), menu.service.shape[1]), dtype=np.bool_)
        np.logical_or.at(covers, which, self._in_service(menu))
        return DayObstacles(menu.when.start, tuple(place), covers)

    def _in_service(self, menu: DayMenu) -> BoolArray:
        """Whether a duty of each shift can be in service in each interval; shape (shifts, intervals)."""
        if id(menu) not in self._served:
            some = np.maximum.reduceat(menu.service, menu.first[:-1], axis=0)
            self._served[id(menu)] = np.asarray(some > 0, dtype=np.bool_)
        return self._served[id(menu)]

    def _of_shifts(self, agent: int, day: int, menu: DayMenu) -> list[ShiftObstacles]:
        standing = self._standing
        pinned = standing.pinned_shifts(agent)
        if day in pinned:
            return [ShiftObstacles((PINNED,), (PINNED,), ())] * len(menu.shifts)
        terms = standing.binding(agent)
        place = terms, id(menu)
        if place not in self._alike:
            self._alike[place] = Alike(terms, menu.shifts)
        alike = self._alike[place]
        key = (terms, tuple(pinned.values()), day)
        if key not in self._known:
            ever = _broken(self._lasting, alike, pinned, day)
            runs = _broken(self._mending, alike, pinned, day)
            self._known[key] = list(zip(ever, runs, strict=True))
        others = {other: shift for other, shift in standing.shifts(agent).items() if other != day}
        now = _broken(standing.rules, alike, others, day)
        return [ShiftObstacles(one, *two) for one, two in zip(now, self._known[key], strict=True)]


class Alike:
    """The shifts of a menu to agents on equal terms, so that a rule is asked once of those alike to it."""

    def __init__(self, terms: Terms, shifts: Sequence[Shift]) -> None:
        self.terms = terms
        self.shifts = shifts
        self._groups: dict[tuple[str, ...], tuple[list[Shift], IntArray]] = {}
        self._forbidden: dict[DutyRule, BoolArray] = {}

    def forbidden(self, rule: DutyRule) -> BoolArray:
        """Whether a rule on single duties forbids each shift; shape (shifts,)."""
        if rule not in self._forbidden:
            kept = [rule.keeps(self.terms, shift) for shift in self.shifts]
            self._forbidden[rule] = ~np.array(kept, dtype=np.bool_)
        return self._forbidden[rule]

    def by(self, reads: tuple[str, ...]) -> tuple[list[Shift], IntArray]:
        """One shift of each group, and the group of each shift; shape (shifts,)."""
        if reads not in self._groups:
            place: dict[tuple[object, ...], int] = {}
            first: list[Shift] = []
            group = np.empty(len(self.shifts), dtype=np.int64)
            for n, shift in enumerate(self.shifts):
                read = tuple(getattr(shift, name) for name in reads)
                if read not in place:
                    place[read] = len(first)
                    first.append(shift)
                group[n] = place[read]
            self._groups[reads] = first, group
        return self._groups[reads]


def _broken(rules: Sequence[Rule], alike: Alike, others: Mapping[int, Shift], day: int) -> list[Codes]:
    """For each shift of a day, the rules that break when it is worked beside the others."""
    breaks = np.empty((len(rules), len(alike.shifts)), dtype=np.bool_)
    for row, rule in zip(breaks, rules, strict=True):
        if isinstance(rule, DutyRule):
            row[:] = alike.forbidden(rule)
        else:
            first, group = alike.by(rule.reads)
            row[:] = ~np.array(_kept_in_sequence(alike.terms, rule, first, others, day), dtype=np.bool_)[
                group
            ]
    named: dict[bytes, Codes] = {}
    broken = []
    for column in np.ascontiguousarray(breaks.T):
        key = column.tobytes()
        if key not in named:
            named[key] = tuple(rule.code for rule, breach in zip(rules, column, strict=True) if breach)
        broken.append(named[key])
    return broken


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
