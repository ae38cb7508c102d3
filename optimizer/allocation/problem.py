"""The allocation problem as solvers see it: integers on the grid, and bits for times.

A *slot* is one step of the planning grid; slot 0 begins at minute 0 of the planning axis. A set of slots is a
Python integer whose bit t stands for slot t, so that "free for six slots from here" is a few shifts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from data.eligibility import StartWindows
from data.model import MISSING, Case
from data.model.columns import BoolArray, IntArray, TextArray
from optimizer.allocation.ranges import ranges
from optimizer.distinct_rows import distinct_rows

NOBODY = -1
"""Stands for "no agent" and "no slot"."""

NOWHERE = -2
"""Stands for a pinned start or agent that no session can have."""


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The maximal runs of set bits, as inclusive pairs (first, last), lowest first."""
    base = 0
    while mask:
        low = (mask & -mask).bit_length() - 1
        mask >>= low
        length = (~mask & (mask + 1)).bit_length() - 1
        yield base + low, base + low + length - 1
        mask >>= length
        base += low + length


def held_from(mask: int, length: int) -> int:
    """The bits t for which the bits t, t + 1, ..., t + length - 1 are all set."""
    covered = 1
    while covered < length and mask:
        step = min(covered, length - covered)
        mask &= mask >> step
        covered += step
    return mask


def span(first: int, last: int) -> int:
    """The bits first to last, both included; empty when last < first."""
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0


@dataclass(frozen=True)
class Segments:
    """Intervals in service between breaks, in slots; ordered by agent and start.

    Attributes:
        agent: row of the agent.
        start, end: half-open interval.
        earliest, latest: session starts that the agent's credential allows, both included.
    """

    agent: IntArray
    start: IntArray
    end: IntArray
    earliest: IntArray
    latest: IntArray

    def __len__(self) -> int:
        return len(self.agent)

    @cached_property
    def rows(self) -> list[tuple[int, int, int, int, int]]:
        """(agent, start, end, earliest, latest) of each segment as plain integers."""
        columns = (self.agent, self.start, self.end, self.earliest, self.latest)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def start_bits(self, segment: int, set_up: int, occupied: int) -> int:
        """Session starts whose whole occupation lies in the segment."""
        _, start, end, earliest, latest = self.rows[segment]
        return span(max(start + set_up, earliest), min(end - occupied + set_up, latest))


