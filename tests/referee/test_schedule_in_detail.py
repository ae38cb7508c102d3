"""Sides of the schedule's rules that one mutation each does not show: other breaches, and what is allowed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from data.model import (
    Agents,
    Bookings,
    Calendar,
    Case,
    DateException,
    HolidayOverride,
    Participants,
    Sessions,
    Unplaced,
)
from data.referee import judge
from tests.referee.legal_case import (
    AROUND_THE_CLOCK,
    END,
    MONDAY,
    SUNDAY,
    added,
    at,
    codes,
    edited,
    legal_case,
    with_calendar,
    with_policy,
    with_rows,
    without,
)
from tests.support.cases import participant


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        # R7: the CNH must be of a known date on or after the policy's; biometrics do as well.
        (lambda c: with_policy(c, cnh_issued_from=date(2016, 1, 1)), {"R7", "REASON-ELIGIBLE"}),
        (lambda c: with_policy(c, biometrics_accepted=False), {"R7"}),
        (lambda c: edited(c, Bookings, {"booking_id": "joint"}, needs_presence=True), {"R7"}),
        (
            lambda c: edited(
                c, Participants, {"participant_id": "P-davi"}, has_cnh=False, has_biometrics=True
            ),
            set(),
        ),
        # R13, R22, R24: proxies of persons and companies by policy.
        (lambda c: edited(c, Bookings, {"booking_id": "proxy"}, holder_type="person"), {"R13"}),
        (
            lambda c: with_policy(
                edited(c, Bookings, {"booking_id": "proxy"}, holder_type="person"), persons_may_use_proxy=True
            ),
            set(),
        ),
        (lambda c: with_policy(c, companies_may_use_proxy=False), {"R22", "REASON-ELIGIBLE"}),
        # R19 before R20: else the co-representative must attend, who is neither free nor identified.
        (
            lambda c: edited(c, Bookings, {"booking_id": "administrator"}, holder_is_administrator=False),
            {"R7", "WINDOW"},
        ),
        (lambda c: edited(c, Bookings, {"booking_id": "proxy"}, joint_clause=True), {"R20"}),
        (
            lambda c: with_policy(
                edited(c, Bookings, {"booking_id": "proxy"}, joint_clause=True),
                proxy_replaces_co_representatives=True,
            ),
            set(),
        ),
        # R23: issued after the session.
        (lambda c: edited(c, Bookings, {"booking_id": "proxy"}, proxy_issued_on=2), set()),
        (lambda c: edited(c, Bookings, {"booking_id": "proxy"}, proxy_issued_on=3), {"R23"}),
        # R25, R26: who comes, with what, and a case that no document rule knows.
        (lambda c: edited(c, Participants, {"participant_id": "P-iara"}, role="holder"), {"R26"}),
        (lambda c: with_policy(c, deceased_holder=()), {"R25"}),
        # R11 by kind: 40 minutes are for judicial sessions, here no longer one.
        (lambda c: with_policy(c, judicial=c.plan.policy.single), {"R11"}),
        # R2 is not asked of a fixed pin.
        (lambda c: edited(c, Bookings, {"booking_id": "pinned"}, booked_at=at(MONDAY, 9, 30)), set()),
        (
            lambda c: edited(
                c, Bookings, {"booking_id": "pinned"}, booked_at=at(MONDAY, 9, 30), pin="movable"
            ),
            {"R2"},
        ),
        # The sum is rounded up to the grid: 5 + 20 + 6 is 35, and 5 + 20 + 5 is still 30.
        (
            lambda c: with_policy(c, single=c.plan.policy.single.model_copy(update={"wrap_up_minutes": 5})),
            set(),
        ),
        (
            lambda c: with_policy(c, single=c.plan.policy.single.model_copy(update={"wrap_up_minutes": 6})),
            {"AGENT-OVERLAP", "ALTERNATIVE"},
        ),
    ],
)
def test_bookings_and_policies(changed: Any, expected: set[str]):
    """Edits of bookings, participants and policies and what they break."""
    assert codes(changed(legal_case())) == expected


def estate_with_proxy(judged: Case, issued_on: int) -> Case:
    """The case with a proxy, the deed alone, given by the holder of the estate before the death."""
    return edited(judged, Bookings, {"booking_id": "estate"}, proxy_issued_on=issued_on)


@pytest.mark.parametrize("issued_on", [-400, -89, -88, 2, 3])
def test_a_proxy_of_the_dead_concerns_nobody(issued_on: int):
    """R22, R23: once the holder has died, neither the deed nor the person counts, nor what is accepted."""
    estate = estate_with_proxy(legal_case(), issued_on)
    assert codes(estate) == set()
    person = participant("estate", "P-uma", 0, 30, "proxy", has_cnh=False)
    assert codes(added(estate, Participants, **person)) == set()
    assert codes(added(legal_case(), Participants, **person)) == set()
    placed = edited(estate, Bookings, {"booking_id": "proxy"}, order_status="pending")
    refusing = with_policy(placed, companies_may_use_proxy=False)
    assert not [v for v in judge(refusing) if "estate" in v.where]


def unplace(judged: Case, booking_id: str, **row: Any) -> Case:
    """The case with a placed booking moved to the unplaced ones."""
    gone = without(judged, Sessions, {"booking_id": booking_id})
    return added(gone, Unplaced, booking_id=booking_id, **row)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (lambda c: unplace(c, "single", reason="capacity_full"), set()),
        (lambda c: unplace(c, "pinned", reason="capacity_full"), {"PIN"}),
        # A pin does not bind once the booking has ceased to be eligible.
        (
            lambda c: unplace(
                edited(c, Bookings, {"booking_id": "pinned"}, order_status="refunded"),
                "pinned",
                reason="not_eligible",
                rules="R1",
            ),
            set(),
        ),
        (lambda c: unplace(c, "night", reason="no_skilled_agent"), {"REASON-SKILL"}),
        (
            lambda c: unplace(
                edited(c, Agents, {"agent_id": "A3"}, credential_until=1), "night", reason="no_skilled_agent"
            ),
            {"REASON-SKILL"},
        ),
        (lambda c: unplace(c, "proxy", reason="proxy_expires"), {"REASON-PROXY"}),
        (lambda c: edited(c, Unplaced, {"booking_id": "apart"}, reason="proxy_expires"), {"REASON-PROXY"}),
        # Where no start is possible at all, or the proxy leaves none, it is not for want of agents.
        (lambda c: edited(c, Unplaced, {"booking_id": "apart"}, reason="no_skilled_agent"), {"REASON-SKILL"}),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "expiring"}, reason="no_skilled_agent"),
            {"REASON-SKILL"},
        ),
        # A proxy given by one who has died sets no limit, to sessions or to alternatives.
        (
            lambda c: unplace(
                estate_with_proxy(c, -91), "estate", reason="capacity_full", alternatives=(at(MONDAY, 14),)
            ),
            set(),
        ),
        (
            lambda c: unplace(estate_with_proxy(c, -91), "estate", reason="proxy_expires"),
            {"REASON-PROXY"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "expiring"}, reason="no_common_window"),
            {"REASON-WINDOW"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "signed"}, reason="capacity_full"),
            {"REASON-CAPACITY"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "expiring"}, reason="capacity_full"),
            {"REASON-CAPACITY"},
        ),
        (lambda c: edited(c, Unplaced, {"booking_id": "full"}, rules="R1"), {"REASON-RULES"}),
        (lambda c: edited(c, Unplaced, {"booking_id": "pending"}, rules="R1|R7|R99"), {"REASON-RULES"}),
        (lambda c: edited(c, Unplaced, {"booking_id": "full"}, alternatives=(at(MONDAY, 14),)), set()),
        (
            lambda c: edited(
                c, Unplaced, {"booking_id": "full"}, alternatives=(at(MONDAY, 14), at(MONDAY, 14, 2))
            ),
            {"ALTERNATIVE"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "full"}, alternatives=(at(SUNDAY, 18),)),
            {"ALTERNATIVE"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "expiring"}, alternatives=(at(MONDAY, 14),)),
            {"ALTERNATIVE"},
        ),
        (
            lambda c: edited(c, Unplaced, {"booking_id": "signed"}, alternatives=(at(MONDAY, 14),)),
            {"ALTERNATIVE"},
        ),
    ],
)
def test_reasons(changed: Any, expected: set[str]):
    """Edits of the unplaced bookings and what they break."""
    assert codes(changed(legal_case())) == expected


def test_a_session_may_not_cross_midnight():
    """Start and end are of one day, in Brasília and where the participant is."""
    night = edited(legal_case(), Sessions, {"booking_id": "night"}, starts_at=at(SUNDAY, 23, 50))
    assert codes(night) == {"OPENING", "LOCAL-HOURS"}
    until_midnight = edited(legal_case(), Sessions, {"booking_id": "night"}, starts_at=at(SUNDAY, 23, 40))
    assert codes(until_midnight) == set()
    west = edited(until_midnight, Participants, {"participant_id": "P-kaue"}, time_zone="America/Noronha")
    assert codes(west) == set()
    split = edited(west, Sessions, {"booking_id": "night"}, starts_at=at(SUNDAY, 22, 50))
    assert codes(split) == {"LOCAL-HOURS"}


def test_opening_hours_and_holidays():
    """A closed day, a holiday of the service's place, an exception that opens it, a plan open then."""
    closed = DateException(day=date(2026, 11, 28))
    assert codes(with_calendar(legal_case(), exceptions=(closed,))) >= {"OPENING"}
    assert codes(with_calendar(legal_case(), state="DF")) >= {"OPENING"}
    assert codes(with_calendar(legal_case(), state="DF", open_on_holidays=True)) == set()
    opened = DateException(day=date(2026, 11, 30), opens=time(0), closes=time(0))
    assert codes(with_calendar(legal_case(), state="DF", exceptions=(opened,))) == set()
    struck = HolidayOverride(day=date(2026, 11, 30), scope="state", state="DF", name="", is_holiday=False)
    assert codes(with_calendar(legal_case(), state="DF", holiday_overrides=(struck,))) == set()


