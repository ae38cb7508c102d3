"""The moves of the annealing, compiled by Numba; see `kernel` for what they change."""

from __future__ import annotations

from math import log

from numba import njit

from optimizer.allocation.annealing.kernel import (
    NONE,
    commit,
    copy_without,
    deviation_of,
    draw,
    draw_number,
    insert,
    leave_out,
    no_longer_left_out,
    retime,
)

HOSTS_COMPARED = 5
"""Segments among which a booking without a session chooses while places are looked for: most are full."""


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
def emptiest_host(facts, state, skill, slot):  # type: ignore[no-untyped-def]
    """Of some segments drawn like `draw_host`, the one with most free time; or NONE."""
    found = draw_host(facts, state, skill, slot)
    if found == NONE:
        return NONE
    most = facts.segment_end[found] - facts.segment_start[found] - state.used[found]
    for _ in range(1, HOSTS_COMPARED):
        host = draw_host(facts, state, skill, slot)
        free = facts.segment_end[host] - facts.segment_start[host] - state.used[host]
        if free > most:
            found, most = host, free
    return found


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
def gathers(facts, state, source, target, slots):  # type: ignore[no-untyped-def]
    """What it is worth, in minutes, that the source has so many more free slots and the target so many fewer.

    Free time is worth its square: in one piece it can take another session, scattered it is lost.
    """
    here = facts.segment_end[source] - facts.segment_start[source] - state.used[source]
    there = facts.segment_end[target] - facts.segment_start[target] - state.used[target]
    return 2 * facts.gathering * slots * (here - there + slots)


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
    most += gathers(facts, state, source, target, facts.occupied[booking])
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
    most += gathers(facts, state, source, target, longer)
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
    if facts.gathering:
        used = 0
        for place in range(state.row_count[0]):
            used += facts.occupied[state.row_order[0, place]]
        most += gathers(facts, state, first, second, state.used[first] - used)
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
            if source == NONE and facts.gathering:
                target = emptiest_host(facts, state, facts.skill[booking], wanted)
            else:
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
