"""Numbers, dates and times as Brazilians and English speakers write them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Language = Literal["pt-BR", "en"]

NOT_KNOWN = "\u2013"
"""Stands for a number that nobody knows."""

WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "pt-BR": (
        "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo",
    ),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}  # fmt: skip
SHORT_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "pt-BR": ("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_BRAZILIAN_SIGNS = str.maketrans({",": ".", ".": ","})


@dataclass(frozen=True)
class Formats:
    """Formats of one language; a number that is not finite, or None, is shown as a dash."""

    language: Language = "pt-BR"

    def decimal(self, value: float | None, places: int = 1) -> str:
        """A number with a fixed number of decimal places and separated thousands."""
        if value is None or not math.isfinite(value):
            return NOT_KNOWN
        written = f"{value:,.{places}f}"
        if not any(sign in "123456789" for sign in written):
            written = written.removeprefix("-")
        return written.translate(_BRAZILIAN_SIGNS) if self.language == "pt-BR" else written

    def integer(self, value: float | None) -> str:
        """A whole number with separated thousands."""
        return self.decimal(value, 0)

    def percent(self, fraction: float | None, places: int = 1) -> str:
        """A fraction as a percentage."""
        written = self.decimal(None if fraction is None else 100 * fraction, places)
        return written if written == NOT_KNOWN else f"{written}%"

    def minutes(self, value: float | None, places: int = 1) -> str:
        """A duration in minutes."""
        written = self.decimal(value, places)
        return written if written == NOT_KNOWN else f"{written} min"

    def hours(self, minutes: float | None, places: int = 0) -> str:
        """A duration, given in minutes, shown in hours."""
        written = self.decimal(None if minutes is None else minutes / 60, places)
        return written if written == NOT_KNOWN else f"{written} h"

    def span_of_time(self, minutes: int) -> str:
        """A duration in hours and minutes, such as 7h30."""
        sign, (hours, rest) = "-" if minutes < 0 else "", divmod(abs(minutes), 60)
        return f"{sign}{hours}h{rest:02d}"

    def money(self, value: float | None, places: int = 2) -> str:
        """An amount in reais."""
        written = self.decimal(value, places)
        return written if written == NOT_KNOWN else f"R$ {written}"

    def day(self, on: date) -> str:
        """A date without its year."""
        return f"{on:%d/%m}" if self.language == "pt-BR" else f"{on.day} {MONTHS[on.month - 1]}"

    def full_day(self, on: date) -> str:
        """A date with its year."""
        return f"{on:%d/%m/%Y}" if self.language == "pt-BR" else f"{on.day} {MONTHS[on.month - 1]} {on.year}"

    def weekday(self, on: date) -> str:
        """The whole name of the day of the week."""
        return WEEKDAYS[self.language][on.weekday()]

    def short_day(self, on: date) -> str:
        """A date with the abbreviated day of the week."""
        return f"{SHORT_WEEKDAYS[self.language][on.weekday()]} {self.day(on)}"

    def clock(self, minute_of_day: int) -> str:
        """A time of the day; minutes past 24:00 count on from 00:00."""
        minute_of_day %= 1440
        return f"{minute_of_day // 60:02d}:{minute_of_day % 60:02d}"

    def hour(self, minute_of_day: int) -> str:
        """A full hour, as axes show it."""
        hour = minute_of_day // 60 % 24
        return f"{hour:02d}h" if self.language == "pt-BR" else f"{hour:02d}:00"

    def instant(self, at: datetime) -> str:
        """A day and time, in the zone that the instant carries."""
        return f"{self.short_day(at.date())} {at:%H:%M}"

    def vega_locale(self) -> dict[str, Any]:
        """The signs that charts use for numbers."""
        decimal, thousands = (",", ".") if self.language == "pt-BR" else (".", ",")
        number = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["R$ ", ""]}
        return {"number": number}
