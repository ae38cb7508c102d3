"""`pontual forecast`: the bookings of the horizon from those of the past, as a demand to plan for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pontual.options import JsonOption, Language


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
        float | None,
        typer.Option(
            "--load",
            min=0.05,
            max=1.0,
            help="Share of the time in service that sessions take.  [default: 0.85]",
            show_default=False,
        ),
    ] = None,
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
    from pontual.forecast_report import print_forecast
    from simulation.forecast import Shares
    from simulation.forecast.documents import forecast_files
    from simulation.forecast.foreseeing import LOAD, foresee

    try:
        shares = Shares(video_share, past_video_share, automated_share, past_automated_share)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    runs.refuse_to_overwrite(out)
    case = PlanFolder(folder).read(runs.key_from_environment(), leave_out=(*RESULT_TABLES, Demand))
    foreseen, _ = runs.run_interruptibly(
        "Forecasting", lambda report: foresee(case, history, shares, LOAD if load is None else load, report)
    )
    planned, document = foreseen.case, foreseen.document
    write_folder(out, case_files(planned, "csv") | forecast_files(foreseen.forecast, case.plan, document))
    document["folder"] = str(out)
    runs.finish(ExitCode.OK, document, as_json, lambda: print_forecast(document, Texts(language.value)))
