"""The team: every agent with a skill set, the duties to choose from, and the graph of legal tours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from data.coverage import intervals_in_service
from data.model import Case, Duty
from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.roster.kinds import kinds_of, table_of
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import DutyRule, Rule, SequenceRule, Shift, Terms, shift_limit_rules
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, TourGraph, tour_graph
from optimizer.roster.wishes import AgentWishes, Span, wishes_of_agents

MOST_COUNTS = 64
"""Combinations of duties of shift types that the graph of tours counts at most, for limits on types. Counting
all would make it large, and high limits seldom bind: those are watched beside the graph."""


@dataclass(frozen=True, eq=False)
class DayChoice:
    """What an agent may do on one day.

    Attributes:
        menu: the duties to choose from; None when the day is off or the duty pinned.
        kind_of_shift: for each shift of the menu the kind of duty that it is to the tours, or -1 when a rule
            on single duties forbids it; shape (shifts,).
        kinds: how many kinds there are.
        pinned: the pinned duty of the day; it is the one kind then.
        pinned_shift: the same without its breaks.
        normal_minutes: work of the day beyond which it is overtime.
    """

    menu: DayMenu | None
    kind_of_shift: IntArray
    kinds: int
    normal_minutes: int
    pinned: Duty | None = None
    pinned_shift: Shift | None = None

    def span(self, duty: int) -> Span:
        """Start, end and shift type of a duty of the menu, or of the pinned one."""
        if self.menu is None:
            pinned = self.pinned_shift
            return (0, 0, None) if pinned is None else (pinned.start, pinned.end, pinned.type)
        shift = self.menu.shifts[int(self.menu.shift_of[duty])]
        return shift.start, shift.end, shift.type

    def work(self, duty: int) -> int:
        """Minutes of work, as the law counts them, of a duty of the menu, or of the pinned one."""
        if self.menu is None:
            return 0 if self.pinned_shift is None else self.pinned_shift.work
        return self.menu.shifts[int(self.menu.shift_of[duty])].work

    @cached_property
    def overtime_of_shifts(self) -> FloatArray:
        """Minutes of overtime of each shift of the menu; shape (shifts,)."""
        assert self.menu is not None  # noqa: S101 - asked for where there is a menu
        return np.maximum(self.menu.work.astype(np.float64) - self.normal_minutes, 0.0)

    @cached_property
    def work_of_kinds(self) -> tuple[IntArray, IntArray]:
        """Minutes of work of each kind of duty, at least and at most; each of shape (kinds,)."""
        least, most = np.full(self.kinds, 1440, dtype=np.int64), np.zeros(self.kinds, dtype=np.int64)
        if self.pinned_shift is not None:
            return least * 0 + self.pinned_shift.least_work, most + self.pinned_shift.work
        if self.menu is not None:
            allowed = self.kind_of_shift >= 0
            kinds = self.kind_of_shift[allowed]
            np.minimum.at(least, kinds, np.array([s.least_work for s in self.menu.shifts])[allowed])
            np.maximum.at(most, kinds, np.array([s.work for s in self.menu.shifts])[allowed])
        return least, most

    def kind(self, duty: int) -> int | None:
        """The kind of a duty of the menu, of the pinned one, or of a day off; None for a forbidden one."""
        if self.menu is None or duty == OFF:
            return duty
        found = int(self.kind_of_shift[self.menu.shift_of[duty]])
        return None if found == OFF else found


@dataclass(frozen=True, eq=False)
class Pattern:
    """What agents on equal terms, with equal pins, choose from: each day's duties, and the legal tours.

    Attributes:
        choices: of each day.
        graph: the legal tours, but for `late_limits`; it may hold kinds of duty that no choice offers.
        late_limits: shift types, and the most duties of each in a tour, that the graph does not know.
    """

    choices: tuple[DayChoice, ...]
    graph: TourGraph
    late_limits: tuple[tuple[int, int], ...] = ()

    def spans(self, tour: Sequence[int]) -> list[Span]:
        """Start, end and shift type of each duty of a tour.

        Each day's is one of the menu, 0 for a pinned one, or OFF.
        """
        return [choice.span(d) for choice, d in zip(self.choices, tour, strict=True) if d != OFF]

    def offers(self) -> Iterator[tuple[int, int, int, Span]]:
        """Day, kind, duty and times of the first duty of each shift, pinned ones included."""
        for day, choice in enumerate(self.choices):
            if choice.pinned is not None:
                yield day, 0, 0, choice.span(0)
            elif choice.menu is not None:
                first = choice.menu.first[:-1].tolist()
                for duty, kind in zip(first, choice.kind_of_shift.tolist(), strict=True):
                    if kind != OFF:
                        yield day, kind, duty, choice.span(duty)

    def tells_apart(self, wishes: AgentWishes) -> bool:
        """Whether duties of no two days touch the same wish, so that what duties do for wishes adds up."""
        offers = list(self.offers())
        return all(len({day for day, *_, span in offers if wish.touches(*span)}) <= 1 for wish in wishes)

    def allows(self, tour: Sequence[int]) -> bool:
        """Whether a tour breaks no rule."""
        kinds = [choice.kind(duty) for choice, duty in zip(self.choices, tour, strict=True)]
        known = [kind for kind in kinds if kind is not None]
        return len(known) == len(kinds) and self.graph.allows(known) and not self.exceeded(tour)

    def exceeded(self, tour: Sequence[int]) -> list[int]:
        """Shift types of which a tour has more duties than the late limits allow."""
        if not self.late_limits:
            return []
        worked = [kind for _, _, kind in self.spans(tour)]
        return [kind for kind, most in self.late_limits if worked.count(kind) > most]


class NoTourError(Exception):
    """Raised when none of the duties considered can join an agent's pinned duties, though others could.

    Attributes:
        agents: their ids.
    """

    def __init__(self, agents: Sequence[str]) -> None:
        self.agents = tuple(agents)
        super().__init__(
            f"none of the duties considered make a legal roster of {', '.join(agents)}, with what is pinned"
        )


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
        overtime_price: price of overtime as long as an interval of demand; 0 for none.
    """

    requirement: Requirement
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]
    terms: tuple[Terms, ...]
    wishes: tuple[AgentWishes, ...]
    shift_requirement: ShiftRequirement
    wish_price: int = 0
    overtime_price: int = 0

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.patterns[0].choices) if self.patterns else 0

    @property
    def has_late_limits(self) -> bool:
        """Whether the graph of some agent's tours does not know all limits."""
        return any(pattern.late_limits for pattern in self.patterns)

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

    @cached_property
    def has_priced_overtime(self) -> bool:
        """Whether someone may work overtime that costs something."""
        return self.overtime_price > 0 and any(
            terms.overtime_limit(day) for terms in set(self.terms) for day in range(terms.days)
        )

    @cached_property
    def overtime_is_unsure(self) -> bool:
        """Whether some duty's overtime costs something and depends on where its meal lies in the night."""
        return self.has_priced_overtime and any(
            shift.uncertain > 0 and shift.work > choice.normal_minutes
            for pattern in set(self.patterns)
            for choice in pattern.choices
            if choice.menu is not None
            for shift in choice.menu.shifts
        )

    def overtime_cost(self, choice: DayChoice, duty: int) -> int:
        """Price of the overtime of a duty of the menu, or of the pinned one."""
        overtime = max(choice.work(duty) - choice.normal_minutes, 0)
        return self.overtime_price * -(-overtime // self.requirement.interval_minutes)

    def overtime_costs(self, choice: DayChoice) -> FloatArray:
        """Price of the overtime of each shift of the menu; shape (shifts,)."""
        return self.overtime_price * np.ceil(choice.overtime_of_shifts / self.requirement.interval_minutes)

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
    case: Case,
    pins: Sequence[Sequence[Duty]],
    rules: Sequence[Rule],
    checkpoint: Callable[[], None],
    maker: MenuMaker | None = None,
) -> Team:
    """Put the team together.

    Args:
        case: the planning case; its duties are not read.
        pins: for each agent the pinned duties; they can be part of a legal roster.
        rules: the rules to obey.
        checkpoint: called before each agent; may raise to end this early.
        maker: makes the menus; when left out, the case's own, and none for agents without a skill in demand.

    Raises:
        NoTourError: when of the duties considered none of some agent join the pinned ones.
    """
    terms = terms_of_agents(case)
    requirement = Requirement(case)
    menu_maker, types = maker or MenuMaker(case), ShiftTypes(case)
    made: dict[tuple[Terms, tuple[Duty, ...], bool], Pattern | None] = {}
    shared = SharedParts(tuple(rules), types)
    patterns: list[Pattern] = []
    without: list[str] = []
    names = tuple(case.agents.agent_id.tolist())
    for name, own, pinned, skill_set in zip(
        names, terms, pins, requirement.class_of_agent.tolist(), strict=True
    ):
        checkpoint()
        idle = (
            skill_set == 0
            and maker is None
            and not (own.min_horizon_minutes or case.is_priced or (pinned and own.asks_for_runs))
        )
        menus = [None if idle else menu_maker.menu(own, day) for day in range(own.days)]
        starts = [menu.earliest for menu in menus if menu is not None] + [duty.start for duty in pinned]
        binding = what_binds(own, min(starts, default=case.axis.end))
        key = (binding, tuple(pinned), idle)
        if key not in made:
            by_day = {case.axis.day_of(duty.start): duty for duty in pinned}
            made[key] = _pattern(binding, by_day, menus, shared)
        pattern = made[key]
        if pattern is None:
            without.append(name)
        else:
            patterns.append(pattern)
    if without:
        raise NoTourError(without)
    return Team(
        requirement,
        tuple(patterns),
        names,
        tuple(terms),
        tuple(wishes_of_agents(case)),
        ShiftRequirement(case, types),
        case.plan.wish_price,
        case.plan.overtime_price,
    )


