"""Annealing of a plan: arrays for the kernel, and the plan that they hold afterwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.annealing import kernel, moves
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.ranges import ranges
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget

MOVES_AT_ONCE = 200_000
"""Moves between two looks at the clock."""

WORK_A_MOVE = 5e-6
"""Deterministic work booked for a move."""

UNPLACED_COST, URGENCY_FACTOR = 20_000, 40
"""Minutes of deviation that leaving out a booking of the least urgent priority costs, and how many times more
the next more urgent one."""

FIXED_COST = 1 << 36
"""The same of a fixed pin, which may change its agent (where none is promised) but is never left out."""

CONFIRMED_COST = 10_000
"""Minutes of deviation that a lost confirmation costs."""

HOTTEST, COOLER, COLDEST = 15.0, 3.0, 1.0
"""Temperatures in minutes of deviation: the first one where there are moves enough, the first one where there
are few for each booking, and the last one."""

ENOUGH_MOVES = 400
"""Moves for each booking from which it pays to begin hot."""

GATHERING = 3
"""Minutes of deviation that a squared slot of free time in a segment is worth while places are looked for. On
a week of 100,000 bookings 3 needed half as many moves as 0."""

FEW_MOVES, MOVES_IN_VAIN = 400_000, 200
"""Moves, in all and for each booking, after which annealing for places alone gives up."""

MOVES_A_SECOND = 150_000
"""Speed assumed when only the clock limits the moves; about that of one core."""

SPREAD = 24
"""Distance in slots from the wish up to which places are looked for, where nothing nearer is known."""


class Annealing:
    """Improves a plan as a whole; fixed pins keep their starts, and their agents where they name one.

    With `hold_confirmed`, sessions that stand where a movable pin confirmed them stay there, too.
    """

    def __init__(self, plan: WorkingPlan, seed: int, hold_confirmed: bool) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.facts = _facts(self.problem)
        if hold_confirmed:
            for booking, (slot, agent) in plan.sessions.items():
                if self.problem.movable_slot[booking] >= 0 and self.problem.keeps_confirmation(
                    booking, slot, agent
                ):
                    self.facts.may_move[booking] = False
                    own = slice(*self.facts.window_offsets[booking : booking + 2].tolist())
                    self.facts.window_first[own] = self.facts.window_last[own] = slot
        self.state = _state(plan, self.facts, seed)
        self._begun = self._copy()
        placeable = self.problem.placeable
        self.playing = placeable[self.facts.may_move[placeable]]

    def run(
        self,
        budget: Budget,
        work: float,
        seconds: float | None = None,
        enough: int | None = None,
        tell: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Anneal within this much work, or for so many seconds where they are given, and take the best plan.

        With seconds, the speed measured on the way decides how fast to cool, and the answer depends on it.
        With `enough`, the search begins cool and ends as soon as so many bookings are placed, or after some
        moves for each booking, since what is left then needs another kind of search. An interrupt leaves the
        best plan found so far.
        """
        if not len(self.playing):
            return
        if enough is not None:
            work = min(work, WORK_A_MOVE * (FEW_MOVES + MOVES_IN_VAIN * len(self.playing)))
        begun, done = budget.seconds_used, 0.0
        batches = max(1, round(work / (WORK_A_MOVE * MOVES_AT_ONCE)))
        batch = MOVES_AT_ONCE if batches > 1 else max(1, int(work / WORK_A_MOVE))
        tries = work / WORK_A_MOVE if seconds is None else seconds * MOVES_A_SECOND
        hottest = min(max(HOTTEST * tries / (ENOUGH_MOVES * len(self.playing)), COOLER), HOTTEST)
        facts = self.facts
        if enough is not None:
            hottest = COOLER
            facts = facts._replace(gathering=GATHERING)
        change = kernel.time_all(self.facts, self.state)
        best, lowest = self._copy(), change
        for number in range(1, batches + 1):
            try:
                tell(min(1.0, done))
            except KeyboardInterrupt:
                self._write_back(best)
                raise
            step = 1 / batches if seconds is None else (budget.seconds_used - begun) / (seconds * number)
            hot, cold = (hottest * (COLDEST / hottest) ** min(1.0, d) for d in (done, done + step))
            change += moves.anneal(facts, self.state, self.playing, batch, hot, cold, SPREAD)
            budget.work_used += WORK_A_MOVE * batch
            done = number / batches if seconds is None else (budget.seconds_used - begun) / seconds
            if change < lowest:
                best, lowest = self._copy(), change
            if done >= 1.0 or budget.clock_is_up():
                break
            if enough is not None and int((best[0] != kernel.NONE).sum()) >= enough:
                break
        self._write_back(best)

    def _copy(self) -> tuple[IntArray, IntArray]:
        return self.state.where.copy(), self.state.at.copy()

    def _write_back(self, found: tuple[IntArray, IntArray]) -> None:
        """Make what was found the plan."""
        (where, at), (where_before, at_before) = found, self._begun
        differ = (where != where_before) | (at != at_before)
        placed = np.flatnonzero(differ & (where != kernel.NONE))
        agents = self.problem.segments.agent[where[placed]]
        slots = at[placed] + self.problem.set_up[placed]
        changed: dict[int, Placement] = {
            booking: (slot, agent)
            for booking, slot, agent in zip(placed.tolist(), slots.tolist(), agents.tolist(), strict=True)
        }
        leaving = np.flatnonzero(differ & (where_before != kernel.NONE)).tolist()
        self.plan.replace(changed, instead_of=leaving)


