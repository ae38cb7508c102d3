"""What is written is read back as it was, in every format, for every table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files import FileFormat, read_case, read_table, table_bytes, write_case
from data.files.csv_text import guarded, unguarded
from data.model import INPUT_TABLES, RESULT_TABLES, Agents, Case, Contracts, Participants, PlanningAxis, Table
from tests.files.strategies import axes, tables, whole_case
from tests.files.test_corpus import AXIS

ALL_TABLES = (*INPUT_TABLES, *RESULT_TABLES)
FORMATS: tuple[FileFormat, ...] = ("csv", "parquet", "json")


def same_case(one: Case, other: Case) -> bool:
    """Whether two cases hold the same plan and the same tables."""
    return one.plan == other.plan and all(one.table(k).same_as(other.table(k)) for k in ALL_TABLES)


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("kind", ALL_TABLES, ids=lambda kind: kind.TABLE)
def test_every_table_in_every_format(kind: type[Table], file_format: FileFormat) -> None:
    """Any table without errors of data reads back the same, whatever its texts hold."""

    @settings(max_examples=25)
    @given(tables(kind), axes())
    def check(table: Table, axis: PlanningAxis) -> None:
        content = table_bytes(table, axis, file_format)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{kind.TABLE}.{file_format}"
            path.write_bytes(content)
            back = read_table(path, kind, axis)
        assert back.same_as(table)
        assert table_bytes(back, axis, file_format) == content

    check()


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_whole_case(tmp_path: Path, file_format: FileFormat) -> None:
    """A case with rows in every table reads back the same, plan included."""
    case = whole_case()
    write_case(tmp_path / "case", case, file_format)
    assert same_case(read_case(tmp_path / "case"), case)


def test_csv_is_as_people_and_tools_expect_it() -> None:
    """UTF-8 without a mark, commas, CRLF, and instants with their offset."""
    content = table_bytes(whole_case().sessions, AXIS, "csv")
    assert content == (
        b"booking_id,agent_id,starts_at,duration_minutes\r\nB1,A1,2026-11-30T09:05:00-03:00,20\r\n"
    )


@given(st.text(st.sampled_from("'=+-@a＝"), max_size=5))
def test_the_formula_guard_is_lossless(text: str) -> None:
    """The guard keeps the first sign from being one of a formula, and is taken off again exactly."""
    assert not guarded(text).startswith(("=", "+", "-", "@", "＝"))
    assert unguarded(guarded(text)) == text


def test_no_cell_of_a_csv_file_starts_a_formula() -> None:
    """Texts that a spreadsheet would run are written with an apostrophe."""
    rows = [
        {"agent_id": text, "contract_id": "clt", "skills": "pf", "state": "SP", "city": text}
        for text in ("=1+1", "+1", "-1", "@SUM(A1)", "'=1")
    ]
    content = table_bytes(Agents.from_rows(rows), AXIS, "csv").decode()
    cells = [cell for line in content.splitlines() for cell in line.split(",")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert "''=1" in cells


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("agent_id", ""),
        ("agent_id", " A1"),
        ("agent_id", "A\n1"),
        ("agent_id", "111.444.777-35"),
        ("pool", "11222333000181"),
        ("state", "XX"),
        ("sunday_off_every_weeks", 9),
        ("days_worked_in_a_row", -1),
        ("skills", ""),
    ],
)
@pytest.mark.parametrize("file_format", FORMATS)
def test_what_could_not_be_read_back_is_not_written(column: str, value: Any, file_format: FileFormat) -> None:
    """A value outside its column's declaration raises ValueError at the writer, not at the next reader."""
    row = {"agent_id": "A1", "contract_id": "clt", "skills": "pf", "state": "SP", column: value}
    with pytest.raises(ValueError, match=f"agents.{column}"):
        table_bytes(Agents.from_rows([row]), AXIS, file_format)


def test_parquet_columns_are_typed() -> None:
    """Instants are timestamps in the service's zone, days are dates; a missing number is null."""
    content = table_bytes(whole_case().participants, AXIS, "parquet")
    table = pq.read_table(pa.BufferReader(content))
    assert table.schema.field("window_start").type == pa.timestamp("ms", tz="America/Sao_Paulo")
    assert table.schema.field("cnh_issued_on").type == pa.date32()
    assert table.schema.field("has_cnh").type == pa.bool_()
    assert table["cnh_issued_on"].null_count == len(table)
    assert table["window_start"][0].as_py().isoformat() == "2026-11-30T09:00:00-03:00"


def test_pandas_can_read_and_rewrite_our_parquet(tmp_path: Path) -> None:
    """A file that went through a pandas data frame is still read, with the same values."""
    table = whole_case().participants
    path = tmp_path / "participants.parquet"
    path.write_bytes(table_bytes(table, AXIS, "parquet"))
    pd.read_parquet(path).to_parquet(path)
    assert read_table(path, Participants, AXIS).same_as(table)


def test_words_are_written_in_their_canonical_order() -> None:
    """A Tokens cell that is not sorted is written sorted."""
    rows = [{"agent_id": "A1", "contract_id": "clt", "skills": "pj|libras|pf", "state": "SP"}]
    assert b",libras|pf|pj," in table_bytes(Agents.from_rows(rows), AXIS, "csv")


def test_empty_tables_have_a_header(tmp_path: Path) -> None:
    """A table without rows is a header, and reads back as a table without rows."""
    for file_format in FORMATS:
        path = tmp_path / f"contracts.{file_format}"
        path.write_bytes(table_bytes(Contracts.empty(), AXIS, file_format))
        assert len(read_table(path, Contracts, AXIS)) == 0


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    """Floats read back to the last bit."""
    costs = np.nextafter(np.linspace(0, 9_999, 50), 10_000)
    rows = [
        {
            "contract_id": f"c{n}",
            "regime": "TASK",
            "daily_minutes": 60,
            "weekly_minutes": 60,
            "hourly_cost": c,
        }
        for n, c in enumerate(costs.tolist())
    ]
    for file_format in FORMATS:
        path = tmp_path / f"contracts.{file_format}"
        path.write_bytes(table_bytes(Contracts.from_rows(rows), AXIS, file_format))
        assert read_table(path, Contracts, AXIS).hourly_cost.tolist() == costs.tolist()
