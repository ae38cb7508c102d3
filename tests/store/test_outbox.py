"""What customers are told of changes of their sessions: once, when it is due, not what has become wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from data.exports import Invitation, Organizer, invitation_file
from data.store import Database, Message, SessionChange, Store, create_or_upgrade
from data.store.schema import OUTBOX
from tests.store.outbox_days import (
    AXIS,
    DAY_BEFORE,
    Clock,
    announced,
    move,
    put,
    run,
    send,
    settable_clock,
    take,
    told,
    waiting,
)
from tests.store.test_double_booking import scheduled, session
from tests.support.cases import plan, tiny_case

ORGANIZER = Organizer("agenda@issuer.invalid", "Emissor")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands at the day before."""
    return settable_clock(monkeypatch)


def test_a_placed_session_has_its_messages(store: Store, at: Clock) -> None:
    """A confirmation at once, the link a lead time before the start, install instructions after the end."""
    sent = put(store, ("B1", 600), ("B2", 600))
    messages = store.messages_of_run(sent)
    assert told(messages) == [
        ("confirmation", "B1", None, 600),
        ("confirmation", "B2", None, 600),
        ("link_mail", "B1", None, 600),
        ("link_mail", "B2", None, 600),
        ("install_mail", "B1", None, 600),
        ("install_mail", "B2", None, 600),
    ]
    due = [one.due_at for one in messages]
    assert due == [DAY_BEFORE] * 2 + [AXIS.instant_of(570)] * 2 + [AXIS.instant_of(620)] * 2
    # Monday, 30 November: two business days later is Wednesday.
    assert [one.last_day for one in messages] == [None] * 4 + [date(2026, 12, 2)] * 2
    assert messages == store.messages()
    assert len({one.message_id for one in messages}) == 6


def test_messages_are_handed_out_when_they_are_due(store: Store, at: Clock) -> None:
    """Not before, to one mailer at a time, again when nobody has acknowledged them, never after that."""
    put(store, ("B1", 600), ("B2", 630))
    first = take(store, limit=1)
    second = take(store)
    assert len(first) == len(second) == 1
    assert first != second
    assert take(store) == []
    at(DAY_BEFORE + timedelta(seconds=600))
    assert store.acknowledge_messages(first).acknowledged == tuple(first)
    again = store.claim_messages(100, 600)
    assert [one.message_id for one in again] == second
    assert [one.attempt for one in again] == [2]
    assert store.acknowledge_messages([*second, *first, "nobody"]) == replace(
        store.acknowledge_messages([]),
        acknowledged=tuple(second),
        repeated=tuple(first),
        unknown=("nobody",),
    )
    at(AXIS.instant_of(569))
    assert take(store) == []
    at(AXIS.instant_of(570))
    assert told(store.claim_messages(100, 600)) == [("link_mail", "B1", None, 600)]
    at(AXIS.instant_of(2000))
    assert [one[0] for one in told(store.claim_messages(100, 600))] == [
        "link_mail", "link_mail", "install_mail", "install_mail",
    ]  # fmt: skip


def test_a_claim_whose_answer_was_lost_is_the_same_claim(store: Store, at: Clock) -> None:
    """A transaction that is done again, as nobody knows whether it was committed, gets the same messages."""
    from data.store.outbox.handing_over import claim

    put(store, ("B1", 600), ("B2", 630))
    now = int(DAY_BEFORE.timestamp())
    first = store.database.write(lambda connection: claim(connection, "x", 1, 600, now))
    assert store.database.write(lambda connection: claim(connection, "x", 1, 600, now)) == first
    assert len(first) == 1


def test_what_was_not_sent_yet_gives_way(store: Store, at: Clock) -> None:
    """Moved twice before anybody was told, a session is announced once, its link is for the last start."""
    put(store, ("B1", 600))
    move(store, "B1", 630)
    move(store, "B1", 660)
    assert waiting(store) == [
        ("confirmation", "B1", None, 660),
        ("link_mail", "B1", None, 660),
        ("install_mail", "B1", None, 660),
    ]
    move(store, "B1", None)
    assert waiting(store) == []
    assert {one.state for one in store.messages()} == {"superseded"}


