"""Segments of sessions, timed exactly for their order: what the annealing works on, compiled by Numba.

All times are slots. A segment's sessions stand in order of time in one row of `order` (bookings) and `begin`
(first occupied slot); `where` and `at` say the same by booking. A move changes the order of one or two
segments; the times of a changed segment are then the best ones for its order, by dynamic programming. The
same code runs uncompiled as ``function.py_func``.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np
from numba import njit

NONE = -1
FAR = 1 << 40
"""A cost that stands for "impossible"."""

# Numba knows plain named tuples only.
Facts = namedtuple(
    "Facts",
    "grid skill set_up occupied held wish wished unplaced_cost confirmed_slot confirmed_agent "
    "confirmed_segment confirmed_cost window_offsets window_first window_last rival_offsets rivals may_move "
    "segment_start segment_end segment_agent earliest latest agent_skills host_offsets hosts slots "
    "gathering",
)
"""What does not change; arrays over bookings, segments and agents.

Attributes:
    wish, wished: wished start in minutes, and whether there is one.
    unplaced_cost: minutes of deviation that leaving the booking out costs.
    confirmed_slot, confirmed_agent: of a movable pin; NONE: none, or any agent.
    confirmed_segment: the segment of that agent that holds the slot, or NONE.
    rivals: bookings that share a participant (compressed rows).
    may_move: whether the booking may change its place; a fixed pin has one window of one start.
    hosts: for each skill and slot, the segments in service then whose agent has the skill (compressed rows).
    gathering: what free time in few segments is worth: minutes for a squared slot; 0 when it does not count.
"""

State = namedtuple(
    "State",
    "count used cost order begin where at unplaced place_of unplaced_count random "
    "row_count row_cost row_order row_begin least choice",
)
"""What moves change.

Attributes:
    count, used, cost: over segments: sessions, slots that they occupy, and their cost.
    unplaced, place_of: bookings without a session, and the place of each in that list (NONE: placed).
    unplaced_count: their number (one entry).
    random: state of the random numbers (one entry).
    row_count, row_cost, row_order, row_begin: rows in the making, two for the move and two for undoing it.
    least, choice: tables of the dynamic programme.
"""


@njit(cache=True)
def draw(state):  # type: ignore[no-untyped-def]
    """A random number in [0, 1) (xorshift64*; Vigna 2016)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def draw_number(state, count):  # type: ignore[no-untyped-def]
    """A random number of 0, 1, ..., count - 1."""
    return min(int(draw(state) * count), count - 1)


@njit(cache=True)
def cost_at(facts, booking, begin, segment):  # type: ignore[no-untyped-def]
    """Minutes of deviation, and what a lost confirmation costs."""
    start = begin + facts.set_up[booking]
    cost = 0
    if facts.wished[booking]:
        cost = abs(start * facts.grid - facts.wish[booking])
    slot = facts.confirmed_slot[booking]
    if slot != NONE:
        agent = facts.confirmed_agent[booking]
        if start != slot or (agent != NONE and agent != facts.segment_agent[segment]):
            cost += facts.confirmed_cost
    return cost


@njit(cache=True)
def deviation_of(facts, state, booking):  # type: ignore[no-untyped-def]
    """Minutes of deviation of a booking where it stands; 0 without a session or a wish."""
    if state.where[booking] == NONE or not facts.wished[booking]:
        return 0
    return abs((state.at[booking] + facts.set_up[booking]) * facts.grid - facts.wish[booking])


@njit(cache=True)
def retime(facts, state, row, segment):  # type: ignore[no-untyped-def]
    """Give a row in the making the best times for its order; returns whether there are any.

    With all sessions pushed to the left, session j begins at the sum of the occupations before it; with the
    idle slots that the segment has, it may begin up to so many slots later, and no less late than the one
    before: `least[s]` is the least cost of the sessions so far if the last one begins s slots late at most.
    """
    count, order = state.row_count[row], state.row_order[row]
    low, high = facts.segment_start[segment], facts.segment_end[segment]
    skills = facts.agent_skills[facts.segment_agent[segment]]
    used = 0
    for place in range(count):
        used += facts.occupied[order[place]]
        if not skills[facts.skill[order[place]]]:
            return False
    slack = high - low - used
    if slack < 0:
        return False
    least, choice = state.least, state.choice
    for late in range(slack + 1):
        least[late] = 0
    tight = low
    for place in range(count):
        booking = order[place]
        set_up = facts.set_up[booking]
        first_start = max(tight + set_up, facts.earliest[segment])
        last_start = min(tight + slack + set_up, facts.latest[segment])
        reached = 0
        lowest = FAR
        lowest_at = 0
        for window in range(facts.window_offsets[booking], facts.window_offsets[booking + 1]):
            if facts.window_first[window] > last_start:
                break
            begins = max(first_start, facts.window_first[window]) - set_up - tight
            ends = min(last_start, facts.window_last[window]) - set_up - tight
            while reached < begins and reached <= slack:
                least[reached] = lowest
                choice[place, reached] = lowest_at
                reached += 1
            for late in range(begins, ends + 1):
                cost = least[late] + cost_at(facts, booking, tight + late, segment)
                if cost < lowest:
                    lowest = cost
                    lowest_at = late
                least[late] = lowest
                choice[place, late] = lowest_at
                reached = late + 1
        while reached <= slack:
            least[reached] = lowest
            choice[place, reached] = lowest_at
            reached += 1
        if lowest >= FAR:
            return False
        tight += facts.occupied[booking]
    state.row_cost[row] = least[slack]
    late = slack
    for place in range(count - 1, -1, -1):
        tight -= facts.occupied[order[place]]
        late = choice[place, late]
        state.row_begin[row, place] = tight + late
    return True


