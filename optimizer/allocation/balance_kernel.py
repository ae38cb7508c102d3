"""Handing sessions over between agents at the same times, compiled by Numba.

A move takes a session, a second agent of the pool who is in service then, and the shortest stretch of time
around the session at whose ends both are between sessions (or all that comes from the session on, to the ends
of both segments); within it the two agents change all their sessions. Starts never change. A move is kept if
the plan is better at the lower levels, compared one after the other, or just as good: walking sideways leads
out of places where no single move helps. All times are slots.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np
from numba import njit

from optimizer.allocation.annealing.kernel import NONE, draw, draw_number

# Numba knows plain named tuples only.
Facts = namedtuple(
    "Facts",
    "skill set_up occupied varies holder stays segment_start segment_end segment_agent earliest latest "
    "agent_skills person pool service pool_service pool_occupied host_offsets hosts slots",
)
"""What does not change; arrays over bookings, segments, agents, persons and pools.

Attributes:
    stays: whether the booking keeps its agent.
    person: over agents, who they really are (an agent's withheld time counts as another agent).
    pool, service: over persons.
    pool_service, pool_occupied: over pools, slots in service and slots occupied.
    hosts: for each pool and slot, the segments in service then (compressed rows).
"""

State = namedtuple("State", "count order begin where load random row_order row_begin")
"""What moves change.

Attributes:
    count, order, begin: over segments, sessions in order of time: their number, bookings and first slots.
    where: over bookings, the segment, or NONE.
    load: over persons, slots occupied.
    random: state of the random numbers (one entry).
    row_order, row_begin: two rows in the making.
"""


@njit(cache=True)
def place_of(state, booking):  # type: ignore[no-untyped-def]
    """The place of a session in the row of its segment."""
    row, place = state.where[booking], 0
    while state.order[row, place] != booking:
        place += 1
    return place


@njit(cache=True)
def stretch(facts, state, segment, low, high):  # type: ignore[no-untyped-def]
    """Widen a stretch until it cuts no session of the segment: its places (half-open) and its ends."""
    first, stop = 0, state.count[segment]
    while first < stop:
        booking = state.order[segment, first]
        if state.begin[segment, first] + facts.occupied[booking] > low:
            break
        first += 1
    while stop > first and state.begin[segment, stop - 1] >= high:
        stop -= 1
    if first < stop:
        last = state.order[segment, stop - 1]
        low = min(low, state.begin[segment, first])
        high = max(high, state.begin[segment, stop - 1] + facts.occupied[last])
    return first, stop, low, high


@njit(cache=True)
def fits(facts, state, source, first, stop, target):  # type: ignore[no-untyped-def]
    """Whether the target's agent may hold these sessions of the source within the target segment."""
    skills = facts.agent_skills[facts.segment_agent[target]]
    for place in range(first, stop):
        booking, begin = state.order[source, place], state.begin[source, place]
        start = begin + facts.set_up[booking]
        if (
            facts.stays[booking]
            or not skills[facts.skill[booking]]
            or begin < facts.segment_start[target]
            or begin + facts.occupied[booking] > facts.segment_end[target]
            or start < facts.earliest[target]
            or start > facts.latest[target]
        ):
            return False
    return True


@njit(cache=True)
def joint_worth(facts, state, left, left_place, right, right_place):  # type: ignore[no-untyped-def]
    """Pairs of one holder and inversions that come about between two sessions, were they neighbours.

    A place outside the rows stands for no session.
    """
    if left_place < 0 or right_place >= state.count[right]:
        return 0, 0
    before, after = state.order[left, left_place], state.order[right, right_place]
    if state.begin[left, left_place] + facts.occupied[before] != state.begin[right, right_place]:
        return 0, 0
    pair = 1 if facts.holder[before] != NONE and facts.holder[before] == facts.holder[after] else 0
    inverted = 1 if facts.varies[before] and not facts.varies[after] else 0
    return pair, inverted


@njit(cache=True)
def seams(facts, state, outer, inner, outer_range, inner_range):  # type: ignore[no-untyped-def]
    """Pairs and inversions at the ends of a range, when the inner range stands in the place of the outer one.

    With the same segment and range twice: at the ends of the range as it is.
    """
    first, stop = outer_range
    inner_first, inner_stop = inner_range
    if inner_first == inner_stop:
        return joint_worth(facts, state, outer, first - 1, outer, stop)
    pair, inverted = joint_worth(facts, state, outer, first - 1, inner, inner_first)
    also, more = joint_worth(facts, state, inner, inner_stop - 1, outer, stop)
    return pair + also, inverted + more


@njit(cache=True)
def apart(facts, person, load):  # type: ignore[no-untyped-def]
    """How far a load is from the even share, times the pool's service."""
    pool = facts.pool[person]
    return abs(load * facts.pool_service[pool] - facts.pool_occupied[pool] * facts.service[person])


@njit(cache=True)
def above_share(facts, state, segment):  # type: ignore[no-untyped-def]
    """How far the segment's agent is above the even share (below: negative), times the pool's service."""
    person = facts.person[facts.segment_agent[segment]]
    pool = facts.pool[person]
    even = facts.pool_occupied[pool] * facts.service[person]
    return state.load[person] * facts.pool_service[pool] - even


@njit(cache=True)
def put_together(state, row, outer, inner, outer_range, inner_range):  # type: ignore[no-untyped-def]
    """Make a row of the outer segment's sessions, with the inner range in the place of the outer one.

    Returns its length.
    """
    length = 0
    for part in range(3):
        segment = inner if part == 1 else outer
        low = 0 if part == 0 else inner_range[0] if part == 1 else outer_range[1]
        high = outer_range[0] if part == 0 else inner_range[1] if part == 1 else state.count[outer]
        for place in range(low, high):
            state.row_order[row, length] = state.order[segment, place]
            state.row_begin[row, length] = state.begin[segment, place]
            length += 1
    return length


@njit(cache=True)
def exchange(state, source, target, source_range, target_range):  # type: ignore[no-untyped-def]
    """Let two segments change these ranges of sessions."""
    state.count[source], state.count[target] = (
        put_together(state, 0, source, target, source_range, target_range),
        put_together(state, 1, target, source, target_range, source_range),
    )
    for row in range(2):
        segment = source if row == 0 else target
        for place in range(state.count[segment]):
            booking = state.row_order[row, place]
            state.order[segment, place] = booking
            state.begin[segment, place] = state.row_begin[row, place]
            state.where[booking] = segment


@njit(cache=True)
def hand_over(facts, state, booking, target, to_the_end):  # type: ignore[no-untyped-def]
    """Try one move of a session to another segment; returns whether it was made."""
    source = state.where[booking]
    place = place_of(state, booking)
    if not fits(facts, state, source, place, place + 1, target):
        return False
    low = state.begin[source, place]
    high = low + facts.occupied[booking]
    if to_the_end:
        high = max(facts.segment_end[source], facts.segment_end[target])
    before_low, before_high = low + 1, high
    first, stop, other_first, other_stop = 0, 0, 0, 0
    while low != before_low or high != before_high:
        before_low, before_high = low, high
        first, stop, low, high = stretch(facts, state, source, low, high)
        other_first, other_stop, low, high = stretch(facts, state, target, low, high)
    if not fits(facts, state, source, first, stop, target):
        return False
    if not fits(facts, state, target, other_first, other_stop, source):
        return False
    own, other = (first, stop), (other_first, other_stop)
    was, is_inverted = seams(facts, state, source, source, own, own)
    pair, inverted = seams(facts, state, target, target, other, other)
    becomes, will_invert = seams(facts, state, source, target, own, other)
    new_pair, new_inverted = seams(facts, state, target, source, other, own)
    pairs = becomes + new_pair - was - pair
    if pairs < 0:
        return False
    moved = 0
    for at in range(first, stop):
        moved += facts.occupied[state.order[source, at]]
    for at in range(other_first, other_stop):
        moved -= facts.occupied[state.order[target, at]]
    giver = facts.person[facts.segment_agent[source]]
    taker = facts.person[facts.segment_agent[target]]
    farther = 0
    if giver != taker and moved != 0:
        farther = apart(facts, giver, state.load[giver] - moved) - apart(facts, giver, state.load[giver])
        farther += apart(facts, taker, state.load[taker] + moved) - apart(facts, taker, state.load[taker])
    if pairs == 0:
        inversions = will_invert + new_inverted - is_inverted - inverted
        if farther > 0 or (farther == 0 and inversions > 0):
            return False
    if giver != taker:
        state.load[giver] -= moved
        state.load[taker] += moved
    exchange(state, source, target, own, other)
    return True


@njit(cache=True)
def balance(facts, state, playing, moves):  # type: ignore[no-untyped-def]
    """Try so many moves; those from agents above their even share to agents below it are more likely.

    Args:
        facts: what does not change.
        state: the plan; changed in place.
        playing: bookings with a session that may change the agent.
        moves: moves to try.
    """
    for _ in range(moves):
        booking = playing[draw_number(state, len(playing))]
        source = state.where[booking]
        if above_share(facts, state, source) <= 0 and draw(state) < 0.6:
            continue
        place = place_of(state, booking)
        pool = facts.pool[facts.person[facts.segment_agent[source]]]
        row = pool * facts.slots + state.begin[source, place]
        low, high = facts.host_offsets[row], facts.host_offsets[row + 1]
        to_the_end = draw(state) < 0.3
        target = facts.hosts[low + draw_number(state, high - low)]
        if draw(state) < 0.5:
            other = facts.hosts[low + draw_number(state, high - low)]
            if above_share(facts, state, other) < above_share(facts, state, target):
                target = other
        if target != source:
            hand_over(facts, state, booking, target, to_the_end)


def zero_state(segments: int, width: int, bookings: int, persons: int, seed: int) -> State:
    """A state without sessions."""
    return State(
        count=np.zeros(segments, dtype=np.int64),
        order=np.full((segments, width), NONE, dtype=np.int64),
        begin=np.zeros((segments, width), dtype=np.int64),
        where=np.full(bookings, NONE, dtype=np.int64),
        load=np.zeros(persons, dtype=np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x7654321) % 2**64], dtype=np.uint64),
        row_order=np.zeros((2, 2 * width), dtype=np.int64),
        row_begin=np.zeros((2, 2 * width), dtype=np.int64),
    )
