"""JSON: a list of objects, one a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.files.errors import Problem, shown
from data.files.raw_table import Cells, Numbering, RawTable, header_problems, known_columns
from data.model import MISSING, Table
from data.model.columns import Flag, Integer, Number

FIRST_RECORD_ROW = 2


class RepeatedNameError(ValueError):
    """An object has the same name twice; which value is meant can't be known."""


def parse_json(content: bytes) -> Any:
    """The document; names are unique in each object, and there is no NaN or Infinity.

    Raises:
        ValueError: when it is no such document; the message is what was expected.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("expected JSON in UTF-8") from None
    if not text.strip():
        raise ValueError("expected JSON; the file is empty")
    try:
        return json.loads(text, object_pairs_hook=_unique_names, parse_constant=_no_constant)
    except RepeatedNameError:
        raise
    except json.JSONDecodeError as error:
        raise ValueError(f"expected JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError("expected JSON that is not nested so deeply") from None
    except ValueError:
        raise ValueError("expected JSON with numbers of ordinary size") from None


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise RepeatedNameError(f"expected each name once in an object: {shown(repeated)} is there twice")
    return found


def _no_constant(_name: str) -> Any:
    raise ValueError


def read_json(content: bytes, file: str, kind: type[Table]) -> RawTable:
    """Read the cells of a JSON file; whatever is wrong is in the result's problems.

    A name that an object lacks, and null, are an empty cell. A list of texts is a cell with | between them.
    """
    try:
        document = parse_json(content)
    except ValueError as error:
        return RawTable.unreadable(file, None, "", str(error))
    if not isinstance(document, list):
        return RawTable.unreadable(file, None, "", "expected a list of objects, one a row")
    if not document:
        return RawTable(
            file, {name: Cells(np.empty(0, dtype=np.int64), ()) for name in _declared(kind)}, _row_numbers([])
        )
    problems: list[Problem] = []
    records: list[Mapping[str, Any]] = []
    rows: list[int] = []
    for row, record in enumerate(document, FIRST_RECORD_ROW):
        if isinstance(record, dict):
            records.append({name.strip().lower(): value for name, value in record.items()})
            rows.append(row)
        else:
            problems.append(Problem(file, row, "", "", "expected an object"))
    names = dict.fromkeys(name for record in records for name in record)
    form = header_problems(file, names, kind) if records else []
    known = [name for name in known_columns(kind) if name in names]
    columns = {name: _cells_of(records, name, rows, file, problems) for name in known}
    return RawTable(file, columns, _row_numbers(rows), form + problems, whole=not problems)


def _declared(kind: type[Table]) -> list[str]:
    return [column.name for column in kind.columns()]


def _row_numbers(rows: Sequence[int]) -> Any:
    return np.array(rows, dtype=np.int64)


def _cells_of(
    records: Sequence[Mapping[str, Any]],
    name: str,
    rows: Sequence[int],
    file: str,
    problems: list[Problem],
) -> Cells:
    texts = []
    for row, record in zip(rows, records, strict=True):
        try:
            texts.append(cell_text(record.get(name)))
        except ValueError as error:
            problems.append(Problem(file, row, name, "", str(error)))
            texts.append("")
    numbering = Numbering()
    numbering.add(texts)
    return numbering.cells()


def cell_text(value: Any) -> str:
    """A JSON value as the text of a cell.

    Raises:
        ValueError: when it is an object, or a list of anything but texts; the message is what was expected.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return repr(value)
        case list() if all(isinstance(part, str) for part in value):
            return "|".join(value)
        case _:
            raise ValueError("expected a text, a number, true, false, null, or a list of texts")


def json_bytes(
    kind: type[Table], columns: Mapping[str, Sequence[Any]], texts: Mapping[str, Sequence[str]]
) -> bytes:
    """A JSON file as we write it: one object a line; an empty cell is null.

    Args:
        kind: the table.
        columns: its values.
        texts: the same as texts; used for all but numbers and flags.
    """
    cells: list[Sequence[Any]] = []
    for column in kind.columns():
        match column.kind:
            case Flag():
                cells.append(columns[column.name])
            case Integer():
                cells.append([None if v == MISSING else v for v in columns[column.name]])
            case Number():
                cells.append([None if v != v else v for v in columns[column.name]])
            case _:
                cells.append([text or None for text in texts[column.name]])
    names = _declared(kind)
    lines = [
        json.dumps(dict(zip(names, record, strict=True)), ensure_ascii=False)
        for record in zip(*cells, strict=True)
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")