def what_binds(terms: Terms, earliest_start: int) -> Terms:
    """The terms without the history that can't matter in the horizon, so that more agents are alike."""
    rest = max(terms.longest_rest, terms.longest_weekly_rest)
    if terms.last_duty_end is not None and terms.last_duty_end + rest <= earliest_start:
        terms = replace(terms, last_duty_end=None)
    rest_of_week = range(min(7 - terms.weekdays[0], terms.days))
    longest = sum(min(terms.longest_duty(day), terms.normal_minutes(day)) for day in rest_of_week)
    if terms.minutes_worked_in_week + longest <= terms.week_limits[0]:
        terms = replace(terms, minutes_worked_in_week=0)
    if not terms.overtime_of_week_binds:
        terms = replace(terms, overtime_worked_in_week=0)
    fewest = min(terms.regimes[day].max_days_a_week for day in rest_of_week)
    if terms.days_worked_in_week + len(rest_of_week) <= fewest:
        terms = replace(terms, days_worked_in_week=0)
    sundays = terms.weekdays.count(6)
    if terms.sundays_worked_in_a_row + sundays < terms.sunday_off_every_weeks:
        terms = replace(terms, sunday_off_every_weeks=sundays + 2, sundays_worked_in_a_row=0)
    elif sundays == 1:
        terms = replace(terms, sunday_off_every_weeks=3, sundays_worked_in_a_row=2)
    return terms


