"""Parquet: typed columns as we write them; other programs' types where their values can be read."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.files.errors import Problem
from data.files.json_rows import FIRST_RECORD_ROW, cell_text
from data.files.raw_table import Cells, RawTable, header_problems, known_columns
from data.model import MISSING, PlanningAxis, Table
from data.model.columns import Day, Flag, Instant, Integer, Kind, Number

# What pyarrow raises on files that others have damaged; it names no common base.
_UNREADABLE = (
    pa.ArrowException,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
_EXPECTED_FILE = "expected a Parquet file; it is damaged, or something else"


def read_parquet(content: bytes, file: str, kind: type[Table]) -> RawTable:
    """Read the cells of a Parquet file; whatever is wrong is in the result's problems."""
    try:
        source = pa.BufferReader(content)
        table = pq.ParquetFile(source, page_checksum_verification=True).read(use_threads=False)
        table.validate(full=True)
        names = [name.strip().lower() for name in table.column_names]
    except _UNREADABLE:
        return RawTable.unreadable(file, None, "", _EXPECTED_FILE)
    problems = header_problems(file, names, kind)
    rows = np.arange(FIRST_RECORD_ROW, FIRST_RECORD_ROW + table.num_rows, dtype=np.int64)
    columns: dict[str, Cells] = {}
    spoilt: set[str] = set()
    for name, column in zip(names, table.columns, strict=True):
        if name in known_columns(kind):
            try:
                columns[name] = _cells_of(column)
            except _UNREADABLE:
                expected = "expected texts, numbers, flags, dates or timestamps"
                problems.append(Problem(file, None, name, str(column.type)[:60], expected))
                spoilt.add(name)
    return RawTable(file, columns, rows, problems, not problems, frozenset(spoilt))


def _cells_of(column: Any) -> Cells:
    if pa.types.is_nested(column.type):
        values = column.to_pylist()
        texts = [cell_text(value).strip() for value in values]
        return Cells(np.arange(len(texts), dtype=np.int64), tuple(texts))
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):  # a column without chunks stays one
        combined = pa.array([], type=column.type)
    if not pa.types.is_dictionary(combined.type):
        combined = pc.dictionary_encode(combined, null_encoding="encode")
    values = combined.dictionary.to_pylist()
    codes = combined.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    return Cells(codes, (*(_text_of(value).strip() for value in values), ""))


def _text_of(value: Any) -> str:
    """A value of an Arrow column as the text of a cell.

    Raises:
        ValueError: when no cell can hold it.
    """
    match value:
        case datetime.datetime():
            return value.isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case decimal.Decimal():
            return format(value, "f")
        case float() if value != value:
            return ""
        case _:
            return cell_text(value)


def parquet_bytes(
    kind: type[Table], table: Table, texts: Mapping[str, Sequence[str]], axis: PlanningAxis
) -> bytes:
    """A Parquet file as we write it: instants as timestamps of the service's zone, days as dates.

    Times of day (24:00 has no Parquet type) and lists are strings; a missing value is null.
    """
    columns = {
        column.name: _arrow_column(getattr(table, column.name), column.kind, texts[column.name], axis)
        for column in kind.columns()
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue().to_pybytes())


def _arrow_column(values: Any, kind: Kind, texts: Sequence[str], axis: PlanningAxis) -> Any:
    match kind:
        case Flag():
            return pa.array(values)
        case Number():
            return pa.array(values, from_pandas=True)
        case Integer():
            return pa.array(values, mask=values == MISSING)
        case Instant():
            origin = int(axis.origin.timestamp())
            milliseconds = np.where(values == MISSING, 0, (values * 60 + origin) * 1000)
            return pa.array(milliseconds, type=pa.timestamp("ms", tz=axis.time_zone), mask=values == MISSING)
        case Day():
            first = (axis.first_day - datetime.date(1970, 1, 1)).days
            days = np.where(values == MISSING, 0, values + first).astype(np.int32)
            return pa.array(days, type=pa.date32(), mask=values == MISSING)
        case _:
            return pa.array([text or None for text in texts], type=pa.string())
