"""Rosters from workbooks: what was exported comes back, hand-made tables are read, every fault is told."""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from data.files import BadDataError, MissingInputError
from data.model import Break, Case, Duty, Roster
from data.sample import load_sample
from data.workbooks import LANGUAGES, Language, read_roster_workbook, roster_workbook
from tests.workbooks.books import DAY, eight_days

HEADS = ["Agente", "Data", "Início", "Fim", "Intervalos"]
GOOD = ["A1", date(2026, 11, 30), time(9), time(18), "refeição 12:00-13:00; pausa 15:00-15:10"]
THE_DUTY = Duty("A1", 540, 1080, (Break(720, 780, "meal"), Break(900, 910, "pause")))


def read(content: bytes, case: Case, folder: Path) -> Roster:
    path = folder / "mine.xlsx"
    path.write_bytes(content)
    return read_roster_workbook(path, case)


def made(*rows: list[Any], sheet: str = "Jornadas", more: tuple[str, ...] = ()) -> bytes:
    """A workbook of these rows."""
    book = Workbook()
    book.active.title = sheet
    for title in more:
        book.create_sheet(title)
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def faults(content: bytes, folder: Path) -> list[tuple[int | None, str, str, str]]:
    """Row, column, value and what was expected of every fault."""
    with pytest.raises(BadDataError) as caught:
        read(content, eight_days(), folder)
    assert all(problem.file.startswith("mine.xlsx") for problem in caught.value.problems)
    return [(p.row, p.column, p.value, p.expected) for p in caught.value.problems]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [eight_days(), load_sample()], ids=["eight days", "sample"])
def test_what_was_exported_comes_back(case: Case, language: Language, tmp_path: Path) -> None:
    """Night duties, breaks and pins included, in both languages."""
    assert read(roster_workbook(case, language), case, tmp_path) == case.roster


