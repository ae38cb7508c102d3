"""What it would cost to have a booking at its wished start, or to have it placed at all.

The best change of the plan is sought by an exact model: over everything where the case is small, else over
growing neighbourhoods while all other sessions stay. Changes are compared level by level as the objective is:
bookings placed of each priority, confirmations kept, minutes of deviation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.bounds import placed_bound
from optimizer.allocation.pins import fixed_pins
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.size import is_small
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget
from optimizer.explanations.standing import Standing
from optimizer.solve_result import SolveStatus

SIZES = (1, 2, 4, 8)
"""Segments that could hold the booking, in neighbourhoods of growing size; as many others are freed."""

LARGEST_PROOF = 4_000
"""Pairs of a booking and a segment up to which it is asked whether all placed ones can stay placed."""

SHARE_OF_PROOF = 0.3
"""Part of the work that a proof for the whole plan may use."""


@dataclass(frozen=True)
class Move:
    """A session that a changed plan has elsewhere, has no more, or has anew; placements as (slot, agent)."""

    booking: int
    before: Placement | None
    after: Placement | None


@dataclass(frozen=True)
class Price:
    """The best change found that gives a booking what it lacks.

    Attributes:
        moves: what changes; the booking itself is among them.
        placed: more bookings placed, of priority 1 to 9; negative when fewer.
        kept: more confirmations kept.
        own_deviation, others_deviation: more minutes of deviation, of the booking and of all others; those
            that lose their place count no more, those that win one count from then on.
        whole_plan: whether all bookings and segments were in the model, or a neighbourhood only.
        proven: whether no better change exists there.
        segments, sessions: size of the neighbourhood.
    """

    moves: tuple[Move, ...]
    placed: tuple[int, ...]
    kept: int
    own_deviation: int
    others_deviation: int
    whole_plan: bool
    proven: bool
    segments: int
    sessions: int

    @property
    def worth(self) -> tuple[tuple[int, ...], int, int]:
        """The change of the objective, level by level; greater is better."""
        return self.placed, self.kept, -(self.own_deviation + self.others_deviation)

    @property
    def displaced(self) -> tuple[int, ...]:
        """Bookings that lose their place."""
        return tuple(move.booking for move in self.moves if move.after is None)

    @property
    def won(self) -> tuple[int, ...]:
        """Bookings that win a place."""
        return tuple(move.booking for move in self.moves if move.before is None)

    @property
    def is_gain(self) -> bool:
        """Whether the changed plan is better than the plan as it stands."""
        return self.worth > ((0,) * 9, 0, 0)

    @property
    def is_free(self) -> bool:
        """Whether the changed plan is exactly as good."""
        return self.worth == ((0,) * 9, 0, 0)


@dataclass(frozen=True)
class _Neighbourhood:
    segments: tuple[int, ...]
    bookings: tuple[int, ...]
    whole_plan: bool


def find_price(standing: Standing, booking: int, slot: int, budget: Budget) -> Price | None:
    """The best change found in which the booking starts at a slot, or anywhere for NOBODY.

    None when none was found within the work limit, or when there is none (see :func:`is_shut_out`).
    """
    best: Price | None = None
    known: Mapping[int, Placement] | None = None
    for neighbourhood in _neighbourhoods(standing, booking, slot):
        share = budget.work_left if neighbourhood.whole_plan else 0.5 * budget.work_left
        known, proven = _best_change(standing, booking, slot, neighbourhood, known, budget, share)
        if known is not None:
            found = _price(standing, booking, known, neighbourhood, proven)
            better = best is None or found.worth > best.worth
            best = found if better or (best and found.worth == best.worth and found.proven) else best
        if budget.is_spent():
            break
    return best


def is_shut_out(standing: Standing, booking: int, budget: Budget) -> bool:
    """Whether it is proven that fixed pins leave the booking no place in any plan."""
    problem, near = standing.problem, standing.neighbourhoods
    pins = {pin: set(near.hosts(pin).tolist()) for pin in fixed_pins(problem)}
    people = set(problem.people[booking])
    sharing = [segments for pin, segments in pins.items() if people & set(problem.people[pin])]
    segments = set(_hosts(standing, booking, NOBODY)).union(*sharing)
    chosen = [*(pin for pin, hosts in pins.items() if hosts <= segments), booking]
    model = SessionModel(WorkingPlan(problem), sorted(segments), chosen, required=frozenset(chosen))
    return budget.solve(model.model, budget.work_left).status is SolveStatus.INFEASIBLE


def must_displace(standing: Standing, booking: int, slot: int, budget: Budget) -> bool:
    """Whether it is proven, for the whole plan, that having it keeps some booking placed now from any place.

    Sessions that can be nowhere but in certain segments need these whatever the others do. So when they
    cannot all stand there together with the booking, one of them loses its place. The segments are first
    those that could hold the booking, then also those that could hold what stands in these, and so on.
    """
    problem, budget_for_it = standing.problem, SHARE_OF_PROOF * budget.work_left
    spent_before = budget.work_used
    hosts = set(_hosts(standing, booking, slot))
    while budget.work_used - spent_before < budget_for_it:
        inside = standing.neighbourhoods.sessions_in(sorted(hosts))
        reach = {
            other: set(standing.neighbourhoods.hosts(other).tolist()) for other in inside if other != booking
        }
        bound_here = [other for other, segments in reach.items() if segments <= hosts]
        chosen = [*bound_here, booking]
        if len(chosen) * len(hosts) > LARGEST_PROOF:
            break
        model = SessionModel(WorkingPlan(problem), sorted(hosts), chosen, required=frozenset(chosen))
        if slot != NOBODY:
            model.hold(booking, slot)
        left = budget_for_it - (budget.work_used - spent_before)
        if budget.solve(model.model, left).status is SolveStatus.INFEASIBLE:
            return True
        wider = hosts.union(*reach.values())
        if wider == hosts:
            return False
        hosts = wider
    unplaced = booking not in standing.plan.sessions
    return unplaced and placed_bound(problem) <= len(standing.plan.sessions)


def _neighbourhoods(standing: Standing, booking: int, slot: int) -> list[_Neighbourhood]:
    """All of a small plan; else neighbourhoods of growing size."""
    problem = standing.problem
    if is_small(problem):
        return [_Neighbourhood(tuple(range(len(problem.segments))), tuple(problem.placeable.tolist()), True)]
    found: list[_Neighbourhood] = []
    freed: set[int] = set()
    for size in SIZES:
        freed |= set(_segments_around(standing, booking, slot, size))
        segments = sorted(freed)
        inside = set(standing.neighbourhoods.sessions_in(segments)) | {booking}
        found.append(_Neighbourhood(tuple(segments), tuple(sorted(inside)), whole_plan=False))
    return found


def _hosts(standing: Standing, booking: int, slot: int) -> list[int]:
    """Segments that could hold the booking at the slot, or in its windows, were they empty."""
    if slot != NOBODY:
        return standing.able_segments(booking, slot)
    hosts: list[int] = standing.neighbourhoods.hosts(booking).tolist()
    return hosts


def _segments_around(standing: Standing, booking: int, slot: int, size: int) -> list[int]:
    """Hosts with the most room, the booking's own segment, those of its people's sessions, and others' room.

    Fixed sessions in the way put a host last.
    """
    problem, plan, near = standing.problem, standing.plan, standing.neighbourhoods
    hosts = _hosts(standing, booking, slot)

    def burden(segment: int) -> tuple[int, int, int, int]:
        agent = problem.segments.rows[segment][0]
        there = standing.sessions_in_the_way(booking, slot, agent) if slot != NOBODY else []
        fixed = sum(1 for other in there if problem.fixed_slot[other] != NOBODY)
        return fixed, len(there), -near.free_slots(segment), segment

    chosen = sorted(hosts, key=burden)[:size]
    in_the_way = standing.sessions_of_its_people(booking, slot) if slot != NOBODY else []
    for other in (booking, *in_the_way):
        if other in plan.sessions:
            at, agent = plan.sessions[other]
            chosen.append(problem.segment_at(agent, at))
    movable = near.sessions_in(sorted(set(chosen)))
    return sorted({*chosen, *_with_room(standing, movable, size)})


def _with_room(standing: Standing, bookings: Sequence[int], count: int) -> list[int]:
    """Segments, a few, where some of these bookings would find a free place, nearest to their wishes."""
    problem, plan = standing.problem, standing.plan
    found: dict[int, int] = {}
    for booking in bookings:
        starts = plan.possible_starts(booking, leaving_out=(booking,))
        kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
        for agent in problem.allowed_agents(booking)[: 4 * count]:
            free = plan.free_starts(agent, *kind) & starts
            if free:
                slot, away = _nearest(standing, booking, free)
                segment = problem.segment_at(agent, slot)
                found[segment] = min(found.get(segment, away), away)
    return sorted(found, key=lambda segment: (found[segment], segment))[:count]


def _nearest(standing: Standing, booking: int, starts: int) -> tuple[int, int]:
    """Of starts the one nearest to the wish, with its deviation."""
    wish = int(standing.problem.wish[booking])
    lowest = (starts & -starts).bit_length() - 1
    if wish == MISSING:
        return lowest, 0
    slots = np.array([at for at in range(lowest, starts.bit_length()) if starts >> at & 1], dtype=np.int64)
    away: IntArray = standing.problem.deviations(booking, slots)
    place = int(np.argmin(away))
    return int(slots[place]), int(away[place])


def _best_change(
    standing: Standing,
    booking: int,
    slot: int,
    neighbourhood: _Neighbourhood,
    known: Mapping[int, Placement] | None,
    budget: Budget,
    work: float,
) -> tuple[Mapping[int, Placement] | None, bool]:
    """Solve a neighbourhood level by level; the whole plan after the best change, and whether it is proven.

    Args:
        known: the whole plan after a change known already, which the search starts from.
    """
    problem, plan = standing.problem, standing.plan
    required = frozenset(b for b in neighbourhood.bookings if problem.fixed_slot[b] != NOBODY) | {booking}
    model = SessionModel(plan, neighbourhood.segments, neighbourhood.bookings, required=required)
    if slot != NOBODY:
        model.hold(booking, slot)
    inside = set(neighbourhood.bookings)
    best = known if known is not None else _by_giving_way(standing, booking, slot)
    proven = True
    for level in (model.placed(), model.kept()[0], -model.deviation()[0]):
        best, optimum = _solve_level(standing, model, level, best, inside, budget, 0.5 * work)
        if optimum is None:
            proven = False
            break
        model.model.add(level == optimum)
    return best, proven and best is not None


def _solve_level(
    standing: Standing,
    model: SessionModel,
    level: cp_model.LinearExpr,
    best: Mapping[int, Placement] | None,
    inside: set[int],
    budget: Budget,
    work: float,
) -> tuple[Mapping[int, Placement] | None, int | None]:
    if best is not None:
        model.hint({booking: place for booking, place in best.items() if booking in inside})
    model.model.maximize(level)
    outcome = budget.solve(model.model, work)
    if not outcome.found:
        return best, None
    outside = {b: place for b, place in standing.plan.sessions.items() if b not in inside}
    optimum = round(outcome.objective) if outcome.status is SolveStatus.OPTIMAL else None
    return outside | model.placements(outcome), optimum


def _by_giving_way(standing: Standing, booking: int, slot: int) -> dict[int, Placement] | None:
    """The plain change: those in the way of the least burdened agent lose their places."""
    if slot == NOBODY:
        return None
    problem, plan = standing.problem, standing.plan
    people = standing.sessions_of_its_people(booking, slot)
    options = []
    for segment in standing.able_segments(booking, slot):
        agent = problem.segments.rows[segment][0]
        leaving = {*standing.sessions_in_the_way(booking, slot, agent), *people}
        if all(problem.fixed_slot[other] == NOBODY for other in leaving):
            urgent = sorted(int(problem.priority[other]) for other in leaving)
            options.append((len(leaving), [-p for p in urgent], agent, leaving))
    if not options:
        return None
    _, _, agent, leaving = min(options, key=lambda option: option[:3])
    changed = {other: place for other, place in plan.sessions.items() if other not in leaving}
    return changed | {booking: (slot, agent)}


def _price(
    standing: Standing,
    booking: int,
    changed: Mapping[int, Placement],
    neighbourhood: _Neighbourhood,
    proven: bool,
) -> Price:
    """Compare the changed plan with the plan as it stands."""
    problem, before = standing.problem, standing.plan.sessions
    moves = []
    placed, kept, own, others = [0] * 9, 0, 0, 0
    for other in sorted(before.keys() | changed.keys()):
        was, now = before.get(other), changed.get(other)
        if was == now:
            continue
        moves.append(Move(other, was, now))
        for sign, place in ((-1, was), (1, now)):
            if place is not None:
                placed[int(problem.priority[other]) - 1] += sign
                kept += sign * problem.keeps_confirmation(other, *place)
                minutes = sign * problem.deviation(other, place[0])
                own, others = (own + minutes, others) if other == booking else (own, others + minutes)
    sessions = sum(1 for other in neighbourhood.bookings if other in before)
    return Price(
        moves=tuple(moves),
        placed=tuple(placed),
        kept=kept,
        own_deviation=own,
        others_deviation=others,
        whole_plan=neighbourhood.whole_plan,
        proven=proven,
        segments=len(neighbourhood.segments),
        sessions=sessions,
    )