def test_what_customers_know_is_what_they_were_given(store: Store, at: Clock) -> None:
    """After a confirmation a move is a reschedule, moving back is nothing, giving up is a cancellation."""
    put(store, ("B1", 600))
    send(store)
    move(store, "B1", 630)
    move(store, "B1", 660)
    assert announced(store) == [("reschedule", "B1", 600, 660)]
    move(store, "B1", 600)
    assert announced(store) == []
    assert waiting(store) == [("link_mail", "B1", None, 600), ("install_mail", "B1", None, 600)]
    move(store, "B1", 660)
    send(store)
    move(store, "B1", None)
    assert waiting(store) == [("cancellation", "B1", 660, None)]
    send(store)
    move(store, "B1", 700)
    assert announced(store) == [("confirmation", "B1", None, 700)]
    assert [one.sequence for one in store.messages(states=("sent",))] == [0, 3, 4]


def test_another_agent_or_other_minutes_are_not_announced(store: Store, at: Clock) -> None:
    """The link is bound to the appointment (R4); only the install mail follows a longer session."""
    put(store, ("B1", 600))
    send(store)
    move(store, "B1", 600, agent="A2")
    move(store, "B1", 600, agent="A2", minutes=30)
    assert announced(store) == []
    (install,) = [one for one in store.messages(states=("waiting",)) if one.kind == "install_mail"]
    assert install.due_at == AXIS.instant_of(630)


def test_what_a_mailer_has_is_taken_for_read(store: Store, at: Clock) -> None:
    """A session that moves while its link mail is with a mailer gets another one, and is announced."""
    put(store, ("B1", 600))
    send(store)
    at(AXIS.instant_of(575))
    (claimed,) = take(store)
    move(store, "B1", 700)
    assert waiting(store) == [
        ("reschedule", "B1", 600, 700),
        ("link_mail", "B1", None, 700),
        ("install_mail", "B1", None, 700),
    ]
    assert store.acknowledge_messages([claimed]).acknowledged == (claimed,)
    assert [one.kind for one in store.messages(states=("sent",))] == ["confirmation", "link_mail"]


def test_whoever_perhaps_was_not_told_is_told_again(store: Store, at: Clock) -> None:
    """A mailer died with a confirmation: the session moves and moves back, and its customer is told of it."""
    put(store, ("B1", 600))
    take(store)
    move(store, "B1", 630)
    assert announced(store) == [("reschedule", "B1", 600, 630)]
    move(store, "B1", 600)
    assert announced(store) == [("confirmation", "B1", None, 600)]
    take(store)
    move(store, "B1", None)
    take(store)
    move(store, "B1", 630)
    move(store, "B1", None)
    assert announced(store) == [("cancellation", "B1", 600, None)]


def test_nobody_is_told_of_what_is_over(store: Store, at: Clock) -> None:
    """Of sessions over when they are written nothing is told; taken away, their install mail stays."""
    at(AXIS.instant_of(700))
    put(store, ("B1", 600), ("B2", 720))
    assert {one.booking_id for one in store.messages()} == {"B2"}
    at(AXIS.instant_of(800))
    put(store)
    assert waiting(store) == [("install_mail", "B2", None, 720)]


def test_a_session_under_way_that_is_rebooked_is_announced(store: Store, at: Clock) -> None:
    """Once it should have begun and before it should be over, giving it up is a cancellation (R15)."""
    put(store, ("B1", 600))
    at(AXIS.instant_of(590))
    send(store)
    at(AXIS.instant_of(610))
    move(store, "B1", None)
    assert waiting(store) == [("cancellation", "B1", 600, None)]


