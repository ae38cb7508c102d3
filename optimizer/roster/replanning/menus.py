"""Menus for replanning: published duties can be chosen as they are, and nothing begins before now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.model import Break, Case, Duty, LabourRegime
from optimizer.roster.breaks import BREAK_RULES
from optimizer.roster.kinds import NO_TYPE
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.rules import Shift, Terms
from optimizer.roster.shapes import DutyShape


class ReplanningMenus(MenuMaker):
    """Makes the day menus of a case, with the published duties besides.

    Args:
        case: the planning case.
        published: duties that agents may keep; each is on the menus of its day.
        now: minute before which no duty on a menu starts.
        like: see `MenuMaker`.
    """

    def __init__(
        self, case: Case, published: Sequence[Duty], now: int, like: MenuMaker | None = None
    ) -> None:
        super().__init__(case, like)
        self._now = now
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
            and not self._holds(base, duty, self._types.shift(duty, regime))
        ]
        if base is not None and base.earliest >= self._now and not kept:
            return base
        shapes: list[DutyShape] = []
        listed: list[tuple[Shift, int]] = []
        if base is not None:
            shapes += base.shapes
            shifts = [base.shifts[place] for place in base.shift_of.tolist()]
            pairs = zip(shifts, base.shape.tolist(), strict=True)
            listed += [(shift, shape) for shift, shape in pairs if shift.start >= self._now]
        for duty in kept:
            listed.append((self._types.shift(duty, regime), len(shapes)))
            shapes.append(shape_of(duty))
        return self._menu_of(
            np.array([shift.start for shift, _ in listed], dtype=np.int64),
            np.array([place for _, place in listed], dtype=np.int64),
            np.array([NO_TYPE if s.type is None else s.type for s, _ in listed], dtype=np.int64),
            tuple(shapes),
            np.array([shift.work for shift, _ in listed], dtype=np.int64),
            np.array([shift.uncertain for shift, _ in listed], dtype=np.int64),
            day,
        )

    @staticmethod
    def _holds(base: DayMenu | None, duty: Duty, shift: Shift) -> bool:
        """Whether a menu has this very duty, and counts no more work for it than its breaks make certain."""
        place = None if base is None else place_of(base, duty)
        return (
            base is not None
            and place is not None
            and base.shifts[int(base.shift_of[place])].work <= shift.work
        )


def shape_of(duty: Duty) -> DutyShape:
    """A duty relative to its start."""
    breaks = tuple(Break(b.start - duty.start, b.end - duty.start, b.kind) for b in duty.breaks)
    return DutyShape(duty.work_minutes, duty.end - duty.start, breaks)


def place_of(menu: DayMenu, duty: Duty) -> int | None:
    """Where a menu has this very duty, breaks included, for the least work; None when it does not."""
    wanted = shape_of(duty)
    for place, shift in enumerate(menu.shifts):
        if (shift.start, shift.end) == (duty.start, duty.end):
            for row in range(int(menu.first[place]), int(menu.first[place + 1])):
                if menu.shapes[int(menu.shape[row])] == wanted:
                    return row
    return None
