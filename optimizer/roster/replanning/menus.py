"""Menus for replanning: published duties can be chosen as they are, and nothing begins before now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.coverage import intervals_in_service
from data.model import Break, Case, Duty, LabourRegime
from optimizer.roster.breaks import BREAK_RULES
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.rules import Terms
from optimizer.roster.shapes import DutyShape
from optimizer.roster.team import shift_of


class ReplanningMenus(MenuMaker):
    """Makes the day menus of a case, with the published duties besides.

    Args:
        case: the planning case.
        published: duties that agents may keep; each is on the menus of its day.
        now: minute before which no duty on a menu starts.
    """

    def __init__(self, case: Case, published: Sequence[Duty], now: int) -> None:
        super().__init__(case)
        self._now = now
        self._interval = case.plan.demand_interval_minutes
        self._edges_of_days = case.axis.day_starts.tolist()
        self._published: list[list[Duty]] = [[] for _ in range(case.axis.days)]
        for duty in dict.fromkeys(Duty("", d.start, d.end, d.breaks) for d in published):
            self._published[case.axis.day_of(duty.start)].append(duty)
        self._extended: dict[tuple[int, LabourRegime, int], tuple[DayMenu | None, DayMenu | None]] = {}

    def menu(self, terms: Terms, day: int) -> DayMenu | None:
        """The menu of a day for agents on these terms; None when no duty is of use."""
        base = super().menu(terms, day)
        key = (id(base), terms.regimes[day], day)
        if key not in self._extended:
            self._extended[key] = (base, self._extend(base, terms.regimes[day], day))
        return self._extended[key][1]

    def _extend(self, base: DayMenu | None, regime: LabourRegime, day: int) -> DayMenu | None:
        kept = [
            duty
            for duty in self._published[day]
            if all(keeps(duty, regime) for _, keeps in BREAK_RULES)
            and (base is None or place_of(base, duty) is None)
        ]
        if base is not None and base.earliest >= self._now and not kept:
            return base
        shifts, shapes, columns = list(base.shifts if base else ()), list(base.shapes if base else ()), []
        own = [] if base is None else base.shift_of.tolist()
        rows = [
            (shift, int(base.shape[row]), row)
            for row, place in enumerate(own)
            if base is not None and (shift := shifts[place]).start >= self._now
        ]
        for duty in kept:
            columns.append(intervals_in_service([duty], self._interval))
            rows.append((shift_of(duty, day), len(shapes), -len(columns)))
            shapes.append(shape_of(duty))
        if not rows:
            return None
        rows.sort(key=lambda row: (row[0].start, row[0].end, row[0].work, row[1]))
        first = min(shift.start for shift, _, _ in rows) // self._interval
        last = -(-max(shift.end for shift, _, _ in rows) // self._interval)
        service = np.zeros((len(rows), last - first), dtype=np.int8)
        for place, (_, _, source) in enumerate(rows):
            if source >= 0 and base is not None:
                low, high = max(first, base.when.start), min(last, base.when.stop)
                service[place, low - first : high - first] = base.service[
                    source, low - base.when.start : high - base.when.start
                ]
            else:
                for start, end in columns[-source - 1]:
                    service[place, start - first : end - first] = 1
        distinct = tuple(dict.fromkeys(shift for shift, _, _ in rows))
        position = {shift: n for n, shift in enumerate(distinct)}
        counts = np.bincount([position[shift] for shift, _, _ in rows], minlength=len(distinct))
        return DayMenu(
            shifts=distinct,
            first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            shape=np.array([shape for _, shape, _ in rows], dtype=np.int64),
            shapes=tuple(shapes),
            when=slice(first, last),
            service=service,
            day_start=self._edges_of_days[day],
        )


def shape_of(duty: Duty) -> DutyShape:
    """A duty relative to its start."""
    breaks = tuple(Break(b.start - duty.start, b.end - duty.start, b.kind) for b in duty.breaks)
    return DutyShape(duty.work_minutes, duty.end - duty.start, breaks)


def place_of(menu: DayMenu, duty: Duty) -> int | None:
    """Where a menu has this very duty, breaks included; None when it does not."""
    wanted = shape_of(duty)
    for place, shift in enumerate(menu.shifts):
        if (shift.start, shift.end, shift.work) == (duty.start, duty.end, duty.work_minutes):
            for row in range(int(menu.first[place]), int(menu.first[place + 1])):
                if menu.shapes[int(menu.shape[row])] == wanted:
                    return row
    return None
