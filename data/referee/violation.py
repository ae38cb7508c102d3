"""What the referee reports, and how it names moments and days."""

from __future__ import annotations

from dataclasses import dataclass

from data.model import MISSING, PlanningAxis


@dataclass(frozen=True, order=True)
class Violation:
    """One hard rule broken at one place.

    Attributes:
        rule: code of the rule, a key of `data.referee.RULES`.
        where: who and when; identifiers are surrogates, times are those of the service's zone (Brasília).
        what: what was found and what was expected.
    """

    rule: str
    where: str
    what: str


class Clock:
    """Puts minutes of the planning axis and day numbers into words; never fails, however odd the number."""

    def __init__(self, axis: PlanningAxis) -> None:
        self._axis = axis
        self._moments: dict[int, str] = {}

    def moment(self, minute: int) -> str:
        """Weekday, date and time, such as ``Mon 2026-11-30 09:00``."""
        known = self._moments.get(minute)
        if known is None:
            known = self._moments[int(minute)] = self._moment(int(minute))
        return known

    def _moment(self, minute: int) -> str:
        if minute == MISSING:
            return "no time"
        try:
            return f"{self._axis.instant_of(minute):%a %Y-%m-%d %H:%M}"
        except (OverflowError, ValueError):
            return f"minute {minute} of the horizon"

    def day(self, day: int) -> str:
        """Weekday and date of a day number."""
        try:
            return f"{self._axis.date_of(day):%a %Y-%m-%d}"
        except (OverflowError, ValueError):
            return f"day {day} of the horizon"

    def span(self, start: int, end: int) -> str:
        """An interval; the date is said once when both ends share it."""
        first, last = self.moment(start), self.moment(end)
        if first[:-5] == last[:-5]:
            return f"{first}-{last[-5:]}"
        return f"{first} to {last}"


def hours(minutes: int) -> str:
    """A length of time, such as ``7 h 30 min``."""
    whole, rest = divmod(abs(int(minutes)), 60)
    sign = "-" if minutes < 0 else ""
    if not whole:
        return f"{sign}{rest} min"
    return f"{sign}{whole} h" if not rest else f"{sign}{whole} h {rest} min"
