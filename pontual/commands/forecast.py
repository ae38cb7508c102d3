"""`pontual forecast`: the bookings of the horizon from those of the past, as a demand to plan for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.options import JsonOption, Language

if TYPE_CHECKING:
    from data.model import Case
    from simulation.forecast import BookingCounts, Forecast, Shares
    from simulation.forecast.workload import Workload

LOAD = 0.85
"""Default share of the time in service that sessions are to take: that of the synthetic cases."""


def command(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Plan folder whose horizon is forecast.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="New plan folder to write: the case with the demand of the forecast."
        ),
    ],
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FILE",
            help="Past bookings as CSV, Parquet or JSON: a table history, or past sessions as for calibrate; "
            "else the folder's history.",
        ),
    ] = None,
    load: Annotated[
        float,
        typer.Option("--load", min=0.05, max=1.0, help="Share of the time in service that sessions take."),
    ] = LOAD,
    video_share: Annotated[
        float, typer.Option("--video-share", help="What if: share by video of what agents issue.")
    ] = 1.0,
    past_video_share: Annotated[
        float, typer.Option("--past-video-share", help="The same in the history.")
    ] = 1.0,
    automated_share: Annotated[
        float, typer.Option("--automated-share", help="What if: share issued without an agent.")
    ] = 0.0,
    past_automated_share: Annotated[
        float, typer.Option("--past-automated-share", help="The same in the history.")
    ] = 0.0,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the summary.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Forecast bookings by day, kind, skill and interval, with 90 % intervals; the past picks the model."""
    from dashboard.texts import Texts
    from data.files import PlanFolder, case_files, write_folder
    from data.model import RESULT_TABLES, Demand
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.forecast_report import forecast_files, print_forecast
    from simulation.forecast import Shares

    try:
        shares = Shares(video_share, past_video_share, automated_share, past_automated_share)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    runs.refuse_to_overwrite(out)
    case = PlanFolder(folder).read(runs.key_from_environment(), leave_out=(*RESULT_TABLES, Demand))
    foreseen = foresee(case, history, shares, load)
    planned, document = foreseen.case, foreseen.document
    write_folder(out, case_files(planned, "csv") | forecast_files(foreseen.forecast, case.plan, document))
    document["folder"] = str(out)
    runs.finish(ExitCode.OK, document, as_json, lambda: print_forecast(document, Texts(language.value)))


@dataclass(frozen=True, eq=False)
class Foreseen:
    """A forecast, the case with its demand, and its document."""

    forecast: Forecast
    case: Case
    document: dict[str, Any]


def foresee(case: Case, history: Path | None, shares: Shares, load: float) -> Foreseen:
    """Forecast the bookings of a case's horizon under a progress bar.

    Raises:
        BadDataError: when the history is bad, too short or doesn't go with the case.
    """
    from data.files import BadDataError, Problem
    from data.files.plan_file import PLAN_FILE
    from pontual.commands import runs
    from pontual.forecast_report import forecast_document
    from simulation.forecast import ClosedHorizonError, TooShortError, demand_of, forecast
    from simulation.forecast.workload import NoSkillError, workload_of

    name = history.name if history is not None else "history"
    counts, bad_rows = _counts(case, history, name)
    try:
        work = workload_of(case, counts.series)
        _refuse_many_skills(work)
        found, _ = runs.run_interruptibly(
            "Forecasting", lambda report: forecast(case.plan, counts, shares, report)
        )
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
    from data.files import BadDataError, Problem, read_booking_history
    from data.model import History
    from simulation.forecast import counts_of_history, counts_of_sessions

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
    from data.model.demand import MOST_DEMANDED_SKILLS
    from simulation.forecast.workload import NoSkillError

    if len(work.minutes) > MOST_DEMANDED_SKILLS:
        raise NoSkillError(
            f"the history has {len(work.minutes)} skills, expected at most {MOST_DEMANDED_SKILLS}"
        )
