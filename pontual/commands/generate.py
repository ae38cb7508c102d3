"""`pontual generate`: write a synthetic planning case."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pontual.options import JsonOption, SeedOption


class FileFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


def _shown(value: object) -> str:
    return (
        f"{value:,.4g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else f"{value}"
    )


def command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="New plan folder to write.")],
    agents: Annotated[int, typer.Option("--agents", min=10, max=20_000, help="Number of agents.")] = 40,
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="Days from Monday 2026-11-30 on.")] = 6,
    load: Annotated[
        float | None,
        typer.Option(
            "--load", min=0.01, max=1.0, help="Occupation minutes over minutes in service. [default: 0.85]"
        ),
    ] = None,
    bookings: Annotated[
        int | None, typer.Option("--bookings", min=1, help="Number of bookings, instead of a load.")
    ] = None,
    seed: SeedOption = 1,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="How to write tables.")
    ] = FileFormat.CSV,
    as_json: JsonOption = False,
) -> None:
    """Write a whole synthetic planning case, with a legal roster from which its demand is derived."""
    from data.files import write_case
    from data.generator import GeneratorSettings, generate
    from pontual.console import print_json, print_summary, progress_bar

    if load is not None and bookings is not None:
        raise typer.BadParameter("give --load or --bookings, not both")
    if load is None and bookings is None:
        load = 0.85
    try:
        settings = GeneratorSettings(agents=agents, days=days, load=load, bookings=bookings, seed=seed)
        with progress_bar("Generating") as report:
            report(0.0, "Generating")
            made = generate(settings)
            report(0.8, "Writing")
            write_case(out, made.case, file_format.value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    document = {**made.facts, "seed": seed, "out": str(out)}
    if as_json:
        print_json(document)
    else:
        print_summary(
            f"Planning case in {out}",
            [(name.replace("_", " "), _shown(value)) for name, value in document.items()],
        )