def test_the_link_of_a_session_that_is_near_goes_out_at_once(store: Store, at: Clock) -> None:
    """Placed within the lead time, the link is due with the confirmation."""
    at(AXIS.instant_of(590))
    put(store, ("B1", 600))
    assert [one.kind for one in store.claim_messages(100, 600)] == ["link_mail", "confirmation"]


def test_another_lead_time_moves_the_link_mails(store: Store, at: Clock) -> None:
    """A plan with another policy is put in: link mails of sessions that stay are due by it, once."""
    put(store, ("B1", 600))
    send(store)
    (policy,) = tiny_case().plan.service
    other = plan(service=(policy.model_copy(update={"link_lead_minutes": 120}),))
    case = replace(scheduled(session("B1", "A1", 600)), plan=other)
    for _ in range(2):
        store.put_case("day", case, run())
        links = [one for one in store.messages(states=("waiting",)) if one.kind == "link_mail"]
        assert [one.due_at for one in links] == [AXIS.instant_of(480)]
    assert announced(store) == []


def test_customers_who_know_are_not_told(store: Store, at: Clock) -> None:
    """A plan whose customers know their sessions announces nothing; later moves are reschedules."""
    put(store, ("B1", 600), customers_know=True)
    assert [one[0] for one in waiting(store)] == ["link_mail", "install_mail"]
    move(store, "B1", 630)
    assert announced(store) == [("reschedule", "B1", 600, 630)]


def test_sessions_from_before_the_outbox_are_known(store: Store, at: Clock) -> None:
    """Where the outbox knows nothing of a booking, the session it has counts as announced."""
    put(store, ("B1", 600))
    store.database.write(lambda connection: connection.execute(sa.delete(OUTBOX)))
    move(store, "B1", 600, agent="A2")
    assert announced(store) == []
    store.database.write(lambda connection: connection.execute(sa.delete(OUTBOX)))
    move(store, "B1", 630)
    assert announced(store) == [("reschedule", "B1", 600, 630)]


def test_a_booking_that_another_plan_has_is_not_cancelled(store: Store, at: Clock) -> None:
    """Placed anew in another plan and then taken out of the first one, a session was rescheduled."""
    put(store, ("B1", 600))
    send(store)
    put(store, ("B1", 700), name="other")
    put(store)
    assert waiting(store) == [
        ("reschedule", "B1", 600, 700),
        ("link_mail", "B1", None, 700),
        ("install_mail", "B1", None, 700),
    ]


def test_a_run_sent_again_tells_nobody_again(store: Store, at: Clock) -> None:
    """The same run, and another one that changes nothing, write no message; a failed one leaves none."""
    sent = run()
    case = scheduled(session("B1", "A1", 600))
    store.put_case("day", case, sent)
    before = store.messages()
    store.put_case("day", case, sent)
    store.put_case("day", case, run())
    with pytest.raises(Exception, match="expected a booking"):
        store.change_sessions("day", [SessionChange("B2", "A2", 600, 20), SessionChange("B9")], run())
    assert store.messages() == before


def test_the_key_says_the_change(at: Clock, sqlite_url: str, tmp_path: Path) -> None:
    """Two stores to which the same was written have messages of the same keys."""
    second = str(tmp_path / "second.db")
    create_or_upgrade(Database(second))
    keys = []
    for store in (Store(sqlite_url), Store(second)):
        put(store, ("B1", 600))
        move(store, "B1", 630)
        keys.append([one.message_id for one in store.messages()])
    assert keys[0] == keys[1]


def test_forgotten_orders_leave_no_message(store: Store, at: Clock) -> None:
    """Erasing an order erases its messages; whoever acknowledges one later is told that it is unknown."""
    put(store, ("B1", 600), ("B2", 630))
    keys = take(store)
    store.forget("B1", run())
    assert {one.booking_id for one in store.messages()} == {"B2"}
    done = store.acknowledge_messages(keys)
    assert (len(done.acknowledged), len(done.unknown)) == (1, 1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["B1", "B2"]),
        st.sampled_from([None, 540, 600, 660]),
        st.sampled_from(["send", "claim", "lose", "nothing", "nothing"]),
    ),
    min_size=1,
    max_size=12,
)


