"""Changing a plan that people know already: few duties change, and customers keep their starts if they can.

The roster goes through the same search as `pontual roster --replan`; sessions keep their starts, and get
other agents where they lose theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.model import Bookings, Case, Participants
from data.progress import Progress, no_progress, part_of
from data.referee import judge_schedule
from optimizer.planning.edited_rosters import Edit, with_edits
from optimizer.planning.explaining import UnknownBookingError
from optimizer.planning.explaining_rosters import reasons_of_new_roster
from optimizer.planning.faults import RefereeDisagreesError, sentences
from optimizer.planning.judged_rosters import judged_roster
from optimizer.planning.kept_sessions import Held, keep_sessions
from optimizer.planning.replanning import reported_changes
from optimizer.planning.summaries import allocation_summary, roster_summary
from optimizer.solve_result import SolveLimits


@dataclass(frozen=True)
class ChangedPlan:
    """A changed plan, ready to be published, or why there is none.

    Attributes:
        case: with the new roster and sessions; None when there is no such plan.
        results: documents of the commands (`roster`, `allocate`) that it is made of.
        documents: further files of its run.
        moved: bookings whose start is another one now.
        dropped: bookings that had a session, and have none now.
        gained: bookings that had none, and have one now.
        clashes: what cannot hold together, when it is proven that there is no plan.
    """

    case: Case | None
    results: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()


def replanned(
    published: Case,
    edits: Sequence[Edit],
    now: datetime,
    limits: SolveLimits,
    progress: Progress = no_progress,
) -> ChangedPlan:
    """The roster after a planner's edits, with few further duties changed; and its sessions, if it had any.

    Args:
        published: the case as its agents and customers know it.
        edits: absences, and duties that are to be as the planner has put them.
        now: what began before is frozen; notice counts from here.
        limits: of the search for the roster.

    Raises:
        EditError: when an edit does not fit.
        RefereeDisagreesError: when the referee finds a fault in an answer.
    """
    at_now = replace(published, plan=published.plan.model_copy(update={"as_of": now}))
    edited = with_edits(at_now, edits)
    planned, result = judged_roster(edited, limits, part_of(progress, 0.0, 0.5), from_published=True)
    document = roster_summary(planned, result)
    if result.answer is None:
        return ChangedPlan(None, {"roster": document}, clashes=result.clash)
    compared = replace(at_now, absences=edited.absences)
    changes, files = reported_changes(compared, planned)
    reasons, more = reasons_of_new_roster(planned, limits, part_of(progress, 0.5, 0.6), edited)
    results = {"roster": document | changes | reasons}
    planned = replace(planned, plan=published.plan)
    if not len(published.sessions):
        return ChangedPlan(planned, results, files | more)
    placed = with_starts_kept(published, planned, part_of(progress, 0.6, 1.0))
    return replace(placed, results={**results, **placed.results}, documents=files | more)


def rebooked(published: Case, booking_id: str, start: int, progress: Progress = no_progress) -> ChangedPlan:
    """A booking gets a start that its customer has agreed to, which may lie outside the windows given before.

    Its windows are widened to hold the start, and it is pinned there; everybody else keeps theirs.

    Args:
        start: minute on the planning axis.

    Raises:
        UnknownBookingError: when there is no such booking.
        RefereeDisagreesError: when the referee finds a fault in the answer.
    """
    if booking_id not in published.bookings.position:
        raise UnknownBookingError([booking_id])
    row = published.bookings.position[booking_id]
    agreed = replace(
        published,
        bookings=_pinned(published.bookings, row, start),
        participants=_available(published, row, start),
    )
    return with_starts_kept(published, agreed, progress)


def with_starts_kept(published: Case, planned: Case, progress: Progress = no_progress) -> ChangedPlan:
    """Sessions for a changed roster or changed bookings; whoever has a start keeps it as far as possible.

    Args:
        published: the case with the sessions that customers know.
        planned: the same with what has changed.

    Raises:
        RefereeDisagreesError: when the referee finds a fault in the answer.
    """
    sessions = published.sessions
    columns = (sessions.booking_id.tolist(), sessions.starts_at.tolist(), sessions.agent_id.tolist())
    held = {name: Held(start, agent) for name, start, agent in zip(*columns, strict=True)}
    result = keep_sessions(planned, held, progress)
    if result.answer is None:
        return ChangedPlan(None, {"allocate": allocation_summary(planned, result)}, clashes=result.clash)
    case = planned.with_schedule(result.answer)
    faults = sentences(judge_schedule(case))
    if faults:
        raise RefereeDisagreesError(faults)
    new = dict(zip(case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True))
    return ChangedPlan(
        case,
        {"allocate": allocation_summary(case, result)},
        moved=tuple(name for name in held if name in new and new[name] != held[name].start),
        dropped=tuple(name for name in held if name not in new),
        gained=tuple(name for name in new if name not in held),
    )


def _pinned(bookings: Bookings, row: int, start: int) -> Bookings:
    pin, starts, agents = bookings.pin.copy(), bookings.pinned_start.copy(), bookings.pinned_agent.copy()
    pin[row], starts[row], agents[row] = "fixed", start, ""
    return replace(bookings, pin=pin, pinned_start=starts, pinned_agent=agents)


def _available(case: Case, booking: int, start: int) -> Participants:
    """The participants, those of the booking available at the start too, by their local hours as well."""
    people, bookings = case.participants, case.bookings
    rows = np.flatnonzero(people.booking_id == bookings.booking_id[booking])
    end = start + int(bookings.duration_minutes[booking])
    opens, closes = people.window_start.copy(), people.window_end.copy()
    opens[rows], closes[rows] = np.minimum(opens[rows], start), np.maximum(closes[rows], end)
    daily_from, daily_until = people.daily_from.copy(), people.daily_until.copy()
    for row in rows.tolist():
        first, last = (_local_minute(case, minute, people.time_zone[row]) for minute in (start, end))
        daily_from[row] = min(daily_from[row], first)
        daily_until[row] = max(daily_until[row], last or 1440)
    return replace(
        people, window_start=opens, window_end=closes, daily_from=daily_from, daily_until=daily_until
    )


def _local_minute(case: Case, minute: int, zone: str) -> int:
    """Minute of the day at which people in a zone have this minute of the planning axis."""
    at = case.axis.instant_of(minute).astimezone(ZoneInfo(zone))
    return 60 * at.hour + at.minute
