"""The shift types of a case as the rules see them: numbers instead of names."""

from __future__ import annotations

from data.model import Case, Duty, LabourRegime, tokens
from data.night_hours import counted_work
from optimizer.roster.rules import Shift


class ShiftTypes:
    """The types of a case; the number of each is its position in the table.

    Attributes:
        names: of the types.
        times: start, a wall-clock minute of the day, and length of each type, minutes.
        number: of each name.
        successions: pairs of types of which the second may not follow the first on the next day.
    """

    def __init__(self, case: Case) -> None:
        table = case.shift_types
        self.names: tuple[str, ...] = tuple(table.shift_type.tolist())
        self.times: tuple[tuple[int, int], ...] = tuple(
            zip(table.starts.tolist(), table.minutes.tolist(), strict=True)
        )
        self.number = {name: n for n, name in enumerate(self.names)}
        self.successions = frozenset(
            (n, self.number[after])
            for n, cell in enumerate(table.not_followed_by.tolist())
            for after in tokens(cell)
        )
        self._axis = case.axis
        self._of_times = {times: n for n, times in enumerate(self.times)}
        self._limits: dict[str, list[tuple[int, int]]] = {}
        for row in case.shift_limits.rows():
            limit = (self.number[row["shift_type"]], row["most"])
            self._limits.setdefault(row["contract_id"], []).append(limit)

    @property
    def any(self) -> bool:
        """Whether there are types, so that every duty must be of one."""
        return bool(self.names)

    def limits(self, contract_id: str) -> tuple[tuple[int, int], ...]:
        """The types that a contract limits, in order, with the most duties of each in the horizon."""
        return tuple(sorted(self._limits.get(contract_id, ())))

    def on_day(self, day: int) -> list[tuple[int, int]]:
        """The types of duties that may start on a day, and the minute at which each starts.

        Duties end within the horizon; where the clocks are changed, a day may lack the time of a type.
        """
        starts = [(kind, self._axis.at(day, time_of_day)) for kind, (time_of_day, _) in enumerate(self.times)]
        return [
            (kind, start)
            for kind, start in starts
            if start + self.times[kind][1] <= self._axis.end
            and self.of(start, start + self.times[kind][1]) == kind
        ]

    def of(self, start: int, end: int) -> int | None:
        """The type of a duty between these minutes of the planning axis; None for none."""
        if not self.names:
            return None
        return self._of_times.get((self._axis.minute_of_day(start), end - start))

    def shift(self, duty: Duty, regime: LabourRegime) -> Shift:
        """A duty without its breaks, under the regime in force."""
        least, most = counted_work(self._axis, duty, regime)
        kind = self.of(duty.start, duty.end)
        return Shift(self._axis.day_of(duty.start), duty.start, duty.end, most, kind, most - least)
