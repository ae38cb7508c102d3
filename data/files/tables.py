"""From cells to a table of the model, and back: driven by the declared columns alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from data.files.cells import are_plain_names, formatter, parser
from data.files.csv_text import cells_bytes
from data.files.errors import Problem, shown
from data.files.json_rows import json_bytes
from data.files.personal import derive_surrogates
from data.files.raw_table import HEADER_ROW, Cells, RawTable
from data.identity import SurrogateKey
from data.model import PlanningAxis, Table
from data.model.columns import (
    BoolArray,
    Column,
    IntArray,
    Surrogate,
    Text,
    Tokens,
    dtype_of,
    missing_value,
    numbered,
)

FileFormat = Literal["csv", "parquet", "json"]


@dataclass(frozen=True)
class ReadTable:
    """What could be read of one table, for the checks across tables.

    Attributes:
        kind: the table.
        file: how errors name the file.
        rows: row number of each record.
        values: one array per declared column.
        good: per column, the rows whose value could be read.
        problems: everything that is wrong with this file by itself.
        whole: every record and every key could be read.
    """

    kind: type[Table]
    file: str
    rows: IntArray
    values: dict[str, Any]
    good: dict[str, BoolArray]
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True

    def table(self) -> Table:
        """The table; only when there are no problems."""
        return self.kind.from_columns(self.values, len(self.rows))

    def add(self, wrong: BoolArray, column: str, value: Any, expected: str) -> None:
        """Add a problem per wrong row; `value` gives what a row's problem shows."""
        for place in np.flatnonzero(wrong).tolist():
            self.problems.append(
                Problem(self.file, int(self.rows[place]), column, shown(value(place)), expected)
            )


def interpret(
    raw: RawTable,
    kind: type[Table],
    axis: PlanningAxis,
    key: SurrogateKey | None,
    order_number_prefixes: tuple[str, ...],
) -> ReadTable:
    """Read every cell of a file."""
    count = len(raw.rows)
    read = ReadTable(kind, raw.file, raw.rows, {}, {}, list(raw.problems), raw.whole)
    unreadable = not raw.columns and not raw.spoilt
    for column in kind.columns():
        values, good = _filled(column, missing_value(column.kind), count), np.zeros(count, dtype=np.bool_)
        if isinstance(column.kind, Surrogate) and any(name in raw.columns for name in column.kind.raw):
            values, good, problems = derive_surrogates(raw, column, key, order_number_prefixes)
            read.problems.extend(problems)
        elif column.name in raw.columns:
            values, good = _read_column(raw, raw.columns[column.name], column, axis, read.problems)
        elif column.optional and column.name not in raw.spoilt:
            values, good = _filled(column, _when_empty(column), count), np.ones(count, dtype=np.bool_)
        elif not unreadable and column.name not in raw.spoilt:
            read.problems.append(Problem(raw.file, HEADER_ROW, column.name, "", _missing_column(column)))
        read.values[column.name], read.good[column.name] = values, good
    _check_keys_are_unique(read)
    read.problems.sort(key=lambda problem: problem.row or 0)
    return read


def _missing_column(column: Column) -> str:
    if isinstance(column.kind, Surrogate):
        return f"expected this column (or {' and '.join(column.kind.raw)}, with a key)"
    return "expected this column"


def _when_empty(column: Column) -> Any:
    """What an empty cell of an optional column becomes."""
    return missing_value(column.kind) if column.default is None else column.default


def _filled(column: Column, value: Any, count: int) -> Any:
    values = np.empty(count, dtype=dtype_of(column.kind))
    for place in range(count if isinstance(value, tuple) else 0):
        values[place] = value
    if not isinstance(value, tuple):
        values[:] = value
    return values


