"""Modes that search: read, solved outside of any transaction, judged, and written if the plan is the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from data.batch import results
from data.batch.reading import ResolvedRequest
from data.batch.requests import RosterRequest, SearchingRequest
from data.model import Case, Promise, Roster
from data.progress import part_of
from data.referee import recount
from data.store import (
    BatchAnswer,
    BatchRequest,
    ChangedMeanwhileError,
    Decided,
    Offer,
    OpenPlan,
    PlanChanges,
    Run,
    SessionChange,
    Store,
    StoredPlan,
)
from optimizer.planning.incremental import Replanned, replanned
from optimizer.planning.sold_starts import SoldStart, sold_starts
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from pontual.batch.bringing import brought, with_brought
from pontual.batch.documents import (
    result_text,
    search_of,
    session_changes,
    unplaced_bookings,
)
from pontual.batch.steps import Steps
from pontual.exit_codes import ExitCode

RESERVE_SECONDS = 0.5
"""Kept of the deadline for judging and writing, and a fifth of what is left besides."""

WORK_OF_A_ROSTER = 60.0
WORK_IN_A_TRANSACTION = 5.0
"""At most, when others have changed the plan meanwhile and now wait."""

NOT_REPRODUCIBLE_SECONDS = 60.0
"""By the clock, where no deadline is named."""


@dataclass(frozen=True)
class _Read:
    """A plan as it was read."""

    stored: StoredPlan
    case: Case
    promises: tuple[Promise, ...]


def search(
    store: Store,
    resolved: ResolvedRequest,
    request: SearchingRequest,
    batch: BatchRequest,
    run: Run,
    steps: Steps,
) -> BatchAnswer:
    """Carry out a request that searches.

    Where somebody else has written to the plan meanwhile, the search is done once more with little work,
    while nobody else may write: so it ends.

    Raises:
        BusyError: when the deadline was over before it was this request's turn.
        BadDataError, FilesError: for whatever the request says wrongly, or the store refuses.
        NoRosterError, IllegalRosterError: when there is no roster to place bookings on, or it is illegal.
        RefereeDisagreesError: when the referee finds a fault in the answer.
    """
    steps.refuse_when_late()
    with steps.step("reading"):
        now_stored = store.read_with_promises(request.plan)
    read = _Read(now_stored.stored, now_stored.case, now_stored.promises)
    decided = _decide(read, resolved, request, steps, request.work)
    was_late = steps.is_late()

    def in_turn(_plan: OpenPlan) -> Decided:
        # What the search itself took too long for is still written: it is the best so far.
        if not was_late:
            steps.refuse_when_late()
        return decided

    try:
        return store.carry_out(batch, run, in_turn)
    except ChangedMeanwhileError:
        steps.tell("begun anew", why="others have changed the plan meanwhile")

    def again(plan: OpenPlan) -> Decided:
        steps.refuse_when_late()
        with steps.step("reading"):
            anew = _Read(plan.stored, plan.case(), tuple(plan.promises(None)))
        work = min(WORK_IN_A_TRANSACTION, request.work or WORK_IN_A_TRANSACTION)
        return _decide(anew, resolved, request, steps, work)

    return store.carry_out(batch, run, again)


def _decide(
    read: _Read, resolved: ResolvedRequest, request: SearchingRequest, steps: Steps, work: float | None
) -> Decided:
    now = steps.moment(request, read.stored)
    case = with_brought(read.case, *brought(resolved))
    names = set(resolved.bookings.booking_id.tolist())
    promises = [p for p in read.promises if p.takes_time or p.booking_id not in names]
    before = sold_starts(read.case.sessions)
    roster: SolveResult[Roster] | None = None
    if isinstance(request, RosterRequest):
        from optimizer.planning.judged_rosters import judged_roster

        with steps.step("rostering"):
            limits = _limits(request, steps)(work or WORK_OF_A_ROSTER)
            planned, roster = judged_roster(
                case, limits, part_of(steps.progress, 0.0, 0.6), from_published=request.replan
            )
        if roster.answer is None:
            return _without_answer(resolved, steps, now, roster)
        case = replace(planned, sessions=case.sessions)
    found: Replanned | None = None
    if roster is None or len(case.bookings):
        with steps.step("placing"):
            found = replanned(
                case,
                promises,
                now,
                _limits(request, steps),
                may_move=request.mode != "allocate",
                work=work if roster is None else None,
                progress=part_of(steps.progress, 0.0 if roster is None else 0.6, 1.0),
            )
        if found.result.answer is None:
            return _without_answer(resolved, steps, now, found.result)
    with steps.step("offers"):
        offers = _offers(read, case, promises, found, now)
    return _decided(read, resolved, steps, now, case, before, roster, found, offers)


def _limits(request: SearchingRequest, steps: Steps) -> Callable[[float], SolveLimits]:
    """Given work, the limits of a search that begins now."""

    def limits(work: float) -> SolveLimits:
        left = steps.seconds_left()
        seconds = None if left is None else max(0.05, 0.8 * (left - RESERVE_SECONDS))
        if steps.reproducible:
            return SolveLimits(seconds=seconds, work=work, seed=request.seed)
        most = NOT_REPRODUCIBLE_SECONDS if seconds is None else seconds
        return SolveLimits(seconds=most, work=1e9, threads=os.cpu_count() or 1, seed=request.seed)

    return limits


def _offers(
    read: _Read, case: Case, promises: list[Promise], found: Replanned | None, now: datetime
) -> dict[int, list[Offer]]:
    """The table of offers as it is then, where the store keeps one."""
    offered = read.stored.offered_kinds
    if offered is None or found is None:
        return {}
    after = _case_after(case, found)
    held = {promise.booking_id: promise for promise in promises} | {p.booking_id: p for p in found.promises}
    from optimizer.offers.kinds import KindOfBooking
    from optimizer.planning.selling import SellingDesk
    from pontual.batch.offering import offers_of_days

    axis = case.axis
    days = {axis.day_of(at.start) for at in found.sessions.values() if at is not None}
    starts = dict(zip(case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True))
    days |= {axis.day_of(starts[name]) for name in found.sessions if name in starts}
    desk = SellingDesk(after, list(held.values()), now)
    kinds = desk.kinds(KindOfBooking(*kind) for kind in offered)
    return offers_of_days(desk, axis, {day for day in days if 0 <= day < axis.days}, kinds).offers


def _case_after(case: Case, found: Replanned) -> Case:
    """The case with the sessions that it has once the changes are made."""
    kept = {**sold_starts(case.sessions), **found.sessions}
    rows = [
        {
            "booking_id": n,
            "agent_id": s.agent_id,
            "starts_at": s.start,
            "duration_minutes": s.duration_minutes,
        }
        for n, s in kept.items()
        if s is not None
    ]
    return replace(case, sessions=type(case.sessions).from_rows(rows), unplaced=found.unplaced)


def _without_answer(
    resolved: ResolvedRequest, steps: Steps, now: datetime, result: SolveResult[Any]
) -> Decided:
    proven = result.status is SolveStatus.INFEASIBLE
    code = ExitCode.INFEASIBLE if proven else ExitCode.NOT_GOOD_ENOUGH
    if result.status is SolveStatus.INTERRUPTED:
        raise KeyboardInterrupt

    def document(revision: int) -> str:
        fields: dict[str, Any] = {
            "outcome": "infeasible" if proven else "no_plan",
            "exit_code": int(code),
            "search": search_of(result),
            "reproducible": result.reproducible,
        }
        return result_text(resolved, steps, now, revision, **fields)

    return Decided(PlanChanges(), document, int(code))


def _decided(
    read: _Read,
    resolved: ResolvedRequest,
    steps: Steps,
    now: datetime,
    case: Case,
    before: Mapping[str, SoldStart],
    roster: SolveResult[Roster] | None,
    found: Replanned | None,
    offers: dict[int, list[Offer]],
) -> Decided:
    axis = case.axis
    sessions = found.sessions if found is not None else {}
    own = resolved.request.why
    why = {name: own or text for name, text in found.why.items()} if found is not None else {}
    changes = PlanChanges(
        sessions=_session_changes(sessions, why, before, resolved),
        bookings=resolved.bookings,
        participants=resolved.participants,
        unplaced=None if found is None else found.unplaced,
        promises=() if found is None else found.promises,
        without_promises=_without_promises(read, resolved, sessions),
        roster=None if roster is None else case.roster,
        offers=offers,
        moment=now,
    )
    first = (found.result if found is not None else roster) or roster
    levels = first.levels if first is not None else ()
    numbers = {"objective": levels[0].objective, "bound": levels[0].bound} if levels else None
    steady = (roster is None or roster.reproducible) and (found is None or found.result.reproducible)
    fields: dict[str, Any] = {
        "reproducible": steps.reproducible and steady,
        "search": None if found is None else search_of(found.result),
        "roster": None if roster is None else _roster_made(case, roster),
        "changes": session_changes(before, sessions, why, axis),
        "unplaced": [] if found is None else unplaced_bookings(found.unplaced, axis),
    }
    return Decided(
        changes,
        lambda revision: result_text(resolved, steps, now, revision, **fields),
        int(ExitCode.OK),
        based_on=read.stored.revision,
        numbers=numbers,
    )


def _session_changes(
    sessions: dict[str, SoldStart | None],
    why: dict[str, str],
    before: Mapping[str, SoldStart],
    resolved: ResolvedRequest,
) -> tuple[SessionChange, ...]:
    """Changes to write; of bookings that came along, sessions that stay too: others may have to attend."""
    again = {name: before[name] for name in resolved.bookings.booking_id.tolist() if before.get(name)}
    return tuple(
        SessionChange(name, reason=why.get(name, ""))
        if at is None
        else SessionChange(name, at.agent_id, at.start, at.duration_minutes, why.get(name, ""))
        for name, at in {**again, **sessions}.items()
    )


def _without_promises(
    read: _Read, resolved: ResolvedRequest, sessions: dict[str, SoldStart | None]
) -> tuple[str, ...]:
    """Bookings that are asked for anew, or have a session now, are promised nothing besides."""
    names = {*resolved.bookings.booking_id.tolist(), *(n for n, at in sessions.items() if at is not None)}
    return tuple(p.booking_id for p in read.promises if p.booking_id in names and not p.takes_time)


def _roster_made(case: Case, result: SolveResult[Roster]) -> results.RosterMade:
    counted = recount(case)
    return results.RosterMade(
        agents=len(case.agents),
        duties=len(case.duties),
        required=counted.required,
        covered=counted.covered,
        under=counted.under,
        over=counted.over,
        search=search_of(result),
    )
