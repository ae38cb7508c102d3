"""Instants, dates and times of day as text.

An instant is written in ISO 8601 with its offset. Without an offset it is wall time in the zone of the
service, Brasília's by default (R4); then it is refused when the clocks skipped that time or showed it twice.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from data.model import PlanningAxis

FIRST_YEAR, LAST_YEAR = 1970, 2100
FIRST_YEAR_OF_A_DAY = 1900

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ISO_DAY = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
_BRAZILIAN_DAY = r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"
_ISO_INSTANT = re.compile(
    rf"{_ISO_DAY}[T ]{_TIME}(?P<offset>Z|[+-]\d{{2}}:?\d{{2}}(?::00)?)?", re.ASCII | re.IGNORECASE
)
_BRAZILIAN_INSTANT = re.compile(rf"{_BRAZILIAN_DAY}[T ]+{_TIME}", re.ASCII)
_SECONDS = re.compile(r"[T ]\d{1,2}:\d{2}:(\d{2}(?:[.,]\d{1,9})?)", re.ASCII | re.IGNORECASE)
_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0{1,9})?)?)?"
_ISO_DATE = re.compile(_ISO_DAY + _MIDNIGHT, re.ASCII)
_BRAZILIAN_DATE = re.compile(_BRAZILIAN_DAY + _MIDNIGHT, re.ASCII)
_TIME_OF_DAY = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00(?:\.0{1,9})?)?", re.ASCII)

EXPECTED_INSTANT = "expected an instant such as 2026-11-30T08:00:00-03:00 (or 30/11/2026 08:00, in Brasília)"
EXPECTED_DAY = "expected a date such as 2026-11-30 (or 30/11/2026)"
EXPECTED_TIME = "expected a time from 00:00 to 24:00"


def parse_instant(text: str, axis: PlanningAxis, *, floor: bool) -> int:
    """Minute on the planning axis.

    With `floor`, seconds are cut off; else they must be zero.

    Raises:
        ValueError: the message is what was expected.
    """
    match = _ISO_INSTANT.fullmatch(text) or _BRAZILIAN_INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(EXPECTED_INSTANT)
    part = match.groupdict()
    try:
        local = datetime(  # noqa: DTZ001 - the zone comes below
            int(part["year"]), int(part["month"]), int(part["day"]),
            int(part["hour"]), int(part["minute"]), int(part["second"] or 0),
        )  # fmt: skip
    except ValueError:
        raise ValueError(f"{EXPECTED_INSTANT}; there is no such date or time") from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise ValueError(f"expected an instant of the years {FIRST_YEAR} to {LAST_YEAR}")
    if local.second and not floor:
        raise ValueError("expected a whole minute, without seconds")
    offset = part.get("offset")
    if offset:
        return axis.minute_of(local.replace(tzinfo=_zone_of_offset(offset)))
    return _minute_of_wall_time(local, axis)


def parse_moment(text: str, axis: PlanningAxis) -> float:
    """Minutes on the planning axis, seconds and their fractions included.

    Raises:
        ValueError: the message is what was expected.
    """
    minute = parse_instant(text, axis, floor=True)
    seconds = _SECONDS.search(text)
    return minute + (float(seconds[1].replace(",", ".")) / 60.0 if seconds else 0.0)


def _zone_of_offset(offset: str) -> timezone:
    if offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:4])
    if hours > 15 or minutes > 59:
        raise ValueError("expected an offset from UTC such as -03:00")
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if offset[0] == "-" else size)


def _minute_of_wall_time(local: datetime, axis: PlanningAxis) -> int:
    """R4: the minute at which clocks of the service's zone show this time, if they do so just once."""
    earlier = local.replace(tzinfo=axis.zone, fold=0)
    if earlier.utcoffset() != local.replace(tzinfo=axis.zone, fold=1).utcoffset():
        exists = earlier.astimezone(UTC).astimezone(axis.zone).replace(tzinfo=None) == local
        why = "was shown twice" if exists else "was skipped"
        raise ValueError(f"expected an offset: this wall time {why} when the clocks changed")
    return axis.minute_of(earlier)


def parse_day(text: str, axis: PlanningAxis) -> int:
    """Days since the first day of the horizon.

    Raises:
        ValueError: the message is what was expected.
    """
    match = _ISO_DATE.fullmatch(text) or _BRAZILIAN_DATE.fullmatch(text)
    if match is None:
        raise ValueError(EXPECTED_DAY)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"{EXPECTED_DAY}; there is no such date") from None
    if not FIRST_YEAR_OF_A_DAY <= day.year <= LAST_YEAR:
        raise ValueError(f"expected a date of the years {FIRST_YEAR_OF_A_DAY} to {LAST_YEAR}")
    return axis.day_number(day)


def parse_time_of_day(text: str) -> int:
    """Minutes since midnight, 0 to 1440.

    Raises:
        ValueError: the message is what was expected.
    """
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        raise ValueError(EXPECTED_TIME)
    hour, minute = int(match["hour"]), int(match["minute"])
    if minute > 59 or hour * 60 + minute > 1440:
        raise ValueError(EXPECTED_TIME)
    return hour * 60 + minute


def format_instant(minute: int, axis: PlanningAxis) -> str:
    """ISO 8601 with the offset of the service's zone, such as ``2026-11-30T08:00:00-03:00``."""
    return axis.instant_of(minute).isoformat(timespec="seconds")


def format_day(day: int, axis: PlanningAxis) -> str:
    """ISO 8601, such as ``2026-11-30``."""
    return axis.date_of(day).isoformat()


def format_time_of_day(minute: int) -> str:
    """``00:00`` to ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