AGENTS = ("A1", "A2", "A3", "=1+1")


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any duties that start within the horizon, lawful or not: long, off the grid, with breaks outside."""
    duties: dict[tuple[str, int], Duty] = {}
    for _ in range(draw(st.integers(0, 4))):
        agent, start = draw(st.sampled_from(AGENTS)), draw(st.integers(0, 8 * DAY - 1))
        length = draw(st.sampled_from([1, 60, 61, 480, DAY - 60, DAY, DAY + 60, 2 * DAY + 7]))
        rests = draw(
            st.lists(st.tuples(st.integers(-90, length + 90), st.sampled_from([1, 10, 60, DAY])), max_size=3)
        )
        breaks = {
            start + at: Break(start + at, start + at + minutes, draw(st.sampled_from(["meal", "pause"])))
            for at, minutes in rests
        }
        duties[agent, start] = Duty(
            agent, start, start + length, tuple(breaks[at] for at in sorted(breaks)), draw(st.booleans())
        )
    kept: dict[tuple[str, int], Duty] = {}
    seen: set[tuple[str, int]] = set()
    for key, duty in duties.items():
        free = tuple(rest for rest in duty.breaks if (duty.agent_id, rest.start) not in seen)
        seen |= {(duty.agent_id, rest.start) for rest in free}
        kept[key] = replace(duty, breaks=free)
    return Roster.of(kept.values())


@pytest.mark.parametrize("first_day", [date(2026, 11, 30), date(2019, 2, 14), date(2018, 11, 1)])
def test_any_roster_comes_back(first_day: date, tmp_path: Path) -> None:
    """Also across the end and the beginning of daylight saving time."""
    base = eight_days()
    base = replace(base, plan=base.plan.model_copy(update={"first_day": first_day}))

    @settings(max_examples=25)
    @given(rosters(), st.sampled_from(LANGUAGES))
    def comes_back(drawn: Roster, language: Language) -> None:
        case = base.with_roster(drawn)
        inside = [duty for duty in case.roster.duties if duty.start < case.axis.end]
        case = base.with_roster(Roster.of(inside))
        assert read(roster_workbook(case, language), case, tmp_path) == case.roster

    comes_back()


@pytest.mark.parametrize(
    "row",
    [
        GOOD,
        ["A1", "30/11/2026", "09:00", "18:00", "Pausa 15:00–15:10\nREFEICAO 12:00–13:00"],
        ["A1", "2026-11-30", "9:00", "18:00:00", "pause 15:00 - 15:10 ; meal 12:00 - 13:00;"],
        ["A1", datetime(2026, 11, 30), timedelta(hours=9), timedelta(hours=18), GOOD[4]],  # noqa: DTZ001
        [" A1 ", GOOD[1], "09:00 (+0)", "18:00 UTC-03:00", GOOD[4]],
    ],
)
def test_tables_of_ones_own_making(row: list[Any], tmp_path: Path) -> None:
    """Dates and times of Excel or as text, breaks in either language and in any order, blank rows."""
    assert read(made(HEADS, row, []), eight_days(), tmp_path) == Roster.of([THE_DUTY])
    mixed = made(
        [], [], ["fixed", "BREAKS", "fim", " inicio ", "Work minutes", "date", "agent"],
        ["não", row[4], row[3], row[2], "?", row[1], row[0]], sheet="anything",
    )  # fmt: skip
    assert read(mixed, eight_days(), tmp_path) == Roster.of([THE_DUTY])


def test_a_night_duty_needs_no_dates(tmp_path: Path) -> None:
    """Times before the start are of the next day, of breaks too, and 24:00 is midnight."""
    night = ["A1", GOOD[1], "22:00", "06:00", "pausa 23:55-00:05; refeição 01:00-02:00"]
    evening = ["A2", GOOD[1], "18:00", "24:00", None]
    found = read(made(HEADS, night, evening), eight_days(), tmp_path)
    assert found == Roster.of(
        [
            Duty("A1", 1320, DAY + 360, (Break(1435, DAY + 5, "pause"), Break(DAY + 60, DAY + 120, "meal"))),
            Duty("A2", 1080, DAY),
        ]
    )


def test_the_sheet_is_found_among_others(tmp_path: Path) -> None:
    """By its name in either language; without it, the names that are there are told."""
    for title in ("jornadas", "DUTIES"):
        found = read(made(HEADS, GOOD, sheet=title, more=("Notes",)), eight_days(), tmp_path)
        assert found == Roster.of([THE_DUTY])
    assert faults(made(HEADS, GOOD, sheet="Plan", more=("Notes",)), tmp_path) == [
        (None, "", "Plan, Notes", "expected one sheet called Jornadas or Duties")
    ]
    assert len(faults(made(HEADS, GOOD, more=("Duties",)), tmp_path)) == 1


def test_every_fault_of_every_row_is_told(tmp_path: Path) -> None:
    """With row, head of the column, value and what was expected."""
    found = faults(
        made(
            [*HEADS, "Fixa"],
            GOOD,
            ["A9", "31/02/2026", "25:00", 9, "almoço 12:00-13:00", "talvez"],
            [None, date(2025, 11, 30), time(9, 0, 20), "", "refeição 12:00", None],
            ["A1", GOOD[1], "09:00", "12:00 (+0)", None, None],
            ["A2", GOOD[1], "09:00", "08:00 (+0)", "pausa 10:00-09:50 (+0)", None],
            ["A3", GOOD[1], "09:00", "12:00", "pausa 10:00-10:10; pausa 10:00-10:20", None],
        ),
        tmp_path,
    )
    assert [(row, column, value) for row, column, value, _ in found] == [
        (3, "Agente", "A9"), (3, "Data", "31/02/2026"), (3, "Início", "25:00"), (3, "Fim", "9"),
        (3, "Fixa", "talvez"), (3, "Intervalos", "almoço 12:00-13:00"),
        (4, "Agente", ""), (4, "Data", "2025-11-30"), (4, "Início", "09:00:20"), (4, "Fim", ""),
        (4, "Intervalos", "refeição 12:00"),
        (5, "Início", "09:00"),
        (6, "Intervalos", "pausa 10:00-09:50 (+0)"), (6, "Fim", "08:00 (+0)"),
        (7, "Intervalos", "pausa 10:00-10:10; pausa 10:00-10:20"),
    ]  # fmt: skip
    assert all(expected for *_, expected in found)
    told = {(row, column): expected for row, column, _, expected in found}
    assert "from 2026-11-30 to 2026-12-07" in told[4, "Data"]
    assert "row 2" in told[5, "Início"]


def test_heads_that_are_unknown_missing_or_there_twice(tmp_path: Path) -> None:
    """All of them are told before any row is."""
    found = faults(made(["Agente", "Agent", "Data", "Inicio", "Termino", "Intervalos"], ["A9"]), tmp_path)
    assert [(row, value) for row, _, value, _ in found] == [(1, "Agent"), (1, "Termino"), (1, "")]
    assert "Fim/End" in found[2][3]
    assert [row for row, *_ in faults(made(), tmp_path)] == [None]


def test_no_personal_number_is_shown(tmp_path: Path) -> None:
    """A CPF in place of an agent is masked in the message."""
    found = faults(made(HEADS, ["111.444.777-35", *GOOD[1:]]), tmp_path)
    assert found[0][2] == "***.444.777-**"


def test_times_that_the_clocks_skip_or_show_twice(tmp_path: Path) -> None:
    """They are refused, and told apart by their offset."""
    base = eight_days()
    case = replace(base, plan=base.plan.model_copy(update={"first_day": date(2019, 2, 14)}))
    row = ["A1", date(2019, 2, 16), "20:00", "23:30", None]
    with pytest.raises(BadDataError, match="shown twice"):
        read(made(HEADS, row), case, tmp_path)
    for offset, length in (("-02:00", 210), ("-03:00", 270)):
        row[3] = f"23:30 UTC{offset}"
        (duty,) = read(made(HEADS, row), case, tmp_path).duties
        assert duty.end - duty.start == length


def test_files_that_are_no_workbooks(tmp_path: Path) -> None:
    """Text, an empty file, another archive, and a workbook cut off or damaged anywhere: one clear error."""
    case, whole = eight_days(), roster_workbook(eight_days())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("hello.txt", "hello")
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(broken, "w") as copy:
        for name in parts.namelist():
            content = parts.read(name)
            copy.writestr(name, content[: len(content) // 2] if "sheet" in name else content)
    cut = [whole[: len(whole) * part // 7] for part in range(1, 7)]
    for content in (b"agent;date", b"", archive.getvalue(), broken.getvalue(), *cut):
        with pytest.raises(BadDataError, match=r"mine\.xlsx"):
            read(content, case, tmp_path)
    for place in range(30, len(whole), len(whole) // 40):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        with contextlib.suppress(BadDataError):
            assert read(bytes(damaged), case, tmp_path) == case.roster
    with pytest.raises(MissingInputError):
        read_roster_workbook(tmp_path / "nowhere.xlsx", case)


def test_an_edit_in_the_exported_workbook_is_read(tmp_path: Path) -> None:
    """A time changed in Excel moves the duty's end, and nothing else."""
    case = eight_days()
    book = load_workbook(io.BytesIO(roster_workbook(case)))
    (row,) = [row for row in book["Jornadas"] if row[0].value == "=1+1"]
    row[3].value = time(15)
    held = io.BytesIO()
    book.save(held)
    expected = [
        replace(duty, end=duty.end + 60) if duty.agent_id == "=1+1" else duty for duty in case.roster.duties
    ]
    assert read(held.getvalue(), case, tmp_path) == Roster.of(expected)
