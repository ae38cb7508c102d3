"""A calibration as a sentence and tables that people read."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.texts import Texts
from data.files import ReadHistory
from simulation.calibration import Calibration

MOST_ROWS_NAMED = 20
"""Bad rows whose numbers are listed, of each fault."""

HeadedRows = tuple[list[str], list[tuple[str, ...]]]


def headline(read: ReadHistory, found: Calibration, texts: Texts) -> str:
    """What was used and what was fitted, in one sentence."""
    return texts.say(
        "calibration.headline",
        good=texts.integer(found.sessions),
        rows=texts.integer(read.rows),
        fitted=texts.integer(len(found.estimates)),
        kept=texts.integer(len(found.kept)),
    )


def parameters_table(found: Calibration, texts: Texts) -> HeadedRows:
    """Headings and rows: each parameter with its interval."""
    rows: list[tuple[str, ...]] = [
        (
            texts.label("parameter", one.parameter),
            *(texts.decimal(value, 4) for value in (one.value, one.low, one.high)),
            texts.integer(one.events),
            texts.integer(one.trials),
        )
        for one in found.estimates
    ]
    return named(("parameter", "value", "low", "high", "events", "trials"), texts), rows


def kept_table(found: Calibration, texts: Texts) -> HeadedRows:
    """Headings and rows: each parameter that the history can't tell, and why."""
    rows: list[tuple[str, ...]] = [
        (
            texts.label("parameter", one.parameter),
            texts.decimal(float(getattr(found.base, one.parameter)), 4),
            texts.say(
                "calibration.too_few" if one.too_few else "calibration.untold", rows=texts.integer(one.events)
            ),
        )
        for one in found.kept
    ]
    return named(("parameter", "value", "reason"), texts), rows


def fits_table(found: Calibration, texts: Texts) -> HeadedRows:
    """Headings and rows: how well the model describes each part."""
    rows: list[tuple[str, ...]] = [
        (
            texts.label("fit", one.about),
            texts.integer(one.sample),
            texts.decimal(one.p_value, 4),
            texts.say("calibration.doubtful" if one.doubtful else "calibration.fits"),
        )
        for one in found.fits
    ]
    return named(("tested", "rows", "p_value", "verdict"), texts), rows


def notes(found: Calibration, texts: Texts) -> list[str]:
    """What was taken for granted."""
    return [texts.say(f"note.{note.name}", minutes=texts.decimal(note.minutes, 0)) for note in found.notes]


def bad_rows_table(read: ReadHistory, texts: Texts) -> HeadedRows:
    """Headings and rows: how many rows have each fault, and which."""
    rows: list[tuple[str, ...]] = []
    for fault, count in read.counts.items():
        numbers = [row.row for row in read.bad if row.fault == fault]
        listed = ", ".join(texts.integer(number) for number in numbers[:MOST_ROWS_NAMED])
        more = ", …" if count > MOST_ROWS_NAMED else ""
        rows.append((texts.label("fault", fault), texts.integer(count), listed + more))
    return named(("fault", "rows", "which"), texts), rows


def named(headings: Iterable[str], texts: Texts) -> list[str]:
    """Headings as people read them."""
    return [texts.say(f"calibration_column.{name}") for name in headings]
