"""Reading whole folders: what must hold across files, and which error says what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.files import BadDataError, MissingInputError, Problem, read_case, read_table, write_case
from data.files.errors import PROBLEMS_SHOWN_PER_FILE
from data.files.plan_folder import case_files
from data.identity import SurrogateKey
from data.model import MOST_DEMANDED_SKILLS, Agents, Breaks, Contracts, Demand, Sessions, Unplaced
from tests.files.strategies import whole_case
from tests.files.test_corpus import AXIS, KEY
from tests.support.cases import CONTRACTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan folder with a good case."""
    write_case(tmp_path / "plan", whole_case())
    return tmp_path / "plan"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Edit a file by hand."""
    path = folder / name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def problems_of(folder: Path, key: SurrogateKey | None = None) -> tuple[Problem, ...]:
    with pytest.raises(BadDataError) as caught:
        read_case(folder, key)
    return caught.value.problems


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str]]:
    return [(p.file, p.row, p.column) for p in problems]


@pytest.mark.parametrize(
    ("name", "old", "new", "row", "column"),
    [
        ("agents.csv", "A2,clt", "A2,gone", 3, "contract_id"),
        ("absences.csv", "A1", "A9", 2, "agent_id"),
        ("participants.csv", "B4,P4", "B9,P4", 5, "booking_id"),
        ("duties.csv", "A2", "A9", 3, "agent_id"),
        ("sessions.csv", "B1,A1", "B1,A9", 2, "agent_id"),
        ("sessions.csv", "B1,A1", "B9,A1", 2, "booking_id"),
        ("unplaced.csv", "B3", "B9", 3, "booking_id"),
        ("demand.csv", "T09:15:00", "T09:20:00", 3, "starts_at"),
        ("demand.csv", "2026-11-30T09:15", "2026-12-01T09:15", 3, "starts_at"),
        ("demand.csv", "2026-11-30T09:15", "2026-11-29T09:15", 3, "starts_at"),
        ("duties.csv", "T13:00:00", "T08:00:00", 2, "ends_at"),
        ("contracts.csv", "480", "4800", 2, "daily_minutes"),
        ("shift_limits.csv", "clt,late", "gone,late", 2, "contract_id"),
        ("shift_limits.csv", "clt,late", "clt,never", 2, "shift_type"),
        ("shift_demand.csv", "early", "never", 2, "shift_type"),
        ("shift_demand.csv", "2026-11-30", "2026-12-01", 2, "date"),
        ("shift_demand.csv", "2026-11-30", "2026-11-29", 2, "date"),
        ("wishes.csv", ",off,5,", ",off,5,never", 2, "shift_type"),
        ("wishes.csv", "2026-11-30", "2027-11-30", 2, "starts_at"),
        ("wishes.csv", "2026-", "2025-", 2, "ends_at"),
    ],
)
def test_what_does_not_fit_is_named(
    folder: Path, name: str, old: str, new: str, row: int, column: str
) -> None:
    """A reference to nothing, demand off its grid or horizon, a reversed duty: one problem, in its place."""
    edit(folder, name, old, new)
    assert (name, row, column) in places(problems_of(folder))
    assert {p.file for p in problems_of(folder)} == {name}


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("agents.csv", "A2,clt", "A2,gone", "expected a contract_id that is in contracts.csv"),
        ("absences.csv", "A1", "A9", "expected an agent_id that is in agents.csv"),
        ("participants.csv", "B4,P4", "B9,P4", "expected a booking_id that is in bookings.csv"),
    ],
)
def test_a_reference_to_nothing_says_what_it_should_name(
    folder: Path, name: str, old: str, new: str, expected: str
) -> None:
    """The column referred to comes with its article."""
    edit(folder, name, old, new)
    assert {p.expected for p in problems_of(folder)} == {expected}


@pytest.mark.parametrize(("unused", "refused"), [(0, False), (0, True), (5, False)])
def test_few_enough_skills_are_required(folder: Path, unused: int, refused: bool) -> None:
    """Twenty skills may have a requirement, however many others have none; one more is refused at reading."""
    required = MOST_DEMANDED_SKILLS + refused
    rows = [f"2026-11-30T09:00,S{n},{int(n < required)}\n" for n in range(required + unused)]
    (folder / "demand.csv").write_text("starts_at,skill,required\n" + "".join(rows))
    if refused:
        (problem,) = problems_of(folder)
        assert (problem.file, problem.row, problem.column) == ("demand.csv", None, "skill")
        assert (problem.value, problem.expected) == ("21 skills", "expected at most 20 different skills")
    else:
        assert len(read_case(folder).demand) == required + unused


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("sessions.csv", "T09:05:00", "T09:07:00"),
        ("sessions.csv", "T09:05:00", "T23:55:00"),
        ("sessions.csv", "2026-11-30T09:05", "2026-12-24T09:05"),
        ("sessions.csv", "-03:00,20", "-03:00,55"),
        ("duties.csv", "T09:00:00", "T09:01:00"),
        ("breaks.csv", "T10:40:00", "T19:40:00"),
        ("unplaced.csv", "B2", "B1"),
        ("bookings.csv", "B1,paid", "B1,pending"),
        ("participants.csv", "B4,P4", "B3,P4"),
    ],
)
def test_what_the_referee_judges_is_read(folder: Path, name: str, old: str, new: str) -> None:
    """Hand-edited rows that break a rule, but make sense as data, are read so that the referee can speak."""
    edit(folder, name, old, new)
    read_case(folder)


def test_all_problems_of_all_files_at_once(folder: Path) -> None:
    """One reading lists what is wrong with plan.json and every table, and a missing table too."""
    edit(folder, "plan.json", '"days": 1', '"days": 0')
    edit(folder, "agents.csv", "A2,clt,pf,,SP", "A2,clt,pf,,XX")
    edit(folder, "bookings.csv", "B1,paid", "B1,payed")
    edit(folder, "sessions.csv", "-03:00,20", "-03:00,two")
    (folder / "demand.csv").unlink()
    found = places(problems_of(folder))
    assert found == [
        ("plan.json", None, "days"),
        ("agents.csv", 3, "state"),
        ("bookings.csv", 2, "order_status"),
        ("sessions.csv", 2, "duration_minutes"),
        ("demand.csv", None, ""),
    ]


def test_a_broken_key_does_not_blame_those_who_refer_to_it(folder: Path) -> None:
    """References into a table that could not be read whole are not judged."""
    edit(folder, "bookings.csv", "B1,paid", ",paid")
    assert places(problems_of(folder)) == [("bookings.csv", 2, "booking_id")]


@pytest.mark.parametrize("name", ["plan.json", "agents.csv", "contracts.csv", "bookings.csv", "demand.csv"])
def test_a_missing_file_is_missing_input(folder: Path, name: str) -> None:
    """When nothing else is wrong, a missing file ends with exit code 66 and its name."""
    (folder / name).unlink()
    with pytest.raises(MissingInputError, match=name) as caught:
        read_case(folder)
    assert caught.value.exit_code == 66


@pytest.mark.parametrize("name", ["absences.csv", "history.csv", "duties.csv", "sessions.csv"])
def test_optional_tables_may_be_missing(folder: Path, name: str) -> None:
    """Tables that are not required are empty when they are missing."""
    (folder / name).unlink()
    assert len(getattr(read_case(folder), name.removesuffix(".csv"))) == 0


def test_no_folder_is_missing_input(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is missing input; so is a table that is a folder."""
    (tmp_path / "file").write_bytes(b"")
    for name in ("nowhere", "file"):
        with pytest.raises(MissingInputError, match=name):
            read_case(tmp_path / name)
    with pytest.raises(MissingInputError, match=r"agents\.csv"):
        read_table(tmp_path / "agents.csv", Agents, AXIS)
    write_case(tmp_path / "plan", whole_case())
    (tmp_path / "plan" / "agents.csv").unlink()
    (tmp_path / "plan" / "agents.csv").mkdir()
    with pytest.raises(MissingInputError, match=r"agents\.csv"):
        read_case(tmp_path / "plan")


