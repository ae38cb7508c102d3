"""Bookings placed beside sessions that are there: promised starts stay, or as few as possible move.

1. Every session that its agent can still hold is fixed where it is, and the others get another agent at their
   start or, where sessions may move, another start. What has no session is placed in the time that is free.
2. What finds no place is placed by exchanges of agents, which no customer notices.
3. Where sessions may move and something is left over, everything is looked at once more with all sessions as
   movable pins: as many bookings placed as possible, then as many sessions kept as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np

from data.eligibility.order import r02_earliest_start
from data.model import MISSING, Bookings, Case, Participants, Promise, Sessions, Unplaced
from data.model.schedule import Schedule
from data.progress import Progress, no_progress, part_of
from optimizer.allocation.bounds import placed_bound
from optimizer.allocation.held_back import placed_bound_beside
from optimizer.allocation.levels import Proof, report
from optimizer.allocation.pins import holds_alone
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.planning.faults import RefereeDisagreesError
from optimizer.planning.judged_allocations import judge_allocation, judged_allocation
from optimizer.planning.sold_starts import SoldStart, sold_starts
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus

LEAST_WORK, WORK_A_BOOKING, MOST_WORK = 1.0, 0.02, 60.0
"""Work of a search for which none was named: by what is to be decided."""

Pin = tuple[Literal["fixed", "movable"], int, str]
"""Sort, start in minutes, and agent (empty: any)."""


@dataclass(frozen=True)
class Replanned:
    """What became of a case.

    Attributes:
        result: of the search; without an answer nothing else is of interest.
        sessions: those that are different now, by booking; None: given up.
        why: for each of these.
        unplaced: bookings left out.
        promises: holds that have another agent now.
    """

    result: SolveResult[Schedule]
    sessions: dict[str, SoldStart | None]
    why: dict[str, str]
    unplaced: Unplaced
    promises: tuple[Promise, ...]


class _Standing:
    """A case with what is sold and held in it, and how firmly.

    Attributes:
        case: with rows that stand for what is held, and without bookings that want no session.
        held: promises with a start.
        now_at: what has a start, sold or held.
        loose: of these, what its agent can hold no longer.
        over: of the loose, those that have been; they are left alone.
        undecided: how many bookings could have a session and have none that stands.
    """

    def __init__(self, case: Case, promises: Sequence[Promise], now: datetime) -> None:
        self.held = {promise.booking_id: promise for promise in promises if promise.takes_time}
        placed = set(case.sessions.booking_id.tolist())
        asleep = {p.booking_id for p in promises if p.status in ("cancelled", "waiting")} - placed
        self.case = _with_stand_ins(_without(case, asleep | self.held.keys()), self.held)
        plan = case.plan.model_copy(update={"as_of": max(case.plan.as_of, now)})
        self.case = replace(self.case, plan=plan, unplaced=Unplaced.empty())
        self.now_at = sold_starts(case.sessions)
        self.now_at |= {
            name: SoldStart(promise.agent_id or "", promise.start or 0, promise.duration_minutes)
            for name, promise in self.held.items()
        }
        self.loose, self.over = self._unsteady(now)
        self.case = _without(self.case, self.over)
        for name in self.over:
            del self.now_at[name]
        self._earliest = r02_earliest_start(self.case)

    def is_firm(self, name: str) -> bool:
        """Whether a start may not be another one, whatever may move: held, fixed by its pin, or too soon."""
        at, row = self.now_at[name], self.case.bookings.position[name]
        fixed = self.case.bookings.pin[row] == "fixed" and self.case.bookings.pinned_start[row] == at.start
        return bool(name in self.held or fixed or at.start < self._earliest[row])

    def pins(self, *, agents_stay: bool, may_move: bool, all_move: bool = False) -> dict[str, Pin]:
        """Pins for what has a start.

        Args:
            agents_stay: what its agent can hold stays with the agent.
            may_move: what its agent can't hold may have another start.
            all_move: so may everything else that is not firm.
        """
        pins: dict[str, Pin] = {}
        for name, at in self.now_at.items():
            movable = not self.is_firm(name) and (all_move or (may_move and name in self.loose))
            agent = at.agent_id if name not in self.loose and (agents_stay or all_move) else ""
            pins[name] = ("movable" if movable else "fixed", at.start, agent)
        return pins

    def pinned(self, pins: Mapping[str, Pin]) -> Case:
        """The case without a schedule, with these pins; of bookings without one, those of the table."""
        table = self.case.bookings
        names = table.booking_id.tolist()
        columns: dict[str, list[Any]] = {"pin": [], "pinned_start": [], "pinned_agent": []}
        own = zip(table.pin.tolist(), table.pinned_start.tolist(), table.pinned_agent.tolist(), strict=True)
        for name, row in zip(names, own, strict=True):
            for column, value in zip(columns, pins.get(name, row), strict=True):
                columns[column].append(value)
        arrays: Any = {
            name: np.array(cells, dtype=getattr(table, name).dtype) for name, cells in columns.items()
        }
        return replace(
            self.case, bookings=replace(table, **arrays), sessions=Sessions.empty(), unplaced=Unplaced.empty()
        )

    def _unsteady(self, now: datetime) -> tuple[set[str], set[str]]:
        pins: dict[str, Pin] = {n: ("fixed", at.start, at.agent_id) for n, at in self.now_at.items()}
        problem = build_problem(self.pinned(pins))
        self.undecided = int(problem.eligible.sum()) - len(self.now_at)
        position, minute = self.case.bookings.position, self.case.axis.minute_of(now)
        duration = self.case.bookings.duration_minutes
        loose = {
            name
            for name, at in self.now_at.items()
            if not (problem.eligible[position[name]] and holds_alone(problem, position[name]))
            or duration[position[name]] != at.duration_minutes
        }
        over = {n for n in loose if self.now_at[n].start + self.now_at[n].duration_minutes <= minute}
        self.undecided += len(loose)
        return loose, over - self.held.keys()


def replanned(
    case: Case,
    promises: Sequence[Promise],
    now: datetime,
    limits: Callable[[float], SolveLimits],
    *,
    may_move: bool,
    work: float | None = None,
    progress: Progress = no_progress,
) -> Replanned:
    """Place what has no session; promised starts stay, or, where they may move, as many as possible do.

    Fixed pins, what is held, and what begins before the lead time is over never move. Bookings that were
    cancelled, or that wait for a start of their choice, are left alone. Agents change only where somebody
    could not be placed otherwise, or an agent can't hold a session any more.

    Args:
        promises: of the whole plan.
        now: the present moment; nothing new begins before it and the lead time.
        limits: given work, the limits of a search that begins now.
        work: of the search; None: by what is to be decided.

    Raises:
        NoRosterError: when the case brings no duties.
        IllegalRosterError: when its roster breaks a hard rule.
        RefereeDisagreesError: when the referee finds a fault in the answer.
    """
    standing = _Standing(case, promises, now)
    spend = work or min(MOST_WORK, max(LEAST_WORK, WORK_A_BOOKING * standing.undecided))
    first_pins = standing.pins(agents_stay=True, may_move=may_move)
    first, result = judged_allocation(
        standing.pinned(first_pins), limits(spend), part_of(progress, 0.0, 0.5 if may_move else 0.9)
    )
    goes_on = result.answer is not None and result.status is not SolveStatus.INTERRUPTED
    if goes_on and _full(first):
        first, result = _with_exchanges(standing, first, result, now, may_move=may_move)
    if goes_on and may_move and (_full(first) or _moved(standing, first)):
        wide = standing.pinned(standing.pins(agents_stay=True, may_move=True, all_move=True))
        more = work or min(MOST_WORK, max(LEAST_WORK, WORK_A_BOOKING * len(wide.bookings)))
        second, other = judged_allocation(wide, limits(more), part_of(progress, 0.5, 0.95))
        if other.answer is not None and _worth(standing, second) > _worth(standing, first):
            first, result = second, other
        result = replace(result, reproducible=result.reproducible and other.reproducible)
    return _told(standing, first, result)


def _with_exchanges(
    standing: _Standing, planned: Case, result: SolveResult[Schedule], now: datetime, *, may_move: bool
) -> tuple[Case, SolveResult[Schedule]]:
    """Place some of what is left by exchanges of agents; bounds are then for all that keep the starts."""
    # The desk is loaded where it is needed only.
    from optimizer.offers.promised import promised_desk
    from optimizer.planning.exchanges import placed_by_exchange

    opened = promised_desk(replace(standing.case, sessions=planned.sessions), (), now)
    waiting = planned.unplaced.booking_id[planned.unplaced.reason == "capacity_full"].tolist()
    if opened.unheld or not placed_by_exchange(opened.desk.state, waiting):
        return planned, result
    pinned = standing.pinned(standing.pins(agents_stay=False, may_move=may_move))
    problem = build_problem(pinned)
    plan = WorkingPlan(problem)
    rows, agents = pinned.bookings.position, pinned.agents.position
    state = opened.desk.state
    for name in sorted(state.placed):
        plan.place(rows[name], state.placed[name].start, agents[state.agent_of(name)])
    share = case_share(pinned)
    bound = placed_bound_beside(problem) if share else placed_bound(problem)
    told = replace(
        result,
        answer=schedule_of(plan),
        levels=report(problem, plan.sessions, bound, Proof()),
        status=SolveStatus.FEASIBLE,
        engine=f"{result.engine} + exchanges of agents",
    )
    assert told.answer is not None  # noqa: S101 - just made
    after = pinned.with_schedule(told.answer)
    judge_allocation(after, told)
    return after, told


def case_share(case: Case) -> float:
    """The share of capacity held back."""
    return case.plan.policy.held_back_share


def _full(planned: Case) -> bool:
    return bool((planned.unplaced.reason == "capacity_full").any())


def _moved(standing: _Standing, planned: Case) -> bool:
    """Whether something that its agent can't hold has another start now."""
    starts = {name: at.start for name, at in sold_starts(planned.sessions).items()}
    return any(starts.get(name) != standing.now_at[name].start for name in standing.loose & starts.keys())


