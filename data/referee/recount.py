"""What a roster and a schedule achieve, counted anew from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from data.model import MISSING, MOST_DEMANDED_SKILLS, Case
from data.model.columns import BoolArray, IntArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.recount_of_overtime import overtime_cost
from data.referee.recount_of_runs import (
    back_to_back,
    order_inversions,
    pairs_in_a_row,
    unfairness_minutes,
)
from data.referee.recount_of_shares import unfair_shares
from data.referee.recount_of_shifts import shift_demand_cost
from data.referee.recount_of_wishes import wishes_not_met
from data.referee.roster_facts import RosterFacts

CELLS_AT_ONCE = 8_000_000
"""Bounds the memory of the recount: sets of skills x intervals looked at in one step."""


@dataclass(frozen=True)
class Recount:
    """The figures of the objective, from the tables alone.

    Attributes:
        placed: bookings of the case with a session.
        unplaced: bookings of the case without one.
        eligible: bookings that break no rule of eligibility.
        pins: bookings with a pin, fixed or movable.
        pins_kept: of which the session is at the pinned start, with the pinned agent where one is named.
        deviation_minutes: sum over placed bookings of the distance from the wished start, where one is given.
        back_to_back: pairs of sessions of one holder right behind each other with one agent.
        unfairness_minutes: distance of the agents from the occupation of their pool, rounded down by pool.
        order_inversions: joint or judicial sessions with a single one right behind.
        required: agent-intervals required.
        covered: of which covered.
        under: required agent-intervals that lack an agent.
        over: agent-intervals in service beyond what covers a requirement.
        start_shift_minutes: how far duties start from the agent's median start of day, summed over duties.
        wishes_not_met: sum of the weights of wishes that the duties do not meet.
        unfair_shares: weekend days, late duties and wishes not met beyond what agents who are alike have on
            average, rounded up, or missing to it, rounded down.
        overtime_minutes: of all agents' days, each in whole minutes.
        staffing_cost: under and over, those of shift demand, overtime, and wishes not met, each at its price.
    """

    placed: int
    unplaced: int
    eligible: int
    pins: int
    pins_kept: int
    deviation_minutes: int
    back_to_back: int
    unfairness_minutes: int
    order_inversions: int
    required: int
    covered: int
    under: int
    over: int
    start_shift_minutes: int
    wishes_not_met: int
    unfair_shares: int
    overtime_minutes: int
    staffing_cost: int


_counted: WeakKeyDictionary[Case, Recount] = WeakKeyDictionary()


def recount(case: Case) -> Recount:
    """Count what the roster and the schedule of a case achieve, legal or not.

    A case never changes, so it is counted once: for the judge of an answer, and for the summary after it.

    Raises:
        ValueError: when more than `MOST_DEMANDED_SKILLS` skills are demanded.
    """
    if case not in _counted:
        _counted[case] = _recount(case)
    return _counted[case]


def _recount(case: Case) -> Recount:
    facts = Facts(case)
    bookings, sessions = case.bookings, facts.sessions
    # Of a booking with several sessions (a violation) the last row counts.
    start = np.full(len(bookings), MISSING, dtype=np.int64)
    start[sessions.booking[sessions.known]] = sessions.start[sessions.known]
    agent = np.full(len(bookings), "", dtype=object)
    agent[sessions.booking[sessions.known]] = case.sessions.agent_id[sessions.known]
    placed = np.zeros(len(bookings), dtype=np.bool_)
    placed[sessions.booking[sessions.known]] = True

    pinned = np.asarray(bookings.pin != "", dtype=np.bool_)
    kept = pinned & placed & (start == bookings.pinned_start)
    kept &= np.asarray((bookings.pinned_agent == "") | (bookings.pinned_agent == agent), dtype=np.bool_)
    wished = placed & (bookings.preferred_start != MISSING)
    deviation = np.abs(start[wished] - bookings.preferred_start[wished])

    in_a_row = pairs_in_a_row(facts)

    required, in_service, under = _coverage(facts.roster)
    total, missing = int(required.sum()), int(under.sum())
    lost = wishes_not_met(case, facts.roster)
    return Recount(
        placed=int(placed.sum()),
        unplaced=int((~placed).sum()),
        eligible=int(facts.eligible.sum()),
        pins=int(pinned.sum()),
        pins_kept=int(kept.sum()),
        deviation_minutes=int(deviation.sum()),
        back_to_back=back_to_back(facts, in_a_row),
        unfairness_minutes=unfairness_minutes(facts),
        order_inversions=order_inversions(facts, in_a_row),
        required=total,
        covered=total - missing,
        under=missing,
        over=int(in_service.sum()) - (total - missing),
        start_shift_minutes=_start_shift(case),
        unfair_shares=unfair_shares(facts),
        wishes_not_met=lost,
        overtime_minutes=int(facts.roster.overtime_minutes.sum()),
        staffing_cost=_priced(facts.roster, in_service, required, under)
        + shift_demand_cost(facts.roster)
        + overtime_cost(facts.roster)
        + case.plan.wish_price * lost,
    )


def _priced(roster: RosterFacts, in_service: IntArray, required: IntArray, under: IntArray) -> int:
    """Agents lacking and beyond what is required, per interval, at the prices of the interval's demand."""
    demand, length = roster.case.demand, roster.case.plan.demand_interval_minutes
    per_missing = np.ones(len(required), dtype=np.int64)
    per_spare = np.full(len(required), 0 if len(roster.case.shift_demand) else 1, dtype=np.int64)
    inside = (demand.starts_at >= 0) & (demand.starts_at < roster.axis.end)
    per_missing[demand.starts_at[inside] // length] = demand.under_price[inside]
    per_spare[demand.starts_at[inside] // length] = demand.over_price[inside]
    over = in_service - (required - under)
    return int((per_missing * under + per_spare * over).sum())


def _start_shift(case: Case) -> int:
    """Of duties in the horizon; distances to a median: an agent's later half of starts less the earlier."""
    axis = case.axis
    times: dict[str, list[int]] = {}
    starts = {start for start in set(case.duties.starts_at.tolist()) if 0 <= start < axis.end}
    minute_of_day = {start: axis.minute_of_day(start) for start in starts}
    for agent, start in zip(case.duties.agent_id.tolist(), case.duties.starts_at.tolist(), strict=True):
        if start in minute_of_day:
            times.setdefault(agent, []).append(minute_of_day[start])
    total = 0
    for listed in times.values():
        listed.sort()
        half = len(listed) // 2
        total += sum(listed[len(listed) - half :]) - sum(listed[:half])
    return total


def _coverage(roster: RosterFacts) -> tuple[IntArray, IntArray, IntArray]:
    """Required, agents in service, and agents lacking, per demand interval of the horizon."""
    required, skills = _requirement(roster)
    free_for = _skill_sets(roster, skills)
    serving = _in_service(roster)
    sets, place = np.unique(free_for, return_inverse=True)
    serving_of_set = np.zeros((serving.shape[1], len(sets)), dtype=np.int64)
    for number in range(len(sets)):
        serving_of_set[:, number] = serving[place == number].sum(axis=0)
    in_service = serving_of_set.sum(axis=1).astype(np.int64)
    total = required.sum(axis=1)
    under = np.zeros(len(required), dtype=np.int64)
    asked = np.flatnonzero(total > 0)  # where nothing is required, nobody lacks
    step = max(1, CELLS_AT_ONCE >> len(skills))
    for low in range(0, len(asked), step):
        part = asked[low : low + step]
        by_set = np.zeros((len(part), 1 << len(skills)), dtype=np.int64)
        by_set[:, sets] = serving_of_set[part]
        under[part] = _largest_deficiency(required[part], by_set, in_service[part])
    return total, in_service, under


def _largest_deficiency(required: IntArray, by_set: IntArray, in_service: IntArray) -> IntArray:
    """Agents lacking per interval, by Ore's deficiency form of Hall's theorem.

    What the best matching of agents to requirements leaves open is the largest, over sets S of skills, of
    required(S) - (agents in service with a skill in S). The empty set gives 0.

    Args:
        required: intervals x skills.
        by_set: intervals x 2^skills: agents in service whose skills are exactly that set.
        in_service: intervals.
    """
    count = required.shape[1]
    within = by_set.copy()
    needed = np.zeros_like(within)
    for bit in range(count):
        # Both sums over subsets grow one skill at a time.
        halves = within.reshape(len(within), -1, 2, 1 << bit)
        halves[:, :, 1, :] += halves[:, :, 0, :]
        sums = needed.reshape(len(needed), -1, 2, 1 << bit)
        sums[:, :, 1, :] += required[:, bit][:, None, None]
    # Agents without any skill of S are those whose skills are all in the complement, which mirrors S.
    able = in_service[:, None] - within[:, ::-1]
    return np.asarray((needed - able).max(axis=1), dtype=np.int64)


def _requirement(roster: RosterFacts) -> tuple[IntArray, list[str]]:
    """Intervals of the horizon x skills demanded: agents required; and the skills.

    A demand row outside the horizon requires nothing here; one that starts within an interval counts for it.
    """
    demand, length = roster.case.demand, roster.case.plan.demand_interval_minutes
    skills = sorted(set(demand.skill[demand.required > 0].tolist()))
    if len(skills) > MOST_DEMANDED_SKILLS:
        raise ValueError(f"{len(skills)} skills are demanded, expected {MOST_DEMANDED_SKILLS} at most")
    number = {name: n for n, name in enumerate(skills)}
    required = np.zeros((roster.axis.end // length, len(skills)), dtype=np.int64)
    rows = np.flatnonzero(
        (demand.starts_at >= 0) & (demand.starts_at < roster.axis.end) & (demand.required > 0)
    )
    columns = np.array([number[name] for name in demand.skill[rows].tolist()], dtype=np.int64)
    np.add.at(required, (demand.starts_at[rows] // length, columns), demand.required[rows])
    return required, skills


def _skill_sets(roster: RosterFacts, skills: list[str]) -> IntArray:
    """Per agent: which of these skills the agent has, as a sum of powers of two."""
    numbers, has = roster.skills
    pattern = np.zeros(len(roster.agents), dtype=np.int64)
    for bit, name in enumerate(skills):
        if name in numbers:
            pattern += has[:, numbers[name]].astype(np.int64) << bit
    return pattern


def _in_service(roster: RosterFacts) -> BoolArray:
    """Agents x intervals: true where the agent is in service for the whole interval."""
    grid, length = roster.axis.grid_minutes, roster.case.plan.demand_interval_minutes
    cells = roster.axis.end // grid
    duty, start, end = roster.segments
    agent = roster.agent[duty]
    low = np.clip(-(-start // grid), 0, cells)
    high = np.clip(end // grid, 0, cells)
    rows = np.flatnonzero((agent != NONE) & (high > low))
    change = np.zeros((len(roster.agents), cells + 1), dtype=np.int16)
    np.add.at(change, (agent[rows], low[rows]), 1)
    np.add.at(change, (agent[rows], high[rows]), -1)
    serving = np.cumsum(change[:, :cells], axis=1, dtype=np.int16) > 0
    per_interval = length // grid
    intervals = cells // per_interval
    whole = serving[:, : intervals * per_interval].reshape(len(serving), intervals, per_interval)
    return np.asarray(whole.all(axis=2), dtype=np.bool_)
