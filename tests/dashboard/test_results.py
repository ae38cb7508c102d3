"""Results are read from run folders as commands write them, and summed up without inventing numbers."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.results import (
    IN_GROUPS,
    ReportContent,
    ResultError,
    cards,
    folder_label,
    group_columns,
    group_rows,
    headline,
    level_rows,
    list_runs,
    newest_change,
    provenance_rows,
    read_result,
    readable_table,
    run_folder,
    short_key,
    unplaced_rows,
)
from dashboard.results.indicators import kpi_value
from dashboard.results.summary import share_of
from dashboard.texts import Texts
from data.files import PlanFolder, write_case
from data.model import Duties
from simulation import KPIS
from tests.dashboard.weeks import ALLOCATION, GROUPS, ROSTER, content, week
from tests.support import cases

TEXTS = Texts("pt-BR")
WEEK = week(agents=4, days=2)
KPI_DOCUMENT = {"kpis": {"wait_mean": {"mean": 1.5, "low": 1.0, "high": 2.0}}, "waits": [0, 1.5, None]}


def write_run(folder: Path, **documents: Any) -> Path:
    """A plan folder with one run."""
    if not (folder / "plan.json").exists():
        write_case(folder, WEEK)
    return PlanFolder(folder).write_run(
        WEEK, {f"{name}.json": json.dumps(document).encode() for name, document in documents.items()}, "demo"
    )


def test_reads_what_the_commands_write(tmp_path: Path) -> None:
    """Case and documents of a run come back, with the numbers that they carry."""
    result = {
        "roster": ROSTER, "allocate": ALLOCATION, "check": {"violations": [{"rule": "R1"}]},
        "simulate": {"replications": 20, "kpis": {}}, "seed": 3, "seconds": 9.5,
        "versions": {"pontual": "0.1.0"},
    }  # fmt: skip
    run = write_run(tmp_path / "plan", result=result, kpis=KPI_DOCUMENT)
    read = read_result(run_folder(tmp_path / "plan"))
    assert run_folder(tmp_path / "plan") == run
    assert read.case.sessions.same_as(WEEK.sessions)
    assert read.kpis["wait_mean"] == (1.5, 1.0, 2.0)
    assert read.waits.tolist()[:2] == [0, 1.5]
    assert math.isnan(read.waits[2])
    assert (read.violations, read.replications, read.seed, read.seconds) == (1, 20, 3, 9.5)
    assert read.roster_outcome.levels[1].bound == 480.5
    assert read.allocation_outcome.status == "optimal"
    assert read.versions == {"pontual": "0.1.0"}
    assert read.written_at is not None
    assert read.written_at.tzinfo is WEEK.axis.zone


def test_reads_the_document_of_a_single_command(tmp_path: Path) -> None:
    """A run of `roster` or of `allocate` alone has its document on the top level."""
    run = write_run(tmp_path / "a", result={"required": 10, **ROSTER})
    assert read_result(run).roster_outcome.status == "feasible"
    assert read_result(run).allocation_outcome.status == ""
    run = write_run(tmp_path / "b", result={"eligible": 10, **ALLOCATION})
    assert read_result(run).allocation_outcome.status == "optimal"


def test_reads_a_folder_without_documents(tmp_path: Path) -> None:
    """A plan folder that no command has touched can be shown; nothing is claimed about it."""
    write_case(tmp_path / "plan", WEEK)
    read = read_result(run_folder(tmp_path / "plan"))
    assert (read.violations, dict(read.kpis), read.roster_outcome.levels) == (None, {}, ())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b"[" * 100_000])
def test_broken_documents_are_named(tmp_path: Path, body: bytes) -> None:
    """A result that is no JSON object is refused with the file's name, not with a traceback."""
    run = write_run(tmp_path / "plan")
    (run / "result.json").write_bytes(body)
    with pytest.raises(ResultError) as caught:
        read_result(run)
    assert (caught.value.key, caught.value.details) == ("error.bad_document", ("result.json",))


