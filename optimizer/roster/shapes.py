"""Duty shapes: how long a duty is and where its breaks lie, worked out from the regime's data.

A shape obeys every rule on breaks (CLT-71, NR17-5.4, NR17-EDGE, STRETCH, BREAK) by construction. On top of
the law come three choices of planning, so that duties stay sensible and their number small: breaks begin on
a step, so that they cut few demand intervals; a meal stands in the middle of the pauses; and service between
two breaks, or between a break and an edge of the duty, lasts long enough for a session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from data.model import Break, BreakRule, LabourRegime

SHORTEST_DUTY = 240
"""Minutes of work below which no duty is planned, unless the contract's day is shorter still."""

SHORTEST_SERVICE = 30
"""Minutes of service between breaks: room for a session with its set-up and wrap-up."""

MEAL_STEP = 15
"""Meals longer than the shortest last multiples of this many minutes."""

GRID = 5

OVERTIME_STEP = 30
"""Minutes of overtime come in multiples of this, but for the longest."""

MOST_TRIED = 20_000
"""Placements of breaks that are listed at most; of more, only those on a coarser step."""


@dataclass(frozen=True)
class DutyShape:
    """A duty relative to its start.

    Attributes:
        work: minutes of work, meals not counted.
        presence: minutes from start to end.
        breaks: in order of time; minutes from the start of the duty.
    """

    work: int
    presence: int
    breaks: tuple[Break, ...]

    def segments(self) -> Iterator[tuple[int, int]]:
        """The intervals in service, minutes from the start of the duty."""
        at = 0
        for pause in self.breaks:
            yield at, pause.start
            at = pause.end
        yield at, self.presence


