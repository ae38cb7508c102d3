"""Small cases whose cheapest mix is known, or found by trying all mixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from data.model import Case, Contracts, Demand
from optimizer.staffing.classes import AgentClass, Mix, cost_of
from tests.requirement.small_days import expecting
from tests.support.cases import contract


def with_costs(case: Case, costs: Mapping[str, float]) -> Case:
    """Only these contracts, at so much an hour."""
    rows = [row for row in case.contracts.rows() if row["contract_id"] in costs]
    listed = [row | {"hourly_cost": costs[row["contract_id"]]} for row in rows]
    return replace(case, contracts=Contracts.from_rows(listed))


def asking(
    required: Mapping[str, tuple[int, ...]],
    agents: tuple[str, ...],
    costs: Mapping[str, float],
    days: int = 1,
) -> Case:
    """Agents required by skill in each hour from 8 to 14 h, each day alike; no bookings are expected."""
    case = with_costs(expecting(dict.fromkeys(required, 0.0), agents, days), costs)
    rows: list[dict[str, Any]] = []
    for row in case.demand.rows():
        hour = (row["starts_at"] % 1440 - 480) // 60
        rows.append(row | {"required": required[row["skill"]][hour]})
    return replace(case, demand=Demand.from_rows(rows))


def part_time(case: Case, hourly_cost: float) -> Case:
    """The case with one more contract: 26 hours a week, four hours a day."""
    row = contract("part", "PART_TIME_26", 240, 1560) | {"hourly_cost": hourly_cost}
    return replace(case, contracts=Contracts.from_rows([*case.contracts.rows(), row]))


def mixes(classes: tuple[AgentClass, ...], most: int) -> Iterator[Mix]:
    """All mixes of up to so many agents, the cheapest first."""
    listed = [mix for mix in product(range(most + 1), repeat=len(classes)) if 0 < sum(mix) <= most]
    yield from sorted(listed, key=lambda mix: (cost_of(classes, mix), sum(mix), mix))


def hours(*counts: int) -> tuple[int, ...]:
    """Agents in each of the six hours."""
    return tuple(np.resize(np.array(counts), 6).tolist())
