"""Day menus: the duties that an agent on given terms may choose from on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.model import Case, LabourRegime
from data.model.columns import BoolArray, FloatArray, IntArray
from data.night_hours import CLOCK_MINUTES, counted_minutes, night_presence
from optimizer.roster.kinds import NO_TYPE, TYPE, WORK, table_of
from optimizer.roster.piece_sums import sums_over_pieces
from optimizer.roster.rules import Shift, Terms
from optimizer.roster.shapes import GRID, DutyShape, duty_shapes, shapes_of_presence, shapes_of_work
from optimizer.roster.shift_types import ShiftTypes

QUARTER = 15
"""Duties start, and their breaks begin, at multiples of a quarter of an hour, unless the demand intervals are
such that other steps cut fewer of them."""

IDLE_STEP = 60
"""The same on days without demand."""

MOST_DUTIES = 6_000
"""About how many duties a menu may hold; with more starts, fewer placements of breaks are tried for each."""

FEWEST_PLACEMENTS = 40

LENGTHS_OF_MEAL = 5
"""About how many lengths of meal a duty of a shift type may have."""

Span = tuple[int, int]
SingleArray = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class DayMenu:
    """The duties of one day, ordered by shift; duties of one shift differ in their breaks.

    Attributes:
        shifts: the shifts.
        first: position of the first duty of each shift, and the number of duties; shape (shifts + 1,).
        shape: shape of each duty, a position in `shapes`; shape (duties,).
        shapes: the shapes.
        when: the intervals of the horizon to which the columns of `service` belong.
        service: 1 where a duty is in service for a whole interval; shape (duties, intervals of `when`).
        pieces: the same as half-open ranges of columns, first and end in turn, empty ones where a duty has
            fewer pieces than another; shape (duties, 2 x pieces).
        day_start: minute at which the day begins.
    """

    shifts: tuple[Shift, ...]
    first: IntArray
    shape: IntArray
    shapes: tuple[DutyShape, ...]
    when: slice
    service: NDArray[np.int8]
    pieces: NDArray[np.int16]
    day_start: int

    @property
    def earliest(self) -> int:
        """The first minute at which a duty of the menu starts."""
        return self.shifts[0].start

    @cached_property
    def table(self) -> IntArray:
        """The shifts as numbers (`optimizer.roster.kinds`); shape (shifts, 5)."""
        return table_of(self.shifts)

    @cached_property
    def work(self) -> SingleArray:
        """Minutes of work of each shift, as the law counts them; shape (shifts,)."""
        return self.table[:, WORK].astype(np.float32)

    @cached_property
    def clock_work(self) -> IntArray:
        """Minutes of work of each shift by the clock; shape (shifts,)."""
        return np.array([self.shapes[place].work for place in self.shape[self.first[:-1]]], dtype=np.int64)

    @cached_property
    def shift_of(self) -> IntArray:
        """The shift of each duty; shape (duties,)."""
        return np.repeat(np.arange(len(self.shifts)), np.diff(self.first))

    @cached_property
    def start_of_day(self) -> FloatArray:
        """Minutes from the start of the day to the start of each duty; shape (duties,)."""
        starts = np.array([shift.start - self.day_start for shift in self.shifts], dtype=np.float64)
        return starts[self.shift_of]

    @cached_property
    def types(self) -> IntArray:
        """The shift type of each shift, -1 for none; shape (shifts,)."""
        return self.table[:, TYPE]

    def shift_values(
        self, values: SingleArray, tie_break: SingleArray | None = None
    ) -> tuple[SingleArray, SingleArray]:
        """The value of every duty, and of the best duty of every shift, when intervals have these values."""
        before = np.concatenate([np.zeros(1), np.cumsum(values[self.when], dtype=np.float64)])
        if tie_break is None:
            tie_break = np.zeros(len(self.shape), dtype=np.float32)
        each: SingleArray
        best: SingleArray
        each, best = sums_over_pieces(self.pieces, self.first, before, tie_break)
        return each, best

    def best_of_shift(self, each: SingleArray, shift: int) -> int:
        """The duty of a shift with the highest of the values that `shift_values` gave."""
        low, high = int(self.first[shift]), int(self.first[shift + 1])
        return low + int(np.argmax(each[low:high]))


def useful_spans(case: Case) -> list[Span | None]:
    """For each day, the minutes within which duties that start on it are of use; None without demand.

    From the first to the last interval with demand; where demand goes on through midnight, to the last one of
    the next day.
    """
    length = case.plan.demand_interval_minutes
    asked = np.unique(case.demand.starts_at[case.demand.required > 0])
    spans: list[Span | None] = []
    edges = case.axis.day_starts.tolist()
    for day in range(case.axis.days):
        here = asked[(asked >= edges[day]) & (asked < edges[day + 1])]
        if not len(here):
            spans.append(None)
            continue
        end = int(here[-1]) + length
        if end >= edges[day + 1] and day + 1 < case.axis.days and edges[day + 1] in asked:
            end = int(asked[asked < edges[day + 2]][-1]) + length
        spans.append((int(here[0]), end))
    return spans


class MenuMaker:
    """Makes the day menus of a case, each once.

    Args:
        case: the planning case.
        like: another maker, of a case with the same plan, demand and shift types: what it has made is used.
    """

    def __init__(self, case: Case, like: MenuMaker | None = None) -> None:
        self._types = ShiftTypes(case)
        self._axis = case.axis
        self._edges = case.axis.day_starts.tolist()
        self._length = case.plan.demand_interval_minutes
        divides = QUARTER % self._length == 0
        self._step = QUARTER if divides else self._length
        self._break_step = QUARTER if divides or self._length % QUARTER == 0 else self._length
        self._spans = useful_spans(case)
        self._made: dict[tuple[LabourRegime, int, int, int, int | None, bool, int], DayMenu | None] = (
            {} if like is None else like._made
        )

    def menu(self, terms: Terms, day: int) -> DayMenu | None:
        """The menu of a day for agents on these terms; None when no duty is of use.

        Where days must come in runs, a day without demand may be worked for the sake of others: it has the
        shortest duties that the terms allow; and some of every length, where the contract asks for an amount
        of work. Where there are shift types, all of them are on the menu of every day.
        """
        idle = self._spans[day] is None and terms.asks_for_work and not self._types.any
        shortest = terms.min_duty_minutes or 0 if idle else None
        key = (
            terms.regimes[day],
            terms.normal_minutes(day),
            terms.longest_duty(day),
            terms.weekly_minutes,
            shortest,
            idle and bool(terms.min_horizon_minutes),
            day,
        )
        if key not in self._made:
            self._made[key] = (
                self._make_of_types(terms.regimes[day], terms.longest_duty(day), day)
                if self._types.any
                else self._make(*key)
            )
        return self._made[key]

    def _make_of_types(self, regime: LabourRegime, longest_duty: int, day: int) -> DayMenu | None:
        """Duties of every shift type, with some placements of their breaks each."""
        shapes: list[DutyShape] = []
        starts: list[int] = []
        types: list[int] = []
        most = max(FEWEST_PLACEMENTS, MOST_DUTIES // (len(self._types.times) * LENGTHS_OF_MEAL))
        for kind, start in self._types.on_day(day):
            minutes = self._types.times[kind][1]
            # Breaks cut fewest intervals when they begin where intervals do, counted from midnight.
            step = self._break_step if start % self._break_step == 0 else GRID
            found = shapes_of_presence(regime, longest_duty, minutes, step, most)
            for shape in _distinct(found, self._length, start % self._length):
                starts.append(start)
                types.append(kind)
                shapes.append(shape)
        place = np.arange(len(shapes))
        start_of, type_of = np.array(starts, dtype=np.int64), np.array(types, dtype=np.int64)
        least, most_work = self._counted(regime, start_of, shapes)
        return self._menu_of(start_of, place, type_of, tuple(shapes), most_work, most_work - least, day)

    def _counted(
        self, regime: LabourRegime, start: IntArray, shapes: Sequence[DutyShape]
    ) -> tuple[IntArray, IntArray]:
        """Work of duties as the law counts it, at least and at most, wherever in them the meal lies."""
        work, presence = (
            np.array([getattr(shape, name) for shape in shapes], dtype=np.int64)
            for name in ("work", "presence")
        )
        night = night_presence(self._axis, start, start + presence)
        outside = np.maximum(night - (presence - work), 0)
        return counted_minutes(regime, work, outside, np.minimum(night, work))

    def _make(
        self,
        regime: LabourRegime,
        normal: int,
        longest: int,
        weekly: int,
        shortest_idle: int | None,
        every_length: bool,
        day: int,
    ) -> DayMenu | None:
        span, step = self._spans[day], self._step
        day_start, day_end, end = self._edges[day], self._edges[day + 1], self._edges[-1]
        if span is None:
            if shortest_idle is None:
                return None
            span, step = (day_start, day_end), IDLE_STEP
        most = max(FEWEST_PLACEMENTS, MOST_DUTIES * self._step // max(span[1] - span[0], 1))
        shapes = _distinct(
            duty_shapes(regime, normal, longest, weekly, span[1] - span[0], self._break_step, most),
            self._length,
        )
        if shortest_idle is not None:
            enough = [shape for shape in shapes if shape.work >= shortest_idle]
            enough.sort(key=lambda shape: (shape.work, _in_service(shape, self._length).sum()))
            of_length: dict[int, DutyShape] = {}
            for shape in enough:
                of_length.setdefault(shape.work, shape)
            shapes = tuple(of_length.values())[: None if every_length else 1]
        shortest = min((shape.presence for shape in shapes), default=0)
        missing = max(0, shortest - (span[1] - span[0]))
        span = (max(span[0] - missing, day_start), min(span[1] + missing, end))
        groups: dict[tuple[int, int], list[DutyShape]] = {}
        for shape in shapes:
            groups.setdefault((shape.work, shape.presence), []).append(shape)
        listed: list[DutyShape] = []
        start: list[IntArray] = []
        place: list[IntArray] = []
        work: list[IntArray] = []
        uncertain: list[IntArray] = []
        for (length, presence), by_day in groups.items():
            for shorter in self._night_lengths(regime, length):
                found: Sequence[DutyShape] = by_day
                if shorter < length:
                    meal = presence - length
                    found = shapes_of_work(regime, shorter, meal, self._break_step, most)
                    found = _distinct(found, self._length)[: 1 if shortest_idle is not None else None]
                if not found:
                    continue
                begin = self._starts(span, found[0].presence, step, day_start, day_end, end)
                starts = np.array(begin, dtype=np.int64)
                least, fits = self._filling(regime, starts, found[0], length)
                chosen = starts[fits]
                start.append(np.tile(chosen, len(found)))
                place.append(np.repeat(np.arange(len(listed), len(listed) + len(found)), len(chosen)))
                work.append(np.full(len(found) * len(chosen), length))
                uncertain.append(np.tile(length - least[fits], len(found)))
                listed += found
        if not listed:
            return None
        places = np.concatenate(place)
        return self._menu_of(
            np.concatenate(start),
            places,
            np.full(len(places), NO_TYPE),
            tuple(listed),
            np.concatenate(work),
            np.concatenate(uncertain),
            day,
        )

    def _night_lengths(self, regime: LabourRegime, length: int) -> range:
        """Minutes of work by the clock that may fill a length of work, as the law counts it."""
        shortest = length * CLOCK_MINUTES // (CLOCK_MINUTES + 1) // GRID * GRID
        return range(length, (shortest if regime.night_rule else length) - 1, -GRID)

    def _filling(
        self, regime: LabourRegime, starts: IntArray, shape: DutyShape, length: int
    ) -> tuple[IntArray, BoolArray]:
        """Work of a shape by its start, at least, and whether it is the longest that the length has room for.

        The work of a duty is rounded up to one of few lengths, so that few sums of a week are told apart.
        """
        least, most = self._counted(regime, starts, [shape] * len(starts))
        if shape.work == length:
            return least, most == length
        longer = DutyShape(shape.work + GRID, shape.presence + GRID, ())
        return least, (most <= length) & (most > shape.work) & (
            self._counted(regime, starts, [longer] * len(starts))[1] > length
        )

    def _menu_of(
        self,
        start: IntArray,
        place: IntArray,
        types: IntArray,
        shapes: tuple[DutyShape, ...],
        work: IntArray,
        uncertain: IntArray,
        day: int,
    ) -> DayMenu | None:
        """The menu of these duties.

        Each is given by start, position of the shape, shift type or -1, work as the law counts it, and the
        minutes of it that the law may not count.
        """
        if not len(place):
            return None
        by_clock = np.array([shape.work for shape in shapes], dtype=np.int64)[place]
        ends = start + np.array([shape.presence for shape in shapes], dtype=np.int64)[place]
        order = np.lexsort((place, uncertain, by_clock, types, work, ends, start))
        spans = np.stack([start, ends, work, types, uncertain, by_clock], axis=1)[order]
        place = place[order]
        new = np.append(True, (spans[1:] != spans[:-1]).any(axis=1))
        first_column = int(start.min()) // self._length
        columns = -(-int(ends.max()) // self._length) - first_column
        pieces = _pieces(shapes, place, spans[:, 0], self._length) - first_column
        return DayMenu(
            shifts=tuple(
                Shift(day, begin, end, minutes, None if kind == NO_TYPE else kind, unsure)
                for begin, end, minutes, kind, unsure, _ in spans[new].tolist()
            ),
            first=np.append(np.flatnonzero(new), len(place)).astype(np.int64),
            shape=place,
            shapes=shapes,
            when=slice(first_column, first_column + columns),
            service=_service(pieces, columns),
            pieces=pieces.astype(np.int16),
            day_start=self._edges[day],
        )

    def _starts(self, span: Span, presence: int, step: int, day_start: int, day_end: int, end: int) -> range:
        """Starts within the useful span, a last interval begun included."""
        beyond = self._length - 1 if presence % self._length else 0
        first = max(span[0], day_start)
        last = min(span[1] + beyond - presence, day_end - 1, end - presence)
        return range(-(-first // step) * step, last + 1, step)


def _in_service(shape: DutyShape, length: int, offset: int = 0) -> IntArray:
    """1 for each interval in service, for a duty that starts so many minutes after an interval does."""
    service = np.zeros(-(-(offset + shape.presence) // length), dtype=np.int64)
    for start, end in shape.segments():
        service[-(-(offset + start) // length) : (offset + end) // length] = 1
    return service


def _pieces(shapes: Sequence[DutyShape], place: IntArray, start: IntArray, length: int) -> IntArray:
    """Whole intervals in service of duties: half-open ranges, then empty ones; shape (duties, 2 x pieces)."""
    offset = start % length
    pairs, which = np.unique(np.stack([place, offset], axis=1), axis=0, return_inverse=True)
    ranges = [
        [(-(-(by + begin) // length), (by + end) // length) for begin, end in shapes[number].segments()]
        for number, by in pairs.tolist()
    ]
    pieces = np.zeros((len(pairs), 2 * max(len(listed) for listed in ranges)), dtype=np.int64)
    for row, listed in enumerate(ranges):
        kept = [edge for first, last in listed if first < last for edge in (first, last)]
        pieces[row, : len(kept)] = kept
    return pieces[which.reshape(-1)] + (start // length)[:, None]


def _service(pieces: IntArray, columns: int) -> NDArray[np.int8]:
    """1 in every column of each row's ranges."""
    change = np.zeros((len(pieces), columns + 1), dtype=np.int8)
    rows = np.arange(len(pieces))
    for first, last in zip(pieces[:, ::2].T, pieces[:, 1::2].T, strict=True):
        np.add.at(change, (rows, first), 1)
        np.add.at(change, (rows, last), -1)
    return np.cumsum(change[:, :-1], axis=1, dtype=np.int8)


def _distinct(shapes: Sequence[DutyShape], length: int, offset: int = 0) -> tuple[DutyShape, ...]:
    """One shape of each length of presence, work and service; the first listed stands for its likes."""
    kept: dict[tuple[int, int, bytes], DutyShape] = {}
    for shape in shapes:
        kept.setdefault((shape.presence, shape.work, _in_service(shape, length, offset).tobytes()), shape)
    return tuple(kept.values())