@pytest.mark.parametrize(
    "result",
    [
        {"roster": [], "allocate": "x", "check": 3, "simulate": None, "versions": 7},
        {
            "roster": {
                "levels": [1, None, {"name": 3, "objective": "x"}],
                "status": None,
                "reproducible": "yes",
            }
        },
        {"roster": {"levels": {"a": 1}, "seconds": True}, "seed": "x", "check": {"violations": "many"}},
        {"simulate": {"kpis": {"wait_mean": {"mean": None}, "x": 3}, "waits": {"a": 1}, "replications": 2.5}},
    ],
)
def test_odd_documents_are_read_as_far_as_they_go(tmp_path: Path, result: dict[str, Any]) -> None:
    """Fields of another type than expected count as unknown, and everything can still be shown."""
    run = write_run(tmp_path / "plan", result=result)
    read = read_result(run)
    headline(read, TEXTS)
    assert cards(read, TEXTS)
    level_rows(read, TEXTS)
    provenance_rows(read, TEXTS)


def test_missing_and_bad_folders_say_what_is_wrong(tmp_path: Path) -> None:
    """No folder, no table, bad cells, a pointer to nowhere: each has its own words, without personal data."""
    with pytest.raises(ResultError, match="no_folder"):
        read_result(tmp_path / "nowhere")
    write_case(tmp_path / "plan", WEEK)
    (tmp_path / "plan" / "current").write_text("runs/elsewhere")
    with pytest.raises(ResultError, match="bad_data"):
        run_folder(tmp_path / "plan")
    (tmp_path / "plan" / "current").unlink()
    agents = tmp_path / "plan" / "agents.csv"
    agents.write_text(
        agents.read_text(encoding="utf-8").replace(",SP,", ",111.444.777-35,"), encoding="utf-8"
    )
    with pytest.raises(ResultError) as caught:
        read_result(tmp_path / "plan")
    assert caught.value.key == "error.bad_data"
    assert caught.value.details
    assert "111.444" not in "".join(map(str, caught.value.details))
    agents.unlink()
    with pytest.raises(ResultError, match="missing_input"):
        read_result(tmp_path / "plan")


def test_lists_plans_and_runs(tmp_path: Path) -> None:
    """Plan folders and their runs are found, and named for people."""
    run = write_run(tmp_path / "plan")
    write_case(tmp_path / "other", WEEK)
    assert set(list_runs(tmp_path)) == {tmp_path / "plan", tmp_path / "other", run}
    assert list_runs(tmp_path / "nowhere") == []
    assert folder_label(tmp_path / "plan", TEXTS) == "plan"
    assert folder_label(Path("x/plan/runs/20261130T120500Z-0a1b2c3d"), TEXTS) == "plan: seg 30/11 09:05"
    assert folder_label(Path("x/runs/notes"), TEXTS) == "notes"


def test_notices_changes(tmp_path: Path) -> None:
    """The time of the newest file tells a changed result from an old one."""
    (tmp_path / "a").write_text("1")
    before = newest_change(tmp_path)
    assert before > 0
    import os

    os.utime(tmp_path / "a", (before + 5, before + 5))
    assert newest_change(tmp_path) == before + 5
    assert newest_change(tmp_path / "nowhere") == 0


def test_eligible_is_all_but_the_refused() -> None:
    """Placed bookings and unplaced eligible ones are the eligible ones."""
    refused = int((WEEK.unplaced.reason == "not_eligible").sum())
    assert refused > 0
    assert content(WEEK).eligible == len(WEEK.bookings) - refused


def test_a_hundred_percent_is_said_only_of_the_whole() -> None:
    """2,879 of 2,880 are 99.9 %, not 100 %."""
    assert TEXTS.percent(share_of(2_879, 2_880)) == "99,9%"
    assert TEXTS.percent(share_of(2_880, 2_880)) == "100,0%"


def test_headline_says_only_what_is_known() -> None:
    """Without demand or simulation the sentence leaves them out; without bookings there is a dash."""
    full = headline(content(WEEK), TEXTS)
    assert "a escala cobre" in full
    assert "espera média simulada de 1,2 min." in full
    bare = ReportContent(replace(WEEK, demand=cases.case(agents=[]).demand))
    share = TEXTS.percent(share_of(bare.placed, bare.eligible))
    assert headline(bare, TEXTS).endswith(f"têm sessão marcada ({share}).")
    nothing = ReportContent(cases.case(agents=[cases.agent("A1")]))
    assert headline(nothing, TEXTS) == "0 de 0 pedidos elegíveis têm sessão marcada (\u2013)."


