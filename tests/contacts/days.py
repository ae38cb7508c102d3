"""Days of several bookings with sessions, made by chance, and what a contact list makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np

from data.day import OPEN, DayState, Decision, Rebook, Status, carry_out, planned_day
from data.eligibility import evaluate, start_windows
from data.model import MISSING, Bookings, Breaks, Case, Sessions
from data.referee import judge_schedule
from optimizer.binding import Limits
from optimizer.contacts import Contact
from optimizer.offers.state import OfferState, Placed
from optimizer.offers.state import Status as Sold
from optimizer.offers.wanted import KnownBookings
from tests.support.cases import agent, booking, case, participant

DAYS = 3
DAY = 1440
ZONES = ("America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/Rio_Branco")


@cache
def random_day(seed: int) -> Case:
    """Three days of a few agents of two skills and pools, with breaks, and sessions for most bookings.

    People share bookings, live in four zones, are free in windows of hours or days, and come alone, with a
    co-representative, or with a proxy that may expire within the horizon.
    """
    draw = np.random.default_rng(seed)
    agents = [
        agent(f"A{n}", skills=("pf", "pj", "pf|pj")[int(draw.integers(3))], pool=("x", "y", "")[n % 3])
        for n in range(int(draw.integers(2, 6)))
    ]
    duties, breaks = [], []
    for row in agents:
        for day in range(DAYS):
            if draw.random() < 0.8:
                begins = day * DAY + 60 * int(draw.integers(8, 11)) + 5 * int(draw.integers(12))
                duties.append({"agent_id": row["agent_id"], "starts_at": begins, "ends_at": begins + 300})
                at = begins + 5 * int(draw.integers(15, 35))
                breaks.append(
                    {"agent_id": row["agent_id"], "starts_at": at, "ends_at": at + 15, "kind": "pause"}
                )
    rows: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for n in range(int(draw.integers(8, 30))):
        name, sort = f"B{n:02}", draw.choice(["person", "joint", "proxy"], p=[0.6, 0.2, 0.2])
        changes: dict[str, Any] = {} if sort == "person" else {"holder_type": "company"}
        if sort == "joint":
            changes["joint_clause"] = True
        if sort == "proxy":
            changes["proxy_issued_on"] = int(draw.integers(-92, -80))
        skill = "pf" if sort == "person" else "pj"
        rows.append(booking(name, skill, 5 * int(draw.integers(3, 7)), **changes))
        others = {"person": [], "joint": ["co_representative"], "proxy": ["proxy"]}[str(sort)]
        start = int(draw.integers(0, DAYS)) * DAY
        for role in ["holder", *others]:
            person = f"P{int(draw.integers(0, 20)):02}"
            while any(p["booking_id"] == name and p["participant_id"] == person for p in people):
                person = f"P{int(draw.integers(0, 20)):02}"
            length = int(draw.choice([300, 1200, DAYS * DAY]))
            opens = start + 60 * int(draw.integers(8, 12)) if length < DAYS * DAY else 0
            zone = str(draw.choice(ZONES))
            people.append(
                participant(name, person, opens, opens + length, role, time_zone=zone, daily_from=6 * 60)
            )
    made = case(agents=agents, bookings=rows, participants=people, duties=duties, breaks=breaks, days=DAYS)
    return sold(made, draw)


def sold(made: Case, draw: np.random.Generator) -> Case:
    """The case with sessions at starts drawn from those that can be sold; bookings without one are gone."""
    known = KnownBookings(made)
    state = OfferState(known, made.axis.instant_of(0) - timedelta(days=1), Limits())
    for name in made.bookings.booking_id.tolist():
        starts = sorted(state.offers(known.wanted(name)).counts)
        early = [start for start in starts if start < 288] or starts
        if early:
            state.place(Placed(known.wanted(name), int(draw.choice(early)), Sold.SOLD))
    sessions = [
        {
            "booking_id": name,
            "agent_id": state.agent_of(name),
            "starts_at": placed.start * 5,
            "duration_minutes": placed.wanted.kind.duration_minutes,
        }
        for name, placed in state.placed.items()
    ]
    return only(replace(made, sessions=Sessions.from_rows(sessions)), set(state.placed))


def only(made: Case, names: set[str]) -> Case:
    """The case with these bookings only."""
    bookings, people = made.bookings, made.participants
    rows = np.array([name in names for name in bookings.booking_id.tolist()], dtype=bool)
    theirs = np.array([name in names for name in people.booking_id.tolist()], dtype=bool)
    return replace(made, bookings=bookings.take(rows), participants=people.take(theirs))


def some_rebooked(made: Case, draw: np.random.Generator, share: float, after: int = 0) -> list[Decision]:
    """A share of the first day's sessions is to be rebooked."""
    state = planned_day(made, 0)
    return [
        Rebook(booking_id=one.booking_id)
        for one in state.sessions.values()
        if one.start >= after and draw.random() < share
    ]


def decided(state: DayState, decisions: Iterable[Decision]) -> DayState:
    """The day after decisions."""
    after = state.copy()
    for decision in decisions:
        carry_out(after, decision)
    return after


