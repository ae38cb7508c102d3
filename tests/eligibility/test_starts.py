"""When sessions may start: each limit on its own, and all of them against a minute-by-minute restatement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.eligibility import StartWindows, evaluate, start_windows
from data.model import (
    BRASILIA,
    MISSING,
    Bookings,
    Calendar,
    Case,
    OpeningHours,
    Participants,
    PlanningAxis,
)
from data.policies import default_service_policies
from tests.support import cases

Row = dict[str, Any]

DAY = 1440
ANYTIME: Row = {"daily_from": 0, "daily_until": DAY}
EVERY_DAY = tuple(range(7))


def hours(opens: time = time(8), closes: time = time(20), **changes: Any) -> Calendar:
    return Calendar(opening_hours=(OpeningHours(weekdays=EVERY_DAY, opens=opens, closes=closes),), **changes)


def case_of(
    booking: Row | None = None,
    people: list[Row] | None = None,
    days: int = 1,
    policy: Row | None = None,
    **plan: Any,
) -> Case:
    """One booking of 20 minutes; people give their window as start and end."""
    listed = people if people is not None else [{"start": 0, "end": days * DAY}]
    service = tuple(p.model_copy(update=policy or {}) for p in default_service_policies())
    return cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking("B", **(booking or {}))],
        participants=[cases.participant("B", f"P{place}", **person) for place, person in enumerate(listed)],
        days=days,
        **({"service": service} | plan),
    )


def windows(case: Case) -> list[tuple[int, int]]:
    return start_windows(case, evaluate(case)).of(0)


def test_opening_hours() -> None:
    """A session starts and ends while the service is open: the last start is its length before closing."""
    assert windows(case_of()) == [(480, 1180)]
    assert windows(case_of({"duration": 30})) == [(480, 1170)]
    assert windows(case_of({"duration": 17})) == [(480, 1180)]
    assert windows(case_of(days=6))[-1] == (7680, 8020)


def test_closed_days_have_no_start() -> None:
    """On a Sunday and on a holiday nothing starts."""
    assert windows(case_of(first_day=date(2026, 12, 6))) == []
    assert windows(case_of(first_day=date(2026, 11, 20))) == []
    assert windows(case_of(first_day=date(2026, 11, 20), calendar=hours(open_on_holidays=True))) == [
        (480, 1180)
    ]


def test_windows_end_with_the_session() -> None:
    """The window's end is when the session must have ended; both ends are allowed."""
    assert windows(case_of(people=[{"start": 600, "end": 660}])) == [(600, 640)]
    assert windows(case_of(people=[{"start": 600, "end": 620}])) == [(600, 600)]
    assert windows(case_of(people=[{"start": 600, "end": 619}])) == []
    assert windows(case_of(people=[{"start": 601, "end": 624}])) == []
    assert windows(case_of(people=[{"start": 601, "end": 625}])) == [(605, 605)]


def test_windows_over_several_days_are_cut_at_night() -> None:
    """A long window gives one interval a day."""
    assert windows(case_of(people=[{"start": 1000, "end": 3400}], days=3)) == [
        (1000, 1180),
        (1920, 2620),
        (3360, 3380),
    ]


def test_daily_hours_are_local() -> None:
    """In Acre, two hours behind, eight o'clock is ten in Brasília; in Noronha it is seven."""
    person = {"start": 0, "end": DAY, "daily_from": 480, "daily_until": 600}
    assert windows(case_of(people=[person])) == [(480, 580)]
    assert windows(case_of(people=[person | {"time_zone": "America/Rio_Branco"}])) == [(600, 700)]
    assert windows(case_of(people=[person | {"time_zone": "America/Noronha"}])) == [(480, 520)]


def test_a_session_stays_on_one_local_day() -> None:
    """Where local midnight falls into the opening hours, no session crosses it."""
    person = {"start": 0, "end": 2 * DAY, "time_zone": "America/Noronha"} | ANYTIME
    found = windows(case_of(people=[person], days=2, calendar=hours(time(0), time(0))))
    assert found[0] == (0, 1360)
    assert found[1:] == [(1380, 1420), (1440, 2800), (2820, 2860)]


def test_daily_hours_to_midnight() -> None:
    """24:00 is the end of the day: a session may end then."""
    person = {"start": 0, "end": 2 * DAY, "daily_from": 1380, "daily_until": DAY}
    assert windows(case_of(people=[person], calendar=hours(time(0), time(0)))) == [(1380, 1420)]


