"""CSV as people's programs write it: several encodings, delimiters and habits; and as we write it.

We write UTF-8 without a byte order mark, commas and RFC 4180 quoting. We also read, because spreadsheets
write it: a byte order mark, UTF-16 with one, Windows-1252 where it gives Portuguese text, semicolons or tabs,
empty rows and columns at the end. Nothing else is guessed at.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from data.files.errors import Problem
from data.files.plain_csv import plain_bytes, read_plain
from data.files.raw_table import HEADER_ROW, Cells, Numbering, RawTable, header_problems, known_columns
from data.model import Table
from data.model.columns import IntArray

DELIMITERS = ",;\t"
ROWS_AT_A_TIME = 2_000
LONGEST_HEADER = 100_000

_PORTUGUESE = frozenset("áàâãäéêèëíìîïóôõòöúùûüçñÁÀÂÃÄÉÊÈËÍÌÎÏÓÔÕÒÖÚÙÛÜÇÑªº°€“”‘’–—…•\u00a0")
_LOOKS_LIKE_UTF8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]|\xc3\Z")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_GUARDED_FORMULA = re.compile(r"'+[=+\-@＝＋－＠]")


class _UnreadableTextError(Exception):
    """The bytes are no text that we know; carries the problem's row, value and expectation."""


def read_csv(content: bytes, file: str, kind: type[Table]) -> RawTable:
    """Read the cells of a CSV file; whatever is wrong is in the result's problems."""
    try:
        text = _decoded(content)
    except _UnreadableTextError as error:
        row, value, expected = error.args
        return RawTable.unreadable(file, row, value, expected)
    if not text.strip():
        return RawTable.unreadable(file, None, "", "expected a header and rows; the file is empty")
    return _read_records(text, _delimiter_of(text, kind), file, kind)


def unguarded(text: str) -> str:
    """The text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if _GUARDED_FORMULA.match(text) else text


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; `unguarded` gives the text back."""
    return "'" + text if _FORMULA.match(text) else text


def cells_bytes(header: Sequence[str], columns: Sequence[Cells]) -> bytes:
    """A CSV file of these columns as `csv_bytes` writes it, all texts guarded against spreadsheets."""
    safe = [Cells(column.codes, tuple(map(guarded, column.texts))) for column in columns]
    records = plain_bytes(safe)
    if records is None:
        return csv_bytes(header, [column.spread() for column in safe])
    return csv_bytes(header, [[] for _ in header]) + records


def csv_bytes(header: Sequence[str], columns: Sequence[Iterable[str]]) -> bytes:
    """A CSV file as we write it: UTF-8, commas, CRLF after each record (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            raise _UnreadableTextError(
                None, "", "expected whole UTF-16 text, as its first bytes say"
            ) from None
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = _decoded_as_windows_1252(content, error.start)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise _UnreadableTextError(row, "", "expected text; there is a NUL byte")
    return text


def _decoded_as_windows_1252(content: bytes, offence: int) -> str:
    """The text, if all of it is Portuguese in Windows-1252 and nothing in it looks like UTF-8."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\ufffd"
    if _LOOKS_LIKE_UTF8.search(content) or not {c for c in set(text) if not c.isascii()} <= _PORTUGUESE:
        row = content.count(b"\n", 0, offence) + 1
        expected = "expected UTF-8 (or Portuguese text in Windows-1252)"
        raise _UnreadableTextError(row, f"byte 0x{content[offence]:02X}", expected)
    return text


def _delimiter_of(text: str, kind: type[Table]) -> str:
    """The delimiter under which the header has most known columns; then, under which it has most fields."""
    known = set(known_columns(kind))
    beginning = text[:LONGEST_HEADER]

    def success(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter))
        except (csv.Error, StopIteration):
            return -1, 0
        return sum(cell.strip().lower() in known for cell in header), len(header)

    return max(DELIMITERS, key=success)


def _next_records(reader: Iterator[list[str]], count: int) -> tuple[list[list[str]], str]:
    """Up to so many records; and what broke the quoting after them, or ""."""
    records: list[list[str]] = []
    try:
        records.extend(islice(reader, count))  # keeps what came before an error
    except csv.Error as error:
        why = "a quoted cell does not end" if "unexpected end" in str(error) else str(error)
        return records, f"expected cells quoted as in RFC 4180: {why}"
    return records, ""


def _read_records(text: str, delimiter: str, file: str, kind: type[Table]) -> RawTable:
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    header, broken = _next_records(reader, 1)
    if broken:
        return RawTable.unreadable(file, HEADER_ROW, "", broken)
    known = set(known_columns(kind))
    names = [cell.strip().lower() for cell in header[0]]
    if not set(names) & known:
        return RawTable(file, {}, np.empty(0, np.int64), header_problems(file, names, kind), whole=False)
    cells = read_plain(text[source.tell() :], delimiter, len(names))
    problems: list[Problem] = []
    if cells is None:
        cells, rows = _read_one_by_one(reader, len(names), file, problems)
    else:
        rows = np.arange(len(cells[0].codes)) + HEADER_ROW + 1
    unnamed = [
        place
        for place, (name, column) in enumerate(zip(names, cells, strict=True))
        if not name and any(column.texts)
    ]
    return RawTable(
        file,
        {name: _unguarded(column) for name, column in zip(names, cells, strict=True) if name in known},
        rows,
        header_problems(file, names, kind, unnamed=unnamed) + problems,
        whole=not problems,
    )


def _read_one_by_one(
    reader: Iterator[list[str]], width: int, file: str, problems: list[Problem]
) -> tuple[list[Cells], IntArray]:
    """The columns, and the row number of each record that has all its cells."""
    numberings = [Numbering() for _ in range(width)]
    rows: list[int] = []
    row = HEADER_ROW + 1
    more = True
    while more:
        records, broken = _next_records(reader, ROWS_AT_A_TIME)
        whole_rows = _whole_rows(records, row, width, file, problems)
        rows += whole_rows
        if whole_rows:
            kept = [records[number - row] for number in whole_rows]
            for numbering, texts in zip(numberings, zip(*kept, strict=True), strict=True):
                numbering.add(texts)
        row += len(records)
        more = len(records) == ROWS_AT_A_TIME and not broken
    if broken:
        problems.append(Problem(file, row, "", "", broken))
    return [numbering.cells() for numbering in numberings], np.array(rows, dtype=np.int64)


def _whole_rows(
    records: list[list[str]], first: int, width: int, file: str, problems: list[Problem]
) -> Sequence[int]:
    """Row numbers of the records that have all their cells; empty rows are passed over."""
    if set(map(len, records)) == {width} and all(record[0].strip() for record in records):
        return range(first, first + len(records))
    rows = []
    for row, record in enumerate(records, first):
        if not any(map(str.strip, record)):
            continue
        if len(record) == width:
            rows.append(row)
        else:
            found = f"{len(record)} {'cell' if len(record) == 1 else 'cells'}"
            problems.append(Problem(file, row, "", found, f"expected {width}, as many as the header has"))
    return rows


def _unguarded(column: Cells) -> Cells:
    return Cells(column.codes, tuple(unguarded(t) if t[:1] == "'" else t for t in column.texts))
