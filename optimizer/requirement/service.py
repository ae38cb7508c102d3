"""What service is asked for, and how much of it a staffing gives."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.requirement.frame import Frame
from optimizer.requirement.played_day import PlayedDay
from simulation.kpis import ON_TIME_MINUTES

CUSTOMERS_OF_A_PERIOD = 10.0
"""A target is judged over as many intervals in a row as bring so many customers in the mean: a share of 2 %
says nothing of an interval to which somebody comes once a week."""

_FORM = re.compile(r"\s*([a-z_]+?)(?:_over_(\d+(?:\.\d+)?))?\s*(<=|>=)\s*([0-9.eE+-]+)\s*(%?)\s*")
_SIGNS = {"wait": "<=", "on_time_share": ">=", "rebooked_by_issuer": "<="}


@dataclass(frozen=True)
class ServiceTarget:
    """A limit for a share of the customers, in every period of the day.

    Attributes:
        figure: "wait" (who come in time and wait longer than `minutes`), "on_time_share" (who come in time
            and whose session begins at most 5 minutes after the appointment) or "rebooked_by_issuer" (of all
            appointments).
        minutes: of a long wait.
        limit: share, at most for waits and rebookings, at least for punctuality.
    """

    figure: str
    minutes: float
    limit: float

    @classmethod
    def parse(cls, text: str) -> ServiceTarget:
        """From wait_over_MINUTES<=SHARE, on_time_share>=SHARE or rebooked_by_issuer<=SHARE.

        Raises:
            ValueError: when it is none of these.
        """
        form = _FORM.fullmatch(text)
        name, minutes, sign, number, percent = form.groups() if form else ("", None, "", "", "")
        if _SIGNS.get(name) != sign or (minutes is not None) != (name == "wait"):
            raise ValueError(
                "expected wait_over_MINUTES<=SHARE, on_time_share>=SHARE or rebooked_by_issuer<=SHARE, for "
                f"example wait_over_10<=2%, got {text}"
            )
        try:
            limit = float(number) / (100.0 if percent else 1.0)
        except ValueError:
            limit = math.nan
        if not 0.0 <= limit <= 1.0:
            raise ValueError(f"{text}: expected a share from 0 to 1 or 0% to 100%, got {number}{percent}")
        return cls(name, float(minutes or 0.0), limit)

    def __str__(self) -> str:
        name = f"wait_over_{self.minutes:g}" if self.figure == "wait" else self.figure
        return f"{name}{_SIGNS[self.figure]}{self.limit:g}"

    @property
    def most_bad(self) -> float:
        """The largest share of customers who may be served badly."""
        return 1.0 - self.limit if self.figure == "on_time_share" else self.limit

    def counts(self, played: PlayedDay) -> tuple[BoolArray, BoolArray]:
        """Who is served badly, and who counts."""
        attending = ~np.isnan(played.wait)
        if self.figure == "wait":
            return np.asarray(attending & (played.wait > self.minutes)), attending
        if self.figure == "on_time_share":
            whole = attending & played.appointed
            return np.asarray(whole & ~(played.delay <= ON_TIME_MINUTES)), whole
        return np.asarray(played.rebooked & played.appointed), played.appointed


@dataclass(frozen=True, eq=False)
class Counts:
    """Customers by replication, target, interval and skill; shape (replications, targets, intervals, skills).

    Attributes:
        bad: served badly.
        whole: who count.
    """

    bad: FloatArray
    whole: FloatArray

    @classmethod
    def of(cls, days: Sequence[PlayedDay], targets: Sequence[ServiceTarget], frame: Frame) -> Counts:
        """Count the customers of some replications."""
        bad, whole = (np.zeros((len(days), len(targets), *frame.shape)) for _ in range(2))
        size = frame.intervals * len(frame.skills)
        for number, played in enumerate(days):
            cell = played.interval * len(frame.skills) + played.skill
            for place, target in enumerate(targets):
                for found, into in zip(target.counts(played), (bad, whole), strict=True):
                    into[number, place] = np.bincount(cell[found], minlength=size).reshape(frame.shape)
        return cls(bad, whole)


@dataclass(frozen=True, eq=False)
class Periods:
    """Intervals in a row over which the targets are judged.

    Attributes:
        number: of each interval; shape (intervals,).
        count: of all periods.
    """

    number: IntArray
    count: int

    @classmethod
    def of(cls, expected: FloatArray) -> Periods:
        """Cut the day where CUSTOMERS_OF_A_PERIOD have come; what is left at its end joins the last period.

        Args:
            expected: customers in the mean; shape (intervals,).
        """
        number = np.zeros(len(expected), dtype=np.int64)
        count, sum_ = 0, 0.0
        for interval, customers in enumerate(expected.tolist()):
            number[interval] = count
            sum_ += customers
            if sum_ >= CUSTOMERS_OF_A_PERIOD:
                count, sum_ = count + 1, 0.0
        number = np.minimum(number, max(count - 1, 0))
        return cls(number, max(count, 1))

    def sums(self, counts: FloatArray) -> FloatArray:
        """Customers of each period; shape (..., intervals, skills) to (..., periods)."""
        belongs = self.number[:, np.newaxis] == np.arange(self.count)
        return np.asarray(counts.sum(axis=-1) @ belongs)


def shares(bad: FloatArray, whole: FloatArray) -> FloatArray:
    """Parts of wholes; 0 where there is nobody."""
    return np.asarray(np.divide(bad, whole, out=np.zeros_like(bad), where=whole > 0.0))
