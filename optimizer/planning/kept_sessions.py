"""Sessions after a change, with starts that customers know kept: agents are found anew before starts are.

What is placed goes through the same desk as what is sold (`optimizer.offers`): every start that is given
leaves all others placeable.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.model import Case, Schedule
from data.progress import Progress
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.binding import Limits
from optimizer.offers.state import OfferState, Placed, Status
from optimizer.offers.wanted import KnownBookings
from optimizer.solve_result import SolveResult, SolveStatus

THOROUGH = Limits(chain=20_000, exhaustive=50_000)
"""Work for a session that loses its agent: it keeps its start if that can be shown at all."""

QUICK = Limits(chain=600, exhaustive=0)
"""Work for each start that is tried instead."""

TELL_EVERY = 20


@dataclass(frozen=True)
class Held:
    """What a customer was told, and the nominal agent; a start in minutes on the planning axis."""

    start: int
    agent_id: str = ""


def keep_sessions(case: Case, held: Mapping[str, Held], progress: Progress) -> SolveResult[Schedule]:
    """A schedule in which as many as can be shown keep their start; the others get the nearest one there is.

    First come fixed pins, then sessions whose agent is still free, those for which another is found by a
    chain of exchanges, new starts in the windows for those who lose theirs, and last bookings without a
    session.
    No bound is proven.

    Args:
        case: with its roster; its own schedule is not read.
        held: by booking.

    Returns:
        A result without an answer when a fixed pin cannot be kept; the clash names its bookings.
    """
    began = time.monotonic()
    known = KnownBookings(case)
    state = OfferState(known, case.plan.as_of)
    asked = _asked(known, held)
    fixed = [(placed, agent) for placed, agent in asked if _is_fixed(known, placed)]
    unkept = tuple(placed.wanted.booking for placed in _without_place(state, fixed))
    if unkept:
        return _result(SolveStatus.NO_SOLUTION_IN_TIME, None, began, unkept)
    lost = _without_place(state, [(placed, agent) for placed, agent in asked if not _is_fixed(known, placed)])
    wanting = [(placed.wanted.booking, placed.start) for placed in lost]
    wanting += [(name, _wish(known, name)) for name in case.bookings.booking_id.tolist() if name not in held]
    wanting = [(name, near) for name, near in wanting if name not in state.placed]
    for number, (name, near) in enumerate(wanting):
        if number % TELL_EVERY == 0:
            progress(number / len(wanting), "new starts")
        _place_near(state, name, near)
    return _result(SolveStatus.FEASIBLE, _schedule(case, state), began)


def _without_place(state: OfferState, asked: Sequence[tuple[Placed, int]]) -> list[Placed]:
    """Place sessions at their starts, with their nominal agents or others; returns those that cannot be."""
    homeless = [
        placed for placed, agent in asked if agent == NOBODY or not state.place_as_planned(placed, agent)
    ]
    urgent = sorted(homeless, key=lambda placed: placed.wanted.priority)
    return [placed for placed in urgent if not state.place(placed, THOROUGH)]


def _asked(known: KnownBookings, held: Mapping[str, Held]) -> list[tuple[Placed, int]]:
    """What is to be kept, each with its nominal agent: what was told, and fixed pins before it."""
    case, found = known.case, []
    grid, agents, bookings = case.axis.grid_minutes, case.agents.position, case.bookings
    for row, name in enumerate(bookings.booking_id.tolist()):
        told = held.get(name)
        bound = NOBODY
        if bookings.pin[row] == "fixed":
            told = Held(int(bookings.pinned_start[row]), told.agent_id if told else "")
            bound = agents.get(bookings.pinned_agent[row], NOBODY)
        wanted = known.wanted(name)
        if told is not None and not wanted.broken:
            placed = Placed(wanted, told.start // grid, Status.SOLD, agent=bound)
            nominal = bound if bound != NOBODY else agents.get(told.agent_id, NOBODY)
            found.append((placed, nominal))
    return found


def _is_fixed(known: KnownBookings, placed: Placed) -> bool:
    bookings = known.case.bookings
    return bool(bookings.pin[bookings.position[placed.wanted.booking]] == "fixed")


def _wish(known: KnownBookings, name: str) -> int:
    """The slot of a booking's wish; without one it is as early as possible."""
    bookings = known.case.bookings
    return max(0, int(bookings.preferred_start[bookings.position[name]])) // known.case.axis.grid_minutes


def _place_near(state: OfferState, name: str, near: int) -> None:
    """Give a booking the start nearest to a slot, if there is any."""
    wanted = state.known.wanted(name)
    if wanted.broken:
        return
    bits = state.possible(wanted)
    starts = [slot for slot in range(bits.bit_length()) if bits >> slot & 1]
    for start in sorted(starts, key=lambda slot: (abs(slot - near), slot)):
        free = state.refusal(wanted, start, QUICK) is None
        if free and state.place(Placed(wanted, start, Status.SOLD), QUICK):
            return


def _schedule(case: Case, state: OfferState) -> Schedule:
    """The schedule with reasons and alternatives for whoever has no session."""
    plan = WorkingPlan(build_problem(case))
    for name, placed in state.placed.items():
        agent = case.agents.position[state.agent_of(name)]
        plan.place(case.bookings.position[name], placed.start, agent)
    return schedule_of(plan)


def _result(
    status: SolveStatus, answer: Schedule | None, began: float, clash: tuple[str, ...] = ()
) -> SolveResult[Schedule]:
    return SolveResult(
        status=status,
        answer=answer,
        levels=(),
        engine="kept starts",
        seconds=time.monotonic() - began,
        reproducible=True,
        clash=clash,
    )
