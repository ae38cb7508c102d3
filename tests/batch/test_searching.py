"""Allocating, reoptimising and rostering on a store: promised starts stay, and what changes is told."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.files.tables import table_bytes
from data.generator import GeneratorSettings, generate
from data.model import Case, Duties, Sessions
from data.store import Run, SessionChange, Store
from pontual.batch import searching
from tests.batch.asking import Asking, at, judged, without_timings
from tests.support.cases import agent, booking, case, participant, tiny_case


@pytest.fixture(scope="module")
def sold() -> Case:
    """Twelve agents, two days, nearly full; its planted schedule is sold."""
    made = generate(GeneratorSettings(agents=12, days=2, load=0.85, seed=4))
    return replace(made.case, sessions=made.planted)


def rows(of: Case, names: list[str]) -> dict[str, Any]:
    """Some bookings with their participants, as a request brings them along."""

    def of_names(table: Any) -> Any:
        chosen = table.take(np.isin(table.booking_id, names))
        return json.loads(table_bytes(chosen, of.axis, "json"))

    return {"bookings": of_names(of.bookings), "participants": of_names(of.participants)}


def without(of: Case, names: list[str]) -> Case:
    """The case without some bookings."""

    def left(table: Any) -> Any:
        return table.take(~np.isin(table.booking_id, names))

    return replace(
        of,
        bookings=left(of.bookings),
        participants=left(of.participants),
        sessions=left(of.sessions),
    )


def test_new_bookings_are_placed_beside_what_is_sold(sqlite_url: str, sold: Case) -> None:
    """Bookings that come along get sessions; every session that was there stays, start and agent."""
    new = sold.sessions.booking_id.tolist()[::20]
    Store(sqlite_url).put_case("day", without(sold, new), Run("test"))
    asking = Asking(sqlite_url, now=sold.plan.as_of.isoformat())
    before = {row["booking_id"]: row for row in asking.case().sessions.rows()}
    result = asking.ask("allocate", **rows(sold, new))
    after = {row["booking_id"]: row for row in asking.case().sessions.rows()}
    assert [(c["booking"], c["change"]) for c in result["changes"]] == [(n, "placed") for n in sorted(new)]
    assert {name: row for name, row in after.items() if name in before} == before
    placed = result["search"]["levels"][0]
    assert placed["name"] == "placed"
    assert placed["objective"] == len(after) <= placed["bound"]
    assert {u["reason"] for u in result["unplaced"]} <= {"not_eligible"}
    assert len(asking.case().unplaced) == len(result["unplaced"])
    assert judged(asking.case()) == []
    assert result["reproducible"] is True
    run = asking.store.recorded_runs()[-1]
    assert (run.run.run_id, run.run.objective) == (result["run_id"], placed["objective"])
    assert asking.ask("allocate")["changes"] == []


def crowded() -> Case:
    """Two agents for an hour: A1 (pf, pj) holds a pf session that A2 (pf) could hold as well."""
    of = case(
        agents=[agent("A1"), agent("A2", skills="pf")],
        bookings=[booking("old"), booking("new", skill="pj")],
        participants=[participant("old", "P1", 540, 780), participant("new", "P2", 600, 630)],
        duties=[{"agent_id": name, "starts_at": 540, "ends_at": 660} for name in ("A1", "A2")],
    )
    placed = {"booking_id": "old", "agent_id": "A1", "starts_at": 605, "duration_minutes": 20}
    return replace(of, sessions=Sessions.from_rows([placed]))


def test_agents_change_where_somebody_could_not_be_placed_otherwise(tiny: Asking) -> None:
    """The starts stay: the session goes to another agent, and that is told with its reason."""
    tiny.store.put_case("day", crowded(), Run("test"))
    result = tiny.ask("allocate")
    told = {c["booking"]: (c["change"], c["why"]) for c in result["changes"]}
    assert told["old"] == ("agent_changed", "another agent, so that more bookings have a session")
    assert told["new"] == ("placed", "placed by the allocation")
    assert tiny.starts()["old"] == 605
    assert result["search"]["engine"].endswith("exchanges of agents")
    assert judged(tiny.case()) == []


def only_by_moving(pin: str) -> Case:
    """One agent; the old session stands where alone the new booking can be."""
    pinned = {"pin": pin, "pinned_start": 605} if pin else {}
    of = case(
        agents=[agent("A1")],
        bookings=[booking("old", **pinned), booking("new")],
        participants=[participant("old", "P1", 540, 780), participant("new", "P2", 605, 625)],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 720}],
    )
    placed = {"booking_id": "old", "agent_id": "A1", "starts_at": 605, "duration_minutes": 20}
    return replace(of, sessions=Sessions.from_rows([placed]))


@pytest.mark.parametrize(("mode", "pin", "moves"), [
    ("allocate", "", False),
    ("reoptimise", "", True),
    ("reoptimise", "movable", True),
    ("reoptimise", "fixed", False),
])  # fmt: skip
def test_sessions_move_by_mode_and_pin(tiny: Asking, mode: str, pin: str, moves: bool) -> None:
    """Only reoptimise moves sessions, where that places more, and never a fixed pin."""
    tiny.store.put_case("day", only_by_moving(pin), Run("test"))
    result = tiny.ask(mode)
    told = {c["booking"]: c["why"] for c in result["changes"]}
    if moves:
        assert told["old"] == "moved so that more bookings have a session"
        assert set(tiny.starts()) == {"old", "new"}
    else:
        assert told == {}
        assert [(u["booking"], u["reason"]) for u in result["unplaced"]] == [("new", "capacity_full")]
        assert result["unplaced"][0]["alternatives"]


def test_what_begins_too_soon_does_not_move(tiny: Asking) -> None:
    """A session within the lead time is left where it is, even by reoptimise."""
    tiny.store.put_case("day", only_by_moving(""), Run("test"))
    tiny.now = at(560)
    assert tiny.ask("reoptimise")["changes"] == []
    assert tiny.starts() == {"old": 605}


def test_what_cannot_be_held_gets_another_agent_or_is_told(tiny: Asking) -> None:
    """An agent falls out: allocate finds another at the same start, and else proves that there is none."""
    of = replace(
        crowded(), bookings=crowded().bookings.take([0]), participants=crowded().participants.take([0])
    )
    tiny.store.put_case("day", replace(of, duties=of.duties.take([1])), Run("test"))
    (change,) = tiny.ask("allocate")["changes"]
    assert (change["change"], change["after"]["agent_id"]) == ("agent_changed", "A2")
    assert change["why"] == "could not be held as it was"
    late = Duties.from_rows([{"agent_id": "A2", "starts_at": 620, "ends_at": 720}])
    tiny.store.put_case("day", replace(of, duties=late, sessions=tiny.case().sessions), Run("test"))
    refused = tiny.ask("allocate", 10)
    assert refused["outcome"] == "infeasible"
    assert "old" in refused["search"]["clashes"][0]
    assert tiny.starts() == {"old": 605}
    (moved,) = tiny.ask("reoptimise")["changes"]
    assert moved["change"] == "moved"


def test_held_starts_are_taken_and_the_cancelled_stay_away(tiny: Asking) -> None:
    """An allocation sells no start that is held, and places nobody who cancelled or waits, unless asked."""
    pj = {"skill": "pj", "duration_minutes": 20}
    for n, minute in enumerate((545, 575, 605, 635, 665, 695, 725)):
        assert tiny.one("hold", booking=f"h{n}", start=at(minute), seconds=7200, **pj)["ok"]
    tiny.store.change_sessions("day", [SessionChange("B1", "A2", 545, 20)], Run("test"))
    tiny.one("cancel", booking="B1")
    result = tiny.ask("allocate")
    assert set(tiny.starts()) == {"B2", "B3", "B4"}
    assert set(tiny.case().sessions.agent_id.tolist()) == {"A2"}
    assert result["search"]["levels"][0]["objective"] == 10
    again = tiny.ask("allocate", **rows(tiny_case(), ["B1"]))
    assert [c["booking"] for c in again["changes"]] == ["B1"]


def test_a_booking_that_changes_is_placed_anew(tiny: Asking) -> None:
    """A longer session keeps its start where it can, and is told; participants are kept in step."""
    tiny.ask("allocate")
    start = tiny.starts()["B1"]
    brought = rows(tiny_case(), ["B1"])
    brought["bookings"][0]["duration_minutes"] = 30
    brought["participants"][0]["participant_id"] = "P9"
    result = tiny.ask("allocate", **brought)
    changed = {c["booking"]: c for c in result["changes"]}["B1"]
    assert changed["after"]["duration_minutes"] == 30
    assert tiny.starts()["B1"] == start
    with tiny.store.database.reading() as connection:
        who = "SELECT participant_id FROM attendances WHERE booking_id = 'B1'"
        assert connection.exec_driver_sql(who).scalar_one() == "P9"
    assert judged(tiny.case()) == []


def test_a_roster_is_made_and_the_sessions_stay_on_it(tiny: Asking) -> None:
    """Duties are written with the sessions that stand on them, together; without sessions, duties alone."""
    of = tiny_case()
    tiny.store.put_case("day", replace(of, duties=Duties.empty()), Run("test"))
    assert tiny.ask("allocate", 66)["error"]["kind"] == "missing_input"
    result = tiny.ask("roster", work=2.0)
    assert result["roster"]["duties"] == 2
    assert {c["change"] for c in result["changes"]} == {"placed"}
    starts = tiny.starts()
    assert set(starts) == {"B1", "B2", "B3", "B4"}
    again = tiny.ask("roster", work=2.0, replan=True)
    assert again["roster"]["under"] == 0
    assert tiny.starts() == starts
    assert judged(tiny.case()) == []


def test_the_deadline_gives_the_best_so_far(sqlite_url: str, sold: Case) -> None:
    """Within the wall time, with the gap that is left; and nothing when there is no time at all."""
    Store(sqlite_url).put_case("day", replace(sold, sessions=Sessions.empty()), Run("test"))
    asking = Asking(sqlite_url, now=sold.plan.as_of.isoformat())
    begun = time.monotonic()
    result = asking.ask("allocate", deadline_seconds=4.0, work=10_000.0)
    assert time.monotonic() - begun < 8.0
    assert result["search"]["limited_by"] == "clock"
    assert result["reproducible"] is False
    assert result["search"]["levels"][0]["gap"] >= 0.0
    assert judged(asking.case()) == []
    late = asking.ask("cancel", 75, deadline_seconds=1e-6, items=[{"booking": "any"}])
    assert "deadline" in late["error"]["message"]
    late = asking.ask("allocate", 75, deadline_seconds=1e-6)
    assert "deadline" in late["error"]["message"]


def test_somebody_else_writes_while_it_searches(tiny: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is begun anew on what the plan is then, and nothing that was sold meanwhile is lost."""
    other, decide = Asking(tiny.url, prefix="o"), searching._decide
    calls = []

    def interrupted(*arguments: Any) -> Any:
        decided = decide(*arguments)
        calls.append(1)
        if len(calls) == 1:
            other.one("hold", booking="B1", start=at(650))
            assert other.one("confirm", booking="B1")["ok"]
        return decided

    monkeypatch.setattr(searching, "_decide", interrupted)
    result = tiny.ask("allocate")
    assert len(calls) == 2
    assert tiny.starts()["B1"] == 650
    assert {c["booking"] for c in result["changes"]} == {"B2", "B3", "B4"}


def test_the_same_request_on_the_same_store_gives_the_same_bytes(sqlite_url: str, sold: Case) -> None:
    """But for the timings; with all processors and the clock, the result says that it need not be so."""
    path = sqlite_url.removeprefix("sqlite:///")
    Store(sqlite_url).put_case("day", without(sold, sold.sessions.booking_id.tolist()[::9]), Run("test"))
    Store(sqlite_url).database.tidy_after_erasing()
    shutil.copy(path, path + ".kept")
    documents = set()
    for _ in range(2):
        for ending in ("-wal", "-shm"):
            Path(path + ending).unlink(missing_ok=True)
        shutil.copy(path + ".kept", path)
        asking = Asking(sqlite_url, now=sold.plan.as_of.isoformat())
        brought = rows(sold, sold.sessions.booking_id.tolist()[::9])
        documents.add(without_timings(asking.send(asking.document("reoptimise", **brought)).document))
    assert len(documents) == 1
    quick = Asking(sqlite_url, now=sold.plan.as_of.isoformat(), prefix="q", reproducible=False)
    assert quick.ask("allocate", deadline_seconds=3.0)["reproducible"] is False