@dataclass(eq=False)
class SharedParts:
    """What patterns are made of, each made once.

    Attributes:
        rules: the rules to obey.
        types: the shift types.
        graphs: of tours, by what they are made of; agents with other absences share them.
        kept: which shifts of a menu the rules on single duties allow on some terms.
    """

    rules: tuple[Rule, ...]
    types: ShiftTypes
    graphs: dict[tuple[Terms, tuple[tuple[Shift, ...], ...], tuple[bool, ...]], TourGraph | None] = field(
        default_factory=dict
    )
    kept: dict[tuple[DayMenu, Terms], BoolArray] = field(default_factory=dict)

    def allowed(self, menu: DayMenu | None, terms: Terms) -> BoolArray:
        """Which shifts of a menu the rules on single duties allow, on the terms `of_single_duties` tells."""
        if menu is None:
            return np.zeros(0, dtype=np.bool_)
        key = (menu, terms)
        if key not in self.kept:
            checks = [rule for rule in self.rules if isinstance(rule, DutyRule)]
            self.kept[key] = np.array(
                [all(rule.keeps(terms, shift) for rule in checks) for shift in menu.shifts], dtype=np.bool_
            )
        return self.kept[key]


def _pattern(
    terms: Terms,
    pinned: Mapping[int, Duty],
    offered: Sequence[DayMenu | None],
    parts: SharedParts,
    most_counts: int = MOST_COUNTS,
) -> Pattern | None:
    """The pattern; None when the rules leave no tour."""
    counted = _counted_limits(terms, most_counts)
    shared = _of_all_days(terms, counted)
    menus = [None if day in pinned else menu for day, menu in enumerate(offered)]
    single, own_single = of_single_duties(shared), of_single_duties(terms)
    common = [parts.allowed(menu, single) for menu in menus]
    never = {kind for kind, most in terms.shift_limits if most == 0}
    pinned_shifts = {day: parts.types.shift(duty, terms.regimes[day]) for day, duty in pinned.items()}
    real = [
        table_of([pinned_shifts[day]] if day in pinned else []) if menu is None else menu.table[kept]
        for day, (menu, kept) in enumerate(zip(menus, common, strict=True))
    ]
    choices, kinds = [], []
    for day, (distinct, which) in enumerate(kinds_of(real, shared)):
        kinds.append(distinct)
        kind_of_shift = np.full(len(common[day]), OFF, dtype=np.int64)
        menu = menus[day]
        if menu is not None:
            kind_of_shift[common[day]] = which
            own = parts.allowed(menu, own_single) & ~np.isin(menu.types, list(never))
            kind_of_shift[~own] = OFF
        choices.append(
            DayChoice(
                menu,
                kind_of_shift,
                len(distinct),
                terms.normal_minutes(day),
                pinned.get(day),
                pinned_shifts.get(day),
            )
        )
    sequence = [rule for rule in parts.rules if isinstance(rule, SequenceRule)]
    sequence += shift_limit_rules(shared)
    must_work = tuple(day in pinned for day in range(terms.days))
    key = (shared, tuple(kinds), must_work)
    if key not in parts.graphs:
        parts.graphs[key] = tour_graph(shared, kinds, must_work, sequence)
    graph = parts.graphs[key]
    if graph is None or not _any_tour(graph, choices):
        return None
    late = tuple(limit for limit in _limits_that_bind(terms) if limit not in counted)
    pattern = Pattern(tuple(choices), graph, late)
    if late and pattern.exceeded(_fewest_of(pattern)):
        return _pattern(terms, pinned, offered, parts, most_counts=2**62)
    return pattern


