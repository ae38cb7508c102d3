"""Pinned duties: which a new roster must keep, and why some can't be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.model import Case, Duty
from optimizer.roster.breaks import BREAK_RULES
from optimizer.roster.rules import DutyRule, Rule, SequenceRule, Shift, Terms, shift_limit_rules
from optimizer.roster.shift_types import ShiftTypes

Pins = tuple[tuple[Duty, ...], ...]
"""For each agent, in the order of the table, the pinned duties in order of time."""


def pinned_duties(case: Case) -> Pins:
    """The duties that a case pins; no other duty is looked at.

    Raises:
        KeyError: when a pinned duty names an agent that the case does not have.
    """
    kept: list[list[Duty]] = [[] for _ in range(len(case.agents))]
    if case.duties.pinned.any():
        for duty in case.roster.duties:
            if duty.pinned:
                inside = tuple(b for b in duty.breaks if b.start < duty.end and b.end > duty.start)
                kept[case.agents.position[duty.agent_id]].append(replace(duty, breaks=inside))
    return tuple(tuple(listed) for listed in kept)


def clashes(case: Case, pins: Pins, terms: Sequence[Terms], rules: Sequence[Rule]) -> tuple[str, ...]:
    """What the pinned duties break: agent, day and rule of each clash.

    Pinned duties that break a rule which is kept by working less can be part of no roster. Whether other
    duties can join them so that the remaining rules hold, `assemble_team` finds out.
    """
    return tuple(
        f"{name}: pinned duty of {case.axis.date_of(case.axis.day_of(duty.start))} breaks {code}"
        for name, own, pinned in zip(case.agents.agent_id.tolist(), terms, pins, strict=True)
        for duty, code in _broken(case, own, pinned, rules)
    )


def _broken(
    case: Case, terms: Terms, pinned: Sequence[Duty], rules: Sequence[Rule]
) -> list[tuple[Duty, str]]:
    misplaced = [(duty, "DUTY-ORDER") for duty in pinned if duty.end <= duty.start]
    misplaced += [(duty, "DUTY-HORIZON") for duty in pinned if duty.start < 0 or duty.end > case.axis.end]
    if misplaced:
        return misplaced
    found: list[tuple[Duty, str]] = []
    types = ShiftTypes(case)
    by_day: dict[int, Duty] = {}
    for duty in pinned:
        day = case.axis.day_of(duty.start)
        if day in by_day:
            found.append((duty, "DUTY-DAY"))
        by_day.setdefault(day, duty)
        if not (case.axis.on_grid(duty.start) and case.axis.on_grid(duty.end)):
            found.append((duty, "DUTY-GRID"))
        if not all(case.axis.on_grid(edge) for b in duty.breaks for edge in (b.start, b.end)):
            found.append((duty, "BREAK-GRID"))
        found += [(duty, code) for code, keeps in BREAK_RULES if not keeps(duty, terms.regimes[day])]
        shift = types.shift(duty)
        found += [
            (duty, rule.code) for rule in rules if isinstance(rule, DutyRule) and not rule.keeps(terms, shift)
        ]
    shifts = {day: types.shift(duty) for day, duty in by_day.items()}
    for rule in [*rules, *shift_limit_rules(terms)]:
        if isinstance(rule, SequenceRule) and not rule.kept_by_working:
            found += [(by_day[day], rule.code) for day in _days_that_break(rule, terms, shifts)]
    return found


def _days_that_break(rule: SequenceRule, terms: Terms, shifts: dict[int, Shift]) -> list[int]:
    """The first day on which a rule breaks, if any: what follows it is its consequence."""
    state = rule.begin(terms)
    for day in range(terms.days):
        after = rule.step(terms, state, day, shifts.get(day))
        if after is None:
            return [day]
        state = after
    return []
