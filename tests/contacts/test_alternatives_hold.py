"""What is offered can be held: judged by the referee, and against starts told plainly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import Decision, NewTime, planned_day
from optimizer.contacts import ContactList, HeldPlace, contact_list
from tests.contacts.days import (
    decided,
    firsts,
    occupation,
    plain_starts,
    random_day,
    schedule_with,
    some_rebooked,
    verdict,
    with_sessions,
)

SEEDS = st.integers(0, 40)
CHANCE = st.integers(0, 2**32 - 1)


def listed_by_chance(seed: int, chance: int, share: float) -> tuple[ContactList, list[Decision], float]:
    """The contact list after a share of the sessions after some hour is to be rebooked."""
    made = random_day(seed)
    draw = np.random.default_rng(chance)
    now = float(draw.integers(6 * 60, 13 * 60)) + 0.25
    decisions = some_rebooked(made, draw, share, int(now))
    return contact_list(made, planned_day(made, 0), decisions, now), decisions, now


def check_all_first(seed: int, chance: int) -> None:
    """All first alternatives at once, then each further one beside the firsts of all others."""
    made = random_day(seed)
    listed, decisions, now = listed_by_chance(seed, chance, 0.6)
    after = decided(planned_day(made, 0), decisions)
    moved = [one.change.booking_id for one in listed.contacts]
    before = verdict(schedule_with(made, after, (), moved))
    assert before == []
    chosen = firsts(listed.contacts)
    assert verdict(schedule_with(made, after, chosen)) == []
    for contact in listed.contacts:
        name = contact.change.booking_id
        beside = [one for one in chosen if one[0] != name]
        for one in contact.offer.alternatives:
            assert one.start >= now + 60
            assert verdict(schedule_with(made, after, [*beside, (name, one.start, one.agent_id)])) == []


@given(SEEDS, CHANCE)
@settings(max_examples=40, deadline=None)
def test_every_alternative_can_be_held_beside_those_of_all_others(seed: int, chance: int) -> None:
    """The referee accepts all first alternatives at once, and any other beside the firsts of others."""
    check_all_first(seed, chance)


@pytest.mark.soak
@given(st.integers(0, 2_000), CHANCE)
@settings(max_examples=2_000, deadline=None)
def test_every_alternative_can_be_held_in_many_plans(seed: int, chance: int) -> None:
    """The same for many more plans."""
    check_all_first(seed, chance)


@given(SEEDS, CHANCE)
@settings(max_examples=40, deadline=None)
def test_no_two_customers_are_offered_the_same_place(seed: int, chance: int) -> None:
    """Over all alternatives of all customers, no agent's time is promised twice."""
    made = random_day(seed)
    listed, _, _ = listed_by_chance(seed, chance, 0.8)
    minutes = made.bookings.duration_minutes
    taken = sorted(
        (one.agent_id, *occupation(one.start, int(minutes[made.bookings.position[c.change.booking_id]])))
        for c in listed.contacts
        for one in c.offer.alternatives
    )
    for (agent, _, ends), (other, begins, _) in pairwise(taken):
        assert agent != other or ends <= begins


@given(SEEDS, CHANCE)
@settings(max_examples=25, deadline=None)
def test_alternatives_of_one_customer_are_the_nearest_that_are_left(seed: int, chance: int) -> None:
    """Of starts told plainly: the nearest, then the nearest an hour apart, then any nearest beside those."""
    made = random_day(seed)
    draw = np.random.default_rng(chance)
    now = float(draw.integers(6 * 60, 13 * 60))
    decisions = some_rebooked(made, draw, 1.0, int(now))
    if not decisions:
        return
    one = decisions[int(draw.integers(len(decisions)))]
    state = planned_day(made, 0)
    (contact,) = contact_list(made, state, [one], now).contacts
    plan = schedule_with(made, decided(state, [one]), ())
    name, known = contact.change.booking_id, contact.change.before
    found = contact.offer.alternatives
    for count in range(3):
        earlier = [one.start for one in found[:count]]
        kept = with_sessions(made, plan, [(name, one.start, one.agent_id) for one in found[:count]])
        left = plain_starts(made, kept, name, int(now) + 60)
        left = [at for at in left if at != known and at not in earlier]
        left.sort(key=lambda at: (abs(at - known), -at))
        apart = [at for at in left if all(abs(at - other) >= 60 for other in earlier)]
        assert [one.start for one in found[count : count + 1]] == (apart or left)[:1]
        if not left:
            break
    assert bool(contact.offer.reason) == (not found)


