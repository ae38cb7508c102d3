"""What is asked of one agent's roster, and whether any legal roster grants it.

Pinned duties must stay; on other days the agent may be off or have a duty. Most rules are kept by working
less, so for them the pins alone decide. For those that are kept by working more, days are filled up with the
shortest duties that the regime allows, each as early as it may start: whatever longer or later duty joins the
pins, one of these joins them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from data.model import Duty, LabourRegime, PlanningAxis
from data.night_hours import CLOCK_MINUTES, counted_minutes, night_presence
from optimizer.roster.breaks import BREAK_RULES
from optimizer.roster.rules import DutyRule, Rule, SequenceRule, Shift, Terms
from optimizer.roster.shapes import GRID, break_placements, meal_lengths, shapes_of_presence
from optimizer.roster.shift_types import ShiftTypes

MINUTES_OF_A_DAY = 1440

PinCheck = Callable[[Duty, PlanningAxis], bool]


def ends_after_start(duty: Duty, _axis: PlanningAxis) -> bool:
    """DUTY-ORDER: a duty has a length."""
    return duty.end > duty.start


def lies_in_horizon(duty: Duty, axis: PlanningAxis) -> bool:
    """DUTY-HORIZON: a duty starts and ends within the horizon."""
    return duty.start >= 0 and duty.end <= axis.end


def lies_on_grid(duty: Duty, axis: PlanningAxis) -> bool:
    """DUTY-GRID: both ends of a duty are grid points."""
    return axis.on_grid(duty.start) and axis.on_grid(duty.end)


def has_breaks_on_grid(duty: Duty, axis: PlanningAxis) -> bool:
    """BREAK-GRID: both ends of every break are grid points."""
    return all(axis.on_grid(edge) for pause in duty.breaks for edge in (pause.start, pause.end))


PIN_RULES: tuple[tuple[str, PinCheck], ...] = (
    ("DUTY-ORDER", ends_after_start),
    ("DUTY-HORIZON", lies_in_horizon),
    ("DUTY-GRID", lies_on_grid),
    ("BREAK-GRID", has_breaks_on_grid),
)
"""What every duty must be, whoever's it is."""

ONE_A_DAY = "DUTY-DAY"
NO_OVERLAP = "DUTY-OVERLAP"

STRUCTURE: tuple[str, ...] = (
    *(code for code, _ in PIN_RULES),
    ONE_A_DAY,
    NO_OVERLAP,
    *(code for code, _ in BREAK_RULES),
)
"""Rules on single duties and their breaks that new duties obey by construction, so that pins alone can break
them."""


MOST_PLACEMENTS = 40
"""Placements of breaks that are tried for a duty of a shift type; what counts is its work."""


