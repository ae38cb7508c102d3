"""From past bookings to a case with the demand of their forecast, in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.files import BadDataError, Problem, read_booking_history
from data.files.plan_file import PLAN_FILE
from data.model import Case, History
from data.model.demand import MOST_DEMANDED_SKILLS
from data.progress import Progress, no_progress
from simulation.forecast.counts import BookingCounts, counts_of_history, counts_of_sessions
from simulation.forecast.demand import demand_of
from simulation.forecast.documents import forecast_document
from simulation.forecast.predicted import Forecast
from simulation.forecast.predicting import ClosedHorizonError, TooShortError, forecast
from simulation.forecast.shares import Shares
from simulation.forecast.workload import NoSkillError, Workload, workload_of

LOAD = 0.85
"""Default share of the time in service that sessions are to take: that of the synthetic cases."""


@dataclass(frozen=True, eq=False)
class Foreseen:
    """A forecast, the case with its demand, and its document."""

    forecast: Forecast
    case: Case
    document: dict[str, Any]


def foresee(
    case: Case, history: Path | None, shares: Shares, load: float, progress: Progress = no_progress
) -> Foreseen:
    """Forecast the bookings of a case's horizon.

    Args:
        case: whose horizon is asked for.
        history: a file of past bookings; None: the case's own history.
        shares: of video and of automated issuance.
        load: share of the time in service that sessions are to take.
        progress: may raise KeyboardInterrupt to stop.

    Raises:
        BadDataError: when the history is bad, too short or doesn't go with the case.
        MissingInputError: when the file is not there.
    """
    name = history.name if history is not None else "history"
    counts, bad_rows = _counts(case, history, name)
    try:
        work = workload_of(case, counts.series)
        _refuse_many_skills(work)
        found = forecast(case.plan, counts, shares, progress)
    except (TooShortError, NoSkillError) as error:
        raise BadDataError([Problem(name, None, "", "", str(error))]) from error
    except ClosedHorizonError as error:
        raise BadDataError([Problem(PLAN_FILE, None, "calendar", "", str(error))]) from error
    planned = replace(case, demand=demand_of(case.plan, found, work.skills_of, work.minutes, load))
    return Foreseen(found, planned, forecast_document(found, planned, work, shares, load, bad_rows))


def _counts(case: Case, path: Path | None, name: str) -> tuple[BookingCounts, int]:
    """The past bookings, and how many bad rows of past sessions were left out.

    Raises:
        BadDataError: when there are none, or the file is bad.
    """
    plan = case.plan
    until = min(plan.axis.instant_of(plan.as_of_minute).date(), plan.first_day)
    read = case.history if path is None else read_booking_history(path, plan.axis)
    try:
        if isinstance(read, History):
            return counts_of_history(read, plan.axis, until), 0
        return counts_of_sessions(read.history, plan.demand_interval_minutes, until), len(read.bad)
    except ValueError as error:
        raise BadDataError([Problem(name, None, "", "", str(error))]) from error


def _refuse_many_skills(work: Workload) -> None:
    if len(work.minutes) > MOST_DEMANDED_SKILLS:
        raise NoSkillError(
            f"the history has {len(work.minutes)} skills, expected at most {MOST_DEMANDED_SKILLS}"
        )