@njit(cache=True)
def copy_without(state, row, segment, leaving):  # type: ignore[no-untyped-def]
    """Copy a segment's sessions but one booking into a row in the making."""
    kept = 0
    for place in range(state.count[segment]):
        booking = state.order[segment, place]
        if booking != leaving:
            state.row_order[row, kept] = booking
            state.row_begin[row, kept] = state.begin[segment, place]
            kept += 1
    state.row_count[row] = kept


@njit(cache=True)
def insert(facts, state, row, booking, wanted, nudge):  # type: ignore[no-untyped-def]
    """Put a booking into the order of a row, where its middle would be if it began at `wanted`.

    `nudge` moves it so many places on.
    """
    order, begin, count = state.row_order[row], state.row_begin[row], state.row_count[row]
    middle = 2 * wanted + facts.occupied[booking]
    place = 0
    while place < count and 2 * begin[place] + facts.occupied[order[place]] <= middle:
        place += 1
    place = min(max(place + nudge, 0), count)
    for move in range(count, place, -1):
        order[move] = order[move - 1]
        begin[move] = begin[move - 1]
    order[place] = booking
    begin[place] = wanted
    state.row_count[row] = count + 1


@njit(cache=True)
def write_row(facts, state, row, segment):  # type: ignore[no-untyped-def]
    """Make a row the segment's sessions."""
    count, used = state.row_count[row], 0
    for place in range(count):
        booking = state.row_order[row, place]
        state.order[segment, place] = booking
        state.begin[segment, place] = state.row_begin[row, place]
        state.where[booking] = segment
        state.at[booking] = state.row_begin[row, place]
        used += facts.occupied[booking]
    state.count[segment] = count
    state.used[segment] = used
    state.cost[segment] = state.row_cost[row]


@njit(cache=True)
def meets_rival(facts, state, row):  # type: ignore[no-untyped-def]
    """Whether some session of a row, once written, meets another session of one of its people."""
    for place in range(state.row_count[row]):
        booking = state.row_order[row, place]
        start = state.row_begin[row, place] + facts.set_up[booking]
        for entry in range(facts.rival_offsets[booking], facts.rival_offsets[booking + 1]):
            rival = facts.rivals[entry]
            if state.where[rival] == NONE:
                continue
            other = state.at[rival] + facts.set_up[rival]
            if start < other + facts.held[rival] and other < start + facts.held[booking]:
                return True
    return False


@njit(cache=True)
def commit(facts, state, first, second):  # type: ignore[no-untyped-def]
    """Write the rows in the making, unless people would meet themselves; returns whether it was done.

    A booking that goes from one to the other must go from the first to the second; one that is left out must
    be marked so before.
    """
    segments = 1 if second == NONE else 2
    shared = False
    for row in range(segments):
        for place in range(state.row_count[row]):
            booking = state.row_order[row, place]
            shared = shared or facts.rival_offsets[booking] < facts.rival_offsets[booking + 1]
    if not shared:
        write_row(facts, state, 0, first)
        if second != NONE:
            write_row(facts, state, 1, second)
        return True
    for row in range(segments):
        segment = first if row == 0 else second
        copy_without(state, row + 2, segment, NONE)
        state.row_cost[row + 2] = state.cost[segment]
    write_row(facts, state, 0, first)
    if second != NONE:
        write_row(facts, state, 1, second)
    bad = False
    for row in range(segments):
        bad = bad or meets_rival(facts, state, row)
    if bad:
        if second != NONE:
            write_row(facts, state, 3, second)
        write_row(facts, state, 2, first)
    return not bad


@njit(cache=True)
def leave_out(state, booking):  # type: ignore[no-untyped-def]
    """Note that a booking has no session."""
    state.where[booking] = NONE
    state.place_of[booking] = state.unplaced_count[0]
    state.unplaced[state.unplaced_count[0]] = booking
    state.unplaced_count[0] += 1


@njit(cache=True)
def no_longer_left_out(state, booking):  # type: ignore[no-untyped-def]
    """Take a booking off the list of those without a session."""
    place = state.place_of[booking]
    if place != NONE:
        state.unplaced_count[0] -= 1
        last = state.unplaced[state.unplaced_count[0]]
        state.unplaced[place] = last
        state.place_of[last] = place
        state.place_of[booking] = NONE


@njit(cache=True)
def count_up(facts, state):  # type: ignore[no-untyped-def]
    """Work out what the sessions of each segment use and cost."""
    for segment in range(len(state.count)):
        used, cost = 0, 0
        for place in range(state.count[segment]):
            booking = state.order[segment, place]
            used += facts.occupied[booking]
            cost += cost_at(facts, booking, state.begin[segment, place], segment)
        state.used[segment] = used
        state.cost[segment] = cost


@njit(cache=True)
def time_all(facts, state):  # type: ignore[no-untyped-def]
    """Give every segment its best times; returns the change of the cost."""
    total = 0
    for segment in range(len(state.count)):
        copy_without(state, 0, segment, NONE)
        if retime(facts, state, 0, segment):
            before = state.cost[segment]
            if commit(facts, state, segment, NONE):
                total += state.cost[segment] - before
    return total
