"""A day mended from its plan and its events, judged before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

from data.day import DayState, Decision, Event, EventStream, Reception, carried_out, planned_day
from data.files import BadDataError, Problem
from data.files.added_bookings import with_added
from data.model import Case, Scenario
from data.referee.repair import judge_repair, recount_repair
from optimizer.planning.faults import NoRosterError, NoSessionsError, RefereeDisagreesError, sentences
from optimizer.repair import DayMender, Foreseen, Repair
from optimizer.solve_result import SolveLimits


@dataclass(frozen=True)
class RepairedDay:
    """A repair, and what it was made from.

    Attributes:
        state: the day before the decisions.
        after: the day once they are carried out.
        now: the minute of the repair on the planning axis.
        foreseen: the next hours from `after` on, and what to do about them.
        gaps: numbers of events that are missing, as ranges with both ends in them.
        conflicts: numbers of events that were there before in other words.
    """

    state: DayState
    after: DayState
    now: int
    repair: Repair
    foreseen: Foreseen
    gaps: tuple[tuple[int, int], ...]
    conflicts: tuple[int, ...]


def repaired_day(
    case: Case,
    scenario: Scenario,
    events: Sequence[Event],
    now: datetime | None,
    limits: SolveLimits,
    file: str,
) -> RepairedDay:
    """Fold the events of a day and mend it once.

    The day is that of the first event by number, or of `now` when there is none. Without `now`, it is the
    moment of the latest event.

    Args:
        scenario: what is likely to happen.
        file: name of the file of events, for errors.

    Raises:
        BadDataError: when events are of no day of the horizon, or later than `now`.
        NoRosterError, NoSessionsError: when the case has no roster, or no sessions.
        RefereeDisagreesError: when the referee finds a fault with the repair.
    """
    if not len(case.duties):
        raise NoRosterError("there is no roster; make one first: pontual roster")
    if not len(case.sessions):
        raise NoSessionsError("there are no sessions; make them first: pontual allocate")
    axis = case.axis
    first = min(events, key=lambda event: event.number, default=None)
    moment = now if first is None else first.at
    if moment is None:
        raise BadDataError([Problem(file, None, "", "", "expected an event, or a moment given with --now")])
    day = axis.day_of(axis.minute_of(moment))
    if not 0 <= day < axis.days:
        expected = f"expected a moment of the plan's days, {axis.first_day} and the {axis.days - 1} after it"
        raise BadDataError([Problem(file, None, "at", moment.isoformat(), expected)])
    stream = EventStream(axis, planned_day(case, day))
    conflicts = [e.number for e in events if stream.receive(e) is Reception.CONFLICTING]
    state = stream.state
    at = ceil(state.now)
    if now is not None:
        if events and now < max(event.at for event in events):
            expected = f"expected no event after the moment given with --now, {now.isoformat()}"
            raise BadDataError([Problem(file, None, "at", "", expected)])
        at = max(at, axis.minute_of(now))
    mender = DayMender(case, scenario)
    repair = mender.repairer.repair(state, at, limits)
    _check(with_added(case, state), state, at, repair)
    after = carried_out(state, repair.plan.decisions)
    after.now = float(at)
    foreseen = mender.foreseen(after, at)
    return RepairedDay(state, after, at, repair, foreseen, tuple(stream.gaps()), tuple(conflicts))


class JudgedRepair:
    """Mends days of a case again and again; the referee judges every repair before it is answered.

    Args:
        case: with roster and schedule; bookings that events add need not be in it.
        scenario: what is likely to happen.
        limits: of one call.
    """

    def __init__(self, case: Case, scenario: Scenario, limits: SolveLimits) -> None:
        self._case = case
        self._limits = limits
        self._mender = DayMender(case, scenario)

    def __call__(self, state: DayState, now: float) -> Sequence[Decision]:
        """What to do at a moment of the planning axis, of a day that is looked at again soon: precautions,
        and what of a repair need not wait.

        Raises:
            RefereeDisagreesError: when the referee finds a fault with the repair.
        """
        return self.considered(state, now).decisions

    def considered(self, state: DayState, now: float) -> Considered:
        """The same with what it rests on.

        Raises:
            RefereeDisagreesError: when the referee finds a fault with the repair.
        """
        at = ceil(now)
        foreseen = self._mender.foreseen(state, at)
        after = carried_out(state, [precaution.decision for precaution in foreseen.precautions])
        repair = self._mender.repairer.repair(after, at, self._limits)
        _check(with_added(self._case, after), after, at, repair)
        settled = self._mender.settled(after, at, repair, foreseen.late)
        return Considered(foreseen, after, repair, settled)


class Considered(NamedTuple):
    """What was thought of before something was decided.

    Attributes:
        foreseen: the next hours, and the precautions that are worth it.
        after: the day once these are carried out.
        repair: of that day.
        settled: what of it need not wait.
    """

    foreseen: Foreseen
    after: DayState
    repair: Repair
    settled: tuple[Decision, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What to do now, in this order."""
        return (*(precaution.decision for precaution in self.foreseen.precautions), *self.settled)


def _check(case: Case, state: DayState, now: int, repair: Repair) -> None:
    """Let the referee judge the plan, and count anew what it does to people."""
    faults = sentences(judge_repair(case, state, now, repair.plan))
    counted = recount_repair(case, state, now, repair.plan, repair.bookings)
    if counted != repair.disruption:
        faults.append(f"LEVELS: the repair states {repair.disruption}, the plan holds {counted}")
    if faults:
        raise RefereeDisagreesError(faults)
