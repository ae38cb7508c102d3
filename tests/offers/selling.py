"""Cases to sell from, a partner to talk to in the process, and two judges who know nothing of the kernel."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from data.model import MISSING, Bookings, Case, Participants, Sessions, Unplaced, tokens
from data.policies import default_service_policies
from data.referee import judge_schedule
from optimizer.offers import Service, open_desk
from optimizer.offers.desk import Desk
from optimizer.offers.state import Placed
from tests.support.cases import agent, booking, case, participant

NOW = datetime.fromisoformat("2026-11-29T18:00:00-03:00")
"""The moment of planning of the cases: the eve of their Monday."""

SKILLS = ("pf", "pj", "joint")


def at(minute: int) -> str:
    """A minute of the Monday as an instant."""
    return f"2026-11-30T{minute // 60:02d}:{minute % 60:02d}:00-03:00"


def small_case(seed: int, agents: int = 3, hours: int = 3, share: float = 0.0) -> Case:
    """Some agents on duty for some hours from 9:00, with breaks and skills at random, and a few bookings."""
    rng = random.Random(seed)
    rows = [agent("A0", "pf|pj|joint")]
    rows += [agent(f"A{n}", "|".join(rng.sample(SKILLS, rng.randint(1, 3)))) for n in range(1, agents)]
    duties, breaks = [], []
    for row in rows:
        start = 540 + 5 * rng.randint(0, 6)
        end = start + 60 * hours - 5 * rng.randint(0, 6)
        duties.append({"agent_id": row["agent_id"], "starts_at": start, "ends_at": end})
        if rng.random() < 0.7:
            at_minute = start + 5 * rng.randint(5, 12 * hours - 14)
            breaks.append(
                {
                    "agent_id": row["agent_id"],
                    "starts_at": at_minute,
                    "ends_at": at_minute + 10,
                    "kind": "pause",
                }
            )
    bookings, people = [], []
    for n in range(4):
        changes: dict[str, Any] = {"priority": rng.choice([1, 5])}
        skill, joint = rng.choice(["pf", "pj"]), n == 3
        if joint:
            changes |= {"holder_type": "company", "joint_clause": True}
            people.append(participant(f"B{n}", "P9", 540, 1000, "co_representative"))
        if n == 2:
            changes |= {"order_status": "pending"}
        people.append(participant(f"B{n}", f"P{n % 2}", 540 + 30 * n, 780))
        bookings.append(booking(f"B{n}", "joint" if joint else skill, rng.choice([15, 20, 25]), **changes))
    policies = tuple(p.model_copy(update={"held_back_share": share}) for p in default_service_policies())
    return case(
        agents=rows, bookings=bookings, participants=people, duties=duties, breaks=breaks, service=policies
    )


@dataclass
class Talk:
    """A service in this process with its journal in memory; every request is at `now`."""

    of: Case
    now: datetime = NOW
    records: list[dict[str, Any]] = field(default_factory=list)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew from what the journal holds, as written and read back."""
        self.records = json.loads(json.dumps(self.records))
        self.desk = open_desk(self.of, list(self.records), self.now, write=self._write)

    def _write(self, record: Mapping[str, Any]) -> None:
        self.records.append(dict(record))

    def say(self, op: str, **fields: Any) -> dict[str, Any]:
        """Send a request and return the answer."""
        line = json.dumps({"op": op, "now": self.now.isoformat(), **fields}).encode() + b"\n"
        answer: dict[str, Any] = json.loads(Service(self.desk, lambda: self.now, told=True).answer(line))
        return answer

    def wait_seconds(self, seconds: int) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @property
    def placed(self) -> dict[str, Placed]:
        """What has a start."""
        return self.desk.state.placed


@dataclass(frozen=True)
class Occupation:
    """A session as the oracle sees it: minutes, and the agents who may hold it."""

    skill: str
    begin: int
    end: int
    start: int
    duration: int
    people: frozenset[str]


def occupation(placed: Placed) -> Occupation:
    """What a booking occupies: 5 minutes before, 3 after, rounded up; as the default policy says."""
    kind, start = placed.wanted.kind, placed.start * 5
    return occupation_at(kind.skill, kind.duration_minutes, start, placed.wanted.people)


def occupation_at(skill: str, duration: int, start: int, people: Iterable[str] = ()) -> Occupation:
    """The same for a booking that has no start yet."""
    length = -(-(5 + duration + 3) // 5) * 5
    return Occupation(skill, start - 5, start - 5 + length, start, duration, frozenset(people))


def placeable(of: Case, sessions: Iterable[Occupation]) -> bool:
    """The oracle: whether agents can be found for all, each tried with each; nobody is in two at once."""
    skills = {row["agent_id"]: tokens(row["skills"]) for row in of.agents.rows()}
    pieces = [(duty.agent_id, s, e) for duty in of.roster.duties for s, e in duty.segments]
    listed = list(sessions)
    options = [
        [a for a, s, e in pieces if s <= x.begin and x.end <= e and x.skill in skills[a]] for x in listed
    ]
    for i, x in enumerate(listed):
        for y in listed[:i]:
            meet = x.start < y.start + y.duration and y.start < x.start + x.duration
            if meet and x.people & y.people:
                return False
    order = sorted(range(len(listed)), key=lambda i: (len(options[i]), listed[i].begin))
    taken: dict[str, list[Occupation]] = {a: [] for a in skills}

    def extend(place: int) -> bool:
        if place == len(order):
            return True
        x = listed[order[place]]
        for a in options[order[place]]:
            if all(x.end <= y.begin or y.end <= x.begin for y in taken[a]):
                taken[a].append(x)
                if extend(place + 1):
                    return True
                taken[a].pop()
        return False

    return extend(0)


def sold_case(desk: Desk) -> Case:
    """The planning case with what is sold and held as its only bookings, and their sessions."""
    of = desk.state.known.case
    bookings, people, sessions = [], [], []
    for name, placed in sorted(desk.state.placed.items()):
        kind, start = placed.wanted.kind, placed.start * 5
        if name in of.bookings.position:
            row = of.bookings.row(of.bookings.position[name])
            if row["pinned_start"] != start:
                row |= {"pin": "", "pinned_start": MISSING, "pinned_agent": ""}
            bookings.append(row)
            people += [
                of.participants.row(n) for n in np.flatnonzero(of.participants.booking_id == name).tolist()
            ]
        else:
            joint = kind.participants > 1
            holder = {"holder_type": "company", "joint_clause": True} if joint else {}
            bookings.append(booking(name, kind.skill, kind.duration_minutes, **holder))
            who = placed.wanted.people or tuple(f"{name}-{n}" for n in range(kind.participants))
            people += [
                participant(name, person, 0, 1440, "holder" if n == 0 else "co_representative")
                for n, person in enumerate(who)
            ]
        sessions.append(
            {
                "booking_id": name,
                "agent_id": desk.state.agent_of(name),
                "starts_at": start,
                "duration_minutes": kind.duration_minutes,
            }
        )
    return replace(
        of,
        bookings=Bookings.from_rows(bookings),
        participants=Participants.from_rows(people),
        sessions=Sessions.from_rows(sessions),
        unplaced=Unplaced.empty(),
    )


def referee_agrees(desk: Desk) -> None:
    """The referee finds nothing wrong with what is sold and held, in the hands of the nominal agents."""
    assert judge_schedule(sold_case(desk)) == []
