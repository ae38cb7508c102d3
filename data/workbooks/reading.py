"""Read duties that planners have edited or brought along; every fault is told, with sheet, row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from data.files.cells import parser
from data.files.errors import BadDataError, MissingInputError, Problem, shown
from data.files.instants import format_day, parse_day
from data.model import Break, Case, Duty, Roster
from data.model.columns import Flag
from data.workbooks.opening import rows_of, whole_workbook
from data.workbooks.texts import TEXTS, plain
from data.workbooks.wall_times import EXPECTED_TIME, WallTime, duty_end, parse_breaks

NEEDED = ("agent", "date", "start", "end", "breaks")
READ = (*NEEDED, "pinned")
_SHEETS = tuple(texts.duties_sheet for texts in TEXTS.values())
_FIELDS = {plain(word): field for texts in TEXTS.values() for field, word in texts.duty_columns.items()}
_FIRST_DAYS_OF_EXCEL = 1904

Value = TypeVar("Value")
_Row = Mapping[str, Any]


def read_roster_workbook(path: Path, case: Case) -> Roster:
    """The roster that the table of duties in a workbook holds.

    The table stands in the sheet called Jornadas or Duties, or in the only sheet. Its heads, in Portuguese
    or English, name agent, date, start, end and breaks, in any order; `Fixa` (`Fixed`) may be missing, the
    minutes of work are reckoned anew, and no other column is known. Rows without any value are passed over.

    Raises:
        MissingInputError: when there is no such file.
        BadDataError: with every fault of the file.
    """
    sheet, rows = _table_of(path)
    where = f"{path.name}, sheet {shown(sheet)}"
    listed = [(number, row) for number, row in enumerate(rows, start=1) if any(map(_text, row))]
    if not listed:
        raise BadDataError([Problem(where, None, "", "", f"expected the columns {_names(NEEDED)}")])
    heads = _Heads(where, *listed[0])
    reading = _Reading(where, heads, case)
    for number, row in listed[1:]:
        reading.read(number, heads.of_row(row))
    if reading.problems:
        raise BadDataError(reading.problems)
    return Roster.of(reading.duties)


def _table_of(path: Path) -> tuple[str, list[tuple[Any, ...]]]:
    """Title and rows of the sheet with the duties, formulas replaced by the values that Excel has stored."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingInputError([str(path)], error.strerror or "can't be read") from error
    with whole_workbook(path.name, content) as book:
        names = [sheet.title for sheet in book.worksheets]
        wanted = {plain(name) for name in _SHEETS}
        fitting = [name for name in names if plain(name) in wanted]
        if len(names) == 1:
            fitting = names
        if len(fitting) != 1:
            found = shown(", ".join(names))
            expected = f"expected one sheet called {' or '.join(_SHEETS)}"
            raise BadDataError([Problem(path.name, None, "", found, expected)])
        return fitting[0], rows_of(book, fitting[0])


class _Heads:
    """Which column holds what."""

    def __init__(self, where: str, number: int, row: Sequence[Any]) -> None:
        self.texts: dict[str, str] = {}
        self._place: dict[str, int] = {}
        problems = []
        for place, value in enumerate(row):
            text = _text(value)
            field = _FIELDS.get(plain(text))
            if not text:
                continue
            if field is None:
                expected = f"unknown column; expected {_names(NEEDED)}, {_names(('work', 'pinned'))}"
                problems.append(Problem(where, number, "", shown(text), expected))
            elif field in self._place:
                problems.append(Problem(where, number, "", shown(text), "expected each column once"))
            else:
                self.texts[field], self._place[field] = text, place
        missing = [field for field in NEEDED if field not in self._place]
        if missing:
            problems.append(Problem(where, number, "", "", f"missing: {_names(missing)}"))
        if problems:
            raise BadDataError(problems)

    def of_row(self, row: Sequence[Any]) -> _Row:
        """The values of a row by field; None for empty cells."""
        return {
            field: row[self._place[field]] if self._place.get(field, len(row)) < len(row) else None
            for field in READ
        }

    def name(self, field: str) -> str:
        """The head of a column as it stands in the sheet."""
        return self.texts.get(field, field)


