"""The rules on the breaks of a duty, one function a rule; for pinned duties, which come from outside.

Duties that Pontual makes obey them by construction (`optimizer.roster.shapes`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from data.model import Break, BreakRule, Duty, LabourRegime

Check = Callable[[Duty, LabourRegime], bool]

NOTHING_DUE = BreakRule(work_over=0, work_up_to=1)
"""Stands for the break rule of a duty to which none applies."""


def breaks_in_place(duty: Duty, _regime: LabourRegime) -> bool:
    """BREAK: breaks have a length, lie inside the duty and do not overlap."""
    edges = [duty.start, *(edge for pause in duty.breaks for edge in (pause.start, pause.end)), duty.end]
    in_order = all(first <= second for first, second in pairwise(edges))
    return in_order and all(pause.start < pause.end for pause in duty.breaks)


def meal_as_due(duty: Duty, regime: LabourRegime) -> bool:
    """CLT-71: one meal of the due length when one is due, else none."""
    due = regime.break_rule(duty.work_minutes) or NOTHING_DUE
    meals = _minutes(duty, "meal")
    if due.meal_minutes_max == 0:
        return not meals
    return len(meals) == 1 and due.meal_minutes_min <= meals[0] <= due.meal_minutes_max


def pauses_as_due(duty: Duty, regime: LabourRegime) -> bool:
    """NR17-5.4: exactly the pauses due, each of the due length."""
    due = regime.break_rule(duty.work_minutes) or NOTHING_DUE
    return _minutes(duty, "pause") == [due.pause_minutes] * due.pauses


def pauses_off_the_edges(duty: Duty, regime: LabourRegime) -> bool:
    """NR17-EDGE: no pause in the first and in the last minutes of the duty."""
    edge = (regime.break_rule(duty.work_minutes) or NOTHING_DUE).edge_minutes
    return all(
        duty.start + edge <= pause.start and pause.end <= duty.end - edge
        for pause in duty.breaks
        if pause.kind == "pause"
    )


def stretches_short_enough(duty: Duty, regime: LabourRegime) -> bool:
    """STRETCH: no time in service without a break longer than the regime allows."""
    return all(end - start <= regime.max_stretch_minutes for start, end in duty.segments)


BREAK_RULES: tuple[tuple[str, Check], ...] = (
    ("BREAK", breaks_in_place),
    ("CLT-71", meal_as_due),
    ("NR17-5.4", pauses_as_due),
    ("NR17-EDGE", pauses_off_the_edges),
    ("STRETCH", stretches_short_enough),
)


def _minutes(duty: Duty, kind: str) -> list[int]:
    return [_length(pause) for pause in duty.breaks if pause.kind == kind]


def _length(pause: Break) -> int:
    return pause.end - pause.start
