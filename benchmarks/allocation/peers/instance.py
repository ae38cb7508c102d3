"""The instance that every peer solves: numbers only, read and written without any library.

Peers in environments of their own import this module; it needs the standard library alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NOBODY = -1
"""Stands for "no agent", "no slot" and "no wish"."""

Placement = tuple[int, int, int]
"""Booking, start slot and agent of a session; the booking is a position in `Instance.bookings`."""


@dataclass(frozen=True)
class Segment:
    """An interval in service without a break.

    Attributes:
        agent: number of the agent.
        start, end: half-open interval in slots.
        earliest, latest: session starts that the agent's credential allows, both included.
    """

    agent: int
    start: int
    end: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Booking:
    """A booking that can be placed; times are slots, the wish is in minutes.

    Attributes:
        row: the booking's row in the case.
        occupied: the agent's whole occupation, the set-up included.
        held: for how long its participants attend.
        windows: possible starts as inclusive pairs; a fixed pin leaves its own start only.
        people: participants who attend other bookings too.
        fixed, fixed_agent: whether it must be placed, and with whom, where an agent is named.
        movable, movable_agent: the confirmed start that is better kept, and with whom.
    """

    row: int
    skill: int
    set_up: int
    occupied: int
    held: int
    priority: int
    wish: int
    windows: tuple[tuple[int, int], ...]
    people: tuple[int, ...]
    fixed: bool
    fixed_agent: int
    movable: int
    movable_agent: int


@dataclass(frozen=True)
class Instance:
    """What all peers are asked.

    Attributes:
        grid: minutes of a slot.
        skills_of: for each agent the skills, as numbers.
    """

    name: str
    grid: int
    slots: int
    segments: tuple[Segment, ...]
    bookings: tuple[Booking, ...]
    skills_of: tuple[tuple[int, ...], ...]

    def write(self, path: Path) -> None:
        """Write the instance as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Instance:
        """Read what :meth:`write` wrote."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        bookings = tuple(
            Booking(**{**row, "windows": tuple(map(tuple, row["windows"])), "people": tuple(row["people"])})
            for row in raw["bookings"]
        )
        return cls(
            name=raw["name"],
            grid=raw["grid"],
            slots=raw["slots"],
            segments=tuple(Segment(**row) for row in raw["segments"]),
            bookings=bookings,
            skills_of=tuple(map(tuple, raw["skills_of"])),
        )

    def starts(self, booking: Booking, segment: Segment) -> tuple[tuple[int, int], ...]:
        """Starts of the booking in the segment as inclusive pairs, were the segment empty."""
        if booking.skill not in self.skills_of[segment.agent]:
            return ()
        if booking.fixed_agent not in (NOBODY, segment.agent):
            return ()
        low = max(segment.start + booking.set_up, segment.earliest)
        high = min(segment.end - booking.occupied + booking.set_up, segment.latest)
        cut = ((max(first, low), min(last, high)) for first, last in booking.windows)
        return tuple((first, last) for first, last in cut if first <= last)

    def deviation(self, booking: Booking, slot: int) -> int:
        """Minutes between a start and the wish; 0 without a wish."""
        return 0 if booking.wish == NOBODY else abs(slot * self.grid - booking.wish)

    def pairs(self) -> list[tuple[int, int]]:
        """Bookings (positions, the lower first) that share a participant."""
        attended: dict[int, list[int]] = {}
        for place, booking in enumerate(self.bookings):
            for person in booking.people:
                attended.setdefault(person, []).append(place)
        found = {
            (listed[i], listed[j])
            for listed in attended.values()
            for i in range(len(listed))
            for j in range(i + 1, len(listed))
        }
        return sorted(found)

    def weights(self, total: int) -> dict[int, int]:
        """For each priority there is a weight; 1 for the least urgent, and all weigh `total` at most.

        Where `total` allows it a booking weighs more than all less urgent ones together, so that the sum
        orders plans as the levels do.
        """
        priorities = sorted({booking.priority for booking in self.bookings}, reverse=True)
        count, ranks = len(self.bookings), len(priorities) - 1
        step = count + 1
        while step > 2 and count * step**ranks > total:
            step -= max(1, step // 16)
        return {priority: step**rank for rank, priority in enumerate(priorities)}