def schedule_with(
    made: Case, after: DayState, chosen: Sequence[tuple[str, int, str]], moved: Iterable[str] = ()
) -> Case:
    """The plan as it is after decisions, with further sessions (booking, start, agent) instead of own ones.

    Bookings of `moved` and of the further sessions have priority 1 and are free of their pins, as rebookings
    that the issuer caused are.
    """
    first, end = int(made.axis.day_starts[after.day]), int(made.axis.day_starts[after.day + 1])
    instead = {name for name, _, _ in chosen}
    minutes = dict(
        zip(made.bookings.booking_id.tolist(), made.bookings.duration_minutes.tolist(), strict=True)
    )
    rows = [
        (one.booking_id, one.start, one.agent_id)
        for one in after.sessions.values()
        if one.status in OPEN or one.status in (Status.RUNNING, Status.ELSEWHERE)
    ]
    rows += [
        (row["booking_id"], row["starts_at"], row["agent_id"])
        for row in made.sessions.rows()
        if not first <= row["starts_at"] < end
    ]
    rows = [row for row in rows if row[0] not in instead and row[0] in minutes] + list(chosen)
    sessions = Sessions.from_rows(
        {"booking_id": name, "agent_id": who, "starts_at": at, "duration_minutes": minutes[name]}
        for name, at, who in rows
    )
    kept = only(replace(made, sessions=sessions), {name for name, _, _ in rows})
    free = instead | set(moved)
    bookings = [
        row
        | (
            {"priority": 1, "pin": "", "pinned_start": MISSING, "pinned_agent": ""}
            if row["booking_id"] in free
            else {}
        )
        for row in kept.bookings.rows()
    ]
    return replace(_with_breaks(kept, after), bookings=Bookings.from_rows(bookings))


def with_sessions(made: Case, plan: Case, chosen: Sequence[tuple[str, int, str]]) -> Case:
    """The plan with further sessions (booking, start, agent) of bookings of a case."""
    minutes = made.bookings.duration_minutes
    rows = [
        {
            "booking_id": name,
            "agent_id": who,
            "starts_at": at,
            "duration_minutes": int(minutes[made.bookings.position[name]]),
        }
        for name, at, who in chosen
    ]
    return replace(plan, sessions=Sessions.from_rows([*plan.sessions.rows(), *rows]))


def _with_breaks(made: Case, after: DayState) -> Case:
    """The roster with today's breaks as they are now."""
    first, end = int(made.axis.day_starts[after.day]), int(made.axis.day_starts[after.day + 1])
    rows = [row for row in made.breaks.rows() if not first <= row["starts_at"] < end]
    rows += [
        {"agent_id": one.agent_id, "starts_at": b.start, "ends_at": b.end, "kind": b.kind}
        for one in after.agents.values()
        for b in one.breaks
    ]
    return replace(made, breaks=Breaks.from_rows(rows))


def verdict(made: Case) -> list[str]:
    """What the referee finds of the sessions."""
    return [str(violation) for violation in judge_schedule(made)]


def firsts(contacts: Iterable[Contact]) -> list[tuple[str, int, str]]:
    """The first alternative of each contact."""
    return [
        (one.change.booking_id, one.offer.alternatives[0].start, one.offer.alternatives[0].agent_id)
        for one in contacts
        if one.offer.alternatives
    ]


def plain_starts(made: Case, plan: Case, name: str, earliest: int) -> list[int]:
    """All starts, in minutes, at which some agent could hold a booking beside the sessions of a plan.

    Told plainly, agent by agent and minute by minute; only the windows come from the rules of eligibility.
    """
    free = replace(
        made,
        bookings=Bookings.from_rows(
            row | {"pin": "", "pinned_start": MISSING, "pinned_agent": ""} for row in made.bookings.rows()
        ),
    )
    eligibility = evaluate(free)
    row = made.bookings.position[name]
    minutes = int(made.bookings.duration_minutes[row])
    possible = {
        at
        for first, last in start_windows(free, eligibility).of(row)
        for at in range(first, last + 1, 5)
        if at >= earliest
    }
    people = _attending(free, name)
    occupied = _occupied(plan)
    found = set()
    for who, skills in zip(made.agents.agent_id.tolist(), made.agents.skills.tolist(), strict=True):
        if made.bookings.skill[row] not in skills.split("|"):
            continue
        pieces = [piece for duty in plan.roster.by_agent.get(who, ()) for piece in duty.segments]
        for at in possible:
            begins, ends = occupation(at, minutes)
            inside = any(low <= begins and ends <= high for low, high in pieces)
            if inside and not any(a == who and low < ends and begins < high for a, low, high in occupied):
                found.add(at)
    return sorted(at for at in found if not _busy(plan, people, name, at, at + minutes))


def _attending(made: Case, name: str) -> set[str]:
    required = evaluate(made).required
    return {
        row["participant_id"]
        for row, needed in zip(made.participants.rows(), required.tolist(), strict=True)
        if needed and row["booking_id"] == name
    }


def _occupied(plan: Case) -> list[tuple[str, int, int]]:
    return [
        (row["agent_id"], *occupation(row["starts_at"], row["duration_minutes"]))
        for row in plan.sessions.rows()
    ]


def occupation(start: int, minutes: int) -> tuple[int, int]:
    """When an agent is occupied: 5 minutes of set-up, 3 of wrap-up, the sum rounded up to the grid."""
    return start - 5, start - 5 + -(-(minutes + 8) // 5) * 5


def _busy(plan: Case, people: set[str], name: str, start: int, end: int) -> bool:
    return any(
        row["booking_id"] != name
        and row["starts_at"] < end
        and start < row["starts_at"] + row["duration_minutes"]
        and people & _attending(plan, row["booking_id"])
        for row in plan.sessions.rows()
    )
