"""When customers can come and when they would like to: windows, daily hours, wishes and dates of booking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.generator.chance import Streams, between, pick
from data.generator.people import ZONES, People
from data.generator.requests import Requests
from data.generator.workdays import Workdays
from data.model import MISSING
from data.model.columns import IntArray

NARROW, ONE_DAY, SEVERAL_DAYS = range(3)
"""Kinds of windows: under 4 hours; longer, within a day; over two days or more."""

NARROW_SHARE: Final = 0.35
SEVERAL_DAYS_SHARE: Final = 0.35

NARROW_MINUTES: Final = np.array([60, 90, 120, 150, 180, 210])
NARROW_WEIGHTS: Final = (0.08, 0.17, 0.27, 0.20, 0.16, 0.12)
ONE_DAY_MINUTES: Final = np.array([240, 300, 360, 480, 720])
ONE_DAY_WEIGHTS: Final = (0.25, 0.20, 0.15, 0.10, 0.30)
WIDEST_DAYS: Final = 5
"""Open days that a window reaches beyond the day of the planted session, at most."""

WHOLE_DAY: Final = (8 * 60, 20 * 60)
DAILY_HOURS: Final = (
    (WHOLE_DAY, 0.55),
    ((9 * 60, 18 * 60), 0.14),
    ((8 * 60, 12 * 60), 0.11),
    ((13 * 60, 18 * 60), 0.12),
    ((12 * 60, 14 * 60), 0.03),
    ((17 * 60, 20 * 60), 0.05),
)
"""Local hours in which customers with wide windows can attend."""

PEAKS: Final = ((10 * 60 + 30, 50.0, 0.38), (15 * 60, 65.0, 0.40), (13 * 60 + 30, 240.0, 0.22))
"""Wished times of day: middle, spread (minutes) and share; peaks as in DOMAIN 2.5, and the rest."""

DAY_OF_WISH: Final = (0.40, 0.25, 0.20, 0.15)
"""First, second, ... open day of the window."""

NO_WISH_SHARE: Final = 0.05
MEAN_LEAD_DAYS: Final = (1.2, 2.0, 3.5)
"""By the kind of window: who can come on many days books ahead, who is pressed for time books late."""

LONGEST_LEAD_DAYS: Final = 25
STEP: Final = 15


@dataclass(frozen=True)
class Wishes:
    """Window and daily hours of each participant row; wish and date of booking of each booking."""

    window_start: IntArray
    window_end: IntArray
    daily_from: IntArray
    daily_until: IntArray
    preferred_start: IntArray
    booked_at: IntArray


def draw_wishes(
    workdays: Workdays, requests: Requests, people: People, zone_shift: IntArray, streams: Streams
) -> Wishes:
    """Draw windows that leave room for each request's place, and wishes that mostly lie elsewhere.

    Args:
        workdays: the open days.
        requests: the requests.
        people: who attends.
        zone_shift: minutes that clocks in each of ZONES differ from those of Brasília.
        streams: the random streams.
    """
    kind = _window_kinds(workdays, people, len(requests), streams)
    start, end = _windows(workdays, requests, people.booking, kind, streams)
    daily_from, daily_until = _daily_hours(workdays, requests, people, kind, zone_shift, streams)
    wish = _wishes(workdays, requests, people, (start, end), (daily_from, daily_until), zone_shift, streams)
    rng = streams.of("booked at")
    lead = np.minimum(
        -np.log1p(-rng.random(len(requests))) * np.array(MEAN_LEAD_DAYS)[kind], LONGEST_LEAD_DAYS
    )
    booked_at = workdays.plan.as_of_minute - 5 - np.floor(lead * 1440).astype(np.int64)
    return Wishes(start, end, daily_from, daily_until, wish, booked_at)


def _window_kinds(workdays: Workdays, people: People, count: int, streams: Streams) -> IntArray:
    """Kind of window of each booking; the shares hold among bookings with one, two or more participants."""
    rng = streams.of("kinds of windows")
    several = SEVERAL_DAYS_SHARE if len(workdays) > 1 else 0.0
    attending = np.bincount(people.booking, minlength=count)
    kind = np.full(count, ONE_DAY, dtype=np.int64)
    for number in np.unique(attending).tolist():
        rows = rng.permutation(np.flatnonzero(attending == number))
        narrow = int(np.ceil(NARROW_SHARE * len(rows)))
        kind[rows[:narrow]] = NARROW
        kind[rows[narrow : narrow + int(np.ceil(several * len(rows)))]] = SEVERAL_DAYS
    return kind


def _windows(
    workdays: Workdays, requests: Requests, booking: IntArray, kind: IntArray, streams: Streams
) -> tuple[IntArray, IntArray]:
    """Window of each participant: around the request's place, which is anywhere in it."""
    rng = streams.of("windows")
    rows = len(booking)
    start, end = requests.start[booking], requests.end[booking]
    day = workdays.rank_of(start)
    opens, closes = workdays.opens[day], workdays.closes[day]
    length = np.where(
        kind[booking] == NARROW,
        NARROW_MINUTES[pick(rng, rows, NARROW_WEIGHTS)],
        ONE_DAY_MINUTES[pick(rng, rows, ONE_DAY_WEIGHTS)],
    )
    length = np.minimum(length, closes - opens)
    low = np.maximum(opens, end - length)
    high = np.minimum(start, closes - length)
    begin = low + np.floor(rng.random(rows) * (high - low + 1)).astype(np.int64)
    rounded = begin // STEP * STEP
    begin = np.where(rounded >= low, rounded, begin // 5 * 5)
    last = len(workdays) - 1
    from_day = between(rng, np.maximum(0, day - WIDEST_DAYS), day)
    to_day = between(rng, day, np.minimum(last, day + WIDEST_DAYS))
    alone = from_day == to_day
    to_day = np.where(alone & (day < last), day + 1, to_day)
    from_day = np.where(alone & (day == last), np.maximum(0, day - 1), from_day)
    several = kind[booking] == SEVERAL_DAYS
    return (
        np.where(several, workdays.opens[from_day], begin),
        np.where(several, workdays.closes[to_day], begin + length),
    )


def _daily_hours(
    workdays: Workdays,
    requests: Requests,
    people: People,
    kind: IntArray,
    zone_shift: IntArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """Local hours of each participant; those that would exclude the request's place are widened."""
    rng = streams.of("daily hours")
    rows = len(people.booking)
    hours = np.array([pair for pair, _ in DAILY_HOURS])[pick(rng, rows, [share for _, share in DAILY_HOURS])]
    start = requests.start[people.booking]
    local = start - workdays.midnight[workdays.rank_of(start)] + zone_shift[people.zone[people.person]]
    ends = local + requests.duration[people.booking]
    whole = (kind[people.booking] == NARROW) | (local < hours[:, 0]) | (ends > hours[:, 1])
    hours = np.where(whole[:, None], np.array(WHOLE_DAY), hours)
    return hours[:, 0], hours[:, 1]


def _wishes(
    workdays: Workdays,
    requests: Requests,
    people: People,
    windows: tuple[IntArray, IntArray],
    hours: tuple[IntArray, IntArray],
    zone_shift: IntArray,
    streams: Streams,
) -> IntArray:
    """Wished start of each booking, near a peak of the day, as early in the window as may be.

    It lies within the windows and hours of the first participant listed (the holder, unless deceased).
    """
    rng = streams.of("wishes")
    count = len(requests)
    first = np.flatnonzero(np.diff(people.booking, prepend=-1))
    low, high = windows[0][first], windows[1][first] - requests.duration
    shift = zone_shift[people.zone[people.person[first]]]
    first_day = workdays.rank_of(low)
    last_day = workdays.rank_of(np.maximum(high, low))
    day = np.minimum(last_day, first_day + pick(rng, count, DAY_OF_WISH))
    peak = pick(rng, count, [share for *_, share in PEAKS])
    middle = np.array([m for m, *_ in PEAKS])[peak]
    spread = np.array([s for _, s, _ in PEAKS])[peak]
    clock = middle + spread * (rng.random((3, count)).sum(axis=0) * 2 - 3)
    clock = np.round(clock / STEP).astype(np.int64) * STEP
    clock = np.clip(clock, hours[0][first] - shift, hours[1][first] - shift - requests.duration)
    wish = np.clip(workdays.midnight[day] + clock, low, high) // 5 * 5
    return np.where(rng.random(count) < NO_WISH_SHARE, MISSING, wish).astype(np.int64)


def shifts_of_zones(workdays: Workdays) -> IntArray:
    """Minutes that clocks in each of ZONES differ from those of Brasília at noon of the first open day."""
    axis = workdays.plan.axis
    day = int(workdays.number[0])
    return np.array([axis.at(day, 720) - axis.at(day, 720, zone) for zone in ZONES], dtype=np.int64)
