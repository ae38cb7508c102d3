"""When customers come (DOMAIN 2.5)."""

from datetime import date

import numpy as np

from data.generator.seasonality import day_weight, intraday_weights, is_deadline, is_month_end


def never(_day: date) -> bool:
    """No holiday."""
    return False


def black_awareness_day(day: date) -> bool:
    """2026-11-20, a Friday, is a holiday."""
    return day == date(2026, 11, 20)


def test_deadlines_that_fall_on_a_weekend_are_kept_before_it() -> None:
    """2026-11-15 is a Sunday: taxes are paid on Friday the 13th; on the 20th itself, a Friday."""
    due = [d for d in range(1, 31) if is_deadline(date(2026, 11, d), never)]
    assert due == [13, 20]
    assert [d for d in range(1, 31) if is_deadline(date(2026, 11, d), black_awareness_day)] == [13, 19]


def test_the_month_ends_on_its_last_two_business_days() -> None:
    """2026-10-31 is a Saturday: the end of the month is Thursday and Friday."""
    assert [d for d in range(1, 32) if is_month_end(date(2026, 10, d), never)] == [29, 30]


def test_holidays_are_quiet_and_their_neighbours_differ() -> None:
    """Nobody comes on a holiday; the day after one is busier than it would be."""
    assert day_weight(date(2026, 11, 20), black_awareness_day) == 0
    assert day_weight(date(2026, 11, 21), black_awareness_day) > day_weight(date(2026, 11, 21), never)
    assert day_weight(date(2026, 11, 18), black_awareness_day) == day_weight(date(2026, 11, 18), never)


def test_tuesday_is_the_busiest_and_sunday_empty() -> None:
    """The weekday curve of DOMAIN 2.5, in a week without deadlines (2026-10-05 is a Monday)."""
    week = [day_weight(date(2026, 10, 5 + n), never) for n in range(7)]
    assert max(week) == week[1]
    assert week[4] == min(week[:5])
    assert week[6] == 0


def test_peaks_are_before_noon_and_in_the_afternoon() -> None:
    """10 to 11 and 14 to 16 are above lunch time, and the night is empty."""
    at = dict(zip(range(24), intraday_weights(np.arange(24) * 60 + 30), strict=True))
    assert min(at[10], at[14], at[15]) > 1.5 * max(at[12], at[13])
    assert at[3] == 0
