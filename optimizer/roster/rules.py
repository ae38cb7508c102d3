"""The labour rules as small named functions, one a rule; DOMAIN 3.1 and 3.2 have their sources.

Rules come in two forms. A *duty rule* looks at one duty by itself. A *sequence rule* reads an agent's days in
order and remembers one number from day to day; it begins with the agent's history. Both forms are what the
tours of an agent are built from (`optimizer.roster.tours`), so a rule is stated here once and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from data.model import LabourRegime

DutyCheck = Callable[["Terms", "Shift"], bool]
SequenceStep = Callable[["Terms", int, int, "Shift | None"], "int | None"]


@dataclass(frozen=True)
class Shift:
    """A duty without its breaks.

    Attributes:
        day: number of the day on which it starts.
        start: minutes on the planning axis.
        end: minutes on the planning axis.
        work: minutes of work, meals not counted.
    """

    day: int
    start: int
    end: int
    work: int


@dataclass(frozen=True)
class Terms:
    """What binds one agent; equal for agents who are alike to the law.

    Attributes:
        daily_minutes: of the contract; so are `weekly_minutes`.
        regimes: labour regime in force on each day of the horizon.
        weekdays: weekday of each day, 0 is Monday.
        closed: whether each day is a holiday of the establishment on which the service is closed.
        credential_days: first and last day number of the credential.
        absences: half-open intervals on the planning axis.
        last_duty_end: end of the last duty before the horizon, None when there was none.
    """

    daily_minutes: int
    weekly_minutes: int
    regimes: tuple[LabourRegime, ...]
    weekdays: tuple[int, ...]
    closed: tuple[bool, ...]
    credential_days: tuple[int, int]
    absences: tuple[tuple[int, int], ...] = ()
    sunday_off_every_weeks: int = 2
    last_duty_end: int | None = None
    days_worked_in_a_row: int = 0
    sundays_worked_in_a_row: int = 0

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.regimes)

    @cached_property
    def week_limits(self) -> tuple[int, ...]:
        """Minutes of work allowed in the week of each day."""
        limits = []
        for day, weekday in enumerate(self.weekdays):
            week = self.regimes[max(day - weekday, 0) : day - weekday + 7]
            limits.append(min(self.weekly_minutes, *(regime.weekly_max_minutes for regime in week)))
        return tuple(limits)

    @cached_property
    def longest_rest(self) -> int:
        """Longest rest between duties that any day's regime asks for."""
        return max((regime.rest_between_duties_minutes for regime in self.regimes), default=0)


@dataclass(frozen=True)
class DutyRule:
    """A rule on one duty by itself."""

    code: str
    keeps: DutyCheck


@dataclass(frozen=True)
class SequenceRule:
    """A rule on an agent's days in order.

    Attributes:
        begin: the number remembered at the start of the horizon.
        step: from the number remembered before a day, and the duty of the day (None: a day off), to the one
            remembered after it; None when the day breaks the rule.
    """

    code: str
    begin: Callable[[Terms], int]
    step: SequenceStep


Rule = DutyRule | SequenceRule

NEVER = -(2**40)
"""Long before any horizon."""


def keeps_daily_minutes(terms: Terms, shift: Shift) -> bool:
    """CLT-58: a day's work stays within contract and regime; overtime is never planned."""
    return shift.work <= min(terms.daily_minutes, terms.regimes[shift.day].daily_max_minutes)


def avoids_absences(terms: Terms, shift: Shift) -> bool:
    """ABSENCE: no duty touches an absence."""
    return not any(start < shift.end and shift.start < end for start, end in terms.absences)


def has_credential(terms: Terms, shift: Shift) -> bool:
    """CAR: the agent's credential is valid on the day of the duty."""
    first, last = terms.credential_days
    return first <= shift.day <= last


def avoids_holidays(terms: Terms, shift: Shift) -> bool:
    """CLT-70: no duty on a holiday of the agent's establishment, unless the service opens on holidays."""
    return not (terms.closed[shift.day] and terms.regimes[shift.day].holiday_rule)


def week_minutes(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """CF-7-XIII: work of a week, Monday to Sunday; remembers the minutes worked in it.

    Should the limit change within a week, the lower one holds for all of it.
    """
    if terms.weekdays[day] == 0:
        worked = 0
    if shift is None:
        return worked
    return worked + shift.work if worked + shift.work <= terms.week_limits[day] else None


def rest_between_duties(terms: Terms, ended: int, day: int, shift: Shift | None) -> int | None:
    """CLT-66: rest between two duties; remembers when the last one ended."""
    if shift is None:
        return ended
    return shift.end if shift.start - ended >= terms.regimes[day].rest_between_duties_minutes else None


def days_in_a_row(terms: Terms, run: int, day: int, shift: Shift | None) -> int | None:
    """CLT-67: a day off in time; remembers the days worked in a row."""
    if shift is None:
        return 0
    return run + 1 if run < terms.regimes[day].max_days_in_a_row else None


def days_a_week(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """LEI-605: days worked in a week, Monday to Sunday; remembers them."""
    if terms.weekdays[day] == 0:
        worked = 0
    if shift is None:
        return worked
    return worked + 1 if worked < terms.regimes[day].max_days_a_week else None


def sundays_off(terms: Terms, run: int, day: int, shift: Shift | None) -> int | None:
    """LEI-10101: a Sunday off in every so many weeks; remembers the Sundays worked in a row."""
    if terms.weekdays[day] != 6:
        return run
    if shift is None:
        return 0
    bound = terms.regimes[day].sunday_rule and run + 1 >= terms.sunday_off_every_weeks
    return None if bound else run + 1


def _nothing(_terms: Terms) -> int:
    return 0


RULES: tuple[Rule, ...] = (
    DutyRule("CLT-58", keeps_daily_minutes),
    DutyRule("ABSENCE", avoids_absences),
    DutyRule("CAR", has_credential),
    DutyRule("CLT-70", avoids_holidays),
    SequenceRule("CF-7-XIII", _nothing, week_minutes),
    SequenceRule(
        "CLT-66",
        lambda terms: NEVER if terms.last_duty_end is None else terms.last_duty_end,
        rest_between_duties,
    ),
    SequenceRule("CLT-67", lambda terms: terms.days_worked_in_a_row, days_in_a_row),
    SequenceRule("LEI-605", _nothing, days_a_week),
    SequenceRule("LEI-10101", lambda terms: terms.sundays_worked_in_a_row, sundays_off),
)
"""Every rule on the choice of duties. The rules on breaks are in `optimizer.roster.shapes`."""
