"""Times of a duty as planners write them: wall-clock times, from the day on which the duty starts.

``09:00`` is enough nearly always. Where a duty runs past midnight, times before its start are of the next
day; ``01:00 (+1)`` names the day by its distance from the duty's, and ``23:30 UTC-03:00`` tells two moments
apart at which clocks show the same time, when daylight saving time ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from data.files.instants import format_time_of_day, parse_instant
from data.model import Break, Duty, PlanningAxis
from data.workbooks.texts import TEXTS, WorkbookTexts, plain

EXPECTED_TIME = "expected a time such as 08:00 (or 01:00 (+1) for the day after the duty's)"
EXPECTED_BREAKS = "expected breaks such as refeição 12:00-13:00; pausa 15:00-15:10 (or meal, pause)"

_WALL_TIME = r"\d{1,2}:\d{2}(?::00)?(?: *\([+-]\d{1,2}\))?(?: *UTC[+-]\d{2}:\d{2})?"
_PARTS = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?(?: *\((?P<days>[+-]\d{1,2})\))?"
    r"(?: *UTC(?P<offset>[+-]\d{2}:\d{2}))?",
    re.ASCII,
)
_BREAK = re.compile(rf"(?P<kind>[^\W\d]+) *(?P<start>{_WALL_TIME}) *[-\u2010-\u2015] *(?P<end>{_WALL_TIME})")
_KINDS = {plain(word): kind for texts in TEXTS.values() for kind, word in texts.breaks.items()}


@dataclass(frozen=True)
class WallTime:
    """A time as somebody has written it.

    Attributes:
        minute_of_day: 0 to 1440.
        days: days after the duty's day; None where it is not said.
        offset: from UTC, such as ``-03:00``; "" where it is not said.
    """

    minute_of_day: int
    days: int | None = None
    offset: str = ""

    @classmethod
    def parse(cls, text: str) -> WallTime:
        """Read a time.

        Raises:
            ValueError: the message is what was expected.
        """
        match = _PARTS.fullmatch(text.strip())
        if match is None or int(match["minute"]) > 59:
            raise ValueError(EXPECTED_TIME)
        minute = int(match["hour"]) * 60 + int(match["minute"])
        if minute > 1440:
            raise ValueError(EXPECTED_TIME)
        days = None if match["days"] is None else int(match["days"])
        return cls(minute, days, match["offset"] or "")

    def on(self, day: int) -> WallTime:
        """The same time with this day, where it does not say one."""
        return self if self.days is not None else WallTime(self.minute_of_day, day, self.offset)

    def on_axis(self, duty_day: int, axis: PlanningAxis) -> int:
        """Minute on the planning axis.

        Raises:
            ValueError: when the clocks skip the time, or show it twice and no offset says which is meant.
        """
        days, minute = divmod(self.minute_of_day, 1440)
        on = axis.date_of(duty_day + (self.days or 0) + days)
        return parse_instant(
            f"{on.isoformat()}T{format_time_of_day(minute)}:00{self.offset}", axis, floor=False
        )

    def written(self) -> str:
        """The time as `parse` reads it."""
        text = format_time_of_day(self.minute_of_day)
        text += "" if self.days is None else f" ({self.days:+d})"
        return text + (f" UTC{self.offset}" if self.offset else "")


def duty_end(start: WallTime, end: WallTime) -> WallTime:
    """The end with its day: the next one, where nothing is said and the clock does not stand later."""
    return end.on((start.days or 0) + (end.minute_of_day <= start.minute_of_day))


def break_start(start: WallTime, end: WallTime, begins: WallTime) -> WallTime:
    """The start of a break with its day: the next one before the duty's start, if the duty ends then."""
    past_midnight = (duty_end(start, end).days or 0) > (start.days or 0)
    return begins.on((start.days or 0) + (past_midnight and begins.minute_of_day < start.minute_of_day))


def parse_breaks(
    text: str, start: WallTime, end: WallTime, duty_day: int, axis: PlanningAxis
) -> tuple[Break, ...]:
    """The breaks of a duty from one cell, in order of time; semicolons or line breaks stand between them.

    Raises:
        ValueError: the message is what was expected.
    """
    breaks: list[Break] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        match = _BREAK.fullmatch(part.strip())
        kind = None if match is None else _KINDS.get(plain(match["kind"]))
        if match is None or kind is None:
            raise ValueError(EXPECTED_BREAKS)
        begins = break_start(start, end, WallTime.parse(match["start"]))
        ends = duty_end(begins, WallTime.parse(match["end"]))
        first, last = begins.on_axis(duty_day, axis), ends.on_axis(duty_day, axis)
        if last <= first:
            raise ValueError("expected the end of a break after its start")
        breaks.append(Break(first, last, kind))
    return tuple(sorted(breaks, key=lambda b: b.start))


@dataclass(frozen=True)
class WrittenDuty:
    """A duty as its row of the table shows it."""

    start: WallTime
    end: WallTime
    breaks: str


def write_duty(duty: Duty, axis: PlanningAxis, texts: WorkbookTexts) -> WrittenDuty:
    """The shortest texts that are read back as this duty."""
    day = axis.day_of(duty.start)
    start = _shortest(duty.start, day, axis, lambda wall: wall.on(0))
    end = _shortest(duty.end, day, axis, lambda wall: duty_end(start, wall))
    written: list[str] = []
    for rest in duty.breaks:
        begins = _shortest(rest.start, day, axis, lambda wall: break_start(start, end, wall))
        full = break_start(start, end, begins)
        ends = _shortest(rest.end, day, axis, lambda wall, full=full: duty_end(full, wall))  # type: ignore[misc]
        written.append(f"{texts.breaks[rest.kind]} {begins.written()}\u2013{ends.written()}")
    return WrittenDuty(start, end, "; ".join(written))


def _shortest(
    minute: int, duty_day: int, axis: PlanningAxis, completed: Callable[[WallTime], WallTime]
) -> WallTime:
    """The time with as little beside the clock's reading as tells it from all others."""
    local = axis.instant_of(minute)
    clock = local.hour * 60 + local.minute
    days = axis.day_of(minute) - duty_day
    for wall in (WallTime(clock), WallTime(clock, days)):
        try:
            if completed(wall).on_axis(duty_day, axis) == minute:
                return wall
        except ValueError:  # the clocks show it twice
            continue
    return WallTime(clock, days, local.isoformat()[-6:])