@dataclass(frozen=True)
class Request:
    """What is asked of one agent's roster.

    Attributes:
        terms: what binds the agent.
        pins: duties that must stay, in order of time.
        rules: the rules to obey on the choice of duties.
        structure: codes of the rules of `STRUCTURE` to obey.
        types: the shift types.
        week_before: days worked and rest due in the week of the horizon's eve, as the agents table says.
    """

    axis: PlanningAxis
    terms: Terms
    pins: tuple[Duty, ...]
    rules: tuple[Rule, ...]
    structure: frozenset[str]
    types: ShiftTypes
    week_before: tuple[int, bool] = (0, False)

    def is_possible(self) -> bool:
        """Whether some legal roster of the agent holds all the pins."""
        return self._pins_are_sound() and self._tour_exists()

    def _in_place(self) -> list[Duty]:
        """Pins that lie on the horizon and have a length: the only ones that other rules can look at."""
        return [duty for duty in self.pins if ends_after_start(duty, self.axis) and self._has_day(duty)]

    def _has_day(self, duty: Duty) -> bool:
        return 0 <= duty.start < self.axis.end

    def _pins_are_sound(self) -> bool:
        asked = self.structure
        if any(code in asked and not keeps(d, self.axis) for d in self.pins for code, keeps in PIN_RULES):
            return False
        placed = self._in_place()
        days = [self.axis.day_of(duty.start) for duty in placed]
        if ONE_A_DAY in asked and len(set(days)) < len(days):
            return False
        if NO_OVERLAP in asked and _overlap(placed):
            return False
        checks = [rule for rule in self.rules if isinstance(rule, DutyRule)]
        for duty, day in zip(placed, days, strict=True):
            regime = self.terms.regimes[day]
            if any(code in asked and not keeps(duty, regime) for code, keeps in BREAK_RULES):
                return False
            shift = self.types.shift(duty, regime)
            if not all(rule.keeps(self.terms, shift) for rule in checks):
                return False
        return True

    def _tour_exists(self) -> bool:
        """Whether days off and further duties can join the pins so that the sequence rules hold.

        A state is what the rules remember, and when the last duty ends.
        """
        rules = [rule for rule in self.rules if isinstance(rule, SequenceRule) and self._is_judged(rule)]
        fill = any(rule.kept_by_working for rule in rules)
        pinned = self._shift_of_day()
        reached = {(tuple(rule.begin(self.terms) for rule in rules), 0)}
        for day in range(self.terms.days):
            following = set()
            for states, ended in reached:
                shift = pinned.get(day)
                options: list[Shift | None] = [shift]
                if shift is None and fill:
                    options += self._shortest(day, ended, rules, states)
                for option in options:
                    after = _step(rules, self.terms, states, day, option)
                    if after is not None:
                        following.add((after, ended if option is None else max(ended, option.end)))
            reached = following
        return bool(reached)

    def _is_judged(self, rule: Rule) -> bool:
        """Whether the duties that fill days are all that could keep a rule.

        Of least work they are not, unless every duty is of a type.
        """
        return rule.code != "MIN-WORK" or (
            self.types.any and any(other.code == "SHIFT-TYPE" for other in self.rules)
        )

    def _shift_of_day(self) -> dict[int, Shift]:
        """The pinned work of each day; two pins of a day, where that is allowed, count as one."""
        pinned: dict[int, Shift] = {}
        for duty in self._in_place():
            day = self.axis.day_of(duty.start)
            shift = self.types.shift(duty, self.terms.regimes[day])
            known = pinned.get(day)
            if known is not None:
                shift = Shift(
                    day,
                    min(known.start, shift.start),
                    max(known.end, shift.end),
                    known.work + shift.work,
                    uncertain=known.uncertain + shift.uncertain,
                )
            pinned[day] = shift
        return pinned

    def _shortest(
        self, day: int, ended: int, rules: Sequence[SequenceRule], states: tuple[int, ...]
    ) -> Iterator[Shift]:
        """The duties by which a day can be worked at least cost: of each shortest shape the earliest.

        For limits their work counts as by day, for what is asked of work as by night: what holds for a start
        then holds for all.
        """
        checks = [rule for rule in self.rules if isinstance(rule, DutyRule)]
        edges = self.axis.day_starts
        next_pins = [duty.start for duty in self._in_place() if duty.start >= edges[day]]
        until = min([self.axis.end, *next_pins])
        if self.types.any:
            yield from (
                shift
                for shift in self._of_types(day)
                if ended <= shift.start
                and shift.end <= until
                and all(rule.keeps(self.terms, shift) for rule in checks)
            )
            return
        regime, asked = self.terms.regimes[day], self.terms.min_duty_minutes or 0
        if regime.night_rule:
            asked = asked * CLOCK_MINUTES // (CLOCK_MINUTES + 1)
        for work, presence in shortest_shapes(regime, asked):
            by_night = -(-work // CLOCK_MINUTES) if regime.night_rule else 0
            first = -(-max(int(edges[day]), ended) // GRID) * GRID
            for start in range(first, min(int(edges[day + 1]), until - presence + 1), GRID):
                shift = Shift(day, start, start + presence, work, uncertain=-by_night)
                if all(rule.keeps(self.terms, shift) for rule in checks) and (
                    _step(rules, self.terms, states, day, shift) is not None
                ):
                    yield shift
                    break

    def _of_types(self, day: int) -> Iterator[Shift]:
        """The duties of shift types on a day, one of each type and amount of work.

        Wherever the meal may lie, limits see the least work, and what is asked of work the most.
        """
        regime = self.terms.regimes[day]
        for kind, start in self.types.on_day(day):
            minutes = self.types.times[kind][1]
            found = shapes_of_presence(regime, self.terms.longest_duty(day), minutes, GRID, MOST_PLACEMENTS)
            night = night_presence(self.axis, np.array([start]), np.array([start + minutes]))
            for work in sorted({shape.work for shape in found}):
                outside, inside = np.maximum(night - (minutes - work), 0), np.minimum(night, work)
                least, most = (int(c[0]) for c in counted_minutes(regime, np.array([work]), outside, inside))
                yield Shift(day, start, start + minutes, least, kind, least - most)


def _overlap(duties: Sequence[Duty]) -> bool:
    until = None
    for duty in sorted(duties, key=lambda duty: duty.start):
        if until is not None and duty.start < until:
            return True
        until = duty.end if until is None else max(until, duty.end)
    return False


def _step(
    rules: Sequence[SequenceRule], terms: Terms, states: tuple[int, ...], day: int, shift: Shift | None
) -> tuple[int, ...] | None:
    after = []
    for rule, state in zip(rules, states, strict=True):
        moved = rule.step(terms, state, day, shift)
        if moved is None:
            return None
        after.append(moved)
    return tuple(after)


@cache
def shortest_shapes(regime: LabourRegime, least_work: int) -> tuple[tuple[int, int], ...]:
    """Work and presence of the legal duties that no other one undercuts in both."""
    kept: list[tuple[int, int]] = []
    work = max(-(-least_work // GRID), 1) * GRID
    longest = min(regime.daily_max_minutes, MINUTES_OF_A_DAY)
    while work <= longest and not any(presence <= work for _, presence in kept):
        for presence in _presences(regime, work):
            if all(presence < known for _, known in kept):
                kept.append((work, presence))
                break
        work += GRID
    return tuple(kept)


def _presences(regime: LabourRegime, work: int) -> Iterator[int]:
    """Lengths of presence with this much work into which the breaks due fit, the shortest first."""
    rule = regime.break_rule(work)
    if rule is None:
        if work <= regime.max_stretch_minutes:
            yield work
        return
    for meal in meal_lengths(rule):
        if next(break_placements(regime, rule, work + meal, meal, 0, GRID), None) is not None:
            yield work + meal
