"""Moments that options of commands name."""

from __future__ import annotations

from datetime import datetime

import typer


def moment_of(text: str | None) -> datetime | None:
    """The moment that an option names; None when it was left out.

    Raises:
        typer.BadParameter: when the text is no instant with an offset, or of no year that a plan may have.
    """
    from data.files.plan_file import FIRST_YEAR, LAST_YEAR

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter("expected an instant with its offset, such as 2026-11-30T09:00:00-03:00")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise typer.BadParameter(f"expected an instant of the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment
