"""Erasing an order: no trace of it in any table or file, and the same statistics as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.day.events import EVENT, Event
from data.files import MissingInputError
from data.generator import GeneratorSettings, generate
from data.identity import SurrogateKey
from data.model import Case, Sessions, Unplaced
from data.referee import judge_schedule
from data.store import Run, SessionChange, Store
from data.store.schema import METADATA
from tests.support.cases import MONDAY, booking, participant, tiny_case

KEY = SurrogateKey(b"a secret of the tests, not short")
GONE = KEY.booking("CERTI-17", "111.444.777-35")
PERSON = KEY.participant("111.444.777-35")
STAYS = KEY.booking("CERTI-18", "111.444.777-35")


def run(**fields: Any) -> Run:
    """A run of its own."""
    return Run("test", **fields)


def case_of_both() -> Case:
    """Two orders of one person, both with a session, and one of another that is unplaced."""
    case = tiny_case()
    names = (GONE, STAYS, "B3")
    people = [participant(GONE, PERSON, 540, 780), participant(STAYS, PERSON, 540, 780)]
    rows = [
        {"booking_id": name, "agent_id": "A1", "starts_at": start, "duration_minutes": 20}
        for name, start in ((GONE, 600), (STAYS, 660))
    ]
    return replace(
        case,
        bookings=type(case.bookings).from_rows([booking(name) for name in names]),
        participants=type(case.participants).from_rows([*people, participant("B3", "P3", 540, 780)]),
        sessions=Sessions.from_rows(rows),
        unplaced=Unplaced.from_rows([{"booking_id": "B3", "reason": "capacity_full"}]),
    )


def events() -> list[Event]:
    """Events of both orders, and a snapshot that knows both."""
    at = "2026-11-30T09:00:00-03:00"

    def known(name: str) -> dict[str, Any]:
        times = {"start": at, "planned_start": at, "duration_minutes": 20}
        return {"booking_id": name, "participants": [PERSON], "status": "expected", **times}

    snapshot = {"kind": "snapshot", "sessions": [known(GONE), known(STAYS)], "agents": []}
    added = {
        "kind": "booking_added",
        "booking": {"booking_id": GONE},
        "participants": [{"x": 1}],
        "start": at,
    }
    bodies: list[dict[str, Any]] = [
        {"kind": "customer_connected", "booking_id": GONE, "participant_id": PERSON},
        {"kind": "no_show", "booking_id": STAYS},
        snapshot,
        added,
    ]
    return [EVENT.validate_python({"number": n, "at": at} | body) for n, body in enumerate(bodies, start=1)]


def whole_content(store: Store) -> str:
    """Every value of every row of every table."""
    with store.database.reading() as connection:
        found = [connection.execute(sa.select(table)).all() for table in METADATA.sorted_tables]
    return repr(found)


def test_nothing_of_the_order_is_left_and_the_statistics_stay(store: Store) -> None:
    """The surrogate is in no value of any table, sums are as before, the other order is untouched."""
    store.put_case("day", case_of_both(), run())
    store.change_sessions("day", [SessionChange(GONE, "A2", 540, 20, f"gave way to {STAYS}")], run())
    store.change_sessions("day", [SessionChange(STAYS, "A2", 700, 20, f"gave way to {GONE}")], run())
    store.add_events("day", MONDAY, events(), run(reason=f"after {GONE}"))
    before = store.statistics("day")
    assert sum(row.bookings for row in before) == 3
    assert sum(row.changes for row in before) == 4
    assert store.forget(GONE, run()) == {"plans": 1, "sessions_ahead": int(_is_ahead())}
    assert GONE not in whole_content(store)
    assert store.statistics("day") == before
    assert [change.reason for change in store.history(STAYS)] == ["", "gave way to (erased)"]
    left = store.read_case("day").case
    assert left.bookings.booking_id.tolist() == [STAYS, "B3"]
    assert left.participants.participant_id.tolist() == [PERSON, "P3"]
    assert [event.number for event in store.events("day", MONDAY)] == [2, 3]
    with pytest.raises(MissingInputError, match="nothing is kept"):
        store.forget(GONE, run())


def _is_ahead() -> bool:
    return tiny_case().axis.instant_of(540) > datetime.now(UTC)


def test_the_file_holds_no_trace(sqlite_url: str) -> None:
    """No byte of the surrogate is in the file of SQLite or beside it."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = Store(sqlite_url)
    store.put_case("day", case_of_both(), run())
    assert GONE.encode() in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.forget(GONE, run())
    assert GONE.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_order_after_order_can_be_erased(store: Store) -> None:
    """Of a generated day, every order is erased in turn: statistics never change, what is left is legal."""
    case = generate(GeneratorSettings(agents=10, days=1, bookings=20)).case
    rows = [
        {"booking_id": name, "reason": "capacity_full"} for name in case.bookings.booking_id[:12].tolist()
    ]
    case = replace(case, unplaced=Unplaced.from_rows(rows))
    store.put_case("day", case, run())
    before = store.statistics("day")
    assert sum(row.participants for row in before) == len(case.participants)
    for n, name in enumerate(case.bookings.booking_id.tolist(), start=1):
        store.forget(name, run())
        if n % 5:
            continue
        assert store.statistics("day") == before
        left = store.read_case("day").case
        assert len(left.bookings) == len(case.bookings) - n
        assert not {v.rule for v in judge_schedule(left)} & {"UNPLACED-UNKNOWN", "SESSION-UNKNOWN"}
    assert not len(left.participants)


def test_whoever_read_before_can_not_bring_it_back(store: Store) -> None:
    """A case read before the erasing is an old revision."""
    store.put_case("day", case_of_both(), run())
    read = store.read_case("day")
    store.forget(GONE, run())
    with pytest.raises(Exception, match="written to since"):
        store.put_case("day", read.case, run(), based_on=read.revision)


def test_longer_names_in_reasons_stay(store: Store) -> None:
    """Only the whole name of the booking is taken out of other bookings' reasons."""
    store.put_case("day", tiny_case(), run())
    why = "B1 and B12, not b-B1, for (B1)"
    store.change_sessions("day", [SessionChange("B2", "A1", 600, 20, why)], run())
    store.forget("B1", run())
    (change,) = store.history("B2")
    assert change.reason == "(erased) and B12, not b-B1, for ((erased))"