def test_all_required_participants_must_be_free() -> None:
    """The starts of a joint booking are those of all required participants; others don't count."""
    joint = {"holder_type": "company", "joint_clause": True}
    people = [
        {"start": 480, "end": 720},
        {"start": 600, "end": 900, "role": "co_representative"},
        {"start": 0, "end": 60, "role": "proxy"},
    ]
    assert windows(case_of(joint, people[:2])) == [(600, 700)]
    assert windows(case_of(joint | {"holder_is_administrator": True}, people[:2])) == [(480, 700)]
    together = joint | {"proxy_issued_on": -1}
    assert windows(case_of(together, people)) == []
    assert windows(case_of(together, [*people[:2], people[2] | {"start": 650, "end": 695}])) == [(650, 675)]


def test_participants_in_several_zones() -> None:
    """Daily hours in Noronha and Acre leave the hours that both allow."""
    joint = {"holder_type": "company", "joint_clause": True}
    people = [
        {"start": 0, "end": DAY, "time_zone": "America/Noronha", "daily_until": 900},
        {"start": 0, "end": DAY, "time_zone": "America/Rio_Branco", "role": "co_representative"},
    ]
    assert windows(case_of(joint, people)) == [(600, 820)]


@pytest.mark.parametrize(
    ("booked_at", "as_of", "lead", "expected"),
    [
        (-4000, -360, 60, (480, 1180)),
        (-4000, 600, 60, (660, 1180)),
        (700, 600, 60, (760, 1180)),
        (701, 600, 60, (765, 1180)),
        (-4000, 600, 0, (600, 1180)),
        (-4000, -360, 1439, (1080, 1180)),
    ],
)
def test_r2_lead_time(booked_at: int, as_of: int, lead: int, expected: tuple[int, int]) -> None:
    """R2: lead time counts from the booking or from planning, whichever is later."""
    moment = PlanningAxis(cases.MONDAY, 1).instant_of(as_of)
    case = case_of({"booked_at": booked_at}, policy={"lead_minutes": lead}, as_of=moment)
    assert windows(case) == [expected]


