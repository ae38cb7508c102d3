"""Explanations on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pontual.console import print_summary, standard_output


def print_explanations(document: Mapping[str, Any]) -> None:
    """Each booking with its sentences."""
    for explanation in document["explanations"]:
        first, *others = explanation["sentences"]
        standard_output.print(f"{explanation['booking']}: {first}", markup=False)
        for sentence in others:
            standard_output.print(f"  {sentence}", markup=False)


def print_overview(document: Mapping[str, Any]) -> None:
    """Counts by cause, then the worst bookings."""
    from optimizer.explanations import label

    language = document["language"]
    rows = [
        (label("table.placed", language), f"{document['placed']:,}"),
        (label("table.at_the_wish", language), f"{document['at_the_wish']:,}"),
        (label("table.without_a_wish", language), f"{document['without_a_wish']:,}"),
    ]
    for family in ("off_the_wish", "unplaced"):
        rows += [
            (f"{label(f'table.{family}', language)}: {label(cause, language)}", f"{count:,}")
            for cause, count in document[family].items()
        ]
    print_summary(label("table.title", language), rows)
    worst = [
        (
            f"{listed['booking']} ({label('table.priority', language)} {listed['priority']})",
            f"{label(listed['cause'], language)}"
            + ("" if listed["unplaced"] else f", {listed['deviation']} min"),
        )
        for listed in document["worst"]
    ]
    if worst:
        print_summary(label("table.worst", language), worst)