def test_a_table_in_two_formats_is_refused(folder: Path) -> None:
    """Which of two files holds the truth is not guessed."""
    (folder / "agents.parquet").write_bytes(case_files(whole_case(), "parquet")["agents.parquet"])
    (problem,) = problems_of(folder)
    assert "agents.csv and agents.parquet" in problem.expected


def test_formats_may_be_mixed(folder: Path) -> None:
    """One table may be CSV and another Parquet or JSON."""
    (folder / "agents.csv").unlink()
    (folder / "agents.parquet").write_bytes(case_files(whole_case(), "parquet")["agents.parquet"])
    (folder / "demand.csv").unlink()
    (folder / "demand.json").write_bytes(case_files(whole_case(), "json")["demand.json"])
    assert read_case(folder).agents.same_as(whole_case().agents)


def test_a_regime_without_a_version_in_force(tmp_path: Path) -> None:
    """A contract whose regime has no version on the first day is an error of data."""
    case = whole_case()
    late = tuple(
        r.model_copy(update={"effective_from": date(2030, 1, 1)}) if r.regime == "NR17_6H" else r
        for r in case.plan.labour
    )
    write_case(tmp_path / "plan", replace(case, plan=case.plan.model_copy(update={"labour": late})))
    assert places(problems_of(tmp_path / "plan")) == [("contracts.csv", 3, "regime")]


