"""The team: every agent with a skill set, the duties to choose from, and the graph of legal tours."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.coverage import intervals_in_service
from data.model import Case, Duty
from data.model.columns import BoolArray, IntArray
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import NEVER, DutyRule, Rule, SequenceRule, Shift, Terms
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, TourGraph, tour_graph
from optimizer.roster.wishes import AgentWishes, wishes_of_agents

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
    """

    menu: DayMenu | None
    kind_of_shift: IntArray
    kinds: int
    pinned: Duty | None = None

    def span(self, duty: int) -> tuple[int, int]:
        """Start and end of a duty of the menu, or of the pinned one."""
        if self.menu is None:
            return (0, 0) if self.pinned is None else (self.pinned.start, self.pinned.end)
        shift = self.menu.shifts[int(self.menu.shift_of[duty])]
        return shift.start, shift.end

    def work(self, duty: int) -> int:
        """Minutes of work of a duty of the menu, or of the pinned one."""
        if self.menu is None:
            return 0 if self.pinned is None else self.pinned.work_minutes
        return self.menu.shifts[int(self.menu.shift_of[duty])].work

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

    def spans(self, tour: Sequence[int]) -> list[tuple[int, int]]:
        """Start and end of each duty of a tour: each day's is one of the menu, 0 for a pinned one, or OFF."""
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
    """

    requirement: Requirement
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]
    terms: tuple[Terms, ...]
    wishes: tuple[AgentWishes, ...]

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
        pins: for each agent the pinned duties; they break no rule that is kept by working less.
        rules: the rules to obey.
        checkpoint: called before each agent; may raise to end this early.

    Raises:
        NoTourError: when no duties of some agent can join the pinned ones so that all rules hold.
    """
    terms = terms_of_agents(case)
    requirement = Requirement(case)
    maker = MenuMaker(case)
    made: dict[tuple[Terms, tuple[Duty, ...], bool], Pattern | str] = {}
    patterns, clash = [], []
    names = tuple(case.agents.agent_id.tolist())
    for name, own, pinned, skill_set in zip(
        names, terms, pins, requirement.class_of_agent.tolist(), strict=True
    ):
        checkpoint()
        idle = skill_set == 0 and not (pinned and own.asks_for_runs)
        menus = [None if idle else maker.menu(own, day) for day in range(own.days)]
        starts = [menu.earliest for menu in menus if menu is not None] + [duty.start for duty in pinned]
        binding = what_binds(own, min(starts, default=case.axis.end))
        key = (binding, tuple(pinned), skill_set == 0)
        if key not in made:
            made[key] = _pattern(
                binding, {case.axis.day_of(duty.start): duty for duty in pinned}, menus, rules
            )
        pattern = made[key]
        if isinstance(pattern, str):
            clash.append(f"{name}: no duties join the pinned ones so that {pattern} is kept")
        else:
            patterns.append(pattern)
    if clash:
        raise NoTourError(tuple(clash))
    return Team(requirement, tuple(patterns), names, tuple(terms), tuple(wishes_of_agents(case)))


def what_binds(terms: Terms, earliest_start: int) -> Terms:
    """The terms without the history that can't matter in the horizon, so that more agents are alike."""
    rest = max(terms.longest_rest, terms.longest_weekly_rest)
    if terms.last_duty_end is not None and terms.last_duty_end + rest <= earliest_start:
        terms = replace(terms, last_duty_end=None)
    rest_of_week = range(min(7 - terms.weekdays[0], terms.days))
    longest = sum(min(terms.duty_minutes, terms.regimes[day].daily_max_minutes) for day in rest_of_week)
    if terms.minutes_worked_in_week + longest <= terms.week_limits[0]:
        terms = replace(terms, minutes_worked_in_week=0)
    fewest = min(terms.regimes[day].max_days_a_week for day in rest_of_week)
    if terms.days_worked_in_week + len(rest_of_week) <= fewest:
        terms = replace(terms, days_worked_in_week=0)
    if 6 not in terms.weekdays:
        terms = replace(terms, sunday_off_every_weeks=2, sundays_worked_in_a_row=0)
    return terms


