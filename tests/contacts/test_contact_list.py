"""Days that can be worked out by hand: who is contacted, in what order, by when, how, and why not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.day import (
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    Status,
    planned_day,
)
from data.files import table_bytes
from data.model import CONTACT_CHANGES, Case, Contacts, Sessions
from optimizer.contacts import Contact, ContactList, contact_list, held_places
from tests.support.cases import agent, booking, case, participant

DAY = 1440
NINE, TEN, ELEVEN, NOON, TWO = 540, 600, 660, 720, 840


def small_case(
    bookings: Sequence[tuple[dict[str, Any], int, str]],
    people: Sequence[dict[str, Any]],
    *,
    days: int = 1,
    agents: Sequence[dict[str, Any]] | None = None,
    ends: int = 18 * 60,
    **plan_changes: Any,
) -> Case:
    """Sessions (booking, start, agent) of agents who are on duty from 8 h to `ends` on each day."""
    team = list(agents or [agent("A1", skills="pf"), agent("A2", skills="pf")])
    made = case(
        agents=team,
        bookings=[row for row, _, _ in bookings],
        participants=list(people),
        duties=[
            {"agent_id": row["agent_id"], "starts_at": day * DAY + 480, "ends_at": day * DAY + ends}
            for row in team
            for day in range(days)
        ],
        breaks=[{"agent_id": "A1", "starts_at": 900, "ends_at": 910, "kind": "pause"}] if ends > 910 else [],
        days=days,
        **plan_changes,
    )
    sessions = [
        {
            "booking_id": row["booking_id"],
            "agent_id": who,
            "starts_at": at,
            "duration_minutes": row["duration_minutes"],
        }
        for row, at, who in bookings
    ]
    return replace(made, sessions=Sessions.from_rows(sessions))


def one_session(start: int = TWO, *, days: int = 1, until: int | None = None, **changes: Any) -> Case:
    """One booking of one person, who is free on all days, with A1."""
    end = days * DAY if until is None else until
    person = participant("B1", "P1", 0, end)
    return small_case([(booking("B1", **changes), start, "A1")], [person], days=days)


def list_of(made: Case, decisions: Sequence[Decision], now: float, **options: Any) -> ContactList:
    """The contact list of the first day."""
    return contact_list(made, planned_day(made, 0), decisions, now, **options)


def only_contact(made: Case, decision: Decision, now: float, **options: Any) -> Contact:
    """The one contact of a decision."""
    (contact,) = list_of(made, [decision], now, **options).contacts
    return contact


def starts_of(contact: Contact) -> list[int]:
    """The starts that are offered."""
    return [one.start for one in contact.offer.alternatives]


REBOOK = Rebook(booking_id="B1")


def test_a_rebooked_session_is_offered_the_nearest_starts_an_hour_apart() -> None:
    """With everything free: five minutes off the start, and an hour from each other, with priority 1."""
    contact = only_contact(one_session(), REBOOK, NINE)
    assert starts_of(contact) == [TWO + 5, TWO - 55, TWO + 65]
    assert contact.priority == 1
    assert contact.offer.reason == ""


def test_nothing_is_offered_within_the_lead_time() -> None:
    """The lead time of 60 minutes counts from now, seconds included."""
    contact = only_contact(one_session(TEN), REBOOK, NINE + 0.5)
    assert starts_of(contact) == [TEN + 5, TEN + 65, TEN + 125]
    contact = only_contact(one_session(TEN), REBOOK, NINE + 5.5)
    assert starts_of(contact)[0] == TEN + 10


def test_a_fixed_pin_does_not_bind_a_session_that_the_issuer_moves() -> None:
    """The pin was the appointment that is given up."""
    contact = only_contact(one_session(pin="fixed", pinned_start=TWO), REBOOK, NINE)
    assert len(starts_of(contact)) == 3


def test_the_own_pool_is_offered_rather() -> None:
    """At the same start, an agent of the pool of the session's agent."""
    team = [agent("A1", "pf", pool="x"), agent("A2", "pf", pool="y"), agent("A3", "pf", pool="y")]
    made = small_case([(booking("B1"), TWO, "A3")], [participant("B1", "P1", 0, DAY)], agents=team)
    contact = only_contact(made, REBOOK, NINE)
    assert {one.agent_id for one in contact.offer.alternatives} <= {"A2", "A3"}


