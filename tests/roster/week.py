"""Builders of small roster problems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.model import Absences, Case, Contracts
from tests.support.cases import CONTRACTS, HOUR, agent, case

DAY = 24 * HOUR

PART_TIME = {
    "contract_id": "part",
    "regime": "PART_TIME_30",
    "daily_minutes": 360,
    "weekly_minutes": 1800,
    "hourly_cost": 26.0,
}


def demand(
    day: int, first_hour: float, last_hour: float, required: int = 1, skill: str = "pf"
) -> list[dict[str, Any]]:
    """The same requirement in every quarter of an hour from one hour of a day to another."""
    start, end = int(DAY * day + HOUR * first_hour), int(DAY * day + HOUR * last_hour)
    return [{"starts_at": t, "skill": skill, "required": required} for t in range(start, end, 15)]


def problem(
    rows: list[dict[str, Any]],
    agents: list[dict[str, Any]] | None = None,
    absences: list[dict[str, Any]] | None = None,
    contracts: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> Case:
    """A case with this demand; one agent on a CLT contract unless others are given."""
    built = case(agents=agents or [agent("A1")], demand=rows, **changes)
    return replace(
        built,
        contracts=Contracts.from_rows([*CONTRACTS.rows(), PART_TIME, *(contracts or [])]),
        absences=Absences.from_rows(absences or []),
    )