def _read_column(
    raw: RawTable, cells: Cells, column: Column, axis: PlanningAxis, problems: list[Problem]
) -> tuple[Any, BoolArray]:
    """Read each distinct text once, and spread the values over the rows."""
    if isinstance(column.kind, (Text, Surrogate)) and are_plain_names(cells.texts):
        return np.array(cells.texts, dtype=object)[cells.codes], np.ones(len(raw.rows), dtype=np.bool_)
    parse = parser(column.kind, axis)
    distinct = np.empty(len(cells.texts), dtype=dtype_of(column.kind))
    wrong: dict[int, str] = {}
    for number, text in enumerate(cells.texts):
        try:
            distinct[number] = parse(text) if text else _when_empty(column)
        except ValueError as error:
            wrong[number] = str(error)
            distinct[number] = missing_value(column.kind)
        if not text and not column.optional:
            wrong[number] = "expected a value; the cell is empty"
    good = np.ones(len(raw.rows), dtype=np.bool_)
    if wrong:
        good = ~np.isin(cells.codes, np.fromiter(wrong, dtype=np.int64))
        values_shown = {number: shown(cells.texts[number]) for number in wrong}
        for place in np.flatnonzero(~good).tolist():
            number = int(cells.codes[place])
            row = int(raw.rows[place])
            problems.append(Problem(raw.file, row, column.name, values_shown[number], wrong[number]))
    return distinct[cells.codes], good


def _check_keys_are_unique(read: ReadTable) -> None:
    names = read.kind.key_columns()
    good = np.logical_and.reduce([read.good[name] for name in names])
    places = np.flatnonzero(good)
    columns = [read.values[name][places].tolist() for name in names]
    if len(set(columns[0] if len(columns) == 1 else zip(*columns, strict=True))) == len(places):
        return
    first: dict[Any, int] = {}
    for place, key in zip(places.tolist(), zip(*columns, strict=True), strict=True):
        before = first.setdefault(key, place)
        if before != place:
            row, column = int(read.rows[place]), ", ".join(names)
            expected = f"expected each key once; row {int(read.rows[before])} has the same"
            value = shown(", ".join(str(part) for part in key if isinstance(part, str)))
            read.problems.append(Problem(read.file, row, column, value, expected))


def table_bytes(table: Table, axis: PlanningAxis, file_format: FileFormat) -> bytes:
    """A file of this table.

    Raises:
        ValueError: when a value is outside its column's declared range, so that it could not be read back.
    """
    kind = type(table)
    texts = {c.name: _texts_of(table, c, axis) for c in kind.columns()}
    match file_format:
        case "csv":
            return cells_bytes(list(texts), list(texts.values()))
        case "parquet":
            # Arrow takes a while to load.
            from data.files.parquet import parquet_bytes

            return parquet_bytes(kind, table, {name: cells.spread() for name, cells in texts.items()}, axis)
        case "json":
            values = {c.name: getattr(table, c.name).tolist() for c in kind.columns()}
            return json_bytes(kind, values, {name: cells.spread() for name, cells in texts.items()})


def _texts_of(table: Table, column: Column, axis: PlanningAxis) -> Cells:
    """Each distinct value once, as a text that reads back as the same value."""
    distinct, codes = _distinct(getattr(table, column.name))
    if isinstance(column.kind, (Text, Surrogate)) and are_plain_names(distinct):
        return Cells(codes, tuple(distinct))
    write, parse = formatter(column.kind, axis), parser(column.kind, axis)
    texts = []
    for value in distinct:
        text = write(value)
        if not _reads_back(text, value, column, parse):
            raise ValueError(
                f"{table.TABLE}.{column.name}: {shown(str(value))} can't be written: {column.doc}"
            )
        texts.append(text)
    return Cells(codes, tuple(texts))


def _distinct(values: Any) -> tuple[list[Any], IntArray]:
    """Each distinct value once, and per row its number."""
    if values.dtype != object:
        found, codes = np.unique(values, return_inverse=True)
        return found.tolist(), codes
    codes, distinct = numbered(values)
    return distinct, codes


def _reads_back(text: str, value: Any, column: Column, parse: Any) -> bool:
    if not text:
        return column.optional and column.default is None
    if text != text.strip():
        return False
    try:
        # Words are written in their canonical order, whatever order the table has them in.
        return bool(parse(text) == (text if isinstance(column.kind, Tokens) else value))
    except ValueError:
        return False
