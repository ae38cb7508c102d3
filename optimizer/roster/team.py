"""The team: every agent with a skill set, the duties to choose from, and the graph of legal tours."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.coverage import intervals_in_service
from data.model import Case, Duty
from data.model.columns import BoolArray, IntArray
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import NEVER, DutyRule, Rule, SequenceRule, Shift, Terms, shift_limit_rules
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, TourGraph, tour_graph, tour_graphs
from optimizer.roster.wishes import AgentWishes, Span, wishes_of_agents

MOST_KINDS = 120
"""Kinds of duty that the tours tell apart on a day; with more, times are rounded, on the safe side."""

ROUNDINGS = (5, 30, 60, 120, 240)
"""Minutes to which starts are rounded down, to have fewer kinds of duty."""

HEREAFTER = 2**40
"""Later than any horizon: an end after which no duty can follow."""


@dataclass(frozen=True, eq=False)
class DayChoice:
    """What an agent may do on one day.

    Attributes:
        menu: the duties to choose from; None when the day is off or the duty pinned.
        kind_of_shift: for each shift of the menu the kind of duty that it is to the tours, or -1 when a rule
            on single duties forbids it; shape (shifts,).
        kinds: how many kinds there are.
        pinned: the pinned duty of the day; it is the one kind then.
        pinned_type: shift type of the pinned duty.
    """

    menu: DayMenu | None
    kind_of_shift: IntArray
    kinds: int
    pinned: Duty | None = None
    pinned_type: int | None = None

    def span(self, duty: int) -> Span:
        """Start, end and shift type of a duty of the menu, or of the pinned one."""
        if self.menu is None:
            return (
                (0, 0, None)
                if self.pinned is None
                else (self.pinned.start, self.pinned.end, self.pinned_type)
            )
        shift = self.menu.shifts[int(self.menu.shift_of[duty])]
        return shift.start, shift.end, shift.type

    def kind(self, duty: int) -> int | None:
        """The kind of a duty of the menu, of the pinned one, or of a day off; None for a forbidden one."""
        if self.menu is None or duty == OFF:
            return duty
        found = int(self.kind_of_shift[self.menu.shift_of[duty]])
        return None if found == OFF else found


@dataclass(frozen=True, eq=False)
class Pattern:
    """What agents on equal terms, with equal pins, choose from: each day's duties, and the legal tours."""

    choices: tuple[DayChoice, ...]
    graph: TourGraph

    def spans(self, tour: Sequence[int]) -> list[Span]:
        """Start, end and shift type of each duty of a tour.

        Each day's is one of the menu, 0 for a pinned one, or OFF.
        """
        return [choice.span(d) for choice, d in zip(self.choices, tour, strict=True) if d != OFF]

    def allows(self, tour: Sequence[int]) -> bool:
        """Whether a tour breaks no rule."""
        kinds = [choice.kind(duty) for choice, duty in zip(self.choices, tour, strict=True)]
        known = [kind for kind in kinds if kind is not None]
        return len(known) == len(kinds) and self.graph.allows(known)


class NoTourError(Exception):
    """Raised when pinned duties can't be part of any roster of the duties considered.

    Attributes:
        clash: for each agent concerned, which rules stand in the way.
    """

    def __init__(self, clash: tuple[str, ...]) -> None:
        super().__init__("\n".join(clash))
        self.clash = clash


