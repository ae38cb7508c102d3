"""Whom to hire: classes of agents by contract and skills, and the planning case with so many of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.model import (
    MISSING,
    Absences,
    Agents,
    Bookings,
    Breaks,
    Case,
    Duties,
    Sessions,
    ShiftDemand,
    Standby,
    Unplaced,
    Wishes,
    tokens,
)

Mix = tuple[int, ...]
"""Agents of each class, in the order of the classes."""

POOL = "pool-001"


@dataclass(frozen=True)
class AgentClass:
    """Agents with the same contract and the same skills in demand.

    Attributes:
        contract_id: of the case.
        skills: those with a demand, by name.
        weekly_cents: what the contract's normal week costs, in centavos (R$ 0.01).
        present: agents of the case who belong to it.
    """

    contract_id: str
    skills: tuple[str, ...]
    weekly_cents: int
    present: int

    @property
    def name(self) -> str:
        """For people: contract and skills."""
        return f"{self.contract_id} {'|'.join(self.skills)}"


def classes_of(case: Case) -> tuple[AgentClass, ...]:
    """Every contract with every skill set that somebody of the case has, as far as it is in demand.

    A skill in demand that nobody has is a set of its own.
    """
    asked = case.demand.required > 0
    wanted = frozenset(str(name) for name in case.demand.skill[asked].tolist())
    held = Counter(
        (contract, tokens(cell) & wanted)
        for contract, cell in zip(case.agents.contract_id.tolist(), case.agents.skills.tolist(), strict=True)
    )
    sets = {skills for _, skills in held if skills}
    sets |= {frozenset({skill}) for skill in wanted if not any(skill in skills for skills in sets)}
    return tuple(
        AgentClass(
            contract_id=str(contract["contract_id"]),
            skills=tuple(sorted(skills)),
            weekly_cents=round(contract["hourly_cost"] * 100.0 * contract["weekly_minutes"] / 60.0),
            present=held[contract["contract_id"], skills],
        )
        for contract in case.contracts.rows()
        for skills in sorted(sets, key=lambda names: (len(names), sorted(names)))
    )


def cost_of(classes: Sequence[AgentClass], mix: Mix) -> int:
    """What a mix costs a week, in centavos."""
    return sum(each.weekly_cents * count for each, count in zip(classes, mix, strict=True))


def agents_of(case: Case, classes: Sequence[AgentClass], mix: Mix) -> Agents:
    """So many agents of each class, at the service's place, without a past."""
    listed = [each for each, count in zip(classes, mix, strict=True) for _ in range(count)]
    return Agents.from_rows(
        {
            "agent_id": f"agent-{number:03d}",
            "contract_id": each.contract_id,
            "skills": "|".join(each.skills),
            "pool": POOL,
            "state": case.plan.calendar.state,
            "city": case.plan.calendar.city,
        }
        for number, each in enumerate(listed, start=1)
    )


def staffed(case: Case, classes: Sequence[AgentClass], mix: Mix) -> Case:
    """The case with these agents in place of its own, to be rostered so that little of its demand is missing.

    An agent in excess costs nothing, nobody works overtime, and what belongs to agents of the case (absences,
    wishes, standby, duties, confirmed sessions) or to other aims (shift demand, the budget of hours) is left
    out.
    """
    rows = len(case.demand)
    demand = replace(
        case.demand, under_price=np.ones(rows, dtype=np.int64), over_price=np.zeros(rows, dtype=np.int64)
    )
    return replace(
        case,
        plan=case.plan.model_copy(update={"work_minutes_budget": None}),
        agents=agents_of(case, classes, mix),
        contracts=replace(case.contracts, overtime_minutes=np.zeros(len(case.contracts), dtype=np.int64)),
        demand=demand,
        bookings=_unconfirmed(case.bookings),
        absences=Absences.empty(),
        standby=Standby.empty(),
        wishes=Wishes.empty(),
        shift_demand=ShiftDemand.empty(),
        duties=Duties.empty(),
        breaks=Breaks.empty(),
        sessions=Sessions.empty(),
        unplaced=Unplaced.empty(),
    )


def _unconfirmed(bookings: Bookings) -> Bookings:
    """Nobody is promised a start: another team need not be there, or have the skill, at that time."""
    rows = len(bookings)
    return replace(
        bookings,
        pin=np.full(rows, "", dtype=object),
        pinned_start=np.full(rows, MISSING, dtype=np.int64),
        pinned_agent=np.full(rows, "", dtype=object),
    )
