"""The rules of labour law and contract as small named functions, one a rule; DOMAIN 3.1 and 3.2 have the
sources of the law's.

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
        work: minutes of work as the law counts them (`data.night_hours`), at most.
        type: shift type, a position in the case's table; None for none.
        uncertain: minutes of `work` that the law may not count, as where a meal lies is left open.
    """

    day: int
    start: int
    end: int
    work: int
    type: int | None = None
    uncertain: int = 0

    @property
    def least_work(self) -> int:
        """Minutes of work as the law counts them, at least."""
        return self.work - self.uncertain


@dataclass(frozen=True)
class Terms:
    """What binds one agent; equal for agents who are alike to the law.

    Attributes:
        daily_minutes: of the contract; so are `weekly_minutes` and `overtime_minutes`, agreed for a day.
        regimes: labour regime in force on each day of the horizon.
        weekdays: weekday of each day, 0 is Monday.
        closed: whether each day is a holiday of the establishment on which the service is closed.
        credential_days: first and last day number of the credential.
        absences: half-open intervals on the planning axis.
        last_duty_end: end of the last duty before the horizon, None when there was none.
        days_worked_in_week: before the horizon, in the week in which it begins; so are
            `minutes_worked_in_week` and `overtime_worked_in_week`. All are 0 where it begins on a Monday.
        weekly_rest_due: whether the week of the horizon's eve has had no weekly rest yet.
        min_duty_minutes: of the contract, like the other limits that follow; None for no limit.
        typed: whether every duty must be of a shift type.
        successions: pairs of shift types of which the second may not follow the first on the next day.
        shift_limits: shift types with the most duties of each in the horizon.
    """

    daily_minutes: int
    weekly_minutes: int
    regimes: tuple[LabourRegime, ...]
    weekdays: tuple[int, ...]
    closed: tuple[bool, ...]
    credential_days: tuple[int, int]
    absences: tuple[tuple[int, int], ...] = ()
    overtime_minutes: int = 0
    sunday_off_every_weeks: int = 2
    last_duty_end: int | None = None
    days_worked_in_a_row: int = 0
    sundays_worked_in_a_row: int = 0
    days_worked_in_week: int = 0
    minutes_worked_in_week: int = 0
    overtime_worked_in_week: int = 0
    weekly_rest_due: bool = False
    min_duty_minutes: int | None = None
    max_duty_minutes: int | None = None
    min_days_in_a_row: int | None = None
    max_days_in_a_row: int | None = None
    min_days_off_in_a_row: int | None = None
    max_weekends: int | None = None
    min_horizon_minutes: int | None = None
    max_horizon_minutes: int | None = None
    typed: bool = False
    successions: frozenset[tuple[int, int]] = frozenset()
    shift_limits: tuple[tuple[int, int], ...] = ()

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.regimes)

    @cached_property
    def week_limits(self) -> tuple[int, ...]:
        """Minutes of work allowed in the week of each day, overtime not counted."""
        limits = []
        for day, weekday in enumerate(self.weekdays):
            week = self.regimes[max(day - weekday, 0) : day - weekday + 7]
            limits.append(min(self.weekly_minutes, *(regime.weekly_max_minutes for regime in week)))
        return tuple(limits)

    def normal_minutes(self, day: int) -> int:
        """CLT-58: most work of a day that is no overtime."""
        return min(self.daily_minutes, self.regimes[day].daily_max_minutes)

    def overtime_limit(self, day: int) -> int:
        """CLT-59: most overtime of a day, by contract and regime."""
        return min(self.overtime_minutes, self.regimes[day].overtime_daily_max_minutes)

    def longest_duty(self, day: int) -> int:
        """Most work of a duty, overtime included."""
        longest = self.normal_minutes(day) + self.overtime_limit(day)
        return longest if self.max_duty_minutes is None else min(longest, self.max_duty_minutes)

    def overtime(self, shift: Shift) -> int:
        """Minutes of overtime of a duty, at most."""
        return max(shift.work - self.normal_minutes(shift.day), 0)

    @cached_property
    def overtime_of_week_binds(self) -> bool:
        """Whether some week's overtime has a limit that its days could exceed."""
        return any(
            regime.overtime_weekly_max_minutes is not None and self.overtime_limit(day) > 0
            for day, regime in enumerate(self.regimes)
        )

    @property
    def asks_for_runs(self) -> bool:
        """Whether days worked or days off must come several in a row, so that a day without demand may be
        worked for the sake of others.
        """
        return max(self.min_days_in_a_row or 1, self.min_days_off_in_a_row or 1) > 1

    @property
    def asks_for_work(self) -> bool:
        """Whether work may be due that no demand asks for."""
        return self.asks_for_runs or bool(self.min_horizon_minutes)

    @cached_property
    def types_with_successors(self) -> frozenset[int]:
        """Shift types after which another may not be worked."""
        return frozenset(before for before, _ in self.successions)

    @cached_property
    def types_told_apart(self) -> frozenset[int]:
        """Shift types of which some rule on the sequence of days speaks."""
        return frozenset(kind for pair in self.successions for kind in pair) | {
            kind for kind, _ in self.shift_limits
        }

    @cached_property
    def longest_rest(self) -> int:
        """Longest rest between duties that any day's regime asks for."""
        return max((regime.rest_between_duties_minutes for regime in self.regimes), default=0)

    @cached_property
    def longest_weekly_rest(self) -> int:
        """Longest free time around a day off that any day's regime asks for."""
        return max((regime.weekly_rest_minutes for regime in self.regimes), default=0)


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
        reads: what of a duty, by name, makes a difference to the step.
        kept_by_working: whether one more day worked can mend a breach. All other rules are kept by working
            less.
    """

    code: str
    begin: Callable[[Terms], int]
    step: SequenceStep
    reads: tuple[str, ...] = ()
    kept_by_working: bool = False


Rule = DutyRule | SequenceRule

NEVER = -(2**40)
"""Long before any horizon."""


def keeps_daily_minutes(terms: Terms, shift: Shift) -> bool:
    """CLT-58, CLT-59: a day's work stays within contract and regime, agreed overtime included."""
    return shift.work <= terms.normal_minutes(shift.day) + terms.overtime_limit(shift.day)


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


