"""A calibration for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pontual.console import print_summary

if TYPE_CHECKING:
    from data.files import ReadHistory
    from simulation.calibration import Calibration

BAD_ROWS_SHOWN = 20


def calibration_document(read: ReadHistory, found: Calibration) -> dict[str, Any]:
    """All that was found, and every row that was left out."""
    return {
        "rows": read.rows,
        "good": found.sessions,
        "bad": read.counts,
        "bad_rows": [asdict(row) for row in read.bad],
        "estimates": [asdict(estimate) for estimate in found.estimates],
        "kept": [{"parameter": kept.parameter, "reason": kept.reason} for kept in found.kept],
        "kinds": [asdict(kind) for kind in found.kinds],
        "fits": [{**asdict(fit), "doubtful": fit.doubtful} for fit in found.fits],
        "notes": [note.text for note in found.notes],
    }


def print_calibration(document: Mapping[str, Any]) -> None:
    """The same as tables."""
    bad = [(f"Left out: {fault.replace('_', ' ')}", f"{count:,}") for fault, count in document["bad"].items()]
    rows = [("Rows", f"{document['rows']:,}"), ("Good", f"{document['good']:,}"), *bad]
    files = [("Scenario file", document["scenario"])]
    if "report" in document:
        files.append(("Report", document["report"]))
    print_summary("History", [*rows, *files])
    listed = document["bad_rows"]
    if listed:
        shown = [
            (f"Row {row['row']}", f"{row['fault'].replace('_', ' ')}: {row['detail']}")
            for row in listed[:BAD_ROWS_SHOWN]
        ]
        more = len(listed) - BAD_ROWS_SHOWN
        if more > 0:
            shown.append(("And", f"{more:,} more (--json lists all)"))
        print_summary("Rows left out", shown)
    print_summary("Parameters, 95 % intervals, rows", [_estimate(row) for row in document["estimates"]])
    if document["kept"]:
        print_summary("As they were", [(row["parameter"], row["reason"]) for row in document["kept"]])
    print_summary(
        "Durations by kind, interruptions aside (minutes)",
        [line for row in document["kinds"] for line in _kind_rows(row)],
    )
    print_summary("How well the model fits (p-values)", [_fit(row) for row in document["fits"]])
    if document["notes"]:
        print_summary("Taken for granted", [("-", note) for note in document["notes"]])


def _estimate(row: Mapping[str, Any]) -> tuple[str, str]:
    interval = f"{row['value']:.4f}   [{row['low']:.4f} .. {row['high']:.4f}]"
    return row["parameter"], f"{interval}   {row['events']:,} of {row['trials']:,}"


def _kind_rows(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    best = min(row["akaike"], key=row["akaike"].__getitem__, default="none: constant")
    mean = f"mean {row['mean']:.1f}, {row['share_of_planned']:.0%} of planned, {row['overrun']:.0%} overrun"
    sigma = f"sigma {row['sigma']:.3f} [{row['sigma_low']:.3f} .. {row['sigma_high']:.3f}]"
    return [(row["kind"], f"{row['sessions']:,}: {mean}"), ("", f"{sigma}, best shape {best}")]


def _fit(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["about"], f"{row['p_value']:.4f}   {'doubtful' if row['doubtful'] else 'fits'}"
