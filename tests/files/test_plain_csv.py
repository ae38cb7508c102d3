"""Large plain CSV goes through Arrow; what is read and written is what the standard library says."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files import plain_csv
from data.files.cells import are_plain_names, parser
from data.files.csv_text import cells_bytes, csv_bytes, guarded, read_csv
from data.files.plain_csv import plain_bytes, read_plain
from data.files.raw_table import Cells, RawTable
from data.model import Contracts
from data.model.columns import Surrogate, Text
from tests.files.test_corpus import AXIS

HEADER = "contract_id,regime,weekly_minutes"
ODD = st.text(st.sampled_from("ab1 ,;\"'=\r\n\t\x0b\x1c\u00a0\u2028ãÇ😀"), max_size=6)
PLAIN = st.text(st.sampled_from("ab1 '=.ãÇ😀-\u00a0"), max_size=6)


def as_rows(raw: RawTable) -> tuple[dict[str, list[str]], list[int], list[str]]:
    """The cells of a table row by row, the rows, and the problems."""
    cells = {name: column.spread() for name, column in raw.columns.items()}
    return cells, raw.rows.tolist(), [str(problem) for problem in raw.problems]


def read_both_ways(content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Read by Arrow, where it is plain, and record by record."""
    found: list[object] = []
    for most in (0, 10**9):
        monkeypatch.setattr(plain_csv, "MANY_CHARACTERS", most)
        found.append(as_rows(read_csv(content, "contracts.csv", Contracts)))
    return found


def test_any_text_is_read_as_record_by_record() -> None:
    """Whatever a file holds, broken or not, cells, row numbers and problems are the same."""

    @settings(max_examples=300)
    @given(
        st.lists(st.one_of(st.lists(PLAIN, min_size=3, max_size=3), st.lists(ODD, max_size=4)), max_size=6),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from([",", ";", "\t"]),
        st.booleans(),
    )
    def check(rows: list[list[str]], end: str, delimiter: str, ended: bool) -> None:
        lines = [HEADER.replace(",", delimiter), *(delimiter.join(row) for row in rows)]
        content = (end.join(lines) + (end if ended else "")).encode()
        with pytest.MonkeyPatch.context() as monkeypatch:
            quick, slow = read_both_ways(content, monkeypatch)
        assert quick == slow

    check()


def test_plain_records_are_read_by_arrow() -> None:
    """A large table without quotes, its texts stripped, empty cells kept."""
    records = "a, x ,\r\nb,y,2\r\n" * 40_000
    columns = read_plain(records, ",", 3)
    assert columns is not None
    assert [column.spread()[:2] for column in columns] == [["a", "b"], ["x", "y"], ["", "2"]]
    assert {len(column.codes) for column in columns} == {80_000}


@pytest.mark.parametrize(
    "line",
    ["a,b\r\n", "a,b,c,d\r\n", ',"b",c\r\n', "\r\n", " ,b,c\r\n", "a,b\rc,d\r\n"],
    ids=["short", "long", "quoted", "empty", "without a key", "another end of line"],
)
def test_what_is_not_plain_is_left_alone(line: str) -> None:
    """One line that is not plain, and the standard library reads the file."""
    assert read_plain("a,b,c\r\n" * 60_000 + line, ",", 3) is None


def test_any_columns_are_written_as_the_standard_library_does() -> None:
    """By Arrow or not, the bytes are the same."""

    @settings(max_examples=300)
    @given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(ODD, min_size=width, max_size=width))))
    def check(rows: list[list[str]]) -> None:
        width = len(rows[0]) if rows else 2
        listed = [[row[place] for row in rows] for place in range(width)]
        columns = [_cells(texts) for texts in listed]
        header = [f"c{place}" for place in range(width)]
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(plain_csv, "MANY_CELLS", 0)
            content = cells_bytes(header, columns)
        assert content == csv_bytes(header, [list(map(guarded, texts)) for texts in listed])
        assert list(csv.reader(io.StringIO(content.decode(), newline="")))[1:] == [
            list(map(guarded, row)) for row in rows
        ]

    check()


def _cells(texts: list[str]) -> Cells:
    distinct = list(dict.fromkeys(texts))
    return Cells(np.array([distinct.index(text) for text in texts], dtype=np.int64), tuple(distinct))


def test_many_plain_cells_are_written_by_arrow() -> None:
    """A large table of plain texts does not need the standard library; one text with a comma does."""
    plain = [Cells(np.arange(60_000) % 2, ("a", "ç")), Cells(np.zeros(60_000, dtype=np.int64), ("",))]
    written = plain_bytes(plain)
    assert written is not None
    assert written == "a,\r\nç,\r\n".encode() * 30_000
    assert plain_bytes([plain[0], Cells(np.zeros(60_000, dtype=np.int64), ("a,b",))]) is None


@pytest.mark.parametrize("kind", [Text(), Surrogate(())], ids=["text", "surrogate"])
def test_names_told_at_a_glance_read_as_they_stand(kind: Text | Surrogate) -> None:
    """Where all names are said to be plain, each is read as itself; and where none is wrong, they are."""
    read = parser(kind, AXIS)

    def reads(text: str) -> bool:
        try:
            return bool(text) and text == text.strip() and read(text) == text
        except ValueError:
            return False

    @settings(max_examples=300)
    @given(st.lists(st.one_of(PLAIN, st.text(max_size=4), st.sampled_from(["123.456.789-09", "Ana", "A-1"]))))
    def check(texts: list[str]) -> None:
        if are_plain_names(texts):
            assert all(map(reads, texts))
        elif "".join(texts).isprintable():
            assert not all(map(reads, texts))

    check()