class _Reading:
    """Duties and faults of the rows read so far."""

    def __init__(self, where: str, heads: _Heads, case: Case) -> None:
        self.duties: list[Duty] = []
        self.problems: list[Problem] = []
        self._where, self._heads, self._case = where, heads, case
        self._flag = parser(Flag(), case.axis)
        self._rows: dict[tuple[str, int], int] = {}
        self._break_rows: dict[tuple[str, int], int] = {}

    def read(self, number: int, row: _Row) -> None:
        """Read one row: a duty, or faults."""
        faults_before = len(self.problems)
        axis = self._case.axis
        agent = self._cell(number, row, "agent", self._agent)
        day = self._cell(number, row, "date", self._day)
        start = self._cell(number, row, "start", _wall_time)
        end = self._cell(number, row, "end", _wall_time)
        pinned = self._cell(number, row, "pinned", self._pinned)
        if day is None or start is None or end is None:
            if row["breaks"] is not None and _text(row["breaks"]):
                some = WallTime(0)
                self._cell(number, row, "breaks", lambda v: parse_breaks(_text(v), some, some, 0, axis))
            return
        starts = self._cell(number, row, "start", lambda _: start.on_axis(day, axis))
        ends = self._cell(number, row, "end", lambda _: duty_end(start, end).on_axis(day, axis))
        breaks = self._cell(number, row, "breaks", lambda v: parse_breaks(_text(v), start, end, day, axis))
        if starts is not None and ends is not None and ends <= starts:
            self._fault(number, "end", row, "expected an end after the start")
        if starts is not None and agent is not None:
            self._check_alone(number, row, agent, starts, breaks or ())
        if len(self.problems) > faults_before:
            return
        if agent is not None and starts is not None and ends is not None and breaks is not None:
            self.duties.append(Duty(agent, starts, ends, breaks, bool(pinned)))

    def _cell(self, number: int, row: _Row, field: str, read: Callable[[Any], Value]) -> Value | None:
        try:
            return read(row[field])
        except ValueError as error:
            self._fault(number, field, row, str(error))
            return None

    def _fault(self, number: int, field: str, row: _Row, expected: str) -> None:
        self.problems.append(
            Problem(self._where, number, self._heads.name(field), shown(_text(row[field])), expected)
        )

    def _agent(self, value: Any) -> str:
        text = _text(value)
        if text not in self._case.agents.position:
            raise ValueError("expected an agent that is in the table of agents")
        return text

    def _day(self, value: Any) -> int:
        """The date's number, within the horizon."""
        axis = self._case.axis
        day = parse_day(_text(value), axis)
        if not 0 <= day < axis.days:
            first, last = format_day(0, axis), format_day(axis.days - 1, axis)
            raise ValueError(f"expected a date of the plan, from {first} to {last}")
        return day

    def _pinned(self, value: Any) -> bool:
        text = _text(value)
        return bool(text and self._flag(text))

    def _check_alone(self, number: int, row: _Row, agent: str, start: int, breaks: Sequence[Break]) -> None:
        """No two duties of an agent, and no two breaks, begin at the same moment."""
        before = self._rows.setdefault((agent, start), number)
        if before != number:
            self._fault(number, "start", row, f"row {before} has a duty of the agent with this start already")
        for moment, count in Counter(rest.start for rest in breaks).items():
            before = self._break_rows.setdefault((agent, moment), number)
            if before != number or count > 1:
                self._fault(number, "breaks", row, "expected each break of the agent once")
                return


def _wall_time(value: Any) -> WallTime:
    """A time, as Excel holds it or as somebody has written it."""
    if isinstance(value, datetime) and value.year <= _FIRST_DAYS_OF_EXCEL:
        value = value.time()
    if isinstance(value, time):
        value = timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    if isinstance(value, timedelta):
        # Excel holds fractions of a day, which may fall short of the second.
        seconds = round(value.total_seconds())
        if seconds % 60 or not 0 <= seconds <= 86_400:
            raise ValueError(EXPECTED_TIME)
        return WallTime(seconds // 60)
    return WallTime.parse(_text(value))


def _text(value: Any) -> str:
    """A cell's value as people see it; "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    return str(value).strip()


def _names(fields: Sequence[str]) -> str:
    """Columns by their heads in both languages."""
    return ", ".join("/".join(texts.duty_columns[field] for texts in TEXTS.values()) for field in fields)
