"""The moves of the annealing, compiled by Numba.

All times are slots. A segment's sessions stand in order of time in one row of `order` (bookings) and `begin`
(first occupied slot); `where` and `at` say the same by booking. A move changes the order of one or two
segments; the times of a changed segment are then the best ones for its order, by dynamic programming. The
same code runs uncompiled as ``function.py_func``.
"""

from __future__ import annotations

from collections import namedtuple
from math import log

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
    "segment_start segment_end segment_agent earliest latest agent_skills host_offsets hosts slots",
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
def nearest_start(facts, booking, wanted):  # type: ignore[no-untyped-def]
    """The allowed start nearest to a slot; the booking has one at least."""
    best = facts.window_first[facts.window_offsets[booking]]
    for row in range(facts.window_offsets[booking], facts.window_offsets[booking + 1]):
        start = min(max(wanted, facts.window_first[row]), facts.window_last[row])
        if abs(start - wanted) < abs(best - wanted):
            best = start
    return best


@njit(cache=True)
def draw_begin(facts, state, booking, spread):  # type: ignore[no-untyped-def]
    """A slot at which the booking might begin to occupy an agent: near its wish mostly."""
    if facts.confirmed_slot[booking] != NONE and draw(state) < 0.5:
        return facts.confirmed_slot[booking] - facts.set_up[booking]
    first, stop = facts.window_offsets[booking], facts.window_offsets[booking + 1]
    near = 0.6 if state.where[booking] == NONE else 0.95
    if facts.wished[booking] and draw(state) < near:
        wish = facts.wish[booking] // facts.grid
        reach = spread
        if state.where[booking] != NONE:
            reach = 2 + abs(state.at[booking] + facts.set_up[booking] - wish)
            if draw(state) < 0.3:
                reach = min(reach, spread)
        start = nearest_start(facts, booking, wish - reach + draw_number(state, 2 * reach + 1))
    else:
        row = first + draw_number(state, stop - first)
        start = facts.window_first[row]
        start += draw_number(state, facts.window_last[row] - start + 1)
    return start - facts.set_up[booking]


@njit(cache=True)
def draw_host(facts, state, skill, slot):  # type: ignore[no-untyped-def]
    """A segment in service at a slot whose agent has the skill, or NONE."""
    if slot < 0 or slot >= facts.slots:
        return NONE
    low = facts.host_offsets[skill * facts.slots + slot]
    high = facts.host_offsets[skill * facts.slots + slot + 1]
    return NONE if low == high else facts.hosts[low + draw_number(state, high - low)]


@njit(cache=True)
def occupant(facts, state, segment, low, high):  # type: ignore[no-untyped-def]
    """A session of the segment that occupies one of these slots, or NONE; of several any."""
    found = NONE
    seen = 0
    for place in range(state.count[segment]):
        booking = state.order[segment, place]
        if state.begin[segment, place] < high and low < state.begin[segment, place] + facts.occupied[booking]:
            seen += 1
            if seen == 1 or draw(state) * seen < 1.0:
                found = booking
    return found


@njit(cache=True)
def move_within(facts, state, booking, wanted, nudge, most):  # type: ignore[no-untyped-def]
    """Give a session another place in the order of its segment; returns the change of the cost."""
    segment = state.where[booking]
    copy_without(state, 0, segment, booking)
    insert(facts, state, 0, booking, wanted, nudge)
    if not retime(facts, state, 0, segment):
        return 0
    change = state.row_cost[0] - state.cost[segment]
    return change if change <= most and commit(facts, state, segment, NONE) else 0


@njit(cache=True)
def move_in(facts, state, booking, target, wanted, nudge, most):  # type: ignore[no-untyped-def]
    """Place a booking that has no session; returns the change of the cost."""
    if facts.segment_end[target] - facts.segment_start[target] - state.used[target] < facts.occupied[booking]:
        return 0
    copy_without(state, 0, target, NONE)
    insert(facts, state, 0, booking, wanted, nudge)
    if not retime(facts, state, 0, target):
        return 0
    change = state.row_cost[0] - state.cost[target] - facts.unplaced_cost[booking]
    if change > most:
        return 0
    if not commit(facts, state, target, NONE):
        state.where[booking] = NONE
        return 0
    no_longer_left_out(state, booking)
    return change


@njit(cache=True)
def move_over(facts, state, booking, target, wanted, nudge, most):  # type: ignore[no-untyped-def]
    """Give a session a place in another segment; returns the change of the cost."""
    if facts.segment_end[target] - facts.segment_start[target] - state.used[target] < facts.occupied[booking]:
        return 0
    source = state.where[booking]
    copy_without(state, 1, target, NONE)
    insert(facts, state, 1, booking, wanted, nudge)
    if not retime(facts, state, 1, target):
        return 0
    if state.row_cost[1] - state.cost[target] - state.cost[source] > most:
        return 0  # however well the rest of the source is timed
    copy_without(state, 0, source, booking)
    if not retime(facts, state, 0, source):
        return 0
    change = state.row_cost[0] + state.row_cost[1] - state.cost[source] - state.cost[target]
    return change if change <= most and commit(facts, state, source, target) else 0


