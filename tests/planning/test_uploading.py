"""Uploaded tables are read with the rest of a plan; every problem is named by the uploaded file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.files import BadDataError, MissingInputError, table_bytes, write_case
from data.model import Case
from data.model.past_sessions import PastSessions
from data.model.scenario import Scenario
from optimizer.planning.calibrating import calibrated
from optimizer.planning.uploading import LARGEST_UPLOAD, case_with
from tests.simulation.calibration.histories import TRUTH, history_csv, played_history
from tests.support.planned_days import planned_day_case

CASE: Case = planned_day_case(4)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_case(tmp_path / "plan", CASE)
    return tmp_path / "plan"


def csv_of(table: str) -> bytes:
    return table_bytes(getattr(CASE, table), CASE.axis, "csv")


def as_workbook(title: str, content: bytes) -> bytes:
    """The cells of a CSV file as texts of a sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for line in content.decode().splitlines():
        sheet.append(line.split(","))
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def test_good_tables(root: Path) -> None:
    """A table as CSV and another as a sheet stand in for the plan's own; nothing in the folder changes."""
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    fewer = csv_of("agents").replace(b"pool-0", b"pool-9")
    uploads = {"agents.csv": fewer, "week.xlsx": as_workbook("bookings", csv_of("bookings"))}
    found = case_with(root, uploads, None)
    assert set(found.agents.pool) == {"pool-9"}
    assert found.bookings.same_as(CASE.bookings)
    assert not len(found.duties)
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before


def test_every_problem_by_its_file(root: Path) -> None:
    """Bad cells of a CSV file and of a sheet, and a reference between them, each in its place."""
    agents = csv_of("agents").replace(b"A001,", b"A001x,", 1).replace(b",SP", b",XX", 1)
    bookings = csv_of("bookings").replace(b",paid,", b",pago,", 1)
    with pytest.raises(BadDataError) as caught:
        case_with(root, {"agents.csv": agents, "week.xlsx": as_workbook("bookings", bookings)}, None)
    places = {(problem.file, problem.row, problem.column) for problem in caught.value.problems}
    assert ("agents.csv", 2, "state") in places
    assert ("week.xlsx, bookings", 2, "order_status") in places


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("people.csv", b"x", "expected the name of a table"),
        ("agents.txt", b"x", "expected the name of a table"),
        ("agents.csv", b"x" * (LARGEST_UPLOAD + 1), "at most 20 MB"),
        ("../agents.csv", b"x\n", "expected a header"),
        ("week.xlsx", b"no workbook", "expected an Excel workbook"),
    ],
)
def test_what_is_no_table(root: Path, name: str, content: bytes, expected: str) -> None:
    """Names that no table has, files that are too large, no workbook; a path in a name leads nowhere."""
    with pytest.raises(BadDataError, match=expected):
        case_with(root, {name: content}, None)


def test_a_table_that_comes_twice(root: Path) -> None:
    """From two files: refused, with both named."""
    uploads = {"agents.csv": csv_of("agents"), "week.xlsx": as_workbook("agents", csv_of("agents"))}
    with pytest.raises(BadDataError, match=r"agents\.csv holds it, too"):
        case_with(root, uploads, None)


def test_a_folder_without_tables(tmp_path: Path) -> None:
    """What is missing besides is said."""
    with pytest.raises(MissingInputError, match="bookings"):
        case_with(tmp_path, {"agents.csv": csv_of("agents")}, None)


def test_past_sessions_as_csv_and_as_a_workbook() -> None:
    """Both give the same parameters; too few are refused by the name of the file."""
    text = history_csv(played_history(TRUTH, 600, 21)).encode()
    one = calibrated("past.csv", text, Scenario())
    other = calibrated("past.xlsx", as_workbook("Plan1", text), Scenario())
    assert one.found.estimates == other.found.estimates
    assert one.scenario.startswith(b"{")
    assert PastSessions.TABLE == "past_sessions"
    with pytest.raises(BadDataError, match=r"past\.csv: expected at least 200"):
        calibrated("past.csv", b"\n".join(text.splitlines()[:50]), Scenario())
