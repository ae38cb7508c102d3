"""First come, first served: how bookings are placed where nobody plans; it tells how hard a case is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.eligibility import Eligibility, StartWindows, evaluate, occupations, start_windows
from data.model import MISSING, Case, Sessions, tokens
from data.model.columns import BoolArray, IntArray


def first_come_first_served(case: Case, eligibility: Eligibility | None = None) -> Sessions:
    """Place the eligible bookings one by one, in the order in which they were booked, and move none.

    Each goes to the possible start nearest to its wish (the earlier of two; without a wish, the first start)
    and there to the first agent in the table who has the skill and is free for the whole occupation. Sessions
    with a fixed pin are there from the beginning. The case needs duties; its eligibility is evaluated unless
    it is given.
    """
    eligibility = evaluate(case) if eligibility is None else eligibility
    windows = start_windows(case, eligibility)
    needed = occupations(case, eligibility)
    diary = Diary.of(case)
    people = SharedPeople.of(case, eligibility)
    bookings, grid = case.bookings, case.plan.grid_minutes
    fixed = bookings.pin == "fixed"
    order = np.lexsort((bookings.booked_at, ~fixed))
    skills, durations = bookings.skill.tolist(), bookings.duration_minutes.tolist()
    wishes, pinned = bookings.preferred_start.tolist(), bookings.pinned_agent.tolist()
    set_up, points = needed.set_up.tolist(), (needed.occupied // grid).tolist()
    placed: list[tuple[int, int, int]] = []
    for booking in order[eligibility.eligible[order]].tolist():
        before, duration, skill = set_up[booking], durations[booking], skills[booking]
        wish = wishes[booking] - before if wishes[booking] != MISSING else MISSING
        only = pinned[booking] if fixed[booking] else ""
        starts = _set_of_starts(windows, booking, before, grid)
        while (at := nearest(starts := starts & diary.hopeful(skill, points[booking]), wish, grid)) >= 0:
            start = at * grid + before
            agent = diary.first_free(skill, at, points[booking], only)
            if agent >= 0 and people.are_free(booking, start, start + duration):
                diary.enter(agent, at, points[booking])
                people.hold(booking, start, start + duration)
                placed.append((booking, agent, start))
                break
            starts &= ~(1 << at)
    return _sessions(case, placed)


def nearest(points: int, wish: int, grid: int) -> int:
    """Of a set of grid points (bits), the one nearest to the wish (minutes), or -1 when there is none.

    The earlier of two equally near ones; without a wish (MISSING), the first.
    """
    if not points:
        return -1
    split = 0 if wish == MISSING else max(0, wish // grid + 1)
    below = (points & ((1 << split) - 1)).bit_length() - 1
    later = points >> split
    if not later:
        return below
    above = split + (later & -later).bit_length() - 1
    return below if below >= 0 and wish - below * grid <= above * grid - wish else above


@dataclass(frozen=True)
class Diary:
    """Which agents are still free.

    Attributes:
        free: for each grid point the set of agents in service and free; agent r of the table is bit r.
        able: for each skill the set of agents who have it.
        row: agent to row of the table.
    """

    free: list[int]
    able: dict[str, int]
    row: dict[str, int]
    _hope: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Diary:
        """The empty diary of a case."""
        serving = np.packbits(_in_service(case), axis=1, bitorder="little")
        held = [tokens(cell) for cell in case.agents.skills.tolist()]
        able = {
            skill: sum(1 << row for row, words in enumerate(held) if skill in words)
            for skill in set(case.bookings.skill.tolist())
        }
        free = [int.from_bytes(row.tobytes(), "little") for row in serving]
        return cls(free, able, case.agents.position)

    def hopeful(self, skill: str, points: int) -> int:
        """The set of grid points from which somebody with the skill may be free for so many points.

        Nobody becomes free again, so a point once found to be hopeless is never looked at again.
        """
        return self._hope.setdefault((skill, points), (1 << max(0, len(self.free) - points + 1)) - 1)

    def first_free(self, skill: str, at: int, points: int, only: str = "") -> int:
        """Row of the first agent with the skill who is free for so many grid points, or -1.

        `only` names the one agent who is asked, if not all are.
        """
        somebody = self.able[skill]
        for free in self.free[at : at + points]:
            somebody &= free
        if not somebody:
            self._hope[skill, points] = self.hopeful(skill, points) & ~(1 << at)
        if only:
            somebody &= 1 << self.row[only]
        return (somebody & -somebody).bit_length() - 1

    def enter(self, agent: int, at: int, points: int) -> None:
        """Take the agent from a grid point on, for so many of them."""
        others = ~(1 << agent)
        for point in range(at, at + points):
            self.free[point] &= others


@dataclass(frozen=True)
class SharedPeople:
    """People who must attend several bookings, and when they are held.

    Attributes:
        of_booking: booking to the persons whom it shares with others.
        held: person to the intervals in which the person attends.
    """

    of_booking: dict[int, list[int]]
    held: dict[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, case: Case, eligibility: Eligibility) -> SharedPeople:
        """The shared people of a case; nobody is held yet."""
        rows = np.flatnonzero(eligibility.required)
        person = pd.factorize(case.participants.participant_id[rows])[0]
        shared = np.bincount(person)[person] > 1 if len(person) else np.zeros(0, dtype=np.bool_)
        booking = eligibility.booking_of[rows[shared]]
        of_booking: dict[int, list[int]] = {}
        for each, who in zip(booking.tolist(), person[shared].tolist(), strict=True):
            of_booking.setdefault(each, []).append(who)
        return cls(of_booking, {})

    def are_free(self, booking: int, start: int, end: int) -> bool:
        """Whether nobody of the booking attends another session in the interval."""
        return not any(
            start < until and since < end
            for person in self.of_booking.get(booking, ())
            for since, until in self.held.get(person, ())
        )

    def hold(self, booking: int, start: int, end: int) -> None:
        """Note that the people of the booking attend in the interval."""
        for person in self.of_booking.get(booking, ()):
            self.held.setdefault(person, []).append((start, end))


def _set_of_starts(windows: StartWindows, booking: int, set_up: int, grid: int) -> int:
    """The grid points (bits) at which the agent may begin to set up the session."""
    starts = 0
    for first, last in windows.of(booking):
        low, high = max(0, (first - set_up) // grid), (last - set_up) // grid
        if low <= high:
            starts |= (1 << (high + 1)) - (1 << low)
    return starts


def _in_service(case: Case) -> BoolArray:
    """Whether each agent is in service with a valid credential: grid points x agents."""
    grid, agents = case.plan.grid_minutes, case.agents
    serving = np.zeros((case.axis.end // grid, len(agents)), dtype=np.bool_)
    for duty in case.roster.duties:
        row = agents.position[duty.agent_id]
        for begin, end in duty.segments:
            serving[begin // grid : end // grid, row] = True
    day = case.axis.days_of(np.arange(len(serving)) * grid)[:, None]
    first, last = agents.credential_from, agents.credential_until
    valid: BoolArray = ((first == MISSING) | (first <= day)) & ((last == MISSING) | (day <= last))
    return serving & valid


def _sessions(case: Case, placed: list[tuple[int, int, int]]) -> Sessions:
    """The sessions in the order of the bookings."""
    columns = np.array(sorted(placed), dtype=np.int64).reshape(-1, 3)
    booking: IntArray = columns[:, 0]
    return Sessions(
        booking_id=case.bookings.booking_id[booking],
        agent_id=case.agents.agent_id[columns[:, 1]],
        starts_at=columns[:, 2].copy(),
        duration_minutes=case.bookings.duration_minutes[booking],
    )
