"""Who moved which session and why; runs that are carried out once; writers who come too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.day.events import EVENT, Event
from data.files import BadDataError, MissingInputError
from data.model import Sessions, Unplaced
from data.store import ChangedMeanwhileError, Run, SessionChange, Store, case_hash
from data.store.days import Offer
from tests.store.test_double_booking import scheduled, session
from tests.support.cases import MONDAY, tiny_case


def _event(number: int, kind: str, **fields: str) -> Event:
    at = f"2026-11-30T09:0{number}:00-03:00"
    return EVENT.validate_python({"number": number, "kind": kind, "at": at} | fields)


MONDAY_EVENTS = [
    _event(1, "customer_connected", booking_id="B1"),
    _event(2, "session_started", booking_id="B1", agent_id="A1"),
    _event(3, "platform_down"),
]


def run(**fields: Any) -> Run:
    """A run of its own."""
    return Run("test", **fields)


def test_what_befell_a_session_is_told(store: Store) -> None:
    """Each change says before, after, why, who, and by what; the run's reason holds where none is given."""
    first = scheduled(session("B1", "A1", 600), session("B2", "A2", 600))
    store.put_case("day", first, run(reason="first"))
    moved = scheduled(session("B1", "A1", 660), session("B2", "A1", 600))
    store.write_schedule("day", moved.schedule, run(who="maria", reason="A2 is ill"), reasons={"B1": "asked"})
    store.change_sessions("day", [SessionChange("B1", reason="cancelled")], run(who="joão"))
    told = store.history("B1")
    assert [(c.change, c.reason, c.who) for c in told] == [
        ("placed", "first", ""),
        ("moved", "asked", "maria"),
        ("removed", "cancelled", "joão"),
    ]
    assert told[0].before is None
    assert told[1].before == told[0].after
    assert told[2].after is None
    assert told[1].after is not None
    assert told[1].after.starts_at.isoformat() == "2026-11-30T11:00:00-03:00"
    assert (told[1].after.agent_id, told[1].after.duration_minutes) == ("A1", 20)
    assert [(c.change, c.reason) for c in store.history("B2")] == [
        ("placed", "first"),
        ("agent_changed", "A2 is ill"),
    ]
    assert store.history("B3") == []


starts = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 6) for name in ("B1", "B2", "B3", "B4")}
).filter(lambda chosen: len({slot for slot in chosen.values() if slot is not None}) == sum(
    slot is not None for slot in chosen.values()
))  # fmt: skip


def test_the_history_leads_to_the_present(store: Store) -> None:
    """After any writings, a booking's changes lead from one to the next and to what is there, gapless."""
    serial = iter(range(10**6))

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(starts, st.booleans()), min_size=1, max_size=4))
    def check(writings: list[tuple[dict[str, int | None], bool]]) -> None:
        number = next(serial)
        plan = f"plan {number}"
        if number:
            # The agents of the last example are free again in this one.
            store.write_schedule(f"plan {number - 1}", tiny_case().schedule, run())
        store.put_case(plan, tiny_case(), run())
        for chosen, whole in writings:
            rows = [session(name, "A1", 540 + 30 * s) for name, s in chosen.items() if s is not None]
            if whole:
                store.write_schedule(plan, scheduled(*rows).schedule, run())
            else:
                placed = {
                    r["booking_id"]: SessionChange(r["booking_id"], "A1", r["starts_at"], 20) for r in rows
                }
                store.change_sessions(plan, [placed.get(n, SessionChange(n)) for n in chosen], run())
        present = store.read_case(plan).case.sessions
        assert sorted(present.booking_id.tolist()) == sorted(r["booking_id"] for r in rows)
        for name in ("B1", "B2", "B3", "B4"):
            told = [c for c in store.history(name) if c.plan == plan]
            at: Any = None
            for change in told:
                assert change.before == at
                assert change.after != at
                at = change.after
            now = present.position.get(name)
            assert (at is None) == (now is None)
            if at is not None:
                assert tiny_case().axis.minute_of(at.starts_at) == present.starts_at[now]

    check()


def test_runs_are_remembered(store: Store) -> None:
    """Who, when, of what input, by which solver, with which objective and bound."""
    before = datetime.now(UTC).replace(microsecond=0)
    sent = run(who="night job", solver_version="cp-sat 9.15", objective=12.5, bound=12.25)
    store.put_case("day", tiny_case(), sent)
    (recorded,) = store.recorded_runs()
    assert recorded.run == replace(sent, input_hash=case_hash(tiny_case()))
    assert before <= recorded.recorded_at <= datetime.now(UTC)
    assert recorded.plan == "day"
    assert recorded.outcome["revision"] == 1


def test_personal_data_in_words_is_masked(store: Store) -> None:
    """A CPF in a reason or a name of a run is not kept."""
    sent = run(who="111.444.777-35", reason="asked by 111.444.777-35, ana@example.com")
    store.put_case("day", scheduled(session("B1", "A1", 600)), sent)
    kept = f"{store.recorded_runs()} {store.history('B1')}"
    assert "111.444" not in kept
    assert "example" not in kept