@njit(cache=True)
def trade(facts, state, booking, other, wanted, nudge, most):  # type: ignore[no-untyped-def]
    """Let two sessions of different segments change places; returns the change of the cost."""
    source, target = state.where[booking], state.where[other]
    longer = facts.occupied[booking] - facts.occupied[other]
    if (
        facts.segment_end[target] - facts.segment_start[target] - state.used[target] < longer
        or facts.segment_end[source] - facts.segment_start[source] - state.used[source] < -longer
    ):
        return 0
    copy_without(state, 1, target, other)
    insert(facts, state, 1, booking, wanted, nudge)
    if not retime(facts, state, 1, target):
        return 0
    if state.row_cost[1] - state.cost[target] - state.cost[source] > most:
        return 0
    here = state.at[booking]
    copy_without(state, 0, source, booking)
    insert(facts, state, 0, other, here, 0)
    if not retime(facts, state, 0, source):
        return 0
    change = state.row_cost[0] + state.row_cost[1] - state.cost[source] - state.cost[target]
    return change if change <= most and commit(facts, state, source, target) else 0


@njit(cache=True)
def take_place(facts, state, booking, other, wanted, nudge, most):  # type: ignore[no-untyped-def]
    """Let a booking without a session take the place of another; returns the change of the cost."""
    target = state.where[other]
    copy_without(state, 0, target, other)
    insert(facts, state, 0, booking, wanted, nudge)
    if not retime(facts, state, 0, target):
        return 0
    change = state.row_cost[0] - state.cost[target]
    change += facts.unplaced_cost[other] - facts.unplaced_cost[booking]
    if change > most:
        return 0
    state.where[other] = NONE
    if not commit(facts, state, target, NONE):
        state.where[booking] = NONE
        return 0
    no_longer_left_out(state, booking)
    leave_out(state, other)
    return change


@njit(cache=True)
def swap_tails(facts, state, first, second, slot, most):  # type: ignore[no-untyped-def]
    """Let two agents hand each other all that begins from a slot on; returns the change of the cost."""
    state.row_count[0] = 0
    state.row_count[1] = 0
    for turn in range(4):
        # Heads of the first and of the second, then the tails, crosswise.
        row = turn % 2
        segment = first if turn in (0, 3) else second
        for place in range(state.count[segment]):
            booking, begin = state.order[segment, place], state.begin[segment, place]
            late = 2 * begin + facts.occupied[booking] > 2 * slot
            if late != (turn >= 2):
                continue
            if turn >= 2 and not facts.may_move[booking]:
                return 0
            count = state.row_count[row]
            state.row_order[row, count] = booking
            state.row_begin[row, count] = begin
            state.row_count[row] = count + 1
    if not retime(facts, state, 0, first) or not retime(facts, state, 1, second):
        return 0
    change = state.row_cost[0] + state.row_cost[1] - state.cost[first] - state.cost[second]
    return change if change <= most and commit(facts, state, first, second) else 0


@njit(cache=True)
def anneal(facts, state, playing, moves, hot, cold, spread):  # type: ignore[no-untyped-def]
    """Try so many moves while the temperature falls geometrically; returns the change of the cost.

    A change is accepted up to -T ln(u), u uniform: the rule of Metropolis, drawn before the change is known.

    Args:
        facts: what does not change.
        state: the plan; changed in place.
        playing: bookings that may move; each has a window.
        moves: moves to try.
        hot, cold: first and last temperature, in minutes of deviation.
        spread: slots from the wish up to which places of bookings without a session are looked for.
    """
    total = 0
    temperature = hot
    cooling = (cold / hot) ** (64.0 / max(moves, 64))
    for move in range(moves):
        if move % 64 == 63:
            temperature *= cooling
        most = int(-temperature * log(1.0 - draw(state)))
        left = state.unplaced_count[0]
        if left and draw(state) < min(0.5, 0.1 + 200.0 * left / len(playing)):
            booking = state.unplaced[draw_number(state, left)]
        else:
            booking = playing[draw_number(state, len(playing))]
            if draw(state) < 0.5:
                rival = playing[draw_number(state, len(playing))]
                if deviation_of(facts, state, rival) > deviation_of(facts, state, booking):
                    booking = rival
        source = state.where[booking]
        kind = draw(state)
        if source != NONE and kind < 0.1:
            slot = state.at[booking]
            partner = draw_host(facts, state, facts.skill[booking], slot)
            if partner not in (NONE, source):
                total += swap_tails(facts, state, source, partner, slot, most)
            continue
        nudge = 0
        if kind > 0.9:
            nudge = 1 if kind > 0.95 else -1
        wanted = draw_begin(facts, state, booking, spread)
        if source != NONE and kind < 0.2:
            total += move_within(facts, state, booking, wanted, nudge, most)
            continue
        target = facts.confirmed_segment[booking]
        if target == NONE or wanted != facts.confirmed_slot[booking] - facts.set_up[booking]:
            target = draw_host(facts, state, facts.skill[booking], wanted)
        if target in (NONE, source):
            continue
        other = NONE
        if kind < 0.7:
            other = occupant(facts, state, target, wanted, wanted + facts.occupied[booking])
        if other == NONE:
            if source == NONE:
                total += move_in(facts, state, booking, target, wanted, nudge, most)
            else:
                total += move_over(facts, state, booking, target, wanted, nudge, most)
        elif facts.may_move[other]:
            if source == NONE:
                total += take_place(facts, state, booking, other, wanted, nudge, most)
            else:
                total += trade(facts, state, booking, other, wanted, nudge, most)
    return total


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