def test_the_proxy_is_checked_again() -> None:
    """R23: nothing is offered after the last day of the proxy, and that day is said."""
    made = small_case(
        [(booking("B1", "pj", holder_type="company", proxy_issued_on=-90), 17 * 60, "A1")],
        [
            participant("B1", "P1", 0, 3 * DAY),
            participant("B1", "P2", 0, 3 * DAY, "proxy"),
        ],
        days=3,
        agents=[agent("A1")],
    )
    contact = only_contact(made, REBOOK, NINE)
    assert contact.offer.proxy_last_day == made.axis.date_of(0)
    assert all(start < DAY for start in starts_of(contact))
    assert starts_of(contact)
    contact = only_contact(made, REBOOK, 16 * 60 + 50)
    assert starts_of(contact) == []
    assert contact.offer.reason == "proxy_expires"
    assert "nova via" in contact.message.email
    assert "segunda-feira, 30/11/2026" in contact.message.phone
    valid = replace(made, bookings=made.bookings.from_rows([made.bookings.row(0) | {"proxy_issued_on": -89}]))
    assert all(start >= DAY for start in starts_of(only_contact(valid, REBOOK, 16 * 60 + 50)))


def test_nobody_is_told_of_a_new_proxy_while_it_outlasts_the_horizon() -> None:
    """Where the proxy counts beyond the horizon, what is missing is capacity there."""
    made = small_case(
        [(booking("B1", "pj", holder_type="company", proxy_issued_on=-80), 17 * 60, "A1")],
        [participant("B1", "P1", 0, DAY), participant("B1", "P2", 0, DAY, "proxy")],
        agents=[agent("A1")],
    )
    contact = only_contact(made, REBOOK, 16 * 60 + 50)
    assert contact.offer.reason == "capacity_full" or contact.offer.reason == "no_skilled_agent"
    assert contact.offer.proxy_last_day == date(2026, 12, 10)


def reason_case(what: str) -> Case:
    """A case in which a session of 14:00 has no alternative for one reason."""
    person = participant("B1", "P1", 0, DAY)
    match what:
        case "not_eligible":
            return one_session(order_status="refunded")
        case "no_common_window":
            return one_session(until=TWO + 20)
        case "participant_busy":
            people = [participant("B1", "P1", TWO, TWO + 40), participant("B2", "P1", 0, DAY)]
            rows = [(booking("B1"), TWO, "A1"), (booking("B2", duration=25), TWO + 20, "A2")]
            return small_case(rows, people)
        case "no_skilled_agent":
            return small_case([(booking("B1"), TWO, "A1")], [person], ends=TWO + 25)
        case _:
            people = [participant("B1", "P1", TWO, TWO + 40), participant("B2", "P2", 0, DAY)]
            rows = [(booking("B1"), TWO, "A1"), (booking("B2"), TWO + 30, "A1")]
            return small_case(rows, people, agents=[agent("A1", skills="pf")])


@pytest.mark.parametrize(
    "reason",
    ["not_eligible", "no_common_window", "participant_busy", "no_skilled_agent", "capacity_full"],
)
def test_a_missing_alternative_has_its_reason(reason: str) -> None:
    """Each reason, in a case in which only this one stands in the way, in words of both languages."""
    listed = list_of(reason_case(reason), [REBOOK], NOON + 59)
    (contact,) = listed.contacts
    assert (starts_of(contact), contact.offer.reason) == ([], reason)
    told = [listed.document(language)["contacts"][0]["sentence"] for language in ("en", "pt-BR")]
    assert "no alternative up to 2026-11-30" in told[0]
    assert "nenhuma alternativa até 2026-11-30" in told[1]


def test_a_session_that_the_plan_does_not_know_is_contacted_too() -> None:
    """A snapshot may tell of a booking that is in no table: somebody must be told, with nothing to offer."""
    made = one_session()
    state = planned_day(made, 0)
    state.put(replace(state.sessions["B1"], booking_id="B9"))
    (contact,) = contact_list(made, state, [Rebook(booking_id="B9")], NINE).contacts
    assert contact.offer.reason == "unknown_booking"