def _pattern(
    terms: Terms, pinned: Mapping[int, Duty], offered: Sequence[DayMenu | None], rules: Sequence[Rule]
) -> Pattern | str:
    """The pattern, or the rules that leave no tour."""
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
    grouped = group_shifts(real, terms)
    for day, shown in enumerate(grouped):
        kind_of_shift = np.full(len(allowed[day]), OFF, dtype=np.int64)
        distinct = dict.fromkeys(shown)
        place = {kind: n for n, kind in enumerate(distinct)}
        if day not in pinned:
            kind_of_shift[allowed[day]] = [place[kind] for kind in shown]
        choices.append(DayChoice(menus[day], kind_of_shift, len(place), pinned.get(day)))
        kinds.append(list(distinct))
    sequence = [rule for rule in rules if isinstance(rule, SequenceRule)]
    must_work = [day in pinned for day in range(terms.days)]
    graph = tour_graph(terms, kinds, must_work, sequence)
    return _clashing(terms, kinds, must_work, sequence) if graph is None else Pattern(tuple(choices), graph)


def _clashing(
    terms: Terms, kinds: Sequence[Sequence[Shift]], must_work: Sequence[bool], rules: Sequence[SequenceRule]
) -> str:
    """Which of the rules that are kept by working leave no tour: one alone, if one alone does, else all."""
    others = [rule for rule in rules if not rule.kept_by_working]
    mending = [rule for rule in rules if rule.kept_by_working]
    alone = [rule for rule in mending if tour_graph(terms, kinds, must_work, [*others, rule]) is None]
    return " with ".join(rule.code for rule in (alone[:1] or mending))


def shift_of(duty: Duty, day: int) -> Shift:
    """A duty without its breaks."""
    return Shift(day, duty.start, duty.end, duty.work_minutes)


def _kept(menu: DayMenu | None, allowed: BoolArray) -> list[Shift]:
    return [] if menu is None else [s for s, keep in zip(menu.shifts, allowed.tolist(), strict=True) if keep]


def group_shifts(real: Sequence[Sequence[Shift]], terms: Terms) -> list[list[Shift]]:
    """For each shift of each day, one that stands for all to which the rules say the same.

    Times of day matter only to the rest between duties, and to that around a day off. A start that no rest
    can reach is as good as the latest, and an end as good as the last one from which both rests are over by
    the same starts. If many kinds remain, starts are rounded down, which can only rule out tours.
    """
    shown: list[list[Shift]] = []
    for minutes in ROUNDINGS:
        shown = _rounded(real, terms, minutes)
        if max((len(set(listed)) for listed in shown), default=0) <= MOST_KINDS:
            break
    return shown


def _rounded(real: Sequence[Sequence[Shift]], terms: Terms, minutes: int) -> list[list[Shift]]:
    rest, weekly_rest = terms.longest_rest, terms.longest_weekly_rest
    ended = ended_before = NEVER if terms.last_duty_end is None else terms.last_duty_end
    starts: list[list[int]] = []
    for listed in real:
        earliest = min((shift.start for shift in listed), default=0)
        early = [max(shift.start // minutes * minutes, earliest) for shift in listed]
        reached = max(ended + rest, ended_before + weekly_rest)
        starts.append([start if start < reached else max(early) for start in early])
        ended_before = ended
        ended = max([ended, *(shift.end for shift in listed)])
    shown: list[list[Shift]] = []
    later: list[int] = []
    later_still: list[int] = []
    for listed, own in zip(reversed(real), reversed(starts), strict=True):
        kinds = []
        for shift, start in zip(listed, own, strict=True):
            end = min(
                _last_end(shift.end, rest, later),
                _last_end(shift.end, weekly_rest, later_still) if weekly_rest else HEREAFTER,
            )
            kinds.append(Shift(shift.day, start, end, shift.work))
        shown.append(kinds)
        later_still, later = later, sorted({*later, *own})
    return shown[::-1]


def _last_end(end: int, rest: int, starts: Sequence[int]) -> int:
    """The last end from which the rest is over by the same of these starts as from `end`."""
    place = bisect_left(starts, end + rest)
    return starts[place] - rest if place < len(starts) else HEREAFTER