def test_the_default_week_is_closed_on_sunday():
    """With the default hours, Saturday ends at 14:00 and Sunday is closed."""
    assert Calendar() != AROUND_THE_CLOCK
    found = judge(legal_case(calendar=Calendar()))
    closed = {violation.where.split(",")[0] for violation in found if violation.rule == "OPENING"}
    assert closed == {"booking joint", "booking night"}


def test_two_people_of_one_booking_are_both_held():
    """A co-representative in another session at the time is found."""
    base = legal_case()
    clash = edited(base, Participants, {"participant_id": "P-gil"}, participant_id="P-iara")
    assert codes(clash) == set()
    moved = edited(clash, Sessions, {"booking_id": "proxy"}, starts_at=at(MONDAY, 9, 5))
    assert codes(moved) == {"WINDOW", "PARTICIPANT-OVERLAP"}
    other = with_rows(
        base,
        Participants,
        [*base.participants.rows(), participant("deceased", "P-gil", 0, END, "court_representative")],
    )
    late = edited(other, Sessions, {"booking_id": "deceased"}, starts_at=at(MONDAY, 9, 25))
    people = {v.what.split()[1] for v in judge(late) if v.rule == "PARTICIPANT-OVERLAP"}
    assert people == {"P-fabi", "P-gil"}
