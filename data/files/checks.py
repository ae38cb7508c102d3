"""What must hold across columns and tables for the data to make sense at all.

Only errors of data are found here. What breaks a rule of eligibility, or a hard rule of rosters and
schedules, is read, so that eligibility and the referee can name the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from data.files.errors import Problem
from data.files.instants import format_day, format_instant, format_time_of_day
from data.files.tables import ReadTable
from data.model import (
    INPUT_TABLES,
    MISSING,
    MOST_DEMANDED_SKILLS,
    REQUIRED_TABLES,
    Absences,
    Agents,
    Bookings,
    Breaks,
    Contracts,
    Demand,
    Duties,
    History,
    Participants,
    Plan,
    PlanningAxis,
    ShiftDemand,
    ShiftTypes,
    Standby,
    Table,
    Wishes,
    joined,
    regime_on,
    tokens,
)
from data.model.columns import BoolArray, Column, Day, TimeOfDay

MINUTES_OF_A_DAY = 1440

_Tables = Mapping[type[Table], ReadTable]

_MAY_BE_MISSING = {kind.TABLE for kind in INPUT_TABLES if kind not in REQUIRED_TABLES}

# Pairs of which the second must come after the first; and those of which it may be the same.
_AFTER: dict[type[Table], tuple[tuple[str, str], ...]] = {
    Absences: (("starts_at", "ends_at"),),
    Standby: (("starts_at", "ends_at"),),
    Wishes: (("starts_at", "ends_at"),),
    Duties: (("starts_at", "ends_at"),),
    Breaks: (("starts_at", "ends_at"),),
    Participants: (("window_start", "window_end"), ("daily_from", "daily_until")),
}
_NOT_BEFORE: dict[type[Table], tuple[tuple[str, str], ...]] = {
    Agents: (("credential_from", "credential_until"),),
}


def check_rows(read: ReadTable, axis: PlanningAxis) -> None:
    """Check what one table shows by itself; add the problems to it."""
    for first, second in _AFTER.get(read.kind, ()):
        _check_order(read, first, second, axis, same_allowed=False)
    for first, second in _NOT_BEFORE.get(read.kind, ()):
        _check_order(read, first, second, axis, same_allowed=True)
    if read.kind is Bookings:
        _check_pins(read)
    elif read.kind is Contracts:
        _check_contract_minutes(read)
    elif read.kind is History:
        _check_history(read, axis)
    elif read.kind is Demand:
        _check_number_of_skills(read)
        _check_prices_of_intervals(read, axis)
    elif read.kind is ShiftTypes:
        _check_shift_times(read, axis)
        _check_shift_types_differ(read)
        _check_followers(read)


def check_against_plan(read: ReadTable, plan: Plan) -> None:
    """Check what needs the plan; add the problems to the table."""
    if read.kind is Demand:
        _check_demand_intervals(read, plan)
    elif read.kind is Contracts:
        _check_regimes_are_in_force(read, plan)
    elif read.kind is Agents:
        _check_week_before_the_horizon(read, plan)
    elif read.kind is ShiftDemand:
        _check_days_of_horizon(read, plan)
    elif read.kind is Wishes:
        _check_wishes_touch_the_horizon(read, plan)


def check_references(tables: _Tables) -> None:
    """Check that every reference leads to a row; add the problems to the tables.

    A reference into a table that could not be read whole is not judged: the row may be there. A table that
    may be missing, and is, has no rows.
    """
    by_name = {read.kind.TABLE: read for read in tables.values()}
    for read in tables.values():
        for column in read.kind.columns():
            target_table, _, target_column = column.refers_to.partition(".")
            target = by_name.get(target_table)
            if target is not None and target.whole and target.good[target_column].all():
                known = set(target.values[target_column].tolist())
                _check_reference(read, column, known, target_column, target.file)
            elif target is None and target_table in _MAY_BE_MISSING:
                _check_reference(read, column, set(), target_column, f"{target_table}.csv")


def _check_reference(
    read: ReadTable, column: Column, known: set[Any], target_column: str, target_file: str
) -> None:
    values = read.values[column.name]
    unknown = set(values.tolist()) - known - {""}
    if unknown:
        wrong = read.good[column.name] & np.fromiter((v in unknown for v in values), np.bool_, len(values))
        read.add(
            wrong,
            column.name,
            values.__getitem__,
            f"expected {_with_article(target_column)} that is in {target_file}",
        )


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _both_given(read: ReadTable, first: str, second: str) -> BoolArray:
    given = read.good[first] & read.good[second]
    given &= (read.values[first] != MISSING) & (read.values[second] != MISSING)
    return np.asarray(given, dtype=np.bool_)


def _check_order(read: ReadTable, first: str, second: str, axis: PlanningAxis, *, same_allowed: bool) -> None:
    before, after = read.values[first], read.values[second]
    wrong = _both_given(read, first, second) & ((after < before) if same_allowed else (after <= before))
    if wrong.any():
        kind = next(c.kind for c in read.kind.columns() if c.name == second)

        def text(place: int) -> str:
            return _text_of(int(after[place]), kind, axis)

        read.add(wrong, second, text, f"expected {'not before' if same_allowed else 'later than'} {first}")


def _text_of(value: int, kind: Any, axis: PlanningAxis) -> str:
    match kind:
        case Day():
            return format_day(value, axis)
        case TimeOfDay():
            return format_time_of_day(value)
        case _:
            return format_instant(value, axis)


def _check_pins(read: ReadTable) -> None:
    """A pinned booking says when; and only a pinned booking does."""
    good = read.good["pin"] & read.good["pinned_start"] & read.good["pinned_agent"]
    pinned = read.values["pin"] != ""
    starts = read.values["pinned_start"] != MISSING
    read.add(
        good & pinned & ~starts, "pinned_start", lambda _: "", "expected an instant: the booking is pinned"
    )
    loose = good & ~pinned & (starts | (read.values["pinned_agent"] != ""))
    read.add(loose, "pin", lambda _: "", "expected fixed or movable: a pinned start or agent is given")


def _check_contract_minutes(read: ReadTable) -> None:
    for first, second in (
        ("daily_minutes", "weekly_minutes"),
        ("min_duty_minutes", "daily_minutes"),
        ("min_duty_minutes", "max_duty_minutes"),
        ("min_days_in_a_row", "max_days_in_a_row"),
        ("min_horizon_minutes", "max_horizon_minutes"),
    ):
        least, most = read.values[first], read.values[second]
        wrong = _both_given(read, first, second) & (least > most)
        read.add(wrong, first, lambda place, least=least: str(least[place]), f"expected at most {second}")


def _check_history(read: ReadTable, axis: PlanningAxis) -> None:
    starts = read.values["starts_at"]
    wrong = read.good["starts_at"] & (starts % 60 != 0)
    read.add(
        wrong, "starts_at", lambda place: format_instant(int(starts[place]), axis), "expected a whole hour"
    )
    missed, bookings = read.values["no_shows"], read.values["bookings"]
    wrong = _both_given(read, "no_shows", "bookings") & (missed > bookings)
    read.add(wrong, "no_shows", lambda place: str(missed[place]), "expected at most as many as bookings")


def _check_number_of_skills(read: ReadTable) -> None:
    """The coverage of each interval is recounted over all sets of the skills required."""
    required = read.good["skill"] & read.good["required"] & (read.values["required"] > 0)
    skills = len(set(read.values["skill"][required].tolist()))
    if skills > MOST_DEMANDED_SKILLS:
        expected = f"expected at most {MOST_DEMANDED_SKILLS} different skills"
        read.problems.append(Problem(read.file, None, "skill", f"{skills} skills", expected))


def _check_prices_of_intervals(read: ReadTable, axis: PlanningAxis) -> None:
    """With one price for all skills of an interval, covering it best stays a maximum flow."""
    starts = read.values["starts_at"]
    for name in ("under_price", "over_price"):
        prices, good = read.values[name], read.good["starts_at"] & read.good[name]
        first: dict[int, int] = {}
        for place in np.flatnonzero(good).tolist():
            before = first.setdefault(int(starts[place]), place)
            if prices[place] != prices[before]:
                expected = (
                    f"expected {prices[before]} as in row {int(read.rows[before])}, which is of the same "
                    f"interval, {format_instant(int(starts[place]), axis)}"
                )
                row = int(read.rows[place])
                read.problems.append(Problem(read.file, row, name, str(prices[place]), expected))


def _check_shift_times(read: ReadTable, axis: PlanningAxis) -> None:
    """Duties lie on the planning grid; one that starts at 24:00 starts on the next day."""
    grid, starts, minutes = axis.grid_minutes, read.values["starts"], read.values["minutes"]
    wrong = read.good["starts"] & ((starts % grid != 0) | (starts == MINUTES_OF_A_DAY))
    expected = f"expected a time from 00:00 to 23:55 on the {grid}-minute grid"
    read.add(wrong, "starts", lambda place: format_time_of_day(int(starts[place])), expected)
    wrong = read.good["minutes"] & (minutes % grid != 0)
    read.add(wrong, "minutes", lambda place: str(minutes[place]), f"expected a multiple of {grid}")


def _check_shift_types_differ(read: ReadTable) -> None:
    """A duty is of one type only."""
    first: dict[tuple[int, int], int] = {}
    for place in np.flatnonzero(read.good["starts"] & read.good["minutes"]).tolist():
        key = (int(read.values["starts"][place]), int(read.values["minutes"][place]))
        before = first.setdefault(key, place)
        if before != place:
            expected = (
                f"expected another start or length than in row {int(read.rows[before])}: a duty is of one "
                "type only"
            )
            value = f"{format_time_of_day(key[0])}, {key[1]}"
            read.problems.append(
                Problem(read.file, int(read.rows[place]), "starts, minutes", value, expected)
            )


def _check_followers(read: ReadTable) -> None:
    """Only shift types of the table can be forbidden on the next day."""
    if not read.whole or not read.good["shift_type"].all():
        return
    known, cells = set(read.values["shift_type"].tolist()), read.values["not_followed_by"]
    unknown = [joined(tokens(cell) - known) for cell in cells.tolist()]
    wrong = read.good["not_followed_by"] & np.array([bool(words) for words in unknown], dtype=np.bool_)
    read.add(wrong, "not_followed_by", unknown.__getitem__, f"expected shift types that are in {read.file}")


def _check_days_of_horizon(read: ReadTable, plan: Plan) -> None:
    axis, days = plan.axis, read.values["date"]
    outside = read.good["date"] & ((days < 0) | (days >= axis.days))
    expected = f"expected a day of the horizon, {axis.first_day} to {axis.date_of(axis.days - 1)}"
    read.add(outside, "date", lambda place: format_day(int(days[place]), axis), expected)


def _check_wishes_touch_the_horizon(read: ReadTable, plan: Plan) -> None:
    """A wish for another week could neither be met nor counted: it is in the wrong plan."""
    axis, starts, ends = plan.axis, read.values["starts_at"], read.values["ends_at"]
    expected = f"expected a wish that touches the horizon, {axis.first_day} to {axis.date_of(axis.days - 1)}"
    for name, times, outside in (("starts_at", starts, starts >= axis.end), ("ends_at", ends, ends <= 0)):
        wrong = np.asarray(read.good[name] & outside, dtype=np.bool_)
        read.add(wrong, name, lambda place, told=times: format_instant(int(told[place]), axis), expected)


def _check_demand_intervals(read: ReadTable, plan: Plan) -> None:
    axis, step = plan.axis, plan.demand_interval_minutes
    starts, good = read.values["starts_at"], read.good["starts_at"]

    def text(place: int) -> str:
        return format_instant(int(starts[place]), axis)

    outside = good & ((starts < 0) | (starts + step > axis.end))
    last = axis.date_of(axis.days - 1)
    read.add(outside, "starts_at", text, f"expected an interval of the horizon, {axis.first_day} to {last}")
    off = good & ~outside & (starts % step != 0)
    read.add(off, "starts_at", text, f"expected the start of an interval of {step} minutes")


def _check_regimes_are_in_force(read: ReadTable, plan: Plan) -> None:
    regimes = read.values["regime"]
    for regime in sorted(set(regimes[read.good["regime"]].tolist())):
        try:
            regime_on(plan.labour, regime, plan.first_day)
        except LookupError:
            wrong = read.good["regime"] & (regimes == regime)
            expected = f"expected a regime of which plan.json has a version in force on {plan.first_day}"
            read.add(wrong, "regime", regimes.__getitem__, expected)


def _check_week_before_the_horizon(read: ReadTable, plan: Plan) -> None:
    """No more can have been worked in the week of the first day than the days before it hold."""
    days = plan.first_day.weekday()
    for name, most in (
        ("days_worked_in_week", days),
        ("minutes_worked_in_week", 1440 * days),
        ("overtime_worked_in_week", 1440 * days),
    ):
        worked = read.values[name]
        wrong = np.asarray(read.good[name] & (worked > most), dtype=np.bool_)
        read.add(
            wrong,
            name,
            lambda place, worked=worked: str(int(worked[place])),
            f"expected {most} at most: the horizon begins on a {plan.first_day:%A}",
        )
    if days:
        in_a_row, in_week = read.values["days_worked_in_a_row"], read.values["days_worked_in_week"]
        good = read.good["days_worked_in_a_row"] & read.good["days_worked_in_week"]
        read.add(
            np.asarray(good & (in_week == days) & (in_a_row < days), dtype=np.bool_),
            "days_worked_in_a_row",
            lambda place: str(int(in_a_row[place])),
            f"expected {days} at least: all days of the week so far were worked",
        )
