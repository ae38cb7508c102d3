"""The open days of a horizon as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from data.calendars import holiday_name, opening_intervals
from data.generator.seasonality import day_weight
from data.model import Plan
from data.model.columns import FloatArray, IntArray


@dataclass(frozen=True)
class Workdays:
    """The days of the horizon on which the service is open, in order.

    Attributes:
        number: day number of each open day.
        opens: minute on the planning axis at which it opens.
        closes: minute by which sessions must have ended.
        weekday: 0 is Monday.
        midnight: minute that clock times of the day count from (exact within the opening hours).
    """

    plan: Plan
    number: IntArray
    opens: IntArray
    closes: IntArray
    weekday: IntArray
    midnight: IntArray

    @classmethod
    def of(cls, plan: Plan) -> Workdays:
        """The open days of a plan.

        Raises:
            ValueError: when the service is closed on all days.
        """
        axis = plan.axis
        rows = [
            (day, hours[0], hours[1], axis.date_of(day).weekday(), hours[0] - axis.minute_of_day(hours[0]))
            for day, hours in enumerate(opening_intervals(plan))
            if hours is not None
        ]
        if not rows:
            raise ValueError(f"the service is closed on every day of the horizon, from {plan.first_day} on")
        return cls(plan, *(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))

    def __len__(self) -> int:
        return len(self.number)

    def holiday(self, day: date) -> bool:
        """Whether a date is a holiday of the service's place."""
        calendar = self.plan.calendar
        return holiday_name(day, calendar.state, calendar.city, calendar.holiday_overrides) is not None

    @cached_property
    def weights(self) -> FloatArray:
        """How busy each open day is."""
        axis = self.plan.axis
        return np.array([day_weight(axis.date_of(day), self.holiday) for day in self.number.tolist()])

    def rank_of(self, minutes: IntArray) -> IntArray:
        """Position among the open days of the day on which each minute falls."""
        return np.searchsorted(self.opens, minutes, side="right").astype(np.int64) - 1