def test_a_run_is_carried_out_once(store: Store) -> None:
    """Sent again, a run changes nothing and gets its first answer, even when others have written since."""
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    sent = run()
    first = store.change_sessions("day", [SessionChange("B1", "A1", 700, 20)], sent)
    store.change_sessions("day", [SessionChange("B1", "A1", 640, 20)], run())
    assert store.change_sessions("day", [SessionChange("B1", "A1", 700, 20)], sent) == first
    assert store.read_case("day").case.sessions.starts_at.tolist() == [640]
    assert len(store.recorded_runs()) == 3
    with pytest.raises(BadDataError, match="another run"):
        store.change_sessions("day", [], replace(sent, command="another"))


def test_whoever_comes_too_late_is_told(store: Store) -> None:
    """A schedule made from an older revision is refused whole; from the present one it is taken."""
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    read = store.read_case("day")
    store.change_sessions("day", [SessionChange("B2", "A2", 600, 20)], run())
    with pytest.raises(ChangedMeanwhileError, match="revision 1, now 2"):
        store.write_schedule("day", read.case.schedule, run(), based_on=read.revision)
    assert len(store.read_case("day").case.sessions) == 2
    assert len(store.recorded_runs()) == 2
    store.write_schedule("day", read.case.schedule, run(), based_on=store.read_case("day").revision)
    assert len(store.read_case("day").case.sessions) == 1


def test_a_booking_that_is_placed_is_not_unplaced(store: Store) -> None:
    """A session given to an unplaced booking takes its row of unplaced away; others keep theirs."""
    unplaced = [{"booking_id": name, "reason": "capacity_full"} for name in ("B1", "B2")]
    store.put_case("day", replace(tiny_case(), unplaced=Unplaced.from_rows(unplaced)), run())
    store.change_sessions("day", [SessionChange("B1", "A1", 600, 20)], run())
    case = store.read_case("day").case
    assert case.sessions.booking_id.tolist() == ["B1"]
    assert case.unplaced.booking_id.tolist() == ["B2"]


def test_the_order_of_sessions_is_kept(store: Store) -> None:
    """Sessions written in another order are read in that order, and that is no change of any."""
    rows = [session(f"B{n}", "A1", 540 + 30 * n) for n in (1, 2, 3)]
    store.put_case("day", scheduled(*rows), run())
    turned = scheduled(*reversed(rows))
    outcome = store.write_schedule("day", turned.schedule, run())
    assert sum(value for name, value in outcome.items() if name != "revision") == 0
    assert store.read_case("day").case.sessions.same_as(turned.sessions)


def test_unknown_plans_and_bookings_are_told(store: Store) -> None:
    """A plan or booking that is not there is named, and nothing is recorded."""
    with pytest.raises(MissingInputError, match="plan day"):
        store.read_case("day")
    with pytest.raises(MissingInputError, match="plan day"):
        store.write_schedule("day", tiny_case().schedule, run())
    store.put_case("day", tiny_case(), run())
    changes = [SessionChange("B7"), SessionChange("B1"), SessionChange("B1"), SessionChange("B8")]
    with pytest.raises(BadDataError) as refused:
        store.change_sessions("day", changes, run())
    assert [problem.value for problem in refused.value.problems] == ["B7", "B8", "B1"]
    assert len(store.recorded_runs()) == 1


def test_offers_are_kept(store: Store) -> None:
    """Offers are read as they were written, and new ones take their place."""
    store.put_case("day", tiny_case(), run())
    offers = [Offer("pf", "single", 20, 1, start, 2, start > 600) for start in (600, 605, 700)]
    store.replace_offers("day", offers, run())
    assert store.offers("day") == offers
    store.replace_offers("day", offers[1:], run())
    assert store.offers("day") == offers[1:]


def test_events_are_kept_once(store: Store) -> None:
    """Events are read by number; repeated ones change nothing, contradicting ones are told."""
    store.put_case("day", tiny_case(), run())
    assert store.add_events("day", MONDAY, MONDAY_EVENTS[::-1], run()) == {"events": 3, "known": 0}
    assert store.add_events("day", MONDAY, MONDAY_EVENTS[:2], run()) == {"events": 0, "known": 2}
    assert store.events("day", MONDAY) == MONDAY_EVENTS
    other = MONDAY_EVENTS[0].model_copy(update={"booking_id": "B2"})
    with pytest.raises(BadDataError, match="another event"):
        store.add_events("day", MONDAY, [other], run())
    assert store.events("day", MONDAY) == MONDAY_EVENTS


def test_a_schedule_of_no_sessions_is_one(store: Store) -> None:
    """An empty schedule gives up all sessions."""
    store.put_case("day", scheduled(session("B1", "A1", 600)), run())
    empty = replace(tiny_case(), sessions=Sessions.empty()).schedule
    assert store.write_schedule("day", empty, run())["removed"] == 1
