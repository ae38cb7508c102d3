"""Types of shift for solvers that choose among given ones: starts on a step, with legal breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from data.model import Break, BreakRule, LabourRegime
from data.night_hours import CLOCK_MINUTES, NIGHT_BEGINS, NIGHT_ENDS

DAY: Final = 1440
QUARTER: Final = 15
SHORT_DUTY: Final = 240

STEPS: Final = {"quarters": 15, "hours": 60}
"""Menus of types: starts on every quarter with three places for a meal and short duties besides, or on every
hour with full duties and one place.
"""


@dataclass(frozen=True)
class ShiftType:
    """A shift of a day.

    Attributes:
        start: minute of the day; so is `end`.
        work: minutes as the law counts them (CLT 73), wherever the meal lies, rounded up.
        breaks: minutes of the day.
    """

    start: int
    end: int
    work: int
    breaks: tuple[Break, ...]

    def serves(self, periods: int) -> list[int]:
        """1 for each quarter of an hour of the day that lies wholly in service."""
        served = [
            1 if self.start <= QUARTER * p and QUARTER * (p + 1) <= self.end else 0 for p in range(periods)
        ]
        for pause in self.breaks:
            for period in range(pause.start // QUARTER, -(-pause.end // QUARTER)):
                served[period] = 0
        return served


def shift_types(regime: LabourRegime, daily: int, weekly: int, menu: str) -> list[ShiftType]:
    """A contract's full duties, and those of a week's minutes spread over six days; all end by midnight."""
    full = min(daily, regime.daily_max_minutes)
    if regime.daily_max_minutes == 720:
        full = 660  # twelve hours of presence, the meal included
    lengths = {full, min(full, weekly // 6 // QUARTER * QUARTER)}
    if menu == "quarters":
        lengths.add(SHORT_DUTY)
    found = []
    for work in sorted(lengths):
        for breaks, presence in _breaks(regime, work, (-60, 0, 60) if menu == "quarters" else (0,)):
            for start in range(0, DAY - presence + 1, STEPS[menu]):
                counted = work + (_night_extra(start, start + presence) if regime.night_rule else 0)
                if counted <= full:
                    placed = tuple(Break(start + b.start, start + b.end, b.kind) for b in breaks)
                    found.append(ShiftType(start, start + presence, counted, placed))
    return found


def _night_extra(start: int, end: int) -> int:
    """What the law adds for the minutes before 5:00 and after 22:00 of a shift within a day."""
    night = max(0, min(end, NIGHT_ENDS) - start) + max(0, end - max(start, NIGHT_BEGINS))
    return -(-night // CLOCK_MINUTES)


def _breaks(regime: LabourRegime, work: int, shifts: tuple[int, ...]) -> list[tuple[tuple[Break, ...], int]]:
    """The shortest meal in the middle, or so many minutes from it where that is legal; pauses halfway."""
    rule = regime.break_rule(work)
    if rule is None:
        return [((), work)]
    presence = work + rule.meal_minutes_min
    found = []
    for shift in shifts if rule.meal_minutes_min and not rule.pauses else (0,):
        breaks = _placed(rule, presence, shift)
        edges = [0, *(edge for b in breaks for edge in (b.start, b.end)), presence]
        if all(
            end - start <= regime.max_stretch_minutes
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ):
            found.append((breaks, presence))
    return found


def _placed(rule: BreakRule, presence: int, shift: int) -> tuple[Break, ...]:
    parts = [("meal", rule.meal_minutes_min)] if rule.meal_minutes_min else []
    for number in range(rule.pauses):
        parts.insert(0 if number % 2 == 0 else len(parts), ("pause", rule.pause_minutes))
    step = presence // (len(parts) + 1)
    breaks = []
    for place, (kind, minutes) in enumerate(parts, start=1):
        start = (place * step + shift) // QUARTER * QUARTER
        breaks.append(Break(start, start + minutes, kind))
    return tuple(breaks)
