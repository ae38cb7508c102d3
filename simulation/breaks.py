"""Breaks of duties: what the labour regime demands of each, and what the day breaks of it.

The demands are data of the regime (`LabourRegime`, `BreakRule`): the edges of a duty are closed to pauses
(NR-17 II 5.4.1), and nobody is in service longer at a stretch than `max_stretch_minutes`. A break that would
end after the duty is not taken any more; what of the least meal is not granted is paid (CLT 71 §4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntFlag

from data.model import BreakRule, Duty, LabourRegime


class BreakFault(IntFlag):
    """What was broken of one break.

    EDGE: a pause in the first or last minutes of the duty that are closed to it. STRETCH: more time in
    service before the break than the regime allows. SKIPPED: not taken, for it would have ended after the
    duty.
    """

    NONE = 0
    EDGE = 1
    STRETCH = 2
    SKIPPED = 4


@dataclass(frozen=True)
class PlannedBreak:
    """One break of a duty; minutes on the planning axis.

    Attributes:
        minutes: its length.
        kind: "meal" or "pause".
        earliest, latest: when it must begin to lie in the duty, and a pause away from its edges.
        longest_stretch: most minutes in service before it.
    """

    start: float
    minutes: float
    kind: str
    earliest: float
    latest: float
    longest_stretch: float


def planned_breaks(duty: Duty, regime: LabourRegime | None) -> tuple[PlannedBreak, ...]:
    """The breaks of a duty in order, under its regime; None: a regime that is not known demands nothing."""
    rule = regime.break_rule(duty.work_minutes) if regime else None
    edges = {"pause": rule.edge_minutes if rule else 0}
    return tuple(
        PlannedBreak(
            start=float(planned.start),
            minutes=float(planned.end - planned.start),
            kind=planned.kind,
            earliest=float(duty.start + edges.get(planned.kind, 0)),
            latest=float(duty.end - edges.get(planned.kind, 0) - (planned.end - planned.start)),
            longest_stretch=float(regime.max_stretch_minutes) if regime else math.inf,
        )
        for planned in duty.breaks
    )


def is_lost(planned: PlannedBreak, now: float, end: float) -> bool:
    """Whether a break that has not begun can't end by the end of the duty any more."""
    return max(planned.start, now) + planned.minutes > end


def faults(planned: PlannedBreak, begins: float, in_service_since: float) -> BreakFault:
    """What is broken of a break that begins now; the agent has been in service since log-in or break."""
    broken = BreakFault.NONE
    if begins < planned.earliest or begins > planned.latest:
        broken |= BreakFault.EDGE
    if begins - in_service_since > planned.longest_stretch:
        broken |= BreakFault.STRETCH
    return broken


def least_meal(rules: tuple[BreakRule, ...], work_minutes: float) -> float:
    """The shortest meal that is due in so much work, in minutes."""
    return float(next((r.meal_minutes_min for r in rules if r.work_over < work_minutes <= r.work_up_to), 0))