def _facts(problem: Problem) -> kernel.Facts:
    offsets, first, last = _windows(problem)
    rival_offsets, rivals = problem.rivals
    host_offsets, hosts = _hosts(problem)
    levels = np.unique(problem.priority[problem.placeable])[::-1]
    costs = np.zeros(10, dtype=np.int64)
    costs[levels] = UNPLACED_COST * URGENCY_FACTOR ** np.minimum(np.arange(len(levels)), 5)
    listed = problem.segments
    return kernel.Facts(
        grid=problem.grid,
        skill=problem.skill,
        set_up=problem.set_up,
        occupied=problem.occupied,
        held=problem.held,
        wish=problem.wish,
        wished=problem.wish != MISSING,
        unplaced_cost=np.where(problem.fixed_slot >= 0, FIXED_COST, costs[np.clip(problem.priority, 0, 9)]),
        confirmed_slot=np.where(problem.movable_slot >= 0, problem.movable_slot, kernel.NONE),
        confirmed_agent=problem.movable_agent,
        confirmed_segment=_confirmed_segments(problem),
        confirmed_cost=CONFIRMED_COST,
        window_offsets=offsets,
        window_first=first,
        window_last=last,
        rival_offsets=rival_offsets,
        rivals=rivals,
        may_move=(problem.fixed_agent == NOBODY) & (np.diff(offsets) > 0),
        segment_start=listed.start,
        segment_end=listed.end,
        segment_agent=listed.agent,
        earliest=listed.earliest,
        latest=listed.latest,
        agent_skills=problem.agent_skills,
        host_offsets=host_offsets,
        hosts=hosts,
        slots=problem.slots,
        gathering=0,
    )


def _confirmed_segments(problem: Problem) -> IntArray:
    """Over bookings: the segment that holds the place which a movable pin confirmed, or NONE."""
    segments = np.full(problem.bookings, kernel.NONE, dtype=np.int64)
    named = np.flatnonzero((problem.movable_slot >= 0) & (problem.movable_agent >= 0))
    for booking in named.tolist():
        agent = int(problem.movable_agent[booking])
        begin = int(problem.movable_slot[booking] - problem.set_up[booking])
        segment = problem.segment_at(agent, begin)
        if segment in problem.segments_of(agent):
            segments[booking] = segment
    return segments


def _windows(problem: Problem) -> tuple[IntArray, IntArray, IntArray]:
    """Windows in slots (compressed rows); of bookings that no agent can ever hold, none."""
    owner, first, last = problem.windows_of(problem.placeable)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=problem.bookings))))
    return offsets, first, last


def _hosts(problem: Problem) -> tuple[IntArray, IntArray]:
    """For each skill and slot, the segments in service then whose agent has the skill (compressed rows)."""
    listed = problem.segments
    lengths = listed.end - listed.start
    segment = np.repeat(np.arange(len(listed)), lengths)
    slot = ranges(listed.start, lengths)
    skills = problem.agent_skills.shape[1]
    keys, hosts = [], []
    for skill in range(skills):
        able = problem.agent_skills[listed.agent[segment], skill]
        keys.append(skill * problem.slots + slot[able])
        hosts.append(segment[able])
    key = np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    counts = np.bincount(key, minlength=skills * problem.slots)
    return np.concatenate(([0], np.cumsum(counts))), np.concatenate(hosts)[order]


def _state(plan: WorkingPlan, facts: kernel.Facts, seed: int) -> kernel.State:
    problem = plan.problem
    listed = problem.segments
    longest = int((listed.end - listed.start).max(initial=1))
    shortest = int(problem.occupied[problem.placeable].min(initial=longest))
    width = longest // max(1, shortest) + 2
    order = np.full((len(listed), width), kernel.NONE, dtype=np.int64)
    begin = np.zeros((len(listed), width), dtype=np.int64)
    where = np.full(problem.bookings, kernel.NONE, dtype=np.int64)
    at = np.zeros(problem.bookings, dtype=np.int64)
    booking = np.fromiter(plan.sessions, dtype=np.int64, count=len(plan.sessions))
    slot, agent = np.array(list(plan.sessions.values()), dtype=np.int64).reshape(-1, 2).T
    begun = slot - problem.set_up[booking]
    # Segments are in order of agent and start.
    beyond = problem.slots + 1
    starts = listed.agent * beyond + listed.start
    segment = np.searchsorted(starts, agent * beyond + begun, side="right") - 1
    rank = np.lexsort((booking, slot, segment))
    booking, begun, segment = booking[rank], begun[rank], segment[rank]
    count = np.bincount(segment, minlength=len(listed)).astype(np.int64)
    place = ranges(np.zeros(len(listed), dtype=np.int64), count)
    order[segment, place], begin[segment, place] = booking, begun
    where[booking], at[booking] = segment, begun
    left = np.array([b for b in problem.placeable.tolist() if b not in plan.sessions], dtype=np.int64)
    unplaced = np.full(problem.bookings, kernel.NONE, dtype=np.int64)
    unplaced[: len(left)] = left
    place_of = np.full(problem.bookings, kernel.NONE, dtype=np.int64)
    place_of[left] = np.arange(len(left))
    used = np.zeros(len(listed), dtype=np.int64)
    cost = np.zeros(len(listed), dtype=np.int64)
    state = kernel.State(
        count=count,
        used=used,
        cost=cost,
        order=order,
        begin=begin,
        where=where,
        at=at,
        unplaced=unplaced,
        place_of=place_of,
        unplaced_count=np.array([len(left)], dtype=np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64], dtype=np.uint64),
        row_count=np.zeros(4, dtype=np.int64),
        row_cost=np.zeros(4, dtype=np.int64),
        row_order=np.zeros((4, 2 * width), dtype=np.int64),
        row_begin=np.zeros((4, 2 * width), dtype=np.int64),
        least=np.zeros(longest + 2, dtype=np.int64),
        choice=np.zeros((2 * width, longest + 2), dtype=np.int64),
    )
    kernel.count_up(facts, state)
    return state