@dataclass(frozen=True, eq=False)
class Team:
    """All agents of a case.

    Attributes:
        requirement: the demand.
        patterns: for each agent, in the order of the table, the pattern.
        names: of the agents.
        terms: of the agents.
        wishes: of the agents.
        shift_requirement: the demand by shift type.
        wish_price: price of a unit of weight of a wish not met; 0 for none.
    """

    requirement: Requirement
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]
    terms: tuple[Terms, ...]
    wishes: tuple[AgentWishes, ...]
    shift_requirement: ShiftRequirement
    wish_price: int = 0

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.patterns[0].choices) if self.patterns else 0

    @cached_property
    def usual_price(self) -> float:
        """Mean price of an agent missing, over all that is required; 1 where nothing is."""
        need, shifts = self.requirement, self.shift_requirement
        required = need.total + int(shifts.required.sum())
        price = int((need.per_interval * need.under_price).sum())
        price += int((shifts.required * shifts.under_price).sum())
        return max(price / required, 1.0) if required else 1.0

    @property
    def choosers(self) -> list[int]:
        """Agents who may cover something, or else have duties to choose from."""
        return [
            agent
            for agent, skill_set in enumerate(self.requirement.class_of_agent.tolist())
            if skill_set or any(choice.menu is not None for choice in self.patterns[agent].choices)
        ]

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
        pins: for each agent the pinned duties; they break no rule that is kept by working less.
        rules: the rules to obey.
        checkpoint: called before each agent; may raise to end this early.

    Raises:
        NoTourError: when no duties of some agent can join the pinned ones so that all rules hold.
    """
    terms = terms_of_agents(case)
    requirement = Requirement(case)
    maker, types = MenuMaker(case), ShiftTypes(case)
    groups: dict[_Core, dict[Terms, None]] = {}
    keys: list[tuple[_Core, Terms]] = []
    names = tuple(case.agents.agent_id.tolist())
    for own, pinned, skill_set in zip(terms, pins, requirement.class_of_agent.tolist(), strict=True):
        checkpoint()
        idle = skill_set == 0 and not (
            own.min_horizon_minutes or case.is_priced or (pinned and own.asks_for_runs)
        )
        menus = tuple(None if idle else maker.menu(own, day) for day in range(own.days))
        starts = [menu.earliest for menu in menus if menu is not None] + [duty.start for duty in pinned]
        binding = what_binds(own, min(starts, default=case.axis.end))
        # Where a rule may ask for work, whether an agent can do it depends on the days barred.
        alone = pinned or own.min_horizon_minutes
        core = _Core(binding if alone else _without_history(binding), tuple(pinned), menus)
        groups.setdefault(core, {})[binding] = None
        keys.append((core, binding))
    made: dict[tuple[_Core, Terms], Pattern | str] = {}
    for core, alike in groups.items():
        checkpoint()
        pinned_on = {case.axis.day_of(duty.start): duty for duty in core.pinned}
        found = _patterns(list(alike), pinned_on, core.menus, rules, types)
        made.update({(core, binding): pattern for binding, pattern in zip(alike, found, strict=True)})
    patterns, clash = [], []
    for name, key in zip(names, keys, strict=True):
        pattern = made[key]
        if isinstance(pattern, str):
            clash.append(f"{name}: no duties join the pinned ones so that {pattern} is kept")
        else:
            patterns.append(pattern)
    if clash:
        raise NoTourError(tuple(clash))
    return Team(
        requirement,
        tuple(patterns),
        names,
        tuple(terms),
        tuple(wishes_of_agents(case)),
        ShiftRequirement(case, types),
        case.plan.wish_price,
    )


@dataclass(frozen=True)
class _Core:
    """What agents share whose legal tours differ only in where they begin and in the days they are barred.

    Menus are compared by identity: each is made once.
    """

    terms: Terms
    pinned: tuple[Duty, ...]
    menus: tuple[DayMenu | None, ...]


def _without_history(terms: Terms) -> Terms:
    """The terms without what only rules on single duties and the beginnings of sequence rules read."""
    return replace(
        terms,
        absences=(),
        credential_days=(0, terms.days - 1),
        closed=(False,) * terms.days,
        last_duty_end=None,
        days_worked_in_a_row=0,
        sundays_worked_in_a_row=0,
    )


def what_binds(terms: Terms, earliest_start: int) -> Terms:
    """The terms without the history that can't matter in the horizon, so that more agents are alike."""
    if terms.last_duty_end is not None and terms.last_duty_end + terms.longest_rest <= earliest_start:
        terms = replace(terms, last_duty_end=None)
    sundays = terms.weekdays.count(6)
    if terms.sundays_worked_in_a_row + sundays < terms.sunday_off_every_weeks:
        terms = replace(terms, sunday_off_every_weeks=sundays + 2, sundays_worked_in_a_row=0)
    elif sundays == 1:
        terms = replace(terms, sunday_off_every_weeks=3, sundays_worked_in_a_row=2)
    return terms


def _patterns(
    alike: Sequence[Terms],
    pinned: Mapping[int, Duty],
    offered: Sequence[DayMenu | None],
    rules: Sequence[Rule],
    types: ShiftTypes,
) -> list[Pattern | str]:
    """The pattern of each of these terms, of one core, or the rules that leave no tour."""
    checks = [rule for rule in rules if isinstance(rule, DutyRule)]
    menus = [None if day in pinned else menu for day, menu in enumerate(offered)]
    known: dict[tuple[int, Terms], BoolArray] = {}
    allowed = [
        [_allowed(terms, menu, day, checks, known) for day, menu in enumerate(menus)] for terms in alike
    ]
    anybody = [np.logical_or.reduce(of_day) for of_day in zip(*allowed, strict=True)]
    real = [
        [types.shift(pinned[day])] if day in pinned else _kept(menus[day], anybody[day])
        for day in range(alike[0].days)
    ]
    ends = [terms.last_duty_end for terms in alike if terms.last_duty_end is not None]
    grouped = group_shifts(real, replace(alike[0], last_duty_end=max(ends, default=None)))
    places = [{kind: n for n, kind in enumerate(dict.fromkeys(shown))} for shown in grouped]
    numbered: list[IntArray] = []
    for day, (shown, place) in enumerate(zip(grouped, places, strict=True)):
        kind_of_shift = np.full(len(anybody[day]), OFF, dtype=np.int64)
        if day not in pinned:
            kind_of_shift[anybody[day]] = [place[kind] for kind in shown]
        numbered.append(kind_of_shift)
    sequence = [rule for rule in rules if isinstance(rule, SequenceRule)]
    sequence += shift_limit_rules(alike[0])
    must_work = [day in pinned for day in range(alike[0].days)]
    kinds = [list(place) for place in places]
    made: list[Pattern | str] = []
    for terms, own, graph in zip(alike, allowed, tour_graphs(alike, kinds, must_work, sequence), strict=True):
        if graph is None:
            made.append(_clashing(terms, kinds, must_work, sequence))
            continue
        choices = tuple(
            DayChoice(
                menus[day],
                np.where(own[day], numbered[day], OFF),
                len(places[day]),
                pinned.get(day),
                real[day][0].type if day in pinned else None,
            )
            for day in range(terms.days)
        )
        made.append(Pattern(choices, graph))
    return made


