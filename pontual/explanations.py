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


SHOWN_RUNS = 20
"""Runs of understaffed intervals that are shown; the document has all."""


def print_understaffing(document: Mapping[str, Any]) -> None:
    """What is missing by verdict, then the worst runs with their head counts."""
    from optimizer.roster_explanations.texts import say

    language = document["language"]
    rows = [(say(language, "table.agent_intervals"), f"{document['missing']:,}")]
    rows += [
        (say(language, f"verdict.{verdict}"), f"{count:,}")
        for verdict, count in document["missing_by_verdict"].items()
    ]
    print_summary(say(language, "table.missing"), rows)
    for run in document["runs"][:SHOWN_RUNS]:
        standard_output.print(run["sentence"], markup=False)


def print_rule_prices(document: Mapping[str, Any]) -> None:
    """What comes back without each rule, the dearest first."""
    from optimizer.roster_explanations.texts import say

    language, reached = document["language"], _shown(document["all_rules"])
    level = document["level"]
    rows = [(say(language, f"table.all_rules.{level}", **reached), say(language, "table.reached", **reached))]
    rows += [
        (f"{price['rule']}: {price['title']}", say(language, "table.without", **_shown(price)))
        for price in document["rules"]
        if price["applies"]
    ]
    idle = [price["rule"] for price in document["rules"] if not price["applies"]]
    if idle:
        rows.append((say(language, "table.not_binding"), ", ".join(idle)))
    print_summary(say(language, f"table.prices.{level}"), rows)


def _shown(figures: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{value:,}" for name, value in figures.items() if isinstance(value, int)}
