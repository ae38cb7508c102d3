"""The workbook shows the roster, its table and its coverage, cell by cell, and keeps texts texts."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as clock

import pytest

from data.coverage import coverage
from data.model import Agents, Case, Contracts, Duties, Roster, Wishes
from data.sample import load_sample
from data.workbooks import LANGUAGES, Language, roster_workbook
from tests.support.cases import tiny_case
from tests.workbooks.books import DAY, eight_days, opened, rows_of

SHEETS: dict[Language, list[str]] = {
    "pt-BR": ["Escala 2026-11-30", "Escala 2026-12-07", "Agentes", "Jornadas", "Cobertura"],
    "en": ["Roster 2026-11-30", "Roster 2026-12-07", "Agents", "Duties", "Coverage"],
}


def test_the_first_week_of_the_wall_roster() -> None:
    """Duties with their breaks, days off, absences and hours stand where they belong."""
    first = rows_of(opened(roster_workbook(eight_days())), "Escala 2026-11-30")
    off, away = "Folga", "Ausência"
    assert first[0] == [
        "Agente", "seg 30/11", "ter 01/12", "qua 02/12", "qui 03/12", "sex 04/12", "sáb 05/12", "dom 06/12",
        "Horas", "Contrato",
    ]  # fmt: skip
    assert first[1] == [
        "A1", "09:00–18:00\nRefeição 12:00–13:00", "22:00–06:00\nPausa 23:50–00:00\nRefeição 01:00–02:00",
        off, off, off, off, off, timedelta(hours=15), timedelta(hours=44),
    ]  # fmt: skip
    assert first[2] == [
        "A2", "09:00–15:20\nPausa 10:20–10:30\nRefeição 12:00–12:20\nPausa 13:20–13:30", off, off,
        "20:00–00:00", off, off, off, timedelta(hours=10), timedelta(hours=36),
    ]  # fmt: skip
    assert first[3] == [
        "A3", away, away, f"{away} 00:00–10:00", off, off, off, off, timedelta(0), timedelta(hours=44),
    ]  # fmt: skip
    assert first[4][:4] == ["=1+1", off, off, "10:00–14:00"]
    assert first[5] == ["Com jornada", 2, 1, 1, 1, 0, 0, 0, timedelta(hours=29), None]


def test_the_second_week_is_a_sheet_of_its_own() -> None:
    """A duty and a part of a day's absence stand in one cell of the week that they fall into."""
    second = rows_of(opened(roster_workbook(eight_days(), "en")), "Roster 2026-12-07")
    assert second[0] == ["Agent", "Mon 12-07", "Hours", "Contract"]
    assert second[1] == ["A1", "08:00–16:00\nAbsence 16:40–20:00", timedelta(hours=8), timedelta(hours=44)]
    assert second[2][1] == "Day off"


def test_the_table_of_duties() -> None:
    """One row a duty: dates and times that Excel can reckon with, breaks in words, minutes of work."""
    book = opened(roster_workbook(eight_days(), "en"))
    rows = rows_of(book, "Duties")
    assert rows[0] == ["Agent", "Date", "Start", "End", "Breaks", "Work minutes", "Fixed"]
    assert len(rows) == 7
    by_key = {(row[0], row[1].date()): row[2:] for row in rows[1:]}
    assert by_key["A1", date(2026, 11, 30)] == [clock(9), clock(18), "meal 12:00–13:00", 480, "yes"]
    night = "pause 23:50–00:00; meal 01:00–02:00"
    assert by_key["A1", date(2026, 12, 1)] == [clock(22), clock(6), night, 420, "no"]
    assert by_key["A2", date(2026, 12, 3)] == [clock(20), clock(0), None, 240, "no"]
    assert book["Duties"].auto_filter.ref == "A1:G7"


