"""A quick plan that peers may start from; standard library only, and no part of our engine.

The most urgent and then the longest bookings first, each at the start nearest to its wish in the segment
where deviation and the gaps too short for any session, which it leaves on both sides, cost least together.
"""

from __future__ import annotations

from benchmarks.allocation.peers.instance import NOBODY, Booking, Instance, Placement

WASTE = 30
"""Minutes of deviation that a wasted slot counts as much as."""


def warm_start(instance: Instance) -> list[Placement]:
    """Placements that keep every rule; fixed pins come first."""
    plan = _Plan(instance)
    order = sorted(
        range(len(instance.bookings)),
        key=lambda place: (
            not instance.bookings[place].fixed,
            instance.bookings[place].priority,
            -instance.bookings[place].occupied,
            place,
        ),
    )
    for place in order:
        plan.place(place)
    return plan.placements


class _Plan:
    """Free slots as bits of integers, per segment."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.free = [_bits(s.start, s.end - 1) for s in instance.segments]
        self.known: list[dict[tuple[int, int], int]] = [{} for _ in instance.segments]
        self.busy: dict[int, int] = {}
        self.shortest = min((booking.occupied for booking in instance.bookings), default=0)
        self.placements: list[Placement] = []
        skills = {booking.skill for booking in instance.bookings}
        self.skilled = {
            skill: [n for n, s in enumerate(instance.segments) if skill in instance.skills_of[s.agent]]
            for skill in skills
        }

    def place(self, place: int) -> None:
        """Place a booking at the possible start nearest to its wish, or leave it out."""
        booking = self.instance.bookings[place]
        taken = 0
        for person in booking.people:
            taken |= self.busy.get(person, 0)
        windows = sum(_bits(first, last) for first, last in booking.windows)
        best: tuple[int, int, int, int] | None = None
        for number in self.skilled[booking.skill]:
            slot = self._nearest(self._starts(number, booking) & windows, booking, taken)
            if slot != NOBODY and booking.fixed_agent in (NOBODY, self.instance.segments[number].agent):
                wasted = WASTE * self._wasted(number, booking, slot)
                rank = (self.instance.deviation(booking, slot) + wasted, self._room(number), number, slot)
                best = rank if best is None else min(best, rank)
        if best is not None:
            number, slot = best[2:]
            begin = slot - booking.set_up
            self.free[number] &= ~_bits(begin, begin + booking.occupied - 1)
            self.known[number] = {}
            for person in booking.people:
                self.busy[person] = self.busy.get(person, 0) | _bits(slot, slot + booking.held - 1)
            self.placements.append((place, slot, self.instance.segments[number].agent))

    def _starts(self, number: int, booking: Booking) -> int:
        """Starts at which the segment is free for the whole occupation."""
        kind, known = (booking.set_up, booking.occupied), self.known[number]
        if kind not in known:
            mask, covered = self.free[number], 1
            while covered < booking.occupied:
                step = min(covered, booking.occupied - covered)
                mask &= mask >> step
                covered += step
            segment = self.instance.segments[number]
            latest = min(segment.latest, self.instance.slots)
            known[kind] = (mask << booking.set_up) & _bits(segment.earliest, latest)
        return known[kind]

    def _wasted(self, number: int, booking: Booking, slot: int) -> int:
        """Slots in the gaps before and after the session that no session could use."""
        begin = slot - booking.set_up
        below = ~self.free[number] & ((1 << begin) - 1)
        before = begin - below.bit_length()
        above = ~(self.free[number] >> (begin + booking.occupied))
        after = (above & -above).bit_length() - 1
        return sum(gap for gap in (before, after) if gap < self.shortest)

    def _room(self, number: int) -> int:
        return self.free[number].bit_count()

    def _nearest(self, free: int, booking: Booking, taken: int) -> int:
        """The free start nearest to the wish at which nobody of the booking attends elsewhere."""
        held = (1 << booking.held) - 1
        wish = 0 if booking.wish == NOBODY else max(0, booking.wish // self.instance.grid + 1)
        while free:
            later, below = free >> wish, (free & ((1 << wish) - 1)).bit_length() - 1
            above = wish + (later & -later).bit_length() - 1 if later else NOBODY
            found = [slot for slot in (below, above) if slot >= 0]
            slot = min(found, key=lambda each: self.instance.deviation(booking, each))
            if not taken & held << slot:
                return slot
            free &= ~(1 << slot)
        return NOBODY


def _bits(first: int, last: int) -> int:
    """The bits first to last, both included; none when last < first."""
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0