@dataclass(frozen=True)
class Problem:
    """One allocation problem; arrays are over bookings unless said otherwise.

    Attributes:
        slots: slots in the horizon.
        grid: minutes of a slot.
        eligible, broken: whether a booking passes R1 to R26, and else the rules it breaks.
        windows: possible starts in minutes, whoever is in service.
        set_up, occupied: slots of the agent's set-up and of the agent's whole occupation.
        held: slots for which participants are held (exact, since all sessions start on the grid).
        skill: column of `agent_skills`, or NOBODY when no agent has the skill.
        wish: preferred start in minutes, or MISSING.
        people: for each booking, its required participants who attend other eligible bookings too.
        fixed_slot, fixed_agent: of a fixed pin, else NOBODY; an agent left open is NOBODY.
        movable_slot, movable_agent: likewise of a movable pin.
        agent_skills: (agents, skills), whether the agent has the skill.
        attending, booking_of: over participants: whether the person must attend, and the booking's row.
        varies: whether the session is joint or judicial, whose length is less certain than a single one's.
        whole: where capacity is held back (`optimizer.allocation.held_back`), the problem without that.
        owners: of the last agents, which stand for withheld time, whose time it is.
    """

    case: Case
    slots: int
    grid: int
    eligible: BoolArray
    broken: TextArray
    windows: StartWindows
    set_up: IntArray
    occupied: IntArray
    held: IntArray
    skill: IntArray
    priority: IntArray
    wish: IntArray
    people: tuple[tuple[int, ...], ...]
    fixed_slot: IntArray
    fixed_agent: IntArray
    movable_slot: IntArray
    movable_agent: IntArray
    agent_skills: BoolArray
    segments: Segments
    attending: BoolArray
    booking_of: IntArray
    varies: BoolArray
    _window_bits: dict[int, int] = field(default_factory=dict)
    _in_service: dict[tuple[int, int, int], IntArray] = field(default_factory=dict)
    _start_bits: dict[tuple[int, int, int], int] = field(default_factory=dict)
    whole: Problem | None = None
    owners: tuple[int, ...] = ()

    @property
    def bookings(self) -> int:
        """Number of bookings, eligible or not."""
        return len(self.eligible)

    @property
    def agents(self) -> int:
        """Number of agents, on duty or not."""
        return len(self.agent_skills)

    @cached_property
    def _window_rows(self) -> tuple[list[int], list[tuple[int, int]], list[int]]:
        """Offsets into all windows, the windows as pairs of slots, and the fixed slots: plain integers."""
        first, last = -(-self.windows.first // self.grid), self.windows.last // self.grid
        pairs = list(zip(first.tolist(), last.tolist(), strict=True))
        return self.windows.offsets.tolist(), pairs, self.fixed_slot.tolist()

    def window(self, booking: int) -> list[tuple[int, int]]:
        """Possible starts as inclusive pairs of slots; a fixed pin leaves its own start only."""
        offsets, pairs, pins = self._window_rows
        own, pin = pairs[offsets[booking] : offsets[booking + 1]], pins[booking]
        return own if pin == NOBODY else [(pin, pin) for first, last in own if first <= pin <= last]

    def windows_of(self, bookings: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Windows of these bookings: booking, first and last start in slots; a fixed pin leaves its own."""
        offsets = self.windows.offsets
        counts = offsets[bookings + 1] - offsets[bookings]
        booking = np.repeat(bookings, counts)
        row = ranges(offsets[bookings], counts)
        first = -(-self.windows.first[row] // self.grid)
        last = self.windows.last[row] // self.grid
        pin = self.fixed_slot[booking]
        first = np.where(pin == NOBODY, first, np.maximum(first, pin))
        last = np.where(pin == NOBODY, last, np.minimum(last, pin))
        some = first <= last
        return booking[some], first[some], last[some]

    def window_bits(self, booking: int) -> int:
        """Possible starts as bits."""
        if booking not in self._window_bits:
            bits = 0
            for first, last in self.window(booking):
                bits |= span(first, last)
            self._window_bits[booking] = bits
        return self._window_bits[booking]

    def agent_start_bits(self, agent: int, set_up: int, occupied: int) -> int:
        """Session starts whose whole occupation lies in one segment of the agent, were the agent free."""
        key = (agent, set_up, occupied)
        if key not in self._start_bits:
            bits = 0
            for segment in self.segments_of(agent):
                bits |= self.segments.start_bits(segment, set_up, occupied)
            self._start_bits[key] = bits
        return self._start_bits[key]

    def may_start(self, agent: int, slot: int, set_up: int, occupied: int) -> bool:
        """Whether the whole occupation of a session that starts then lies in one segment of the agent."""
        begin = slot - set_up
        segment = self.segment_at(agent, begin)
        if segment not in self.segments_of(agent):
            return False
        _, _, end, earliest, latest = self.segments.rows[segment]
        return begin + occupied <= end and earliest <= slot <= latest

    @cached_property
    def _segment_bounds(self) -> list[int]:
        bounds: list[int] = np.searchsorted(self.segments.agent, np.arange(self.agents + 1)).tolist()
        return bounds

    def segments_of(self, agent: int) -> range:
        """Positions of the agent's segments."""
        return range(self._segment_bounds[agent], self._segment_bounds[agent + 1])

    @cached_property
    def _segment_starts(self) -> list[int]:
        starts: list[int] = self.segments.start.tolist()
        return starts

    def segment_at(self, agent: int, slot: int) -> int:
        """Position of the agent's segment that holds a slot in service."""
        own = self.segments_of(agent)
        return bisect_right(self._segment_starts, slot, own.start, own.stop) - 1

    @cached_property
    def skilled_agents(self) -> tuple[tuple[int, ...], ...]:
        """For each skill, the agents on duty at all who have it: those with fewest skills first."""
        on_duty = np.zeros(self.agents, dtype=bool)
        on_duty[self.segments.agent] = True
        skills = self.agent_skills.sum(axis=1)
        order = np.argsort(skills, kind="stable")
        return tuple(
            tuple(order[(self.agent_skills[order, skill]) & on_duty[order]].tolist())
            for skill in range(self.agent_skills.shape[1])
        )

    def allowed_agents(self, booking: int) -> tuple[int, ...]:
        """Agents on duty who have the skill; a fixed pin's agent only, where one is given."""
        skill = int(self.skill[booking])
        if skill == NOBODY:
            return ()
        pin = int(self.fixed_agent[booking])
        if pin == NOBODY:
            return self.skilled_agents[skill]
        return (pin,) if pin in self._skilled_sets[skill] else ()

    @cached_property
    def _skilled_sets(self) -> tuple[frozenset[int], ...]:
        return tuple(frozenset(listed) for listed in self.skilled_agents)

    @cached_property
    def _skilled_arrays(self) -> tuple[IntArray, ...]:
        return tuple(np.array(listed, dtype=np.int64) for listed in self.skilled_agents)

    def agents_allowed(self, booking: int) -> IntArray:
        """The same as an array."""
        skill, pin = int(self.skill[booking]), int(self.fixed_agent[booking])
        listed = self._skilled_arrays[skill] if skill != NOBODY else np.empty(0, dtype=np.int64)
        return listed if pin == NOBODY else listed[listed == pin]

    @cached_property
    def starts_allowed(self) -> tuple[IntArray, IntArray]:
        """Over agents: the first and the last session start that the credential allows; of others none."""
        earliest = np.full(self.agents, self.slots, dtype=np.int64)
        latest = np.full(self.agents, -1, dtype=np.int64)
        earliest[self.segments.agent] = self.segments.earliest
        latest[self.segments.agent] = self.segments.latest
        return earliest, latest

    @cached_property
    def rivals(self) -> tuple[IntArray, IntArray]:
        """For each booking, the others that some person must attend too: offsets, and the bookings."""
        attends: dict[int, list[int]] = {}
        sharing = [booking for booking in range(self.bookings) if self.people[booking]]
        for booking in sharing:
            for person in self.people[booking]:
                attends.setdefault(person, []).append(booking)
        counts = np.zeros(self.bookings, dtype=np.int64)
        listed: list[int] = []
        for booking in sharing:
            others = sorted({b for person in self.people[booking] for b in attends[person]} - {booking})
            counts[booking] = len(others)
            listed += others
        return np.concatenate(([0], np.cumsum(counts))), np.array(listed, dtype=np.int64)

    def agents_in_service(self, skill: int, set_up: int, occupied: int) -> IntArray:
        """For each slot, how many agents could hold such a session that starts then, were all free."""
        if skill == NOBODY:
            return np.zeros(self.slots, dtype=np.int64)
        return self.starts_in_service(self.agent_skills[:, skill], set_up, occupied)

    def starts_in_service(self, able: BoolArray, set_up: int, occupied: int) -> IntArray:
        """For each slot, how many of the able agents are in service for an occupation that starts then."""
        listed = self.segments
        steps = np.zeros(self.slots + 1, dtype=np.int64)
        first = np.maximum(listed.start + set_up, listed.earliest)
        last = np.minimum(listed.end - occupied + set_up, listed.latest)
        counts = able[listed.agent] & (first <= last)
        np.add.at(steps, first[counts], 1)
        np.add.at(steps, last[counts] + 1, -1)
        return np.cumsum(steps)[:-1]

    def in_service(self, booking: int) -> IntArray:
        """For each slot, how many agents could hold this booking then, were all free and its windows wide."""
        kind = (int(self.skill[booking]), int(self.set_up[booking]), int(self.occupied[booking]))
        if kind not in self._in_service:
            self._in_service[kind] = self.agents_in_service(*kind)
        return self._in_service[kind]

    def startable(self, booking: int) -> IntArray:
        """Slots in the booking's windows at which some agent with its skill is in service throughout."""
        in_service = self.in_service(booking)
        pieces = [
            first + np.flatnonzero(in_service[first : last + 1]) for first, last in self.window(booking)
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *pieces])

    @cached_property
    def options(self) -> IntArray:
        """Number of (start, agent) pairs of each booking, were all agents free; 0 means never placeable."""
        booking, first, last = self.windows_of(np.flatnonzero(self.eligible))
        kinds, kind = np.unique(
            np.stack([self.skill, self.set_up, self.occupied])[:, booking], axis=1, return_inverse=True
        )
        options = np.zeros(self.bookings, dtype=np.int64)
        for number, (skill, set_up, occupied) in enumerate(kinds.T.tolist()):
            own = np.flatnonzero(kind == number)
            total = np.concatenate(([0], np.cumsum(self.agents_in_service(skill, set_up, occupied))))
            np.add.at(options, booking[own], total[last[own] + 1] - total[first[own]])
        return options

    @cached_property
    def placeable(self) -> IntArray:
        """Bookings with at least one (start, agent), were all agents free."""
        return np.flatnonzero(self.options > 0)

    @cached_property
    def confirmable(self) -> int:
        """Bookings whose pin, fixed or movable, could be kept if all agents were free."""
        count = 0
        pinned = np.maximum(self.movable_slot, self.fixed_slot)[self.placeable] >= 0
        for booking in self.placeable[pinned].tolist():
            slot = max(int(self.movable_slot[booking]), int(self.fixed_slot[booking]))
            wanted = max(int(self.movable_agent[booking]), int(self.fixed_agent[booking]))
            if self.window_bits(booking) >> slot & 1:
                kind = (int(self.set_up[booking]), int(self.occupied[booking]))
                count += any(
                    self.may_start(agent, slot, *kind)
                    for agent in self.allowed_agents(booking)
                    if wanted in (NOBODY, agent)
                )
        return count

    def keeps_confirmation(self, booking: int, slot: int, agent: int) -> bool:
        """Whether a session at this slot with this agent is the one that the booking's pin confirmed."""
        pinned = max(int(self.movable_slot[booking]), int(self.fixed_slot[booking]))
        agents = (NOBODY, self.person[agent] if self.owners else agent)
        return slot == pinned and (
            int(self.movable_agent[booking]) in agents and int(self.fixed_agent[booking]) in agents
        )

    def deviation(self, booking: int, slot: int) -> int:
        """Minutes between a start and the wished start; 0 without a wish."""
        wish = int(self.wish[booking])
        return 0 if wish == MISSING else abs(slot * self.grid - wish)

    def deviations(self, booking: int, slots: IntArray) -> IntArray:
        """Minutes between each start and the wished start; 0 without a wish."""
        wish = int(self.wish[booking])
        return np.zeros_like(slots) if wish == MISSING else np.abs(slots * self.grid - wish)

    @cached_property
    def holder(self) -> IntArray:
        """Over bookings: a number for the holder (R12), where one must attend and has several eligible
        bookings; else NOBODY.
        """
        people = self.case.participants
        rows = np.flatnonzero(self.attending & (people.role == "holder") & self.eligible[self.booking_of])
        names = people.participant_id[rows].tolist()
        times = Counter(names)
        numbers: dict[str, int] = {}
        found = np.full(self.bookings, NOBODY, dtype=np.int64)
        for booking, name in zip(self.booking_of[rows].tolist(), names, strict=True):
            if times[name] > 1:
                found[booking] = numbers.setdefault(name, len(numbers))
        return found

    @cached_property
    def orders_of_holders(self) -> tuple[tuple[int, ...], ...]:
        """Placeable bookings of each holder who has several of them."""
        listed: dict[int, list[int]] = {}
        for booking in self.placeable[self.holder[self.placeable] != NOBODY].tolist():
            listed.setdefault(int(self.holder[booking]), []).append(booking)
        return tuple(tuple(own) for _, own in sorted(listed.items()) if len(own) > 1)

    @cached_property
    def person(self) -> IntArray:
        """Over agents: the row in the table of agents, which stands for the person."""
        own = np.arange(self.agents - len(self.owners))
        return np.concatenate((own, np.array(self.owners, dtype=np.int64)))

    @cached_property
    def pool(self) -> IntArray:
        """Over persons: a number for the pool; agents without one are a pool of their own, together."""
        _, number = np.unique(self.case.agents.pool.astype(str), return_inverse=True)
        return number.reshape(-1).astype(np.int64)

    @cached_property
    def service(self) -> IntArray:
        """Over persons: slots in service over the horizon."""
        total = np.zeros(self.agents - len(self.owners), dtype=np.int64)
        np.add.at(total, self.person[self.segments.agent], self.segments.end - self.segments.start)
        return total

    @cached_property
    def skill_sets(self) -> tuple[BoolArray, IntArray]:
        """The different sets of skills, (sets, skills); and over agents, the set of each."""
        sets, of_agent = np.unique(self.agent_skills, axis=0, return_inverse=True)
        return sets, of_agent.reshape(-1).astype(np.int64)

    @cached_property
    def kinds(self) -> tuple[IntArray, IntArray]:
        """The different (skill, set-up, occupation) of the placeable bookings, (kinds, 3); and over bookings,
        the kind of each, NOBODY for those not placeable.
        """
        rows = np.stack((self.skill, self.set_up, self.occupied), axis=1)[self.placeable]
        found, which = distinct_rows(rows)
        of_booking = np.full(self.bookings, NOBODY, dtype=np.int64)
        of_booking[self.placeable] = which
        return found, of_booking