def work_lengths(
    regime: LabourRegime, normal_minutes: int, longest_duty: int, weekly_minutes: int, span: int
) -> tuple[int, ...]:
    """Minutes of work that a duty may have on a day on which duties are of use for `span` minutes.

    Full hours, the longest day without overtime and half hours of that, the break rules' limits, a week's
    minutes spread evenly over five or six days, and what just fits into the span.
    """
    longest = longest_duty // GRID * GRID
    shortest = min(SHORTEST_DUTY, normal_minutes // GRID * GRID, longest)
    wanted = {longest, *range(shortest, longest, 60), weekly_minutes // 5, weekly_minutes // 6}
    wanted |= set(range(normal_minutes, longest, OVERTIME_STEP))
    wanted |= {rule.work_up_to for rule in regime.breaks}
    wanted |= {span - meal for rule in regime.breaks for meal in meal_lengths(rule)[:1]}
    return tuple(sorted({w // GRID * GRID for w in wanted if shortest <= w // GRID * GRID <= longest}))


@cache
def duty_shapes(
    regime: LabourRegime,
    normal_minutes: int,
    longest_duty: int,
    weekly_minutes: int,
    span: int,
    step: int,
    most: int,
) -> tuple[DutyShape, ...]:
    """The shapes of a regime and contract.

    Args:
        regime: whose rules on breaks hold.
        normal_minutes: most work of a day without overtime.
        longest_duty: most work of a duty, overtime included.
        weekly_minutes: work of a week by the contract.
        span: minutes of the day within which duties are of use.
        step: breaks begin at multiples of this many minutes from the start of the duty.
        most: how many placements of breaks to take, at most, for each length of work and of meal.
    """
    return tuple(
        shape
        for work in work_lengths(regime, normal_minutes, longest_duty, weekly_minutes, span)
        for shape in _shapes_of_length(regime, work, step, most)
    )


@cache
def shapes_of_presence(
    regime: LabourRegime, longest_duty: int, presence: int, step: int, most: int
) -> tuple[DutyShape, ...]:
    """The shapes that last so long from start to end, whatever the meal leaves of it for work.

    Args:
        regime: whose rules on breaks hold.
        longest_duty: most work of a duty, overtime included.
        presence: minutes from start to end.
        step: as for `duty_shapes`; so is `most`.
    """
    meals = {meal for rule in regime.breaks for meal in meal_lengths(rule)}
    found = _shapes_with_meals(regime, longest_duty, presence, {0, *meals}, step, most)
    if not found:
        longest = max((rule.meal_minutes_max for rule in regime.breaks), default=0)
        every = set(range(0, min(longest, presence - GRID) + 1, GRID))
        found = _shapes_with_meals(regime, longest_duty, presence, every, step, most)
    return found


def _shapes_with_meals(
    regime: LabourRegime, longest_duty: int, presence: int, meals: set[int], step: int, most: int
) -> tuple[DutyShape, ...]:
    shapes: list[DutyShape] = []
    for meal in sorted(meals):
        work = presence - meal
        if not 0 < work <= longest_duty:
            continue
        rule = regime.break_rule(work)
        if rule is None:
            if meal == 0 and work <= regime.max_stretch_minutes:
                shapes.append(DutyShape(work, presence, ()))
        elif rule.meal_minutes_min <= meal <= rule.meal_minutes_max:
            placements = _some_placements(regime, rule, presence, meal, step, most)
            shapes += [DutyShape(work, presence, breaks) for breaks in placements]
    return tuple(shapes)


@cache
def shapes_of_work(regime: LabourRegime, work: int, meal: int, step: int, most: int) -> tuple[DutyShape, ...]:
    """The shapes with so much work and a meal of this length; none where the law asks for another.

    Args:
        regime: whose rules on breaks hold.
        work: minutes of work.
        meal: minutes of the meal; 0 for none.
        step: as for `duty_shapes`; so is `most`.
    """
    return tuple(s for s in _shapes_of_length(regime, work, step, most) if s.presence == work + meal)


def _shapes_of_length(regime: LabourRegime, work: int, step: int, most: int) -> Iterator[DutyShape]:
    rule = regime.break_rule(work)
    if rule is None:
        if work <= regime.max_stretch_minutes:
            yield DutyShape(work, work, ())
        return
    for meal in meal_lengths(rule):
        for breaks in _some_placements(regime, rule, work + meal, meal, step, most):
            yield DutyShape(work, work + meal, breaks)


def meal_lengths(rule: BreakRule) -> tuple[int, ...]:
    """CLT-71: how long the meal may be; (0,) when none is due."""
    if rule.meal_minutes_max == 0:
        return (0,)
    first = -(-rule.meal_minutes_min // GRID) * GRID
    longer = range((first // MEAL_STEP + 1) * MEAL_STEP, rule.meal_minutes_max + 1, MEAL_STEP)
    return (first, *longer)


def _some_placements(
    regime: LabourRegime, rule: BreakRule, presence: int, meal: int, step: int, most: int
) -> list[tuple[Break, ...]]:
    """Placements spread evenly over all; a finer step, and less service in between, only if need be."""
    for service, fine in ((SHORTEST_SERVICE, step), (SHORTEST_SERVICE, GRID), (0, GRID)):
        while True:
            found = list(
                islice(break_placements(regime, rule, presence, meal, service, fine), MOST_TRIED + 1)
            )
            if len(found) <= MOST_TRIED:
                break
            fine *= 2
        if found:
            return found[:: -(-len(found) // most)]
    return []


def break_placements(
    regime: LabourRegime, rule: BreakRule, presence: int, meal: int, service: int, step: int
) -> Iterator[tuple[Break, ...]]:
    """Every way to place one meal (where due) and the pauses into a duty, on a step.

    NR17-5.4: exactly the pauses due, each of the length due. NR17-EDGE: none in the first and last minutes of
    the duty. STRETCH: no service without a break for longer than the regime allows. BREAK: inside the duty,
    in order, not overlapping.
    """
    for order in _orders(rule.pauses, meal):
        yield from _placed(regime, rule, presence, order, service, step, 0, ())


def _orders(pauses: int, meal: int) -> list[tuple[tuple[str, int], ...]]:
    """Kinds of break in order of time: the meal in the middle of the pauses."""
    if not meal:
        return [(("pause", 0),) * pauses]
    middles = sorted({pauses // 2, -(-pauses // 2)})
    return [(("pause", 0),) * m + (("meal", meal),) + (("pause", 0),) * (pauses - m) for m in middles]


def _placed(
    regime: LabourRegime,
    rule: BreakRule,
    presence: int,
    order: tuple[tuple[str, int], ...],
    service: int,
    step: int,
    served_from: int,
    done: tuple[Break, ...],
) -> Iterator[tuple[Break, ...]]:
    if not order:
        if service <= presence - served_from <= regime.max_stretch_minutes:
            yield done
        return
    kind, minutes = order[0]
    minutes = minutes or rule.pause_minutes
    edge = rule.edge_minutes if kind == "pause" else 0
    earliest = max(served_from + service, edge)
    latest = min(served_from + regime.max_stretch_minutes, presence - minutes - max(edge, service))
    for start in range(-(-earliest // step) * step, latest + 1, step):
        placed = (*done, Break(start, start + minutes, kind))
        yield from _placed(regime, rule, presence, order[1:], service, step, start + minutes, placed)