def long_enough(terms: Terms, shift: Shift) -> bool:
    """MIN-DUTY: a duty has the least work that the contract asks for."""
    return terms.min_duty_minutes is None or shift.least_work >= terms.min_duty_minutes


def short_enough(terms: Terms, shift: Shift) -> bool:
    """MAX-DUTY: a duty has no more work than the contract allows for one."""
    return terms.max_duty_minutes is None or shift.work <= terms.max_duty_minutes


def of_a_type(terms: Terms, shift: Shift) -> bool:
    """SHIFT-TYPE: where there are shift types, a duty is of one."""
    return not terms.typed or shift.type is not None


def week_minutes(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """CF-7-XIII: normal work of a week, Monday to Sunday; remembers the minutes worked in it.

    Should the limit change within a week, the lower one holds for all of it. Overtime of the days comes on
    top (CLT 59).
    """
    if terms.weekdays[day] == 0:
        worked = 0
    if shift is None:
        return worked
    worked += min(shift.work, terms.normal_minutes(day))
    return worked if worked <= terms.week_limits[day] else None


def overtime_of_a_week(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """CLT-58A: overtime of a week, Monday to Sunday, where the regime limits it; remembers the minutes."""
    if terms.weekdays[day] == 0:
        worked = 0
    if shift is None:
        return worked
    overtime, most = terms.overtime(shift), terms.regimes[day].overtime_weekly_max_minutes
    if most is None or not overtime:
        return worked
    return worked + overtime if worked + overtime <= most else None


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


def weekly_rest(terms: Terms, state: int, day: int, shift: Shift | None) -> int | None:
    """TST-110: one day off of each week, Monday to Sunday, lies in free time of 24 h and the 11 h of CLT 66.

    Free time lasts from the end of a duty to the start of the next; what lies beyond the horizon is free. The
    regime of the day on which it ends says how long it must be. Remembers when the last duty ended, whether
    yesterday was off, whether a past week relies on the present free time, and if this week has its rest.
    """
    if not terms.longest_weekly_rest:
        return 0
    ended, off, owed, taken = state >> 3, bool(state & 4), bool(state & 2), bool(state & 1)
    weekday = terms.weekdays[day]
    if weekday == 0:
        owed, taken = off and (owed or not taken), False
    if shift is None:
        return _rest_state(ended, off=True, owed=owed, taken=taken)
    needed = terms.regimes[day].weekly_rest_minutes
    rested = shift.start - ended >= needed
    taken = taken or (off and rested and weekday > 0)
    if (owed and not rested) or (weekday == 6 and needed and not taken):
        return None
    return _rest_state(shift.end, off=False, owed=False, taken=taken or weekday == 6)


def _rest_state(ended: int, *, off: bool, owed: bool, taken: bool) -> int:
    return ended * 8 + 4 * off + 2 * owed + taken


def _rest_before(terms: Terms) -> int:
    ended = NEVER if terms.last_duty_end is None else terms.last_duty_end
    return _rest_state(
        ended, off=terms.days_worked_in_a_row == 0, owed=False, taken=not terms.weekly_rest_due
    )


def sundays_off(terms: Terms, run: int, day: int, shift: Shift | None) -> int | None:
    """LEI-10101: a Sunday off in every so many weeks; remembers the Sundays worked in a row."""
    if terms.weekdays[day] != 6:
        return run
    if shift is None:
        return 0
    bound = terms.regimes[day].sunday_rule and run + 1 >= terms.sunday_off_every_weeks
    return None if bound else run + 1


def enough_days_in_a_row(terms: Terms, run: int, _day: int, shift: Shift | None) -> int | None:
    """MIN-DAYS: days worked come in runs of the least length; remembers the run, up to that length.

    A run that touches an edge of the horizon is long enough.
    """
    least = terms.min_days_in_a_row or 1
    if shift is not None:
        return min(run + 1, least)
    return 0 if run in {0, least} else None


def few_enough_days_in_a_row(terms: Terms, run: int, _day: int, shift: Shift | None) -> int | None:
    """MAX-DAYS: the contract's most days in a row; remembers the days worked in a row."""
    if terms.max_days_in_a_row is None or shift is None:
        return 0
    return run + 1 if run < terms.max_days_in_a_row else None


def enough_days_off_in_a_row(terms: Terms, due: int, _day: int, shift: Shift | None) -> int | None:
    """MIN-DAYS-OFF: days off come in runs of the least length; remembers how many more are due.

    On the day after a duty all of them are due, or another duty. A run that touches an edge of the horizon is
    long enough.
    """
    least = terms.min_days_off_in_a_row or 1
    if shift is None:
        return max(due - 1, 0)
    return least if due in {0, least} else None


def weekends_worked(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """MAX-WEEKENDS: weekends with a duty on Saturday or Sunday; remembers twice their number, and one more
    from a Saturday worked to the Sunday.
    """
    if terms.max_weekends is None or terms.weekdays[day] < 5:
        return worked
    sunday, counted = terms.weekdays[day] == 6, worked % 2 == 1
    before = worked - worked % 2
    if shift is None:
        return before if sunday else worked
    number = before // 2 + (0 if counted else 1)
    if number > terms.max_weekends:
        return None
    return 2 * number + (0 if sunday else 1)


def _weekend_begun(terms: Terms) -> int:
    """A horizon that begins on a Sunday goes on with a weekend whose Saturday may have been worked."""
    return 3 if terms.weekdays[0] == 6 and terms.days_worked_in_a_row else 0


def enough_work(terms: Terms, worked: int, day: int, shift: Shift | None) -> int | None:
    """MIN-WORK: the contract's least work over the horizon; remembers the work, up to that."""
    least = terms.min_horizon_minutes or 0
    worked = min(worked + (0 if shift is None else shift.least_work), least)
    return None if day == terms.days - 1 and worked < least else worked


def little_enough_work(terms: Terms, worked: int, _day: int, shift: Shift | None) -> int | None:
    """MAX-WORK: the contract's most work over the horizon; remembers the work."""
    if terms.max_horizon_minutes is None or shift is None:
        return worked
    return worked + shift.work if worked + shift.work <= terms.max_horizon_minutes else None


NO_TYPE = -1
"""Remembered after a day off, or after a duty whose type forbids none on the next day."""


def allowed_succession(terms: Terms, eve: int, _day: int, shift: Shift | None) -> int | None:
    """SUCCESSION: types that may not follow each other; remembers the type of the day before.

    Days outside the horizon are off.
    """
    if shift is None or shift.type is None:
        return NO_TYPE
    if (eve, shift.type) in terms.successions:
        return None
    return shift.type if shift.type in terms.types_with_successors else NO_TYPE


def few_enough_of_type(kind: int, most: int) -> SequenceStep:
    """SHIFT-LIMIT: the most duties of one type in the horizon; remembers how many there were."""

    def step(_terms: Terms, had: int, _day: int, shift: Shift | None) -> int | None:
        if shift is None or shift.type != kind:
            return had
        return had + 1 if had < most else None

    return step


def _nothing(_terms: Terms) -> int:
    return 0


RULES: tuple[Rule, ...] = (
    DutyRule("CLT-58", keeps_daily_minutes),
    DutyRule("ABSENCE", avoids_absences),
    DutyRule("CAR", has_credential),
    DutyRule("CLT-70", avoids_holidays),
    DutyRule("MIN-DUTY", long_enough),
    DutyRule("MAX-DUTY", short_enough),
    DutyRule("SHIFT-TYPE", of_a_type),
    SequenceRule("CF-7-XIII", lambda terms: terms.minutes_worked_in_week, week_minutes, ("work",)),
    SequenceRule("CLT-58A", lambda terms: terms.overtime_worked_in_week, overtime_of_a_week, ("work",)),
    SequenceRule(
        "CLT-66",
        lambda terms: NEVER if terms.last_duty_end is None else terms.last_duty_end,
        rest_between_duties,
        ("start", "end"),
    ),
    SequenceRule("CLT-67", lambda terms: terms.days_worked_in_a_row, days_in_a_row),
    SequenceRule("LEI-605", lambda terms: terms.days_worked_in_week, days_a_week),
    SequenceRule("TST-110", _rest_before, weekly_rest, ("start", "end")),
    SequenceRule("LEI-10101", lambda terms: terms.sundays_worked_in_a_row, sundays_off),
    SequenceRule(
        "MIN-DAYS", lambda terms: terms.min_days_in_a_row or 1, enough_days_in_a_row, kept_by_working=True
    ),
    SequenceRule("MAX-DAYS", lambda terms: terms.days_worked_in_a_row, few_enough_days_in_a_row),
    SequenceRule("MIN-DAYS-OFF", _nothing, enough_days_off_in_a_row, kept_by_working=True),
    SequenceRule("MAX-WEEKENDS", _weekend_begun, weekends_worked),
    SequenceRule("MIN-WORK", _nothing, enough_work, ("work", "uncertain"), kept_by_working=True),
    SequenceRule("MAX-WORK", _nothing, little_enough_work, ("work",)),
    SequenceRule("SUCCESSION", lambda _: NO_TYPE, allowed_succession, ("type",)),
)
"""Every rule on the choice of duties, but for those of `shift_limit_rules`, which depend on the terms.
The rules on breaks are in `optimizer.roster.shapes`."""


def shift_limit_rules(terms: Terms) -> tuple[SequenceRule, ...]:
    """SHIFT-LIMIT: one rule for each shift type that the contract limits to fewer than the days."""
    return tuple(
        SequenceRule("SHIFT-LIMIT", _nothing, few_enough_of_type(kind, most), ("type",))
        for kind, most in terms.shift_limits
        if most < terms.days
    )