@given(SEEDS, CHANCE)
@settings(max_examples=30, deadline=None)
def test_nobody_goes_without_while_a_start_is_left(seed: int, chance: int) -> None:
    """Who is offered nothing could hold no start beside the first alternatives of the others."""
    made = random_day(seed)
    listed, decisions, now = listed_by_chance(seed, chance, 0.7)
    after = decided(planned_day(made, 0), decisions)
    plan = schedule_with(made, after, firsts(listed.contacts))
    for contact in listed.contacts:
        if not contact.offer.alternatives:
            left = plain_starts(made, plan, contact.change.booking_id, int(now + 0.75) + 60)
            assert [at for at in left if at != contact.change.before] == []


@given(SEEDS, CHANCE)
@settings(max_examples=30, deadline=None)
def test_a_new_time_comes_first_and_further_ones_can_be_held(seed: int, chance: int) -> None:
    """The start that is decided is the first alternative; each further one passes the referee instead."""
    made = random_day(seed)
    listed, decisions, now = listed_by_chance(seed, chance, 0.5)
    today = [
        NewTime(booking_id=c.change.booking_id, agent_id=one.agent_id, start=one.start)
        for c in listed.contacts
        for one in c.offer.alternatives[:1]
        if one.start < 1440
    ]
    instead = {one.booking_id for one in today}
    made_of = [*today, *(one for one in decisions if one.booking_id not in instead)]
    again = contact_list(made, planned_day(made, 0), made_of, now)
    after = decided(planned_day(made, 0), made_of)
    new = {one.booking_id: one for one in today}
    for contact in again.contacts:
        if contact.change.kind != "new_time":
            continue
        name = contact.change.booking_id
        first, *others = contact.offer.alternatives
        assert (first.start, first.agent_id, first.decided) == (new[name].start, new[name].agent_id, True)
        beside = [one for one in firsts(again.contacts) if one[0] != name]
        for one in others:
            assert verdict(schedule_with(made, after, [*beside, (name, one.start, one.agent_id)], new)) == []


@given(SEEDS, CHANCE)
@settings(max_examples=30, deadline=None)
def test_places_of_an_earlier_list_are_not_offered_to_others(seed: int, chance: int) -> None:
    """Two lists one after the other: their first alternatives pass the referee together."""
    made = random_day(seed)
    draw = np.random.default_rng(chance)
    now = float(draw.integers(6 * 60, 11 * 60))
    decisions = some_rebooked(made, draw, 0.8, int(now))
    half = len(decisions) // 2
    state = planned_day(made, 0)
    first = contact_list(made, state, decisions[:half], now)
    state = decided(state, decisions[:half])
    second = contact_list(made, state, decisions[half:], now, held=first.places)
    chosen = firsts([*first.contacts, *second.contacts])
    assert verdict(schedule_with(made, decided(state, decisions), chosen)) == []


def test_a_place_is_free_again_when_its_time_is_over() -> None:
    """A held place keeps others away until its end, and no longer."""
    made = random_day(3)
    state, now = planned_day(made, 0), 7 * 60.0
    decisions = some_rebooked(made, np.random.default_rng(0), 1.0)
    alone = next(
        found
        for one in decisions
        for found in contact_list(made, state, [one], now).contacts
        if found.offer.alternatives
    )
    name, best = alone.change.booking_id, alone.offer.alternatives[0]
    one = next(decision for decision in decisions if decision.booking_id == name)
    other = next(b for b in made.bookings.booking_id.tolist() if b != name)
    team = made.agents.agent_id.tolist()
    for until, kept in ((int(now) + 1, True), (int(now), False)):
        held = [HeldPlace(other, agent, best.start, until) for agent in team]
        (contact,) = contact_list(made, state, [one], now, held=held).contacts
        starts = [found.start for found in contact.offer.alternatives]
        assert (best.start not in starts) == kept
