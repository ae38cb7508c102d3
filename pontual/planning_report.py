"""What `pontual plan` made, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts
    from optimizer.planning.ahead import PlannedAhead


def planning_document(forecast: Mapping[str, Any], found: PlannedAhead) -> dict[str, Any]:
    """The documents of the steps, by command; null for a step that was not reached.

    `service` says how the roster serves the customers who are expected, over all periods of the targets.
    """
    from optimizer.planning.summaries import allocation_summary, roster_summary, simulation_summary
    from optimizer.requirement.documents import requirement_document
    from optimizer.staffing.documents import service_document

    week = found.week
    document: dict[str, Any] = {
        "forecast": dict(forecast),
        "requirement": requirement_document(found.requirement, found.case),
    }
    document |= dict.fromkeys(("roster", "service", "allocate", "simulate"))
    if week is not None:
        document["roster"] = roster_summary(week.case, week.roster)
        if week.roster.answer is None:
            document["clashes"] = document["roster"]["clashes"]
        if found.service is not None:
            document["service"] = service_document(found.service)
        if week.allocation is not None:
            document["allocate"] = allocation_summary(week.case, week.allocation)
        if week.simulation is not None:
            document["simulate"] = simulation_summary(week.simulation)
    return document


def print_planning(document: Mapping[str, Any], texts: Texts) -> None:
    """The bookings expected, the agents required, and what the plan makes of them."""
    from dashboard.results import forecast, requirement
    from dashboard.results.planning import steps_table

    print_table(*forecast.days_table(document["forecast"], texts))
    print_table(*requirement.days_table(document["requirement"], texts))
    print_table(*steps_table(document, texts))
    for sentence in requirement.verdict(document["requirement"], texts):
        standard_output.print(sentence, markup=False)
