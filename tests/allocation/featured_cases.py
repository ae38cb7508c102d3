"""Random small cases with every feature of the allocation, for the engines to be compared on.

Kinds with set-up and wrap-up of their own (single, joint, judicial), 15 to 45 minutes, several skills and
agents with several, breaks, one to three days, windows over several days and in other time zones, lead time,
proxies near their last day, priorities, fixed and movable pins with and without an agent, joint participants,
people with several bookings, wishes off the grid, and loads from 0.6 to 1.3.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.model import Case, KindPolicy, ServicePolicy
from tests.support.cases import agent, booking, case, participant

DAY = 1440
OPENS, CLOSES = 480, 1200
GRID = 5
SKILLS = ("pf", "pj", "joint", "judicial")
ZONES = ("America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/Rio_Branco")
KINDS = {
    "single": {"shortest_minutes": 15, "longest_minutes": 30},
    "joint": {"shortest_minutes": 20, "longest_minutes": 45},
    "judicial": {"shortest_minutes": 25, "longest_minutes": 45},
}


@dataclass
class FeaturedCase:
    """A case in the making.

    Attributes:
        rng: the only source of chance.
        most: no more bookings than these.
        pinned: occupations of fixed pins, by agent: half-open intervals of minutes.
    """

    rng: random.Random
    days: int
    most: int
    policy: ServicePolicy
    agents: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    segments: list[tuple[str, int, int]] = field(default_factory=list)
    bookings: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    pinned: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    minutes_asked: int = 0

    @property
    def minutes_in_service(self) -> int:
        """Of all agents together."""
        return sum(end - start for _, start, end in self.segments)

    def add_agents(self, count: int, shortest: int, longest: int) -> None:
        """Agents with one to four skills, on duty on most days, with breaks."""
        rng = self.rng
        for number in range(count):
            name = f"A{number}"
            skills = SKILLS if number == 0 else rng.sample(SKILLS, rng.choice([1, 2, 2, 3]))
            until = {"credential_until": 0} if self.days > 1 and rng.random() < 0.1 else {}
            self.agents.append(agent(name, "|".join(skills), **until))
            for day in range(self.days):
                if number and rng.random() < 0.2:
                    continue
                length = GRID * rng.randint(shortest // GRID, longest // GRID)
                start = DAY * day + 540 + GRID * rng.randint(0, 24)
                self._add_duty(name, start, start + length)

    def _add_duty(self, name: str, start: int, end: int) -> None:
        rng = self.rng
        self.duties.append({"agent_id": name, "starts_at": start, "ends_at": end})
        here = start
        while rng.random() < 0.7 and end - here >= 90:
            at = here + GRID * rng.randint(5, (end - here - 45) // GRID)
            length, kind = rng.choice([(10, "pause"), (20, "pause"), (30, "meal")])
            if at + length + 15 > end:
                break
            self.breaks.append({"agent_id": name, "starts_at": at, "ends_at": at + length, "kind": kind})
            self.segments.append((name, here, at))
            here = at + length
        self.segments.append((name, here, end))

    def add_bookings(self, load: float) -> None:
        """Bookings until they ask for so much of the minutes in service, or there are enough."""
        while len(self.bookings) < self.most and self.minutes_asked < load * self.minutes_in_service:
            self._add_booking()

    def _add_booking(self) -> None:
        rng, name = self.rng, f"B{len(self.bookings):02d}"
        sort = rng.choices(("single", "joint", "proxy", "judicial"), (64, 14, 12, 10))[0]
        kind = "judicial" if sort == "judicial" else "single" if sort == "single" else "joint"
        limits = KINDS[kind]
        minutes = rng.randint(limits["shortest_minutes"], limits["longest_minutes"])
        if rng.random() < 0.5:
            minutes -= minutes % GRID
        changes: dict[str, Any] = {"priority": rng.choice([1, 3, 5, 5, 5, 9])}
        skill = kind if kind != "single" else rng.choice(["pf", "pf", "pj"])
        if kind == "joint":
            changes |= {"holder_type": "company"}
            changes |= (
                {"proxy_issued_on": rng.randint(-90, -88)} if sort == "proxy" else {"joint_clause": True}
            )
        if kind == "judicial":
            changes |= {"holder_is_deceased": True, "documents": "court_decision"}
        lasts = self.policy.kind(kind).occupation_minutes(minutes, GRID)
        self.minutes_asked += lasts
        start, end = self._window(minutes, skill)
        pin = rng.random()
        if pin < 0.12:
            start, end = self._fixed_pin(changes, kind, skill, minutes, (start, end))
        elif pin < 0.3:
            changes |= {"pin": "movable", "pinned_start": self._near(start, end - minutes)}
            if rng.random() < 0.5:
                changes |= {"pinned_agent": rng.choice(self.agents)["agent_id"]}
        if rng.random() < 0.7:
            changes |= {"preferred_start": max(0, rng.randint(start - 20, max(start, end - minutes)))}
        if rng.random() < 0.15:
            changes |= {"booked_at": start + rng.randint(-90, 20)}  # the lead time cuts the window
        self.bookings.append(booking(name, skill, minutes, **changes))
        self._add_people(name, sort, start, end, fixed=changes.get("pin") == "fixed")

    def _window(self, minutes: int, skill: str) -> tuple[int, int]:
        """Short, or of some hours, or over several days; from about when somebody with the skill is there."""
        rng = self.rng
        able = {row["agent_id"] for row in self.agents if skill in row["skills"].split("|")}
        _, low, high = rng.choice([segment for segment in self.segments if segment[0] in able])
        start = low + GRID * rng.randint(-4, max(0, (high - low) // GRID - 5)) + rng.choice([0, 0, 2])
        width = rng.choice([minutes + 15, minutes + 40, 120, 240, DAY, 2 * DAY])
        return max(0, start), min(start + width, self.days * DAY)

    def _near(self, low: int, high: int) -> int:
        """A grid point of a window, and seldom one beside it."""
        return -(-self.rng.randint(low, max(low, high)) // GRID) * GRID

    def _fixed_pin(
        self, changes: dict[str, Any], kind: str, skill: str, minutes: int, window: tuple[int, int]
    ) -> tuple[int, int]:
        """Pin the booking into free time of an agent with the skill, if some is found; returns its window."""
        rng, policy = self.rng, self.policy.kind(kind)
        lasts = policy.occupation_minutes(minutes, GRID)
        able = {row["agent_id"] for row in self.agents if skill in row["skills"].split("|")}
        mortal = {row["agent_id"] for row in self.agents if "credential_until" in row}
        for agent_id, low, high in rng.sample(self.segments, len(self.segments)):
            if agent_id not in able or agent_id in mortal or high - low < lasts:
                continue
            if kind == "joint" and low >= DAY:
                continue  # a proxy may be too old by then
            begin = low + GRID * rng.randint(0, (high - low - lasts) // GRID)
            taken = self.pinned.setdefault(agent_id, [])
            if all(begin + lasts <= first or last <= begin for first, last in taken):
                taken.append((begin, begin + lasts))
                start = begin + policy.set_up_minutes
                changes |= {"pin": "fixed", "pinned_start": start}
                if rng.random() < 0.5:
                    changes |= {"pinned_agent": agent_id}
                return start - GRID * rng.randint(0, 6), start + minutes + GRID * rng.randint(0, 6)
        return window

    def _add_people(self, name: str, sort: str, start: int, end: int, fixed: bool) -> None:
        """Who attends; some attend other bookings too, and not all live in Brasília's time zone."""
        rng = self.rng
        role = "court_representative" if sort == "judicial" else "holder"
        self.people.append(self._person(name, self._who(name, "H", fixed), start, end, role, fixed))
        if sort in ("joint", "proxy"):
            second = "proxy" if sort == "proxy" else "co_representative"
            wider = (start - GRID * rng.randint(0, 4), end + GRID * rng.randint(0, 4))
            self.people.append(self._person(name, self._who(name, "C", fixed), *wider, second, fixed))

    def _who(self, name: str, letter: str, fixed: bool) -> str:
        shared = not fixed and self.rng.random() < 0.35
        return f"{letter}{self.rng.randint(0, 3)}" if shared else f"{letter}-{name}"

    def _person(self, name: str, who: str, start: int, end: int, role: str, fixed: bool) -> dict[str, Any]:
        rng = self.rng
        changes: dict[str, Any] = {}
        if not fixed and rng.random() < 0.3:
            changes = {"time_zone": rng.choice(ZONES), "daily_from": rng.choice([420, 480, 540])}
            changes |= {"daily_until": rng.choice([960, 1080, 1200])}
        return participant(name, who, start, end, role, **changes)

    def finished(self) -> Case:
        """The case."""
        return case(
            agents=self.agents,
            bookings=self.bookings,
            participants=self.people,
            duties=self.duties,
            breaks=self.breaks,
            days=self.days,
            service=(self.policy,),
        )