def test_a_new_time_is_the_first_alternative() -> None:
    """What the repair keeps comes first, then the nearest to the start that the customer knows."""
    contact = only_contact(one_session(), NewTime(booking_id="B1", agent_id="A2", start=16 * 60), NINE)
    assert starts_of(contact) == [16 * 60, TWO + 5, TWO - 55]
    first = contact.offer.alternatives[0]
    assert (first.agent_id, first.decided) == ("A2", True)
    assert contact.channel == "email"


def test_a_session_that_is_held_elsewhere_takes_somebodys_time() -> None:
    """A booking that was rescheduled to another day without an agent leaves one place less there."""
    people = [participant("B1", "P1", DAY + NINE, DAY + NINE + 20), participant("B2", "P2", 0, 2 * DAY)]
    rows = [(booking("B1"), TWO, "A1"), (booking("B2"), TEN, "A1")]
    made = small_case(rows, people, days=2, agents=[agent("A1", skills="pf")])
    state = planned_day(made, 0)
    (contact,) = contact_list(made, state, [REBOOK], NOON).contacts
    assert starts_of(contact) == [DAY + NINE]
    elsewhere = replace(state.sessions["B2"], start=DAY + NINE, agent_id="", status=Status.ELSEWHERE)
    state.put(elsewhere)
    (contact,) = contact_list(made, state, [REBOOK], NOON).contacts
    assert contact.offer.reason == "capacity_full"


@pytest.mark.parametrize(
    ("change", "earliest"),
    [
        ({"gone_since": 500.0}, DAY),
        ({"gone_since": 500.0, "gone_until": 16 * 60.0}, 16 * 60 + 5),
        ({"gone_since": 500.0, "gone_until": 530.0}, DAY),
        ({}, TWO - 55),
    ],
)
def test_an_agent_who_has_gone_is_not_offered(change: dict[str, float], earliest: int) -> None:
    """Not before the expected return; without one, or when it is past, not today."""
    made = small_case(
        [(booking("B1"), TWO, "A1")],
        [participant("B1", "P1", 0, 2 * DAY)],
        days=2,
        agents=[agent("A1", skills="pf")],
    )
    state = planned_day(made, 0)
    state.agents["A1"] = replace(state.agents["A1"], **change)
    (contact,) = contact_list(made, state, [REBOOK], NINE).contacts
    assert min(starts_of(contact)) >= earliest


@pytest.mark.parametrize(("until", "earliest"), [(None, DAY), (float(TWO + 60), TWO + 60), (500.0, DAY)])
def test_nothing_is_offered_while_the_platform_is_down(until: float | None, earliest: int) -> None:
    """Not before it works again; while nobody knows when that is, not today."""
    made = one_session(days=2)
    state = planned_day(made, 0)
    state.platform_down_since, state.platform_down_until = 530.0, until
    (contact,) = contact_list(made, state, [REBOOK], NINE).contacts
    assert min(starts_of(contact)) == max(earliest, DAY + 485 if earliest == DAY else earliest)


def test_a_running_session_takes_its_agent_until_its_expected_end() -> None:
    """An agent who is busy for another hour is not offered before."""
    rows = [(booking("B1"), TEN + 30, "A1"), (booking("B2"), NINE, "A1")]
    people = [participant("B1", "P1", 0, DAY), participant("B2", "P2", 0, DAY)]
    made = small_case(rows, people, agents=[agent("A1", skills="pf")])
    state = planned_day(made, 0)
    running = replace(
        state.sessions["B2"], status=Status.RUNNING, started_at=545.0, expected_end=ELEVEN + 1.0
    )
    state.put(running)
    (contact,) = contact_list(made, state, [REBOOK], NINE + 10).contacts
    assert min(starts_of(contact)) == ELEVEN + 15