@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [(-90, [0]), (-89, [0, 1]), (0, [0, 1, 2]), (1, [1, 2]), (2, [2]), (MISSING, [0, 1, 2])],
)
def test_r23_days_of_the_proxy(issued_on: int, expected: list[int]) -> None:
    """R23: sessions lie on days on which the proxy is 0 to 90 days old."""
    people = [{"start": 0, "end": 3 * DAY}, {"start": 0, "end": 3 * DAY, "role": "proxy"}]
    changes = {"holder_type": "company", "proxy_issued_on": issued_on}
    case = case_of(changes, people if issued_on != MISSING else people[:1], days=3)
    assert [first // DAY for first, _ in windows(case)] == expected
    assert start_windows(case, evaluate(case)).without_proxy.tolist() == [False]


@pytest.mark.parametrize("issued_on", [-91, -90, 1, 3])
def test_r23_no_days_of_a_proxy_after_a_death(issued_on: int) -> None:
    """R23: a proxy limits no session once the holder has died."""
    people = [{"start": 0, "end": 3 * DAY, "role": "court_representative"}]
    changes = {"holder_is_deceased": True, "holder_type": "company", "documents": "court_decision"}
    changes |= {"duration": 40, "proxy_issued_on": issued_on}
    case = case_of(changes, people, days=3)
    assert [first // DAY for first, _ in windows(case)] == [0, 1, 2]


def test_r23_is_told_from_other_reasons() -> None:
    """`without_proxy` marks bookings whose starts all lie on days on which the proxy is no longer valid."""
    people = [{"start": DAY, "end": 3 * DAY}, {"start": DAY, "end": 3 * DAY, "role": "proxy"}]
    changes = {"holder_type": "company", "proxy_issued_on": -90}
    expiring = case_of(changes, people, days=3)
    assert windows(expiring) == []
    assert start_windows(expiring, evaluate(expiring)).without_proxy.tolist() == [True]
    never = case_of(changes, [people[0], people[1] | {"end": DAY + 10}], days=3)
    assert windows(never) == []
    assert start_windows(never, evaluate(never)).without_proxy.tolist() == [False]


def test_ineligible_bookings_have_no_start() -> None:
    """A booking that breaks a rule has no start, whatever its windows; no reason but that is given."""
    people = [{"start": 0, "end": DAY}, {"start": 0, "end": DAY, "role": "proxy"}]
    for changes, listed in (
        ({"order_status": "pending"}, people[:1]),
        ({"holder_type": "company", "proxy_issued_on": -91}, people),
    ):
        case = case_of(changes, listed)
        found = start_windows(case, evaluate(case))
        assert (found.of(0), found.without_proxy.tolist()) == ([], [False])


@pytest.mark.parametrize(
    ("pinned", "expected"),
    [
        (600, [(600, 600)]),
        (480, [(480, 480)]),
        (475, []),
        (602, []),
        (1180, [(1180, 1180)]),
        (1185, []),
        (MISSING, []),
    ],
)
def test_fixed_pins(pinned: int, expected: list[tuple[int, int]]) -> None:
    """A fixed pin leaves its start alone, or nothing where that start is not allowed."""
    assert windows(case_of({"pin": "fixed", "pinned_start": pinned})) == expected


def test_fixed_pins_have_no_lead_time() -> None:
    """R2 does not bind a confirmed session; windows, and a movable pin, are as ever."""
    late = PlanningAxis(cases.MONDAY, 1).instant_of(700)
    pin: Row = {"pin": "fixed", "pinned_start": 720}
    assert windows(case_of(pin, as_of=late)) == [(720, 720)]
    assert windows(case_of(pin | {"pin": "movable"}, as_of=late)) == [(760, 1180)]
    assert windows(case_of(pin | {"pin": ""}, as_of=late)) == [(760, 1180)]
    assert windows(case_of(pin, [{"start": 725, "end": 900}], as_of=late)) == []


def test_fixed_pins_keep_the_proxy_limit() -> None:
    """A fixed session on a day on which the proxy has expired has no start, for that reason."""
    people = [{"start": 0, "end": 2 * DAY}, {"start": 0, "end": 2 * DAY, "role": "proxy"}]
    changes = {"holder_type": "company", "proxy_issued_on": -90, "pin": "fixed", "pinned_start": DAY + 600}
    case = case_of(changes, people, days=2)
    assert windows(case) == []
    assert start_windows(case, evaluate(case)).without_proxy.tolist() == [True]


def test_an_empty_case() -> None:
    """Without bookings there are no windows, and the offsets are the single 0."""
    case = cases.case(agents=[cases.agent("A1")])
    found = start_windows(case, evaluate(case))
    assert found.offsets.tolist() == [0]
    assert len(found.first) == len(found.last) == len(found.without_proxy) == 0


def test_a_case_that_is_never_open() -> None:
    """Without opening hours no booking has a start."""
    assert windows(case_of(calendar=Calendar(opening_hours=()))) == []


# A minute-by-minute restatement.


@cache
def wall_clock(axis: PlanningAxis, zone_name: str) -> list[tuple[date, int]]:
    """Local date and minutes since midnight, of each minute from the horizon's first to the one after it."""
    zone = ZoneInfo(zone_name)
    origin = datetime.combine(axis.first_day, time(), tzinfo=axis.zone).astimezone(UTC)
    shown = [(origin + timedelta(minutes=m)).astimezone(zone) for m in range(axis.end + 1)]
    return [(at.date(), at.hour * 60 + at.minute) for at in shown]


def on_one_day(clock: list[tuple[date, int]], start: int, end: int, opens: int, closes: int) -> bool:
    """Whether the clock shows `opens` or later at the start and `closes` or earlier at the end of one day."""
    day, begun = clock[start]
    if not opens <= begun <= closes:
        return False
    day_before, shown_before = clock[end - 1]
    ended, shown = clock[end]
    return (ended == day and opens <= shown <= closes) or (
        day_before == day and opens <= shown_before + 1 <= closes
    )


def restated(case: Case, booking: Row, people: list[Row]) -> tuple[list[int], bool]:
    """All starts of an eligible booking, and whether only the proxy leaves none."""
    axis, policy, calendar = case.axis, case.plan.policy, case.plan.calendar
    (open_hours,) = calendar.opening_hours
    opens = open_hours.opens.hour * 60 + open_hours.opens.minute
    closes = open_hours.closes.hour * 60 + open_hours.closes.minute or DAY
    brasilia = wall_clock(axis, BRASILIA)
    minutes = booking["duration_minutes"]
    lead = max(axis.minute_of(case.plan.as_of), booking["booked_at"]) + policy.lead_minutes
    starts, ignoring_proxy = [], False
    for start in range(axis.end - minutes + 1):
        end = start + minutes
        allowed = (
            start % 5 == 0
            and on_one_day(brasilia, start, end, opens, closes)
            and (start == booking["pinned_start"] if booking["pin"] == "fixed" else start >= lead)
            and all(
                person["window_start"] <= start
                and end <= person["window_end"]
                and on_one_day(
                    wall_clock(axis, person["time_zone"]),
                    start,
                    end,
                    person["daily_from"],
                    person["daily_until"],
                )
                for person in people
            )
        )
        if allowed:
            ignoring_proxy = True
            age = (brasilia[start][0] - axis.first_day).days - booking["proxy_issued_on"]
            free = booking["holder_is_deceased"] or booking["proxy_issued_on"] == MISSING
            if free or 0 <= age <= policy.proxy_longest_days:
                starts.append(start)
    return starts, ignoring_proxy and not starts


def expanded(found: StartWindows, row: int) -> list[int]:
    """The starts in the intervals, which must be in order, disjoint and not joinable."""
    intervals = found.of(row)
    for first, last in intervals:
        assert first <= last
        assert first % 5 == last % 5 == 0
    for (_, last), (first, _) in pairwise(intervals):
        assert first > last + 5
    return [start for first, last in intervals for start in range(first, last + 1, 5)]


ZONES = [
    BRASILIA,
    "America/Noronha",
    "America/Manaus",
    "America/Rio_Branco",
    "America/Campo_Grande",
    "America/Bahia",
]
"""Campo Grande changed its clocks with Brasília but an hour later; the others did not change theirs."""

FIRST_DAYS = [
    date(2026, 11, 30),
    date(2018, 11, 2),
    date(2018, 11, 3),
    date(2018, 11, 4),
    date(2018, 2, 16),
    date(2018, 2, 17),
    date(2018, 2, 18),
]

TIMES = st.sampled_from([0, 5, 60, 61, 90, 480, 720, 1200, 1320, 1380, 1410, 1439, 1440])


@st.composite
def people_of(draw: st.DrawFn, end: int) -> Row:
    start = draw(st.integers(-200, end))
    early, late = sorted([draw(TIMES), draw(TIMES)])
    return {
        "start": start,
        "end": start + draw(st.sampled_from([20, 240, 1500, 3000, 9000])),
        "time_zone": draw(st.sampled_from(ZONES)),
        "daily_from": early,
        "daily_until": late,
    }


@st.composite
def whole_cases(draw: st.DrawFn) -> Case:
    """Cases of companies whose bookings may need three people; horizons with and without clock changes."""
    first_day, days = draw(st.sampled_from(FIRST_DAYS)), draw(st.integers(1, 4))
    axis = PlanningAxis(first_day, days)
    # Opening hours before 23:00, or to the day's end: no time that came twice.
    opens, closes = draw(st.sampled_from([(time(8), time(20)), (time(0), time(0)), (time(2), time(22, 55))]))
    bookings: list[Row] = []
    people: list[Row] = []
    for number in range(draw(st.integers(1, 4))):
        pin = draw(st.sampled_from(["", "", "movable", "fixed"]))
        proxy = draw(st.sampled_from([MISSING, MISSING, -3, -2, -1, 0, 1]))
        deceased = draw(st.sampled_from([False, False, True]))
        pinned = draw(st.integers(0, axis.end // 5)) * 5 if pin else MISSING
        name = f"B{number}"
        bookings.append(
            cases.booking(
                name,
                duration=draw(st.sampled_from([15, 17, 30])),
                booked_at=draw(st.integers(-3000, 2000)),
                holder_type="company",
                joint_clause=draw(st.booleans()),
                proxy_issued_on=proxy,
                holder_is_deceased=deceased,
                documents="court_decision",
                pin=pin,
                pinned_start=pinned,
            )
        )
        roles = ["holder", "co_representative", *(["proxy"] if proxy != MISSING else [])]
        if deceased:
            roles.append("court_representative")
        people += [cases.participant(name, role, role=role, **draw(people_of(axis.end))) for role in roles]
    policy = default_service_policies()[0].model_copy(
        update={
            "effective_from": date(2000, 1, 1),
            "proxy_longest_days": 2,
            "lead_minutes": draw(st.integers(0, 90)),
        }
    )
    return cases.case(
        agents=[cases.agent("A1")],
        bookings=bookings,
        participants=people,
        days=days,
        first_day=first_day,
        as_of=axis.instant_of(draw(st.integers(-1000, 1000))),
        service=(policy,),
        calendar=hours(opens, closes, open_on_holidays=True),
    )


def assert_agrees(case: Case) -> None:
    eligibility = evaluate(case)
    found = start_windows(case, eligibility)
    for row, name in enumerate(case.bookings.booking_id.tolist()):
        booking = case.bookings.row(row)
        people = [
            person
            for person, must in zip(case.participants.rows(), eligibility.required.tolist(), strict=True)
            if must and person["booking_id"] == name
        ]
        expected: tuple[list[int], bool] = ([], False)
        if eligibility.eligible[row]:
            expected = restated(case, booking, people)
        assert (expanded(found, row), bool(found.without_proxy[row])) == expected


@settings(max_examples=150)
@given(whole_cases())
def test_starts_agree_with_the_restatement(case: Case) -> None:
    """A minute of the horizon is a start exactly when the restatement allows it, clock changes included."""
    assert_agrees(case)


@pytest.mark.soak
@settings(max_examples=5_000)
@given(whole_cases())
def test_many_starts_agree_with_the_restatement(case: Case) -> None:
    """The same, on many more cases."""
    assert_agrees(case)


def on_the_day_of_25_hours(days: int = 1, duration: int = 15, **person: Any) -> list[tuple[int, int]]:
    """Starts of one person on 17 February 2018 (minutes 0 to 1499), when the service is always open."""
    service = (default_service_policies()[0].model_copy(update={"effective_from": date(2000, 1, 1)}),)
    return windows(
        case_of(
            {"duration": duration},
            [{"start": 0, "end": 2940, "daily_until": DAY} | person],
            days=days,
            first_day=date(2018, 2, 17),
            service=service,
            calendar=hours(time(0), time(0)),
        )
    )


def test_sessions_on_the_day_of_25_hours() -> None:
    """A session may cross the change, from 23:50 to the second 23:05; an hour before 23:30 comes twice."""
    assert on_the_day_of_25_hours(daily_from=1380) == [(1380, 1485)]
    assert on_the_day_of_25_hours(daily_from=1380, daily_until=1410) == [(1380, 1395), (1440, 1455)]
    assert on_the_day_of_25_hours(daily_from=1410, duration=30) == [(1410, 1410), (1470, 1470)]


def test_no_session_crosses_midnight_where_clocks_change() -> None:
    """In Campo Grande the repeated hour ended at 01:00 in Brasília, and with it the local day."""
    found = on_the_day_of_25_hours(days=2, time_zone="America/Campo_Grande", daily_from=0)
    assert found == [(0, 45), (60, 1485), (1500, 1545), (1560, 2925)]


def test_200_000_bookings_take_seconds() -> None:
    """Eligibility and starts of 200,000 bookings with 230,000 participants take well under six seconds."""
    small = case_of(days=6)
    count = 200_000
    draw = np.random.default_rng(7)
    joint = draw.random(count) < 0.15
    names = np.array([f"b-{number:06}" for number in range(count)], dtype=object)
    owners = np.concatenate([np.arange(count), np.flatnonzero(joint)])
    starts = draw.integers(0, 5 * DAY, count)
    lengths = draw.choice([200, 600, 3 * DAY], count)

    def words(options: list[str], chosen: Any) -> Any:
        return np.array(options, dtype=object)[chosen]

    bookings = Bookings.from_columns(
        {
            "booking_id": names,
            "order_status": words(["paid", "pending"], (draw.random(count) < 0.03).astype(int)),
            "holder_type": words(["person", "company"], joint.astype(int)),
            "skill": words(["pf"], np.zeros(count, dtype=int)),
            "duration_minutes": draw.integers(15, 31, count),
            "booked_at": draw.integers(-5000, 0, count),
            "joint_clause": joint,
        },
        count,
    )
    participants = Participants.from_columns(
        {
            "booking_id": names[owners],
            "participant_id": np.array([f"p-{number}" for number in range(len(owners))], dtype=object),
            "role": words(["holder", "co_representative"], (np.arange(len(owners)) >= count).astype(int)),
            "has_cnh": draw.random(len(owners)) < 0.98,
            "time_zone": words(ZONES, draw.integers(0, len(ZONES), len(owners))),
            "window_start": starts[owners],
            "window_end": (starts + lengths)[owners],
        },
        len(owners),
    )
    case = replace(small, bookings=bookings, participants=participants)
    eligibility = evaluate(case)
    found = start_windows(case, eligibility)
    assert 0.9 * count < eligibility.eligible.sum() < count
    assert (np.diff(found.offsets) > 0).sum() > 0.5 * count