def _policy(rng: random.Random) -> ServicePolicy:
    return ServicePolicy(
        effective_from=date(2021, 3, 1),
        lead_minutes=rng.choice([30, 60, 120]),
        **{
            name: KindPolicy(
                **limits, set_up_minutes=GRID * rng.randint(0, 2), wrap_up_minutes=rng.choice([0, 3, 5, 8])
            )
            for name, limits in KINDS.items()
        },
    )


def featured_case(seed: int) -> Case:
    """Two to seven agents on one to three days, and up to 60 bookings."""
    rng = random.Random(seed)
    made = FeaturedCase(rng, days=rng.randint(1, 3), most=60, policy=_policy(rng))
    made.add_agents(max(2, 7 - 2 * made.days) + rng.randint(-1, 1), shortest=150, longest=360)
    made.add_bookings(load=rng.uniform(0.6, 1.3))
    return made.finished()


def tiny_featured_case(seed: int) -> Case:
    """Two agents for an hour or so, and up to five bookings."""
    rng = random.Random(seed)
    made = FeaturedCase(rng, days=rng.choice([1, 1, 2]), most=5, policy=_policy(rng))
    made.add_agents(2 if made.days == 1 else 1, shortest=60, longest=100)
    made.add_bookings(load=rng.uniform(0.8, 1.3))
    return made.finished()