def test_the_install_mail_is_due_two_business_days_after_each_alternative() -> None:
    """R6: each alternative has its own day."""
    made = one_session(17 * 60 + 30, days=3)
    made = replace(made, participants=made.participants.from_rows([participant("B1", "P1", DAY, 3 * DAY)]))
    contact = only_contact(made, REBOOK, NINE)
    expected = {1: date(2026, 12, 3), 2: date(2026, 12, 4)}
    for one in contact.offer.alternatives:
        assert one.install_email_due == expected[one.start // DAY]
    assert contact.install_email_due == date(2026, 12, 3)


def connected(made: Case, since: float | None) -> DayState:
    """The day with the customer of B1 there."""
    state = planned_day(made, 0)
    state.put(replace(state.sessions["B1"], status=Status.CONNECTED, connected=("P1",), connected_at=since))
    return state


@pytest.mark.parametrize(
    ("now", "decision", "by", "occasion"),
    [
        (TEN, REBOOK, TWO - 85, "answer"),
        (TWO - 40, REBOOK, TWO - 30, "link_mail"),
        (TWO - 20, REBOOK, TWO, "start"),
        (TWO + 5.5, REBOOK, TWO + 5, "at_once"),
        (TEN, Delay(booking_id="B1", agent_id="A1", start=TWO + 15), TWO, "start"),
        (TEN, NewTime(booking_id="B1", agent_id="A1", start=TWO - 60), TWO - 90, "link_mail"),
        (TEN, NewTime(booking_id="B1", agent_id="A1", start=TWO + 60), TWO - 30, "link_mail"),
    ],
)
def test_the_deadline_is_the_last_moment_that_is_of_use(
    now: float, decision: Decision, by: int, occasion: str
) -> None:
    """Before the link goes out or the first alternative is too late, else before the start, else at once."""
    made = one_session()
    if occasion == "answer":
        people = made.participants.from_rows([participant("B1", "P1", 0, TWO - 35)])
        made = replace(made, participants=people)
    contact = only_contact(made, decision, now)
    assert (contact.deadline.by, contact.deadline.occasion) == (by, occasion)


def test_a_customer_who_waits_is_reached_before_leaving() -> None:
    """Twenty minutes after the start, or after the last of them came; then at once."""
    made = one_session()
    for since, now, by, occasion in (
        (TWO - 10.0, TWO - 5, TWO + 20, "leaves"),
        (TWO + 4.0, TWO + 5, TWO + 24, "leaves"),
        (TWO - 10.0, TWO + 30, TWO + 30, "at_once"),
    ):
        (contact,) = contact_list(made, connected(made, since), [REBOOK], now).contacts
        assert (contact.deadline.by, contact.deadline.occasion) == (by, occasion)
        assert contact.channel == "phone"


def test_the_telephone_comes_first_when_the_start_is_near() -> None:
    """Nearer than 240 minutes: phone, then e-mail; else the other way round (R27)."""
    made = one_session(17 * 60)
    far = only_contact(made, Delay(booking_id="B1", agent_id="A1", start=17 * 60 + 10), 13 * 60)
    near = only_contact(made, Delay(booking_id="B1", agent_id="A1", start=17 * 60 + 10), 13 * 60 + 1)
    assert (far.channel, far.second_channel) == ("email", "phone")
    assert (near.channel, near.second_channel) == ("phone", "email")


def test_the_order_is_by_deadline_then_priority() -> None:
    """Of the same deadline, a session that the issuer moves goes first, then the booking's priority."""
    rows = [
        (booking("B1", priority=7), TEN, "A1"),
        (booking("B2", priority=3), TEN, "A2"),
        (booking("B3", priority=9), TEN + 30, "A1"),
        (booking("B4", priority=2), ELEVEN, "A2"),
    ]
    made = small_case(rows, [participant(f"B{n}", f"P{n}", 0, DAY) for n in range(1, 5)])
    delays = [
        Delay(booking_id=f"B{n}", agent_id="A1" if n % 2 else "A2", start=at + 10)
        for n, at in ((1, TEN), (2, TEN), (4, ELEVEN))
    ]
    listed = list_of(made, [*delays, Rebook(booking_id="B3")], NINE)
    names = [one.change.booking_id for one in listed.contacts]
    assert [one.deadline.by for one in listed.contacts] == [TEN, TEN, TEN, ELEVEN]
    assert names == ["B3", "B2", "B1", "B4"]
    assert [one.priority for one in listed.contacts] == [1, 3, 7, 2]


def test_ids_are_of_the_change_and_of_nothing_else() -> None:
    """The same change has the same id at another moment and in another horizon; another one has another."""
    made = one_session()
    later = Delay(booking_id="B1", agent_id="A1", start=TWO + 10)
    ids = {
        only_contact(made, decision, now).change.contact_id
        for decision in (later, later.model_copy(update={"agent_id": "A2"}))
        for now in (NINE, TEN)
    }
    assert len(ids) == 1
    day_before = one_session(DAY + TWO, days=2)
    day_before = replace(
        day_before, plan=day_before.plan.model_copy(update={"first_day": date(2026, 11, 29)})
    )
    moved = later.model_copy(update={"start": DAY + TWO + 10})
    (contact,) = contact_list(day_before, planned_day(day_before, 1), [moved], DAY + NINE).contacts
    assert contact.change.contact_id in ids
    others = [later.model_copy(update={"start": TWO + 15}), REBOOK]
    assert not ids & {only_contact(made, one, NINE).change.contact_id for one in others}


def test_what_was_told_is_left_out() -> None:
    """Ids of contacts and of notices that have been told."""
    made = one_session()
    decisions: list[Decision] = [REBOOK, MoveBreak(agent_id="A1", place=0, start=930)]
    first = list_of(made, decisions, NINE)
    told = [first.contacts[0].change.contact_id, first.notices[0].notice_id]
    again = list_of(made, decisions, NINE, told=told)
    assert (again.contacts, again.notices) == ((), ())


def test_decisions_that_concern_no_customer_make_no_contact() -> None:
    """Rebinds, decisions that came too late, and starts that the customer knows already."""
    made = one_session()
    state = planned_day(made, 0)
    decisions: list[Decision] = [
        Rebind(booking_id="B1", agent_id="A2"),
        Delay(booking_id="B1", agent_id="A2", start=TWO),
        Rebook(booking_id="B7"),
        CallStandby(agent_id="A2", start=TEN, end=NOON),
    ]
    listed = contact_list(made, state, decisions, NINE)
    assert (listed.contacts, listed.notices) == ((), ())
    assert state == planned_day(made, 0)


def test_the_last_decision_about_a_session_counts() -> None:
    """A delay that became a rebooking is one contact."""
    contact = only_contact_of(one_session(), [Delay(booking_id="B1", agent_id="A1", start=TWO + 10), REBOOK])
    assert contact.change.kind == "rebook"
    assert contact.change.before == TWO


def only_contact_of(made: Case, decisions: Sequence[Decision]) -> Contact:
    """The one contact of several decisions."""
    (contact,) = list_of(made, decisions, NINE).contacts
    return contact


def test_agents_are_told_of_calls_and_breaks() -> None:
    """A call at once; a moved break before the sooner of both starts; in both languages."""
    made = one_session()
    state = planned_day(made, 0)
    state.agents["A2"] = replace(state.agents["A2"], start=None, end=None, standby=(480, 1080))
    decisions: list[Decision] = [
        MoveBreak(agent_id="A1", place=0, start=930),
        CallStandby(agent_id="A2", start=TEN, end=NOON),
    ]
    listed = contact_list(made, state, decisions, NINE)
    assert [(one.kind, one.agent_id, one.by) for one in listed.notices] == [
        ("call_standby", "A2", NINE),
        ("move_break", "A1", 900),
    ]
    told = [one["sentence"] for one in listed.document("en")["agents"]]
    assert told == [
        "Call A2 from standby at once, to serve 10:00-12:00",
        "Tell A1 by 15:00: the break of 15:00 is at 15:30-15:40",
    ]
    assert "sobreaviso" in listed.document("pt-BR")["agents"][0]["sentence"]


def test_the_document_and_the_table_say_the_same() -> None:
    """Row by row, and the places can be read back from the document."""
    made = one_session(days=2)
    listed = list_of(made, [REBOOK], NINE)
    document = json.loads(json.dumps(listed.document()))
    (entry,), table = document["contacts"], listed.table()
    assert isinstance(table, Contacts)
    row = table.row(0)
    assert row["change"] in CONTACT_CHANGES
    assert entry["contact_id"] == row["contact_id"]
    starts = [one["start"] for one in entry["alternatives"]]
    assert starts == [made.axis.instant_of(at).isoformat() for at in row["alternatives"]]
    assert held_places(document["contacts"], made.axis) == list(listed.places)
    assert b"2026-11-30T14:05:00-03:00|" in table_bytes(table, made.axis, "csv")
