"""The team: every agent with a skill set, the duties to choose from, and the graph of legal tours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.coverage import intervals_in_service
from data.model import Case, Duty
from data.model.columns import BoolArray, IntArray
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import DutyRule, Rule, SequenceRule, Shift, Terms
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, TourGraph, tour_graph

MOST_KINDS = 60
"""Kinds of duty that the tours tell apart on a day; with more, times are rounded, on the safe side."""

ROUNDINGS = (5, 30, 60, 120)
"""Minutes to which starts are rounded down, and ends up, to have fewer kinds of duty."""


@dataclass(frozen=True, eq=False)
class DayChoice:
    """What an agent may do on one day.

    Attributes:
        menu: the duties to choose from; None when the day is off or the duty pinned.
        kind_of_shift: for each shift of the menu the kind of duty that it is to the tours, or -1 when a rule
            on single duties forbids it; shape (shifts,).
        kinds: how many kinds there are.
        pinned: the pinned duty of the day; it is the one kind then.
    """

    menu: DayMenu | None
    kind_of_shift: IntArray
    kinds: int
    pinned: Duty | None = None


@dataclass(frozen=True, eq=False)
class Pattern:
    """What agents on equal terms, with equal pins, choose from: each day's duties, and the legal tours."""

    choices: tuple[DayChoice, ...]
    graph: TourGraph


@dataclass(frozen=True, eq=False)
class Team:
    """All agents of a case.

    Attributes:
        requirement: the demand.
        patterns: for each agent, in the order of the table, the pattern.
        names: of the agents.
        terms: of the agents.
    """

    requirement: Requirement
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]
    terms: tuple[Terms, ...]

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.patterns[0].choices) if self.patterns else 0

    def pinned_service(self, duty: Duty) -> tuple[slice, IntArray]:
        """The intervals in which a pinned duty is in service."""
        ranges = intervals_in_service([duty], self.requirement.interval_minutes)
        last = min(max((end for _, end in ranges), default=0), len(self.requirement.per_interval))
        first = min((start for start, _ in ranges), default=0)
        service = np.zeros(max(last - first, 0), dtype=np.int64)
        for start, end in ranges:
            service[start - first : end - first] = 1
        return slice(first, max(last, first)), service


def assemble_team(
    case: Case, pins: Sequence[Sequence[Duty]], rules: Sequence[Rule], checkpoint: Callable[[], None]
) -> Team:
    """Put the team together.

    Args:
        case: the planning case; its duties are not read.
        pins: for each agent the pinned duties; together with the rules they allow a tour.
        rules: the labour rules to obey.
        checkpoint: called before each agent; may raise to end this early.
    """
    terms = terms_of_agents(case)
    requirement = Requirement(case)
    maker = MenuMaker(case)
    made: dict[tuple[Terms, tuple[Duty, ...], bool], Pattern] = {}
    patterns = []
    for own, pinned, skill_set in zip(terms, pins, requirement.class_of_agent.tolist(), strict=True):
        checkpoint()
        menus = [None if skill_set == 0 else maker.menu(own, day) for day in range(own.days)]
        starts = [menu.earliest for menu in menus if menu is not None] + [duty.start for duty in pinned]
        binding = what_binds(own, min(starts, default=case.axis.end))
        key = (binding, tuple(pinned), skill_set == 0)
        if key not in made:
            made[key] = _pattern(
                binding, {case.axis.day_of(duty.start): duty for duty in pinned}, menus, rules
            )
        patterns.append(made[key])
    return Team(requirement, tuple(patterns), tuple(case.agents.agent_id.tolist()), tuple(terms))


def what_binds(terms: Terms, earliest_start: int) -> Terms:
    """The terms without the history that can't matter in the horizon, so that more agents are alike."""
    if terms.last_duty_end is not None and terms.last_duty_end + terms.longest_rest <= earliest_start:
        terms = replace(terms, last_duty_end=None)
    if 6 not in terms.weekdays:
        terms = replace(terms, sunday_off_every_weeks=2, sundays_worked_in_a_row=0)
    return terms


def _pattern(
    terms: Terms, pinned: Mapping[int, Duty], offered: Sequence[DayMenu | None], rules: Sequence[Rule]
) -> Pattern:
    checks = [rule for rule in rules if isinstance(rule, DutyRule)]
    menus = [None if day in pinned else menu for day, menu in enumerate(offered)]
    allowed = [
        np.array([all(rule.keeps(terms, s) for rule in checks) for s in menu.shifts], dtype=np.bool_)
        if menu is not None
        else np.zeros(0, dtype=np.bool_)
        for menu in menus
    ]
    real = [
        [shift_of(pinned[day], day)] if day in pinned else _kept(menus[day], allowed[day])
        for day in range(terms.days)
    ]
    choices, kinds = [], []
    for day in range(terms.days):
        if day in pinned:
            choices.append(DayChoice(None, np.zeros(0, dtype=np.int64), 1, pinned[day]))
            kinds.append(real[day])
            continue
        shown, kind_of_shift = _kinds(day, real, terms, menus[day], allowed[day])
        choices.append(DayChoice(menus[day], kind_of_shift, len(shown)))
        kinds.append(shown)
    sequence = [rule for rule in rules if isinstance(rule, SequenceRule)]
    graph = tour_graph(terms, kinds, [day in pinned for day in range(terms.days)], sequence)
    if graph is None:
        raise ValueError("the pinned duties break a rule")
    return Pattern(tuple(choices), graph)


def shift_of(duty: Duty, day: int) -> Shift:
    """A duty without its breaks."""
    return Shift(day, duty.start, duty.end, duty.work_minutes)


def _kept(menu: DayMenu | None, allowed: BoolArray) -> list[Shift]:
    return [] if menu is None else [s for s, keep in zip(menu.shifts, allowed.tolist(), strict=True) if keep]


def _kinds(
    day: int, real: Sequence[Sequence[Shift]], terms: Terms, menu: DayMenu | None, allowed: BoolArray
) -> tuple[list[Shift], IntArray]:
    """Group the shifts of a day into kinds that the rules treat alike, and tell each shift's kind.

    Times of day matter only to the rest between duties. A start later than any rest can last is as good as
    the earliest such, and an end from which the rest is over before any later duty as the latest such. What
    remains is rounded, if need be, to an earlier start and a later end, which can only rule out tours.
    """
    kind_of_shift = np.full(0 if menu is None else len(menu.shifts), OFF, dtype=np.int64)
    if menu is None or not real[day]:
        return [], kind_of_shift
    rest = terms.longest_rest
    ended = [shift.end for before in real[:day] for shift in before]
    ended += [] if terms.last_duty_end is None else [terms.last_duty_end]
    next_start = min((shift.start for after in real[day + 1 :] for shift in after), default=2**40)
    starts = [shift.start for shift in real[day]]
    for minutes in ROUNDINGS:
        rested = -(-max(ended, default=-(2**40)) // minutes) * minutes + rest
        shown: dict[Shift, int] = {}
        for place, shift in enumerate(menu.shifts):
            if allowed[place]:
                early = max(shift.start // minutes * minutes, min(starts))
                start = early if shift.start < rested else max(starts)
                end = max(-(-shift.end // minutes) * minutes, next_start - rest)
                kind_of_shift[place] = shown.setdefault(Shift(day, start, end, shift.work), len(shown))
        if len(shown) <= MOST_KINDS:
            break
    return list(shown), kind_of_shift
