"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from pontual.targets import TARGET


class Language(StrEnum):
    """Languages of what people read."""

    ENGLISH = "en"
    PORTUGUESE = "pt-BR"


PlanFolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Plan folder, or a run folder inside one.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_STORE = typer.Option(
    "--store",
    envvar="PONTUAL_STORE",
    metavar="STORE",
    help="A file (SQLite) or postgresql://USER@HOST/NAME.",
    show_default=False,
)
StoreOption = Annotated[str, _STORE]
OptionalStoreOption = Annotated[str | None, _STORE]
OrderArgument = Annotated[
    str,
    typer.Argument(metavar="ORDER", help="Order number, or surrogate of the booking.", show_default=False),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of every random choice.")]
TimeLimitOption = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        min=0.1,
        metavar="SECONDS",
        help="Stop by the clock; then the answer may differ between runs.",
    ),
]
WorkOption = Annotated[
    float,
    typer.Option("--work", min=0.1, help="Stop after so much work, about seconds on one core; reproducible."),
]
GapOption = Annotated[
    float | None,
    typer.Option(
        "--gap",
        min=0.0,
        max=1.0,
        metavar="G",
        help="Stop once this gap is proven; fail (exit 11) if it is not.",
    ),
]
ThreadsOption = Annotated[
    int,
    typer.Option("--threads", min=1, max=64, help="Solver threads; with more than one, runs may differ."),
]
AllocationEngineOption = Annotated[
    Literal["auto", "arc-flow", "cp-sat"],
    typer.Option("--engine", help="How to search: one exact model, or arc flow and search; auto: by size."),
]
ScenarioOption = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="FILE.json",
        help="Parameters of the simulation; those left out are plan.json's or the defaults.",
    ),
]
ServiceTargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="FIGURE<=SHARE",
        help="wait_over_MINUTES<=SHARE, on_time_share>=SHARE or rebooked_by_issuer<=SHARE, kept in every "
        f"period of the day; may be repeated.  [default: {TARGET}]",
        show_default=False,
    ),
]
ExpectedFromOption = Annotated[
    Literal["demand", "schedule"],
    typer.Option("--from", help="Bookings expected by the table of demand, or the sessions placed."),
]
ShrinkageOption = Annotated[
    float,
    typer.Option(
        "--shrinkage",
        min=0.0,
        max=0.9,
        help="Share of the rostered time in which agents do something else; absence comes on top.",
    ),
]
DayWorkersOption = Annotated[
    int,
    typer.Option(
        "--workers",
        min=0,
        max=64,
        help="Processes for the requirement, a day each; 0: one for each core. The answer is the same.",
    ),
]