def test_the_table_of_agents() -> None:
    """Days, hours, overtime, weekends, late duties and wishes of each agent, and those before."""
    made = eight_days()
    agents = [row | {"weekend_days_worked": 3, "late_duties_worked": 2} for row in made.agents.rows()]
    wishes = [
        {"agent_id": "A1", "starts_at": day * DAY, "ends_at": (day + 1) * DAY, "kind": "off"}
        for day in (0, 5)
    ]
    duties = [
        *made.duties.rows(),
        {"agent_id": "A3", "starts_at": 5 * DAY + 480, "ends_at": 5 * DAY + 720, "pinned": False},
    ]
    made = replace(
        made,
        agents=Agents.from_rows(agents),
        contracts=Contracts.from_rows([row | {"daily_minutes": 420} for row in made.contracts.rows()]),
        wishes=Wishes.from_rows(wishes),
        duties=Duties.from_rows(duties),
    )
    rows = rows_of(opened(roster_workbook(made, "en")), "Agents")
    assert rows[0] == [
        "Agent", "Days", "Hours", "Night hours", "Overtime", "Weekend days", "With those before",
        "Late duties", "With those before", "Wishes", "Wishes met",
    ]  # fmt: skip
    assert rows[1] == ["A1", 3, timedelta(hours=23), timedelta(hours=7), timedelta(hours=3), 0, 3, 1, 3, 2, 1]
    assert rows[2] == ["A2", 2, timedelta(hours=10), timedelta(hours=2), timedelta(0), 0, 3, 1, 3, 0, 0]
    assert rows[3] == ["A3", 1, timedelta(hours=4), timedelta(0), timedelta(0), 1, 4, 0, 2, 0, 0]
    assert rows[4][0] == "=1+1"


def test_the_table_of_coverage() -> None:
    """The rows of all skills add up to the coverage of the case, interval by interval."""
    case = load_sample()
    rows = rows_of(opened(roster_workbook(case)), "Cobertura")
    assert rows[0] == ["Data", "Início", "Fim", "Habilidade", "Exigidos", "Em serviço", "Faltam", "Sobram"]
    found = coverage(case)
    total = [row for row in rows[1:] if row[3] == "todas"]
    assert [row[4] for row in total] == found.required_by_skill.sum(axis=1).tolist()
    assert [row[5] for row in total] == found.in_service.tolist()
    assert [row[6] for row in total] == found.under_per_interval.tolist()
    assert [row[7] for row in total] == found.over_per_interval.tolist()
    starts = [case.axis.instant_of(start) for start in found.starts.tolist()]
    assert [(row[0].date(), row[1]) for row in total] == [(at.date(), at.time()) for at in starts]
    for place, skill in enumerate(found.skills):
        told = [row for row in rows[1:] if row[3] == skill]
        assert sum(row[4] for row in told) == found.required_by_skill[:, place].sum()
        assert sum(row[5] for row in told) == found.covered_by_skill[:, place].sum()
        assert all(row[4] - row[5] == row[6] and row[7] is None for row in told)