def _worth(standing: _Standing, planned: Case) -> tuple[tuple[int, ...], int, int]:
    """Bookings placed by priority, sessions kept, minutes nearer to the wishes: the greater, the better."""
    table = planned.bookings
    placed, kept, deviation = [0] * 9, 0, 0
    for name, at in sold_starts(planned.sessions).items():
        row = table.position[name]
        placed[int(table.priority[row]) - 1] += 1
        before = standing.now_at.get(name)
        kept += before is not None and (before.start, before.agent_id) == (at.start, at.agent_id)
        wish = int(table.preferred_start[row])
        deviation += 0 if wish == MISSING else abs(at.start - wish)
    return tuple(placed), kept, -deviation


def _told(standing: _Standing, planned: Case, result: SolveResult[Schedule]) -> Replanned:
    """The difference from what there was, with reasons."""
    if result.answer is None:
        return Replanned(result, {}, {}, Unplaced.empty(), ())
    after: dict[str, SoldStart | None] = dict.fromkeys(standing.now_at)
    after |= sold_starts(planned.sessions)
    reasons = dict(zip(planned.unplaced.booking_id.tolist(), planned.unplaced.reason.tolist(), strict=True))
    changed: dict[str, SoldStart | None] = {}
    why: dict[str, str] = {}
    promises = []
    for name, now in sorted(after.items()):
        before = standing.now_at.get(name)
        if name in standing.held:
            if now is None or before is None or now.start != before.start:
                raise RefereeDisagreesError([f"booking {name}: a start that is held was not kept"])
            if now != before:
                promises.append(replace(standing.held[name], agent_id=now.agent_id))
        elif now != before:
            changed[name] = now
            why[name] = _reason(before, now, name in standing.loose, reasons.get(name, ""))
    kept = ~np.isin(planned.unplaced.booking_id, list(standing.held))
    return Replanned(result, changed, why, planned.unplaced.take(kept), tuple(promises))