def _allowed(
    terms: Terms,
    menu: DayMenu | None,
    day: int,
    checks: Sequence[DutyRule],
    known: dict[tuple[int, Terms], BoolArray],
) -> BoolArray:
    """Which shifts of a day's menu keep the rules on single duties.

    Agents whom nothing bars on the day share one answer, kept in `known`.
    """
    if menu is None:
        return np.zeros(0, dtype=np.bool_)
    first, last = terms.credential_days
    lasts_until = max(shift.end for shift in menu.shifts)
    that_day = replace(
        _without_history(terms),
        absences=tuple(away for away in terms.absences if away[0] < lasts_until and menu.earliest < away[1]),
        credential_days=(0, terms.days - 1) if first <= day <= last else (terms.days, -1),
        closed=tuple(closed and on == day for on, closed in enumerate(terms.closed)),
    )
    if (day, that_day) not in known:
        known[day, that_day] = np.array(
            [all(rule.keeps(that_day, shift) for rule in checks) for shift in menu.shifts], dtype=np.bool_
        )
    return known[day, that_day]


def _clashing(
    terms: Terms, kinds: Sequence[Sequence[Shift]], must_work: Sequence[bool], rules: Sequence[SequenceRule]
) -> str:
    """Which of the rules that are kept by working leave no tour: one alone, if one alone does, else all."""
    others = [rule for rule in rules if not rule.kept_by_working]
    mending = [rule for rule in rules if rule.kept_by_working]
    alone = [rule for rule in mending if tour_graph(terms, kinds, must_work, [*others, rule]) is None]
    return " with ".join(rule.code for rule in (alone[:1] or mending))


def _kept(menu: DayMenu | None, allowed: BoolArray) -> list[Shift]:
    return [] if menu is None else [s for s, keep in zip(menu.shifts, allowed.tolist(), strict=True) if keep]


def group_shifts(real: Sequence[Sequence[Shift]], terms: Terms) -> list[list[Shift]]:
    """For each shift of each day, one that stands for all to which the rules say the same.

    Shift types are told apart where a rule on the sequence of days speaks of them. Times of day matter only
    to the rest between duties. A start that no rest can reach is as good as the
    latest, and an end as good as the last one from which the rest is over by the same start. If many kinds
    remain, starts are rounded down, which can only rule out tours.
    """
    shown: list[list[Shift]] = []
    for minutes in ROUNDINGS:
        shown = _rounded(real, terms, minutes)
        if max((len(set(listed)) for listed in shown), default=0) <= MOST_KINDS:
            break
    return shown


def _rounded(real: Sequence[Sequence[Shift]], terms: Terms, minutes: int) -> list[list[Shift]]:
    rest = terms.longest_rest
    ended = NEVER if terms.last_duty_end is None else terms.last_duty_end
    starts: list[list[int]] = []
    for listed in real:
        earliest = min((shift.start for shift in listed), default=0)
        early = [max(shift.start // minutes * minutes, earliest) for shift in listed]
        latest = max(early, default=0)
        starts.append([start if start < ended + rest else latest for start in early])
        ended = max([ended, *(shift.end for shift in listed)])
    shown: list[list[Shift]] = []
    later: list[int] = []
    for listed, own in zip(reversed(real), reversed(starts), strict=True):
        kinds = []
        for shift, start in zip(listed, own, strict=True):
            place = bisect_left(later, shift.end + rest)
            end = later[place] - rest if place < len(later) else HEREAFTER
            kind = shift.type if shift.type in terms.types_told_apart else None
            kinds.append(Shift(shift.day, start, end, shift.work, kind))
        shown.append(kinds)
        later = sorted({*later, *own})
    return shown[::-1]