def test_every_duty_of_the_sample_week_is_shown() -> None:
    """The wall roster of a whole team says what the roster says, and nothing else."""
    case = load_sample()
    rows = rows_of(opened(roster_workbook(case, "en")), "Roster")
    words = {"meal": "Meal", "pause": "Pause"}
    for row, agent in zip(rows[1:-1], case.agents.agent_id.tolist(), strict=True):
        assert row[0] == agent
        expected: dict[int, list[str]] = {}
        for duty in case.roster.by_agent.get(agent, ()):
            lines = expected.setdefault(case.axis.day_of(duty.start), [])
            spans = [("", duty.start, duty.end)]
            spans += [(f"{words[rest.kind]} ", rest.start, rest.end) for rest in duty.breaks]
            for word, *ends in spans:
                lines.append(word + "–".join(f"{case.axis.instant_of(at):%H:%M}" for at in ends))
        shown = {
            day: [line for line in text.split("\n") if not line.startswith("Absence")]
            for day, text in enumerate(row[1:7])
            if text != "Day off"
        }
        assert {day: lines for day, lines in shown.items() if lines} == expected
        worked = sum(duty.work_minutes for duty in case.roster.by_agent.get(agent, ()))
        assert row[7] == timedelta(minutes=worked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_are_set_up_for_print(language: Language) -> None:
    """Across, one page wide, heads on every page and in view, plan and week above, page numbers below."""
    book = opened(roster_workbook(eight_days(), language))
    assert book.sheetnames == SHEETS[language]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert "Equipe && =cmd" in sheet.oddHeader.left.text
        assert "2026" in sheet.oddHeader.right.text
        assert "&P" in sheet.oddFooter.right.text.replace("&[Page]", "&P")
    assert [sheet.freeze_panes for sheet in book] == ["B2", "B2", "A2", "A2", "A2"]


def test_the_same_case_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the clock nor the zone of the machine leaves a trace in the file."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    first = roster_workbook(eight_days())
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    time.sleep(2.1)  # times in a ZIP have steps of two seconds
    second = roster_workbook(eight_days())
    assert first == second
    monkeypatch.undo()
    time.tzset()
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {entry.date_time[:3] for entry in held.infolist()} == {(2026, 11, 29)}
        assert held.read("docProps/core.xml").count(b"2026-11-29T21:00:00Z") == 2


@pytest.mark.parametrize(
    "name", ["=1+1", "+5", "-5+2", "@SUM(A1)", "#REF!", "0012", "a\x0bb", "=HYPERLINK()"]
)
def test_names_stay_texts(name: str) -> None:
    """Whatever an agent's name begins with, no cell holds a formula, an error value or a number of it."""
    case = tiny_case()
    renamed = Agents.from_rows([{"agent_id": name, "contract_id": "clt", "skills": "pf|pj", "state": "SP"}])
    case = replace(case, agents=renamed).with_roster(
        Roster.of(replace(duty, agent_id=name) for duty in case.roster.duties[:1])
    )
    book = opened(roster_workbook(case))
    held = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in held if cell.data_type in ("f", "e")]
    shown = name.replace("\x0b", "")
    assert [cell.value for cell in (book["Escala"]["A2"], book["Jornadas"]["A2"])] == [shown, shown]
    assert book["Jornadas"]["A2"].data_type == "s"
    assert bool(book["Jornadas"]["A2"].quotePrefix) == (shown[0] in "=+-@")


def test_a_day_without_duties_and_a_roster_without_any() -> None:
    """Everybody is off on such a day, and an empty roster gives tables with heads alone."""
    case = eight_days()
    week = rows_of(opened(roster_workbook(case)), "Escala 2026-11-30")
    friday = [row[5] for row in week[1:-1]]
    assert friday == ["Folga"] * 4
    empty: Case = case.with_roster(Roster(()))
    book = opened(roster_workbook(empty))
    assert len(rows_of(book, "Jornadas")) == 1
    assert all(row[1] == "Folga" for row in rows_of(book, "Escala 2026-12-07")[1:-1] if row[0] != "A1")
    assert all(row[5] == 0 for row in rows_of(book, "Cobertura")[1:])


def test_a_day_on_which_the_clocks_change_is_a_whole_day_off() -> None:
    """An absence of a day of 25 hours is shown as one, not as a part of it."""
    case = eight_days()
    plan = case.plan.model_copy(
        update={"first_day": date(2019, 2, 14), "as_of": case.plan.as_of.replace(year=2019, month=2, day=13)}
    )
    moved = replace(case, plan=plan).with_roster(Roster(()))
    absences = type(case.absences).from_rows(
        [
            {
                "agent_id": "A1",
                "starts_at": moved.axis.midnight(2),
                "ends_at": moved.axis.midnight(2) + DAY + 60,
            }
        ]
    )
    moved = replace(moved, absences=absences)
    assert rows_of(opened(roster_workbook(moved)), "Escala 2019-02-14")[1][3] == "Ausência"