def test_cards_show_intervals() -> None:
    """A simulated figure carries its 95 % interval, with the unit once."""
    shown = {card.label: card for card in cards(content(WEEK), TEXTS)}
    assert shown["Espera > 10 min"].value == "2,1%"
    assert shown["Espera > 10 min"].detail == "IC 95%: 1,8 a 2,5%"
    assert shown["Espera média"].detail == "IC 95%: 1,1 a 1,4 min"


def test_groups_are_rows_and_columns() -> None:
    """Skills in their usual order under their names; a value with its interval, the unit once."""
    first, second = group_rows(GROUPS, TEXTS)
    assert first[:3] == ("PF", "60", "0,5 min")
    assert second[:3] == ("PJ", "40", "2,5 min (2,2 a 2,8)")
    assert second[2 + IN_GROUPS.index("wait_over_10")] == "5,0% (4,0 a 6,0)"
    assert first[2 + IN_GROUPS.index("cost")] == "\u2013"
    names, lines = group_columns(GROUPS, TEXTS)
    assert names == ["PF", "PJ"]
    assert [line[0] for line in lines] == [TEXTS.label("kpi", name) for name in KPIS]
    assert lines[0][1:] == ("0,5 min", "2,5 min (2,2 a 2,8)")


def test_groups_are_read_from_documents() -> None:
    """What is not of the form is left out, and nothing breaks."""
    kpis = {"wait_mean": {"mean": 1.0, "low": None, "high": 2.0}}
    listed = {"pf": {"sessions": 3.0, "kpis": kpis}, "pj": 4, "x": {"kpis": []}, "y": {"sessions": 1}}
    told = {"by_skill": listed, "by_interval": [1, 2]}
    read = ReportContent.from_documents(WEEK, {"simulate": told})
    assert list(read.by_skill) == ["pf"]
    assert read.by_skill["pf"].sessions == 3
    assert read.by_skill["pf"].kpis["wait_mean"].mean == 1
    assert math.isnan(read.by_skill["pf"].kpis["wait_mean"].low)
    assert read.by_interval == {}


@pytest.mark.parametrize("name", [*KPIS, "unheard_of"])
def test_every_indicator_can_be_shown(name: str) -> None:
    """Values of all sizes, unknown ones included."""
    assert kpi_value(name, float("nan"), TEXTS) == "\u2013"
    assert kpi_value(name, 1234.5, TEXTS)


def test_units_of_indicators() -> None:
    """Minutes of a customer stay minutes; minutes of a whole team are hours; shares are percentages."""
    assert kpi_value("wait_p95", 7.25, TEXTS) == "7,2 min"
    assert kpi_value("idle", 600, TEXTS) == "10,0 h"
    assert kpi_value("no_shows", 0.081, TEXTS) == "8,1%"
    assert kpi_value("cost", 1234.5, TEXTS) == "R$ 1.234,50"


def test_unplaced_rows_are_complete() -> None:
    """One row for each unplaced booking; rules in the order in which people count."""
    rows = unplaced_rows(content(WEEK), TEXTS)
    assert len(rows) == len(WEEK.unplaced)
    assert {row[3] for row in rows} == {"", "R7, R22"}


def test_short_keys() -> None:
    """Surrogates are cut, short names stay, and a personal identifier is masked."""
    assert short_key("b-abcdefghij0123456789") == "b-abcdefgh\u2026"
    assert short_key("B1") == "B1"
    assert "111" not in short_key("11144477735")


def test_readable_table() -> None:
    """Headings in the reader's language, wall-clock times, words instead of codes, missing values empty."""
    frame = readable_table(WEEK.duties, WEEK.axis, TEXTS)
    assert list(frame.columns) == ["agente", "início", "fim", "fixa"]
    first = WEEK.axis.instant_of(int(WEEK.duties.starts_at[0])).replace(tzinfo=None)
    assert frame["início"].iloc[0] == first
    assert len(readable_table(Duties.empty(), WEEK.axis, TEXTS)) == 0
    assert set(readable_table(WEEK.breaks, WEEK.axis, TEXTS)["tipo"]) == {"Pausa", "Refeição"}
    assert "R7, R22" in set(readable_table(WEEK.unplaced, WEEK.axis, TEXTS)["regras"])
    missing = replace(WEEK.bookings.take(WEEK.bookings.position and [0]))
    assert readable_table(missing, WEEK.axis, TEXTS)["pinned_start"].isna().all()