def test_customers_end_up_knowing_their_appointments(store: Store, at: Clock) -> None:
    """Whatever moves, and whatever becomes of mailers: who reads what was sent, in the order of SEQUENCE,
    knows the present appointment; UIDs never change, SEQUENCE grows, and a cancellation is the last word."""
    keys: set[str] = set()

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps: list[tuple[str, int | None, str]]) -> None:
        clock = DAY_BEFORE
        read: dict[str, list[tuple[int, Message]]] = defaultdict(list)
        at(clock)
        put(store)
        store.database.write(lambda connection: connection.execute(sa.delete(OUTBOX)))
        now: dict[str, int | None] = {}

        def give(messages: list[Message]) -> None:
            for one in messages:
                if one.sequence is not None:
                    read[one.booking_id].append((one.sequence, one))

        for booking, start, mailer in steps:
            clock += timedelta(minutes=1)
            at(clock)
            move(store, booking, start, agent="A" + booking[1])
            now[booking] = start
            if mailer == "nothing":
                continue
            taken = store.claim_messages(100, 30)
            if mailer != "lose":
                give(taken)
            if mailer == "send":
                store.acknowledge_messages([one.message_id for one in taken])
        clock += timedelta(minutes=1)
        at(clock)
        last = store.claim_messages(100, 30)
        give(last)
        store.acknowledge_messages([one.message_id for one in last])
        keys.update(one.message_id for one in last)
        for booking, start in now.items():
            given = read[booking]
            newest = max(given, key=lambda pair: pair[0])[1] if given else None
            known = None if newest is None or newest.after is None else AXIS.minute_of(newest.after)
            assert known == start
            versions = {sequence: one.message_id for sequence, one in given}
            assert len(set(versions.values())) == len(versions)
            _check_calendar(given)

    check()
    assert keys


def _check_calendar(given: list[tuple[int, Message]]) -> None:
    """The calendar files of one booking, in the order of SEQUENCE."""
    versions = sorted(dict(given).items())
    files = []
    for sequence, one in versions:
        start = one.before if one.after is None else one.after
        assert start is not None
        made = Invitation(
            one.booking_id, sequence, one.written_at, start, one.duration_minutes, one.after is None
        )
        files.append(Calendar.from_ical(invitation_file(made, ORGANIZER)))
    events = [file.walk("VEVENT")[0] for file in files]
    assert len({str(event["uid"]) for event in events}) <= 1
    sequences = [int(event["sequence"]) for event in events]
    assert sequences == sorted(set(sequences))
    stamps = [event.decoded("dtstamp") for event in events]
    assert stamps == sorted(stamps)
    methods = [str(file["method"]) for file in files]
    for (_, one), method, event in zip(versions, methods, events, strict=True):
        assert (method == "CANCEL") == (one.after is None) == (str(event["status"]) == "CANCELLED")
        if one.after is not None:
            assert event.decoded("dtstart") == one.after


def test_the_file_of_the_store_holds_messages_of_one_transaction(sqlite_url: str, at: Clock) -> None:
    """A writer that dies before its commit leaves neither the session nor its messages."""
    from sqlalchemy.engine import Connection

    from data.store import runs as run_module
    from data.store.plans import known_plan
    from data.store.schedules import change_sessions

    store = Store(sqlite_url)
    put(store)

    def dies(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
        stored = known_plan(connection, "day")
        change_sessions(
            connection, number, stored.plan_id, stored.plan, (SessionChange("B1", "A1", 600, 20),)
        )
        assert connection.execute(sa.select(sa.func.count()).select_from(OUTBOX)).scalar_one() == 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_module.carry_out(store.database, run(), dies)
    assert (store.messages(), store.history("B1")) == ([], [])
    assert Path(sqlite_url.removeprefix("sqlite:///")).is_file()