def _reason(before: SoldStart | None, now: SoldStart | None, is_loose: bool, unplaced: str) -> str:
    if before is None:
        return "placed by the allocation"
    if now is None:
        return f"given up: {unplaced.replace('_', ' ')}"
    if is_loose:
        return "could not be held as it was"
    if now.start != before.start:
        return "moved so that more bookings have a session"
    return "another agent, so that more bookings have a session"


def _with_stand_ins(case: Case, held: Mapping[str, Promise]) -> Case:
    """The case with rows for the bookings that are held."""
    if not held:
        return case
    from optimizer.offers.promised import wanted_of
    from optimizer.offers.stand_ins import booking_row, participant_rows

    described = [wanted_of(promise) for _, promise in sorted(held.items())]
    return replace(
        case,
        bookings=case.bookings.followed_by(Bookings.from_rows(booking_row(wanted) for wanted in described)),
        participants=case.participants.followed_by(
            Participants.from_rows(row for wanted in described for row in participant_rows(wanted, case))
        ),
    )


def _without(case: Case, names: set[str]) -> Case:
    """The case without some bookings, their participants and sessions."""
    if not names:
        return case
    listed = sorted(names)
    return replace(
        case,
        bookings=case.bookings.take(~np.isin(case.bookings.booking_id, listed)),
        participants=case.participants.take(~np.isin(case.participants.booking_id, listed)),
        sessions=case.sessions.take(~np.isin(case.sessions.booking_id, listed)),
    )