def _limits_that_bind(terms: Terms) -> list[tuple[int, int]]:
    """Limits on the duties of shift types that rule out some tours but not every duty; the lowest first."""
    found = [(kind, most) for kind, most in terms.shift_limits if 0 < most < terms.days]
    return sorted(found, key=lambda limit: (limit[1], limit[0]))


def _counted_limits(terms: Terms, most_counts: int) -> tuple[tuple[int, int], ...]:
    """The limits that the graph of tours follows: the lowest, as long as the counts are few."""
    counted: list[tuple[int, int]] = []
    counts = 1
    for kind, most in _limits_that_bind(terms):
        counts *= most + 1
        if counts > most_counts:
            break
        counted.append((kind, most))
    return tuple(sorted(counted))


def _fewest_of(pattern: Pattern) -> list[int]:
    """A tour with the fewest duties of the types that have late limits."""
    limited = [kind for kind, _ in pattern.late_limits]
    values, shifts = [], []
    for choice in pattern.choices:
        value = np.full(choice.kinds, -np.inf if choice.pinned is None else 0.0)
        chosen = np.full(choice.kinds, OFF, dtype=np.int64)
        if choice.menu is not None:
            worth = np.where(np.isin(choice.menu.types, limited), -1.0, 0.0)
            for place in np.flatnonzero(choice.kind_of_shift != OFF).tolist():
                kind = int(choice.kind_of_shift[place])
                if worth[place] > value[kind]:
                    value[kind], chosen[kind] = worth[place], choice.menu.first[place]
        elif choice.pinned is not None:
            chosen[:] = 0
        values.append(value)
        shifts.append(chosen)
    kinds = pattern.graph.best(values)
    return [OFF if kind == OFF else int(chosen[kind]) for kind, chosen in zip(kinds, shifts, strict=True)]


def of_single_duties(terms: Terms) -> Terms:
    """The terms without history and without what binds several days together."""
    return Terms(
        daily_minutes=terms.daily_minutes,
        weekly_minutes=0,
        regimes=terms.regimes,
        weekdays=terms.weekdays,
        closed=terms.closed,
        credential_days=terms.credential_days,
        absences=terms.absences,
        overtime_minutes=terms.overtime_minutes,
        min_duty_minutes=terms.min_duty_minutes,
        max_duty_minutes=terms.max_duty_minutes,
        typed=terms.typed,
    )


def _of_all_days(terms: Terms, counted: tuple[tuple[int, int], ...]) -> Terms:
    """The terms without what rules out single days or shift types; of limits on these, only some."""
    return replace(
        terms,
        absences=(),
        credential_days=(0, terms.days - 1),
        closed=(False,) * terms.days,
        shift_limits=counted,
    )


def _any_tour(graph: TourGraph, choices: Sequence[DayChoice]) -> bool:
    """Whether some legal tour takes only what the choices offer."""
    values = []
    for choice in choices:
        value = np.full(choice.kinds, -np.inf if choice.pinned is None else 0.0)
        value[choice.kind_of_shift[choice.kind_of_shift != OFF]] = 0.0
        values.append(value)
    chosen = graph.best(values)
    return all(label == OFF or value[label] == 0.0 for label, value in zip(chosen, values, strict=True))