def test_more_than_the_week_so_far_can_hold(tmp_path: Path) -> None:
    """Of the week of the first day, a Wednesday: two days at most, and both of them are days in a row."""
    case = whole_case()
    plan = case.plan.model_copy(update={"first_day": date(2026, 12, 2)})
    rows = [
        row | {"days_worked_in_week": days, "minutes_worked_in_week": minutes}
        for row, days, minutes in zip(case.agents.rows(), (2, 3), (2881, 2880), strict=True)
    ]
    write_case(tmp_path / "plan", replace(case, plan=plan, agents=Agents.from_rows(rows)))
    problems = problems_of(tmp_path / "plan")
    found = {(p.row, p.column, p.expected) for p in problems if p.file == "agents.csv"}
    assert found == {
        (2, "days_worked_in_a_row", "expected 2 at least: all days of the week so far were worked"),
        (2, "minutes_worked_in_week", "expected 2880 at most: the horizon begins on a Wednesday"),
        (3, "days_worked_in_week", "expected 2 at most: the horizon begins on a Wednesday"),
    }


def test_tables_left_out_are_not_looked_at(folder: Path) -> None:
    """A command that makes a table anew does not fail on the old one."""
    (folder / "sessions.csv").write_bytes(b"garbage")
    case = read_case(folder, leave_out=(Sessions, Unplaced))
    assert len(case.sessions) == len(case.unplaced) == 0
    assert len(case.breaks) == 1


def test_orders_become_surrogates(folder: Path) -> None:
    """Order numbers and CPFs of both tables become surrogates that fit together, and nothing else stays."""
    edit(folder, "bookings.csv", "booking_id,", "order_number,tax_id,")
    edit(folder, "participants.csv", "booking_id,participant_id,", "order_number,tax_id,cpf,")
    for number in range(1, 5):
        raw = f"CERTI{number},111.444.777-35"
        edit(folder, "bookings.csv", f"B{number},paid", f"{raw},paid")
        edit(folder, "participants.csv", f"B{number},P{number}", f"{raw},529.982.247-25")
    for name in ("sessions.csv", "unplaced.csv"):
        (folder / name).unlink()
    case = read_case(folder, KEY)
    assert case.bookings.booking_id.tolist() == case.participants.booking_id.tolist()
    assert case.bookings.booking_id[0] == KEY.booking("certi1", "11144477735")
    assert set(case.participants.participant_id) == {KEY.participant("52998224725")}
    written = b"".join(case_files(case, "csv").values())
    assert b"CERTI" not in written.replace(b'"CERTI"', b"")
    assert b"111.444" not in written
    assert all("key" in problem.expected for problem in problems_of(folder))


def test_order_numbers_follow_the_policy(folder: Path) -> None:
    """The prefixes of the plan's policy are demanded of order numbers (R8)."""
    edit(folder, "bookings.csv", "booking_id,", "order_number,tax_id,")
    for number in range(1, 5):
        edit(folder, "bookings.csv", f"B{number},paid", f"X{number},111.444.777-35,paid")
    found = [p for p in problems_of(folder, KEY) if p.file == "bookings.csv"]
    assert [p.row for p in found] == [2, 3, 4, 5]
    assert all("CERTI or 17" in p.expected for p in found)


def test_the_list_is_capped_but_nothing_is_lost(tmp_path: Path) -> None:
    """The message shows the first problems of each file and counts the rest; the error keeps all."""
    path = tmp_path / "absences.csv"
    path.write_text("agent_id,starts_at,ends_at\n" + "A1,x,y\n" * 500)
    with pytest.raises(BadDataError) as caught:
        read_table(path, type(whole_case().absences), AXIS)
    assert len(caught.value.problems) == 1000
    lines = str(caught.value).splitlines()
    assert len(lines) == PROBLEMS_SHOWN_PER_FILE + 2
    assert lines[0] == "1000 problems in absences.csv"
    assert lines[-1] == f"  absences.csv: and {1000 - PROBLEMS_SHOWN_PER_FILE} more"


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """Blank lines count, and a record over several lines counts once."""
    path = tmp_path / "agents.csv"
    path.write_text('agent_id,contract_id,skills,state\n\nA1,clt,"p\nf",SP\n\nA2,clt,pf,XX\n')
    with pytest.raises(BadDataError) as caught:
        read_table(path, Agents, AXIS)
    assert [(p.row, p.column) for p in caught.value.problems] == [(3, "skills"), (5, "state")]


def test_wall_time_is_of_the_plans_zone(folder: Path) -> None:
    """Without an offset, an instant is wall time in the zone that plan.json names (R4)."""
    document: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    document["time_zone"] = "America/Manaus"
    (folder / "plan.json").write_text(json.dumps(document))
    for name in ("absences", "history", "duties", "breaks", "sessions", "unplaced"):
        (folder / f"{name}.csv").unlink()
    (folder / "demand.csv").write_text("starts_at,skill,required\n30/11/2026 09:00,pf,1\n")
    case = read_case(folder)
    assert case.demand.starts_at.tolist() == [540]
    assert case.axis.instant_of(540).isoformat() == "2026-11-30T09:00:00-04:00"


def test_a_table_alone_needs_no_other(tmp_path: Path) -> None:
    """`read_table` judges one file; a type that is none of ours is refused."""
    for kind, table in ((Contracts, CONTRACTS), (Demand, whole_case().demand), (Breaks, whole_case().breaks)):
        path = tmp_path / f"{kind.TABLE}.csv"
        path.write_bytes(case_files(replace(whole_case(), **{kind.TABLE: table}), "csv")[path.name])
        assert read_table(path, kind, AXIS).same_as(table)
    (tmp_path / "agents.xlsx").write_bytes(b"PK")
    with pytest.raises(BadDataError, match=r"\.csv"):
        read_table(tmp_path / "agents.xlsx", Agents, AXIS)


def test_types_that_no_table_lists_are_unknown(folder: Path) -> None:
    """Without shift_types there are no types: whatever names one is refused."""
    (folder / "shift_types.csv").unlink()
    edit(folder, "wishes.csv", ",off,5,", ",off,5,early")
    found = problems_of(folder)
    assert places(found) == [
        ("shift_limits.csv", 2, "shift_type"),
        ("wishes.csv", 2, "shift_type"),
        ("shift_demand.csv", 2, "shift_type"),
    ]
    assert {p.expected for p in found} == {"expected a shift_type that is in shift_types.csv"}
